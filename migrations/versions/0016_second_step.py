"""A second step at the door: passkeys, one-time codes, and codes for when both are lost.

Sessions say now how far somebody has come. All older ones end: whoever was signed in
signs in once more.
"""

import sqlalchemy as sa
from alembic import op

from app.store.base import Moment

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    op.add_column(
        "staff", sa.Column("language", sa.String(), server_default="en", nullable=False)
    )
    _sessions_anew(
        sa.Column(
            "stage",
            sa.Enum(
                "half", "bare", "whole", name="stage", native_enum=False, length=40
            ),
            nullable=False,
        ),
        sa.Column("proved_at", Moment(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("agent", sa.String(), nullable=False),
    )
    op.create_table(
        "staff_device",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("last_seen", Moment(), nullable=False),
        _of_staff("staff_device"),
        sa.PrimaryKeyConstraint("token_hash", "staff_id", name=op.f("pk_staff_device")),
    )
    op.create_index(op.f("ix_staff_device_staff_id"), "staff_device", ["staff_id"])
    op.create_index(op.f("ix_staff_device_last_seen"), "staff_device", ["last_seen"])
    op.create_table(
        "passkey",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("credential_id", sa.LargeBinary(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("last_used_at", Moment(), nullable=True),
        _of_staff("passkey"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkey")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_passkey_credential_id")),
    )
    op.create_index(op.f("ix_passkey_staff_id"), "passkey", ["staff_id"])
    op.create_table(
        "passkey_challenge",
        sa.Column("challenge_hash", sa.LargeBinary(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=True),
        sa.Column("expires_at", Moment(), nullable=False),
        _of_staff("passkey_challenge"),
        sa.PrimaryKeyConstraint("challenge_hash", name=op.f("pk_passkey_challenge")),
    )
    op.create_index(
        op.f("ix_passkey_challenge_expires_at"), "passkey_challenge", ["expires_at"]
    )
    op.create_table(
        "code_secret",
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("last_step", sa.Integer(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("confirmed_at", Moment(), nullable=True),
        _of_staff("code_secret"),
        sa.PrimaryKeyConstraint("staff_id", name=op.f("pk_code_secret")),
    )
    op.create_table(
        "recovery_code",
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("used_at", Moment(), nullable=True),
        _of_staff("recovery_code"),
        sa.PrimaryKeyConstraint("code_hash", name=op.f("pk_recovery_code")),
    )
    op.create_index(op.f("ix_recovery_code_staff_id"), "recovery_code", ["staff_id"])


def downgrade() -> None:
    for table in (
        "recovery_code",
        "code_secret",
        "passkey_challenge",
        "passkey",
        "staff_device",
    ):
        op.drop_table(table)
    _sessions_anew()
    op.drop_column("staff", "language")


def _of_staff(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_staff_id_staff")
    return sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=name)


def _sessions_anew(*more: sa.Column[object]) -> None:
    op.drop_table("staff_session")
    op.create_table(
        "staff_session",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("last_seen", Moment(), nullable=False),
        sa.Column("before", Moment(), nullable=True),
        *more,
        _of_staff("staff_session"),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_staff_session")),
    )
    op.create_index(op.f("ix_staff_session_staff_id"), "staff_session", ["staff_id"])
