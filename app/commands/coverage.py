"""``efface coverage``: the verdict for every vendor and researched place."""

import typer

from app.commands.database import known_directory
from app.commands.saying import day_of, print_json, reader_of
from app.domain.coverage import cover, researched
from app.domain.grounds import Verdict
from app.rulebook.load import load_rulebook
from app.words.documents import COVERAGE_COLUMNS, coverage_document, coverage_rows
from app.words.languages import place_name
from app.words.marks import mark

SIGNS = {
    Verdict.ELIGIBLE: "✓",
    Verdict.OFFERED: "◐",
    Verdict.UNCERTAIN: "?",
    Verdict.OPT_OUT_ONLY: "⇥",
    Verdict.NOT_ELIGIBLE: "–",
}


_HEAD = mark("Coverage on {day}")
_COLUMN = mark("column {number}: {slug} ({name})")


def coverage(*, on: str | None, form: str, lang: str) -> None:
    """Show the verdict for every vendor and researched place."""
    language, say = reader_of(lang)
    day = day_of(on, "--on")
    rulebook = load_rulebook()
    laws, places = rulebook.pack.laws, rulebook.places
    listed = known_directory().on(day).vendors.values()
    vendors = sorted(listed, key=lambda v: v.name.lower())
    table = cover(vendors, day, laws, places, researched(laws, places))
    if form == "json":
        print_json(coverage_document(table, law_pack=rulebook.pack.fingerprint))
        return
    if form == "csv":
        from app.words.csv_form import csv_text

        typer.echo(csv_text(COVERAGE_COLUMNS, coverage_rows(table)), nl=False)
        return
    typer.echo(say(_HEAD).format(day=day) + "\n")
    for place in table.places:
        signs = " ".join(SIGNS[cell.verdict] for cell in table.rows[place.code])
        typer.echo(f"{place.code:6} {signs}  {place_name(place.code, language)}")
    typer.echo("")
    for number, vendor in enumerate(table.vendors, start=1):
        column = {"number": number, "slug": vendor.slug, "name": vendor.name}
        typer.echo(say(_COLUMN).format(**column))
    typer.echo("  ".join(f"{sign} {verdict}" for verdict, sign in SIGNS.items()))
