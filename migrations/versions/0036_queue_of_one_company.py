"""Find one company's part of the queue from indexes alone, in its order.

That of all its requests ends with the member, who was read from the row; what nobody has
looked at was sorted, and has an index of its own.
"""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"

UNSEEN = sa.text("unseen IS NOT NULL")
BEFORE = "ix_request_vendor_status_due_id_filing_id"
OF_VENDOR = ["vendor", "status", "due", "id", "filing_id"]


def upgrade() -> None:
    op.drop_index(BEFORE, table_name="request")
    op.create_index("ix_request_vendor", "request", [*OF_VENDOR, "assigned_to"])
    op.create_index(
        "ix_request_unseen_vendor",
        "request",
        ["vendor", "due", "id", "filing_id", "status", "unseen", "assigned_to"],
        sqlite_where=UNSEEN,
        postgresql_where=UNSEEN,
    )


def downgrade() -> None:
    op.drop_index("ix_request_unseen_vendor", table_name="request")
    op.drop_index("ix_request_vendor", table_name="request")
    op.create_index(BEFORE, "request", OF_VENDOR)
