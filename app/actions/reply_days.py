"""On which days a reply can have come, wherever its calendar hangs."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from app.actions.desk import Desk
from app.domain.timeline import ANSWERS, Event, EventKind, Status, living
from app.store import people, requests


def reply_days(
    desk: Desk,
    filing: people.Filing,
    request: requests.Request,
    history: tuple[Event, ...],
    *,
    at: datetime,
    again: bool = False,
) -> tuple[date | None, date]:
    """Return the first and the last day that a reply can bear.

    The same moment has other dates at the residence and at the vendor's seat: a day
    that one of them could have written is taken. The first is None where the request
    was never sent. ``again`` is a message that may overtake an answer: it is not older.
    """
    zones = _zones(desk, filing, request)
    last = max(at.astimezone(zone).date() for zone in zones)
    if request.sent_on is None:
        return None, last
    sent = (e.at for e in history if e.kind is EventKind.SENT)
    there = (moment.astimezone(zone).date() for moment in sent for zone in zones)
    if again and request.status is Status.ANSWERED:
        answers = (e.on or e.at.date() for e in living(history) if e.kind in ANSWERS)
        return max(answers), last
    return min(request.sent_on, *there), last


def _zones(
    desk: Desk, filing: people.Filing, request: requests.Request
) -> tuple[ZoneInfo, ...]:
    names = {"UTC"}
    if filing.residence in desk.rulebook.places:
        names.add(desk.rulebook.places[filing.residence].zone)
    vendor = desk.directory.vendors.get(request.vendor)
    if vendor is not None:
        names.add(vendor.zone)
    return tuple(ZoneInfo(name) for name in sorted(names))
