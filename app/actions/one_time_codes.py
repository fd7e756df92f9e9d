"""One-time codes from an app (RFC 6238), and recovery codes for when it is lost.

What the codes are computed from is sealed under a key derived from a master key: the
web tier has to compute them, so the worker's keys are no place for it.
"""

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

import pyotp
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from app.domain.receipts import ALPHABET, grouped
from app.store.keys import Keys
from app.store.sealing import CannotOpenError, decrypt, encrypt
from app.store.staff import CodeSecret, RecoveryCode

STEP = timedelta(seconds=30)
DIGITS = 6
DRIFT = 1
"""Steps by which an app's clock may differ, either way."""
RECOVERY_CODES = 10
RECOVERY_SYMBOLS = 24
"""120 random bits: enough to be kept as a plain keyed hash (ASVS 6.5.2)."""
LOOK_ALIKE = str.maketrans("OIL", "011")
PURPOSE = "one-time codes"


def begin_codes(session: Session, keys: Keys, staff_id: UUID, *, at: datetime) -> None:
    """Make what codes are computed from; it counts once a first code was typed.

    Codes that work already stay as they are.
    """
    row = session.get(CodeSecret, staff_id, with_for_update=True)
    if row is not None and row.confirmed_at is not None:
        return
    if row is not None:
        session.delete(row)
        session.flush()
    fresh = pyotp.random_base32()
    session.add(
        CodeSecret(
            staff_id=staff_id,
            sealed=_sealed(keys, staff_id, fresh.encode()),
            last_step=0,
            created_at=at,
            confirmed_at=None,
        )
    )
    session.flush()


def unconfirmed_secret(session: Session, keys: Keys, staff_id: UUID) -> str | None:
    """Return what an app has to be given, until its first code was typed."""
    row = session.get(CodeSecret, staff_id)
    if row is None or row.confirmed_at is not None:
        return None
    return _opened(keys, row)


def address_for_app(secret: str, email: str) -> str:
    """Return what the picture for an app holds (the otpauth form that apps read)."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name="Efface")


def use_code(
    session: Session, keys: Keys, staff_id: UUID, typed: str, *, at: datetime
) -> bool:
    """Return whether a code is right, and of a later step than any that was used."""
    row = session.get(CodeSecret, staff_id, with_for_update=True)
    digits = "".join(typed.split())
    if row is None or len(digits) != DIGITS or not digits.isascii():
        return False
    code_at = pyotp.TOTP(_opened(keys, row)).generate_otp
    now = int(at.timestamp() // STEP.total_seconds())
    fit = [
        step
        for step in range(now - DRIFT, now + DRIFT + 1)
        if _is(code_at, step, digits)
    ]
    if not fit or fit[-1] <= row.last_step:
        return False
    row.last_step = fit[-1]
    return True


def _is(code_at: Callable[[int], str], step: int, digits: str) -> bool:
    return secrets.compare_digest(code_at(step), digits)


def new_recovery_codes(
    session: Session, keys: Keys, staff_id: UUID, *, at: datetime
) -> tuple[str, ...]:
    """Return new recovery codes, shown once; older ones end."""
    forget_recovery_codes(session, staff_id)
    codes = tuple(
        "".join(secrets.choice(ALPHABET) for _ in range(RECOVERY_SYMBOLS))
        for _ in range(RECOVERY_CODES)
    )
    for code in codes:
        hashed = keys.hash("recovery code", code.encode())
        session.add(
            RecoveryCode(
                code_hash=hashed, staff_id=staff_id, created_at=at, used_at=None
            )
        )
    session.flush()
    return tuple(map(grouped, codes))


def use_recovery_code(
    session: Session, keys: Keys, staff_id: UUID, typed: str, *, at: datetime
) -> bool:
    """Use a recovery code up; return whether it was one that was left."""
    code = "".join(s for s in typed.upper() if s.isalnum()).translate(LOOK_ALIKE)
    if len(code) != RECOVERY_SYMBOLS:
        return False
    used = session.execute(
        update(RecoveryCode)
        .where(
            RecoveryCode.code_hash.in_(keys.candidates("recovery code", code.encode())),
            RecoveryCode.staff_id == staff_id,
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=at)
        .returning(RecoveryCode.code_hash)
        .execution_options(synchronize_session=False)
    )
    return used.first() is not None


def recovery_codes_left(session: Session, staff_id: UUID) -> int:
    """Return how many recovery codes have not been used."""
    left = select(func.count()).where(
        RecoveryCode.staff_id == staff_id, RecoveryCode.used_at.is_(None)
    )
    return session.scalar(left) or 0


def forget_recovery_codes(session: Session, staff_id: UUID) -> None:
    """Delete the recovery codes of a member."""
    session.execute(
        delete(RecoveryCode)
        .where(RecoveryCode.staff_id == staff_id)
        .execution_options(synchronize_session=False)
    )


def seal_codes_anew(session: Session, keys: Keys) -> int:
    """Seal what codes are computed from under the newest master key; count them.

    There are as many as people on the staff side, so it is done at once. What no key
    here opens stays as it is.
    """
    rows, moved = session.scalars(select(CodeSecret).with_for_update()).all(), 0
    for row in rows:
        try:
            opened = _opened(keys, row)
        except CannotOpenError:
            continue
        row.sealed = _sealed(keys, row.staff_id, opened.encode())
        moved += 1
    return moved


def _sealed(keys: Keys, staff_id: UUID, secret: bytes) -> bytes:
    key = keys.hash(PURPOSE, staff_id.bytes)
    return encrypt(key, secret, _bound(staff_id))


def _opened(keys: Keys, row: CodeSecret) -> str:
    """Open it with the key derived from any master key that is here.

    Raises:
        CannotOpenError: If none of them fits.
    """
    for key in keys.candidates(PURPOSE, row.staff_id.bytes):
        try:
            return decrypt(key, row.sealed, _bound(row.staff_id)).decode()
        except CannotOpenError:
            continue
    raise CannotOpenError("no master key opens it")


def _bound(staff_id: UUID) -> bytes:
    return f"code_secret|{staff_id}|sealed".encode()
