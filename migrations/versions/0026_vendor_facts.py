"""Keep which facts of a vendor changed and when.

A fact's version is history like an offer's, so its rows are only added.
"""

import sqlalchemy as sa
from alembic import op

from app.store.base import Moment

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    op.create_table(
        "vendor_fact",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("vendor", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("document", sa.JSON(), nullable=True),
        sa.Column("content_hash", sa.LargeBinary(), nullable=False),
        sa.Column("recorded_at", Moment(), nullable=False),
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vendor_fact")),
    )
    op.create_index(
        op.f("ix_vendor_fact_vendor_key_id"), "vendor_fact", ["vendor", "key", "id"]
    )
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER vendor_fact_no_{verb.lower()} BEFORE {verb}"
                " ON vendor_fact"
                " BEGIN SELECT RAISE(ABORT, 'rows of this table are only added'); END"
            )
    else:
        for verb, each in (("UPDATE OR DELETE", "ROW"), ("TRUNCATE", "STATEMENT")):
            name = verb.partition(" ")[0].lower()
            op.execute(
                f"CREATE TRIGGER vendor_fact_no_{name} BEFORE {verb} ON vendor_fact"
                f" FOR EACH {each} EXECUTE FUNCTION refuse_change()"
            )


def downgrade() -> None:
    op.drop_index(op.f("ix_vendor_fact_vendor_key_id"), table_name="vendor_fact")
    op.drop_table("vendor_fact")
