"""Brings the tables to this release's form. Imports Alembic, so it is imported late."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import text

from app.store.session import Store


def upgrade(store: Store, ini: Path, migrations: Path) -> None:
    """Run the migrations that are missing; others who try wait and find nothing to do."""
    with _migrating(store, ini, migrations) as config:
        command.upgrade(config, "head")


def rebuild(store: Store, ini: Path, migrations: Path) -> None:
    """Make every table anew and empty; all that was in them is lost."""
    with _migrating(store, ini, migrations) as config:
        command.downgrade(config, "base")
        command.upgrade(config, "head")


@contextmanager
def _migrating(store: Store, ini: Path, migrations: Path) -> Iterator[Config]:
    config = Config(ini)
    config.set_main_option("script_location", str(migrations))
    with store.writers.connect() as connection, connection.begin():
        if not store.sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(20200706)"))
        config.attributes["connection"] = connection
        yield config
