"""Nothing personal stands anywhere in the open (security, G5)."""

import sqlite3
from datetime import UTC, datetime

import pytest
from sqlalchemy import select, update

from app.store.base import Base
from app.store.keys import Keys
from app.store.outbox import Message
from app.store.people import EMPTY, Person
from app.store.requests import EvidenceFile, Letter, Reply
from app.store.session import Store
from tests.canaries import hits, sqlite_files
from tests.filings import Made, make_filing, sealed_things

CANARIES = {
    "name": "Zyxolotl Canaryname",
    "email": "zyxolotl@canary.example",
    "words": "zyxolotl-canary-letter",
    "answer": "zyxolotl-canary-reply",
    "proof": "zyxolotl-canary-file",
    "code": "739182",
}
AT = datetime(2026, 11, 23, 12, 34, 56, 789012, tzinfo=UTC)


def file(store: Store, keys: Keys) -> Made:
    with store.writing() as session:
        return make_filing(
            session,
            keys,
            at=AT,
            name=CANARIES["name"],
            email=CANARIES["email"],
            words=CANARIES["words"],
            answer=CANARIES["answer"],
            proof=CANARIES["proof"],
            code=CANARIES["code"],
        )


def secrets_of(made: Made) -> list[str]:
    bare = made.receipt.replace("-", "")
    return [*CANARIES.values(), made.receipt, bare]


def test_the_search_finds_what_is_there(sqlite_only: Store) -> None:
    with sqlite_only.writing() as session:
        session.connection().exec_driver_sql("CREATE TABLE planted (word TEXT)")
        session.connection().exec_driver_sql(
            "INSERT INTO planted VALUES (?)", (CANARIES["name"],)
        )

    found = {
        n: hits(b, CANARIES.values()) for n, b in sqlite_files(sqlite_only).items()
    }
    assert CANARIES["name"] in [word for words in found.values() for word in words]


def test_the_files_hold_nothing_personal(sqlite_only: Store, keys: Keys) -> None:
    made = file(sqlite_only, keys)

    files = sqlite_files(sqlite_only)

    assert any(name.endswith("-wal") and content for name, content in files.items())
    assert [name for name, b in files.items() if hits(b, secrets_of(made))] == []


def test_no_column_holds_anything_personal(store: Store, keys: Keys) -> None:
    made = file(store, keys)

    with store.reading() as session:
        for table in Base.metadata.sorted_tables:
            for row in session.execute(select(table)):
                for column, value in row._mapping.items():
                    content = value if isinstance(value, bytes) else str(value).encode()
                    assert hits(content, secrets_of(made)) == [], f"{table}.{column}"


def test_what_was_destroyed_is_in_no_file(sqlite_only: Store, keys: Keys) -> None:
    made = file(sqlite_only, keys)
    with sqlite_only.reading() as session:
        gone = [
            part
            for _, thing in sealed_things(session, made.id)
            for part in (thing.key_epoch, thing.key_receipt)
        ]
    assert len(gone) == 10
    assert any(part in b for b in sqlite_files(sqlite_only).values() for part in gone)

    with sqlite_only.writing() as session:
        for table in (Person, Letter, Reply, EvidenceFile, Message):
            session.execute(
                update(table).where(table.filing_id == made.id).values(**EMPTY)
            )
    sqlite_only.shrink_log()

    assert not any(
        part in b for b in sqlite_files(sqlite_only).values() for part in gone
    )


def test_an_index_of_mailboxes_is_useless_without_the_key(
    store: Store, keys: Keys
) -> None:
    file(store, keys)
    stranger = Keys((bytes(32),), keys.epochs)

    with store.reading() as session:
        stored = session.scalar(select(Person.email_index))
    email = CANARIES["email"].encode()
    assert stored == keys.hash("mailbox", email)
    assert stored != stranger.hash("mailbox", email)
    assert stored is not None
    assert len(stored) == 32


@pytest.mark.parametrize("part", ["db", "wal"])
def test_the_files_are_sound(sqlite_only: Store, keys: Keys, part: str) -> None:
    file(sqlite_only, keys)
    if part == "db":
        sqlite_only.shrink_log()

    with sqlite3.connect(sqlite_only.url.removeprefix("sqlite:///")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    connection.close()
