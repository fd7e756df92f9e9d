"""Know of vendors to which staff let nothing leave."""

import sqlalchemy as sa
from alembic import op

from app.store.base import Moment

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.create_table(
        "stopped_vendor",
        sa.Column("vendor", sa.String(), nullable=False),
        sa.Column("since", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("vendor", name=op.f("pk_stopped_vendor")),
    )


def downgrade() -> None:
    op.drop_table("stopped_vendor")
