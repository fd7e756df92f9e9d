"""The steps of a count in sentences, and the due dates as one JSON document."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any, TypeAlias

from app.domain.deadlines import CountStep, Day, Due, DueDates
from app.domain.due_dates import Certainty, day_of
from app.domain.laws import Purpose
from app.words.answers import Say, span_of
from app.words.conditions import Reader
from app.words.languages import day_in_words, place_name
from app.words.law_terms import WAYPOINTS
from app.words.marks import mark

WriteDay: TypeAlias = Callable[[Day], str]

STEPS: Mapping[str, str] = {
    "received": mark("{day} received: day 0"),
    "not-before": mark("{day} is day 0: the law's clock waits until then"),
    "clock-starts": mark("{day}: from then on the hours are counted"),
    "starts-again": mark("{day} is day 0: proof of identity arrived, counted anew"),
    "verified": mark("{day} is day 0: the request was verified"),
    "waits-for-identity": mark(
        "{day} proof of identity was asked for and not given yet: the dates may move"
    ),
    "waits-for-verification": mark(
        "the law counts from the day on which the request is verified, which is not"
        " known: counted from receipt"
    ),
    "runs-on": mark("{day} proof of identity was asked for: the clock runs on"),
    "asked-too-late": mark(
        "{day} proof of identity was asked for after the last day: nothing moves"
    ),
    "paused": mark(
        "{day} proof of identity was asked for, and given on {to}: the clock stood"
        " still for {period}"
    ),
    "moved": mark("{day} moves by {period} to {to}"),
    "calendar": mark("days off: weekends and public holidays ({what}, from {source})"),
    "own-calendar": mark("days off: those that the law itself names ({source})"),
    "weekends-alone": mark(
        "days off: weekends alone, because the places of {what} have different"
        " holidays (from {source})"
    ),
    "regions-differ": mark(
        "{what}: holidays differ by region; the national ones count"
    ),
    "counted": mark("{day} {what}: {period} after {start}"),
    "counted-with-first-day": mark(
        "{day} {what}: {period}, and {start} counts as the first"
    ),
    "counted-in-clear-days": mark(
        "{day} {what}: {period} after {start}, and the last day is not counted either"
    ),
    "short-month": mark("{day}: the month in which the period ends has no such day"),
    "skipped": mark("{day} is no working day: {what}"),
    "holidays-unknown": mark(
        "the holidays of {what} are known from {start} to {to} alone: in other years"
        " only weekends are left out"
    ),
    "rolled": mark("{day} is a day off ({what}): moves to {to}"),
    "roll-unknown": mark(
        "{day} is a day off ({what}): whether the law moves it is not known"
    ),
    "saturday-unknown": mark(
        "{day} is a Saturday: whether the law counts it as a holiday is not known"
    ),
    "estimated": mark("{day} is a holiday by estimate: {what}"),
    "holiday-elsewhere": mark("{day} is a holiday in some of the places: {what}"),
    "calendars-differ": mark(
        "{day} {what}, and {to} by the other calendar ({source}): the earlier is due"
    ),
    "no-number": mark("the law fixes no number of days that could be counted"),
    "no-number-yet": mark(
        "the law fixes a number of days only for requests received from {day}"
    ),
    "not-reliable": mark("the number that we know of is not reliable: not counted"),
    "unconfirmed": mark("the number of days is not confirmed yet"),
    "only-recommended": mark("the number of days is only recommended, not law"),
    "first-day-unsure": mark("sources differ about the law's first day"),
}

PARTS: Mapping[str, str] = {
    "acknowledge": mark("last day to confirm receipt"),
    "respond": mark("last day to answer"),
    "extended": mark("last day to answer after an extension"),
    "notice": mark("last day to announce an extension"),
    "appeal": mark("last day to answer the appeal"),
    "appeal-extended": mark("last day to answer the appeal after an extension"),
    "complaint": mark("last day to complain, because silence counts as a refusal"),
    "complaint-after-answer": mark("last day to complain, counted from the answer"),
    **WAYPOINTS,
}
"""What a date is for; the lower ones are steps that single laws name."""

FOR: Mapping[tuple[str, Purpose], str] = {
    ("respond", Purpose.DELETION): mark("last day to answer a request to delete"),
    ("respond", Purpose.CORRECTION): mark("last day to answer a request to correct"),
    ("respond", Purpose.OPT_OUT): mark("last day to answer an opt-out"),
    ("extended", Purpose.DELETION): mark(
        "last day to answer a request to delete after an extension"
    ),
    ("extended", Purpose.CORRECTION): mark(
        "last day to answer a request to correct after an extension"
    ),
    ("extended", Purpose.OPT_OUT): mark(
        "last day to answer an opt-out after an extension"
    ),
}
"""The same, where it is known what the period is for."""

CERTAINTIES: Mapping[Certainty, str] = {
    Certainty.FIRM: mark("firm"),
    Certainty.INDICATIVE: mark("indicative"),
    Certainty.NONE: mark("none"),
}
WHOSE = frozenset({"calendar", "weekends-alone", "regions-differ", "holidays-unknown"})
"""Steps about the days off of a place."""
LIBRARY = "holidays "
_LIBRARY = mark("the software “holidays”, version {version}")

WEEKDAYS: Mapping[str, str] = {
    "Monday": mark("Monday"),
    "Tuesday": mark("Tuesday"),
    "Wednesday": mark("Wednesday"),
    "Thursday": mark("Thursday"),
    "Friday": mark("Friday"),
    "Saturday": mark("Saturday"),
    "Sunday": mark("Sunday"),
}


def steps_said(dates: DueDates, reader: Reader) -> tuple[str, ...]:
    """Return the steps of a count as pages say them, with days in full."""
    language, _ = reader
    return _by_date(dates, reader, lambda day: _in_full(day, language))


def _by_date(dates: DueDates, reader: Reader, write: WriteDay) -> tuple[str, ...]:
    """Return the steps in words, by date; a remark stays where it was made."""
    placed: list[tuple[date, CountStep]] = []
    for step in dates.steps:
        before = placed[-1][0] if placed else date.min
        placed.append((before if step.day is None else day_of(step.day), step))
    placed.sort(key=lambda one: one[0])
    return tuple(
        step_sentence(step, reader, dates.purpose, write=write) for _, step in placed
    )


def step_sentence(
    step: CountStep,
    reader: Reader,
    purpose: Purpose | None = None,
    *,
    write: WriteDay | None = None,
) -> str:
    """Return one step of a count in words.

    ``purpose``: what the period is for; ``write``: how to write its days, as in ISO
    8601 unless told.
    """
    _, say = reader
    write = write or written
    code = step.code
    if code == "calendar" and step.source and not step.source.startswith(LIBRARY):
        code = "own-calendar"
    return say(STEPS[code]).format(
        day=write(step.day) if step.day else "",
        start=write(step.start) if step.start else "",
        to=write(step.to) if step.to else "",
        what=_what(step, reader, purpose),
        source=_source(step.source or "", say),
        period=_period(step, say),
    )


def _what(step: CountStep, reader: Reader, purpose: Purpose | None) -> str:
    (language, say), what = reader, step.what
    if not what:
        return ""
    if step.code in WHOSE:
        return place_name(what, language)
    said = FOR.get((what, purpose)) if purpose else None
    return say(said or PARTS.get(what) or WEEKDAYS.get(what) or what)


def _source(source: str, say: Say) -> str:
    """Return where days off come from; the software that lists them by its name."""
    if not source.startswith(LIBRARY):
        return source
    return say(_LIBRARY).format(version=source.removeprefix(LIBRARY))


def _period(step: CountStep, say: Say) -> str:
    if step.count is None or step.unit is None:
        return ""
    return span_of(step.count, step.unit, say)


def written(day: Day) -> str:
    """Return a day as in ISO 8601; a moment in UTC with a Z."""
    if isinstance(day, datetime):
        return day.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return day.isoformat()


def _in_full(day: Day, language: str) -> str:
    """Return a day in words; a moment with its time in UTC."""
    said = day_in_words(day_of(day), language).replace(" ", "\u00a0", 2)
    if isinstance(day, datetime):
        return f"{said}, {day.astimezone(UTC):%H:%M} UTC"
    return said


def deadlines_document(dates: DueDates, reader: Reader) -> dict[str, Any]:
    """Return the document of contract section 4, its fields in that order."""
    return {
        "law": dates.law,
        "received": written(dates.received),
        "acknowledge": _due(dates.acknowledge),
        "respond": _respond(dates),
        "extended": _extended(dates),
        "appeal": _appeal(dates),
        "steps_within": [
            {"what": p.what, "raw": written(p.raw), "due": written(p.due)}
            for p in dates.steps_within
        ],
        "complaint_until": _due(dates.complaint_until),
        "steps": list(_by_date(dates, reader, written)),
        "certainty": dates.certainty,
    }


def _respond(dates: DueDates) -> dict[str, str | None] | None:
    if dates.respond is None:
        return None
    return {**_dated(dates.respond), "purpose": dates.purpose}


def _extended(dates: DueDates) -> dict[str, str | None] | None:
    last = dates.extended
    if last is None:
        return None
    return {
        "raw": written(last.raw),
        "due": written(last.due),
        "notice_by": _written(last.notice_by) or None,
    }


def _appeal(dates: DueDates) -> dict[str, str | None] | None:
    appeal = dates.appeal
    if appeal is None:
        return None
    return {
        "raw": written(appeal.raw),
        "due": written(appeal.due),
        "extended": _written(appeal.extended) or None,
    }


def _due(due: Due | None) -> dict[str, str] | None:
    return None if due is None else _dated(due)


def _dated(due: Due) -> dict[str, str]:
    return {"raw": written(due.raw), "due": written(due.due)}


def _written(day: Day | None) -> str:
    return "" if day is None else written(day)
