"""Look ahead: what an edit of the directory would change, before anything is written."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.actions.desk import Desk
from app.actions.vendor_record import Record, Thing
from app.domain.coverage import cover, researched
from app.domain.foresight import (
    Difference,
    Outlook,
    days_to_look_at,
    goes_another_way,
    mailboxes_left,
    outlook,
)
from app.domain.timeline import OVER, Status
from app.domain.vendors import Vendor
from app.store.people import Filing
from app.store.requests import Request
from app.store.watches import ANY, Watch, Watched

COUNTED_TO = 10_000
"""Requests of one vendor that are looked at: more would make an editor wait."""
NOT_LEFT = frozenset({Status.UNCONFIRMED, Status.QUEUED, Status.UNDELIVERABLE})
ALIVE = tuple(status for status in Status if status not in OVER)


@dataclass(frozen=True, slots=True)
class OnDay:
    """What would be otherwise on a day."""

    on: date
    outlook: Outlook

    @property
    def differences(self) -> tuple[Difference, ...]:
        """Return which places would have another answer."""
        return self.outlook.differences


@dataclass(frozen=True, slots=True)
class Effect:
    """All that an edit would change for people."""

    days: tuple[OnDay, ...]
    """Today, and the days on which what is edited begins or ends."""
    mails: int
    """Watches that would be told, within the minute."""
    open: int
    """Requests to the vendor that are not over."""
    more: bool
    """Whether there are more of them than were looked at."""
    gaining: int
    """Open requests of people in places that gain today."""
    losing: int
    rerouted: int
    """Requests that have not left, and would now be sent another way."""
    told: tuple[str, ...]
    """Mailboxes that are told that letters go to them no more."""
    theirs: tuple[OnDay, ...] = ()
    """Of a merger: what is otherwise for who would have asked under the other name."""
    begins: date | None = None
    """The day ahead from which it counts; None where it counts at once."""

    @property
    def changes_coverage(self) -> bool:
        """Whether any cell of any day would be another."""
        return any(day.differences for day in (*self.days, *self.theirs))


def foresee(
    session: Session,
    desk: Desk,
    record: Record,
    things: Iterable[Thing],
    *,
    today: date,
) -> Effect:
    """Return what would change: only the cells of the vendor itself are computed."""
    before = record.shape().value() if record.stands else None
    after = record.shape(things).value()
    laws, places = desk.rulebook.pack.laws, desk.rulebook.places
    residences = researched(laws, places)
    days = tuple(
        OnDay(on, outlook(before, after, on, laws, places, residences))
        for on in days_to_look_at(before, after, today)
    )
    now = next(day.differences for day in days if day.on == today)
    counted, more = _requests(session, record.slug)
    around = places.around

    def living_in(*, gains: bool) -> int:
        codes = {c for one in now if one.gains is gains for c in one.places}
        return sum(n for (_, residence, _), n in counted.items() if residence in codes)

    return Effect(
        days=days,
        mails=_mails(session, desk, record.slug, after, today),
        open=sum(counted.values()),
        more=more,
        gaining=living_in(gains=True),
        losing=living_in(gains=False),
        rerouted=sum(
            number
            for (status, residence, filed_on), number in counted.items()
            if status in NOT_LEFT
            and goes_another_way(before, after, filed_on, around(residence))
        ),
        told=mailboxes_left(before, after, today),
    )


def foresee_merger(
    session: Session,
    desk: Desk,
    record: Record,
    other: Record,
    things: Sequence[Thing],
    *,
    today: date,
) -> Effect:
    """Return what changes where one record turns out to be the double of another.

    Who watches the double is told of the other from then on; its requests stay its own.
    """
    before, after = record.shape().value(), other.shape(things).value()
    mine = foresee(session, desk, other, things, today=today)
    left = {*mailboxes_left(before, after, today), *mine.told}
    both = _for_both(session, desk, mine, (before, after), record.slug, today)
    return replace(both, told=tuple(sorted(left)))


def foresee_parting(
    session: Session,
    desk: Desk,
    record: Record,
    other: Record,
    things: Sequence[Thing],
    *,
    today: date,
) -> Effect:
    """Return what changes where a record is no other one's double any more."""
    before, after = other.shape().value(), record.shape(things).value()
    mine = foresee(session, desk, other, things, today=today)
    left = {*mailboxes_left(before, after, today)} & {*mine.told}
    both = _for_both(session, desk, mine, (before, after), record.slug, today)
    return replace(both, told=tuple(sorted(left)))


def _for_both(
    session: Session,
    desk: Desk,
    mine: Effect,
    theirs: tuple[Vendor, Vendor],
    slug: str,
    today: date,
) -> Effect:
    """Return an effect on one record with that on who asks under the name of another."""
    before, after = theirs
    laws, places = desk.rulebook.pack.laws, desk.rulebook.places
    residences = researched(laws, places)
    days = tuple(
        OnDay(on, outlook(before, after, on, laws, places, residences))
        for on in days_to_look_at(before, after, today)
    )
    counted, more = _requests(session, slug)
    same = replace(after, slug=slug)
    return replace(
        mine,
        theirs=days,
        mails=mine.mails + _mails(session, desk, slug, same, today),
        open=mine.open + sum(counted.values()),
        more=mine.more or more,
    )


def _requests(
    session: Session, slug: str
) -> tuple[dict[tuple[Status, str, date], int], bool]:
    """Return how many requests stand where, by residence and day; and whether it is all."""
    some = (
        select(Request.filing_id, Request.status)
        .where(Request.vendor == slug, Request.status.in_(ALIVE))
        .limit(COUNTED_TO + 1)
        .subquery()
    )
    rows = session.execute(
        select(some.c.status, Filing.residence, Filing.filed_on, func.count())
        .join(Filing, Filing.id == some.c.filing_id)
        .group_by(some.c.status, Filing.residence, Filing.filed_on)
    )
    found = {(status, place, day): number for status, place, day, number in rows}
    return found, sum(found.values()) > COUNTED_TO


def _mails(session: Session, desk: Desk, slug: str, after: Vendor, today: date) -> int:
    """Return how many watches would be told: as the worker counts it when it looks."""
    who = (
        select(func.count())
        .where(
            Watch.residence == Watched.residence,
            Watch.vendor == Watched.vendor,
            Watch.told.is_not(None),
        )
        .correlate(Watched)
        .scalar_subquery()
    )
    watched = select(Watched.residence, Watched.verdicts, who)
    rows = session.execute(watched.where(Watched.vendor.in_((slug, ANY)))).all()
    places, laws = desk.rulebook.places, desk.rulebook.pack.laws
    homes = [places[home] for home in {row[0] for row in rows} if home in places]
    if not homes:
        return 0
    table = cover([after], today, laws, places, homes)
    return sum(
        number
        for home, verdicts, number in rows
        if home in places
        and slug in verdicts
        and verdicts[slug] != table[slug, home].verdict
    )
