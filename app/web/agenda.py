"""The dates of a filing as a calendar file (RFC 5545).

Neutral: a calendar is often seen by others, so it names no company and no person.
"""

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


def agenda(filing: FilingStanding, *, at: datetime, link: str, say: Say) -> bytes:
    """Return the days that matter to the resident, each with a reminder before it."""
    calendar = Calendar()
    calendar.add("prodid", "-//Efface//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    for request in filing.requests:
        for what, day, words in _days(request, say):
            calendar.add_component(
                _event(f"{request.id} {what}", day, words, at=at, link=link)
            )
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


def _event(name: str, day: date, words: str, *, at: datetime, link: str) -> Event:
    event = Event()
    event.add("uid", str(uuid5(NAMESPACE_URL, f"efface:{name}")))
    event.add("dtstamp", at)
    event.add("dtstart", day)
    event.add("dtend", day + DAY)
    event.add("summary", words)
    event.add("url", link)
    event.add("transp", "TRANSPARENT")
    reminder = Alarm()
    reminder.add("action", "DISPLAY")
    reminder.add("description", words)
    reminder.add("trigger", -DAY)
    event.add_component(reminder)
    return event
