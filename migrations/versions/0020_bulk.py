"""Keep files of replies, row by row, until they are recorded."""

import sqlalchemy as sa
from alembic import op

from app.store.base import Moment

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    op.create_table(
        "bulk_run",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("key_hash", sa.LargeBinary(), nullable=False),
        sa.Column("body_hash", sa.LargeBinary(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("received_at", Moment(), nullable=False),
        sa.Column("confirmed_by", sa.Uuid(), nullable=True),
        sa.Column("confirmed_at", Moment(), nullable=True),
        sa.Column("undone_by", sa.Uuid(), nullable=True),
        sa.Column("undone_at", Moment(), nullable=True),
        sa.Column("ended_at", Moment(), nullable=True),
        *(
            sa.ForeignKeyConstraint(
                [name], ["staff.id"], name=op.f(f"fk_bulk_run_{name}_staff")
            )
            for name in ("staff_id", "confirmed_by", "undone_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulk_run")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_bulk_run_key_hash")),
    )
    for name in ("state", "received_at"):
        op.create_index(op.f(f"ix_bulk_run_{name}"), "bulk_run", [name])
    op.create_table(
        "bulk_row",
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("line", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(length=40), nullable=True),
        sa.Column("effect", sa.String(length=40), nullable=True),
        sa.Column("fault", sa.String(length=40), nullable=True),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("shown", sa.Integer(), nullable=True),
        sa.Column("status_before", sa.String(length=40), nullable=True),
        sa.Column("status_after", sa.String(length=40), nullable=True),
        sa.Column("due_after", sa.Date(), nullable=True),
        sa.Column("place", sa.Integer(), nullable=True),
        sa.Column("recorded_at", Moment(), nullable=True),
        sa.Column("taken_back_at", Moment(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("key_epoch", sa.LargeBinary(), nullable=True),
        sa.Column("key_receipt", sa.LargeBinary(), nullable=True),
        sa.Column("epoch", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["run_id"], ["bulk_run.id"], name=op.f("fk_bulk_row_run_id_bulk_run")
        ),
        sa.PrimaryKeyConstraint("run_id", "line", name=op.f("pk_bulk_row")),
    )
    op.create_index(op.f("ix_bulk_row_request_id"), "bulk_row", ["request_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_bulk_row_request_id"), "bulk_row")
    op.drop_table("bulk_row")
    for name in ("received_at", "state"):
        op.drop_index(op.f(f"ix_bulk_run_{name}"), "bulk_run")
    op.drop_table("bulk_run")
