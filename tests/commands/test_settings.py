"""``efface doctor``, and what production asks of every command."""

from pathlib import Path

import pytest

from app import clock
from app.actions.mail_out import queue_mail
from app.commands.house import house
from app.store.outbox import KeptBack, Message, MessageKind
from app.store.requests import Request
from tests.commands.conftest import Efface

PRODUCTION = {
    "EFFACE_ENVIRONMENT": "production",
    "EFFACE_BASE_URL": "https://efface.example",
    "EFFACE_DATABASE_URL": "postgresql+psycopg://efface@127.0.0.1:1/efface",
    "EFFACE_OPERATOR": "Example Association",
    "EFFACE_OPERATOR_ADDRESS": "Road 1",
    "EFFACE_CONTACT": "contact@efface.example",
    "EFFACE_MAIL_URL": "smtps://mail.example",
    "EFFACE_MAIL_FROM": "efface@efface.example",
    "EFFACE_REPLY_DOMAIN": "reply.efface.example",
    "EFFACE_METRICS_TOKEN": "a-long-enough-token",
}


def test_the_demonstration_is_refused_in_production(
    efface: Efface, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in PRODUCTION.items():
        monkeypatch.setenv(name, value)

    told = efface("demo")

    assert told.code == 1
    assert not folder.exists()


@pytest.mark.parametrize("name", sorted(PRODUCTION)[:-1])
def test_production_names_each_setting_that_lacks(
    efface: Efface, folder: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    for setting, value in PRODUCTION.items():
        monkeypatch.setenv(setting, value)
    if name != "EFFACE_ENVIRONMENT":
        monkeypatch.delenv(name)

    told = efface("worker --once --now 2026-12-01T00:00:00+00:00")

    assert told.code == 1
    assert len(told.lines) == 1
    assert ("--now" if name == "EFFACE_ENVIRONMENT" else name) in told.err


def test_the_doctor_makes_nothing_and_is_content(efface: Efface, folder: Path) -> None:
    told = efface("doctor")

    assert told.code == 0
    assert "database: SQLite, not made yet" in told.out
    assert "for production: EFFACE_OPERATOR is not set" in told.out
    assert not folder.exists()


def test_the_doctor_finds_keys_that_others_may_read(
    efface: Efface, ready: Path
) -> None:
    (ready / "master.key").chmod(0o644)

    told = efface("doctor --json")

    assert told.code == 1
    assert told.document["unsafe"] == ["master.key may be read by others"]
    assert told.document["configured"]["epoch keys"].startswith("1 in ")
    assert len(told.lines) == 1


def test_the_doctor_finds_an_open_address(
    efface: Efface, ready: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EFFACE_BASE_URL", "http://efface.example")

    told = efface("doctor")

    assert told.code == 1
    assert "unsafe: EFFACE_BASE_URL" in told.out


def test_the_doctor_refuses_a_way_out_that_is_none(
    efface: Efface, ready: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EFFACE_MAIL_URL", "ftp://mail.example")

    told = efface("doctor")

    assert told.code == 1
    assert "unsafe: EFFACE_MAIL_URL is smtp://, smtps:// or folder:" in told.out


def test_the_doctor_warns_where_nobody_can_be_asked(
    efface: Efface, ready: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    without = efface("doctor")
    monkeypatch.setenv("EFFACE_CONTACT", "privacy@efface.example")
    there = efface("doctor --json")

    assert without.code == there.code == 0
    assert "warning: EFFACE_CONTACT is not set" in without.out
    assert there.document["warnings"] == []


def test_a_database_that_does_not_answer_is_not_told_to_upgrade(
    efface: Efface, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(
        "EFFACE_DATABASE_URL", "postgresql+psycopg://efface@127.0.0.1:1/efface"
    )

    told = efface("db check")

    assert told.code == 1
    assert "the database failed" in told.err
    assert "upgrade" not in told.err


def test_the_doctor_says_what_waits(efface: Efface, used: Path) -> None:
    with house() as opened, opened.store.writing() as session:
        request = session.query(Request).first()
        assert request is not None
        queue_mail(
            session,
            opened.desk(),
            request.filing_id,
            MessageKind.LETTER,
            dedupe="kept back",
            request_id=request.id,
            at=clock.now(),
        )
        letter = session.query(Message).filter_by(dedupe="kept back").one()
        letter.kept_back = KeptBack.PAUSE
        vendor = request.vendor

    told = efface("doctor --json").document["configured"]

    assert told["letters kept back"] == 1
    assert told[f"letters kept back for {vendor} (pause)"] == 1
    assert told["letters an hour to one vendor"] == 100


@pytest.mark.parametrize(
    ("database", "copy"),
    [
        ("", "postgresql+psycopg://efface@127.0.0.1:1/copy"),
        ("postgresql+psycopg://efface@127.0.0.1:1/efface", "sqlite:///copy.db"),
    ],
)
def test_a_copy_for_public_pages_is_one_of_a_postgresql_database(
    efface: Efface, monkeypatch: pytest.MonkeyPatch, database: str, copy: str
) -> None:
    monkeypatch.setenv("EFFACE_DATABASE_URL", database)
    monkeypatch.setenv("EFFACE_READ_DATABASE_URL", copy)

    told = efface("doctor")

    assert told.code == 1
    [line] = told.lines
    assert "EFFACE_READ_DATABASE_URL: a copy of a PostgreSQL database" in line


def test_the_doctor_says_that_a_copy_cannot_be_reached(
    efface: Efface, monkeypatch: pytest.MonkeyPatch
) -> None:
    nowhere = "postgresql+psycopg://efface@127.0.0.1:1/efface"
    monkeypatch.setenv("EFFACE_DATABASE_URL", nowhere)
    monkeypatch.setenv("EFFACE_READ_DATABASE_URL", nowhere)

    assert "copy for public pages: cannot be reached" in efface("doctor").out
