"""A backup holds every row, from either engine into either."""

import gzip
import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import select, update

from app.actions.back_up import NotABackupError, back_up, check_backup, in_use, restore
from app.actions.keep_evidence import Given, keep_evidence
from app.actions.record_reply import ReplyBody, record_reply
from app.actions.verify_chains import verify_chains
from app.domain.timeline import EventKind
from app.store import schema
from app.store.base import Base
from app.store.requests import EvidenceFile
from app.store.session import HEAD, Store
from app.worker import Worker
from tests.conftest import ROOT, FakeClock, migrate
from tests.post_office import NOON, Office

Rows = dict[str, list[tuple[object, ...]]]


def rows(store: Store) -> Rows:
    with store.reading() as session:
        return {
            table.name: sorted(
                (tuple(row) for row in session.execute(select(table))), key=repr
            )
            for table in Base.metadata.sorted_tables
        }


@pytest.fixture
def busy(office: Office) -> Office:
    """A portal with a letter that left, an answer, and a filing that waits."""
    filed = office.sent()
    body = ReplyBody(
        received_on=date(2026, 11, 23),
        kind=EventKind.DELETED,
        text="Done.",
        vendor_reference="T-1",
    )
    with office.writing() as session:
        request = filed.requests[0].id
        record_reply(session, office.post.desk, request, body, at=NOON, staff_id=None)
    office.file()
    return office


def written(store: Store, file: Path) -> int:
    with store.reading() as session:
        return back_up(session, file, head=HEAD, at=datetime(2026, 11, 23, tzinfo=UTC))


def test_every_row_comes_back(busy: Office, tmp_path: Path) -> None:
    file = tmp_path / "backup"
    count = written(busy.store, file)
    url = f"sqlite:///{tmp_path / 'other.db'}"
    migrate(url)
    other = Store(url)

    with other.writing() as session:
        restored = restore(session, file, head=HEAD)

    assert check_backup(file, head=HEAD) == count == restored
    assert rows(other) == rows(busy.store)
    with other.reading() as session:
        assert verify_chains(session).faults == ()
        assert in_use(session) == "the database holds filings"
    other.close()


def test_it_goes_back_into_the_engine_that_it_came_from(
    busy: Office, tmp_path: Path
) -> None:
    file = tmp_path / "backup"
    written(busy.store, file)
    before = rows(busy.store)

    schema.rebuild(busy.store, ROOT / "alembic.ini", ROOT / "migrations")
    assert not any(rows(busy.store).values())
    with busy.writing() as session:
        restore(session, file, head=HEAD)

    assert rows(busy.store) == before


def test_a_document_from_before_its_kind_was_kept_is_backed_up_too(
    office: Office, now: FakeClock, tmp_path: Path
) -> None:
    """The worker tells its kind by its sealed name, and that of a picture as well."""
    filed = office.sent()
    given = (Given("letter.pdf", b"%PDF-1.7"), Given("screen.png", b"PNG"))
    with office.writing() as session:
        keep_evidence(
            session,
            office.post.desk,
            filed.filing,
            filed.requests[0].id,
            given,
            at=NOON,
        )
        session.execute(update(EvidenceFile).values(kind=None))

    Worker(office.post, now, now).once()
    written(office.store, tmp_path / "backup")

    with gzip.open(tmp_path / "backup", "rt") as lines:
        held = [json.loads(line)[1] for line in lines if '["evidence"' in line]
    assert sorted((row["kind"], bool(row["sealed"])) for row in held) == [
        ("pdf", True),
        ("png", False),
    ]


def test_a_backup_of_another_release_is_refused(busy: Office, tmp_path: Path) -> None:
    file = tmp_path / "backup"
    written(busy.store, file)

    with pytest.raises(NotABackupError, match="another release"):
        check_backup(file, head="9999")


def test_an_empty_database_is_not_in_use(store: Store) -> None:
    with store.reading() as session:
        assert in_use(session) is None
