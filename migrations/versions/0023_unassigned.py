"""Find the requests that nobody looks after from indexes alone, in their order.

Both end with the member, whom SQLite else reads from the row.
"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"

UNASSIGNED = sa.text("assigned_to IS NULL AND status != 'unconfirmed'")
UNSEEN = sa.text("unseen IS NOT NULL")
OF_UNSEEN = ["due", "vendor", "id", "filing_id", "status", "unseen"]


def upgrade() -> None:
    op.create_index(
        "ix_request_unassigned",
        "request",
        ["status", "due", "vendor", "id", "filing_id", "assigned_to"],
        sqlite_where=UNASSIGNED,
        postgresql_where=UNASSIGNED,
    )
    _unseen([*OF_UNSEEN, "assigned_to"])


def downgrade() -> None:
    _unseen(OF_UNSEEN)
    op.drop_index("ix_request_unassigned", table_name="request")


def _unseen(columns: list[str]) -> None:
    op.drop_index("ix_request_unseen", table_name="request")
    op.create_index(
        "ix_request_unseen",
        "request",
        columns,
        sqlite_where=UNSEEN,
        postgresql_where=UNSEEN,
    )
