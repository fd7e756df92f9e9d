"""Count what became of the requests of a quarter, as it stood on its day.

A million requests are read a few hundred filings at a time; what is kept of them are
counts. Timelines are only added to, so it does not matter when this is done.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.actions.count_once import (
    CONFIRMED_AT,
    MINE,
    OTHER,
    asked_twice,
    begun_on,
    first_id,
    moment,
)
from app.actions.desk import Desk
from app.actions.set_dates import dates_of, owed
from app.actions.tell_watchers import verdicts_of
from app.domain.figures import NO_LAW, Quarter, Tally, case_of, first_answer
from app.domain.gaps import Crowd
from app.domain.grounds import Verdict
from app.domain.timeline import Event, EventKind, living, replay
from app.store import broadcasts, people, requests, watches
from app.store.figures import Repeat
from app.store.session import Store

PAGE = 500
MOVES_DATES = {
    EventKind.APPEALED,
    EventKind.REOPENED,
    EventKind.REROUTED,
    EventKind.RETRACTED,
}
"""After these the dates of a request are no longer those of its first answer."""


@dataclass(slots=True)
class Counts:
    """What was counted of a quarter; nobody sees it."""

    tallies: dict[tuple[str, str], Tally] = field(default_factory=dict)
    """By company and law."""
    gaps: dict[tuple[str, str], Crowd] = field(default_factory=dict)
    """By place and company."""


@dataclass(frozen=True, slots=True)
class _Span:
    """The ids of what was begun in a quarter: they begin with the moment."""

    quarter: Quarter
    first: UUID
    end: UUID
    as_of: datetime


class _Filing(NamedTuple):
    id: UUID
    residence: str
    confirmed_at: datetime | None
    mailbox: bytes | None
    """None once it is destroyed: then the filing stands for its person."""


class _Asked(NamedTuple):
    filing_id: UUID
    id: UUID
    vendor: str
    law: str | None
    verdict: Verdict
    respond_due: date | None
    extended_due: date | None


class _Watch(NamedTuple):
    id: UUID
    residence: str
    vendor: str
    mailbox: bytes


def count_figures(
    store: Store,
    desk: Desk,
    quarter: Quarter,
    *,
    may_go_on: Callable[[], bool] = lambda: True,
) -> Counts | None:
    """Count a quarter: each mailbox once for each company, by its first request.

    Where its first was destroyed since, by one that was there at that time.

    None where it has to stop before the end.

    Requests without any right are counted as gaps and nowhere else. Who asked a whole
    list of companies at once is not counted: only those that answered have a request.
    """
    counts = Counts()
    span = _Span(
        quarter,
        first_id(quarter.first),
        first_id(quarter.later(1).first),
        moment(quarter.published_on),
    )
    after = span.first
    while may_go_on():
        with store.reading() as session:
            filings = _filings(session, after, span)
            if not filings:
                _count_watches(store, desk, span, counts)
                return counts
            _count_page(session, desk, filings, span, counts)
        after = UUID(int=filings[-1].id.int + 1)
    return None


def _filings(session: Session, after: UUID, span: _Span) -> list[_Filing]:
    filing = people.Filing
    rows = session.execute(
        select(
            filing.id, filing.residence, filing.confirmed_at, people.Person.email_index
        )
        .outerjoin(people.Person, people.Person.filing_id == filing.id)
        .where(filing.id >= after, filing.id < span.end)
        .order_by(filing.id)
        .limit(PAGE)
    )
    return [_Filing(*row) for row in rows]


def _count_page(
    session: Session,
    desk: Desk,
    filings: Sequence[_Filing],
    span: _Span,
    counts: Counts,
) -> None:
    first, last = filings[0].id, filings[-1].id
    by_id = {row.id: row for row in filings}
    lists = broadcasts.Broadcast.filing_id
    left_out = set(session.scalars(select(lists).where(lists.between(first, last))))
    repeated = _repeated(session, first, last, span)
    timelines = _timelines(session, first, last)
    for request in _requests(session, first, last):
        filing = by_id[request.filing_id]
        if filing.id in left_out or (filing.id, request.vendor) in repeated:
            continue
        confirmed = filing.confirmed_at and filing.confirmed_at < span.as_of
        if request.verdict is Verdict.NOT_ELIGIBLE:
            if confirmed:
                who = filing.mailbox or filing.id.bytes
                key = filing.residence, request.vendor
                counts.gaps.setdefault(key, Crowd()).add(who)
            continue
        events = timelines[request.id]
        stood = living(event for event in events if event.at < span.as_of)
        due = _due(session, desk, filing, request, events, stood, span)
        key = request.vendor, request.law or NO_LAW
        day_at = desk.rulebook.places[filing.residence].day
        case = case_of(stood, due, span.as_of.date(), day_at) if confirmed else None
        counts.tallies.setdefault(key, Tally()).add(case)


def _requests(session: Session, first: UUID, last: UUID) -> list[_Asked]:
    row = requests.Request
    rows = session.execute(
        select(
            row.filing_id,
            row.id,
            row.vendor,
            row.law,
            row.verdict,
            row.respond_due,
            row.extended_due,
        ).where(row.filing_id.between(first, last))
    )
    return [_Asked(*one) for one in rows]


def _timelines(
    session: Session, first: UUID, last: UUID
) -> Mapping[UUID, Sequence[Event]]:
    entry = requests.TimelineEntry
    columns = [entry.__table__.c[name] for name in requests.EVENT_FIELDS]
    rows = session.execute(
        select(entry.request_id, *columns)
        .where(entry.filing_id.between(first, last))
        .order_by(entry.filing_id, entry.request_id, entry.place)
    )
    found: dict[UUID, list[Event]] = {}
    for request_id, *fields in rows:
        event = Event(**dict(zip(requests.EVENT_FIELDS, fields, strict=True)))
        found.setdefault(request_id, []).append(event)
    return found


def _repeated(
    session: Session, first: UUID, last: UUID, span: _Span
) -> set[tuple[UUID, str]]:
    """Return what a mailbox asked of a company that it had asked in this quarter."""
    earlier = asked_twice(
        span.quarter, first, last, OTHER < MINE, span.as_of > CONFIRMED_AT
    )
    noted = select(Repeat.filing_id, Repeat.vendor).where(
        Repeat.filing_id.between(first, last)
    )
    return {(of, vendor) for q in (earlier, noted) for of, vendor in session.execute(q)}


def _due(
    session: Session,
    desk: Desk,
    filing: _Filing,
    request: _Asked,
    events: Sequence[Event],
    stood: Sequence[Event],
    span: _Span,
) -> date | None:
    """Return by when the first answer was owed.

    That stands beside the request, unless something happened since that moved it.
    """
    if all(event.at < span.as_of and event.kind not in MOVES_DATES for event in events):
        found: date | None = request.extended_due or request.respond_due
        return found
    before = tuple(stood[: first_answer(stood)])
    row = requests.Request
    dates = dates_of(
        desk.rulebook,
        desk.directory,
        residence=filing.residence,
        vendor=request.vendor,
        law=request.law,
        told=session.scalars(
            select(row.told).where(row.filing_id == filing.id, row.id == request.id)
        ).one(),
        events=before,
    )
    respond, extended = owed(replay(before), dates)
    return extended or respond


def _count_watches(store: Store, desk: Desk, span: _Span, counts: Counts) -> None:
    """Count who waits for a right that was not there, and did not ask all the same.

    As with a request, it goes by the answer on the day they came: a law that has begun
    since then makes no gap of that quarter smaller.
    """
    answers: dict[tuple[str, str, date], bool] = {}
    after = span.first
    while True:
        with store.reading() as session:
            found = _watches(session, after, span)
            asked = _asked_too(session, found, span)
        if not found:
            break
        for watch in found:
            key = watch.residence, watch.vendor
            then = (*key, begun_on(watch.id))
            if then not in answers:
                verdict = verdicts_of(desk, *then).get(watch.vendor)
                answers[then] = verdict is Verdict.NOT_ELIGIBLE
            if answers[then] and watch.id not in asked:
                counts.gaps.setdefault(key, Crowd()).add(watch.mailbox)
        after = UUID(int=found[-1].id.int + 1)


def _watches(session: Session, after: UUID, span: _Span) -> list[_Watch]:
    watch = watches.Watch
    rows = session.execute(
        select(watch.id, watch.residence, watch.vendor, watch.mailbox)
        .where(
            watch.id >= after,
            watch.id < span.end,
            watch.told.is_not(None),
            watch.vendor != watches.ANY,
        )
        .order_by(watch.id)
        .limit(PAGE)
    )
    return [_Watch(*row) for row in rows]


def _asked_too(session: Session, found: Sequence[_Watch], span: _Span) -> set[UUID]:
    watch, person, row = watches.Watch, people.Person, requests.Request
    return set(
        session.scalars(
            select(watch.id)
            .join(person, person.email_index == watch.mailbox)
            .join(people.Filing, people.Filing.id == person.filing_id)
            .join(row, row.filing_id == person.filing_id)
            .where(
                watch.id.in_([one.id for one in found]),
                person.filing_id >= span.first,
                person.filing_id < span.end,
                people.Filing.confirmed_at < span.as_of,
                row.vendor == watch.vendor,
                row.verdict == Verdict.NOT_ELIGIBLE,
            )
        )
    )
