"""When an answer is due, counted as the law counts it, with every step of the count.

Source: contract, section 4; the rules D1 to D9 are cited where they are applied.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import TypeAlias

from app.domain.calendars import SATURDAY, Calendar, weekends_alone
from app.domain.clocks import day_zero, moment, pause
from app.domain.counting import Counter
from app.domain.due_dates import (
    NOTHING_ELSE,
    AppealDue,
    Certainty,
    CountStep,
    Day,
    Due,
    DueDates,
    Extended,
    Moments,
    NotInForceError,
    PartDue,
    contradiction,
    day_of,
    farthest,
)
from app.domain.laws import (
    Complaint,
    CountedFrom,
    Deadlines,
    Extension,
    Law,
    Period,
    Reliability,
    Right,
    Step,
    Unit,
)
from app.domain.rights import response_due

__all__ = [
    "AppealDue",
    "CalendarOf",
    "Certainty",
    "CountStep",
    "Day",
    "Due",
    "DueDates",
    "Extended",
    "Moments",
    "NotInForceError",
    "PartDue",
    "contradiction",
    "count",
    "farthest",
    "for_request",
]

CalendarOf: TypeAlias = Callable[[str], Calendar]
"""Gives the days off of a country, a region, or a law's own list, by its name."""


def count(
    law: Law,
    received: Day,
    calendar_of: CalendarOf,
    *,
    calendar: str | None = None,
    since: Moments = NOTHING_ELSE,
    zone: tzinfo = UTC,
    right: Right | None = None,
) -> DueDates:
    """Count every date that follows from a receipt.

    Args:
        law: The law under which the request was made.
        received: Local day of receipt, which is day 0; or the moment.
        calendar_of: Gives the days off.
        calendar: Whose days off count; left out, those of the law's own place. A law
            that names its days is counted by them all the same (D6).
        since: What happened afterwards.
        zone: Where a plain day ends for a law in hours (D7).
        right: The right that is asked for; left out, the one that the law's own
            period is about (D1).

    Raises:
        NotInForceError: If the law was not in force that day (D9).
        OverflowError: If a date would lie after the year 9999.
    """
    day = day_of(received)
    step = law.on(day)
    if step is None:
        raise NotInForceError(law, day)
    of_law = _of_right(step, right, day)
    in_hours = of_law.respond is not None and of_law.respond.unit is Unit.HOURS
    at = received if in_hours else day
    if isinstance(at, datetime):
        at = at.astimezone(UTC)
    days_off = _days_off(law, of_law, calendar_of, calendar)
    counter = Counter(of_law, days_off, [CountStep("received", at)])
    respond = _number(of_law, day, counter)
    if respond is None:
        appeal = _appeal(counter, since)
        steps = tuple(counter.steps)
        return DueDates(law=law.id, received=at, appeal=appeal, steps=steps)
    dates, sure = _dates(law.id, step, at, respond, counter, since, zone)
    certainty = _certainty(step, respond, counter, sure=sure)
    return replace(dates, steps=tuple(counter.steps), certainty=certainty)


def for_request(
    law: Law,
    received: date,
    calendar_of: CalendarOf,
    *,
    residence: str,
    seat: str | None,
    right: Right | None,
    since: Moments = NOTHING_ELSE,
) -> DueDates:
    """Count the dates of a request that was sent, under the right it rests on.

    The calendar is that of ``seat``, the vendor's where it lies inside the law's
    place, else that of the residence. Where both lie inside and give different dates,
    the earlier is due, and both stand in the steps (D6).

    Raises:
        NotInForceError: If the law was not in force that day (D9).
    """

    def counted(calendar: str) -> DueDates:
        return count(
            law, received, calendar_of, calendar=calendar, since=since, right=right
        )

    first = counted(seat or residence)
    if seat is None or seat == residence or residence not in law.places:
        return first
    other = counted(residence)
    if first.respond is None or other.respond is None:
        return first
    if other.respond.due < first.respond.due:
        first, other = other, first
        seat, residence = residence, seat
    differing = tuple(_differing(first, other, residence))
    earlier = first.extended
    if earlier and other.extended and other.extended.due < earlier.due:
        earlier = replace(other.extended, notice_by=earlier.notice_by)
    return replace(first, extended=earlier, steps=(*first.steps, *differing))


def _differing(first: DueDates, other: DueDates, whose: str) -> Iterator[CountStep]:
    """Yield a step for each date that the other calendar would move."""
    for name in ("respond", "extended"):
        one, two = getattr(first, name), getattr(other, name)
        if one is not None and one.due != two.due:
            day = min(one.due, two.due)
            later = max(one.due, two.due)
            yield CountStep("calendars-differ", day, what=name, to=later, source=whose)


def _of_right(step: Step, right: Right | None, day: date) -> Deadlines:
    """Return the periods of one right, the same that the answer names (D1)."""
    of_law = step.deadlines
    if right is None:
        return of_law
    due = response_due(right, step, day)
    if due is None:
        return replace(of_law, purpose=None, respond=None, extension=None)
    extension = of_law.extension if right.respond is None else right.extension
    return replace(of_law, purpose=due.purpose, respond=due.period, extension=extension)


def _days_off(
    law: Law, of_law: Deadlines, calendar_of: CalendarOf, asked: str | None
) -> Calendar:
    """Return the calendar by which a law is counted (D6)."""
    named = of_law.roll.calendar or asked
    if named is None and len(law.places) > 1:
        return weekends_alone(law.short_name, map(calendar_of, law.places))
    calendar = calendar_of(named or next(iter(law.places)))
    if of_law.roll.names_no_days:
        off = calendar.off
        return replace(calendar, off=lambda day: day.weekday() != SATURDAY and off(day))
    return calendar


def _number(of_law: Deadlines, day: date, counter: Counter) -> Period | None:
    """Return the period to count, or None where there is no number to count (D4)."""
    respond = of_law.respond
    if of_law.reliability is Reliability.NO and respond is not None:
        counter.note("not-reliable")
        return None
    if of_law.reliability is Reliability.NO_NUMBER or respond is None:
        counter.note("no-number")
        return None
    if respond.since is not None and day < respond.since:
        counter.note("no-number-yet", respond.since)
        return None
    return respond


def _dates(
    law: str,
    step: Step,
    received: Day,
    respond: Period,
    counter: Counter,
    since: Moments,
    zone: tzinfo,
) -> tuple[DueDates, bool]:
    """Return every date, and whether the answer's is sure."""
    of_law = counter.deadlines
    start, sure = day_zero(received, respond, counter, since, zone)
    if respond.unit is Unit.HOURS:
        start = moment(start, zone)
        counter.note("clock-starts", start)
    else:
        counter.note_calendar()
    acknowledge = counter.optional(day_of(received), of_law.acknowledge, "acknowledge")
    plain = counter.counted(start, respond, "respond")
    days, still = pause(plain, counter, since)
    if days:
        plain = counter.moved(plain, days)
    answer = counter.rolled(plain)
    extended = _extended(respond, start, answer.value, counter, timedelta(days))
    dates = DueDates(
        law=law,
        received=received,
        purpose=of_law.purpose,
        acknowledge=acknowledge,
        respond=answer.value,
        extended=extended,
        appeal=_appeal(counter, since),
        steps_within=tuple(_parts(start, counter)),
        complaint_until=_complaint(step.complaint, answer.value.due, counter, since),
    )
    return dates, sure and still and answer.sure


def _complaint(
    complaint: Complaint | None, due: Day, counter: Counter, since: Moments
) -> Due | None:
    """Return the last day to complain: from the answer, or from silence (D8).

    Where silence counts as a refusal, an answer that comes later opens no new time.
    """
    if complaint is None or complaint.time_limit is None:
        return None
    silent = complaint.silence_is_refusal
    if since.answered is None or (silent and since.answered > day_of(due)):
        return counter.ends(due, complaint.time_limit, "complaint") if silent else None
    return counter.ends(since.answered, complaint.time_limit, "complaint-after-answer")


def _certainty(
    step: Step, respond: Period, counter: Counter, *, sure: bool
) -> Certainty:
    """Return how firm the answer's date is; never firmer than the source (D4, D9)."""
    doubts = [
        ("first-day-unsure", not step.certain),
        ("only-recommended", not respond.binding),
        ("unconfirmed", step.deadlines.reliability is not Reliability.YES),
    ]
    found = [code for code, doubted in doubts if doubted]
    for code in found:
        counter.note(code)
    return Certainty.FIRM if sure and not found else Certainty.INDICATIVE


def _extended(
    respond: Period, start: Day, answer: Due, counter: Counter, still: timedelta
) -> Extended | None:
    """Return the last day after an extension: counted and rolled once (D2)."""
    extension = counter.deadlines.extension
    if extension is None:
        return None
    more = extension.period
    if extension.counted_from is CountedFrom.RECEIPT and not _mixed(extension, respond):
        added = respond.count if extension.adds else 0
        whole = replace(respond, count=added + more.count, unit=more.unit)
        plain = counter.counted(start, whole, "extended")
        plain = counter.moved(plain, still.days) if still else plain
    else:
        plain = counter.counted(answer.raw, more, "extended")
    last = counter.rolled(plain).value
    notice = answer.due if extension.announced else None
    if extension.notice_within is not None:
        notice = counter.counted(start, extension.notice_within, "notice").day
    return Extended(last.raw, last.due, notice)


def _mixed(extension: Extension, respond: Period) -> bool:
    """Return whether months would have to be added to days to make one period."""
    return extension.adds and extension.period.unit is not respond.unit


def _parts(start: Day, counter: Counter) -> Iterator[PartDue]:
    """Yield what must happen inside the period and can be counted (D8)."""
    for part in counter.deadlines.parts:
        if part.period is None:
            continue
        first = part.period.not_before
        late = first is not None and day_of(start) < first
        at = counter.ends(first if first and late else start, part.period, part.what)
        yield PartDue(part.what, at.raw, at.due)


def _appeal(counter: Counter, since: Moments) -> AppealDue | None:
    """Return when an appeal must be answered, where there is one (D8)."""
    appeal, day = counter.deadlines.appeal, since.appeal_received
    if appeal is None or appeal.response is None or day is None:
        return None
    due = counter.ends(day, appeal.response, "appeal")
    extended = None
    if appeal.extension is not None:
        more = appeal.extension
        if more.unit is appeal.response.unit:
            whole = replace(more, count=appeal.response.count + more.count)
            extended = counter.ends(day, whole, "appeal-extended").due
        else:
            extended = counter.ends(due.raw, more, "appeal-extended").due
    return AppealDue(due.raw, due.due, extended)
