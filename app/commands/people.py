"""Staff, and what vendors answered."""

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

import typer
from email_validator import EmailNotValidError, validate_email

from app import clock
from app.actions.change_staff import (
    Change,
    NotDone,
    Person,
    change,
    read_people,
    set_role,
    why_not,
)
from app.actions.enrol_staff import add_staff, new_token
from app.actions.import_replies import (
    NotRepliesError,
    Row,
    RowResult,
    by_request,
    read_rows,
    record_each,
    try_each,
)
from app.actions.tell_staff import tell_of_token
from app.commands.house import House, house
from app.commands.saying import misused, print_json, progress, refuse
from app.domain.bulk import RowEffect
from app.store.staff import Role

NOBODY_LEFT = (
    "nobody would be left who looks after the staff; make somebody else admin first"
)


def add(email: str, role: str) -> None:
    """Add a staff member and print their one-time enrolment link."""
    address = _address(email)
    with house() as opened:
        with opened.store.writing() as session:
            _refuse_if(why_not(session, address, Role(role)), address)
            token = add_staff(session, opened.keys, address, Role(role), at=clock.now())
        typer.echo(f"{address} is {role}. This link works once, for 72 hours:")
        typer.echo(opened.portal.link(f"/staff/enrol/{token}"))


def token(email: str, name: str) -> None:
    """Print an API token, once."""
    address = _address(email)
    with house() as opened:
        desk, at = opened.desk(), clock.now()
        with opened.store.writing() as session:
            made = new_token(session, opened.keys, address, name, at=at)
            if made is not None:
                tell_of_token(session, desk, address, at=at)
        if made is None:
            refuse(f"{address} is no staff member; `efface staff add` adds one")
        typer.echo("This token is shown once:")
        typer.echo(made)


def list_staff(*, as_json: bool) -> None:
    """List the members of staff."""
    with house() as opened, opened.store.reading() as session:
        people = read_people(session, at=clock.now())
    if as_json:
        print_json([_document(person) for person in people])
        return
    for person in people:
        typer.echo(_line(person))


def _document(person: Person) -> dict[str, object]:
    signed_in = person.last_sign_in
    return {
        "email": person.email,
        "role": person.role,
        "enrolled": person.enrolled,
        "disabled": person.disabled,
        "passkeys": person.passkeys,
        "one_time_codes": person.codes,
        "sessions": person.sessions,
        "last_sign_in": signed_in.isoformat() if signed_in else None,
    }


def _line(person: Person) -> str:
    step = "second step" if person.has_second_step else "password alone"
    state = "disabled" if person.disabled else step if person.enrolled else "invited"
    last = f", last here {person.last_sign_in:%Y-%m-%d}" if person.last_sign_in else ""
    return f"{person.email}: {person.role}, {state}{last}"


def give_role(email: str, role: str) -> None:
    """Give a member another role."""
    address = _address(email)
    with house() as opened, opened.store.writing() as session:
        done = set_role(session, address, Role(role), at=clock.now(), actor="command")
    _refuse_if(done, address)
    typer.echo(f"{address} is {role}.")


DID: Mapping[Change, str] = {
    Change.DISABLE: "is shut out: sessions, tokens and links have ended",
    Change.ENABLE: "may sign in again",
    Change.END_SESSIONS: "is signed out everywhere",
    Change.RESET: "has no second step any more, and is signed out everywhere",
}


def change_member(email: str, what: str) -> None:
    """Do one thing with a member."""
    address, act = _address(email), Change(what)
    with house() as opened:
        desk = opened.desk()
        with opened.store.writing() as session:
            done = change(session, desk, address, act, at=clock.now(), actor="command")
    _refuse_if(done, address)
    typer.echo(f"{address} {DID[act]}.")


def _refuse_if(done: NotDone | None, address: str) -> None:
    match done:
        case NotDone.UNKNOWN:
            refuse(f"{address} is no staff member; `efface staff list` names them")
        case NotDone.DISABLED:
            refuse(f"{address} is disabled; `efface staff enable` lets them in again")
        case NotDone.LAST_ADMIN:
            refuse(NOBODY_LEFT)
        case None:
            return


def _address(email: str) -> str:
    try:
        found = validate_email(email, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        misused(f"EMAIL: {email!r} is not one mail address")
    return found.normalized


def import_file(
    file: Path, *, dry_run: bool, as_json: bool, report: Path | None
) -> None:
    """Record vendor replies from a CSV file, and say what came of each row."""
    try:
        rows = read_rows(file.read_text("utf-8-sig"))
    except FileNotFoundError:
        refuse(f"{file}: there is no such file")
    except (OSError, UnicodeDecodeError):
        refuse(f"{file}: cannot be read")
    except NotRepliesError as wrong:
        refuse(f"{file}: {wrong}")
    if report is not None:
        _write_report(report, [])  # a place that cannot be written, before any change
    with house() as opened:
        results = _imported(opened, rows, dry_run=dry_run)
    if report is not None:
        _write_report(report, [r for r in results if r.effect is RowEffect.REJECTED])
    counts = {e: sum(r.effect is e for r in results) for e in RowEffect}
    if as_json:
        told = [asdict(row) for row in results]
        print_json({"dry_run": dry_run, "counts": counts, "rows": told})
        return
    for row in results:
        typer.echo(f"line {row.line}: {row.effect} {row.why}".rstrip())
    mode = " (dry run: nothing was changed)" if dry_run else ""
    typer.echo(", ".join(f"{n} {e}" for e, n in counts.items()) + mode)


def _write_report(file: Path, rejected: list[RowResult]) -> None:
    """Write line and reason alone: a row may hold what a resident's reply says."""
    from app.words.csv_form import csv_text

    table = [(row.line, row.why) for row in rejected]
    try:
        file.write_text(csv_text(("line", "why"), table), "utf-8")
    except OSError as wrong:
        refuse(f"{file}: cannot be written ({wrong.strerror})")


def _imported(opened: House, rows: list[Row], *, dry_run: bool) -> list[RowResult]:
    desk, store = opened.desk(), opened.store
    if not dry_run:
        some = progress(rows, "Recording")
        return list(record_each(store, desk, some, clock.now))
    with store.reading() as session:
        groups = progress(by_request(session, desk, rows), "Trying")
    tried = try_each(store, desk, groups, clock.now)
    return sorted(tried, key=lambda result: result.line)
