"""The steps of a count in sentences, and the due dates as one JSON document."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from app.domain.deadlines import CountStep, Day, Due, DueDates
from app.words.answers import Say, span_of
from app.words.marks import mark

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
    "calendar": mark("days off: those of {what} ({source})"),
    "weekends-alone": mark(
        "days off: weekends alone, because the places of {what} have different"
        " holidays ({source})"
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
}

WEEKDAYS: Mapping[str, str] = {
    "Monday": mark("Monday"),
    "Tuesday": mark("Tuesday"),
    "Wednesday": mark("Wednesday"),
    "Thursday": mark("Thursday"),
    "Friday": mark("Friday"),
    "Saturday": mark("Saturday"),
    "Sunday": mark("Sunday"),
}


def step_sentence(step: CountStep, say: Say) -> str:
    """Return one step of a count in words."""
    what = step.what or ""
    return say(STEPS[step.code]).format(
        day=_written(step.day),
        start=_written(step.start),
        to=_written(step.to),
        what=say(PARTS.get(what) or WEEKDAYS.get(what) or what) if what else "",
        source=step.source or "",
        period=_period(step, say),
    )


def _period(step: CountStep, say: Say) -> str:
    if step.count is None or step.unit is None:
        return ""
    return span_of(step.count, step.unit, say)


def written(day: Day) -> str:
    """Return a day as in ISO 8601; a moment in UTC with a Z."""
    if isinstance(day, datetime):
        return day.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return day.isoformat()


def deadlines_document(dates: DueDates, say: Say) -> dict[str, Any]:
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
        "steps": [step_sentence(step, say) for step in dates.steps],
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
