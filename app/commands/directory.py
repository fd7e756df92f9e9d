"""The directory of vendors: list, import, export."""

import gc
import json
from dataclasses import asdict
from pathlib import Path

import typer

from app import clock
from app.actions.announce import set_webhook
from app.actions.check_eligibility import UnknownValueError, vendor_of
from app.actions.import_found import import_found
from app.actions.import_vendors import Effect, file_tables
from app.actions.read_directory import read_directory
from app.actions.stop_letters import resume_letters, stop_letters
from app.actions.vendor_key import new_vendor_key
from app.channels.outward import ForbiddenError, allow
from app.commands.database import known_directory, settings_or_refuse, whole_shapes
from app.commands.house import house
from app.commands.saying import (
    day_of,
    misused,
    print_json,
    progress,
    refuse,
    unknown,
)
from app.rulebook.load import load_rulebook
from app.rulebook.vendor_files import NotVendorsError, Yardstick, read_vendor_file
from app.store import audit
from app.words.records import vendor_summary


def list_vendors(*, as_json: bool) -> None:
    """List the vendors."""
    vendors = sorted(known_directory().vendors.values(), key=lambda v: v.slug)
    if as_json:
        today = clock.now().date()
        print_json([vendor_summary(vendor, today) for vendor in vendors])
        return
    for vendor in vendors:
        kind = vendor.facts_on(clock.now().date()).sector or "unknown"
        typer.echo(f"{vendor.slug:28} {kind:15} {vendor.name}")


def import_file(
    file: Path, *, dry_run: bool, as_json: bool, seen_on: str | None, over_edits: bool
) -> None:
    """Import vendors and say what came of each record."""
    settings = settings_or_refuse()
    at = clock.now()
    day = day_of(seen_on, "--on") if seen_on else at.date()
    if day > at.date():
        misused(f"--on: {day} is still to come")
    by = Yardstick(day, load_rulebook().places, local=not settings.production)
    # What is there stays until the end: it need not be gone through for each record.
    gc.freeze()
    try:
        found = list(progress(read_vendor_file(file, by), "Reading"))
    except NotVendorsError as wrong:
        refuse(str(wrong))
    with house(settings) as opened, opened.store.writing() as session:
        done = import_found(
            session, found, at=at, dry_run=dry_run, over_edits=over_edits
        )
        changed = sum(o.effect in {Effect.CREATED, Effect.UPDATED} for o in done)
        if changed and not dry_run:
            audit.append(
                session,
                at=at,
                actor="command",
                action="vendors imported",
                records=changed,
            )
    counts = {effect: sum(o.effect is effect for o in done) for effect in Effect}
    if as_json:
        print_json(
            {
                "dry_run": dry_run,
                "counts": counts,
                "records": [asdict(one) for one in done],
            }
        )
        return
    for one in done:
        typer.echo(f"{one.effect} {one.name}" + (f": {one.why}" if one.why else ""))
    mode = " (dry run: nothing was changed)" if dry_run else ""
    typer.echo(", ".join(f"{n} {e}" for e, n in counts.items() if n) + mode)


def give_key(slug: str) -> None:
    """Print a new key for a vendor's programs, once."""
    with house() as opened:
        with opened.store.reading() as session:
            directory = read_directory(session)
        try:
            vendor = vendor_of(directory, slug)
        except UnknownValueError as wrong:
            unknown(wrong)
        with opened.store.writing() as session:
            made = new_vendor_key(session, opened.keys, vendor.slug, at=clock.now())
        typer.echo(
            f"This key of {vendor.slug} is shown once; the one before has ended:"
        )
        typer.echo(made)


def stop_or_resume(slug: str, *, resume: bool) -> None:
    """Stop the letters to a vendor, or let them leave again; on record."""
    change = resume_letters if resume else stop_letters
    with house() as opened:
        with opened.store.reading() as session:
            directory = read_directory(session)
        try:
            vendor = vendor_of(directory, slug)
        except UnknownValueError as wrong:
            unknown(wrong)
        with opened.store.writing() as session:
            changed = change(session, vendor.slug, at=clock.now(), by="command")
        stands = "may leave" if resume else "are stopped"
        already = "" if changed else " already"
        typer.echo(f"Letters to {vendor.slug} {stands}{already}")


def set_hook(url: str | None, slug: str | None) -> None:
    """Print the secret of a webhook, once; without an address end the one there is."""
    with house() as opened:
        scheme = "https" if opened.settings.production else "http"
        if url is not None and not url.startswith((f"{scheme}://", "https://")):
            misused(f"{url!r} does not begin with https://")
        if url is not None:  # else the one before would end for one never called
            _callable_or_misused(url, local=not opened.settings.production)
        with opened.store.reading() as session:
            directory = read_directory(session)
        try:
            vendor = vendor_of(directory, slug).slug if slug is not None else None
        except UnknownValueError as wrong:
            unknown(wrong)
        with opened.store.writing() as session:
            made = set_webhook(session, opened.keys, vendor, url, at=clock.now())
        whose = vendor or "the operator"
        if made is None:
            typer.echo(f"No webhook of {whose} is called any more.")
            return
        typer.echo(f"This secret of {whose}'s webhook is shown once:")
        typer.echo(made)


def _callable_or_misused(url: str, *, local: bool) -> None:
    try:
        allow(url, local=local)
    except ForbiddenError as wrong:
        misused(f"{url!r} is never called: {wrong}")


def export_vendors(file: Path | None) -> None:
    """Write the directory as JSON, in the form that the import reads."""
    tables = [file_tables(shape) for shape in whole_shapes()]
    text = json.dumps(tables, ensure_ascii=False, indent=2)
    if file is None:
        typer.echo(text)
        return
    try:
        file.write_text(text + "\n", "utf-8")
    except OSError as wrong:
        refuse(f"{file}: cannot be written ({wrong.strerror})")
    typer.echo(f"{len(tables)} vendors written to {file}")
