"""Know when a vendor was told that people wait on its list."""

import sqlalchemy as sa
from alembic import op

from app.store.base import Moment

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    op.create_table(
        "list_notice",
        sa.Column("vendor", sa.String(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("residence", sa.String(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("laws", sa.JSON(), nullable=False),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("queued_at", Moment(), nullable=True),
        sa.Column("told_at", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("vendor", name=op.f("pk_list_notice")),
    )
    op.create_index(op.f("ix_list_notice_id"), "list_notice", ["id"], unique=True)


def downgrade() -> None:
    op.drop_index(op.f("ix_list_notice_id"), "list_notice")
    op.drop_table("list_notice")
