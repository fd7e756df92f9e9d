"""Brings the tables to this release's form. Imports Alembic, so it is imported late."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import text

from app.store.session import Store


def upgrade(store: Store, ini: Path, migrations: Path) -> None:
    """Run the migrations that are missing; others who try wait and find nothing to do."""
    config = Config(ini)
    config.set_main_option("script_location", str(migrations))
    with store.writers.connect() as connection, connection.begin():
        if not store.sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(20200706)"))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
