"""History is only added to, whoever asks and however."""

from datetime import date

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.actions.sign_heads import sign_head, tips_to_sign
from app.domain.about import Became
from app.domain.refusals import Reading
from app.store import audit, figures, vendors
from app.store.base import Base, new_id
from app.store.keys import Keys, head_signer
from app.store.notes import NoteResolution, RecordNote
from app.store.refusals import ResidencyRefusal
from app.store.session import Store
from tests.filings import NOON, make_filing

HISTORY = [
    "timeline_entry",
    "audit_entry",
    "signed_head",
    "signed_timeline",
    "vendor",
    "route",
    "offer",
    "vendor_order",
    "registration",
    "record_note",
    "note_resolution",
    "vendor_fact",
    "figure_release",
    "figure",
    "figure_gap",
    "residency_refusal",
]


@pytest.fixture
def past(store: Store, keys: Keys) -> Store:
    """A database with one row in every table of history."""
    with store.writing() as session:
        make_filing(session, keys)
        audit.append(session, at=NOON, actor="test", action="tried")
        sign_head(session, head_signer(keys.epochs), tips_to_sign(session), at=NOON)
        note(session)
        quarter = {"quarter": "2026-Q2"}
        session.add(
            figures.Release(
                **quarter, on=date(2026, 10, 1), made_at=NOON, synthetic=False
            )
        )
        session.add(figures.FigureRow(**quarter, vendor="one", law="two", told={}))
        session.add(figures.GapRow(**quarter, place="IN", vendor="one", people=10))
        for part in vendors.PARTS:
            vendors.add(
                session,
                part,
                vendor="clearview-ai",
                key="one",
                document={"name": "Clearview AI"},
                content_hash=bytes(32),
                valid=(date(2020, 1, 1), None),
                at=NOON,
                by="bundled",
            )
    return store


def note(session: Session) -> None:
    """Write down that a record looks wrong, that it was right, and who refuses."""
    who, version = new_id(NOON), "directory 1"
    written = RecordNote(
        id=new_id(NOON),
        record="vendor:clearview-ai",
        version=version,
        words="Its seat.",
        written_at=NOON,
        written_by=who,
    )
    session.add(written)
    session.flush()
    ended = NoteResolution(
        note_id=written.id,
        became=Became.RIGHT,
        version=version,
        words="It moved.",
        resolved_at=NOON,
        resolved_by=who,
    )
    refusal = ResidencyRefusal(
        id=new_id(NOON),
        vendor="clearview-ai",
        residence="CL",
        reading=Reading.NEXUS,
        since=NOON.date(),
        filings=2,
        words="It says so.",
        recorded_at=NOON,
        recorded_by=who,
    )
    session.add_all((ended, refusal))


def refuses(store: Store, table: str, statement: str) -> None:
    columns = Base.metadata.tables[table].primary_key.columns.keys()
    sql = statement.format(table=table, column=columns[0], keys=", ".join(columns))
    with (
        pytest.raises(DBAPIError, match="rows of this table are only added"),
        store.writing() as session,
    ):
        session.execute(text(sql))


def count(store: Store, table: str) -> int | None:
    with store.reading() as session:
        whole = Base.metadata.tables[table]
        return session.scalar(select(func.count()).select_from(whole))


@pytest.mark.parametrize("table", HISTORY)
def test_history_is_not_changed(past: Store, table: str) -> None:
    refuses(past, table, "UPDATE {table} SET {column} = {column}")


@pytest.mark.parametrize("table", HISTORY)
def test_history_is_not_removed(past: Store, table: str) -> None:
    refuses(past, table, "DELETE FROM {table}")

    assert count(past, table) == 1


@pytest.mark.usefixtures("sqlite_only")
@pytest.mark.parametrize("table", HISTORY)
def test_history_is_not_replaced(past: Store, table: str) -> None:
    # Without recursive triggers a replacement deletes behind the guard's back.
    refuses(past, table, "INSERT OR REPLACE INTO {table} SELECT * FROM {table}")


@pytest.mark.parametrize("table", HISTORY)
def test_history_is_not_written_over(past: Store, table: str) -> None:
    refuses(
        past,
        table,
        "INSERT INTO {table} SELECT * FROM {table} WHERE true"
        " ON CONFLICT ({keys}) DO UPDATE SET {column} = excluded.{column}",
    )


@pytest.mark.usefixtures("postgres_only")
@pytest.mark.parametrize("table", HISTORY)
def test_history_is_not_emptied(past: Store, table: str) -> None:
    refuses(past, table, "TRUNCATE {table}")
    refuses(past, table, "TRUNCATE {table} CASCADE")

    assert count(past, table) == 1


def test_a_request_with_a_timeline_is_not_removed(past: Store) -> None:
    with pytest.raises(DBAPIError), past.writing() as session:
        session.execute(text("DELETE FROM request"))
