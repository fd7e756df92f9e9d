"""Keep the mail that comes in, and by what it is known again.

A reveal may be of a mail that belongs to no filing yet; a letter that comes back is
found by its Message-ID.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

FILING = "fk_reveal_filing_id_filing"
OF_LETTERS = sa.text("kind IN ('letter', 'withdrawal')")
WORDS = (
    ("state", False),
    ("kind", False),
    ("matched_by", True),
    ("held", True),
    ("authenticity", False),
    ("suggested_kind", True),
    ("suggested_ground", True),
)


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "inbox_message",
        sa.Column("filing_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=True),
        sa.Column("received_at", moment, nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        *(sa.Column(n, sa.String(length=40), nullable=none) for n, none in WORDS),
        sa.Column("vendor", sa.String(), nullable=True),
        sa.Column("doubts", sa.JSON(), nullable=False),
        sa.Column("suggested_until", sa.Date(), nullable=True),
        sa.Column("near", sa.JSON(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=True),
        sa.Column("checks", sa.Integer(), nullable=False),
        sa.Column("check_at", moment, nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("key_epoch", sa.LargeBinary(), nullable=True),
        sa.Column("key_receipt", sa.LargeBinary(), nullable=True),
        sa.Column("epoch", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("filing_id", "id", name=op.f("pk_inbox_message")),
    )
    op.create_index(op.f("ix_inbox_message_id"), "inbox_message", ["id"])
    op.create_index(op.f("ix_inbox_message_state_id"), "inbox_message", ["state", "id"])
    for column in ("received_at", "check_at"):
        op.create_index(op.f(f"ix_inbox_message_{column}"), "inbox_message", [column])
    op.create_table(
        "inbox_seen",
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("seen_at", moment, nullable=False),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_inbox_seen")),
    )
    op.create_index(op.f("ix_inbox_seen_seen_at"), "inbox_seen", ["seen_at"])
    op.create_index(
        "ix_outbox_of_letters",
        "outbox",
        ["message_id"],
        sqlite_where=OF_LETTERS,
        postgresql_where=OF_LETTERS,
    )
    with op.batch_alter_table("reveal") as reveal:
        reveal.drop_constraint(FILING, type_="foreignkey")
        reveal.alter_column("request_id", existing_type=sa.Uuid(), nullable=True)
        reveal.add_column(sa.Column("mail_id", sa.Uuid(), nullable=True))


def downgrade() -> None:
    op.execute("DELETE FROM reveal WHERE mail_id IS NOT NULL")
    with op.batch_alter_table("reveal") as reveal:
        reveal.drop_column("mail_id")
        reveal.alter_column("request_id", existing_type=sa.Uuid(), nullable=False)
        reveal.create_foreign_key(FILING, "filing", ["filing_id"], ["id"])
    op.drop_index("ix_outbox_of_letters", table_name="outbox")
    op.drop_table("inbox_seen")
    op.drop_table("inbox_message")
