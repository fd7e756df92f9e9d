"""The directory of vendors: list, import, export."""

import json
from pathlib import Path

import typer

from app import clock
from app.actions.import_vendors import (
    FOREIGN,
    IMPORTED,
    Effect,
    Imported,
    file_tables,
    import_vendors,
)
from app.commands.database import known_directory, known_shapes, settings_or_refuse
from app.commands.house import house
from app.commands.saying import print_json, progress, refuse
from app.rulebook.load import load_rulebook
from app.rulebook.vendor_files import (
    Foreign,
    NotVendorsError,
    Rejected,
    Yardstick,
    read_vendor_file,
)
from app.rulebook.vendor_schema import VendorShape
from app.words.records import vendor_summary


def list_vendors(*, as_json: bool) -> None:
    """List the vendors."""
    vendors = sorted(known_directory().vendors.values(), key=lambda v: v.slug)
    if as_json:
        print_json([vendor_summary(vendor) for vendor in vendors])
        return
    for vendor in vendors:
        kind = vendor.facts.sector or "unknown"
        typer.echo(f"{vendor.slug:28} {kind:15} {vendor.name}")


def import_file(file: Path, *, dry_run: bool) -> None:
    """Import vendors and say what came of each record."""
    settings = settings_or_refuse()
    at = clock.now()
    by = Yardstick(at.date(), load_rulebook().places, local=not settings.production)
    try:
        found = list(progress(read_vendor_file(file, by), "Reading"))
    except NotVendorsError as wrong:
        refuse(str(wrong))
    ours = [one for one in found if isinstance(one, VendorShape)]
    theirs = [one.shape for one in found if isinstance(one, Foreign)]
    with house(settings) as opened, opened.store.writing() as session:
        done = [
            *import_vendors(session, ours, at=at, by=IMPORTED, dry_run=dry_run),
            *import_vendors(session, theirs, at=at, by=FOREIGN, dry_run=dry_run),
        ]
    done += [
        Imported(one.name, Effect.REJECTED, one.why)
        for one in found
        if isinstance(one, Rejected)
    ]
    for one in done:
        typer.echo(f"{one.effect} {one.name}" + (f": {one.why}" if one.why else ""))
    counts = {effect: sum(o.effect is effect for o in done) for effect in Effect}
    mode = " (dry run: nothing was changed)" if dry_run else ""
    typer.echo(", ".join(f"{n} {e}" for e, n in counts.items() if n) + mode)


def export_vendors(file: Path | None) -> None:
    """Write the directory as JSON, in the form that the import reads."""
    tables = [file_tables(shape) for shape in known_shapes()]
    text = json.dumps(tables, ensure_ascii=False, indent=2)
    if file is None:
        typer.echo(text)
        return
    try:
        file.write_text(text + "\n", "utf-8")
    except OSError as wrong:
        refuse(f"{file}: cannot be written ({wrong.strerror})")
    typer.echo(f"{len(tables)} vendors written to {file}")
