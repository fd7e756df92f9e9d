"""The Data Rights Protocol: keys, the public directory, where everything stands."""

from pathlib import Path

import typer

from app import clock
from app.actions.import_protocol_directory import import_protocol_directory
from app.actions.import_vendors import Effect, Imported
from app.actions.look_at_protocol import look_at_protocol
from app.channels.drp import Agent, SigningKeyError, new_seed
from app.commands.database import settings_or_refuse
from app.commands.house import house, standing_house
from app.commands.saying import print_json, refuse
from app.rulebook.load import load_rulebook
from app.rulebook.protocol_directory import NotListedError, read_directory_file
from app.rulebook.vendor_files import Yardstick
from app.settings import Settings
from app.store import audit


def keygen(*, as_json: bool) -> None:
    """Make a signing key and print it, once, with its public half."""
    seed = new_seed()
    public = Agent.of("", seed).verify_key
    if as_json:
        print_json({"signing_key": seed, "verify_key": public})
        return
    typer.echo("Keep the first secret; the second goes into the public directory.")
    typer.echo(f"EFFACE_DRP_SIGNING_KEY={seed}")
    typer.echo(f"verify_key: {public}")


def agent_of(settings: Settings) -> Agent | None:
    """Return who we are in the protocol, or end with what is wrong about the key."""
    if not settings.drp_agent_id or not settings.drp_signing_key:
        return None
    try:
        return Agent.of(settings.drp_agent_id, settings.drp_signing_key)
    except SigningKeyError as wrong:
        refuse(f"EFFACE_DRP_SIGNING_KEY {wrong}; `efface drp keygen` makes one")


def import_file(file: Path, *, dry_run: bool, as_json: bool) -> None:
    """Import businesses.json or agents.json and say what came of each entry."""
    settings = settings_or_refuse()
    at, agent = clock.now(), agent_of(settings)
    us = (agent.id, agent.verify_key) if agent else None
    by = Yardstick(at.date(), load_rulebook().places, local=not settings.production)
    try:
        entries = list(read_directory_file(file, by))
    except NotListedError as wrong:
        refuse(str(wrong))
    with house(settings) as opened, opened.store.writing() as session:
        done = import_protocol_directory(
            session, entries, us=us, at=at, dry_run=dry_run
        )
        changed = sum(o.effect in {Effect.CREATED, Effect.UPDATED} for o in done)
        if changed and not dry_run:
            audit.append(
                session,
                at=at,
                actor="command",
                action="systems imported",
                records=changed,
            )
    if as_json:
        print_json(
            [{"id": o.name, "effect": o.effect, "why": o.why} for o in done],
        )
        return
    _say(done, dry_run=dry_run)


def _say(done: list[Imported], *, dry_run: bool) -> None:
    for one in done:
        typer.echo(f"{one.effect} {one.name}" + (f": {one.why}" if one.why else ""))
    counts = {effect: sum(o.effect is effect for o in done) for effect in Effect}
    mode = " (dry run: nothing was changed)" if dry_run else ""
    typer.echo(", ".join(f"{n} {e}" for e, n in counts.items() if n) + mode)


def status(*, as_json: bool) -> None:
    """Say who we are, which systems need somebody, and where requests stand."""
    with standing_house() as opened:
        agent = agent_of(opened.settings)
        with opened.store.reading() as session:
            found = look_at_protocol(session, at=clock.now())
    us = {"id": agent.id, "verify_key": agent.verify_key} if agent else None
    if as_json:
        print_json(
            {
                "agent": us,
                "businesses_known": found.known,
                "requests": dict(found.requests),
                "to_read": found.to_read,
                "systems": [
                    {
                        "vendor": s.vendor,
                        "business_id": s.business_id,
                        "fault": s.fault,
                        "parked_at": s.parked_at.isoformat() if s.parked_at else None,
                        "clock_ahead_seconds": s.skew,
                    }
                    for s in found.systems
                ],
                "odd_answers": [
                    {
                        "at": o.at.isoformat(),
                        "request": o.number,
                        "vendor": o.vendor,
                        "what": o.oddity,
                        "http_status": o.http_status,
                    }
                    for o in found.odd
                ],
            }
        )
        return
    typer.echo(
        f"agent: {agent.id}" if agent else "agent: none (see EFFACE_DRP_AGENT_ID)"
    )
    if agent:
        typer.echo(f"verify key: {agent.verify_key}")
    typer.echo(f"businesses that know us: {found.known}")
    for word, count in sorted(found.requests.items()):
        typer.echo(f"requests {word}: {count}")
    typer.echo(f"to be asked about now: {found.to_read}")
    for s in found.systems:
        why = s.fault or f"its clock is {s.skew} seconds ahead"
        typer.echo(f"needs somebody: {s.vendor} ({s.business_id}): {why}")
    for o in found.odd:
        typer.echo(f"odd: {o.at:%Y-%m-%d %H:%M} {o.number} {o.vendor}: {o.oddity}")
