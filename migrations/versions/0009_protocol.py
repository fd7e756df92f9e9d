"""Keep what is known by the Data Rights Protocol.

A token for each business that we speak with, where a request stands by its company's
own server, the address for its callbacks, and the answers of which staff have to know.
"""

import sqlalchemy as sa
from alembic import op

from app.store.base import Moment

revision = "0009"
down_revision = "0008"


def sealed() -> list[sa.Column[object]]:
    return [
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("key_epoch", sa.LargeBinary(), nullable=True),
        sa.Column("key_receipt", sa.LargeBinary(), nullable=True),
        sa.Column("epoch", sa.String(), nullable=True),
    ]


def upgrade() -> None:
    op.create_table(
        "protocol_pair",
        sa.Column("api_base", sa.String(), nullable=False),
        sa.Column("business_id", sa.String(), nullable=False),
        sa.Column("vendor", sa.String(), nullable=False),
        sa.Column("set_up_at", Moment(), nullable=True),
        sa.Column("parked_at", Moment(), nullable=True),
        sa.Column("fault", sa.String(40), nullable=True),
        sa.Column("skew", sa.Integer(), nullable=True),
        *sealed(),
        sa.PrimaryKeyConstraint(
            "api_base", "business_id", name=op.f("pk_protocol_pair")
        ),
    )
    op.create_table(
        "protocol_request",
        sa.Column("filing_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.String(40), nullable=True),
        sa.Column("reason", sa.String(40), nullable=True),
        sa.Column("expected_by", Moment(), nullable=True),
        sa.Column("read_at", Moment(), nullable=True),
        sa.Column("next_read", Moment(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        *sealed(),
        sa.ForeignKeyConstraint(
            ["filing_id", "id"],
            ["request.filing_id", "request.id"],
            name=op.f("fk_protocol_request_filing_id_id_request"),
        ),
        sa.PrimaryKeyConstraint("filing_id", "id", name=op.f("pk_protocol_request")),
    )
    op.create_index(
        op.f("ix_protocol_request_next_read"), "protocol_request", ["next_read"]
    )
    op.create_table(
        "protocol_callback",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("filing_id", sa.Uuid(), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_protocol_callback")),
    )
    op.create_index(
        op.f("ix_protocol_callback_filing_id"), "protocol_callback", ["filing_id"]
    )
    op.create_table(
        "protocol_answer",
        sa.Column("filing_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("oddity", sa.String(40), nullable=False),
        sa.Column("http_status", sa.Integer(), nullable=True),
        *sealed(),
        sa.ForeignKeyConstraint(
            ["filing_id", "request_id"],
            ["request.filing_id", "request.id"],
            name=op.f("fk_protocol_answer_filing_id_request_id_request"),
        ),
        sa.PrimaryKeyConstraint("filing_id", "id", name=op.f("pk_protocol_answer")),
    )
    op.create_index(
        op.f("ix_protocol_answer_oddity_at"), "protocol_answer", ["oddity", "at"]
    )


def downgrade() -> None:
    op.execute("DELETE FROM outbox WHERE kind IN ('exercise', 'revocation')")
    for table in ("answer", "callback", "request", "pair"):
        op.drop_table(f"protocol_{table}")
