"""The directory of vendors: list, import, export."""

import json
from pathlib import Path

import typer

from app import clock
from app.actions.import_vendors import Effect, Imported, import_vendors
from app.actions.read_directory import vendor_tables
from app.commands.house import house, known_directory
from app.commands.saying import print_json, refuse
from app.rulebook.vendor_files import NotVendorsError, Rejected, read_vendor_file
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
    try:
        found = list(read_vendor_file(file, today=clock.now().date()))
    except NotVendorsError as wrong:
        refuse(str(wrong))
    shapes = [one for one in found if not isinstance(one, Rejected)]
    with house() as opened, opened.store.writing() as session:
        done = import_vendors(
            session, shapes, at=clock.now(), by="import", dry_run=dry_run
        )
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
    """Write the directory as JSON."""
    with house() as opened, opened.store.reading() as session:
        tables = list(vendor_tables(session).values())
    text = json.dumps(tables, ensure_ascii=False, indent=2)
    if file is None:
        typer.echo(text)
        return
    try:
        file.write_text(text + "\n", "utf-8")
    except OSError:
        refuse(f"{file}: cannot be written")
    typer.echo(f"{len(tables)} vendors written to {file}")
