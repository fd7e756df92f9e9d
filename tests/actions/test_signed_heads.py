"""Chains and their signed heads: whatever is done to a row is found and named."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.actions.one_moment import one_moment
from app.actions.read_heads import Head, kept_head, last_head
from app.actions.sign_heads import head_is_due, sign_head, tips_to_sign
from app.actions.verify_chains import NOT_TOLD, verify_chains
from app.domain.timeline import Actor, Event, EventKind
from app.store import audit, requests
from app.store.heads import SignedTimeline
from app.store.keys import Keys, KeysError, head_keys, head_signer
from app.store.session import Store
from tests.filings import NOON, make_filing

STEPS = (EventKind.CONFIRMED, EventKind.SENT, EventKind.ACKNOWLEDGED)


def sign(store: Store, keys: Keys, hours: int = 0) -> bool:
    """Sign as the worker does."""
    with store.writing() as session:
        at = NOON + timedelta(hours=hours)
        tips = tips_to_sign(session)
        return sign_head(session, head_signer(keys.epochs), tips, at=at)


def do(session: Session, action: str, actor: str = "command") -> None:
    audit.append(session, at=NOON, actor=actor, action=action, subject="R-1", n=1)


@pytest.fixture
def kept(store: Store, keys: Keys) -> tuple[Store, Keys]:
    """Two timelines and a trail, signed twice on the way, and once at their end."""
    with store.writing() as session:
        made = make_filing(session, keys, vendors=("a", "b"))
        for action in ("signed in", "reply recorded", "signed out"):
            do(session, action)
    sign(store, keys)
    with store.writing() as session:
        request = requests.locked(session, made.id, made.requests[0])
        assert request is not None
        for n, kind in enumerate(STEPS, start=1):
            at = NOON + timedelta(minutes=n)
            event = Event(kind=kind, at=at, by=Actor.PORTAL, on=NOON.date())
            requests.record(session, request, event)
        do(session, "mail opened", "worker")
    sign(store, keys, hours=1)
    with store.writing() as session:
        do(session, "signed in")
    sign(store, keys, hours=2)
    return store, keys


@contextmanager
def tampered(store: Store, *statements: str) -> Iterator[Session]:
    """Write past every guard, look, and leave all as it was."""
    with store.rehearsing() as session:
        if store.sqlite:
            triggers = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
            for name in session.scalars(text(triggers)).all():
                session.execute(text(f"DROP TRIGGER {name}"))
            session.execute(text("PRAGMA defer_foreign_keys = ON"))
        else:
            session.execute(text("SET LOCAL session_replication_role = replica"))
        for statement in statements:
            session.execute(text(statement))
        yield session


def faults(
    kept: tuple[Store, Keys], *statements: str, given: Head | None = None
) -> list[str]:
    store, keys = kept
    with tampered(store, *statements) as session:
        found = verify_chains(session, head_keys(keys.epochs), given)
    return [str(fault) for fault in found.faults]


def test_what_nobody_touched_fits(kept: tuple[Store, Keys]) -> None:
    store, keys = kept
    with store.reading() as session:
        one_moment(session)
        found = verify_chains(session, head_keys(keys.epochs), last_head(session))
        covered = session.query(SignedTimeline).count()

    assert (found.rows, found.heads, found.faults) == (10, 3, ())
    assert covered == 3


def test_each_field_of_the_trail_is_watched(kept: tuple[Store, Keys]) -> None:
    named = {
        "actor = 'worker'": "its actor was changed; it was command",
        "action = 'signed in'": "its action was changed; it was reply recorded",
        "subject = 'R-2'": "its subject was changed; it was R-1",
        "detail = '{\"n\": 2}'": NOT_TOLD,
        "at = '2026-11-23 12:00:01'": "its at was changed; it was 2026-11-23 12:00:00+00:00",
        "seq = 20": "missing",
        "previous = hash": "its previous was changed",
        "hash = previous": "its hash was changed",
        "detail = 'null'": NOT_TOLD,
    }

    found = {change: faults(kept, SECOND.format(change))[0] for change in named}

    assert found == {c: f"audit entry 2: {why}" for c, why in named.items()}


SECOND = "UPDATE audit_entry SET {} WHERE seq = 2"
GONE = "DELETE FROM timeline_entry"
STEP = "UPDATE timeline_entry SET {}"
THIRD = (
    " WHERE place = 3 AND request_id = (SELECT request_id FROM timeline_entry"
    " WHERE place = 4)"
)


def test_each_field_of_a_timeline_is_watched(kept: tuple[Store, Keys]) -> None:
    named = {
        "kind = 'deleted'": "its kind was changed; it was sent",
        "by = 'vendor'": "its by was changed; it was portal",
        "outcome = 'deleted'": "its outcome was changed; it was None",
        "denial_ground = 'other'": "its denial_ground was changed; it was None",
        "evidence = 'mail'": "its evidence was changed; it was None",
        "\"on\" = '2026-10-01'": "its on was changed; it was 2026-11-23",
        "until = '2027-01-01'": "its until was changed; it was None",
        "retracts = 2": "its retracts was changed; it was None",
        "resumes = 'queued'": "its resumes was changed; it was None",
        "commitment = hash": "its commitment was changed; it was None",
        "at = '2026-11-23 13:00:00'": NOT_TOLD,
        "previous = hash": "its previous was changed",
        "hash = previous": "its hash was changed",
        "kind = 'praised'": "its kind was changed, and cannot be read",
        "place = 30": "missing",
        "request_id = filing_id": "missing",
        "filing_id = request_id": "missing",
    }

    found = {change: faults(kept, STEP.format(change) + THIRD)[0] for change in named}

    assert {each.partition(" of R-")[0] for each in found.values()} == {
        "timeline entry 3"
    }
    assert {c: told.partition(": ")[2] for c, told in found.items()} == named


def test_what_is_done_to_rows_is_named(kept: tuple[Store, Keys]) -> None:
    aside = [
        "UPDATE audit_entry SET seq = 30 WHERE seq = 2",
        "UPDATE audit_entry SET seq = 2 WHERE seq = 3",
        "UPDATE audit_entry SET seq = 3 WHERE seq = 30",
    ]
    again = (
        "INSERT INTO audit_entry SELECT 6, at, actor, action, subject, detail,"
        " previous, hash FROM audit_entry WHERE seq = 2"
    )
    done = {
        "audit entry 2: missing": ["DELETE FROM audit_entry WHERE seq = 2"],
        "audit entry 4 to 5: the end was cut off: signed head 3 names it": [
            "DELETE FROM audit_entry WHERE seq > 3"
        ],
        "audit entry 2: its seq was changed; it was 3": aside,
        "audit entry 6: its seq was changed; it was 2": [again],
        ": the end was cut off: signed head 2 names it": [
            "DELETE FROM timeline_entry WHERE place = 4"
        ],
        ": missing": [GONE + THIRD],
        "missing: signed heads name its timeline": [
            "DELETE FROM timeline_entry",
            "DELETE FROM request",
        ],
        "the status of R-": ["UPDATE request SET status = 'closed' WHERE events = 4"],
        "the outcome of R-": ["UPDATE request SET outcome = 'x' WHERE events = 4"],
        "signed head 2: its signature does not fit": [
            "UPDATE signed_head SET audit_seq = 1 WHERE number = 2"
        ],
        "signed head 2: missing": ["DELETE FROM signed_head WHERE number = 2"],
        "signed head 2: what is kept of the timelines it covers was changed": [
            "UPDATE signed_timeline SET place = 3 WHERE head = 2"
        ],
    }

    found = {named: faults(kept, *statements) for named, statements in done.items()}

    for named, told in found.items():
        assert any(named in fault for fault in told), (named, told)


def test_an_end_that_was_cut_off_with_its_heads_is_found_by_one_that_was_kept(
    kept: tuple[Store, Keys],
) -> None:
    store, _ = kept
    with store.reading() as session:
        head = last_head(session)
    assert head is not None
    mail = f"Dear reader,\n\n{json.dumps(head.document)}\n\nGoodbye"
    cut = (
        "DELETE FROM audit_entry WHERE seq = 5",
        "DELETE FROM signed_head WHERE number = 3",
    )

    assert faults(kept, *cut) == []
    assert faults(kept, *cut, given=kept_head(mail)) == [
        "signed head 3: missing",
        "audit entry 5: the end was cut off: the head 3 that was given names it",
    ]


def test_a_head_that_no_key_of_ours_signed_is_not_believed(
    kept: tuple[Store, Keys], tmp_path: Path
) -> None:
    store, keys = kept
    sign(store, Keys((bytes(32),), keys.epochs), hours=24)
    with store.reading() as session:
        mine = last_head(session)
    assert mine is not None
    other = head_signer(tmp_path / "other")
    forged = Head(
        **{
            **{name: getattr(mine, name) for name in Head.__slots__},
            "key": other.public_key().public_bytes_raw(),
            "signature": other.sign(mine.line.encode()),
        }
    )

    assert faults(kept, given=forged) == [
        "the head 4 that was given: no key of this portal signed it"
    ]
    with pytest.raises(ValueError, match="no signed head"):
        kept_head("{}")


def test_a_day_has_a_head_and_an_hour_only_what_is_new(
    kept: tuple[Store, Keys],
) -> None:
    store, keys = kept

    assert not sign(store, keys, hours=3)
    assert sign(store, keys, hours=24)
    with store.writing() as session:
        assert not head_is_due(session, at=NOON + timedelta(hours=25))
        for _ in range(100):
            do(session, "signed in")
        assert head_is_due(session, at=NOON + timedelta(hours=25))
        assert head_is_due(session, at=NOON + timedelta(hours=48))


def test_a_key_that_is_elsewhere_is_not_made_anew(tmp_path: Path) -> None:
    head_signer(tmp_path)
    (tmp_path / "heads.key").unlink()

    with pytest.raises(KeysError, match=r"heads\.key is missing"):
        head_signer(tmp_path)
    (tmp_path / "heads.pub").write_text("not a key\n")
    with pytest.raises(KeysError, match="no key"):
        head_keys(tmp_path)
