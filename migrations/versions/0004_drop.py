"""Keep the DROP ID of a resident, sealed, and the day from which its days count."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "drop_filing",
        sa.Column("filing_id", sa.Uuid(), nullable=False),
        sa.Column("lodged_on", sa.Date(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("key_epoch", sa.LargeBinary(), nullable=True),
        sa.Column("key_receipt", sa.LargeBinary(), nullable=True),
        sa.Column("epoch", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["filing_id"], ["filing.id"], name=op.f("fk_drop_filing_filing_id_filing")
        ),
        sa.PrimaryKeyConstraint("filing_id", name=op.f("pk_drop_filing")),
    )


def downgrade() -> None:
    op.drop_table("drop_filing")
