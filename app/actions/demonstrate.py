"""Fill an empty portal with people who plainly do not exist, and a year of answers."""

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from app.actions.desk import Desk
from app.actions.file_request import Filed, file_request
from app.actions.filing_form import FilingBody
from app.actions.record_reply import ReplyBody, record_reply
from app.actions.set_dates import set_dates
from app.domain.facts import Asks
from app.domain.timeline import Actor, DenialGround, Event, EventKind, Evidence
from app.domain.vendors import RouteKind
from app.store import outbox, people, requests
from app.store.people import Confirmation, FilingStatus

A_YEAR = 365
PLACES = ("CA-ON", "CA-QC", "CA-BC", "DE", "FR", "ES", "GB", "CH", "US-CA", "US-CO")
LANGUAGES = {"CA-QC": "fr", "FR": "fr", "ES": "es"}
ANSWERS = (
    (EventKind.DELETED, 45),
    (EventKind.SUPPRESSED, 15),
    (EventKind.PARTLY_DELETED, 10),
    (EventKind.NOTHING_FOUND, 10),
    (EventKind.REFUSED, 20),
)
"""What made-up vendors answer, in parts of a hundred."""
SILENT = 0.2
"""Share of requests that nobody answers."""
GROUNDS = (
    DenialGround.OUTSIDE_JURISDICTION,
    DenialGround.LEGAL_RETENTION_DUTY,
    DenialGround.PUBLICLY_AVAILABLE,
)


class InUseError(ValueError):
    """The database holds filings of people; nothing is made up beside them."""


def is_empty(session: Session) -> bool:
    """Return whether nobody has filed here."""
    return not session.scalar(select(exists().select_from(people.Filing)))


def is_made_up(session: Session) -> bool | None:
    """Return whether everybody here is made up; None while nobody has filed.

    A demonstration fills an empty database alone, so the first filing settles it.
    """
    if is_empty(session):
        return None
    return bool(session.scalar(select(exists().select_from(people.MadeUp))))


def demonstrate(
    session: Session, desk: Desk, count: int, *, today: datetime, seed: int = 1
) -> Iterator[int]:
    """Make up filings over the past year, through the portal's own actions.

    Yields the number made so far. The same seed makes the same year.

    Raises:
        InUseError: If the database holds filings.
    """
    if not is_empty(session):
        raise InUseError("the database holds filings")
    # No hold: these letters are made up, and are marked as sent without being sent.
    desk = replace(desk, portal=replace(desk.portal, hold_minutes=0))
    chance = random.Random(seed)  # noqa: S311 - a repeatable year, no secret
    reachable = [
        vendor.slug
        for vendor in desk.directory.vendors.values()
        if vendor.routes and vendor.closed_on is None
    ]
    for number in range(1, count + 1):
        ago = timedelta(days=A_YEAR * (count - number) / count, minutes=number)
        _one(session, desk, chance, number, reachable, at=today - ago, today=today)
        yield number


def _one(
    session: Session,
    desk: Desk,
    chance: random.Random,
    number: int,
    reachable: list[str],
    *,
    at: datetime,
    today: datetime,
) -> None:
    residence = chance.choice(PLACES)
    body = FilingBody.model_validate(
        {
            "residence": residence,
            "vendors": chance.sample(reachable, k=chance.randint(1, 3)),
            "asks": Asks.DELETION,
            "language": LANGUAGES.get(residence, "en"),
            "resident": {
                "name": f"Demo Person {number:04}",
                "email": f"demo.person.{number:04}@example.org",
            },
        }
    )
    filed = file_request(session, desk, body, at=at, caller=number.to_bytes(8, "big"))
    if not isinstance(filed, Filed):
        return
    session.add(people.MadeUp(filing_id=filed.filing))
    outbox.cancel_waiting(session, filed.filing, at=at)
    _confirm(session, filed, at=at + timedelta(minutes=5))
    for request in requests.requests_of(session, filed.filing):
        _answer(session, desk, chance, request, at=at, today=today)
    outbox.cancel_waiting(session, filed.filing, at=today)


def _confirm(session: Session, filed: Filed, *, at: datetime) -> None:
    """Confirm as the mailed link would; nobody has such a mailbox."""
    filing = session.get_one(people.Filing, filed.filing)
    filing.status = FilingStatus.CONFIRMED
    filing.confirmed_at = at
    for link in session.scalars(
        select(Confirmation).where(Confirmation.filing_id == filing.id)
    ):
        link.used_at = at
    for request in requests.requests_of(session, filing.id):
        event = Event(kind=EventKind.CONFIRMED, at=at, by=Actor.RESIDENT)
        requests.record(session, request, event)


def _answer(
    session: Session,
    desk: Desk,
    chance: random.Random,
    request: requests.Request,
    *,
    at: datetime,
    today: datetime,
) -> None:
    by_us = request.route is RouteKind.EMAIL
    sent_at = at + timedelta(minutes=10) if by_us else at + timedelta(days=1)
    if sent_at > today or (not by_us and chance.random() < SILENT):
        return
    sent = Event(
        kind=EventKind.SENT,
        at=sent_at,
        by=Actor.PORTAL if by_us else Actor.RESIDENT,
        on=sent_at.date(),
        evidence=Evidence.MAIL if by_us else Evidence.RESIDENT,
    )
    requests.record(session, request, sent)
    filing = session.get_one(people.Filing, request.filing_id)
    set_dates(session, desk.rulebook, desk.directory, filing, request)
    if chance.random() < SILENT:
        return
    kind = chance.choices(
        [kind for kind, _ in ANSWERS], weights=[parts for _, parts in ANSWERS]
    )[0]
    answered = sent_at + timedelta(days=chance.randint(2, 60))
    if answered > today:
        return
    reply = ReplyBody(
        received_on=answered.date(),
        kind=kind,
        denial_ground=chance.choice(GROUNDS) if kind is EventKind.REFUSED else None,
        text="This answer is made up for the demonstration.",
        evidence=Evidence.MAIL,
    )
    record_reply(session, desk, request.id, reply, at=answered, staff_id=None)
