"""Questions of law: check, deadlines, coverage."""

import json
import sys
from collections.abc import Mapping
from datetime import date, datetime
from difflib import get_close_matches
from pathlib import Path

import typer
from pydantic import ValidationError

from app import clock
from app.actions.check_eligibility import (
    FactsDocument,
    UnknownValueError,
    check_facts,
    check_vendor,
    misread,
)
from app.commands.saying import (
    day_of,
    misused,
    print_json,
    refuse,
    say,
    unknown,
)
from app.domain.coverage import cover, researched
from app.domain.deadlines import Moments, NotInForceError, count
from app.domain.eligibility import Answer
from app.domain.facts import PersonFacts
from app.domain.grounds import Verdict
from app.rulebook.load import Rulebook, load_rulebook
from app.words.answers import why
from app.words.documents import (
    COVERAGE_COLUMNS,
    coverage_document,
    coverage_rows,
    eligibility_document,
)
from app.words.steps import deadlines_document

SIGNS = {
    Verdict.ELIGIBLE: "✓",
    Verdict.OFFERED: "◐",
    Verdict.UNCERTAIN: "?",
    Verdict.OPT_OUT_ONLY: "⇥",
    Verdict.NOT_ELIGIBLE: "–",
}


def today() -> date:
    """Return the present day in UTC."""
    return clock.now().date()


def check(
    residence: str,
    *,
    vendor: str | None,
    facts: str | None,
    on: str | None,
    as_json: bool,
) -> None:
    """Say what a resident is owed, and why."""
    if (vendor is None) == (facts is None):
        misused("give either --vendor or --facts")
    day = day_of(on, "--on", today)
    rulebook = load_rulebook()
    try:
        if vendor is not None:
            from app.commands.house import known_directory

            answer, found = check_vendor(
                rulebook,
                known_directory(),
                residence=residence,
                vendor=vendor,
                person=PersonFacts(),
                on=day,
            )
            name: str | None = found.name
        else:
            document = _facts(facts or "-")
            answer = check_facts(
                rulebook, residence=residence, document=document, on=day
            )
            name = None
    except UnknownValueError as wrong:
        unknown(wrong)
    written = eligibility_document(
        answer, vendor_name=name, law_pack=rulebook.pack.fingerprint, say=say
    )
    if as_json:
        print_json(written)
        return
    typer.echo(f"{answer.verdict}: {written['summary']}")
    _explain(answer, rulebook)


def _explain(answer: Answer, rulebook: Rulebook) -> None:
    for ground in answer.grounds:
        typer.echo(
            f"\n{ground.kind} {ground.id} {ground.right or ''}: {ground.outcome}"
        )
        for reason in ground.reasons:
            typer.echo(f"  {why(reason, ground, say)}")
        if ground.unknown_facts:
            typer.echo(f"  not known: {', '.join(ground.unknown_facts)}")
        if ground.sources:
            typer.echo(f"  source: {ground.sources[0]} ({ground.confidence})")
    for law in answer.pending:
        first = law.first_day.isoformat() if law.first_day else "no day yet"
        typer.echo(f"\npending: {law.short_name} ({law.stage}, {first})")
    if answer.next_change:
        change = answer.next_change
        typer.echo(f"\nchanges on {change.on} to {change.verdict} ({change.because})")
    if answer.on > rulebook.pack.compiled_on:
        typer.echo(
            f"\nthe law is answered as it was known on {rulebook.pack.compiled_on}"
        )


def _facts(source: str) -> FactsDocument:
    try:
        text = sys.stdin.read() if source == "-" else Path(source).read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        refuse(f"{source}: cannot be read")
    try:
        return FactsDocument.model_validate(json.loads(text))
    except ValidationError as wrong:
        field, value, nearest = misread(wrong)
        near = f"; nearest: {', '.join(nearest)}" if nearest else ""
        misused(f"{field}: unknown value {value!r}{near}")
    except ValueError:
        misused(f"--facts: {source} is no JSON document")


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
    if calendar is not None and calendar not in rulebook.places and calendar != "EU":
        near = list(rulebook.places.nearest(calendar))
        unknown(UnknownValueError("calendar", calendar, tuple(near)))
    moments = Moments(
        **{
            name: day_of(text, f"--{name.replace('_', '-')}", today)
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
        misused(f"--received: {received!r} is too far away to count from")
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


def coverage(*, on: str | None, form: str) -> None:
    """Show the verdict for every vendor and researched place."""
    from app.commands.house import known_directory

    day = day_of(on, "--on", today)
    rulebook = load_rulebook()
    laws, places = rulebook.pack.laws, rulebook.places
    vendors = sorted(known_directory().vendors.values(), key=lambda v: v.name.lower())
    table = cover(vendors, day, laws, places, researched(laws, places))
    if form == "json":
        print_json(coverage_document(table, law_pack=rulebook.pack.fingerprint))
        return
    if form == "csv":
        from app.web.pages import csv_text

        typer.echo(csv_text(COVERAGE_COLUMNS, coverage_rows(table)), nl=False)
        return
    typer.echo(f"Coverage on {day}\n")
    for place in table.places:
        cells = [table.cells[v.slug, place.code] for v in table.vendors]
        signs = " ".join(SIGNS[cell.verdict] for cell in cells)
        typer.echo(f"{place.code:6} {signs}  {place.name}")
    typer.echo("")
    for number, vendor in enumerate(table.vendors, start=1):
        typer.echo(f"column {number}: {vendor.slug} ({vendor.name})")
    typer.echo("  ".join(f"{sign} {verdict}" for verdict, sign in SIGNS.items()))
