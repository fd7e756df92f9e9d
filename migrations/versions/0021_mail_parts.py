"""Know of mails that answer several requests."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    op.create_table(
        "mail_part",
        sa.Column("filing_id", sa.Uuid(), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("mail_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint(
            "filing_id", "request_id", "mail_id", name=op.f("pk_mail_part")
        ),
    )
    op.create_index(op.f("ix_mail_part_mail_id"), "mail_part", ["mail_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_mail_part_mail_id"), table_name="mail_part")
    op.drop_table("mail_part")
