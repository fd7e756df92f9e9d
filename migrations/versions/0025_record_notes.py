"""Keep what looks wrong in a record, and which vendors to look at again.

A note and what became of it are history, so their rows are only added.
"""

import sqlalchemy as sa
from alembic import op

from app.store.base import Moment

revision = "0025"
down_revision = "0024"

HISTORY = ("record_note", "note_resolution")


def upgrade() -> None:
    op.create_table(
        "record_note",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("record", sa.String(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("written_at", Moment(), nullable=False),
        sa.Column("written_by", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record_note")),
    )
    op.create_index(op.f("ix_record_note_record_id"), "record_note", ["record", "id"])
    op.create_table(
        "note_resolution",
        sa.Column("note_id", sa.Uuid(), nullable=False),
        sa.Column("became", sa.String(40), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("resolved_at", Moment(), nullable=False),
        sa.Column("resolved_by", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("note_id", name=op.f("pk_note_resolution")),
    )
    op.create_index(
        op.f("ix_note_resolution_resolved_at"), "note_resolution", ["resolved_at"]
    )
    op.create_table(
        "record_turn",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("record", sa.String(), nullable=False),
        sa.Column("turn", sa.String(40), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("queued_at", Moment(), nullable=False),
        sa.Column("vendors", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record_turn")),
        sa.UniqueConstraint(
            "record", "turn", "day", name=op.f("uq_record_turn_record_turn_day")
        ),
    )
    op.create_table(
        "vendor_check",
        sa.Column("turn_id", sa.Uuid(), nullable=False),
        sa.Column("vendor", sa.String(), nullable=False),
        sa.Column("assigned_to", sa.Uuid(), nullable=True),
        sa.Column("done_at", Moment(), nullable=True),
        sa.Column("done_by", sa.Uuid(), nullable=True),
        sa.Column("found", sa.String(40), nullable=True),
        sa.Column("words", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["turn_id"],
            ["record_turn.id"],
            name=op.f("fk_vendor_check_turn_id_record_turn"),
        ),
        sa.PrimaryKeyConstraint("turn_id", "vendor", name=op.f("pk_vendor_check")),
    )
    is_open = sa.text("done_at IS NULL")
    op.create_index(
        "ix_vendor_check_open",
        "vendor_check",
        ["turn_id"],
        sqlite_where=is_open,
        postgresql_where=is_open,
    )
    op.create_index(op.f("ix_vendor_check_vendor"), "vendor_check", ["vendor"])
    sqlite = op.get_bind().dialect.name == "sqlite"
    for table in HISTORY:
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
    for table in ("vendor_check", "record_turn", "note_resolution", "record_note"):
        op.drop_table(table)
