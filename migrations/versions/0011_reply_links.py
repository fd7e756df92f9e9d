"""Find a request by the link on which its vendor answers.

Only a keyed hash is kept. Letters that left before have no such link.
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.create_table(
        "reply_link",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("filing_id", sa.Uuid(), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_reply_link")),
    )
    op.create_index(op.f("ix_reply_link_filing_id"), "reply_link", ["filing_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_reply_link_filing_id"), table_name="reply_link")
    op.drop_table("reply_link")
