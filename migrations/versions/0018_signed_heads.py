"""Keep signed heads of the hash chains.

They are evidence like the chains, so their rows are only added.
"""

import sqlalchemy as sa
from alembic import op

from app.store.base import Moment

revision = "0018"
down_revision = "0017"

TABLES = ("signed_head", "signed_timeline")


def upgrade() -> None:
    op.create_table(
        "signed_head",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("audit_seq", sa.Integer(), nullable=False),
        sa.Column("audit_hash", sa.LargeBinary(), nullable=False),
        sa.Column("timelines", sa.Integer(), nullable=False),
        sa.Column("timelines_hash", sa.LargeBinary(), nullable=False),
        sa.Column("previous", sa.LargeBinary(), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_signed_head")),
    )
    op.create_table(
        "signed_timeline",
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("head", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("request_id", "place", name=op.f("pk_signed_timeline")),
    )
    op.create_index(
        op.f("ix_signed_timeline_head_request_id"),
        "signed_timeline",
        ["head", "request_id"],
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
    op.drop_index(op.f("ix_signed_timeline_head_request_id"), "signed_timeline")
    op.drop_table("signed_timeline")
    op.drop_table("signed_head")
