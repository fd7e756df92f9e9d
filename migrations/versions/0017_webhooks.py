"""Tell programs of vendors and of the operator that there is something to fetch."""

import sqlalchemy as sa
from alembic import op

from app.store.base import Moment

revision = "0017"
down_revision = "0016"

LIVE = sa.text("done_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "webhook",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("vendor", sa.String(), nullable=True),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("key_epoch", sa.LargeBinary(), nullable=True),
        sa.Column("key_receipt", sa.LargeBinary(), nullable=True),
        sa.Column("epoch", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook")),
    )
    op.create_index(op.f("ix_webhook_vendor"), "webhook", ["vendor"])
    op.create_table(
        "webhook_call",
        sa.Column("webhook_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("event", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_try", Moment(), nullable=False),
        sa.Column("done_at", Moment(), nullable=True),
        sa.Column("taken", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["webhook_id"],
            ["webhook.id"],
            name=op.f("fk_webhook_call_webhook_id_webhook"),
        ),
        sa.PrimaryKeyConstraint("webhook_id", "id", name=op.f("pk_webhook_call")),
    )
    op.create_index(
        "ix_webhook_call_due",
        "webhook_call",
        ["next_try"],
        sqlite_where=LIVE,
        postgresql_where=LIVE,
    )


def downgrade() -> None:
    op.drop_index("ix_webhook_call_due", table_name="webhook_call")
    op.drop_table("webhook_call")
    op.drop_index(op.f("ix_webhook_vendor"), table_name="webhook")
    op.drop_table("webhook")
