"""Keep the files that residents give as evidence of a reply, sealed like the replies.

A file is stored before its reply is saved, so that the effect can be shown first: until
then it stands behind no entry, and is destroyed after a day.
"""

import sqlalchemy as sa
from alembic import op

from app.store.base import Moment

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "evidence",
        sa.Column("filing_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=True),
        sa.Column("given_at", Moment(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("key_epoch", sa.LargeBinary(), nullable=True),
        sa.Column("key_receipt", sa.LargeBinary(), nullable=True),
        sa.Column("epoch", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["filing_id", "request_id"],
            ["request.filing_id", "request.id"],
            name=op.f("fk_evidence_filing_id_request_id_request"),
        ),
        sa.PrimaryKeyConstraint("filing_id", "id", name=op.f("pk_evidence")),
    )
    op.create_index(
        op.f("ix_evidence_place_given_at"), "evidence", ["place", "given_at"]
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_evidence_place_given_at"), table_name="evidence")
    op.drop_table("evidence")
