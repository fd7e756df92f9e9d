"""Fill an empty portal with people who plainly do not exist, and a year of answers."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from app.actions.desk import Desk
from app.actions.file_request import file_request
from app.actions.filing_form import FilingBody
from app.actions.prepare_filing import Filed, prepare
from app.actions.record_reply import ReplyBody, record_reply
from app.actions.set_dates import set_dates
from app.domain.facts import Asks
from app.domain.timeline import Actor, DenialGround, Event, EventKind, Evidence
from app.domain.vendors import RouteKind
from app.store import outbox, people, requests
from app.store.people import Confirmation, FilingStatus

A_YEAR = 365
PLACES = (
    ("US-CA", 50),
    ("IN", 20),
    ("DE", 15),
    ("CA-ON", 8),
    *((place, 1) for place in ("CA-QC", "CA-BC", "FR", "ES", "GB", "CH", "US-CO")),
)
"""Where made-up people live, in parts."""
FAVOURITES = (0.9, 0.7)
"""Shares of people who ask the one or two companies of which there is most to show."""
LATELY = 1.4
"""How much more people file lately than a year ago."""
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
LOST = 0.05
"""Share of letters that cannot be delivered."""
FIRST_SIGNS = ((EventKind.ACKNOWLEDGED, 40), (EventKind.IDENTITY_REQUESTED, 15))
"""What comes before an answer, in parts of a hundred of the requests."""
GROUNDS = (
    DenialGround.OUTSIDE_JURISDICTION,
    DenialGround.LEGAL_RETENTION_DUTY,
    DenialGround.PUBLICLY_AVAILABLE,
)


@dataclass(frozen=True, slots=True)
class Said:
    """A made-up reply, and when it is recorded."""

    at: datetime
    request_id: UUID
    reply: ReplyBody


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
) -> Iterator[str]:
    """Make up filings over the past year, most of them lately, by our own actions.

    Yields the tracking code of each. Replies are recorded in the order of their days,
    as the audit trail has them. The same seed makes the same year.

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
    reachable.sort(key=lambda slug: RouteKind.EMAIL not in _ways(desk, slug))
    replies: list[Said] = []
    for number in range(1, count + 1):
        back = A_YEAR * ((count - number) / count) ** LATELY
        at = today - timedelta(days=back, minutes=number + 10)
        filed = _one(session, desk, chance, number, reachable, at=at)
        if filed is None:
            continue
        for request in requests.requests_of(session, filed.filing):
            replies += _life(session, desk, chance, request, at=at, today=today)
        outbox.cancel_waiting(session, filed.filing, at=today)
        yield filed.receipt
    for said in sorted(replies, key=lambda said: said.at):
        reply, at = said.reply, said.at
        record_reply(session, desk, said.request_id, reply, at=at, staff_id=None)
    for made_up in session.scalars(select(people.MadeUp.filing_id)):
        outbox.cancel_waiting(session, made_up, at=today)


def _one(
    session: Session,
    desk: Desk,
    chance: random.Random,
    number: int,
    reachable: list[str],
    *,
    at: datetime,
) -> Filed | None:
    [residence] = chance.choices(
        [place for place, _ in PLACES], weights=[parts for _, parts in PLACES]
    )
    body = FilingBody.model_validate(
        {
            "residence": residence,
            "vendors": _asked(chance, reachable),
            "asks": Asks.DELETION,
            "language": LANGUAGES.get(residence, "en"),
            "resident": {
                "name": f"Demo Person {number:04}",
                "email": f"demo.person.{number:04}@example.org",
            },
        }
    )
    filed = file_request(
        session,
        desk,
        prepare(desk, body, at=at),
        at=at,
        caller=number.to_bytes(8, "big"),
    )
    if not isinstance(filed, Filed):
        return None
    session.add(people.MadeUp(filing_id=filed.filing))
    outbox.cancel_waiting(session, filed.filing, at=at)
    _confirm(session, filed, at=at + timedelta(minutes=5))
    return filed


def _ways(desk: Desk, slug: str) -> set[RouteKind]:
    return {route.kind for route in desk.directory.vendors[slug].routes}


def _asked(chance: random.Random, reachable: list[str]) -> list[str]:
    """Return one to three companies, among them often those that many ask."""
    others = chance.sample(reachable, k=chance.randint(1, 3))
    many = [
        slug
        for slug, share in zip(reachable, FAVOURITES, strict=False)
        if chance.random() < share
    ]
    return list(dict.fromkeys((*many, *others)))[:3]


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


def _life(
    session: Session,
    desk: Desk,
    chance: random.Random,
    request: requests.Request,
    *,
    at: datetime,
    today: datetime,
) -> Iterator[Said]:
    """Send a request, and yield what is said to it until today."""
    by_us = request.route is RouteKind.EMAIL
    sent_at = at + timedelta(minutes=10) if by_us else at + timedelta(days=1)
    if sent_at > today or (not by_us and chance.random() < SILENT):
        return
    if by_us and chance.random() < LOST:
        lost = Event(kind=EventKind.UNDELIVERABLE, at=sent_at, by=Actor.PORTAL)
        requests.record(session, request, lost)
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
    sign_at = sent_at + timedelta(hours=chance.randint(12, 96))
    sign = chance.choices(
        [*(kind for kind, _ in FIRST_SIGNS), None],
        weights=[*(parts for _, parts in FIRST_SIGNS), 50],
    )[0]
    if sign is not None and sign_at <= today:
        reply = ReplyBody(received_on=sign_at.date(), kind=sign, evidence=Evidence.MAIL)
        yield Said(sign_at, request.id, reply)
    kind = chance.choices(
        [kind for kind, _ in ANSWERS], weights=[parts for _, parts in ANSWERS]
    )[0]
    answered = sent_at + timedelta(days=chance.randint(5, 60))
    if answered > today:
        return
    reply = ReplyBody(
        received_on=answered.date(),
        kind=kind,
        denial_ground=chance.choice(GROUNDS) if kind is EventKind.REFUSED else None,
        text="This answer is made up for the demonstration.",
        evidence=Evidence.MAIL,
    )
    yield Said(answered, request.id, reply)
