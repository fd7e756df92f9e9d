"""``efface deadlines``: due dates, with every step of the count."""

from collections.abc import Mapping
from datetime import date, datetime
from difflib import get_close_matches

import typer

from app.actions.check_eligibility import UnknownValueError
from app.commands.saying import day_of, misused, print_json, refuse, say, unknown
from app.domain.deadlines import Moments, NotInForceError, count
from app.rulebook.holiday_days import calendar_codes, nearest_calendars
from app.rulebook.load import load_rulebook
from app.words.steps import deadlines_document


def deadlines(
    law: str,
    received: str,
    *,
    calendar: str | None,
    days: Mapping[str, str | None],
    as_json: bool,
) -> None:
    """Count the due dates, with every step of the count."""
    rulebook = load_rulebook()
    found = rulebook.pack.laws.get(law)
    if found is None:
        near = get_close_matches(law, list(rulebook.pack.laws), n=4, cutoff=0.4)
        unknown(UnknownValueError("law", law, tuple(near)))
    if calendar is not None and calendar not in calendar_codes():
        near = list(nearest_calendars(calendar))
        unknown(UnknownValueError("calendar", calendar, tuple(near)))
    moments = Moments(
        **{
            name: day_of(text, f"--{name.replace('_', '-')}")
            for name, text in days.items()
            if text is not None
        }
    )
    try:
        dates = count(
            found,
            _received(received),
            rulebook.calendar,
            calendar=calendar,
            since=moments,
        )
    except NotInForceError as outside:
        refuse(str(outside))
    except OverflowError:
        given = {"received": received, **days}
        told = (f"--{n.replace('_', '-')} {d!r}" for n, d in given.items() if d)
        misused(f"{', '.join(told)}: too far away to count from")
    document = deadlines_document(dates, say)
    if as_json:
        print_json(document)
        return
    for step in document["steps"]:
        typer.echo(step)
    typer.echo(f"certainty: {document['certainty']}")


def _received(text: str) -> date | datetime:
    try:
        return date.fromisoformat(text)
    except ValueError:
        pass
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        misused(f"--received: {text!r} is no day such as 2026-11-23")
    if moment.tzinfo is None:
        misused(f"--received: {text!r} needs an offset such as +01:00")
    return moment
