"""Keep what registers of data brokers say, year by year; let vendors have a key.

An entry in a register is history like an offer, so its rows are only added. Of a
vendor's key only a hash is kept, and a public half to which lists are sealed.
"""

import sqlalchemy as sa
from alembic import op

from app.store.base import Moment

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.create_table(
        "registration",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("vendor", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("document", sa.JSON(), nullable=True),
        sa.Column("content_hash", sa.LargeBinary(), nullable=False),
        sa.Column("recorded_at", Moment(), nullable=False),
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registration")),
    )
    op.create_index(
        op.f("ix_registration_vendor_key_id"), "registration", ["vendor", "key", "id"]
    )
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER registration_no_{verb.lower()} BEFORE {verb}"
                " ON registration"
                " BEGIN SELECT RAISE(ABORT, 'rows of this table are only added'); END"
            )
    else:
        for verb, each in (("UPDATE OR DELETE", "ROW"), ("TRUNCATE", "STATEMENT")):
            name = verb.partition(" ")[0].lower()
            op.execute(
                f"CREATE TRIGGER registration_no_{name} BEFORE {verb} ON registration"
                f" FOR EACH {each} EXECUTE FUNCTION refuse_change()"
            )
    op.create_table(
        "vendor_key",
        sa.Column("key_hash", sa.LargeBinary(), nullable=False),
        sa.Column("vendor", sa.String(), nullable=False),
        sa.Column("public", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("revoked_at", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("key_hash", name=op.f("pk_vendor_key")),
    )
    op.create_index(op.f("ix_vendor_key_vendor"), "vendor_key", ["vendor"])


def downgrade() -> None:
    op.drop_index(op.f("ix_vendor_key_vendor"), table_name="vendor_key")
    op.drop_table("vendor_key")
    op.drop_index(op.f("ix_registration_vendor_key_id"), table_name="registration")
    op.drop_table("registration")
