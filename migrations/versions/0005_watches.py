"""Keep who wants to be told when an answer changes, and what is watched.

The outbox now also holds mails about a watch, which belongs to no filing.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

FILING = "fk_outbox_filing_id_filing"


def upgrade() -> None:
    op.create_table(
        "watch",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("mailbox", sa.LargeBinary(), nullable=False),
        sa.Column("residence", sa.String(), nullable=False),
        sa.Column("vendor", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("confirm_by", sa.DateTime(timezone=True), nullable=True),
        sa.Column("told", sa.Integer(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("key_epoch", sa.LargeBinary(), nullable=True),
        sa.Column("key_receipt", sa.LargeBinary(), nullable=True),
        sa.Column("epoch", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_watch")),
    )
    op.create_index("ix_watch_scope", "watch", ["residence", "vendor", "told"])
    for column in ("mailbox", "token_hash", "confirm_by"):
        op.create_index(op.f(f"ix_watch_{column}"), "watch", [column])
    op.create_table(
        "watched",
        sa.Column("residence", sa.String(), nullable=False),
        sa.Column("vendor", sa.String(), nullable=False),
        sa.Column("verdicts", sa.JSON(), nullable=False),
        sa.Column("changed", sa.JSON(), nullable=False),
        sa.Column("changed_on", sa.Date(), nullable=True),
        sa.Column("change", sa.Integer(), nullable=False),
        sa.Column("untold", sa.Boolean(), nullable=False),
        sa.Column("look_on", sa.Date(), nullable=True),
        sa.Column("looked_by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("residence", "vendor", name=op.f("pk_watched")),
    )
    with op.batch_alter_table("outbox") as outbox:
        outbox.drop_constraint(FILING, type_="foreignkey")


def downgrade() -> None:
    op.execute("DELETE FROM outbox WHERE kind LIKE 'watch%'")
    with op.batch_alter_table("outbox") as outbox:
        outbox.create_foreign_key(FILING, "filing", ["filing_id"], ["id"])
    op.drop_table("watched")
    op.drop_table("watch")
