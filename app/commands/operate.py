"""What an operator runs: tables, backups, keys, chains."""

from pathlib import Path
from typing import Any

import typer

from app import clock
from app.actions.back_up import (
    NotABackupError,
    OtherKeysError,
    back_up,
    check_backup,
    check_keys,
    in_use,
)
from app.actions.back_up import restore as put_back
from app.actions.call_webhooks import hooks_behind, rotate_hook
from app.actions.check_chains import keep_check
from app.actions.desk import Desk
from app.actions.list_broadcasts import drawers_behind, rotate_drawer
from app.actions.one_moment import one_moment
from app.actions.one_time_codes import seal_codes_anew
from app.actions.read_heads import Head, kept_head
from app.actions.rotate_keys import (
    begin_rotation,
    corrections_behind,
    end_rotation,
    filings_behind,
    mails_behind,
    pairs_behind,
    rotate_correction,
    rotate_filing,
    rotate_mail,
    rotate_pair,
    rotate_watch,
    unfinished,
    watches_behind,
)
from app.actions.verify_chains import verify_chains
from app.actions.work_through import rotate_row, rows_behind
from app.commands.database import database, settings_or_refuse, standing_database
from app.commands.house import (
    house,
    keys_at_hand,
    make_tables,
    standing_house,
)
from app.commands.saying import progress, refuse
from app.installation import shipped
from app.store import audit, schema
from app.store.keys import HEAD_PUBLIC, KeysError, begin_epoch, head_keys
from app.store.opening import Opener
from app.store.session import HEAD, Store


def upgrade() -> None:
    """Bring the tables to this release's form."""
    with house():
        typer.echo(f"The tables are at {HEAD}.")


def check_tables() -> None:
    """Say whether the tables are this release's."""
    with standing_database(settings_or_refuse()):
        typer.echo(f"The tables are at {HEAD}.")


def backup(file: Path) -> None:
    """Write one file with everything but the keys."""
    settings = settings_or_refuse()
    at = clock.now()
    with standing_database(settings) as store:
        # Written down before: then the copy, too, says that it was taken.
        with store.writing() as session:
            audit.append(session, at=at, actor="command", action="backup begun")
        try:
            with store.reading() as session:
                count = back_up(
                    session, file, head=HEAD, at=at, keys=keys_at_hand(settings)
                )
        except OSError as wrong:
            refuse(f"{file}: cannot be written ({wrong.strerror})")
    typer.echo(f"{count} rows written to {file}.")
    typer.echo("Pictures that residents gave as evidence are not in it.")
    master = (
        "the environment" if settings.master_keys else str(settings.master_key_file)
    )
    typer.echo(
        f"No keys are in it. They lie in {settings.epochs_dir} and in {master}:"
        " keep copies of them elsewhere."
    )


def restore(file: Path) -> None:
    """Put a backup back into an empty database."""
    settings = settings_or_refuse()
    try:
        check_backup(file, head=HEAD)
        # Else the next start would make others, and nobody could open what is there.
        check_keys(file, keys_at_hand(settings))
        with database(settings) as store:
            make_tables(store)
            with store.reading() as session:
                held = in_use(session)
            if held is not None:
                refuse(f"{held}; a backup goes into an empty one")
            # What a start has put there: vendors, which are never changed in place.
            schema.rebuild(store, shipped("alembic.ini"), shipped("migrations"))
            with store.writing() as session:
                count = put_back(session, file, head=HEAD)
                audit.append(
                    session,
                    at=clock.now(),
                    actor="command",
                    action="backup restored",
                    rows=count,
                )
    except NotABackupError as wrong:
        refuse(f"{file}: {wrong}")
    except OtherKeysError as wrong:
        places = f"{settings.epochs_dir} and {settings.master_key_file}"
        refuse(f"{wrong}; put those of the backup into {places} first")
    typer.echo(f"{count} rows restored from {file}.")


def rotate() -> None:
    """Start a new epoch and seal living data keys to it; go on where it was ended."""
    with standing_house() as opened:
        store, desk = opened.store, opened.desk()
        folder = opened.settings.epochs_dir
        with store.reading() as session:
            begun = unfinished(session)
        if begun is None:
            try:
                begun = begin_epoch(folder, clock.now(), again=True)
            except (OSError, KeysError) as wrong:
                refuse(f"no epoch can be begun: {type(wrong).__name__}")
            with store.writing() as session:
                begin_rotation(session, begun, at=clock.now())
        opener = Opener(folder)
        moved, stuck = 0, 0
        # Again until nothing is found: others write while this goes on, and a month may
        # begin.
        while some := _pass(store, desk, opener):
            moved, stuck = moved + some.count(True), some.count(False)
            if True not in some:
                break
        if stuck:
            refuse(
                f"{stuck} filings, watches, mails or tokens cannot be opened: a private epoch key is missing"
            )
        name = opened.keys.epoch.name
        with store.writing() as session:
            seal_codes_anew(session, opened.keys)
            end_rotation(session, name, moved, at=clock.now())
    typer.echo(
        f"Epoch {name} has begun; {moved} filings, watches, mails and tokens were sealed to it."
    )
    typer.echo(
        "Receipts, links and tokens keep their hashes: leave old master keys in the"
        " list. Delete an old epoch's key once no backup needs it."
    )


def _pass(store: Store, desk: Desk, opener: Opener) -> list[bool]:
    """Go once through what is behind the epoch; return of each whether it could move."""
    epoch = desk.keys.epoch.name
    done: list[bool] = []
    passes: tuple[tuple[Any, Any], ...] = (
        (filings_behind, rotate_filing),
        (watches_behind, rotate_watch),
        (corrections_behind, rotate_correction),
        (mails_behind, rotate_mail),
        (pairs_behind, rotate_pair),
        (drawers_behind, rotate_drawer),
        (hooks_behind, rotate_hook),
        (rows_behind, rotate_row),
    )
    for behind, move in passes:
        last = None
        while True:
            with store.reading() as session:
                batch = behind(session, epoch, last)
            if not batch:
                break
            for key in progress(batch, "Sealing anew"):
                with store.writing() as session:
                    done.append(move(session, key, desk=desk, opener=opener))
            last = batch[-1]
    return done


def verify(kept: Path | None) -> None:
    """Recompute every hash chain and check every signed head."""
    settings = settings_or_refuse()
    given = _given(kept) if kept else None
    try:
        keys = head_keys(settings.epochs_dir)
    except KeysError as wrong:
        refuse(f"keys: {wrong}")
    with standing_database(settings) as store, store.reading() as session:
        one_moment(session)
        found = verify_chains(session, keys, given)
    with standing_database(settings) as store, store.writing() as session:
        keep_check(session, found, by="command", at=clock.now())
    if found.faults:
        for fault in found.faults[1:]:
            typer.echo(f"{fault}")
        more = len(found.faults) - 1
        also = f" (and {more} more)" if more else ""
        refuse(f"the chain is broken at {found.faults[0]}{also}")
    typer.echo(f"Every chain holds; rows: {found.rows}.")
    if found.heads:
        by = "" if keys else f", by the key in them: {HEAD_PUBLIC} is not here"
        typer.echo(f"Every signed head fits; heads: {found.heads}{by}.")


def _given(file: Path) -> Head:
    try:
        return kept_head(file.read_text("utf-8"))
    except (OSError, ValueError) as wrong:
        why = wrong.strerror if isinstance(wrong, OSError) else wrong
        refuse(f"{file}: {why}")
