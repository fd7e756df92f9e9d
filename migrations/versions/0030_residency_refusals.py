"""Keep what is learnt where vendors refuse people because of where they live.

Refusals on that ground are found by an index of their own. What was decided is history,
so its rows are only added.
"""

import sqlalchemy as sa
from alembic import op

from app.store.base import Moment

revision = "0030"
down_revision = "0029"

HISTORY = "residency_refusal"


def upgrade() -> None:
    op.create_table(
        "refusal_proposal",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("vendor", sa.String(), nullable=False),
        sa.Column("residence", sa.String(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("filings", sa.Integer(), nullable=False),
        sa.Column("proposed_at", Moment(), nullable=False),
        sa.Column("decided_at", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refusal_proposal")),
    )
    op.create_index(
        op.f("ix_refusal_proposal_vendor_residence"),
        "refusal_proposal",
        ["vendor", "residence"],
    )
    op.create_index(
        op.f("ix_refusal_proposal_decided_at"), "refusal_proposal", ["decided_at"]
    )
    op.create_table(
        HISTORY,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("vendor", sa.String(), nullable=False),
        sa.Column("residence", sa.String(), nullable=False),
        sa.Column("reading", sa.String(length=40), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("filings", sa.Integer(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("recorded_at", Moment(), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_residency_refusal")),
    )
    op.create_index(
        op.f("ix_residency_refusal_vendor_residence_id"),
        HISTORY,
        ["vendor", "residence", "id"],
    )
    outside = sa.text("denial_ground = 'outside-jurisdiction'")
    op.create_index(
        "ix_request_outside",
        "request",
        ["vendor", "filing_id", "id"],
        sqlite_where=outside,
        postgresql_where=outside,
    )
    sqlite = op.get_bind().dialect.name == "sqlite"
    for trigger in _of_sqlite() if sqlite else _of_postgres():
        op.execute(trigger)


def _of_sqlite() -> list[str]:
    return [
        f"CREATE TRIGGER {HISTORY}_no_{verb.lower()} BEFORE {verb} ON {HISTORY}"
        " BEGIN SELECT RAISE(ABORT, 'rows of this table are only added'); END"
        for verb in ("UPDATE", "DELETE")
    ]


def _of_postgres() -> list[str]:
    return [
        f"CREATE TRIGGER {HISTORY}_no_{verb.partition(' ')[0].lower()} BEFORE {verb}"
        f" ON {HISTORY} FOR EACH {each} EXECUTE FUNCTION refuse_change()"
        for verb, each in (("UPDATE OR DELETE", "ROW"), ("TRUNCATE", "STATEMENT"))
    ]


def downgrade() -> None:
    op.drop_index("ix_request_outside", "request")
    op.drop_table(HISTORY)
    op.drop_table("refusal_proposal")
