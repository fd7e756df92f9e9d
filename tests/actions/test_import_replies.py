"""Replies in bulk: what comes of each row, and the same file a second time."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from app.actions.import_replies import (
    NotRepliesError,
    RowResult,
    by_request,
    read_rows,
    record_each,
    try_each,
)
from app.actions.prepare_filing import Filed
from app.actions.retract_entry import retract_entry
from app.domain.bulk import RowEffect, RowFault
from app.domain.timeline import Outcome
from app.store.base import new_id
from app.store.outbox import Message
from tests.post_office import NOON, Office

HEADER = "request,received_on,kind,denial_ground,until,text,evidence,vendor_reference"


def run(office: Office, *lines: str, dry: bool = False, **more: Any) -> list[RowResult]:
    rows = read_rows("\n".join((HEADER, *lines)))
    desk, now = office.post.desk, lambda: more.get("at", NOON)
    if not dry:
        return list(record_each(office.store, desk, rows, now))
    with office.store.reading() as session:
        groups = by_request(session, desk, rows)
    return list(try_each(office.store, desk, groups, now))


def refusal(name: object) -> str:
    return (
        f"{name},2026-11-23,refused,outside-jurisdiction,,You live elsewhere.,letter,"
    )


@pytest.fixture
def filed(office: Office) -> Filed:
    return office.sent()


def test_a_request_is_named_by_id_number_or_reply_address(office: Office) -> None:
    for n, residence in enumerate(("US-CA", "US-NY", "US-IL")):
        filed = office.sent(residence=residence)
        row = office.request(filed)
        name = (row.id, row.number, f"{row.reply_to}@reply.example.org")[n]
        assert run(office, refusal(name)) == [RowResult(2, RowEffect.RECORDED)]
        assert office.request(filed).outcome is Outcome.REFUSED


def test_a_request_is_named_by_what_the_vendor_calls_it(
    office: Office, filed: Filed
) -> None:
    number = filed.requests[0].number
    run(office, f"{number},2026-11-23,acknowledged,,,,mail,CASE-17")
    assert run(office, refusal("CASE-17")) == [RowResult(2, RowEffect.RECORDED)]


def test_the_same_file_changes_nothing_however_much_later(
    office: Office, filed: Filed
) -> None:
    number = filed.requests[0].number
    lines = (
        f"{number},2026-11-23,acknowledged,,,,mail,",
        f"{number},2026-11-23,extended,,2027-02-01,,mail,",
        refusal(number),
    )
    first = run(office, *lines)
    head = office.request(filed).head

    again = run(office, *lines, at=NOON + timedelta(days=40))

    assert [r.effect for r in first] == [RowEffect.RECORDED] * 3
    assert [r.effect for r in again] == [RowEffect.UNCHANGED] * 3
    assert office.request(filed).head == head


def test_a_dry_run_follows_a_request_through_the_file(
    office: Office, filed: Filed
) -> None:
    number, other = filed.requests[0].number, office.sent().requests[0].number
    lines = (
        f"{number},2026-11-23,acknowledged,,,,mail,CASE 17",
        refusal(other),
        refusal("case17"),
        f"{number},2026-11-23,acknowledged,,,,mail,",
    )

    told = run(office, *lines, dry=True)

    assert sorted(told, key=lambda row: row.line) == run(office, *lines)


def test_a_dry_run_says_the_same_and_changes_nothing(
    office: Office, filed: Filed
) -> None:
    line = refusal(filed.requests[0].number)
    head = office.request(filed).head
    with office.store.reading() as session:
        mails = session.scalar(select(func.count()).select_from(Message))

    told = run(office, line, dry=True)

    assert office.request(filed).head == head
    with office.store.reading() as session:
        assert session.scalar(select(func.count()).select_from(Message)) == mails
    assert run(office, line) == told


@pytest.mark.parametrize(
    ("cells", "why"),
    [
        ("R-0000-0000,2026-11-23,deleted,,,,mail,", "request: there is none"),
        ("{receipt},2026-11-23,deleted,,,,mail,", "request: this is a resident's"),
        ("{number},tomorrow,deleted,,,,mail,", "received_on: "),
        ("{number},2026-11-24,deleted,,,,mail,", "received_on: "),
        ("{number},2026-11-20,deleted,,,,mail,", "received_on: "),
        ("{number},2026-11-23,vanished,,,,mail,", "kind: "),
        ("{number},2026-11-23,refused,,,,mail,", "denial_ground: is missing"),
        ("{number},2026-11-23,refused,other,,,mail,", "text: "),
        ("{number},2026-11-23,extended,,,,mail,", "until: "),
        ("{number},2026-11-23,deleted,,,,rumour,", "evidence: "),
        ("{number},2026-11-23,deleted,,,,mail,,more", "the row has more cells"),
    ],
)
def test_a_wrong_row_is_rejected_with_its_line_and_the_rest_is_recorded(
    office: Office, filed: Filed, cells: str, why: str
) -> None:
    number = filed.requests[0].number
    wrong = cells.format(number=number, receipt=filed.receipt)
    first, second = run(office, wrong, refusal(number))

    assert (first.line, first.effect) == (2, RowEffect.REJECTED)
    assert first.why.startswith(why)
    assert second == RowResult(3, RowEffect.RECORDED)


def test_a_reply_that_cannot_follow_is_rejected(office: Office, filed: Filed) -> None:
    number = filed.requests[0].number
    run(office, refusal(number))
    [late] = run(office, f"{number},2026-11-23,acknowledged,,,,mail,")
    assert late == RowResult(
        2,
        RowEffect.REJECTED,
        "kind: acknowledged cannot follow answered",
        RowFault.CANNOT_FOLLOW,
    )


def test_a_reply_that_was_taken_back_can_come_again(
    office: Office, filed: Filed
) -> None:
    line = refusal(filed.requests[0].number)
    run(office, line)
    with office.writing() as session:
        retract_entry(
            session,
            office.post.desk,
            filed.requests[0].id,
            4,
            at=NOON,
            staff_id=new_id(NOON),
        )
    assert run(office, line) == [RowResult(2, RowEffect.RECORDED)]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "no column kind"),
        ("request,kind\n", "no column received_on"),
        ("request,kind,received_on,mood\n", "unknown column mood"),
        ('request,kind,received_on\n"' + "x" * 200_000, "line 2: "),
        ("request,kind,received_on,kind\n", "column kind stands there twice"),
    ],
)
def test_a_file_that_is_none_of_replies_says_what_is_missing(
    text: str, why: str
) -> None:
    with pytest.raises(NotRepliesError, match=why):
        read_rows(text)


def test_a_row_of_several_lines_is_named_by_the_line_on_which_it_ends() -> None:
    rows = read_rows('request,kind,received_on\n"a\nb",deleted,2026-11-23\n')
    assert [line for line, _ in rows] == [3]


def test_a_file_as_spreadsheets_write_it_is_read_as_well() -> None:
    [(_, row)] = read_rows(
        "\ufeffrequest;received_on;kind\r\nR-1;2026-11-23;deleted\r\n"
    )
    assert row == {"request": "R-1", "received_on": "2026-11-23", "kind": "deleted"}
