"""The ``efface`` command."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    name="efface",
    help="Efface: a personal-data deletion request portal.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def _group(name: str, text: str) -> typer.Typer:
    group = typer.Typer(help=text, no_args_is_help=True)
    app.add_typer(group, name=name)
    return group


laws = _group("laws", "The law pack: list it, show a law, check the files.")
vendors = _group("vendors", "The directory of vendors.")
replies = _group("replies", "What vendors answered.")
staff = _group("staff", "The people on the admin side.")
db = _group("db", "The database.")
keys = _group("keys", "The keys that seal identity data.")
audit = _group("audit", "The hash chains.")
drp = _group("drp", "The Data Rights Protocol: from system to system.")
protocol_directory = typer.Typer(
    help="The protocol's public directory.", no_args_is_help=True
)
drp.add_typer(protocol_directory, name="directory")
staff_sessions = typer.Typer(help="Where they are signed in.", no_args_is_help=True)
staff.add_typer(staff_sessions, name="sessions")

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
Lang = Annotated[str, typer.Option("--lang", help="The language: en, fr or es.")]
On = Annotated[str | None, typer.Option("--on", help="A day; today if left out.")]


class Format(StrEnum):
    """How a table is written down."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"


class RoleName(StrEnum):
    """What a staff member may do."""

    CASEWORKER = "caseworker"
    EDITOR = "editor"
    AUDITOR = "auditor"
    ADMIN = "admin"


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="Where to listen.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="The port.", min=0, max=65535)] = 8000,
    workers: Annotated[
        int, typer.Option(help="Web processes; above 1 with PostgreSQL.", min=1)
    ] = 1,
    no_worker: Annotated[
        bool, typer.Option("--no-worker", help="Web only; a worker runs elsewhere.")
    ] = False,
) -> None:
    """Run the portal: the web server, and the worker that delivers."""
    from app.commands.serve import serve as run

    run(host, port, workers=workers, with_worker=not no_worker)


@app.command()
def worker(
    once: Annotated[
        bool, typer.Option("--once", help="Do all that is due, then stop.")
    ] = False,
    now: Annotated[
        str | None,
        typer.Option(help="Act as at this moment, with its offset; not in production."),
    ] = None,
) -> None:
    """Deliver the outbox, watch deadlines, destroy what may not be kept."""
    from app.commands.serve import work

    work(once=once, now=now)


@app.command()
def check(
    residence: Annotated[str, typer.Option(help="Where the person lives: CA-ON, DE.")],
    vendor: Annotated[str | None, typer.Option(help="A vendor's slug.")] = None,
    facts: Annotated[
        str | None, typer.Option(help="A facts document; - reads stdin.")
    ] = None,
    on: On = None,
    lang: Lang = "en",
    as_json: AsJson = False,
) -> None:
    """Say what a resident is owed, and why."""
    from app.commands.check import check as run

    run(residence, vendor=vendor, facts=facts, on=on, lang=lang, as_json=as_json)


@app.command()
def deadlines(
    law: Annotated[str, typer.Option(help="A law's id.")],
    received: Annotated[
        str, typer.Option(help="The day of receipt, or a moment with its offset.")
    ],
    calendar: Annotated[
        str | None, typer.Option(help="Whose holidays count: a place's code.")
    ] = None,
    identity_asked: Annotated[
        str | None, typer.Option(help="The day proof was asked for.")
    ] = None,
    identity_given: Annotated[
        str | None, typer.Option(help="The day proof arrived.")
    ] = None,
    authenticated: Annotated[
        str | None, typer.Option(help="The day the person was verified.")
    ] = None,
    appeal_received: Annotated[
        str | None, typer.Option(help="The day an appeal arrived.")
    ] = None,
    lang: Lang = "en",
    as_json: AsJson = False,
) -> None:
    """Count the due dates, with every step of the count."""
    from app.commands.deadlines import deadlines as run

    run(
        law,
        received,
        calendar=calendar,
        days={
            "identity_asked": identity_asked,
            "identity_given": identity_given,
            "authenticated": authenticated,
            "appeal_received": appeal_received,
        },
        lang=lang,
        as_json=as_json,
    )


@app.command()
def coverage(
    on: On = None,
    form: Annotated[
        Format, typer.Option("--format", help="How to write it.")
    ] = Format.TABLE,
    lang: Lang = "en",
) -> None:
    """Show the verdict for every vendor and researched place."""
    from app.commands.coverage import coverage as run

    run(on=on, form=form, lang=lang)


@laws.command("list")
def laws_list(
    stale: Annotated[
        bool, typer.Option("--stale", help="Those that need checking first.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """List the laws."""
    from app.commands.rules import list_laws

    list_laws(stale=stale, as_json=as_json)


@laws.command("show")
def laws_show(
    law: Annotated[str, typer.Argument(help="A law's id.")],
    lang: Lang = "en",
    as_json: AsJson = False,
) -> None:
    """Show one law with its versions and sources."""
    from app.commands.rules import show_law

    show_law(law, lang=lang, as_json=as_json)


@laws.command("check")
def laws_check() -> None:
    """Validate every file; stop at the first bad one."""
    from app.commands.rules import check_laws

    check_laws()


@laws.command("schema")
def laws_schema(
    kind: Annotated[
        str, typer.Argument(help="law, vendor, places, holidays or obsolete.")
    ] = "law",
) -> None:
    """Print the JSON Schema of a rulebook file, for an editor."""
    from app.commands.rules import print_schema

    print_schema(kind)


@vendors.command("list")
def vendors_list(as_json: AsJson = False) -> None:
    """List the vendors."""
    from app.commands.directory import list_vendors

    list_vendors(as_json=as_json)


@vendors.command("import")
def vendors_import(
    file: Annotated[
        Path, typer.Argument(help="A file, or a folder of JSON or TOML files.")
    ],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would happen; change nothing.")
    ] = False,
    as_json: AsJson = False,
    seen_on: Annotated[
        str | None,
        typer.Option("--on", help="The day of the file; today if left out."),
    ] = None,
    over_edits: Annotated[
        bool,
        typer.Option(
            "--over-edits", help="Let our own files win over what staff wrote."
        ),
    ] = False,
) -> None:
    """Import vendors: TOML, datarequests.org JSON, or California's registry CSV."""
    from app.commands.directory import import_file

    import_file(
        file, dry_run=dry_run, as_json=as_json, seen_on=seen_on, over_edits=over_edits
    )


@vendors.command("export")
def vendors_export(
    file: Annotated[
        Path | None, typer.Argument(help="Where to write; stdout if left out.")
    ] = None,
) -> None:
    """Write the directory as JSON, in a form that the import reads."""
    from app.commands.directory import export_vendors

    export_vendors(file)


@vendors.command("pause")
def vendors_pause(
    slug: Annotated[str, typer.Argument(help="The vendor.")],
) -> None:
    """Let nothing leave to a vendor until it is resumed."""
    from app.commands.directory import stop_or_resume

    stop_or_resume(slug, resume=False)


@vendors.command("resume")
def vendors_resume(
    slug: Annotated[str, typer.Argument(help="The vendor.")],
) -> None:
    """Let what waits for a vendor leave again, each letter in its turn."""
    from app.commands.directory import stop_or_resume

    stop_or_resume(slug, resume=True)


@vendors.command("token")
def vendors_token(
    slug: Annotated[str, typer.Argument(help="The vendor.")],
) -> None:
    """Print a new API key of a vendor, once; the one before ends."""
    from app.commands.directory import give_key

    give_key(slug)


@app.command("webhook")
def webhook(
    url: Annotated[
        str | None, typer.Argument(help="The address; left out, it is called no more.")
    ] = None,
    vendor: Annotated[
        str | None, typer.Option("--vendor", help="A vendor; else the operator.")
    ] = None,
) -> None:
    """Call an address when lists are ready or answered; print its secret, once."""
    from app.commands.directory import set_hook

    set_hook(url, vendor)


@replies.command("import")
def replies_import(
    file: Annotated[Path, typer.Argument(help="A CSV file, one reply a row.")],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would happen; change nothing.")
    ] = False,
    as_json: AsJson = False,
    report: Annotated[
        Path | None,
        typer.Option(
            help="Where to write the rejected rows, as CSV, with the reasons."
        ),
    ] = None,
) -> None:
    """Record vendor replies from a CSV file; after an end by force, run it again."""
    from app.commands.people import import_file

    import_file(file, dry_run=dry_run, as_json=as_json, report=report)


@staff.command("add")
def staff_add(
    email: Annotated[str, typer.Argument(help="Their mailbox.")],
    role: Annotated[RoleName, typer.Option(help="What they may do.")],
) -> None:
    """Add a staff member and print their one-time enrolment link."""
    from app.commands.people import add

    add(email, role.value)


@staff.command("token")
def staff_token(
    email: Annotated[str, typer.Argument(help="The mailbox of a staff member.")],
    name: Annotated[str, typer.Option(help="What the token is for.")],
) -> None:
    """Print an API token, once."""
    from app.commands.people import token

    token(email, name)


Mailbox = Annotated[str, typer.Argument(help="The mailbox of a staff member.")]


@staff.command("list")
def staff_list(as_json: AsJson = False) -> None:
    """List the staff: roles, second steps, last sign-ins."""
    from app.commands.people import list_staff

    list_staff(as_json=as_json)


@staff.command("role")
def staff_role(
    email: Mailbox,
    role: Annotated[RoleName, typer.Argument(help="What they may do from now on.")],
) -> None:
    """Give a staff member another role."""
    from app.commands.people import give_role

    give_role(email, role.value)


@staff.command("disable")
def staff_disable(email: Mailbox) -> None:
    """Shut a staff member out: sessions, tokens and links end at once."""
    from app.commands.people import change_member

    change_member(email, "disable")


@staff.command("enable")
def staff_enable(email: Mailbox) -> None:
    """Let a disabled staff member in again."""
    from app.commands.people import change_member

    change_member(email, "enable")


@staff.command("reset-factor")
def staff_reset_factor(email: Mailbox) -> None:
    """Take every second step of a staff member away, for who has lost them all."""
    from app.commands.people import change_member

    change_member(email, "reset-factor")


@staff_sessions.command("end")
def staff_sessions_end(email: Mailbox) -> None:
    """Sign a staff member out everywhere."""
    from app.commands.people import change_member

    change_member(email, "end-sessions")


@app.command()
def export(
    folder: Annotated[Path, typer.Argument(help="An empty folder, or an old export.")],
    on: On = None,
    as_json: AsJson = False,
) -> None:
    """Write the public data set: laws, companies and who is covered on a day."""
    from app.commands.export import export as run

    run(folder, on=on, as_json=as_json)


@app.command()
def demo(
    filings: Annotated[int, typer.Option(help="How many.", min=1, max=5000)] = 400,
) -> None:
    """Fill an empty database with plainly synthetic people and a year of replies."""
    from app.commands.demo import demo as run

    run(filings)


@db.command("upgrade")
def db_upgrade() -> None:
    """Bring the tables to this release's form."""
    from app.commands.operate import upgrade

    upgrade()


@db.command("check")
def db_check() -> None:
    """Say whether the tables are this release's."""
    from app.commands.operate import check_tables

    check_tables()


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(help="The file to write.")],
) -> None:
    """Write one file: the database and sealed evidence, no keys."""
    from app.commands.operate import backup as run

    run(file)


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(help="What `efface backup` wrote.")],
) -> None:
    """Put a backup back into an empty database."""
    from app.commands.operate import restore as run

    run(file)


@keys.command("rotate")
def keys_rotate() -> None:
    """Start a new epoch and seal living data keys to it; go on where it was ended."""
    from app.commands.operate import rotate

    rotate()


@audit.command("verify")
def audit_verify(
    head: Annotated[
        Path | None,
        typer.Option(
            help="A signed head that somebody kept: its JSON, or the mail with it."
        ),
    ] = None,
) -> None:
    """Recompute every hash chain, check the signed heads, name what was changed."""
    from app.commands.operate import verify

    verify(head)


@drp.command("keygen")
def drp_keygen(as_json: AsJson = False) -> None:
    """Make a signing key, and print it once with its public half."""
    from app.commands.protocol import keygen

    keygen(as_json=as_json)


@protocol_directory.command("import")
def drp_directory_import(
    file: Annotated[Path, typer.Argument(help="businesses.json, or agents.json.")],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would happen; change nothing.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Record where companies' own systems are, from the public directory."""
    from app.commands.protocol import import_file

    import_file(file, dry_run=dry_run, as_json=as_json)


@drp.command("status")
def drp_status(as_json: AsJson = False) -> None:
    """Say who we are there, what needs somebody, and where requests stand."""
    from app.commands.protocol import status

    status(as_json=as_json)


@app.command()
def doctor(as_json: AsJson = False) -> None:
    """Say what is configured, what is missing, what is unsafe."""
    from app.commands.doctor import doctor as run

    run(as_json=as_json)


def main() -> None:
    """Run the command."""
    app()
