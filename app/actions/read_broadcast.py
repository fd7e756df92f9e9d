"""Where a broadcast stands at each of its vendors, as if each had a request."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.actions.check_eligibility import seat_of
from app.actions.desk import Desk
from app.actions.got_broadcast import Got, got_by, until_now
from app.actions.read_filing import (
    BroadcastStanding,
    FilingStanding,
    RequestStanding,
)
from app.actions.set_dates import dates_of, owed
from app.domain.due_dates import Certainty
from app.domain.timeline import Event, replay
from app.domain.vendors import RouteKind
from app.store import broadcasts

FORM = "efface broadcast 1"


@dataclass(frozen=True, slots=True)
class Alike:
    """Vendors at which a broadcast stands alike: the same days, the same law."""

    first: RequestStanding
    """Where it stands at the first of them."""
    vendors: tuple[str, ...]

    def at(self, place: int) -> RequestStanding:
        """Return where it stands at one of them."""
        return replace(self.first, vendor=self.vendors[place])


def alike(desk: Desk, filing: FilingStanding) -> tuple[Alike, ...]:
    """Return where a broadcast stands at the vendors without a request of their own.

    Those that got it come first. What hundreds have in common is counted once, and
    their timelines know days alone: a page that shows a few of them in short has no use
    for more.
    """
    it = filing.broadcast
    if it is None or it.over:
        return ()
    counted = _Counted(desk, filing, it)
    groups: dict[object, list[str]] = {}
    for vendor in (*it.sent, *it.waiting):
        key = it.got.get(vendor), counted.seat(vendor)
        groups.setdefault(key, []).append(vendor)
    return tuple(
        Alike(counted.at(some[0], _by_day(it, some[0])), tuple(some))
        for some in groups.values()
    )


def _by_day(it: BroadcastStanding, vendor: str) -> tuple[Event, ...]:
    found = it.got.get(vendor)
    if found is None:
        return until_now(it.filed_at, it.confirmed_at, None)
    on, fetched = found
    noon = datetime.combine(on, time(12), UTC)
    got = Got(on, noon, 0, b"", noon if fetched else None)
    return until_now(it.filed_at, it.confirmed_at, got)


def read_got(session: Session, filing_id: UUID) -> Mapping[str, Got]:
    """Return when and how each vendor got a broadcast, to the moment."""
    row = broadcasts.broadcast_of(session, filing_id)
    return got_by(session, row) if row is not None and row.drawer is not None else {}


def standing_at(
    desk: Desk, filing: FilingStanding, vendor: str, got: Got | None
) -> RequestStanding | None:
    """Return where a broadcast stands at one vendor; None where it has a request."""
    it = filing.broadcast
    if it is None or it.over or vendor not in {*it.sent, *it.waiting}:
        return None
    events = until_now(it.filed_at, it.confirmed_at, got)
    return _Counted(desk, filing, it).at(vendor, events)


class _Counted:
    """Counts due dates."""

    def __init__(
        self, desk: Desk, filing: FilingStanding, it: BroadcastStanding
    ) -> None:
        self._desk, self._filing, self._it = desk, filing, it
        self._law = desk.rulebook.pack.laws.get(it.law or "")
        self._seats: dict[frozenset[str] | None, str | None] = {}

    def seat(self, vendor: str) -> str | None:
        """Return the seat by which a vendor's days are counted."""
        known = self._desk.directory.vendor(vendor)
        if known is None or self._law is None:
            return None
        at = known.facts.seat
        if at not in self._seats:
            places = self._desk.rulebook.places
            self._seats[at] = seat_of(known, self._law.places, places)
        return self._seats[at]

    def at(self, vendor: str, events: tuple[Event, ...]) -> RequestStanding:
        """Return where it stands at a vendor after these events."""
        it, filing, desk = self._it, self._filing, self._desk
        standing = replay(events)
        dates = dates_of(
            desk.rulebook,
            desk.directory,
            residence=filing.residence,
            vendor=vendor,
            law=it.law,
            told=it.told,
            events=events,
        )
        respond, extended = owed(standing, dates)
        until = dates.complaint_until.due if dates and dates.complaint_until else None
        return RequestStanding(
            id=filing.id,
            number=it.number,
            vendor=vendor,
            route=RouteKind.MATCHING,
            status=standing.status,
            outcome=None,
            denial_ground=None,
            evidence=standing.evidence,
            verdict=it.verdict,
            law=it.law,
            told=it.told,
            sent_on=standing.sent_on,
            respond_due=respond,
            extended_due=extended,
            certainty=dates.certainty if dates else Certainty.NONE,
            complaint_until=until.date() if isinstance(until, datetime) else until,
            timeline=events,
        )


def broadcast_document(
    desk: Desk, filing: FilingStanding, got: Mapping[str, Got], *, at: datetime
) -> dict[str, Any] | None:
    """Return the evidence of a broadcast: whom it asked, when each got it, what came.

    It holds nothing personal. A request of its own has its own evidence file, with the
    hashes of its timeline.
    """
    it = filing.broadcast
    if it is None:
        return None
    return {
        "form": FORM,
        "made_at": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "portal": desk.portal.base_url,
        "operator": desk.portal.operator,
        "filing": str(filing.id),
        "number": it.number,
        "residence": filing.residence,
        "filed_on": filing.filed_on.isoformat(),
        "law_pack": filing.rulebook,
        "version": f"{it.circle} {it.version}",
        "verdict": it.verdict,
        "law": it.law,
        "told_at_filing": it.told,
        "vendors": list(_vendors(desk, filing, it, got)),
    }


def _vendors(
    desk: Desk,
    filing: FilingStanding,
    it: BroadcastStanding,
    received: Mapping[str, Got],
) -> Iterator[dict[str, Any]]:
    apart = {one.vendor: one for one in filing.requests}
    default = {v: one.first for one in alike(desk, filing) for v in one.vendors}
    for vendor in it.vendors:
        own, known = apart.get(vendor), desk.directory.vendor(vendor)
        one, got = own or default.get(vendor), received.get(vendor)
        yield {
            "vendor": vendor,
            "vendor_name": known.name if known else vendor,
            "request": own.number if own else None,
            "batch": got.batch if got else None,
            "sent_on": got.on.isoformat() if got else None,
            "fetched_at": got.fetched_at.strftime("%Y-%m-%dT%H:%M:%SZ")
            if got and got.fetched_at
            else None,
            "status": one.status if one else None,
            "outcome": one.outcome if one else None,
            "respond_due": one.respond_due.isoformat()
            if one and one.respond_due
            else None,
        }
