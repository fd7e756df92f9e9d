"""The steps of a count in sentences, and the due dates as one JSON document."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from app.domain.deadlines import CountStep, Day, Due, DueDates
from app.words.answers import Say, span_of
from app.words.marks import mark

STEPS: Mapping[str, str] = {
    "received": mark("{day} received: day 0"),
    "not-before": mark("{day} day 0: the law's clock waits until then"),
    "starts-again": mark("{day} proof arrived: the count starts again"),
    "waits-for-identity": mark(
        "{day} proof asked for and not given: the date may move"
    ),
    "waits-for-verification": mark(
        "{day} not verified yet: the law counts from then, this from receipt"
    ),
    "verified": mark("{day} verified: day 0"),
    "paused": mark(
        "{day} proof asked for, given {to}: the clock stood still ({period})"
    ),
    "counted": mark("{day} {what}: {period}"),
    "rolled": mark("{day} is a day off ({what}): moves to {to}"),
    "roll-unknown": mark("{day} is a day off ({what}); whether it moves is not known"),
    "perhaps-holiday": mark("{day} may be a holiday ({what})"),
    "no-number": mark("the law fixes no number that we could count"),
    "calendar": mark("holidays counted: {what}"),
    "regions-differ": mark("holidays differ inside {what}"),
    "calendars-differ": mark("by the other calendar it is {to}; the earlier is shown"),
}

PARTS: Mapping[str, str] = {
    "acknowledge": mark("to confirm receipt"),
    "respond": mark("to answer"),
    "extended": mark("to answer after an extension"),
    "appeal": mark("to answer the appeal"),
    "appeal-extended": mark("to answer the appeal after an extension"),
    "complaint": mark("to complain"),
}


def step_sentence(step: CountStep, say: Say) -> str:
    """Return one step of a count in words."""
    period = (
        span_of(step.count, step.unit, say) if step.count and step.unit else None
    ) or (f"{step.count}" if step.count is not None else "")
    what = step.what or ""
    return say(STEPS[step.code]).format(
        day=written(step.day) if step.day else "",
        to=written(step.to) if step.to else "",
        what=say(PARTS[what]) if what in PARTS else what,
        period=period,
    )


def written(day: Day) -> str:
    """Return a day as in ISO 8601; a moment in UTC with a Z."""
    if isinstance(day, datetime):
        return day.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return day.isoformat()


def deadlines_document(dates: DueDates, say: Say) -> dict[str, Any]:
    """Return the document of contract section 4."""
    extended, appeal = dates.extended, dates.appeal
    return {
        "law": dates.law,
        "received": _received(dates.received),
        "acknowledge": _due(dates.acknowledge),
        "respond": {**_due_of(dates.respond), "purpose": dates.purpose}
        if dates.respond
        else None,
        "extended": extended
        and {
            "raw": written(extended.raw),
            "due": written(extended.due),
            "notice_by": written(extended.notice_by) if extended.notice_by else None,
        },
        "appeal": appeal
        and {
            "raw": written(appeal.raw),
            "due": written(appeal.due),
            "extended": written(appeal.extended) if appeal.extended else None,
        },
        "steps_within": [
            {"what": p.what, "raw": written(p.raw), "due": written(p.due)}
            for p in dates.steps_within
        ],
        "complaint_until": _due(dates.complaint_until),
        "steps": [step_sentence(step, say) for step in dates.steps],
        "certainty": dates.certainty,
    }


def _received(day: date | datetime) -> str:
    if isinstance(day, datetime):
        return day.isoformat(timespec="minutes")
    return day.isoformat()


def _due_of(due: Due) -> dict[str, str]:
    return {"raw": written(due.raw), "due": written(due.due)}


def _due(due: Due | None) -> dict[str, str] | None:
    return _due_of(due) if due else None
