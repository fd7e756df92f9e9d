"""``efface staff`` and ``efface replies``."""

import csv
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from app.actions.enrol_staff import token_holder
from app.commands.house import house
from app.domain.timeline import Actor, Event, EventKind
from app.store import requests
from app.store.audit import AuditEntry
from app.store.outbox import Message, MessageKind
from app.store.staff import Staff, StaffToken
from tests.commands.conftest import Efface
from tests.filings import make_filing

SENT = datetime(2026, 11, 20, 9, tzinfo=UTC)


def test_a_member_gets_a_link_and_their_program_a_token(
    efface: Efface, ready: Path
) -> None:
    added = efface("staff add Clerk@example.org --role caseworker")
    token = efface("staff token clerk@example.org --name import")

    assert "http://localhost:8000/staff/enrol/" in added.out.splitlines()[-1]
    assert token.out.splitlines()[-1].startswith("efs_")
    assert len(token.out.splitlines()[-1].split()) == 1
    with house() as opened, opened.store.reading() as session:
        told = session.scalars(select(Message.kind)).all()
    assert told == [MessageKind.STAFF_TOKEN]


def test_adding_makes_what_is_missing(efface: Efface, folder: Path) -> None:
    assert efface("staff add clerk@example.org --role admin").code == 0
    assert (folder / "efface.db").exists()


def test_nobody_gets_a_token_who_was_not_added(efface: Efface, ready: Path) -> None:
    told = efface("staff token nobody@example.org --name import")

    assert told.code == 1
    assert len(told.lines) == 1
    assert "efface staff add" in told.err
    with house() as opened, opened.store.reading() as session:
        assert session.query(StaffToken).count() == 0


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("staff add a@example.org --role king", "king"),
        ("staff add a@example.org", "role"),
        ("staff add not-a-mailbox --role admin", "not-a-mailbox"),
        ("staff token a@example.org", "name"),
    ],
)
def test_a_wrong_value_is_named(
    efface: Efface, folder: Path, words: str, name: str
) -> None:
    told = efface(words)

    assert told.code == 2
    assert name in told.err
    assert not folder.exists()


@pytest.fixture
def sent(ready: Path) -> str:
    """The number of a request that a vendor has."""
    with house() as opened, opened.store.writing() as session:
        made = make_filing(session, opened.keys, at=SENT)
        request = requests.by_id(session, made.requests[0])
        assert request is not None
        for kind, by in (
            (EventKind.CONFIRMED, Actor.RESIDENT),
            (EventKind.SENT, Actor.PORTAL),
        ):
            event = Event(kind=kind, at=SENT, by=by, on=SENT.date())
            requests.record(session, request, event)
        return request.number


@pytest.fixture
def replies(tmp_path: Path) -> Callable[..., Path]:
    """Write a table of replies."""

    def write(*rows: dict[str, str], header: str = "") -> Path:
        file = tmp_path / "replies.csv"
        names = header.split() or list(rows[0])
        with file.open("w", encoding="utf-8", newline="") as out:
            table = csv.DictWriter(out, names)
            table.writeheader()
            table.writerows(rows)
        return file

    return write


REFUSED = {
    "received_on": "2026-11-23",
    "kind": "refused",
    "denial_ground": "outside-jurisdiction",
    "text": "No.",
    "evidence": "letter",
}


def test_replies_are_recorded_once(
    efface: Efface, sent: str, replies: Callable[..., Path]
) -> None:
    file = replies({"request": sent, **REFUSED})

    rehearsed = efface(f"replies import {file} --dry-run")
    recorded = efface(f"replies import {file}")
    again = efface(f"replies import {file}")

    assert "nothing was changed" in rehearsed.out
    assert "1 recorded" in rehearsed.out
    assert recorded.out.splitlines()[0] == "line 2: recorded"
    assert "1 unchanged" in again.out


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"request": "R-0000-0000"}, "request: there is none of this name"),
        ({"request": ""}, "request: "),
        ({"kind": "king"}, "kind: "),
        ({"denial_ground": ""}, "denial_ground"),
        ({"received_on": "soon"}, "received_on: "),
        ({"received_on": "2999-01-01"}, "received_on: "),
    ],
)
def test_a_wrong_row_is_rejected_with_its_reason(
    efface: Efface,
    sent: str,
    replies: Callable[..., Path],
    change: dict[str, str],
    why: str,
) -> None:
    good = {"request": sent, **REFUSED}
    file = replies({**good, **change}, good)

    told = efface(f"replies import {file}")

    assert told.code == 0
    assert told.out.splitlines()[0].startswith("line 2: rejected ")
    assert why in told.out
    assert told.out.splitlines()[1] == "line 3: recorded"


def test_rejected_rows_can_be_read_by_people_and_by_programs(
    efface: Efface, sent: str, replies: Callable[..., Path], tmp_path: Path
) -> None:
    good, report = {"request": sent, **REFUSED}, tmp_path / "rejected.csv"
    file = replies({**good, "received_on": "soon"}, good, {**good, "kind": "king"})

    told = efface(f"replies import {file} --json --report {report}").document

    assert told["counts"] == {"recorded": 1, "unchanged": 0, "rejected": 2}
    table = list(csv.DictReader(report.read_text("utf-8").splitlines()))
    assert table == [
        {"line": str(row["line"]), "why": row["why"]}
        for row in told["rows"]
        if row["effect"] == "rejected"
    ]
    assert [row["line"] for row in table] == ["2", "4"]
    nowhere = efface(f"replies import {file} --report {tmp_path / 'no' / 'r.csv'}")
    assert nowhere.code == 1
    assert len(nowhere.lines) == 1


def test_a_row_that_is_too_long_is_rejected(
    efface: Efface, sent: str, tmp_path: Path
) -> None:
    file = tmp_path / "replies.csv"
    file.write_text(f"request,received_on,kind\n{sent},2026-11-23,deleted,x\n", "utf-8")

    assert "more cells" in efface(f"replies import {file}").out


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("request,kind\n", "no column received_on"),
        ("request,received_on,kind,colour\n", "unknown column colour"),
        ("", "no column"),
        ('request,received_on,kind\n"' + "x" * 200_000 + '"\n', "line 2: field larger"),
    ],
)
def test_a_file_that_is_no_table_of_replies_is_refused(
    efface: Efface, folder: Path, tmp_path: Path, content: str, why: str
) -> None:
    file = tmp_path / "replies.csv"
    file.write_text(content, "utf-8")

    told = efface(f"replies import {file}")

    assert told.code == 1
    assert len(told.lines) == 1
    assert why in told.err
    assert not folder.exists()


@pytest.mark.parametrize("name", ["no-such.csv", "noise.csv"])
def test_a_file_that_cannot_be_read_is_named(
    efface: Efface, tmp_path: Path, name: str
) -> None:
    (tmp_path / "noise.csv").write_bytes(bytes(range(256)))

    told = efface(f"replies import {tmp_path / name}")

    assert told.code == 1
    assert name in told.lines[0]


def test_who_is_locked_out_is_helped_from_the_command_line(
    efface: Efface, ready: Path
) -> None:
    efface("staff add boss@example.org --role admin")
    efface("staff add clerk@example.org --role caseworker")
    token = efface("staff token clerk@example.org --name import").out.splitlines()[-1]
    with house() as opened, opened.store.writing() as session:
        for member in session.query(Staff):
            member.enrolled_at = SENT

    for words, told in (
        ("staff role clerk@example.org editor", "clerk@example.org is editor."),
        ("staff reset-factor clerk@example.org", "no second step any more"),
        ("staff sessions end clerk@example.org", "signed out everywhere"),
        ("staff disable Clerk@example.org", "shut out"),
    ):
        assert told in efface(words).out
    clerk = efface("staff list --json").document[1]
    assert (clerk["role"], clerk["disabled"]) == ("editor", True)
    assert "clerk@example.org: editor, disabled" in efface("staff list").out
    with house() as opened, opened.store.reading() as session:
        assert token_holder(session, opened.keys, token) is None
        done = [(e.actor, e.action) for e in session.query(AuditEntry)]
    assert ("command", "staff disabled") in done
    assert ("command", "second step reset") in done
    assert "may sign in again" in efface("staff enable clerk@example.org").out
    with house() as opened, opened.store.reading() as session:
        assert token_holder(session, opened.keys, token) is None


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("staff disable boss@example.org", "nobody would be left"),
        ("staff role boss@example.org auditor", "nobody would be left"),
        ("staff add boss@example.org --role editor", "nobody would be left"),
        ("staff enable ghost@example.org", "efface staff list"),
    ],
)
def test_a_portal_keeps_somebody_who_looks_after_the_staff(
    efface: Efface, ready: Path, words: str, why: str
) -> None:
    efface("staff add boss@example.org --role admin")
    with house() as opened, opened.store.writing() as session:
        session.query(Staff).one().enrolled_at = SENT

    told = efface(words)

    assert told.code == 1
    assert why in told.lines[0]
    assert len(told.lines) == 1
