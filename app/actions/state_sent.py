"""The resident says on which day they sent a request themselves."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.orm import Session

from app.actions.desk import Desk
from app.actions.prepare_filing import letter_row
from app.actions.read_filing import read_filing
from app.actions.set_dates import set_dates
from app.actions.write_letter import OwnLetter, write_letter
from app.domain.timeline import (
    Actor,
    Event,
    EventKind,
    Evidence,
    Status,
    sent_no_earlier,
)
from app.domain.ways import leaves_by_us
from app.letters import LetterKind
from app.store import people, requests
from app.store.sealing import Sealer


@dataclass(frozen=True, slots=True)
class SentByResident:
    """The day is recorded, and the dates follow from it."""

    respond_due: date | None


@dataclass(frozen=True, slots=True)
class NotThen:
    """The day cannot be: not before the filing, not after today."""


@dataclass(frozen=True, slots=True)
class NotTheirs:
    """This request is none that a resident sends, or was sent already."""


def is_theirs(status: Status, *, by_us: bool) -> bool:
    """Return whether it is for the resident to send, or to send again."""
    return status is Status.UNDELIVERABLE or (status is Status.QUEUED and not by_us)


def state_sent(
    session: Session,
    desk: Desk,
    filing_id: UUID,
    request_id: UUID,
    on: date,
    receipt: bytes,
    *,
    today: date,
    at: datetime,
) -> SentByResident | NotThen | NotTheirs:
    """Record the day on which a resident sent a request themselves, and keep its letter.

    It starts a legal clock: who says so has proved the mailbox, as for every change.
    The letter is kept as it was prepared here; nobody here saw it leave. Where the
    receipt does not open the person yet, there is none to keep.
    """
    filing = people.held(session, filing_id)
    request = requests.locked(session, filing_id, request_id)
    if request is None:
        return NotTheirs()
    by_us = leaves_by_us(
        request.route,
        request.told.get("by_oneself"),
        by_hand=bool(request.told.get(requests.BY_HAND)),
    )
    if not is_theirs(request.status, by_us=by_us):
        return NotTheirs()
    history = requests.timeline(session, filing_id, request_id)
    first = sent_no_earlier(history, filing.filed_on)
    if not min(first, today) <= on <= today:  # where they live it may be a day earlier
        return NotThen()
    _keep_letter(session, desk, filing, request_id, receipt, on, at=at)
    if request.status is Status.UNDELIVERABLE:
        again = Event(kind=EventKind.REOPENED, at=at, by=Actor.RESIDENT)
        requests.record(session, request, again)
    event = Event(
        kind=EventKind.SENT,
        at=at,
        by=Actor.RESIDENT,
        on=on,
        evidence=Evidence.RESIDENT,
    )
    requests.record(session, request, event)
    set_dates(session, desk.rulebook, desk.directory, filing, request)
    return SentByResident(request.respond_due)


def _keep_letter(
    session: Session,
    desk: Desk,
    filing: people.Filing,
    request_id: UUID,
    receipt: bytes,
    on: date,
    *,
    at: datetime,
) -> None:
    standing = read_filing(session, filing.id)
    it = next(it for it in standing.requests if it.id == request_id)
    own = write_letter(
        session, desk, standing, it, LetterKind.REQUEST, receipt, today=on
    )
    if isinstance(own, OwnLetter):
        row = letter_row(
            filing.id,
            request_id,
            own.letter,
            own.goes_to,
            Sealer(desk.keys.epoch, filing.receipt_public),
            kind=requests.OWN_REQUEST,
            at=at,
        )
        session.execute(insert(requests.Letter.__table__), row)
