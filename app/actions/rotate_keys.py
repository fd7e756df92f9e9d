"""Seal living data keys to the newest epoch, a few filings at a time.

What is opened on the way also moves its keyed hashes to the newest master key: the
mailbox of a person or a watch, the reference that a vendor gave, the links on which one
answers or a resident stops news. The hashes of receipts, other links and tokens cannot
be computed again, since nobody keeps what they are made of; they are looked up under
every master key.
"""

import json
from datetime import datetime
from typing import Any, TypeAlias
from uuid import UUID

from sqlalchemy import delete, or_, select, tuple_
from sqlalchemy.orm import Session

from app.actions import protocol_rows
from app.actions.desk import Desk
from app.actions.prepare_filing import mailbox_hash
from app.actions.record_reply import reference_hashes, remember_reference
from app.actions.reply_links import SEALED_AS, hash_links_anew
from app.actions.reseal import things_of
from app.actions.stop_news import hash_stop_anew
from app.store import audit, inbox, outbox, people, protocol, requests
from app.store.audit import AuditEntry
from app.store.corrections import Correction, CorrectionMail, address_of, text_of
from app.store.mailboxes import held_mailbox, move_mailbox
from app.store.opening import Opener
from app.store.sealing import CannotOpenError, Where
from app.store.watches import Watch, place_of

BATCH = 50
BEGUN, ENDED = "key rotation begun", "key rotation ended"
SEALED_TABLES = (
    people.Person,
    people.DropFiling,
    requests.Letter,
    requests.Reply,
    requests.EvidenceFile,
    requests.StaffNote,
    outbox.Message,
    protocol.ProtocolRequest,
    protocol.ProtocolAnswer,
)


def unfinished(session: Session) -> str | None:
    """Return the epoch of a rotation that was begun and did not end."""
    last = session.scalar(
        select(AuditEntry)
        .where(AuditEntry.action.in_((BEGUN, ENDED)))
        .order_by(AuditEntry.seq.desc())
        .limit(1)
    )
    return last.subject if last is not None and last.action == BEGUN else None


def begin_rotation(session: Session, epoch: str, *, at: datetime) -> None:
    """Record that everything moves to an epoch from now on."""
    audit.append(session, at=at, actor="command", action=BEGUN, subject=epoch)


def end_rotation(session: Session, epoch: str, moved: int, *, at: datetime) -> None:
    """Record that nothing is left to be moved."""
    audit.append(
        session, at=at, actor="command", action=ENDED, subject=epoch, filings=moved
    )


def filings_behind(session: Session, epoch: str, after: UUID | None) -> list[UUID]:
    """Return the next filings that hold something sealed to another epoch."""
    found: set[UUID] = set()
    for table in SEALED_TABLES:
        older = select(table.filing_id).where(
            table.key_epoch.is_not(None),
            or_(table.epoch != epoch, table.epoch.is_(None)),
        )
        if after is not None:
            older = older.where(table.filing_id > after)
        older = older.distinct().order_by(table.filing_id).limit(BATCH)
        found.update(session.scalars(older))
    return sorted(found)[:BATCH]


def rotate_filing(
    session: Session, filing_id: UUID, *, desk: Desk, opener: Opener
) -> bool:
    """Move what is sealed of one filing to the newest epoch.

    Returns False where something could not be opened; it stays as it is.
    """
    epoch, whole = desk.keys.epoch, True
    # Locked before it is read: what is destroyed meanwhile must not be written back.
    filing = people.held(session, filing_id)
    held_mailbox(session, filing_id)
    for table in SEALED_TABLES:
        rows = select(table.epoch).where(table.filing_id == filing_id)
        session.execute(rows.with_for_update()).all()
    for row, where in things_of(session, filing_id):
        if row.thing is None or row.epoch == epoch.name:
            continue
        try:
            content = opener.open(row.thing, where)
            moved = opener.moved(
                row.thing, where, epoch, receipt_public=filing.receipt_public
            )
        except CannotOpenError:
            whole = False
            continue
        for name, value in people.columns(moved).items():
            setattr(row, name, value)
        _hash_anew(session, desk, row, content)
    return whole


def watches_behind(session: Session, epoch: str, after: UUID | None) -> list[UUID]:
    """Return the next watches whose address is sealed to another epoch."""
    older = select(Watch.id).where(Watch.epoch != epoch)
    if after is not None:
        older = older.where(Watch.id > after)
    return list(session.scalars(older.order_by(Watch.id).limit(BATCH)))


def rotate_watch(
    session: Session, watch_id: UUID, *, desk: Desk, opener: Opener
) -> bool:
    """Move one watch to the newest epoch; False where it could not be opened."""
    watch, epoch = session.get(Watch, watch_id, with_for_update=True), desk.keys.epoch
    if watch is None or watch.thing is None or watch.epoch == epoch.name:
        return True
    where = place_of(watch.id)
    try:
        content = json.loads(opener.open(watch.thing, where))
        moved = opener.moved(watch.thing, where, epoch, receipt_public=None)
    except CannotOpenError:
        return False
    for name, value in people.columns(moved).items():
        setattr(watch, name, value)
    watch.mailbox = mailbox_hash(desk, content["to"])
    watch.token_hash = desk.keys.hash("watch", content["token"].encode())
    return True


def corrections_behind(session: Session, epoch: str, after: UUID | None) -> list[UUID]:
    """Return the next corrections of which something is sealed to another epoch."""
    found: set[UUID] = set()
    for table in (Correction, CorrectionMail):
        older = select(table.id).where(
            table.key_epoch.is_not(None), table.epoch != epoch
        )
        if after is not None:
            older = older.where(table.id > after)
        found.update(session.scalars(older.order_by(table.id).limit(BATCH)))
    return sorted(found)[:BATCH]


def rotate_correction(
    session: Session, correction_id: UUID, *, desk: Desk, opener: Opener
) -> bool:
    """Move one correction to the newest epoch; False where it could not be opened."""
    epoch = desk.keys.epoch
    rows: tuple[tuple[people.SealedColumns | None, Where], ...] = (
        (
            session.get(Correction, correction_id, with_for_update=True),
            text_of(correction_id),
        ),
        (
            session.get(CorrectionMail, correction_id, with_for_update=True),
            address_of(correction_id),
        ),
    )
    for row, where in rows:
        if row is None or row.thing is None or row.epoch == epoch.name:
            continue
        try:
            content = json.loads(opener.open(row.thing, where))
            moved = opener.moved(row.thing, where, epoch, receipt_public=None)
        except CannotOpenError:
            return False
        for name, value in people.columns(moved).items():
            setattr(row, name, value)
        if isinstance(row, CorrectionMail):
            row.mailbox = mailbox_hash(desk, content["to"])
            row.token_hash = desk.keys.hash("correction", content["token"].encode())
    return True


def mails_behind(session: Session, epoch: str, after: UUID | None) -> list[UUID]:
    """Return the next mails that are sealed to another epoch."""
    table = inbox.InboxMessage
    older = select(table.id).where(table.key_epoch.is_not(None), table.epoch != epoch)
    if after is not None:
        older = older.where(table.id > after)
    return list(session.scalars(older.order_by(table.id).limit(BATCH)))


def rotate_mail(session: Session, mail_id: UUID, *, desk: Desk, opener: Opener) -> bool:
    """Move one mail to the newest epoch; False where it could not be opened."""
    filing_id = session.scalar(
        select(inbox.InboxMessage.filing_id).where(
            inbox.InboxMessage.id == mail_id, inbox.InboxMessage.request_id.is_not(None)
        )
    )
    filing = people.held(session, filing_id) if filing_id else None
    mail, epoch = inbox.mail_by_id(session, mail_id, hold=True), desk.keys.epoch
    if mail is None or mail.thing is None or mail.epoch == epoch.name:
        return True
    to_receipt = filing.receipt_public if filing else None
    try:
        moved = opener.moved(
            mail.thing, inbox.place_of(mail_id), epoch, receipt_public=to_receipt
        )
    except CannotOpenError:
        return False
    for name, value in people.columns(moved).items():
        setattr(mail, name, value)
    return True


Pair: TypeAlias = tuple[str, str]


def pairs_behind(session: Session, epoch: str, after: Pair | None) -> list[Pair]:
    """Return the next businesses whose token is sealed to another epoch."""
    table = protocol.ProtocolPair
    place = tuple_(table.api_base, table.business_id)
    older = select(table.api_base, table.business_id).where(
        table.key_epoch.is_not(None), table.epoch != epoch
    )
    if after is not None:
        older = older.where(place > after)
    rows = session.execute(older.order_by(table.api_base, table.business_id))
    return [(row[0], row[1]) for row in rows.fetchmany(BATCH)]


def rotate_pair(session: Session, key: Pair, *, desk: Desk, opener: Opener) -> bool:
    """Move one token to the newest epoch; False where it could not be opened."""
    pair = session.get(protocol.ProtocolPair, key, with_for_update=True)
    epoch = desk.keys.epoch
    if pair is None or pair.thing is None or pair.epoch == epoch.name:
        return True
    try:
        moved = opener.moved(
            pair.thing, protocol_rows.place_of(pair), epoch, receipt_public=None
        )
    except CannotOpenError:
        return False
    for name, value in people.columns(moved).items():
        setattr(pair, name, value)
    return True


def _person_anew(
    session: Session, desk: Desk, row: people.Person, document: dict[str, Any]
) -> None:
    if (known_as := row.email_index) is not None:
        row.email_index = mailbox_hash(desk, document["resident"]["email"])
        if row.email_index != known_as:
            move_mailbox(session, [known_as], row.email_index)
    if secret := document.get(SEALED_AS):
        hash_links_anew(session, desk.keys, secret, row.filing_id)
        hash_stop_anew(session, desk.keys, secret, row.filing_id)


def _hash_anew(
    session: Session, desk: Desk, row: people.SealedColumns, content: bytes
) -> None:
    """Move the hashes of what a thing holds to the newest master key."""
    if isinstance(row, people.Person):
        _person_anew(session, desk, row, json.loads(content))
    if not isinstance(row, requests.Reply):
        return
    reference = json.loads(content).get("vendor_reference")
    if not reference:
        return
    old = reference_hashes(desk, reference)[1:]
    found = requests.VendorReference
    gone = session.scalars(
        delete(found)
        .where(
            found.filing_id == row.filing_id,
            found.request_id == row.request_id,
            found.hash.in_(old),
        )
        .returning(found.hash)
    ).all()
    if gone:
        request = session.get_one(requests.Request, (row.filing_id, row.request_id))
        remember_reference(session, desk, request, reference)
