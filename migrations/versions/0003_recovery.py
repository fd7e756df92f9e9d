"""Keep who asks for a lost receipt apart from who has filed.

The row is the same for a mailbox that filed and for one that nobody knows; the worker
alone looks which it is.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "recovery",
        sa.Column("mailbox", sa.LargeBinary(), nullable=False),
        sa.Column("known_as", sa.LargeBinary(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("code_hash", sa.LargeBinary(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("mailbox", name=op.f("pk_recovery")),
    )
    op.create_index(op.f("ix_recovery_asked_at"), "recovery", ["asked_at"])


def downgrade() -> None:
    op.drop_index(op.f("ix_recovery_asked_at"), table_name="recovery")
    op.drop_table("recovery")
