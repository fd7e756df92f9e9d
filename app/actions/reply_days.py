"""On which days a reply can have come, wherever its calendar hangs."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from app.actions.desk import Desk
from app.domain.timeline import Event, EventKind, living, replay
from app.store import people, requests


def reply_days(
    desk: Desk,
    filing: people.Filing,
    request: requests.Request,
    history: tuple[Event, ...],
    *,
    at: datetime,
) -> tuple[date | None, date]:
    """Return the first and the last day that a reply can bear.

    The same moment has other dates at the residence and at the vendor's seat: a day
    that one of them could have written is taken. The first is None where the request
    was never sent. A message may overtake an answer to what was sent last, also where
    the request was opened again since: it is not older.
    """
    zones = _zones(desk, filing, request)
    last = max(at.astimezone(zone).date() for zone in zones)
    if request.sent_on is None:
        return None, last
    sent = (e.at for e in living(history) if e.kind is EventKind.SENT)
    there = (moment.astimezone(zone).date() for moment in sent for zone in zones)
    answer = replay(history).answer
    if answer is not None:
        return answer.on or answer.at.date(), last
    return min(request.sent_on, *there), last


def _zones(
    desk: Desk, filing: people.Filing, request: requests.Request
) -> tuple[ZoneInfo, ...]:
    names = {"UTC"}
    if filing.residence in desk.rulebook.places:
        names.add(desk.rulebook.places[filing.residence].zone)
    vendor = desk.directory.vendor(request.vendor)
    if vendor is not None:
        names.add(vendor.zone)
    return tuple(ZoneInfo(name) for name in sorted(names))
