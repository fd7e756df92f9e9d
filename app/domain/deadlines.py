"""When an answer is due, counted as the law counts it, with every step of the count.

Source: contract, section 4; the rules D1 to D9 are cited where they are applied.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from typing import TypeAlias

from app.domain.calendars import Calendar
from app.domain.laws import (
    Clock,
    Complaint,
    CountedFrom,
    Deadlines,
    Extension,
    Law,
    Period,
    Purpose,
    Reliability,
    RollRule,
    Step,
    Unit,
)

Day: TypeAlias = date | datetime
"""A day; a moment where the law counts in hours."""

CalendarOf: TypeAlias = Callable[[str], Calendar]
MONTHS_A_YEAR = 12
DECEMBER = 12


class Certainty(StrEnum):
    """How firm a due date is (contract, D4)."""

    FIRM = "firm"
    INDICATIVE = "indicative"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class CountStep:
    """One step of the count: a code, and the values its sentence names."""

    code: str
    day: Day | None = None
    count: int | None = None
    unit: Unit | None = None
    what: str | None = None
    to: Day | None = None


@dataclass(frozen=True, slots=True)
class Due:
    """A counted date, and the date after rolling off a day off."""

    raw: Day
    due: Day


@dataclass(frozen=True, slots=True)
class Extended:
    """The last day after an extension, and by when the vendor must announce it."""

    raw: Day
    due: Day
    notice_by: Day | None


@dataclass(frozen=True, slots=True)
class AppealDue:
    """When the vendor must answer an appeal."""

    raw: Day
    due: Day
    extended: Day | None


@dataclass(frozen=True, slots=True)
class PartDue:
    """Something that must happen inside the period."""

    what: str
    raw: Day
    due: Day


@dataclass(frozen=True, slots=True, kw_only=True)
class DueDates:
    """Every date that follows from one receipt."""

    law: str
    received: Day
    purpose: Purpose | None = None
    acknowledge: Due | None = None
    respond: Due | None = None
    extended: Extended | None = None
    appeal: AppealDue | None = None
    steps_within: tuple[PartDue, ...] = ()
    complaint_until: Due | None = None
    steps: tuple[CountStep, ...] = ()
    certainty: Certainty = Certainty.NONE


class NotInForceError(ValueError):
    """The law was not in force on the day of receipt (contract, D9)."""

    def __init__(self, law: Law, received: date) -> None:
        first = law.first_day.isoformat() if law.first_day else "no known day"
        last = f" to {law.ended.isoformat()}" if law.ended else ""
        super().__init__(
            f"{law.id} was not in force on {received.isoformat()}: it counts from"
            f" {first}{last}"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Moments:
    """What is known of a request's course, beside its receipt."""

    identity_asked: date | None = None
    identity_given: date | None = None
    authenticated: date | None = None
    appeal_received: date | None = None


NOTHING_ELSE = Moments()


@dataclass(slots=True)
class _Count:
    """The state of one count: its calendar, its steps, and what makes it unsure."""

    deadlines: Deadlines
    calendar: Calendar
    steps: list[CountStep]
    firm: bool = True
    estimated: bool = False

    def note(self, code: str, day: Day | None = None, **more: object) -> None:
        """Add a step to the count."""
        self.steps.append(CountStep(code, day, **more))  # type: ignore[arg-type]

    def ends(self, day0: Day, period: Period, what: str, *, shift: int = 0) -> Due:
        """Count a period, move it by a pause, and roll it where the law does."""
        raw = add(day0, period, self.calendar)
        if period.unit is Unit.BUSINESS_DAYS:
            self._look_for_estimates(day0, raw)
        if shift:
            raw = raw + timedelta(days=shift)
        self.note("counted", raw, count=period.count, unit=period.unit, what=what)
        return self.rolled(raw)

    def rolled(self, raw: Day) -> Due:
        """Move a day off a day off, where the law's counting rule does so."""
        if isinstance(raw, datetime):
            return Due(raw, raw)
        closed = self.calendar.why_closed(raw)
        rule = self.deadlines.roll.rule
        if rule in {RollRule.UNKNOWN, RollRule.NONE}:
            if closed and rule is RollRule.UNKNOWN:
                self.firm = False
                self.note("roll-unknown", raw, what=closed)
            return Due(raw, raw)
        due = self.calendar.next_open(raw)
        if due != raw:
            self._look_for_estimates(raw - timedelta(days=1), due)
            self.note("rolled", raw, what=closed, to=due)
        if (maybe := self.calendar.doubtful(due)) is not None:
            self.estimated = True
            self.note("perhaps-holiday", due, what=maybe)
        return Due(raw, due)

    def _look_for_estimates(self, after: Day, until: Day) -> None:
        day = _day(after)
        while day < _day(until):
            day += timedelta(days=1)
            name = self.calendar.holiday(day)
            if name and self.calendar.doubtful(day):
                self.estimated = True
                self.note("perhaps-holiday", day, what=name)


def count(
    law: Law,
    received: Day,
    calendar_of: CalendarOf,
    *,
    calendar: str | None = None,
    since: Moments = NOTHING_ELSE,
    zone: tzinfo = UTC,
) -> DueDates:
    """Count every date that follows from a receipt.

    Args:
        law: The law under which the request was made.
        received: Local day of receipt, which is day 0; or the moment.
        calendar_of: Gives the holidays of a country, a region or a law.
        calendar: Whose holidays count; left out, those of the law's own place.
        since: What happened afterwards.
        zone: Where a plain day ends for a law in hours (D7).

    Raises:
        NotInForceError: If the law was not in force that day (D9).
    """
    day = _day(received)
    step = law.on(day)
    if step is None:
        raise NotInForceError(law, day)
    of_law = step.deadlines
    counted = _Count(of_law, calendar_of(calendar or _own_place(law, step)), [])
    if of_law.roll.calendar is not None:
        counted.calendar = calendar_of(of_law.roll.calendar)
    counted.note("received", received)
    respond = of_law.respond
    if respond is not None and respond.since is not None and day < respond.since:
        respond = None
    if of_law.reliability in {Reliability.NO, Reliability.NO_NUMBER} or not respond:
        return _without_number(law, step, received, counted, since)
    return _with_number(law, step, received, respond, counted, since, zone)


def _with_number(
    law: Law,
    step: Step,
    received: Day,
    respond: Period,
    counted: _Count,
    since: Moments,
    zone: tzinfo,
) -> DueDates:
    of_law = step.deadlines
    start = _start(of_law, respond, received, counted, since, zone)
    shift = _pause(of_law, counted, since)
    own = _day(received) if respond.unit is not Unit.HOURS else start
    acknowledge = (
        counted.ends(own, of_law.acknowledge, "acknowledge")
        if of_law.acknowledge
        else None
    )
    due = counted.ends(start, respond, "respond", shift=shift)
    extended = _extended(of_law, respond, start, due, counted, shift)
    parts = tuple(
        PartDue(part.what, at.raw, at.due)
        for part in of_law.parts
        if part.period is not None
        for at in [counted.ends(_from(start, part.period), part.period, part.what)]
    )
    _warn(counted)
    return DueDates(
        law=law.id,
        received=received,
        purpose=of_law.purpose,
        acknowledge=acknowledge,
        respond=due,
        extended=extended,
        appeal=_appeal(of_law, counted, since),
        steps_within=parts,
        complaint_until=_complaint(step.complaint, due, counted),
        steps=tuple(counted.steps),
        certainty=_certainty(step, respond, counted),
    )


def _without_number(
    law: Law, step: Step, received: Day, counted: _Count, since: Moments
) -> DueDates:
    of_law = step.deadlines
    counted.note("no-number")
    acknowledge = (
        counted.ends(_day(received), of_law.acknowledge, "acknowledge")
        if of_law.acknowledge and of_law.reliability is Reliability.NO_NUMBER
        else None
    )
    return DueDates(
        law=law.id,
        received=received,
        purpose=of_law.purpose,
        acknowledge=acknowledge,
        appeal=_appeal(of_law, counted, since),
        steps=tuple(counted.steps),
    )


def _certainty(step: Step, respond: Period, counted: _Count) -> Certainty:
    """Return how firm the answer's date is; never firmer than the source (D4)."""
    firm = (
        counted.firm
        and not counted.estimated
        and step.certain
        and respond.binding
        and step.deadlines.reliability is Reliability.YES
    )
    return Certainty.FIRM if firm else Certainty.INDICATIVE


def _own_place(law: Law, step: Step) -> str:
    """Return whose holidays count where nobody says (D6)."""
    if step.deadlines.roll.calendar is not None:
        return step.deadlines.roll.calendar
    if len(law.places) == 1:
        return next(iter(law.places))
    return "EU" if law.follows_seat else next(iter(law.places))


def _start(
    of_law: Deadlines,
    respond: Period,
    received: Day,
    counted: _Count,
    since: Moments,
    zone: tzinfo,
) -> Day:
    """Return day 0, or the moment from which hours run (D3, D7)."""
    if respond.unit is Unit.HOURS:
        if isinstance(received, datetime):
            return received.astimezone(UTC)
        after = datetime.combine(received + timedelta(days=1), time(), zone)
        return after.astimezone(UTC)
    start = _day(received)
    if of_law.clock is Clock.RESTARTS and since.identity_asked is not None:
        if since.identity_given is None:
            counted.firm = False
            counted.note("waits-for-identity", since.identity_asked)
        else:
            start = since.identity_given
            counted.note("starts-again", start)
    if of_law.clock is Clock.STARTS_AT_VERIFICATION:
        if since.authenticated is None:
            counted.firm = False
            counted.note("waits-for-verification", start)
        else:
            start = since.authenticated
            counted.note("verified", start)
    return _from(start, respond, counted)


def _from(start: Day, period: Period, counted: _Count | None = None) -> Day:
    """Return day 0 of a period that waits for a day of its own."""
    if period.not_before is None or _day(start) >= period.not_before:
        return start
    if counted is not None:
        counted.note("not-before", period.not_before)
    return period.not_before


def _pause(of_law: Deadlines, counted: _Count, since: Moments) -> int:
    """Return by how many days a pause moves the dates (D3)."""
    if of_law.clock is not Clock.PAUSES or since.identity_asked is None:
        return 0
    if since.identity_given is None:
        counted.firm = False
        counted.note("waits-for-identity", since.identity_asked)
        return 0
    days = max((since.identity_given - since.identity_asked).days, 0)
    counted.note("paused", since.identity_asked, count=days, to=since.identity_given)
    return days


def _extended(
    of_law: Deadlines,
    respond: Period,
    start: Day,
    due: Due,
    counted: _Count,
    shift: int,
) -> Extended | None:
    """Return the last day after an extension: counted and rolled once (D2)."""
    extension = of_law.extension
    if extension is None:
        return None
    firm, estimated = counted.firm, counted.estimated
    raw = _with_extension(extension, respond, start, due, counted, shift)
    notice = due.due
    if extension.notice_within is not None:
        notice = add(start, extension.notice_within, counted.calendar)
    last = counted.rolled(raw)
    counted.firm, counted.estimated = firm, estimated  # the answer's alone (D4)
    return Extended(last.raw, last.due, notice)


def _with_extension(
    extension: Extension,
    respond: Period,
    start: Day,
    due: Due,
    counted: _Count,
    shift: int,
) -> Day:
    more = extension.period
    together = (
        extension.counted_from is CountedFrom.RECEIPT
        and extension.adds
        and more.unit is respond.unit
    )
    if together:
        whole = replace(respond, count=respond.count + more.count)
        raw = add(start, whole, counted.calendar) + timedelta(days=shift)
        counted.note(
            "counted", raw, count=whole.count, unit=whole.unit, what="extended"
        )
        return raw
    alone = extension.counted_from is CountedFrom.RECEIPT and not extension.adds
    raw = add(start if alone else due.raw, more, counted.calendar)
    counted.note("counted", raw, count=more.count, unit=more.unit, what="extended")
    return raw


def _appeal(of_law: Deadlines, counted: _Count, since: Moments) -> AppealDue | None:
    """Return when an appeal must be answered, where there is one (D8)."""
    appeal, day = of_law.appeal, since.appeal_received
    if appeal is None or appeal.response is None or day is None:
        return None
    due = counted.ends(day, appeal.response, "appeal")
    extended = None
    if appeal.extension is not None:
        more = appeal.extension
        if more.unit is appeal.response.unit:
            whole = replace(more, count=appeal.response.count + more.count)
            extended = counted.ends(day, whole, "appeal-extended").due
        else:
            extended = counted.ends(due.raw, more, "appeal-extended").due
    return AppealDue(due.raw, due.due, extended)


def _complaint(complaint: Complaint | None, due: Due, counted: _Count) -> Due | None:
    """Return the last day to complain of silence, where it counts as refusal (D8)."""
    if complaint is None or not complaint.silence_is_refusal:
        return None
    if complaint.time_limit is None:
        return None
    firm, estimated = counted.firm, counted.estimated
    until = counted.ends(due.due, complaint.time_limit, "complaint")
    counted.firm, counted.estimated = firm, estimated
    return until


def _warn(counted: _Count) -> None:
    counted.note("calendar", what=counted.calendar.name)
    if counted.calendar.warns:
        counted.note("regions-differ", what=counted.calendar.name)


def add(day0: Day, period: Period, calendar: Calendar) -> Day:
    """Return the last day of a period after ``day0``; a moment for hours.

    Raises:
        ValueError: If the period is not positive.

    Source: for months and their ends, Regulation (EEC, Euratom) 1182/71, art. 3(2)(c).
    """
    if period.count <= 0:
        raise ValueError("a period is at least one long")
    if period.unit is Unit.HOURS:
        return day0 + timedelta(hours=period.count)
    day = _day(day0)
    if period.unit is Unit.BUSINESS_DAYS:
        today = period.first_day_counts and calendar.is_open(day)
        return calendar.add_open_days(day, period.count - int(today))
    end = _calendar_end(day, period)
    return end + timedelta(days=int(period.clear_days) - int(period.first_day_counts))


def _calendar_end(day: date, period: Period) -> date:
    match period.unit:
        case Unit.WEEKS:
            return day + timedelta(weeks=period.count)
        case Unit.MONTHS:
            return _months_later(day, period.count, over=period.month_end_runs_over)
        case Unit.YEARS:
            months = period.count * MONTHS_A_YEAR
            return _months_later(day, months, over=period.month_end_runs_over)
        case _:
            return day + timedelta(days=period.count)


def _months_later(day: date, months: int, *, over: bool) -> date:
    """Return the same day ``months`` later.

    Where that month lacks the day: its last day, or the first of the next month.
    """
    year, month = divmod(
        day.year * MONTHS_A_YEAR + day.month - 1 + months, MONTHS_A_YEAR
    )
    month += 1
    following = date(year + month // DECEMBER, month % MONTHS_A_YEAR + 1, 1)
    last = following - timedelta(days=1)
    if day.day <= last.day:
        return date(year, month, day.day)
    return following if over else last


def _day(moment: Day) -> date:
    return moment.date() if isinstance(moment, datetime) else moment


def for_request(
    law: Law,
    received: date,
    calendar_of: CalendarOf,
    *,
    residence: str,
    seat: str | None,
    since: Moments = NOTHING_ELSE,
) -> DueDates:
    """Count the dates of a request that was sent.

    The calendar is the vendor's seat's where that lies inside the law's place, else
    the residence's; where the two give different dates the earlier one is due, and
    both stand in the steps (D6).

    Raises:
        NotInForceError: If the law was not in force that day.
    """
    first = count(law, received, calendar_of, calendar=seat or residence, since=since)
    if seat is None or seat == residence or residence not in law.places:
        return first
    other = count(law, received, calendar_of, calendar=residence, since=since)
    if first.respond is None or other.respond is None or first.respond == other.respond:
        return first
    earlier = min(first, other, key=_answer_day)
    later = other if earlier is first else first
    differs = CountStep("calendars-differ", _answer_day(earlier), to=_answer_day(later))
    return replace(earlier, steps=(*earlier.steps, differs))


def _answer_day(dates: DueDates) -> date:
    return _day(dates.respond.due) if dates.respond else date.max
