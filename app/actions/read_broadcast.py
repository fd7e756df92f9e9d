"""Where a broadcast stands at each of its vendors, as if each had a request."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from app.actions.check_eligibility import seat_of
from app.actions.desk import Desk
from app.actions.read_filing import (
    BroadcastStanding,
    FilingStanding,
    RequestStanding,
)
from app.actions.set_dates import dates_of, owed
from app.domain.due_dates import Certainty, DueDates
from app.domain.timeline import Event, replay
from app.domain.vendors import RouteKind

FORM = "efface broadcast 1"


@dataclass(frozen=True, slots=True)
class Alike:
    """Vendors at which a broadcast stands alike: the same days, the same law."""

    first: RequestStanding
    """Where it stands at the first of them."""
    vendors: tuple[str, ...]

    def at(self, place: int) -> RequestStanding:
        """Return where it stands at one of them, but for the moments of its events."""
        return replace(self.first, vendor=self.vendors[place])


def alike(desk: Desk, filing: FilingStanding) -> tuple[Alike, ...]:
    """Return where a broadcast stands at the vendors without a request of their own.

    Those that got it come first. What hundreds have in common is counted once: a page
    that shows a few of them has no use for the others.
    """
    it = filing.broadcast
    if it is None or it.over:
        return ()
    counted = _Counted(desk, filing, it)
    groups: dict[object, list[str]] = {}
    for vendor in (*it.sent, *it.waiting):
        groups.setdefault(counted.key(vendor), []).append(vendor)
    return tuple(
        Alike(counted.at(vendors[0]), tuple(vendors)) for vendors in groups.values()
    )


def standing_at(
    desk: Desk, filing: FilingStanding, vendor: str
) -> RequestStanding | None:
    """Return where a broadcast stands at one vendor; None where it has a request."""
    it = filing.broadcast
    if it is None or it.over or vendor not in {*it.sent, *it.waiting}:
        return None
    return _Counted(desk, filing, it).at(vendor)


class _Counted:
    """Counts due dates by the day of sending and the seat."""

    def __init__(
        self, desk: Desk, filing: FilingStanding, it: BroadcastStanding
    ) -> None:
        self._desk, self._filing, self._it = desk, filing, it
        self._law = desk.rulebook.pack.laws.get(it.law or "")
        self._seats: dict[frozenset[str] | None, str | None] = {}

    def key(self, vendor: str) -> object:
        """Return what decides where it stands at a vendor."""
        got = self._it.got.get(vendor)
        if got is None:
            return None
        fetched = got.fetched_at.date() if got.fetched_at else None
        return got.on, fetched, self._seat(vendor)

    def _seat(self, vendor: str) -> str | None:
        known = self._desk.directory.vendors.get(vendor)
        if known is None or self._law is None:
            return None
        at = known.facts.seat
        if at not in self._seats:
            places = self._desk.rulebook.places
            self._seats[at] = seat_of(known, self._law.places, places)
        return self._seats[at]

    def at(self, vendor: str) -> RequestStanding:
        """Return where it stands at one vendor."""
        it, filing = self._it, self._filing
        events = it.timeline(vendor)
        standing = replay(events)
        dates = self._of(vendor, events)
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

    def _of(self, vendor: str, events: tuple[Event, ...]) -> DueDates | None:
        return dates_of(
            self._desk.rulebook,
            self._desk.directory,
            residence=self._filing.residence,
            vendor=vendor,
            law=self._it.law,
            told=self._it.told,
            events=events,
        )


def broadcast_document(
    desk: Desk, filing: FilingStanding, *, at: datetime
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
        "vendors": list(_vendors(desk, filing, it)),
    }


def _vendors(
    desk: Desk, filing: FilingStanding, it: BroadcastStanding
) -> Iterator[dict[str, Any]]:
    apart = {one.vendor: one for one in filing.requests}
    default = {v: one.first for one in alike(desk, filing) for v in one.vendors}
    for vendor in it.vendors:
        own, known = apart.get(vendor), desk.directory.vendors.get(vendor)
        one, got = own or default.get(vendor), it.got.get(vendor)
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
