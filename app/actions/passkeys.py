"""Passkeys (WebAuthn): a key that a device holds, and that signs for this site alone.

The device asks its owner for a finger, a face or a number each time, so one passkey is
two factors by itself. What is signed was asked for a moment before, and counts once.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import (
    parse_authentication_credential_json,
    parse_client_data_json,
    parse_registration_credential_json,
)
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from app.actions.desk import Desk
from app.actions.portal import Portal
from app.store.base import new_id
from app.store.keys import Keys
from app.store.staff import Passkey, PasskeyChallenge

ANSWER_WITHIN = timedelta(minutes=5)
CHALLENGE_BYTES = 32
LONGEST_NAME = 60
MOST_PASSKEYS = 20
MISREAD = (WebAuthnException, ValueError, TypeError, KeyError)
"""What reading an answer raises that no browser gives."""


@dataclass(frozen=True, slots=True)
class Site:
    """For whom a passkey signs."""

    host: str
    origin: str

    @classmethod
    def of(cls, portal: Portal) -> "Site":
        """Return the site of a portal."""
        parts = urlsplit(portal.base_url)
        return cls(parts.hostname or "", f"{parts.scheme}://{parts.netloc}")


def ask_for_passkey(
    session: Session, desk: Desk, staff_id: UUID | None, *, at: datetime
) -> str:
    """Return what a browser needs to use a passkey, as JSON; of anybody at the door."""
    challenge = _challenge(session, desk.keys, staff_id, at=at)
    options = generate_authentication_options(
        rp_id=Site.of(desk.portal).host,
        challenge=challenge,
        timeout=int(ANSWER_WITHIN.total_seconds() * 1000),
        allow_credentials=_known(session, staff_id) if staff_id else None,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return options_to_json(options)


def ask_for_new_passkey(
    session: Session, desk: Desk, staff_id: UUID, email: str, *, at: datetime
) -> str:
    """Return what a browser needs to make a passkey, as JSON."""
    options = generate_registration_options(
        rp_id=Site.of(desk.portal).host,
        rp_name="Efface",
        user_id=staff_id.bytes,
        user_name=email,
        challenge=_challenge(session, desk.keys, staff_id, at=at),
        timeout=int(ANSWER_WITHIN.total_seconds() * 1000),
        exclude_credentials=_known(session, staff_id),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
    )
    return options_to_json(options)


def _challenge(
    session: Session, keys: Keys, staff_id: UUID | None, *, at: datetime
) -> bytes:
    session.execute(
        delete(PasskeyChallenge)
        .where(PasskeyChallenge.expires_at < at)
        .execution_options(synchronize_session=False)
    )
    challenge = secrets.token_bytes(CHALLENGE_BYTES)
    session.add(
        PasskeyChallenge(
            challenge_hash=keys.hash("passkey challenge", challenge),
            staff_id=staff_id,
            expires_at=at + ANSWER_WITHIN,
        )
    )
    session.flush()
    return challenge


def _known(session: Session, staff_id: UUID) -> list[PublicKeyCredentialDescriptor]:
    ids = session.scalars(
        select(Passkey.credential_id).where(Passkey.staff_id == staff_id)
    )
    return [PublicKeyCredentialDescriptor(id=one) for one in ids]


def passkey_owner(
    session: Session, desk: Desk, answer: str, staff_id: UUID | None, *, at: datetime
) -> UUID | None:
    """Return whose passkey answered; None if it is no right answer to what was asked.

    ``staff_id`` is whom it was asked of, None at the door. What was asked is used up.
    """
    site = Site.of(desk.portal)
    try:
        given = parse_authentication_credential_json(answer)
        challenge = parse_client_data_json(given.response.client_data_json).challenge
        if not _asked(session, desk.keys, challenge, staff_id, at=at):
            return None
        passkey = session.scalar(
            select(Passkey)
            .where(Passkey.credential_id == given.raw_id)
            .with_for_update()
        )
        if passkey is None or staff_id not in {None, passkey.staff_id}:
            return None
        verified = verify_authentication_response(
            credential=given,
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            credential_public_key=passkey.public_key,
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=True,
        )
    except MISREAD:
        return None
    passkey.sign_count, passkey.last_used_at = verified.new_sign_count, at
    return passkey.staff_id


def keep_passkey(
    session: Session,
    desk: Desk,
    staff_id: UUID,
    answer: str,
    name: str,
    *,
    at: datetime,
) -> bool:
    """Keep a new passkey of a member; return whether it was one."""
    site = Site.of(desk.portal)
    try:
        given = parse_registration_credential_json(answer)
        challenge = parse_client_data_json(given.response.client_data_json).challenge
        if not _asked(session, desk.keys, challenge, staff_id, at=at):
            return False
        made = verify_registration_response(
            credential=given,
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            require_user_verification=True,
        )
    except MISREAD:
        return False
    of = select(Passkey.id, Passkey.credential_id, Passkey.staff_id)
    taken = session.execute(
        of.where(
            (Passkey.credential_id == made.credential_id)
            | (Passkey.staff_id == staff_id)
        )
    ).all()
    if len(taken) >= MOST_PASSKEYS or any(
        row.credential_id == made.credential_id for row in taken
    ):
        return False
    session.add(
        Passkey(
            id=new_id(at),
            staff_id=staff_id,
            credential_id=made.credential_id,
            public_key=made.credential_public_key,
            sign_count=made.sign_count,
            name=name[:LONGEST_NAME],
            created_at=at,
            last_used_at=None,
        )
    )
    session.flush()
    return True


def passkeys_of(session: Session, staff_id: UUID) -> Sequence[Passkey]:
    """Return a member's passkeys, oldest first; for use inside an action alone."""
    found = select(Passkey).where(Passkey.staff_id == staff_id)
    return session.scalars(found.order_by(Passkey.id)).all()


def _asked(
    session: Session,
    keys: Keys,
    challenge: bytes,
    staff_id: UUID | None,
    *,
    at: datetime,
) -> bool:
    """Use up what was asked of a member; return whether it was, and is not too old."""
    used = session.execute(
        delete(PasskeyChallenge)
        .where(
            PasskeyChallenge.challenge_hash.in_(
                keys.candidates("passkey challenge", challenge)
            ),
            PasskeyChallenge.staff_id.is_not_distinct_from(staff_id),
            PasskeyChallenge.expires_at >= at,
        )
        .returning(PasskeyChallenge.challenge_hash)
        .execution_options(synchronize_session=False)
    )
    return used.first() is not None
