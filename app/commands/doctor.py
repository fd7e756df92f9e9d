"""``efface doctor``: what is configured, what is missing, what is unsafe."""

import stat
from pathlib import Path

import typer

from app import clock
from app.actions.look_after import kept_back, outbox_figures
from app.actions.stop_letters import stopped_vendors
from app.actions.tell_of_list import vendors_not_fetching
from app.channels.drp import Agent, SigningKeyError
from app.channels.email import MailUrlError, channel_for
from app.channels.inbox import InboxUrlError, inbox_for
from app.channels.signing import SigningError, signer_for
from app.commands.database import database, replica, settings_or_refuse
from app.commands.saying import print_json, refuse
from app.settings import Settings
from app.store.inbox import waiting_mails
from app.store.keys import EPOCH_FILES
from app.store.session import HEAD, DatabaseError


def doctor(*, as_json: bool) -> None:
    """Say what is configured, what is missing, what is unsafe; make nothing."""
    settings = settings_or_refuse()
    facts = _facts(settings)
    missing = [] if settings.production else list(settings.unsafe())
    unsafe = [
        *_loose(settings),
        *settings.doubtful(),
        *_mail(settings),
        *_inbox(settings),
        *_signing(settings),
    ]
    warnings = _doubts(settings)
    if as_json:
        print_json(
            {
                "configured": facts,
                "for_production": missing,
                "unsafe": unsafe,
                "warnings": warnings,
            }
        )
    else:
        for name, value in facts.items():
            typer.echo(f"{name}: {value}")
        for line in missing:
            typer.echo(f"for production: {line}")
        for line in warnings:
            typer.echo(f"warning: {line}")
        for line in unsafe:
            typer.echo(f"unsafe: {line}")
    if unsafe:
        refuse(f"{len(unsafe)} unsafe: {unsafe[0]}")


def _facts(settings: Settings) -> dict[str, str | int]:
    return {
        "environment": settings.environment.value,
        "database": _database(settings),
        "copy for public pages": _copy(settings),
        "data folder": str(settings.data_dir),
        "master key": _master_key(settings),
        "epoch keys": _epoch_keys(settings.epochs_dir),
        "public address": settings.base_url,
        "operator": settings.operator_name,
        "mail": _kind(settings.mail_address),
        "mail is signed": _signed(settings),
        "inbox": _comes_in(settings),
        "hold minutes": settings.hold_minutes,
        "keep days": settings.keep_days,
        "threads": settings.threads,
        "letters an hour to one vendor": settings.vendor_letters,
        "Data Rights Protocol": _protocol(settings),
        **_outbox(settings),
    }


def _kind(address: str | None) -> str:
    """Return how an address is reached; the rest of it may hold a password."""
    return address.partition(":")[0] if address else "none"


def _signed(settings: Settings) -> str:
    """Return under which name the public half of the key must stand in the DNS."""
    if settings.dkim_key is None or settings.dkim_selector is None:
        return "no, or by the mail server"
    domain = settings.mail_from.rpartition("@")[2]
    return f"under {settings.dkim_selector}._domainkey.{domain}"


def _comes_in(settings: Settings) -> str:
    """Return how mail comes in, and what is done where none does."""
    match _kind(settings.inbox_url):
        case "none":
            return "none: answers by mail are recorded by hand"
        case "folder":
            return "folder: a maildir, or .eml files; looked into every 30 seconds"
        case kind:
            return f"{kind}: looked into every 30 seconds"


def _database(settings: Settings) -> str:
    name = "SQLite" if settings.embedded else "PostgreSQL"
    if settings.database_url is None and not settings.sqlite_file.exists():
        return f"{name}, not made yet"
    current = _current(settings)
    if current is None:
        return f"{name}, cannot be reached"
    return f"{name}, at {HEAD}" if current else f"{name}, not at {HEAD}"


def _current(settings: Settings) -> bool | None:
    """Return whether the tables are this release's; None if nobody answers."""
    with database(settings) as store:
        try:
            return store.is_current()
        except DatabaseError:
            return None


def _copy(settings: Settings) -> str:
    """Return how the copy of the database is, which public pages read."""
    with replica(settings) as copy:
        if copy is None:
            return "none"
        try:
            return f"at {HEAD}" if copy.is_current() else f"not at {HEAD}"
        except DatabaseError:
            return "cannot be reached"


def _mail(settings: Settings) -> list[str]:
    """Return what is wrong with the way that mail leaves."""
    try:
        signer_for(settings.dkim_key, settings.dkim_selector, settings.mail_from)
        channel_for(settings.mail_address)
    except (MailUrlError, SigningError) as wrong:
        return [str(wrong)]
    return []


def _inbox(settings: Settings) -> list[str]:
    """Return what is wrong with the way that mail comes in."""
    try:
        if settings.inbox_url is not None:
            inbox_for(settings.inbox_url, production=settings.production)
    except InboxUrlError as wrong:
        return [str(wrong)]
    return []


def _protocol(settings: Settings) -> str:
    """Return who we are in the Data Rights Protocol."""
    return f"agent {settings.drp_agent_id}" if settings.protocol else "no agent"


def _signing(settings: Settings) -> list[str]:
    """Return what is wrong with the way that we sign."""
    if bool(settings.drp_agent_id) != bool(settings.drp_signing_key):
        return ["EFFACE_DRP_AGENT_ID and EFFACE_DRP_SIGNING_KEY go together"]
    try:
        if settings.drp_signing_key:
            Agent.of(settings.drp_agent_id or "", settings.drp_signing_key)
    except SigningKeyError as wrong:
        return [f"EFFACE_DRP_SIGNING_KEY {wrong}"]
    return []


def _doubts(settings: Settings) -> list[str]:
    """Return what works as it is, and hardly as it is meant."""
    if settings.contact:
        return []
    named = f"mails to companies name {settings.mail_from} as where they can ask"
    return [f"EFFACE_CONTACT is not set: {named}"]


def _outbox(settings: Settings) -> dict[str, str | int]:
    """Return what waits to leave, and what is kept back, where there are tables."""
    if settings.database_url is None and not settings.sqlite_file.exists():
        return {}
    if not _current(settings):
        return {}
    with database(settings) as store, store.reading() as session:
        figures = outbox_figures(session, at=clock.now())
        lines = kept_back(session)
        silent = vendors_not_fetching(session, at=clock.now())
        stopped = [line.vendor for line in stopped_vendors(session)]
        mails = waiting_mails(session)
    return {
        "messages that wait": figures.waiting,
        "messages for a person to settle": figures.unknown,
        "oldest due message, seconds": figures.oldest_seconds,
        "letters kept back": figures.kept_back,
        "mails that could not be signed": figures.unsigned,
        "letters are stopped to": ", ".join(stopped) or "nobody",
        "mails for a person to look at": mails,
        "vendors that do not fetch their lists": silent,
        **{
            f"letters kept back for {line.vendor} ({line.why.value})": line.letters
            for line in lines
        },
    }


def _master_key(settings: Settings) -> str:
    if settings.master_keys:
        return "in the environment"
    there = settings.master_key_file.exists()
    return str(settings.master_key_file) if there else "not made yet"


def _epoch_keys(folder: Path) -> str:
    public, private = (
        {file.stem for file in folder.glob(f"{EPOCH_FILES}.{half}")}
        for half in ("pub", "key")
    )
    if not public:
        return "not made yet"
    lacking = len(public - private)
    halves = f"; {lacking} without their private half" if lacking else ""
    return f"{len(public)} in {folder}{halves}"


def _loose(settings: Settings) -> list[str]:
    """Return the secret files that others than their owner may read."""
    files = [settings.master_key_file, *settings.epochs_dir.glob("*.key")]
    if settings.dkim_key is not None:
        files.append(settings.dkim_key)
    return [
        f"{file.name} may be read by others"
        for file in sorted(files)
        if file.exists() and stat.S_IMODE(file.stat().st_mode) & 0o077
    ]
