"""Replies in bulk: tried before they are recorded, and taken back as a whole."""

import os
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import insert, select

from app.actions.bulk_replies import NotNow, Order, Taken, give_file, order
from app.actions.erase_filing import destroy_personal
from app.actions.file_request import OtherBody
from app.actions.import_replies import read_rows
from app.actions.prepare_filing import Filed
from app.actions.purge import forget_expired
from app.actions.read_bulk import RunFile, read_run
from app.actions.record_reply import ReplyBody, record_reply
from app.actions.work_through import rotate_row, rows_behind, work_through
from app.domain.bulk import RowEffect, RowFault, RunState
from app.domain.timeline import EventKind, Outcome, Status
from app.store.base import new_id
from app.store.bulk import BulkRow, Tally
from app.store.keys import begin_epoch
from app.store.people import Filing, Person
from app.store.requests import Request, TimelineEntry
from app.store.staff import Role, Staff
from app.worker import Worker
from tests.actions.test_at_once import until_blocked
from tests.post_office import NOON, Office

HEADER = "request,received_on,kind,denial_ground,until,text,evidence,vendor_reference"
WORDS = "Our clerk Quillfeather found nothing."
MANY = int(os.environ.get("EFFACE_TEST_BULK_ROWS", "25"))
"""Rows of the large file: 5,000 where the whole measure is taken."""


def line(name: object, kind: str = "acknowledged", **cells: str) -> str:
    names = HEADER.split(",")[1:]
    given = {"received_on": "2026-11-23", "kind": kind, "evidence": "mail", **cells}
    return ",".join([str(name), *(given.get(one, "") for one in names)])


@pytest.fixture
def clerk(office: Office) -> UUID:
    """A member of staff."""
    with office.writing() as session:
        row = Staff(
            id=new_id(NOON), email="clerk@example.org", role=Role.CASEWORKER,
            language="en",
        )  # fmt: skip
        session.add(row)
        return row.id


def given(
    office: Office, clerk: UUID, *lines: str, name: str = "monday"
) -> Taken | OtherBody:
    rows = read_rows("\n".join((HEADER, *lines)))
    with office.writing() as session:
        return give_file(session, office.post.desk, rows, name, at=NOON, staff_id=clerk)


def works(office: Office, run: UUID, steps: int = 10**6) -> int:
    """Let the worker take steps until none is left; count them."""
    for step in range(steps):
        with office.writing() as session:
            if not work_through(
                session,
                run,
                desk=office.post.desk,
                opener=office.post.opener,
                at=NOON,
            ):
                return step
    return steps


def tried(office: Office, clerk: UUID, *lines: str, name: str = "monday") -> UUID:
    taken = given(office, clerk, *lines, name=name)
    assert isinstance(taken, Taken)
    works(office, taken.id)
    return taken.id


def told(
    office: Office, clerk: UUID, run: UUID, what: Order
) -> RunState | NotNow | None:
    with office.writing() as session:
        done = order(session, run, what, at=NOON, staff_id=clerk)
    works(office, run)
    return done


def seen(office: Office, run: UUID) -> RunFile:
    with office.store.reading() as session:
        file = read_run(session, run, limit=None)
    assert file is not None
    return file


def effects(office: Office, run: UUID) -> list[RowEffect | RowFault | None]:
    return [row.fault or row.effect for row in seen(office, run).rows]


def sealed(office: Office, run: UUID) -> list[int]:
    """Return the lines of which something is left to be opened."""
    with office.store.reading() as session:
        found = select(BulkRow.line).where(
            BulkRow.run_id == run, BulkRow.sealed.is_not(None)
        )
        return list(session.scalars(found.order_by(BulkRow.line)))


def erased(office: Office, filed: Filed) -> None:
    with office.writing() as session:
        destroy_personal(session, filed.filing, at=NOON)


@pytest.fixture
def filed(office: Office) -> Filed:
    return office.sent()


def number(filed: Filed) -> str:
    return filed.requests[0].number


def test_a_file_is_tried_and_nothing_is_recorded_before_somebody_says_so(
    office: Office, clerk: UUID, filed: Filed
) -> None:
    head = office.request(filed).head

    run = tried(
        office,
        clerk,
        line(number(filed)),
        line(number(filed), "nothing_found", text=WORDS),
        line("R-0000-0000", "deleted"),
        line(number(filed), "vanished"),
    )

    assert office.request(filed).head == head
    file = seen(office, run)
    assert file.run.state is RunState.TRIED
    assert file.tally == Tally(rows=4, tried=4, changes=2, rejected=2)
    first, second, *_ = file.rows
    assert (first.before, first.after) == (Status.SENT, Status.ACKNOWLEDGED)
    assert (second.before, second.after) == (Status.ACKNOWLEDGED, Status.ANSWERED)
    assert effects(office, run)[2:] == [RowFault.NO_REQUEST, RowFault.KIND]

    told(office, clerk, run, Order.RECORD)

    assert office.request(filed).outcome is Outcome.NOTHING_FOUND
    assert seen(office, run).tally.recorded == 2


def test_rows_that_are_tried_apart_are_tried_one_after_another(
    office: Office, clerk: UUID, filed: Filed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.actions.work_through.TRIED_AT_ONCE", 1)
    lines = (line(number(filed), "deleted"), line(number(filed), "acknowledged"))
    run = tried(office, clerk, *lines)
    assert effects(office, run) == [RowEffect.RECORDED, RowFault.CANNOT_FOLLOW]


def test_the_same_file_again_changes_nothing(
    office: Office, clerk: UUID, filed: Filed
) -> None:
    rows = (line(number(filed)), line(number(filed), "deleted"))
    told(office, clerk, tried(office, clerk, *rows), Order.RECORD)
    head = office.request(filed).head

    again = tried(office, clerk, *rows, name="tuesday")
    told(office, clerk, again, Order.RECORD)

    assert effects(office, again) == [RowEffect.UNCHANGED] * 2
    assert office.request(filed).head == head


def test_the_same_name_takes_a_file_once_and_no_other(
    office: Office, clerk: UUID, filed: Filed
) -> None:
    one = given(office, clerk, line(number(filed)))
    assert given(office, clerk, line(number(filed))) == one
    assert given(office, clerk, line(number(filed), "deleted")) == OtherBody()


def test_what_was_recorded_meanwhile_is_not_written_over(
    office: Office, clerk: UUID, filed: Filed
) -> None:
    run = tried(office, clerk, line(number(filed), "deleted"))
    reply = ReplyBody.model_validate({"received_on": NOON.date(), "kind": "extended",
                                      "until": "2027-02-01"})  # fmt: skip
    with office.writing() as session:
        desk, key = office.post.desk, filed.requests[0].id
        record_reply(session, desk, key, reply, at=NOON, staff_id=clerk)

    told(office, clerk, run, Order.RECORD)

    assert effects(office, run) == [RowFault.MOVED_ON]
    assert office.request(filed).outcome is None


def test_a_whole_file_is_taken_back_by_further_entries(
    office: Office, clerk: UUID, filed: Filed
) -> None:
    before = office.request(filed)
    rows = (line(number(filed)), line(number(filed), "deleted", text=WORDS))
    run = tried(office, clerk, *rows)
    assert told(office, clerk, run, Order.UNDO) == NotNow(RunState.TRIED)
    told(office, clerk, run, Order.RECORD)
    written = len(office.timeline(filed))

    told(office, clerk, run, Order.UNDO)

    now = office.request(filed)
    assert (now.status, now.outcome, now.due) == (before.status, None, before.due)
    kinds = [event.kind for event in office.timeline(filed)]
    assert kinds[written:] == [EventKind.RETRACTED] * 2
    file = seen(office, run)
    assert (file.run.state, file.tally.taken_back) == (RunState.UNDONE, 2)


def test_a_file_that_was_broken_off_goes_on_where_it_was(
    office: Office, clerk: UUID
) -> None:
    filed = [office.sent(residence=r) for r in ("US-CA", "US-NY", "US-IL")]
    run = tried(office, clerk, *(line(number(one), "deleted") for one in filed))
    with office.writing() as session:
        order(session, run, Order.RECORD, at=NOON, staff_id=clerk)
    works(office, run, steps=1)
    assert seen(office, run).tally.recorded == 1
    assert office.request(filed[2]).outcome is None

    Worker(office.post, lambda: NOON, wall=lambda: NOON).once()

    file = seen(office, run)
    assert (file.run.state, file.tally.recorded) == (RunState.RECORDED, 3)
    for one in filed:
        kinds = [event.kind for event in office.timeline(one)]
        assert kinds.count(EventKind.DELETED) == 1


def test_what_a_row_says_is_destroyed_as_soon_as_it_is_of_no_use(
    office: Office, clerk: UUID, filed: Filed
) -> None:
    other = office.sent(residence="US-NY")
    rows = (
        line(number(filed), "deleted", text=WORDS),
        line(number(other), "deleted", text=WORDS),
        line("R-0000-0000", "deleted", text=WORDS),
    )
    run = tried(office, clerk, *rows)
    assert sealed(office, run) == [2, 3]  # the rejected one is gone

    erased(office, other)
    assert sealed(office, run) == [2]

    told(office, clerk, run, Order.RECORD)
    assert sealed(office, run) == []
    assert effects(office, run)[:2] == [RowEffect.RECORDED, RowFault.DESTROYED]


def test_a_row_about_somebody_who_is_erased_before_it_was_tried_is_destroyed(
    office: Office, clerk: UUID, filed: Filed
) -> None:
    taken = given(office, clerk, line(number(filed), "deleted", text=WORDS))
    assert isinstance(taken, Taken)
    erased(office, filed)

    works(office, taken.id)

    assert sealed(office, taken.id) == []
    assert effects(office, taken.id) == [RowFault.DESTROYED]


@pytest.mark.usefixtures("postgres_only")
def test_a_row_that_is_destroyed_while_it_moves_to_a_new_key_stays_destroyed(
    office: Office, clerk: UUID, filed: Filed
) -> None:
    run = tried(office, clerk, line(number(filed), "deleted", text=WORDS))
    desk, opener = office.post.desk, office.post.opener
    begin_epoch(desk.keys.epochs, NOON, again=True)

    def moved() -> None:
        with office.writing() as session:
            rotate_row(session, (run, 2), desk=desk, opener=opener)

    with ThreadPoolExecutor(1) as pool:
        with office.writing() as session:
            destroy_personal(session, filed.filing, at=NOON)
            other = pool.submit(moved)
            until_blocked(office.store, other)
        other.result(timeout=20)

    assert sealed(office, run) == []


@pytest.mark.usefixtures("postgres_only")
def test_a_file_that_is_to_be_recorded_on_its_last_day_is_not_dropped(
    office: Office, clerk: UUID, filed: Filed
) -> None:
    run = tried(office, clerk, line(number(filed), "deleted", text=WORDS))

    def chore() -> None:
        with office.writing() as session:
            forget_expired(session, at=NOON + timedelta(days=8))

    with ThreadPoolExecutor(1) as pool, office.writing() as session:
        order(session, run, Order.RECORD, at=NOON, staff_id=clerk)
        pool.submit(chore).result(timeout=5)
    works(office, run)

    assert effects(office, run) == [RowEffect.RECORDED]


@pytest.mark.parametrize("days", [0, 8])
def test_a_file_that_nobody_wants_is_destroyed(
    office: Office, clerk: UUID, filed: Filed, days: int
) -> None:
    run = tried(office, clerk, line(number(filed), "deleted", text=WORDS))
    if days:
        with office.writing() as session:
            assert forget_expired(session, at=NOON + timedelta(days=days)) > 0
    else:
        told(office, clerk, run, Order.DROP)

    assert seen(office, run).run.state is RunState.DROPPED
    assert sealed(office, run) == []
    assert told(office, clerk, run, Order.RECORD) == NotNow(RunState.DROPPED)


def test_rows_move_to_a_new_key(office: Office, clerk: UUID, filed: Filed) -> None:
    run = tried(office, clerk, line(number(filed), "deleted"))
    desk = office.post.desk
    name = begin_epoch(desk.keys.epochs, NOON, again=True)
    with office.writing() as session:
        assert rows_behind(session, name, None) == [(run, 2)]
        assert rotate_row(session, (run, 2), desk=desk, opener=office.post.opener)
        assert rows_behind(session, name, None) == []

    told(office, clerk, run, Order.RECORD)

    assert effects(office, run) == [RowEffect.RECORDED]


def wrong_rows(count: int, filed: Filed) -> Iterable[str]:
    """Yield rows of which each is wrong in one of five ways."""
    ways = (
        line("R-0000-0000", "deleted"),
        line(number(filed), "vanished"),
        line(number(filed), "deleted", received_on="tomorrow"),
        line(number(filed), "refused"),
        line(number(filed), "deleted") + ",more",
    )
    return (ways[n % len(ways)] for n in range(count))


@pytest.mark.usefixtures("one_engine")
def test_a_large_file_with_wrong_rows_is_recorded_but_for_these(
    office: Office, clerk: UUID
) -> None:
    wrong = max(5, MANY // 100)
    one = office.sent()
    filed = alike(office, one, MANY - wrong)
    rows = [line(name, "deleted", text=WORDS) for name in filed]
    rows += wrong_rows(wrong, one)

    taken = given(office, clerk, *rows)
    assert isinstance(taken, Taken)
    works(office, taken.id)
    counted = seen(office, taken.id).tally
    assert (counted.changes, counted.rejected) == (len(filed), wrong)
    assert {row.line for row in seen(office, taken.id).rows if row.fault} == {
        n for n, _ in enumerate(rows, start=2) if n > len(filed) + 1
    }
    told(office, clerk, taken.id, Order.RECORD)
    assert seen(office, taken.id).tally.recorded == len(filed)

    again = tried(office, clerk, *rows, name="tuesday")
    told(office, clerk, again, Order.RECORD)
    counted = seen(office, again).tally
    assert (counted.unchanged, counted.rejected) == (len(filed), wrong)
    assert counted.recorded == 0
    told(office, clerk, taken.id, Order.UNDO)
    assert seen(office, taken.id).tally.taken_back == len(filed)


def alike(office: Office, filed: Filed, count: int) -> list[UUID]:
    """Put requests beside one that was sent, each with a filing like its own."""
    tables = (Filing, Person, Request, TimelineEntry)
    request = filed.requests[0].id
    others = [{filed.filing: new_id(NOON), request: new_id(NOON)} for _ in range(count)]
    with office.writing() as session:
        for one in tables:
            key = one.__table__.c["id" if one is Filing else "filing_id"]
            found = session.execute(select(one.__table__).where(key == filed.filing))
            rows = [dict(row) for row in found.mappings()]
            moved = [
                {k: new.get(v, v) if isinstance(v, UUID) else v for k, v in row.items()}
                for new in others
                for row in rows
            ]
            session.execute(insert(one.__table__), moved)
    return [new[request] for new in others]
