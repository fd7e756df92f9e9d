"""Keep when a token was last used, and what the last check of the chains found.

The audit trail is read by who did it and by what was done from an index each.
"""

import sqlalchemy as sa
from alembic import op

from app.store.base import Moment

revision = "0029"
down_revision = "0028"


def upgrade() -> None:
    op.add_column("staff_token", sa.Column("used_at", Moment(), nullable=True))
    for column in ("actor", "action"):
        name = op.f(f"ix_audit_entry_{column}_seq")
        op.create_index(name, "audit_entry", [column, "seq"])
    op.create_table(
        "chain_check",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("asked_at", Moment(), nullable=False),
        sa.Column("asked_by", sa.String(), nullable=False),
        sa.Column("began_at", Moment(), nullable=True),
        sa.Column("done_at", Moment(), nullable=True),
        sa.Column("upto", sa.Integer(), nullable=True),
        sa.Column("rows", sa.Integer(), nullable=True),
        sa.Column("heads", sa.Integer(), nullable=True),
        sa.Column("faults", sa.Integer(), nullable=True),
        sa.Column("fault", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chain_check")),
    )
    op.create_index(op.f("ix_chain_check_done_at"), "chain_check", ["done_at"])


def downgrade() -> None:
    op.drop_table("chain_check")
    for column in ("action", "actor"):
        op.drop_index(op.f(f"ix_audit_entry_{column}_seq"), table_name="audit_entry")
    op.drop_column("staff_token", "used_at")
