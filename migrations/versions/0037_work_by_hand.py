"""Keep beside a request what one of us has to do for it by hand, and find it so.

What waits to be typed or posted had no part of the queue. Nobody was told of what was
taken back after one of us had sent it: of that, too, somebody has work.
"""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"

BY_HAND = sa.text("by_hand IS NOT NULL")
REST = ["due", "id", "filing_id", "status", "unseen", "assigned_to"]


def upgrade() -> None:
    op.add_column("request", sa.Column("by_hand", sa.String(40), nullable=True))
    sqlite = op.get_bind().dialect.name == "sqlite"
    told = "json_extract(told, '$.by_hand')" if sqlite else "(told ->> 'by_hand')::bool"
    op.execute(
        f"UPDATE request SET by_hand = 'send' WHERE status = 'queued' AND {told}"
    )
    op.execute(
        "UPDATE request SET by_hand = 'tell' "
        f"WHERE status = 'withdrawn' AND sent_on IS NOT NULL AND {told}"
    )
    op.create_index(
        "ix_request_by_hand",
        "request",
        ["by_hand", "due", "vendor", *REST[1:]],
        sqlite_where=BY_HAND,
        postgresql_where=BY_HAND,
    )
    op.create_index(
        "ix_request_by_hand_vendor",
        "request",
        ["vendor", "by_hand", *REST],
        sqlite_where=BY_HAND,
        postgresql_where=BY_HAND,
    )


def downgrade() -> None:
    op.drop_index("ix_request_by_hand_vendor", table_name="request")
    op.drop_index("ix_request_by_hand", table_name="request")
    op.drop_column("request", "by_hand")
