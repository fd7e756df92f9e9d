"""The law pack: list it, show a law, check the files, describe them to editors."""

import typer

from app.actions.check_eligibility import UnknownValueError, law_of
from app.commands.saying import print_json, refuse, say, unknown
from app.domain.dated import Span
from app.domain.laws import Law
from app.domain.likeness import likest
from app.domain.staleness import stalest
from app.rulebook.load import (
    HERE,
    RulebookError,
    check_rulebook,
    load_rulebook,
    read_vendors,
)
from app.words.answers import span_of
from app.words.records import law_document, law_summary


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


def show_law(law_id: str, *, as_json: bool) -> None:
    """Show one law with its versions and sources."""
    try:
        law = law_of(load_rulebook().pack.laws, law_id)
    except UnknownValueError as wrong:
        unknown(wrong)
    if as_json:
        print_json(law_document(law))
        return
    _show(law)


def _show(law: Law) -> None:
    typer.echo(f"{law.short_name}: {law.name}\n{law.citation or 'no law to cite'}")
    typer.echo(
        f"status {law.status}; confidence {law.confidence}; checked on {law.checked_on}"
    )
    places = (_place(code, span) for code, span in sorted(law.places.items()))
    typer.echo(f"places: {', '.join(places)}")
    for step in law.steps:
        sure = "" if step.certain else " (sources differ)"
        first = step.first_day or "a day that no source gives"
        typer.echo(f"\nfrom {first}{sure}  {step.change or ''}".rstrip(" "))
        for right in step.rights:
            words = f" ({right.words})" if right.words else ""
            open_end = ", no fixed period" if right.no_period else ""
            typer.echo(f"  {right.kind}: {right.citation}{words}{open_end}")
        respond = step.deadlines.respond
        if respond is not None:
            typer.echo(f"  answer within {span_of(respond.count, respond.unit, say)}")
    _show_rest(law)


def _show_rest(law: Law) -> None:
    if law.ended is not None:
        typer.echo(f"\nuntil {law.ended}")
    if law.regulator is not None:
        typer.echo(f"\nregulator: {law.regulator.name}")
    if law.regulator_note:
        typer.echo(f"\nno regulator: {law.regulator_note}")
    if law.pending_change:
        typer.echo(f"may change: {law.pending_change}")
    if law.notes:
        typer.echo(f"note: {law.notes}")
    for about, words in law.details.items():
        typer.echo(f"{about.replace('_', ' ')}: {words}")
    for doubt in law.doubts:
        typer.echo(f"doubt: {doubt}")
    for source in law.sources:
        typer.echo(f"source: {source}")


def _place(code: str, span: Span) -> str:
    return f"{code} (until {span.last})" if span.last else code


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
