"""Say of what kind a file is, without opening it; let staff ask to open one.

Pictures stay out of backups, and staff see a file's kind before they say why they need
it: its name is sealed. A reveal is of a person, or of one file.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.add_column("evidence", sa.Column("kind", sa.String(), nullable=True))
    op.add_column("reveal", sa.Column("evidence_id", sa.Uuid(), nullable=True))


def downgrade() -> None:
    # Without the file that it is of, a reveal would be read as one of the person.
    op.execute("DELETE FROM reveal WHERE evidence_id IS NOT NULL")
    op.drop_column("reveal", "evidence_id")
    op.drop_column("evidence", "kind")
