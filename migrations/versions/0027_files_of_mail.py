"""Let a member ask for one file that hangs on a mail."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    with op.batch_alter_table("reveal") as reveal:
        reveal.add_column(sa.Column("mail_file", sa.Integer(), nullable=True))


def downgrade() -> None:
    # Else a file would be read as what the mail says.
    op.execute("DELETE FROM reveal WHERE mail_file IS NOT NULL")
    with op.batch_alter_table("reveal") as reveal:
        reveal.drop_column("mail_file")
