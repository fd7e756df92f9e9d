"""Know of a mailbox when news went there last, and whether any is wanted.

By its keyed hash; and the mailed link that stops it, by a keyed hash of its token.
"""

import sqlalchemy as sa
from alembic import op

from app.store.base import Moment

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.create_table(
        "mailbox",
        sa.Column("email_index", sa.LargeBinary(), nullable=False),
        sa.Column("news_at", Moment(), nullable=True),
        sa.Column("news_by", sa.Uuid(), nullable=True),
        sa.Column("stopped_at", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("email_index", name=op.f("pk_mailbox")),
    )
    op.create_table(
        "stop_link",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("filing_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["filing_id"], ["filing.id"], name=op.f("fk_stop_link_filing_id_filing")
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_stop_link")),
    )
    op.create_index(op.f("ix_stop_link_filing_id"), "stop_link", ["filing_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_stop_link_filing_id"), table_name="stop_link")
    op.drop_table("stop_link")
    op.drop_table("mailbox")
