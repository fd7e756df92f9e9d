"""What an operator runs: tables, backups, keys, chains, the doctor."""

import stat
from pathlib import Path

import typer

from app import clock
from app.actions.back_up import (
    HoldsFilingsError,
    NotABackupError,
    back_up,
)
from app.actions.back_up import restore as put_back
from app.actions.rotate_keys import rotate_some
from app.actions.verify_chains import verify_chains
from app.commands.house import house, import_ready, open_store, settings_or_refuse
from app.commands.saying import print_json, refuse
from app.settings import Settings
from app.store.keys import begin_epoch
from app.store.opening import Opener
from app.store.session import HEAD


def upgrade() -> None:
    """Bring the tables to this release's form."""
    with house():
        typer.echo(f"The tables are at {HEAD}.")


def check_tables() -> None:
    """Say whether the tables are this release's."""
    settings = settings_or_refuse()
    if settings.embedded and not settings.sqlite_file.exists():
        refuse("there is no database yet; `efface db upgrade` makes one")
    store = open_store(settings)
    try:
        if not store.is_current():
            refuse(f"the tables are not at {HEAD}; run `efface db upgrade`")
    finally:
        store.close()
    typer.echo(f"The tables are at {HEAD}.")


def backup(file: Path) -> None:
    """Write one file with everything but the keys."""
    with house() as opened:
        try:
            with opened.store.reading() as session:
                count = back_up(session, file, head=HEAD, at=clock.now())
        except OSError as wrong:
            refuse(f"{file}: cannot be written ({wrong.strerror})")
        settings = opened.settings
    typer.echo(f"{count} rows written to {file}.")
    typer.echo(
        f"No keys are in it. They lie in {settings.epochs_dir} and"
        f" {settings.master_key_file}: keep them elsewhere."
    )


def restore(file: Path) -> None:
    """Put a backup back into an empty database."""
    settings = settings_or_refuse()
    if not file.is_file():
        refuse(f"{file}: there is no such file")
    store = open_store(settings)
    try:
        if not store.is_current():
            import_ready(store)
        with store.writing() as session:
            count = put_back(session, file, head=HEAD)
    except (HoldsFilingsError, NotABackupError) as wrong:
        refuse(f"{file.name}: {wrong}")
    finally:
        store.close()
    typer.echo(f"{count} rows restored from {file}.")


def rotate() -> None:
    """Start a new epoch and seal living data keys to it."""
    with house() as opened:
        folder = opened.settings.epochs_dir
        name = begin_epoch(folder, clock.now(), again=True)
        opened.keys.renew()
        opener = Opener(folder)
        moved = 0
        while True:
            with opened.store.writing() as session:
                some = rotate_some(session, opener, opened.keys.epoch)
            if not some:
                break
            moved += some
        typer.echo(f"Epoch {name} has begun; {moved} filings were sealed to it.")
        typer.echo(
            "Receipts and links keep the hash of their key; old master keys stay in"
            " the list as long as they are needed."
        )


def verify() -> None:
    """Recompute every hash chain."""
    with house() as opened, opened.store.reading() as session:
        count, broken = verify_chains(session)
    if broken is not None:
        refuse(f"the chain is broken at {broken}")
    typer.echo(f"{count} rows, and every chain holds.")


def doctor(*, as_json: bool) -> None:
    """Say what is configured, what is missing, what is unsafe."""
    settings = settings_or_refuse()
    unsafe = [*_loose_keys(settings), *settings.doubtful()]
    missing = [] if settings.production else list(settings.unsafe())
    facts = {
        "environment": settings.environment.value,
        "database": "SQLite" if settings.embedded else "PostgreSQL",
        "data folder": str(settings.data_dir),
        "public address": settings.base_url,
        "mail": settings.mail_address.partition(":")[0],
        "hold minutes": settings.hold_minutes,
        "keep days": settings.keep_days,
        "threads": settings.threads,
    }
    if as_json:
        print_json({"configured": facts, "for_production": missing, "unsafe": unsafe})
    else:
        for name, value in facts.items():
            typer.echo(f"{name}: {value}")
        for line in missing:
            typer.echo(f"for production: {line}")
        for line in unsafe:
            typer.echo(f"unsafe: {line}")
    if unsafe:
        refuse(f"{len(unsafe)} unsafe: {unsafe[0]}")


def _loose_keys(settings: Settings) -> list[str]:
    """Return the secret keys that others than their owner may read."""
    files = [settings.master_key_file, *settings.epochs_dir.glob("*.key")]
    return [
        f"{file.name} may be read by others"
        for file in files
        if file.exists() and stat.S_IMODE(file.stat().st_mode) & 0o077
    ]
