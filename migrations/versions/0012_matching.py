"""Let a vendor fetch its requests as a list of hashes, and answer them in bulk.

What is listed is sealed to the vendor's own key: no hash of a person lies in the open.
"""

import sqlalchemy as sa
from alembic import op

from app.store.base import Moment

revision = "0012"
down_revision = "0011"

WAITING = sa.text("taken_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "matching_batch",
        sa.Column("vendor", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("key_hash", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_key", sa.LargeBinary(), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("closed_at", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("vendor", "number", name=op.f("pk_matching_batch")),
    )
    op.create_table(
        "matching_listing",
        sa.Column("filing_id", sa.Uuid(), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("vendor", sa.String(), nullable=False),
        sa.Column("batch", sa.Integer(), nullable=False),
        sa.Column("key_hash", sa.LargeBinary(), nullable=False),
        sa.Column("items", sa.String(), nullable=False),
        sa.Column("sent_on", sa.Date(), nullable=True),
        sa.Column("listed_at", Moment(), nullable=False),
        sa.Column("taken_off", sa.Integer(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("key_vendor", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["filing_id", "request_id"],
            ["request.filing_id", "request.id"],
            name=op.f("fk_matching_listing_filing_id_request_id_request"),
        ),
        sa.PrimaryKeyConstraint(
            "filing_id", "request_id", name=op.f("pk_matching_listing")
        ),
    )
    op.create_index(
        op.f("ix_matching_listing_vendor_batch"),
        "matching_listing",
        ["vendor", "batch"],
    )
    op.create_table(
        "matching_answer",
        sa.Column("filing_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("item", sa.String(), nullable=True),
        sa.Column("code", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=40), nullable=True),
        sa.Column("denial_ground", sa.String(length=40), nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("received_at", Moment(), nullable=False),
        sa.Column("taken_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["filing_id", "request_id"],
            ["request.filing_id", "request.id"],
            name=op.f("fk_matching_answer_filing_id_request_id_request"),
        ),
        sa.PrimaryKeyConstraint("filing_id", "id", name=op.f("pk_matching_answer")),
    )
    op.create_index(
        "ix_matching_answer_waiting",
        "matching_answer",
        ["received_at"],
        sqlite_where=WAITING,
        postgresql_where=WAITING,
    )


def downgrade() -> None:
    op.drop_index("ix_matching_answer_waiting", table_name="matching_answer")
    op.drop_table("matching_answer")
    op.drop_index(op.f("ix_matching_listing_vendor_batch"), "matching_listing")
    op.drop_table("matching_listing")
    op.drop_table("matching_batch")
