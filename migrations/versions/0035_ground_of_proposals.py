"""Keep on what a proposal rests, so that who decides is told where that changed."""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"


def upgrade() -> None:
    op.add_column("proposal", sa.Column("rests_on", sa.JSON(), nullable=True))


def downgrade() -> None:
    op.drop_column("proposal", "rests_on")
