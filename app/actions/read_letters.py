"""Read what was written about a request: the letters that left, the answers to them.

Opened with the receipt, which only the resident has.
"""

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.actions.keep_evidence import Kept
from app.actions.protocol_rows import read_with_receipt
from app.domain.timeline import Status
from app.letters import without_answer_link
from app.store import people, requests
from app.store.people import SealedColumns
from app.store.sealing import CannotOpenError, Where, open_with_receipt


@dataclass(frozen=True, slots=True)
class LetterRead:
    """A letter as it leaves, but that the link for its vendor leads nowhere here."""

    kind: str
    language: str
    written_at: datetime
    to: str | None
    subject: str
    text: str
    link_cut: bool
    """Whether it had such a link."""

    @property
    def own(self) -> bool:
        """Whether it was prepared here for the resident to send."""
        return self.kind == requests.OWN_REQUEST


@dataclass(frozen=True, slots=True)
class ReplyRead:
    """The words of an answer, and the timeline entry that they belong to."""

    place: int
    received_on: date
    text: str | None
    vendor_reference: str | None
    nonce: str | None
    """With it, anybody who has the words can compute the commitment to them."""
    files: tuple[Kept, ...]
    """What the resident gave as evidence of it, the vendor with it, or what we fetched."""
    form: str | None = None
    """How the timeline commits to them; None where that had no name yet."""
    fetched: bool = False
    """Whether we asked the company's own system for it."""

    @property
    def note(self) -> bool:
        """Whether nothing follows from it, and no entry goes with it."""
        return self.place == requests.NO_ENTRY


@dataclass(frozen=True, slots=True)
class Written:
    """All that was written about one request, oldest first."""

    letters: tuple[LetterRead, ...]
    replies: tuple[ReplyRead, ...]
    shut: int
    """How many of them this receipt does not open."""
    proof_at: str | None
    """Where the company's own system checks who the person is, if it asks for that."""
    opens_soon: bool
    """Whether the worker is about to seal them to it, after a lost code."""
    not_kept: frozenset[UUID]
    """Files of the answers that a backup, from which all this was restored, left out."""


def read_letters(
    session: Session, filing_id: UUID, request_id: UUID, receipt: bytes
) -> Written:
    """Return what was written about a request, opened with its filing's receipt."""
    letters, replies, shut = [], [], 0
    for letter in _of(session, requests.Letter, filing_id, request_id):
        content = _opened(letter, Where("letter", str(letter.id)), receipt)
        if content is None:
            shut += 1
            continue
        text = without_answer_link(content["text"])
        letters.append(
            LetterRead(
                kind=letter.kind,
                language=letter.language,
                written_at=letter.created_at,
                to=content["to"],
                subject=content["subject"],
                text=text,
                link_cut=text != content["text"],
            )
        )
    for reply in _of(session, requests.Reply, filing_id, request_id):
        content = _opened(reply, Where("reply", str(reply.id)), receipt)
        if content is None:
            shut += 1
            continue
        replies.append(
            ReplyRead(
                place=reply.place,
                received_on=reply.received_on,
                text=content["text"],
                vendor_reference=content["vendor_reference"],
                nonce=content["nonce"],
                files=tuple(map(Kept.read, content.get("files", ()))),
                form=content.get("form"),
                fetched=content.get("fetched", False),
            )
        )
    soon = session.get(people.Reseal, filing_id) is not None
    given = {file.id for reply in replies for file in reply.files}
    return Written(
        letters=tuple(letters),
        replies=tuple(replies),
        shut=shut,
        proof_at=_proof_at(session, filing_id, request_id, receipt),
        opens_soon=soon,
        not_kept=frozenset(given - _there(session, filing_id)),
    )


def _proof_at(
    session: Session, filing_id: UUID, request_id: UUID, receipt: bytes
) -> str | None:
    """Return the link as the company gave it, if it is a plain https one."""
    request = session.get(requests.Request, (filing_id, request_id))
    if request is None or request.status is not Status.IDENTITY_REQUESTED:
        return None
    content = read_with_receipt(session, (filing_id, request_id), receipt) or {}
    parts = urlsplit(content.get("link") or "")
    if parts.scheme != "https" or not parts.hostname or parts.username:
        return None
    named = [*parse_qsl(parts.query), ("request_id", content["request_id"] or "")]
    return urlunsplit(parts._replace(query=urlencode(named)))


def _there(session: Session, filing_id: UUID) -> set[UUID]:
    """Return the files that are there to be opened."""
    file = requests.EvidenceFile
    found = select(file.id).where(file.filing_id == filing_id, file.sealed.is_not(None))
    return set(session.scalars(found))


def _of(session: Session, table: Any, filing_id: UUID, request_id: UUID) -> list[Any]:
    found = (
        select(table)
        .where(table.filing_id == filing_id, table.request_id == request_id)
        .order_by(table.id)
    )
    return [row for row in session.scalars(found) if row.thing is not None]


def _opened(row: SealedColumns, where: Where, receipt: bytes) -> dict[str, Any] | None:
    if row.thing is None:
        return None
    try:
        return dict(json.loads(open_with_receipt(row.thing, where, receipt)))
    except CannotOpenError:
        return None
