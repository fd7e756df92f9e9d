"""Dates as a calendar file (RFC 5545): of a filing, or of the law.

Those of a filing are neutral: a calendar is often seen by others, so it names no company
and no person.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import NAMESPACE_URL, uuid5

from icalendar import Alarm, Calendar, Event

from app.actions.read_filing import FilingStanding, RequestStanding
from app.domain.timeline import OPEN
from app.words.answers import Say
from app.words.marks import mark

DAY = timedelta(days=1)
DUE = mark("An answer is due (%(number)s)")
COMPLAIN = mark("Last day to complain (%(number)s)")


@dataclass(frozen=True, slots=True)
class Occasion:
    """One day of a calendar file."""

    name: str
    """By which a program knows it again when the file is fetched anew."""
    day: date
    words: str
    link: str


def agenda(filing: FilingStanding, *, at: datetime, link: str, say: Say) -> bytes:
    """Return the days that matter to the resident, each with a reminder before it."""
    return published(
        (
            Occasion(f"{request.id} {what}", day, words, link)
            for request in filing.requests
            for what, day, words in _days(request, say)
        ),
        at=at,
    )


def published(occasions: Iterable[Occasion], *, at: datetime) -> bytes:
    """Return days as a calendar file, each with a reminder before it."""
    calendar = Calendar()
    calendar.add("prodid", "-//Efface//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    for occasion in occasions:
        calendar.add_component(_event(occasion, at))
    return bytes(calendar.to_ical())


def _days(request: RequestStanding, say: Say) -> list[tuple[str, date, str]]:
    number = {"number": request.number}
    days = []
    if request.due is not None and request.status in OPEN:
        words = say(DUE) % number
        days.append(("due", request.due, words))
    if request.complaint_until is not None:
        words = say(COMPLAIN) % number
        days.append(("complaint", request.complaint_until, words))
    return days


def _event(occasion: Occasion, at: datetime) -> Event:
    event = Event()
    event.add("uid", str(uuid5(NAMESPACE_URL, f"efface:{occasion.name}")))
    event.add("dtstamp", at)
    event.add("dtstart", occasion.day)
    event.add("dtend", occasion.day + DAY)
    event.add("summary", occasion.words)
    event.add("url", occasion.link)
    event.add("transp", "TRANSPARENT")
    reminder = Alarm()
    reminder.add("action", "DISPLAY")
    reminder.add("description", occasion.words)
    reminder.add("trigger", -DAY)
    event.add_component(reminder)
    return event
