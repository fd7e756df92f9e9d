"""Keep changes of the directory that wait for a second person, and whether any have to."""

import sqlalchemy as sa
from alembic import op

from app.store.base import Moment

revision = "0032"
down_revision = "0031"


def upgrade() -> None:
    op.create_table(
        "proposal",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("vendor", sa.String(), nullable=False),
        sa.Column("act", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("things", sa.JSON(), nullable=False),
        sa.Column("made_at", Moment(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("decided_at", Moment(), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("outcome", sa.String(length=40), nullable=True),
        sa.Column("word", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["made_by"], ["staff.id"], name=op.f("fk_proposal_made_by_staff")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["staff.id"], name=op.f("fk_proposal_decided_by_staff")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal")),
    )
    op.create_index(op.f("ix_proposal_vendor"), "proposal", ["vendor"])
    op.create_index(op.f("ix_proposal_decided_at_id"), "proposal", ["decided_at", "id"])
    op.create_table(
        "two_people",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("needed", sa.Boolean(), nullable=False),
        sa.Column("since", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_two_people")),
    )


def downgrade() -> None:
    op.drop_table("two_people")
    op.drop_index(op.f("ix_proposal_vendor"), table_name="proposal")
    op.drop_index(op.f("ix_proposal_decided_at_id"), table_name="proposal")
    op.drop_table("proposal")
