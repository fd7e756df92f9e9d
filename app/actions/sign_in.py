"""Sign in and out: the same answer, and the same work, for whoever tries.

A password opens a session that is whole, or one that waits for the second step. Whoever
guesses is slowed down by where they come from and by the account; who comes from a
browser in which the member has signed in before has tries of their own, so that
strangers who guess lock nobody out.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from argon2.exceptions import Argon2Error, InvalidHashError
from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from app.actions.desk import Desk
from app.actions.enrol_staff import HASHER, live_token, mailbox, token_holder
from app.actions.tell_staff import tell_member, tell_of_half
from app.store import audit, limits, staff
from app.store.base import insert_once
from app.store.keys import Keys
from app.store.outbox import MessageKind
from app.store.staff import Role, Stage

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
SECOND_STEP_LIVES = timedelta(minutes=10)
SEEN_AGAIN = timedelta(minutes=1)
USED_AGAIN = timedelta(minutes=10)
"""How often at most the last use of a program's token is written down."""
PROOF_LASTS = timedelta(minutes=10)
"""How long after a password, code or passkey what is sensitive may be done."""
DEVICE_LIVES = timedelta(days=180)
"""How long a browser is known after somebody signed in in it."""
TRIES_OF_ACCOUNT = 10
TRIES_OF_ADDRESS = 30
TRIES_WITHIN = timedelta(minutes=15)
NO_ONE = UUID(int=0)
NOBODY = HASHER.hash("a password that nobody has")
"""What an unknown mailbox is checked against, so that it takes as long."""


@dataclass(frozen=True, slots=True)
class Knock:
    """Where somebody comes from who wants in."""

    caller: bytes
    """Keyed hash of the address."""
    device: str | None = None
    """What this browser was given when somebody signed in in it."""
    agent: str = ""
    """Browser and system, in words."""


@dataclass(frozen=True, slots=True)
class Member:
    """A staff member who is signed in."""

    id: UUID
    email: str
    role: Role
    before: datetime | None = None
    """When they had signed in the time before."""
    seen_long_ago: bool = False
    """Whether it is time to write down that they are still here."""
    stage: Stage = Stage.WHOLE
    proved_at: datetime | None = None
    """When they last gave a password, a code or a passkey; None for a program."""
    has_second_step: bool = True

    @property
    def may_record(self) -> bool:
        """Whether they may change a request."""
        return self.role is not Role.AUDITOR

    @property
    def may_edit(self) -> bool:
        """Whether they say what is so of a law or a company."""
        return self.role in {Role.EDITOR, Role.ADMIN}

    @property
    def runs_this(self) -> bool:
        """Whether they look after the people on the admin side."""
        return self.role is Role.ADMIN

    def proved_lately(self, at: datetime) -> bool:
        """Return whether what is sensitive may be done without being asked again."""
        return self.proved_at is not None and at - self.proved_at <= PROOF_LASTS


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A new session."""

    token: str
    stage: Stage
    device: str | None = None
    """By which the browser is known next time; None until the session is whole."""


@dataclass(frozen=True, slots=True)
class Refused:
    """Not signed in; why is nobody's business."""


@dataclass(frozen=True, slots=True)
class Wait:
    """Too many tries."""

    seconds: int


def begin_sign_in(
    session: Session, keys: Keys, email: str, knock: Knock, *, at: datetime
) -> str | Wait:
    """Use one try of the account and of the address; return the hash to check against.

    A stranger gets nobody's hash, so that it takes as long.
    """
    email = mailbox(email)
    member = _member(session, email)
    own = device_of(session, keys, knock, member.id if member else NO_ONE, at=at)
    for key, limit in tries(keys, email, knock, own):
        wait = limits.take(session, key, at=at, limit=limit, period=TRIES_WITHIN)
        if wait is not None:
            return Wait(int(wait.total_seconds()) + 1)
    return NOBODY if member is None else member.password_hash or NOBODY


def device_of(
    session: Session, keys: Keys, knock: Knock, staff_id: UUID, *, at: datetime
) -> staff.StaffDevice | None:
    """Return the browser somebody comes from, if the member has signed in in it.

    For use inside an action alone.
    """
    hashes = keys.candidates("device", (knock.device or "").encode())
    return session.scalar(
        select(staff.StaffDevice).where(
            staff.StaffDevice.token_hash.in_(hashes),
            staff.StaffDevice.staff_id == staff_id,
            staff.StaffDevice.last_seen > at - DEVICE_LIVES,
        )
    )


def tries(
    keys: Keys, email: str, knock: Knock, own: staff.StaffDevice | None
) -> tuple[tuple[bytes, int], ...]:
    """Return what is limited, and to how many tries.

    Who comes from a browser that is known is limited by nothing that others do.
    """
    if own is not None:
        key = keys.hash("limit sign-in device", email.encode() + own.token_hash)
        return ((key, TRIES_OF_ACCOUNT),)
    return (
        (keys.hash("limit sign-in address", knock.caller), TRIES_OF_ADDRESS),
        (keys.hash("limit sign-in account", email.encode()), TRIES_OF_ACCOUNT),
    )


def fits(password_hash: str, password: str) -> bool:
    """Return whether a password is the one of a hash. Slow on purpose."""
    try:
        HASHER.verify(password_hash, password)
    except (Argon2Error, InvalidHashError):
        return False
    return password_hash != NOBODY


def sign_in(
    session: Session,
    desk: Desk,
    email: str,
    password_hash: str,
    knock: Knock,
    *,
    right: bool,
    at: datetime,
) -> SignedIn | Refused:
    """Open a session for who gave the right password; write down who did not.

    ``password_hash`` is the one that was checked: if it was changed meanwhile, the
    password is no longer right. Who needs no second step gets the try back.
    """
    email, keys = mailbox(email), desk.keys
    member = _member(session, email)
    if not right or member is None or member.password_hash != password_hash:
        audit.append(
            session,
            at=at,
            actor=str(member.id) if member else "stranger",
            action="sign-in refused",
        )
        return Refused()
    _forget_ended(session, at=at)
    if staff.has_second_step(session, member.id):
        token = _session(session, keys, member.id, Stage.HALF, knock, None, at=at)
        by = str(member.id)
        audit.append(session, at=at, actor=by, action="password right")
        half = _row(session, keys, token)
        known = device_of(session, keys, knock, member.id, at=at)
        if half is not None and known is None:
            until = at + SECOND_STEP_LIVES
            tell_of_half(session, desk, half, at=at, until=until)
        return SignedIn(token, Stage.HALF)
    give_back_tries(session, keys, member, knock, at=at)
    stage = Stage.BARE if desk.portal.production else Stage.WHOLE
    return let_in(session, desk, member, knock, stage, at=at)


def give_back_tries(
    session: Session, keys: Keys, member: staff.Staff, knock: Knock, *, at: datetime
) -> None:
    """Give back the try of who came all the way in."""
    own = device_of(session, keys, knock, member.id, at=at)
    for key, limit in tries(keys, member.email, knock, own):
        limits.refund(session, key, limit=limit, period=TRIES_WITHIN)


def let_in(
    session: Session,
    desk: Desk,
    member: staff.Staff,
    knock: Knock,
    stage: Stage,
    *,
    at: datetime,
    by: str = "password",
) -> SignedIn:
    """Open a session for who has shown all that there is to show; know the browser."""
    keys = desk.keys
    before, member.last_sign_in = member.last_sign_in, at
    token = _session(session, keys, member.id, stage, knock, before, at=at)
    audit.append(session, at=at, actor=str(member.id), action="signed in", by=by)
    own = device_of(session, keys, knock, member.id, at=at)
    if own is not None:
        own.last_seen = at
        return SignedIn(token, stage, knock.device)
    if before is not None:
        tell_member(session, desk, member.id, MessageKind.STAFF_DEVICE, at=at)
    device = _shared(session, keys, knock) or secrets.token_urlsafe(32)
    row = {
        "token_hash": keys.hash("device", device.encode()),
        "staff_id": member.id,
        "created_at": at,
        "last_seen": at,
    }
    insert_once(session, staff.StaffDevice.__table__, row)
    return SignedIn(token, stage, device)


def _shared(session: Session, keys: Keys, knock: Knock) -> str | None:
    """Return what the browser has from another member, so that both know it."""
    known = select(staff.StaffDevice.staff_id).where(
        staff.StaffDevice.token_hash
        == keys.hash("device", (knock.device or "").encode())
    )
    return knock.device if session.scalar(known.limit(1)) is not None else None


def _session(
    session: Session,
    keys: Keys,
    staff_id: UUID,
    stage: Stage,
    knock: Knock,
    before: datetime | None,
    *,
    at: datetime,
) -> str:
    token = secrets.token_urlsafe(32)
    session.add(
        staff.StaffSession(
            token_hash=keys.hash("session", token.encode()),
            staff_id=staff_id,
            created_at=at,
            last_seen=at,
            before=before,
            stage=stage,
            proved_at=at,
            tries=0,
            agent=knock.agent,
        )
    )
    session.flush()
    return token


def _member(session: Session, email: str) -> staff.Staff | None:
    """Return who can sign in with a mailbox."""
    member = session.scalar(select(staff.Staff).where(staff.Staff.email == email))
    usable = member is not None and member.disabled_at is None
    return member if usable else None


def _forget_ended(session: Session, *, at: datetime) -> None:
    half = staff.StaffSession.stage == Stage.HALF
    session.execute(
        delete(staff.StaffSession)
        .where(
            or_(
                staff.StaffSession.last_seen < at - IDLE,
                staff.StaffSession.created_at < at - LONGEST,
                half & (staff.StaffSession.created_at < at - SECOND_STEP_LIVES),
            )
        )
        .execution_options(synchronize_session=False)
    )
    session.execute(
        delete(staff.StaffDevice)
        .where(staff.StaffDevice.last_seen < at - DEVICE_LIVES)
        .execution_options(synchronize_session=False)
    )


def read_session(
    session: Session, keys: Keys, token: str, *, at: datetime
) -> Member | None:
    """Return who is signed in with a token; one whose second step is to come is not."""
    row = live_session(session, keys, token, at=at)
    if row is None or row.stage is Stage.HALF:
        return None
    member = session.get_one(staff.Staff, row.staff_id)
    second = staff.has_second_step(session, member.id)
    if row.stage is Stage.BARE and second:  # added elsewhere: it is asked for here, too
        return None
    return Member(
        member.id,
        member.email,
        member.role,
        row.before,
        at - row.last_seen > SEEN_AGAIN,
        row.stage,
        row.proved_at,
        second,
    )


def live_session(
    session: Session, keys: Keys, token: str, *, at: datetime, hold: bool = False
) -> staff.StaffSession | None:
    """Return a session that has not ended, of somebody who may be here.

    For use inside an action alone; ``hold``, nobody else changes it meanwhile.
    """
    row = _row(session, keys, token, hold=hold)
    if row is None or at - row.last_seen > IDLE or at - row.created_at > LONGEST:
        return None
    if row.stage is Stage.HALF and at - row.created_at > SECOND_STEP_LIVES:
        return None
    member = session.get(staff.Staff, row.staff_id)
    return None if member is None or member.disabled_at is not None else row


def seen(session: Session, keys: Keys, token: str, *, at: datetime) -> None:
    """Keep a session alive; written at most once a minute."""
    row = _row(session, keys, token)
    if row is not None and at - row.last_seen > SEEN_AGAIN:
        row.last_seen = at


def sign_out(session: Session, keys: Keys, token: str, *, at: datetime) -> None:
    """End a session."""
    row = _row(session, keys, token)
    if row is not None:
        audit.append(session, at=at, actor=str(row.staff_id), action="signed out")
        session.delete(row)


def holder(session: Session, keys: Keys, token: str) -> Member | None:
    """Return whose API token this is."""
    member = token_holder(session, keys, token)
    return Member(member.id, member.email, member.role) if member else None


def was_used_lately(session: Session, keys: Keys, token: str, *, at: datetime) -> bool:
    """Return whether a token's last use is written down so newly that it may stand."""
    row = live_token(session, keys, token)
    return row is None or (row.used_at is not None and at - row.used_at < USED_AGAIN)


def note_use(session: Session, keys: Keys, token: str, *, at: datetime) -> None:
    """Write down that a program used a token."""
    row = live_token(session, keys, token)
    if row is not None:
        row.used_at = at


def note_forbidden(
    session: Session, staff_id: UUID, what: str, *, at: datetime
) -> None:
    """Write down that somebody tried what their role may not do."""
    audit.append(
        session, at=at, actor=str(staff_id), action="refused by role", subject=what
    )


def _row(
    session: Session, keys: Keys, token: str, *, hold: bool = False
) -> staff.StaffSession | None:
    hashes = keys.candidates("session", token.encode())
    chosen = select(staff.StaffSession).where(staff.StaffSession.token_hash.in_(hashes))
    return session.scalar(chosen.with_for_update() if hold else chosen)
