"""Keep that a forgotten mailbox had asked a company in another filing of a quarter.

Without it each of its filings would be counted as another person.
"""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"


def upgrade() -> None:
    op.create_table(
        "repeat",
        sa.Column("filing_id", sa.Uuid(), nullable=False),
        sa.Column("vendor", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["filing_id"], ["filing.id"], name=op.f("fk_repeat_filing_id_filing")
        ),
        sa.PrimaryKeyConstraint("filing_id", "vendor", name=op.f("pk_repeat")),
    )


def downgrade() -> None:
    op.drop_table("repeat")
