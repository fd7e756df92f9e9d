"""``efface check``: what a resident is owed, and why."""

import sys
from datetime import date
from pathlib import Path

import typer

from app.actions.check_eligibility import (
    FactsDocument,
    UnknownValueError,
    check_facts,
    check_vendor,
    worth_knowing,
)
from app.actions.read_facts import NoJsonError, WrongFactsError, read_facts
from app.commands.saying import (
    day_of,
    misused,
    print_json,
    refuse,
    say,
    unknown,
)
from app.domain.eligibility import Answer, Question, question
from app.domain.facts import PersonFacts
from app.domain.grounds import Ground
from app.domain.places import Places
from app.rulebook.load import load_rulebook
from app.words.answers import span_of, why
from app.words.documents import eligibility_document


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
    day = day_of(on, "--on")
    rulebook = load_rulebook()
    try:
        if vendor is not None:
            from app.commands.database import known_directory

            answer, found = check_vendor(
                rulebook,
                known_directory(),
                residence=residence,
                vendor=vendor,
                person=PersonFacts(),
                on=day,
            )
            asked = question(answer.residence, found, PersonFacts())
        else:
            document = _facts(facts or "-", rulebook.places)
            answer = check_facts(
                rulebook, residence=residence, document=document, on=day
            )
            asked = Question(residence=answer.residence, facts=document.value())
    except UnknownValueError as wrong:
        unknown(wrong)
    name = asked.vendor.name if asked.vendor else None
    written = eligibility_document(
        answer, vendor_name=name, law_pack=rulebook.pack.fingerprint, say=say
    )
    if as_json:
        print_json(written)
        return
    typer.echo(f"{answer.verdict}: {written['summary']}")
    helps = worth_knowing(rulebook, asked, answer)
    _explain(answer, helps, rulebook.pack.compiled_on)


def _explain(answer: Answer, helps: tuple[str, ...], compiled_on: date) -> None:
    for ground in answer.grounds:
        _tell(ground)
    if helps:
        typer.echo(f"\nwould change it, what helps most first: {', '.join(helps)}")
    for law in answer.pending:
        first = law.first_day.isoformat() if law.first_day else "no day yet"
        typer.echo(f"\npending: {law.short_name} ({law.stage}, {first})")
    if answer.next_change:
        change = answer.next_change
        typer.echo(f"\nchanges on {change.on} to {change.verdict} ({change.because})")
    if answer.on > compiled_on:
        typer.echo(f"\nthe law is answered as it was known on {compiled_on}")


def _tell(ground: Ground) -> None:
    about = " ".join(filter(None, (ground.kind, ground.id, ground.right)))
    cited = f" ({ground.citation})" if ground.citation else ""
    typer.echo(f"\n{about}{cited}: {ground.outcome}")
    for reason in ground.reasons:
        typer.echo(f"  {why(reason, ground, say)}")
    if ground.unknown_facts:
        typer.echo(f"  not known: {', '.join(ground.unknown_facts)}")
    if ground.response_due is not None:
        period = ground.response_due.period
        typer.echo(f"  answer due within {span_of(period.count, period.unit, say)}")
    if ground.agent_allowed is False:
        typer.echo("  nobody else may ask for it on the person's behalf")
    if ground.regulator is not None:
        typer.echo(f"  complaints: {ground.regulator.name}")
    if ground.sources:
        typer.echo(f"  source: {ground.sources[0]} ({ground.confidence} confidence)")


def _facts(source: str, places: Places) -> FactsDocument:
    name = "standard input" if source == "-" else source
    try:
        text = sys.stdin.read() if source == "-" else Path(source).read_text("utf-8")
    except FileNotFoundError:
        refuse(f"{name}: there is no such file")
    except (OSError, UnicodeDecodeError):
        refuse(f"{name}: cannot be read")
    try:
        return read_facts(text, places)
    except NoJsonError:
        refuse(f"{name}: is no JSON document")
    except WrongFactsError as error:
        misused(*map(str, error.wrong))
