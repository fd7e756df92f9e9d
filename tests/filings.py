"""A filing with everything that a filing has, for tests that are about something else."""

import json
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from app.domain.grounds import Verdict
from app.domain.receipts import (
    ADDRESS_BITS,
    NUMBER_BITS,
    RECEIPT_BITS,
    address_from,
    number_from,
    receipt_from,
    secret_of,
)
from app.domain.timeline import Actor, Event, EventKind, Status
from app.domain.vendors import RouteKind
from app.store import outbox, people, requests
from app.store.base import insert_together, new_id
from app.store.keys import Keys
from app.store.people import columns
from app.store.sealing import Sealed, Sealer, Where, receipt_public

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Made:
    """The keys of what was made."""

    id: UUID
    receipt: str
    requests: tuple[UUID, ...]
    letters: tuple[UUID, ...]
    replies: tuple[UUID, ...]
    messages: tuple[UUID, ...]

    @property
    def secret(self) -> bytes:
        """The receipt, as the keys are made from it."""
        return secret_of(self.receipt)


def make_filing(
    session: Session,
    keys: Keys,
    *,
    vendors: tuple[str, ...] = ("clearview-ai",),
    at: datetime = NOON,
    name: str = "Ada Example",
    email: str = "ada@example.org",
    words: str = "Please delete what you hold about me.",
    answer: str = "We hold nothing about this person.",
    proof: str = "A screenshot of their answer.",
    code: str = "123456",
) -> Made:
    """Store a filing: its person, requests, letters, replies, files, mail, ways in."""
    filing_id, receipt = new_id(at), receipt_from(secrets.randbits(RECEIPT_BITS))
    public = receipt_public(secret_of(receipt))

    def sealed(where: Where, content: object) -> dict[str, Any]:
        document = json.dumps(content, ensure_ascii=False).encode()
        return columns(Sealer(keys.epoch, public).seal(document, where))

    insert_together(
        session,
        (people.Filing.__table__, _filing(filing_id, public, at)),
        (
            people.Receipt.__table__,
            {
                "hash": keys.hash("receipt", secret_of(receipt)),
                "filing_id": filing_id,
            },
        ),
        (
            people.Person.__table__,
            {
                "filing_id": filing_id,
                "email_index": keys.hash("mailbox", email.encode()),
                **sealed(
                    Where("person", str(filing_id)), {"name": name, "email": email}
                ),
            },
        ),
        (
            people.Code.__table__,
            {
                "filing_id": filing_id,
                "purpose": people.CodePurpose.CONFIRM,
                "code_hash": keys.hash("code confirm", filing_id.bytes + code.encode()),
                "expires_at": at + timedelta(minutes=10),
                "tries": 0,
                "used_at": None,
            },
        ),
        (
            people.Confirmation.__table__,
            {
                "token_hash": keys.hash("confirmation", secrets.token_bytes(24)),
                "filing_id": filing_id,
                "expires_at": at + timedelta(hours=24),
                "used_at": None,
            },
        ),
    )
    made = [make_request(session, filing_id, vendor, at=at) for vendor in vendors]
    letters, replies, messages = [], [], [new_id(at)]
    for request_id in made:
        letter, reply, message = new_id(at), new_id(at), new_id(at)
        session.execute(
            insert(requests.Letter.__table__),
            {
                "filing_id": filing_id,
                "id": letter,
                "request_id": request_id,
                "kind": "request",
                "language": "en",
                "created_at": at,
                **sealed(Where("letter", str(letter)), {"name": name, "text": words}),
            },
        )
        session.execute(
            insert(requests.Reply.__table__),
            {
                "filing_id": filing_id,
                "id": reply,
                "request_id": request_id,
                "place": 1,
                "received_on": at.date(),
                "recorded_at": at,
                **sealed(Where("reply", str(reply)), {"text": answer}),
            },
        )
        session.execute(
            insert(requests.EvidenceFile.__table__),
            {
                "filing_id": filing_id,
                "id": reply,
                "request_id": request_id,
                "place": 1,
                "given_at": at,
                **sealed(Where("evidence", str(reply)), {"name": proof}),
            },
        )
        letters.append(letter)
        replies.append(reply)
        messages.append(message)
        make_message(
            session,
            filing_id,
            message,
            kind=outbox.MessageKind.LETTER,
            request_id=request_id,
            letter_id=letter,
            at=at,
        )
    make_message(
        session,
        filing_id,
        messages[0],
        at=at,
        **sealed(Where("outbox", str(messages[0])), {"to": email, "code": code}),
    )
    return Made(
        filing_id,
        receipt,
        tuple(made),
        tuple(letters),
        tuple(replies),
        tuple(messages),
    )


def _filing(filing_id: UUID, public: bytes, at: datetime) -> dict[str, object]:
    return {
        "id": filing_id,
        "residence": "CA-ON",
        "language": "en",
        "asks": "deletion",
        "on_behalf": False,
        "status": people.FilingStatus.UNCONFIRMED,
        "rulebook": "sha256:0",
        "filed_on": at.date(),
        "filed_at": at,
        "confirm_by": at + timedelta(hours=24),
        "confirmed_at": None,
        "closed_on": None,
        "purge_on": at.date() + timedelta(days=730),
        "purged_at": None,
        "receipt_public": public,
    }


def make_request(
    session: Session, filing_id: UUID, vendor: str, *, at: datetime = NOON
) -> UUID:
    """Store an unconfirmed request with its first entry and the ways to find it."""
    request_id = new_id(at)
    filed = Event(kind=EventKind.FILED, at=at, by=Actor.RESIDENT)
    first = requests.first_entry(filing_id, request_id, filed)
    number = number_from(secrets.randbits(NUMBER_BITS))
    local = address_from(secrets.randbits(ADDRESS_BITS))
    finds = {"filing_id": filing_id, "request_id": request_id}
    nothing = dict.fromkeys(
        (
            "outcome",
            "denial_ground",
            "evidence",
            "sent_on",
            "respond_due",
            "extended_due",
            "due",
            "complaint_until",
            "reminded_on",
            "assigned_to",
            "unseen",
            "by_hand",
        )
    )
    row = nothing | {
        "filing_id": filing_id,
        "id": request_id,
        "number": number,
        "vendor": vendor,
        "route": RouteKind.EMAIL,
        "reply_to": local,
        "verdict": Verdict.UNCERTAIN,
        "law": "ca-pipeda",
        "told": {"verdict": "uncertain"},
        "status": Status.UNCONFIRMED,
        "certainty": "none",
        "events": 1,
        "head": first["hash"],
    }
    insert_together(
        session,
        (requests.Request.__table__, row),
        (requests.RequestNumber.__table__, {"number": number, **finds}),
        (requests.ReplyAddress.__table__, {"local": local, **finds}),
        (requests.TimelineEntry.__table__, first),
    )
    return request_id


def make_message(
    session: Session,
    filing_id: UUID,
    message_id: UUID,
    *,
    at: datetime = NOON,
    kind: outbox.MessageKind = outbox.MessageKind.CONFIRM,
    **given: object,
) -> None:
    """Store a message that is due at ``at``."""
    row: dict[str, object] = {
        "filing_id": filing_id,
        "id": message_id,
        "kind": kind,
        "dedupe": str(message_id),
        "request_id": None,
        "letter_id": None,
        "message_id": f"<{message_id}@example.org>",
        "state": outbox.State.WAITING,
        "attempts": 0,
        "unknowns": 0,
        "next_try": at,
        "lease_until": None,
        "owner": None,
        "created_at": at,
        "done_at": None,
        "sealed": None,
        "key_epoch": None,
        "key_receipt": None,
        "epoch": None,
    }
    session.execute(insert(outbox.Message.__table__), row | given)


def sealed_things(session: Session, filing_id: UUID) -> list[tuple[Where, Sealed]]:
    """Return everything of a filing that is sealed and not destroyed, with its place."""
    person = session.get_one(people.Person, filing_id)
    letters = select(requests.Letter).where(requests.Letter.filing_id == filing_id)
    replies = select(requests.Reply).where(requests.Reply.filing_id == filing_id)
    files = select(requests.EvidenceFile).where(
        requests.EvidenceFile.filing_id == filing_id
    )
    mails = select(outbox.Message).where(outbox.Message.filing_id == filing_id)
    found = [(Where("person", str(filing_id)), person.thing)]
    found += [(Where("letter", str(r.id)), r.thing) for r in session.scalars(letters)]
    found += [(Where("reply", str(r.id)), r.thing) for r in session.scalars(replies)]
    found += [(Where("evidence", str(r.id)), r.thing) for r in session.scalars(files)]
    found += [(Where("outbox", str(r.id)), r.thing) for r in session.scalars(mails)]
    return [(where, thing) for where, thing in found if thing is not None]
