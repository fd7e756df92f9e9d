"""Keep a mail that came in, once, with what was found about it."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from app.actions.desk import Desk
from app.actions.letter_back import came_back
from app.actions.match_mail import Match
from app.channels.mail_reader import Raw
from app.domain.authenticity import Authenticity, Checked, Judged, judge
from app.domain.mail_kinds import MailKind, is_our_own, kind_of
from app.domain.mails import Held, Mail
from app.domain.suggestions import Suggestion, suggest
from app.domain.timeline import EventKind
from app.store import inbox, people
from app.store.base import new_id
from app.store.inbox import InboxMessage, MailState
from app.store.sealing import Sealer

CHECK_AGAIN = (
    timedelta(minutes=10),
    timedelta(hours=1),
    timedelta(hours=6),
    timedelta(days=1),
)
"""After each look-up that nobody answered; then the mail stays as it is."""
RECEIPTS = frozenset({None, EventKind.ACKNOWLEDGED})
"""What a program's mail may say without needing a person."""


class Came(StrEnum):
    """What became of a mail."""

    KEPT = "kept"
    TWICE = "twice"
    OUR_OWN = "our_own"


@dataclass(frozen=True, slots=True)
class Looked:
    """What was looked up and checked of a mail's signatures."""

    keys: Mapping[str, str | None] = field(default_factory=dict)
    checked: Mapping[str, Checked] = field(default_factory=dict)


def keep(
    session: Session,
    desk: Desk,
    raw: Raw,
    mail: Mail,
    match: Match,
    looked: Looked,
    *,
    same: bytes,
    at: datetime,
) -> Came:
    """Keep a mail, unless it was before: also one that came by another way."""
    words = digest_of(b"words", mail.message_id.encode(), mail.digest.encode())
    named = digest_of(b"id", mail.message_id.encode())
    hashes = desk.keys.candidates
    known = [*hashes("mail seen", same)]
    if mail.message_id and mail.digest:
        known += hashes("mail seen", words)
    if inbox.was_seen(session, known):
        inbox.note_seen(session, [desk.keys.hash("mail seen", same)], at=at)
        return Came.TWICE
    id_used = bool(mail.message_id) and inbox.was_seen(
        session, hashes("mail seen", named)
    )
    replayed = was_replayed(session, desk, mail, looked) or id_used
    noted = [same, words, named] if mail.message_id else [same]
    remember(session, desk, noted, looked, at=at)
    if _is_our_own(desk, mail):
        return Came.OUR_OWN
    judged = judge(
        mail,
        domains=match.domains,
        address=match.address,
        keys=looked.keys,
        checked=looked.checked,
        replayed=replayed,
        at=at,
    )
    held = mail.held
    if id_used or match.forgotten:
        held = held or (Held.ID_USED if id_used else Held.FORGOTTEN)
    kind = kind_of(mail)
    if kind in {MailKind.BOUNCE, MailKind.DELAY}:
        match = came_back(session, desk, mail, kind, at=at) or match
    suggestion = suggested(mail, kind, at)
    _insert(session, desk, raw, mail, match, judged, suggestion, looked, held, at=at)
    return Came.KEPT


def was_replayed(session: Session, desk: Desk, mail: Mail, looked: Looked) -> bool:
    """Return whether a signature that fits came before, under whatever else."""
    fit = [d for d, found in looked.checked.items() if found.fits]
    return any(
        inbox.was_seen(session, desk.keys.candidates("mail seen", _signed(digest)))
        for digest in fit
        if any(signature.digest == digest for signature in mail.signatures)
    )


def remember(
    session: Session,
    desk: Desk,
    noted: Sequence[bytes],
    looked: Looked,
    *,
    at: datetime,
) -> None:
    """Note by what a mail, and each signature of it that fits, is known again."""
    fit = [_signed(d) for d, found in looked.checked.items() if found.fits]
    hashes = [desk.keys.hash("mail seen", one) for one in (*noted, *fit)]
    inbox.note_seen(session, hashes, at=at)


def _is_our_own(desk: Desk, mail: Mail) -> bool:
    domain = desk.portal.mail_from.rpartition("@")[2]
    ours = mail.message_id.endswith(f"@{domain}>")
    return is_our_own(mail, sender=desk.portal.mail_from, ours=ours)


def suggested(mail: Mail, kind: MailKind, at: datetime) -> Suggestion:
    """Return what could be recorded; of a program's answer, that they have it."""
    if kind in {MailKind.BOUNCE, MailKind.DELAY}:
        return Suggestion()
    found = suggest(mail.subject, mail.text, on=at.date())
    if kind is MailKind.AUTOMATIC:
        own = tuple(b for b in found.because if b.what in {found.kind, "reference"})
        seen = own if found.kind is EventKind.ACKNOWLEDGED else ()
        return Suggestion(EventKind.ACKNOWLEDGED, None, None, found.reference, seen)
    return found


def _state(kind: MailKind, held: Held | None, suggestion: Suggestion) -> MailState:
    """Return whether a person has to look: a program's receipt never asks for one."""
    if held is not None and kind is not MailKind.AUTOMATIC:
        return MailState.WAITING
    quiet = kind in {MailKind.AUTOMATIC, MailKind.BOUNCE, MailKind.DELAY} or (
        kind is MailKind.GENERATED and suggestion.kind in RECEIPTS
    )
    return MailState.SETTLED if quiet else MailState.WAITING


def _insert(
    session: Session,
    desk: Desk,
    raw: Raw,
    mail: Mail,
    match: Match,
    judged: Judged,
    suggestion: Suggestion,
    looked: Looked,
    held: Held | None,
    *,
    at: datetime,
) -> None:
    mail_id = new_id(at)
    kind = kind_of(mail)
    document = document_of(mail, suggestion, looked, raw.size)
    sealer = Sealer(desk.keys.epoch, match.receipt_public)
    thing = sealer.seal(document + b"\n" + raw.content, inbox.place_of(mail_id))
    later = judged.verdict is Authenticity.NOT_CHECKED
    session.execute(
        insert(InboxMessage.__table__),
        {
            "filing_id": match.filing_id or mail_id,
            "id": mail_id,
            "request_id": match.request_id,
            "received_at": at,
            "size": raw.size,
            "state": _state(kind, held, suggestion),
            "kind": kind,
            "matched_by": match.by,
            "vendor": match.vendor,
            "held": held,
            "authenticity": judged.verdict,
            "doubts": list(judged.doubts),
            "suggested_kind": suggestion.kind,
            "suggested_ground": suggestion.ground,
            "suggested_until": suggestion.until,
            "near": list(match.near),
            "place": None,
            "checks": 1,
            "check_at": at + CHECK_AGAIN[0] if later else None,
            **people.columns(thing),
        },
    )


def document_of(mail: Mail, suggestion: Suggestion, looked: Looked, size: int) -> bytes:
    """Return what was read of a mail, on one line, as it is sealed before its bytes."""
    document: dict[str, Any] = {
        "sender": list(mail.sender),
        "to": list(mail.to),
        "subject": mail.subject,
        "written": mail.written,
        "message_id": mail.message_id,
        "text": mail.text,
        "files": list(mail.files),
        "reference": suggestion.reference,
        "because": [[one.what, one.words] for one in suggestion.because],
        "keys": dict(looked.keys),
        "size": size,
    }
    return json.dumps(document).encode()


def _signed(digest: str) -> bytes:
    return digest_of(b"signature", digest.encode())


def digest_of(*parts: bytes) -> bytes:
    """Return what is hashed to know a thing again."""
    return hashlib.sha256(b"\0".join(parts)).digest()
