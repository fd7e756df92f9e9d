"""Keep the figures of each quarter as they were published.

Each is told once and stands: rows are only added.
"""

import sqlalchemy as sa
from alembic import op

from app.store.base import Moment

revision = "0028"
down_revision = "0027"

TABLES = ("figure_release", "figure", "figure_gap")


def upgrade() -> None:
    op.create_table(
        "figure_release",
        sa.Column("quarter", sa.String(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("made_at", Moment(), nullable=False),
        sa.Column("synthetic", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("quarter", name=op.f("pk_figure_release")),
    )
    op.create_table(
        "figure",
        sa.Column("quarter", sa.String(), nullable=False),
        sa.Column("vendor", sa.String(), nullable=False),
        sa.Column("law", sa.String(), nullable=False),
        sa.Column("told", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("quarter", "vendor", "law", name=op.f("pk_figure")),
    )
    op.create_table(
        "figure_gap",
        sa.Column("quarter", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("vendor", sa.String(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(
            "quarter", "place", "vendor", name=op.f("pk_figure_gap")
        ),
    )
    sqlite = op.get_bind().dialect.name == "sqlite"
    for table in TABLES:
        for trigger in _of_sqlite(table) if sqlite else _of_postgres(table):
            op.execute(trigger)


def _of_sqlite(table: str) -> list[str]:
    return [
        f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table}"
        " BEGIN SELECT RAISE(ABORT, 'rows of this table are only added'); END"
        for verb in ("UPDATE", "DELETE")
    ]


def _of_postgres(table: str) -> list[str]:
    return [
        f"CREATE TRIGGER {table}_no_{verb.partition(' ')[0].lower()} BEFORE {verb}"
        f" ON {table} FOR EACH {each} EXECUTE FUNCTION refuse_change()"
        for verb, each in (("UPDATE OR DELETE", "ROW"), ("TRUNCATE", "STATEMENT"))
    ]


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
