"""Keep in the timeline which other way a request was made to take.

An entry without one is hashed as it always was.
"""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"


def upgrade() -> None:
    op.add_column("timeline_entry", sa.Column("route", sa.String(40), nullable=True))


def downgrade() -> None:
    op.drop_column("timeline_entry", "route")
