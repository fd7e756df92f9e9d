"""Let staff take requests on, note, keep views, and read the queue from an index alone.

The index of the queue ends with the filing, so that no row is read to find a page.
"""

import sqlalchemy as sa
from alembic import op

from app.store.base import Moment

revision = "0019"
down_revision = "0018"

ASSIGNED = sa.text("assigned_to IS NOT NULL")
UNSEEN = sa.text("unseen IS NOT NULL")
BY_VENDOR = "ix_request_vendor_status_due_id"


def upgrade() -> None:
    op.drop_index("ix_request_queue", table_name="request")
    op.drop_index(op.f(BY_VENDOR), table_name="request")
    op.add_column("request", sa.Column("assigned_to", sa.Uuid(), nullable=True))
    op.add_column("request", sa.Column("unseen", sa.Integer(), nullable=True))
    op.create_index(
        "ix_request_queue", "request", ["status", "due", "vendor", "id", "filing_id"]
    )
    op.create_index(
        op.f(f"{BY_VENDOR}_filing_id"),
        "request",
        ["vendor", "status", "due", "id", "filing_id"],
    )
    op.create_index(
        "ix_request_assigned",
        "request",
        ["assigned_to", "status", "due", "vendor", "id", "filing_id"],
        sqlite_where=ASSIGNED,
        postgresql_where=ASSIGNED,
    )
    op.create_index(
        "ix_request_unseen",
        "request",
        ["due", "vendor", "id", "filing_id", "status", "unseen"],
        sqlite_where=UNSEEN,
        postgresql_where=UNSEEN,
    )
    op.create_index(op.f("ix_reply_recorded_at"), "reply", ["recorded_at"])
    op.create_index(
        op.f("ix_audit_entry_subject_seq"), "audit_entry", ["subject", "seq"]
    )
    op.create_table(
        "staff_note",
        sa.Column("filing_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("written_at", Moment(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("key_epoch", sa.LargeBinary(), nullable=True),
        sa.Column("key_receipt", sa.LargeBinary(), nullable=True),
        sa.Column("epoch", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["filing_id", "request_id"],
            ["request.filing_id", "request.id"],
            name=op.f("fk_staff_note_filing_id_request_id_request"),
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_staff_note_staff_id_staff")
        ),
        sa.PrimaryKeyConstraint("filing_id", "id", name=op.f("pk_staff_note")),
    )
    op.create_table(
        "saved_view",
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("query", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_saved_view_staff_id_staff")
        ),
        sa.PrimaryKeyConstraint("staff_id", "id", name=op.f("pk_saved_view")),
    )


def downgrade() -> None:
    op.drop_table("saved_view")
    op.drop_table("staff_note")
    op.drop_index(op.f("ix_audit_entry_subject_seq"), table_name="audit_entry")
    op.drop_index(op.f("ix_reply_recorded_at"), table_name="reply")
    op.drop_index("ix_request_unseen", table_name="request")
    op.drop_index("ix_request_assigned", table_name="request")
    op.drop_index(op.f(f"{BY_VENDOR}_filing_id"), table_name="request")
    op.drop_index("ix_request_queue", table_name="request")
    op.drop_column("request", "unseen")
    op.drop_column("request", "assigned_to")
    op.create_index("ix_request_queue", "request", ["status", "due", "vendor", "id"])
    op.create_index(op.f(BY_VENDOR), "request", ["vendor", "status", "due", "id"])
