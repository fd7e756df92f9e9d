"""``efface deadlines``: due dates, with every step of the count."""

from collections.abc import Mapping
from datetime import datetime

import typer

from app.actions.check_eligibility import UnknownValueError, law_of
from app.commands.saying import day_of, misused, print_json, reader_of, refuse, unknown
from app.domain.deadlines import (
    Day,
    Moments,
    NotInForceError,
    contradiction,
    count,
    farthest,
)
from app.domain.written_days import day_or_moment_from
from app.rulebook.holiday_days import calendar_codes, nearest_calendars
from app.rulebook.load import load_rulebook
from app.words.marks import mark
from app.words.steps import CERTAINTIES, deadlines_document

_SURE = mark("certainty: {certainty}")


def deadlines(
    law: str,
    received: str,
    *,
    calendar: str | None,
    days: Mapping[str, str | None],
    lang: str,
    as_json: bool,
) -> None:
    """Count the due dates, with every step of the count."""
    reader = reader_of(lang)
    rulebook = load_rulebook()
    try:
        found = law_of(rulebook.pack.laws, law)
    except UnknownValueError as wrong:
        unknown(wrong)
    if calendar is not None and calendar not in calendar_codes():
        near = list(nearest_calendars(calendar))
        unknown(UnknownValueError("calendar", calendar, tuple(near)))
    day = _received(received)
    moments = Moments(
        **{
            name: day_of(text, _option(name))
            for name, text in days.items()
            if text is not None
        }
    )
    try:
        if impossible := contradiction(day, moments):
            later, earlier = map(_option, impossible)
            misused(f"{later} {days[impossible[0]]!r} comes before {earlier}")
        dates = count(
            found,
            day,
            rulebook.calendar,
            calendar=calendar,
            since=moments,
        )
    except NotInForceError as outside:
        refuse(str(outside))
    except OverflowError:
        far = farthest(day, moments)
        written = {**days, "received": received}[far]
        misused(f"{_option(far)} {written!r}: too far away to count from")
    document = deadlines_document(dates, reader)
    if as_json:
        print_json(document)
        return
    for step in document["steps"]:
        typer.echo(step)
    _, say = reader
    certainty = say(CERTAINTIES[dates.certainty])
    typer.echo(say(_SURE).format(certainty=certainty))


def _option(name: str) -> str:
    return f"--{name.replace('_', '-')}"


def _received(text: str) -> Day:
    try:
        moment = day_or_moment_from(text)
    except ValueError:
        misused(f"--received: {text!r} is no day such as 2026-11-23")
    if isinstance(moment, datetime) and moment.tzinfo is None:
        misused(f"--received: {text!r} needs an offset such as +01:00")
    return moment
