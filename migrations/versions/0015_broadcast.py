"""Ask all vendors of a circle with one row.

What vendors look for is sealed once a day for all of them. Batches know when they were
fetched.
"""

import sqlalchemy as sa
from alembic import op

from app.store.base import Moment

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    op.add_column("matching_batch", sa.Column("fetched_at", Moment(), nullable=True))
    op.create_table(
        "circle",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("vendors", sa.JSON(), nullable=False),
        sa.Column("recorded_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("name", "version", name=op.f("pk_circle")),
    )
    op.create_table(
        "broadcast",
        sa.Column("filing_id", sa.Uuid(), nullable=False),
        sa.Column("circle", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("verdict", sa.String(length=40), nullable=False),
        sa.Column("law", sa.String(), nullable=True),
        sa.Column("told", sa.JSON(), nullable=False),
        sa.Column("drawer", sa.Integer(), nullable=True),
        sa.Column("items", sa.String(), nullable=False),
        sa.Column("withdrawn_at", Moment(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("key_drawer", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["filing_id"], ["filing.id"], name=op.f("fk_broadcast_filing_id_filing")
        ),
        sa.PrimaryKeyConstraint("filing_id", name=op.f("pk_broadcast")),
    )
    op.create_index(
        op.f("ix_broadcast_circle_version_drawer"),
        "broadcast",
        ["circle", "version", "drawer"],
    )
    op.create_table(
        "drawer",
        sa.Column("circle", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("closed_at", Moment(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("key_epoch", sa.LargeBinary(), nullable=True),
        sa.Column("key_receipt", sa.LargeBinary(), nullable=True),
        sa.Column("epoch", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("circle", "version", "number", name=op.f("pk_drawer")),
    )
    op.create_table(
        "batch_drawer",
        sa.Column("vendor", sa.String(), nullable=False),
        sa.Column("batch", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("circle", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("drawer", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint(
            "vendor",
            "batch",
            "circle",
            "version",
            "drawer",
            name=op.f("pk_batch_drawer"),
        ),
    )
    op.create_index(
        op.f("ix_batch_drawer_circle_version_drawer"),
        "batch_drawer",
        ["circle", "version", "drawer"],
    )
    op.create_table(
        "broadcast_answer",
        sa.Column("filing_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("vendor", sa.String(), nullable=False),
        sa.Column("item", sa.String(), nullable=True),
        sa.Column("code", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=40), nullable=True),
        sa.Column("denial_ground", sa.String(length=40), nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("received_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["filing_id"],
            ["filing.id"],
            name=op.f("fk_broadcast_answer_filing_id_filing"),
        ),
        sa.PrimaryKeyConstraint("filing_id", "id", name=op.f("pk_broadcast_answer")),
    )
    op.create_index(op.f("ix_broadcast_answer_vendor"), "broadcast_answer", ["vendor"])


def downgrade() -> None:
    op.drop_index(op.f("ix_broadcast_answer_vendor"), table_name="broadcast_answer")
    op.drop_table("broadcast_answer")
    op.drop_index(op.f("ix_batch_drawer_circle_version_drawer"), "batch_drawer")
    op.drop_table("batch_drawer")
    op.drop_table("drawer")
    op.drop_index(op.f("ix_broadcast_circle_version_drawer"), table_name="broadcast")
    op.drop_table("broadcast")
    op.drop_table("circle")
    op.drop_column("matching_batch", "fetched_at")
