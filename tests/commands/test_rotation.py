"""``efface keys rotate``."""

import base64
from datetime import timedelta
from pathlib import Path

import pytest

from app import clock
from app.actions.rotate_keys import rotate_filing
from app.commands import operate
from app.commands.house import house
from app.store.keys import begin_epoch
from app.store.opening import Opener
from app.store.people import Person
from app.store.sealing import Where
from tests.commands.conftest import Efface


def sealed_to() -> set[str | None]:
    with house() as opened, opened.store.reading() as session:
        return set(session.scalars(session.query(Person.epoch).distinct().statement))


def test_a_rotation_leaves_nothing_to_the_old_key(efface: Efface, used: Path) -> None:
    [old] = sealed_to()

    told = efface("keys rotate")

    assert told.code == 0
    [new] = sealed_to()
    assert new != old
    (used / "epochs" / f"{old}.key").unlink()
    with house() as opened, opened.store.reading() as session:
        opener = Opener(used / "epochs")
        for person in session.query(Person):
            assert person.thing is not None
            where = Where("person", str(person.filing_id))
            assert b"Demo Person" in opener.open(person.thing, where)


def test_a_rotation_that_was_ended_goes_on(
    efface: Efface, used: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, done = rotate_filing, 0

    def interrupted(*args: object, **kwargs: object) -> bool:
        nonlocal done
        done += 1
        if done > 5:
            raise KeyboardInterrupt
        return real(*args, **kwargs)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(operate, "rotate_filing", interrupted)
        efface("keys rotate")
    assert len(sealed_to()) == 2

    told = efface("keys rotate")

    assert told.code == 0
    assert "7 filings" in told.out
    assert len(sealed_to()) == 1
    assert len(list((used / "epochs").glob("[0-9]*.pub"))) == 2


def test_a_rotation_without_the_old_key_says_so(efface: Efface, used: Path) -> None:
    [old] = sealed_to()
    (used / "epochs" / f"{old}.key").rename(used / "kept.key")

    told = efface("keys rotate")
    assert told.code == 1
    assert "12 filings, watches, mails or tokens cannot be opened" in told.lines[0]

    (used / "kept.key").rename(used / "epochs" / f"{old}.key")
    assert (
        "12 filings, watches, mails and tokens were sealed" in efface("keys rotate").out
    )


def test_a_rotation_moves_mailboxes_to_the_newest_master_key(
    efface: Efface, used: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    new = base64.b64encode(b"n" * 32).decode()
    old = (used / "master.key").read_text()
    monkeypatch.setenv("EFFACE_MASTER_KEYS", f"{new},{old}")

    assert efface("keys rotate").code == 0

    with house() as opened, opened.store.reading() as session:
        mailbox = b"demo.person.0001@example.org"
        known = opened.keys.hash("mailbox", mailbox)
        assert session.query(Person).filter_by(email_index=known).count() == 1


def test_a_month_that_begins_meanwhile_is_moved_to_as_well(
    efface: Efface, used: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, later = rotate_filing, clock.now() + timedelta(days=40)

    def begun_meanwhile(*args: object, **kwargs: object) -> bool:
        begin_epoch(used / "epochs", later)
        return real(*args, **kwargs)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(operate, "rotate_filing", begun_meanwhile)
        assert efface("keys rotate").code == 0

    assert sealed_to() == {f"{later:%Y-%m}"}
