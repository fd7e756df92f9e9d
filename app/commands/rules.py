"""The law pack: list it, show a law, check the files, describe them to editors."""

import typer

from app.actions.check_eligibility import UnknownValueError, law_of
from app.commands.saying import print_json, reader_of, refuse, unknown
from app.domain.dated import Span
from app.domain.laws import Law, Step
from app.domain.likeness import likest
from app.domain.staleness import stalest
from app.rulebook.load import (
    HERE,
    RulebookError,
    check_rulebook,
    load_rulebook,
    read_vendors,
)
from app.words.answers import Say, span_of
from app.words.conditions import Reader
from app.words.languages import colon
from app.words.law_terms import DETAILS, STATUSES
from app.words.marks import mark
from app.words.naming import name_of
from app.words.records import law_document, law_summary
from app.words.terms import CONFIDENCE

_NO_CITATION = mark("no law to cite")
_CHECKED = mark("{status}; how sure we are: {confidence}; checked on {day}")
_PLACES = mark("places: {places}")
_FROM = mark("from {day}")
_NO_DAY = mark("from a day that no source gives")
_DIFFER = mark("sources differ")
_NO_PERIOD = mark("no fixed period")
_WITHIN = mark("answer within {period}")
_UNTIL = mark("until {day}")
_REGULATOR = mark("regulator: {name}")
_NO_REGULATOR = mark("no regulator")
_MAY_CHANGE = mark("may change")
_NOTE = mark("note")
_DOUBT = mark("doubt")
_SOURCE = mark("source")


def list_laws(*, stale: bool, as_json: bool) -> None:
    """List the laws; with ``stale`` first what was checked longest ago, least surely."""
    laws = list(load_rulebook().pack.laws.values())
    if stale:
        laws = stalest(laws)
    if as_json:
        print_json([law_summary(law) for law in laws])
        return
    for law in laws:
        typer.echo(
            f"{law.id:22} {_first(law):12} {law.confidence:7} {law.checked_on}"
            f"  {law.short_name}"
        )


def _first(law: Law) -> str:
    """Return the first day in the words of the list."""
    if law.first_day is not None:
        return law.first_day.isoformat()
    if law.absent:
        return "no law"
    return "not in force" if law.pending else "day unknown"


def show_law(law_id: str, *, lang: str, as_json: bool) -> None:
    """Show one law with its versions and sources."""
    reader = reader_of(lang)
    try:
        law = law_of(load_rulebook().pack.laws, law_id)
    except UnknownValueError as wrong:
        unknown(wrong)
    if as_json:
        print_json(law_document(law))
        return
    _show(law, reader)


def _show(law: Law, reader: Reader) -> None:
    language, say = reader
    typer.echo(f"{name_of(law, language)}{colon(language)} {law.name}")
    typer.echo(law.citation or say(_NO_CITATION))
    typer.echo(
        say(_CHECKED).format(
            status=say(STATUSES[law.status]),
            confidence=say(CONFIDENCE[law.confidence]),
            day=law.checked_on,
        )
    )
    places = ", ".join(
        _place(code, span, say) for code, span in sorted(law.places.items())
    )
    typer.echo(say(_PLACES).format(places=places))
    for step in law.steps:
        _show_step(step, say)
    _show_rest(law, reader)


def _show_step(step: Step, say: Say) -> None:
    first = say(_FROM).format(day=step.first_day) if step.first_day else say(_NO_DAY)
    sure = "" if step.certain else f" ({say(_DIFFER)})"
    typer.echo(f"\n{first}{sure}  {step.change or ''}".rstrip(" "))
    for right in step.rights:
        words = f" ({right.words})" if right.words else ""
        open_end = f", {say(_NO_PERIOD)}" if right.no_period else ""
        typer.echo(f"  {right.kind}: {right.citation}{words}{open_end}")
    respond = step.deadlines.respond
    if respond is not None:
        period = span_of(respond.count, respond.unit, say)
        typer.echo(f"  {say(_WITHIN).format(period=period)}")


def _show_rest(law: Law, reader: Reader) -> None:
    language, say = reader
    if law.ended is not None:
        typer.echo("\n" + say(_UNTIL).format(day=law.ended))
    if law.regulator is not None:
        typer.echo("\n" + say(_REGULATOR).format(name=law.regulator.name))
    quoted = [
        (say(_NO_REGULATOR), law.regulator_note),
        (say(_MAY_CHANGE), law.pending_change),
        (say(_NOTE), law.notes),
        *((_about(about, say), words) for about, words in law.details.items()),
        *((say(_DOUBT), doubt) for doubt in law.doubts),
        *((say(_SOURCE), source) for source in law.sources),
    ]
    for about, words in quoted:
        if words:
            typer.echo(f"{about}{colon(language)} {words}")


def _about(about: str, say: Say) -> str:
    """Return what a note is about; one about a place has its code."""
    return say(DETAILS[about]).lower() if about in DETAILS else about


def _place(code: str, span: Span, say: Say) -> str:
    until = say(_UNTIL).format(day=span.last) if span.last else ""
    return f"{code} ({until})" if until else code


def check_laws() -> None:
    """Validate every file; stop at the first bad one."""
    try:
        rulebook = check_rulebook(HERE)
        vendors = read_vendors(HERE)
    except RulebookError as wrong:
        refuse(str(wrong))
    typer.echo(
        f"{len(rulebook.pack.laws)} laws, {len(rulebook.places.by_code)} places,"
        f" {len(vendors)} vendors; {rulebook.pack.fingerprint}"
    )


def print_schema(kind: str) -> None:
    """Print the JSON Schema of a kind of file."""
    from app.rulebook.json_schema import FILES, json_schema

    if kind not in FILES:
        near = likest(kind, FILES, most=2) or tuple(FILES)
        unknown(UnknownValueError("kind of file", kind, near))
    print_json(json_schema(kind))
