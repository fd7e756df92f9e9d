"""Find an answer to a vendor's mail by its Message-ID, as letters are found."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"

OF_LETTERS = "kind IN ('letter', 'withdrawal', 'answer')"
BEFORE = "kind IN ('letter', 'withdrawal')"


def upgrade() -> None:
    _found_by_id(OF_LETTERS)


def downgrade() -> None:
    _found_by_id(BEFORE)


def _found_by_id(of: str) -> None:
    op.drop_index("ix_outbox_of_letters", table_name="outbox")
    op.create_index(
        "ix_outbox_of_letters",
        "outbox",
        ["message_id"],
        sqlite_where=sa.text(of),
        postgresql_where=sa.text(of),
    )
