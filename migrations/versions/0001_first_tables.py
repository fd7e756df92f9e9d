"""The first tables, and the guards that keep history from being changed.

A timeline, the audit trail and the directory's history are evidence: their rows are
only inserted, on both engines, whoever asks.
"""

import sqlalchemy as sa
from alembic import op

from app.store.base import Moment

revision = "0001"
down_revision = None


APPEND_ONLY = (
    "timeline_entry",
    "audit_entry",
    "vendor",
    "route",
    "offer",
    "vendor_order",
)


def _guard() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for table in APPEND_ONLY:
            for verb in ("UPDATE", "DELETE"):
                op.execute(
                    f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table}"
                    " BEGIN SELECT RAISE(ABORT, 'rows of this table are only added'); END"
                )
        return
    op.execute(
        "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        " RAISE EXCEPTION 'rows of this table are only added'; END $$"
    )
    for table in APPEND_ONLY:
        for verb, each in (("UPDATE OR DELETE", "ROW"), ("TRUNCATE", "STATEMENT")):
            name = verb.partition(" ")[0].lower()
            op.execute(
                f"CREATE TRIGGER {table}_no_{name} BEFORE {verb} ON {table}"
                f" FOR EACH {each} EXECUTE FUNCTION refuse_change()"
            )


def _unguard() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    for table in APPEND_ONLY:
        for verb in ("update", "delete") if sqlite else ("update", "truncate"):
            on = "" if sqlite else f" ON {table}"
            op.execute(f"DROP TRIGGER {table}_no_{verb}{on}")
    if not sqlite:
        op.execute("DROP FUNCTION refuse_change()")


def upgrade() -> None:
    op.create_table(
        "audit_entry",
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("previous", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit_entry")),
    )
    op.create_table(
        "directory_version",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_directory_version")),
    )
    op.create_table(
        "draft",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", Moment(), nullable=False),
        sa.Column("filing_id", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft")),
    )
    op.create_index(op.f("ix_draft_expires_at"), "draft", ["expires_at"], unique=False)
    op.create_table(
        "filing",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("residence", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("asks", sa.String(), nullable=False),
        sa.Column("on_behalf", sa.Boolean(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "unconfirmed",
                "confirmed",
                "expired",
                "withdrawn",
                "closed",
                name="filingstatus",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("rulebook", sa.String(), nullable=False),
        sa.Column("filed_on", sa.Date(), nullable=False),
        sa.Column("filed_at", Moment(), nullable=False),
        sa.Column("confirm_by", Moment(), nullable=False),
        sa.Column("confirmed_at", Moment(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("purge_on", sa.Date(), nullable=False),
        sa.Column("purged_at", Moment(), nullable=True),
        sa.Column("receipt_public", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_filing")),
    )
    op.create_index(op.f("ix_filing_purge_on"), "filing", ["purge_on"], unique=False)
    op.create_index(
        op.f("ix_filing_status_confirm_by"),
        "filing",
        ["status", "confirm_by"],
        unique=False,
    )
    op.create_table(
        "idempotency",
        sa.Column("key_hash", sa.LargeBinary(), nullable=False),
        sa.Column("body_hash", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_answer", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("key_hash", name=op.f("pk_idempotency")),
    )
    op.create_index(
        op.f("ix_idempotency_expires_at"), "idempotency", ["expires_at"], unique=False
    )
    op.create_table(
        "offer",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("vendor", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("document", sa.JSON(), nullable=True),
        sa.Column("content_hash", sa.LargeBinary(), nullable=False),
        sa.Column("recorded_at", Moment(), nullable=False),
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offer")),
    )
    op.create_index(
        op.f("ix_offer_vendor_key_id"), "offer", ["vendor", "key", "id"], unique=False
    )
    op.create_table(
        "rate",
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("until", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_rate")),
    )
    op.create_index(op.f("ix_rate_until"), "rate", ["until"], unique=False)
    op.create_table(
        "reply_address",
        sa.Column("local", sa.String(), nullable=False),
        sa.Column("filing_id", sa.Uuid(), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("local", name=op.f("pk_reply_address")),
    )
    op.create_table(
        "vendor_reference",
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("filing_id", sa.Uuid(), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint(
            "hash", "filing_id", "request_id", name=op.f("pk_vendor_reference")
        ),
    )
    op.create_index(
        op.f("ix_vendor_reference_filing_id"),
        "vendor_reference",
        ["filing_id"],
        unique=False,
    )
    op.create_table(
        "request_number",
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("filing_id", sa.Uuid(), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_request_number")),
    )
    op.create_table(
        "route",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("vendor", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("document", sa.JSON(), nullable=True),
        sa.Column("content_hash", sa.LargeBinary(), nullable=False),
        sa.Column("recorded_at", Moment(), nullable=False),
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_route")),
    )
    op.create_index(
        op.f("ix_route_vendor_key_id"), "route", ["vendor", "key", "id"], unique=False
    )
    op.create_table(
        "staff",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "caseworker",
                "editor",
                "auditor",
                "admin",
                name="role",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("password_hash", sa.String(), nullable=True),
        sa.Column("enrolled_at", Moment(), nullable=True),
        sa.Column("disabled_at", Moment(), nullable=True),
        sa.Column("last_sign_in", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff")),
        sa.UniqueConstraint("email", name=op.f("uq_staff_email")),
    )
    op.create_table(
        "vendor",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("vendor", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("document", sa.JSON(), nullable=True),
        sa.Column("content_hash", sa.LargeBinary(), nullable=False),
        sa.Column("recorded_at", Moment(), nullable=False),
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vendor")),
    )
    op.create_index(
        op.f("ix_vendor_vendor_key_id"), "vendor", ["vendor", "key", "id"], unique=False
    )
    op.create_table(
        "vendor_order",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("vendor", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("document", sa.JSON(), nullable=True),
        sa.Column("content_hash", sa.LargeBinary(), nullable=False),
        sa.Column("recorded_at", Moment(), nullable=False),
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vendor_order")),
    )
    op.create_index(
        op.f("ix_vendor_order_vendor_key_id"),
        "vendor_order",
        ["vendor", "key", "id"],
        unique=False,
    )
    op.create_table(
        "worker_lease",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("until", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_worker_lease")),
    )
    op.create_table(
        "cancellation",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("filing_id", sa.Uuid(), nullable=False),
        sa.Column("expires_at", Moment(), nullable=False),
        sa.Column("used_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["filing_id"], ["filing.id"], name=op.f("fk_cancellation_filing_id_filing")
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_cancellation")),
    )
    op.create_index(
        op.f("ix_cancellation_filing_id"), "cancellation", ["filing_id"], unique=False
    )
    op.create_table(
        "code",
        sa.Column("filing_id", sa.Uuid(), nullable=False),
        sa.Column(
            "purpose",
            sa.Enum(
                "confirm",
                "read",
                "withdraw",
                "erase",
                name="codepurpose",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", Moment(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("used_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["filing_id"], ["filing.id"], name=op.f("fk_code_filing_id_filing")
        ),
        sa.PrimaryKeyConstraint("filing_id", "purpose", name=op.f("pk_code")),
    )
    op.create_table(
        "confirmation",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("filing_id", sa.Uuid(), nullable=False),
        sa.Column("expires_at", Moment(), nullable=False),
        sa.Column("used_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["filing_id"], ["filing.id"], name=op.f("fk_confirmation_filing_id_filing")
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_confirmation")),
    )
    op.create_index(
        op.f("ix_confirmation_filing_id"), "confirmation", ["filing_id"], unique=False
    )
    op.create_table(
        "enrolment",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=True),
        sa.Column("expires_at", Moment(), nullable=False),
        sa.Column("used_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_enrolment_staff_id_staff")
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_enrolment")),
    )
    op.create_table(
        "outbox",
        sa.Column("filing_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "confirm",
                "code",
                "held",
                "sent",
                "answered",
                "undeliverable",
                "withdrawn",
                "erased",
                "lost_code",
                "due_soon",
                "overdue",
                "letter",
                name="messagekind",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("dedupe", sa.String(), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=True),
        sa.Column("letter_id", sa.Uuid(), nullable=True),
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "sending",
                "done",
                "unknown",
                "failed",
                "cancelled",
                name="state",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("unknowns", sa.Integer(), nullable=False),
        sa.Column("next_try", Moment(), nullable=False),
        sa.Column("lease_until", Moment(), nullable=True),
        sa.Column("owner", sa.String(), nullable=True),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("done_at", Moment(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("key_epoch", sa.LargeBinary(), nullable=True),
        sa.Column("key_receipt", sa.LargeBinary(), nullable=True),
        sa.Column("epoch", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["filing_id"], ["filing.id"], name=op.f("fk_outbox_filing_id_filing")
        ),
        sa.PrimaryKeyConstraint("filing_id", "id", name=op.f("pk_outbox")),
        sa.UniqueConstraint(
            "filing_id", "dedupe", name=op.f("uq_outbox_filing_id_dedupe")
        ),
    )
    op.create_index(
        "ix_outbox_due",
        "outbox",
        ["next_try"],
        unique=False,
        sqlite_where=sa.text("state IN ('waiting', 'unknown', 'sending')"),
        postgresql_where=sa.text("state IN ('waiting', 'unknown', 'sending')"),
    )
    op.create_table(
        "person",
        sa.Column("filing_id", sa.Uuid(), nullable=False),
        sa.Column("email_index", sa.LargeBinary(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("key_epoch", sa.LargeBinary(), nullable=True),
        sa.Column("key_receipt", sa.LargeBinary(), nullable=True),
        sa.Column("epoch", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["filing_id"], ["filing.id"], name=op.f("fk_person_filing_id_filing")
        ),
        sa.PrimaryKeyConstraint("filing_id", name=op.f("pk_person")),
    )
    op.create_index(
        op.f("ix_person_email_index"), "person", ["email_index"], unique=False
    )
    op.create_table(
        "receipt",
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("filing_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["filing_id"], ["filing.id"], name=op.f("fk_receipt_filing_id_filing")
        ),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_receipt")),
    )
    op.create_index(
        op.f("ix_receipt_filing_id"), "receipt", ["filing_id"], unique=False
    )
    op.create_table(
        "request",
        sa.Column("filing_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("vendor", sa.String(), nullable=False),
        sa.Column(
            "route",
            sa.Enum(
                "email",
                "drp",
                "webform",
                "letter",
                name="routekind",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("reply_to", sa.String(), nullable=False),
        sa.Column(
            "verdict",
            sa.Enum(
                "eligible",
                "offered",
                "uncertain",
                "opt_out_only",
                "not_eligible",
                name="verdict",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("law", sa.String(), nullable=True),
        sa.Column("told", sa.JSON(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "unconfirmed",
                "queued",
                "sent",
                "acknowledged",
                "identity_requested",
                "answered",
                "appealed",
                "closed",
                "withdrawn",
                "undeliverable",
                "expired",
                name="status",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "outcome",
            sa.Enum(
                "deleted",
                "partly_deleted",
                "suppressed",
                "opted_out",
                "de_indexed",
                "nothing_found",
                "refused",
                "no_answer",
                name="outcome",
                native_enum=False,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column(
            "denial_ground",
            sa.Enum(
                "legal-retention-duty",
                "legal-claims",
                "freedom-of-expression",
                "journalistic",
                "public-interest",
                "public-health",
                "archiving-research",
                "contract-necessary",
                "third-party-rights",
                "law-enforcement-security",
                "trade-secret",
                "manifestly-unfounded-or-excessive",
                "identity-not-verified",
                "overriding-legitimate-interest",
                "not-inaccurate",
                "not-unlawful",
                "no-erasure-right",
                "consent-not-the-basis",
                "consent-given",
                "purpose-not-served",
                "publicly-available",
                "out-of-scope",
                "small-business-out-of-scope",
                "technically-infeasible",
                "excessive-cost-with-alternative",
                "outside-jurisdiction",
                "agent-not-accepted",
                "suppression-instead",
                "other",
                name="denialground",
                native_enum=False,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column(
            "evidence",
            sa.Enum(
                "protocol",
                "vendor_link",
                "authenticated_mail",
                "mail",
                "letter",
                "resident",
                "staff",
                name="evidence",
                native_enum=False,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("sent_on", sa.Date(), nullable=True),
        sa.Column("respond_due", sa.Date(), nullable=True),
        sa.Column("extended_due", sa.Date(), nullable=True),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("certainty", sa.String(), nullable=False),
        sa.Column("complaint_until", sa.Date(), nullable=True),
        sa.Column("reminded_on", sa.Date(), nullable=True),
        sa.Column("events", sa.Integer(), nullable=False),
        sa.Column("head", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["filing_id"], ["filing.id"], name=op.f("fk_request_filing_id_filing")
        ),
        sa.PrimaryKeyConstraint("filing_id", "id", name=op.f("pk_request")),
    )
    op.create_index(op.f("ix_request_id"), "request", ["id"], unique=False)
    op.create_index(
        "ix_request_queue",
        "request",
        ["status", "due", "vendor", "id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_request_vendor_status_due_id"),
        "request",
        ["vendor", "status", "due", "id"],
        unique=False,
    )
    op.create_table(
        "reseal",
        sa.Column("filing_id", sa.Uuid(), nullable=False),
        sa.Column("asked_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["filing_id"], ["filing.id"], name=op.f("fk_reseal_filing_id_filing")
        ),
        sa.PrimaryKeyConstraint("filing_id", name=op.f("pk_reseal")),
    )
    op.create_table(
        "reveal",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("filing_id", sa.Uuid(), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("answer", sa.LargeBinary(), nullable=True),
        sa.Column("asked_at", Moment(), nullable=False),
        sa.Column("answered_at", Moment(), nullable=True),
        sa.Column("expires_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["filing_id"], ["filing.id"], name=op.f("fk_reveal_filing_id_filing")
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_reveal_staff_id_staff")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reveal")),
    )
    op.create_index(op.f("ix_reveal_asked_at"), "reveal", ["asked_at"], unique=False)
    op.create_index(op.f("ix_reveal_filing_id"), "reveal", ["filing_id"], unique=False)
    op.create_table(
        "staff_session",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("last_seen", Moment(), nullable=False),
        sa.Column("before", Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_staff_session_staff_id_staff")
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_staff_session")),
    )
    op.create_index(
        op.f("ix_staff_session_staff_id"), "staff_session", ["staff_id"], unique=False
    )
    op.create_table(
        "staff_token",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("revoked_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_staff_token_staff_id_staff")
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_staff_token")),
    )
    op.create_index(
        op.f("ix_staff_token_staff_id"), "staff_token", ["staff_id"], unique=False
    )
    op.create_table(
        "letter",
        sa.Column("filing_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("key_epoch", sa.LargeBinary(), nullable=True),
        sa.Column("key_receipt", sa.LargeBinary(), nullable=True),
        sa.Column("epoch", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["filing_id", "request_id"],
            ["request.filing_id", "request.id"],
            name=op.f("fk_letter_filing_id_request_id_request"),
        ),
        sa.PrimaryKeyConstraint("filing_id", "id", name=op.f("pk_letter")),
    )
    op.create_table(
        "reply",
        sa.Column("filing_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", Moment(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("key_epoch", sa.LargeBinary(), nullable=True),
        sa.Column("key_receipt", sa.LargeBinary(), nullable=True),
        sa.Column("epoch", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["filing_id", "request_id"],
            ["request.filing_id", "request.id"],
            name=op.f("fk_reply_filing_id_request_id_request"),
        ),
        sa.PrimaryKeyConstraint("filing_id", "id", name=op.f("pk_reply")),
    )
    op.create_table(
        "timeline_entry",
        sa.Column("filing_id", sa.Uuid(), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "filed",
                "confirmed",
                "expired",
                "sent",
                "undeliverable",
                "acknowledged",
                "identity_requested",
                "identity_given",
                "extended",
                "deleted",
                "partly_deleted",
                "suppressed",
                "opted_out",
                "de_indexed",
                "nothing_found",
                "refused",
                "appealed",
                "closed",
                "withdrawn",
                "reopened",
                "retracted",
                name="eventkind",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("at", Moment(), nullable=False),
        sa.Column(
            "by",
            sa.Enum(
                "resident",
                "vendor",
                "staff",
                "portal",
                name="actor",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("on", sa.Date(), nullable=True),
        sa.Column(
            "outcome",
            sa.Enum(
                "deleted",
                "partly_deleted",
                "suppressed",
                "opted_out",
                "de_indexed",
                "nothing_found",
                "refused",
                "no_answer",
                name="outcome",
                native_enum=False,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column(
            "denial_ground",
            sa.Enum(
                "legal-retention-duty",
                "legal-claims",
                "freedom-of-expression",
                "journalistic",
                "public-interest",
                "public-health",
                "archiving-research",
                "contract-necessary",
                "third-party-rights",
                "law-enforcement-security",
                "trade-secret",
                "manifestly-unfounded-or-excessive",
                "identity-not-verified",
                "overriding-legitimate-interest",
                "not-inaccurate",
                "not-unlawful",
                "no-erasure-right",
                "consent-not-the-basis",
                "consent-given",
                "purpose-not-served",
                "publicly-available",
                "out-of-scope",
                "small-business-out-of-scope",
                "technically-infeasible",
                "excessive-cost-with-alternative",
                "outside-jurisdiction",
                "agent-not-accepted",
                "suppression-instead",
                "other",
                name="denialground",
                native_enum=False,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column(
            "evidence",
            sa.Enum(
                "protocol",
                "vendor_link",
                "authenticated_mail",
                "mail",
                "letter",
                "resident",
                "staff",
                name="evidence",
                native_enum=False,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("retracts", sa.Integer(), nullable=True),
        sa.Column(
            "resumes",
            sa.Enum(
                "unconfirmed",
                "queued",
                "sent",
                "acknowledged",
                "identity_requested",
                "answered",
                "appealed",
                "closed",
                "withdrawn",
                "undeliverable",
                "expired",
                name="status",
                native_enum=False,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("commitment", sa.LargeBinary(), nullable=True),
        sa.Column("previous", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["filing_id", "request_id"],
            ["request.filing_id", "request.id"],
            name=op.f("fk_timeline_entry_filing_id_request_id_request"),
        ),
        sa.PrimaryKeyConstraint(
            "filing_id", "request_id", "place", name=op.f("pk_timeline_entry")
        ),
    )
    _guard()


def downgrade() -> None:
    _unguard()
    op.drop_table("timeline_entry")
    op.drop_table("reply")
    op.drop_table("letter")
    op.drop_index(op.f("ix_staff_token_staff_id"), table_name="staff_token")
    op.drop_table("staff_token")
    op.drop_index(op.f("ix_staff_session_staff_id"), table_name="staff_session")
    op.drop_table("staff_session")
    op.drop_index(op.f("ix_reveal_filing_id"), table_name="reveal")
    op.drop_index(op.f("ix_reveal_asked_at"), table_name="reveal")
    op.drop_table("reveal")
    op.drop_table("reseal")
    op.drop_index(op.f("ix_request_vendor_status_due_id"), table_name="request")
    op.drop_index("ix_request_queue", table_name="request")
    op.drop_index(op.f("ix_request_id"), table_name="request")
    op.drop_table("request")
    op.drop_index(op.f("ix_receipt_filing_id"), table_name="receipt")
    op.drop_table("receipt")
    op.drop_index(op.f("ix_person_email_index"), table_name="person")
    op.drop_table("person")
    op.drop_index(
        "ix_outbox_due",
        table_name="outbox",
        sqlite_where=sa.text("state IN ('waiting', 'unknown', 'sending')"),
        postgresql_where=sa.text("state IN ('waiting', 'unknown', 'sending')"),
    )
    op.drop_table("outbox")
    op.drop_table("enrolment")
    op.drop_index(op.f("ix_confirmation_filing_id"), table_name="confirmation")
    op.drop_table("confirmation")
    op.drop_table("code")
    op.drop_index(op.f("ix_cancellation_filing_id"), table_name="cancellation")
    op.drop_table("cancellation")
    op.drop_table("worker_lease")
    op.drop_index(op.f("ix_vendor_order_vendor_key_id"), table_name="vendor_order")
    op.drop_table("vendor_order")
    op.drop_index(op.f("ix_vendor_vendor_key_id"), table_name="vendor")
    op.drop_table("vendor")
    op.drop_table("staff")
    op.drop_index(op.f("ix_route_vendor_key_id"), table_name="route")
    op.drop_table("route")
    op.drop_table("request_number")
    op.drop_index(op.f("ix_vendor_reference_filing_id"), table_name="vendor_reference")
    op.drop_table("vendor_reference")
    op.drop_table("reply_address")
    op.drop_index(op.f("ix_rate_until"), table_name="rate")
    op.drop_table("rate")
    op.drop_index(op.f("ix_offer_vendor_key_id"), table_name="offer")
    op.drop_table("offer")
    op.drop_index(op.f("ix_idempotency_expires_at"), table_name="idempotency")
    op.drop_table("idempotency")
    op.drop_index(op.f("ix_filing_status_confirm_by"), table_name="filing")
    op.drop_index(op.f("ix_filing_purge_on"), table_name="filing")
    op.drop_table("filing")
    op.drop_index(op.f("ix_draft_expires_at"), table_name="draft")
    op.drop_table("draft")
    op.drop_table("directory_version")
    op.drop_table("audit_entry")
