"""Say why a letter is kept back, and which filings are made up.

A letter that waits for its vendor's turn keeps the turn that it was given, and what a
demonstration made up can be told from what people filed.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("outbox", sa.Column("kept_back", sa.String(40), nullable=True))
    op.create_table(
        "made_up",
        sa.Column("filing_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["filing_id"], ["filing.id"], name=op.f("fk_made_up_filing_id_filing")
        ),
        sa.PrimaryKeyConstraint("filing_id", name=op.f("pk_made_up")),
    )


def downgrade() -> None:
    op.drop_table("made_up")
    op.drop_column("outbox", "kept_back")
