"""Keep corrections from the public, sealed until somebody has decided."""

import sqlalchemy as sa
from alembic import op

from app.store.base import Moment

revision = "0031"
down_revision = "0030"


def upgrade() -> None:
    op.create_table(
        "correction",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("record", sa.String(), nullable=False),
        sa.Column("received_at", Moment(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("decided_at", Moment(), nullable=True),
        sa.Column("words", sa.String(), nullable=True),
        sa.Column("credit", sa.String(), nullable=True),
        sa.Column("note_id", sa.Uuid(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("key_epoch", sa.LargeBinary(), nullable=True),
        sa.Column("key_receipt", sa.LargeBinary(), nullable=True),
        sa.Column("epoch", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_correction")),
        sa.UniqueConstraint("number", name=op.f("uq_correction_number")),
    )
    op.create_index(op.f("ix_correction_state_id"), "correction", ["state", "id"])
    op.create_index(op.f("ix_correction_note_id"), "correction", ["note_id"])
    op.create_table(
        "correction_mail",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("mailbox", sa.LargeBinary(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("confirm_by", Moment(), nullable=True),
        sa.Column("told", sa.Boolean(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("key_epoch", sa.LargeBinary(), nullable=True),
        sa.Column("key_receipt", sa.LargeBinary(), nullable=True),
        sa.Column("epoch", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_correction_mail")),
    )
    for column in ("mailbox", "token_hash", "confirm_by"):
        op.create_index(
            op.f(f"ix_correction_mail_{column}"), "correction_mail", [column]
        )


def downgrade() -> None:
    op.execute("DELETE FROM outbox WHERE kind LIKE 'correction%'")
    op.drop_table("correction_mail")
    op.drop_table("correction")
