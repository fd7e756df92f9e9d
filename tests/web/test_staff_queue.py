"""The queue of staff: its order, its pages, its figures, and finding one request."""

import re
from dataclasses import replace
from datetime import date, timedelta
from html import unescape
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import event, insert, select

from app.actions.pace import Pace
from app.actions.queue import (
    COUNTED_TO,
    NEEDS_A_PERSON,
    NOBODY,
    ON_A_PAGE,
    Cursor,
    Wanted,
    Why,
    next_in_queue,
    read_queue,
)
from app.domain.timeline import Status
from app.domain.ways import HandWork
from app.store.outbox import Message, State
from app.store.requests import Request
from app.store.session import Store
from tests.front_desk import FrontDesk
from tests.post_office import NOON, Office

TODAY = NOON.date()


def place(
    store: Store,
    request_id: UUID,
    *,
    status: Status = Status.SENT,
    due: date | None = None,
    vendor: str | None = None,
) -> str:
    """Put a request where a test wants it, without the way that leads there."""
    with store.writing() as session:
        row = session.scalar(select(Request).where(Request.id == request_id))
        assert row is not None
        row.status, row.due, row.vendor = status, due, vendor or row.vendor
        return row.number


@pytest.fixture
def waiting(office: Office, store: Store) -> list[str]:
    """Requests in the order in which they should stand."""
    wanted = [
        (Status.ACKNOWLEDGED, TODAY - timedelta(days=3), "probe"),
        (Status.SENT, TODAY - timedelta(days=1), "probe"),
        (Status.SENT, TODAY, "acxiom"),
        (Status.IDENTITY_REQUESTED, TODAY, "probe"),
        (Status.SENT, TODAY + timedelta(days=1), "acxiom"),
        (Status.SENT, TODAY + timedelta(days=9), "spokeo"),
        (Status.UNDELIVERABLE, None, "acxiom"),
        (Status.APPEALED, None, "probe"),
    ]
    made = [
        office.file(resident={"name": "Ada", "email": f"ada{n}@example.org"})
        for n in range(len(wanted))
    ]
    order = [5, 2, 7, 0, 3, 1, 6, 4]
    numbers: dict[int, str] = {}
    for n in order:
        status, due, vendor = wanted[n]
        request_id = made[n].requests[0].id
        numbers[n] = place(store, request_id, status=status, due=due, vendor=vendor)
    return [numbers[n] for n in range(len(wanted))]


def listed(page: str) -> list[str]:
    return re.findall(r'href="/staff/requests/(R-[0-9A-Z-]+)', page)


def test_what_is_due_first_stands_first_then_by_company(
    desk: FrontDesk, waiting: list[str]
) -> None:
    assert listed(desk.staff().get("/staff/").text) == waiting


def test_the_queue_says_how_much_is_due_when(
    desk: FrontDesk, waiting: list[str]
) -> None:
    page = desk.staff().get("/staff/").text

    assert "3 requests need a person." in page
    assert "5 more wait for a company or a resident." in page
    assert "2 overdue" in page
    assert (
        "3 due today or tomorrow, 0 in the three days after, 1 later, 2 without a date"
        in page
    )


@pytest.mark.parametrize(
    ("query", "places"),
    [
        ("status=sent", [1, 2, 4, 5]),
        ("vendor=acxiom", [2, 4, 6]),
        ("why=late", [0, 1]),
        ("status=sent&vendor=acxiom", [2, 4]),
        ("status=sent&why=late", [1]),
        ("status=closed", []),
    ],
)
def test_the_queue_is_filtered_by_its_address(
    desk: FrontDesk, waiting: list[str], query: str, places: list[int]
) -> None:
    page = desk.staff().get(f"/staff/?{query}").text
    assert listed(page) == [waiting[n] for n in places]
    assert ("No request fits this choice." in page) is (not places)


def test_what_nobody_looks_after_is_a_part_of_the_queue_and_can_be_kept(
    desk: FrontDesk, waiting: list[str], store: Store
) -> None:
    me = desk.enrolled("me@example.org")
    with store.writing() as session:
        taken = select(Request).where(Request.number.in_([waiting[1], waiting[6]]))
        for row in session.scalars(taken):
            row.assigned_to = me
    browser = desk.staff()

    page = browser.get("/staff/?who=nobody").text
    assert listed(page) == [waiting[n] for n in (0, 2, 3, 4, 5, 7)]
    assert '<option value="nobody" selected>Nobody yet</option>' in page
    assert "1 request needs a person." in page
    assert "Late (1)" in page
    late = listed(browser.get("/staff/?who=nobody&why=late").text)
    assert late == [waiting[0]]
    acxiom = listed(browser.get("/staff/?who=nobody&vendor=acxiom").text)
    assert acxiom == [waiting[2], waiting[4]]

    kept = browser.post("/staff/views", data={"name": "Free", "part": "who=nobody"})
    assert kept.headers["location"] == "/staff/?who=nobody"
    assert 'href="/staff/?who=nobody" aria-current="page">Free</a>' in (
        browser.get("/staff/?who=nobody").text
    )


def test_an_unconfirmed_request_that_nobody_looks_after_is_found_too(
    desk: FrontDesk, office: Office
) -> None:
    number = office.file().requests[0].number
    page = desk.staff().get("/staff/?who=nobody&status=unconfirmed").text
    assert listed(page) == [number]


def test_what_is_done_by_hand_has_parts_and_counts_of_its_own_and_stands_once(
    desk: FrontDesk, office: Office, store: Store
) -> None:
    work = {
        Status.QUEUED: HandWork.SEND,
        Status.WITHDRAWN: HandWork.TELL,
        Status.CLOSED: HandWork.TELL,
    }
    numbers = {}
    for n, status in enumerate([*work, Status.SENT]):
        filed = office.file(resident={"name": "Ada", "email": f"ada{n}@example.org"})
        numbers[status] = place(store, filed.requests[0].id, status=status)
        with store.writing() as session:
            row = session.scalar(
                select(Request).where(Request.number == numbers[status])
            )
            assert row is not None
            row.by_hand = work.get(status)
            row.unseen = 2 if status is Status.CLOSED else None
    send, tell, closed, sent = numbers.values()
    browser = desk.staff()

    page = browser.get("/staff/").text

    assert sorted(listed(page)) == sorted([send, tell, closed, sent])
    assert "3 requests need a person." in page
    assert "1 more waits for a company or a resident." in page
    assert "To send by hand (1)" in page
    assert "To take back by hand (2)" in page
    assert "Type it into the company’s form, or post it" in page
    assert "Tell the company that it is taken back" in page
    assert listed(browser.get("/staff/?why=by_hand").text) == [send]
    told = browser.get("/staff/?why=taken_back").text
    assert sorted(listed(told)) == sorted([tell, closed])
    ended = browser.get("/staff/?why=taken_back&status=withdrawn&who=nobody").text
    assert listed(ended) == [tell]
    assert listed(browser.get("/staff/?status=queued").text) == [send]
    assert listed(browser.get("/staff/?why=by_hand&vendor=acxiom").text) == []


def test_words_under_a_bar_stand_in_two_lines(
    desk: FrontDesk, waiting: list[str]
) -> None:
    page = desk.staff().get("/staff/?lang=fr").text
    assert ">En</text>" in page
    assert ">retard</text>" in page


@pytest.mark.parametrize(
    "query",
    [
        "status=lost",
        "vendor=nobody",
        "why=x",
        "who=x",
        "after=x",
        "after=2026-13-1~a~b",
    ],
)
def test_a_choice_that_is_none_is_refused(desk: FrontDesk, query: str) -> None:
    assert desk.staff().get(f"/staff/?{query}").status_code == 422


def test_an_empty_queue_says_so(desk: FrontDesk) -> None:
    assert "Nothing needs a person today." in desk.staff().get("/staff/").text


def test_the_pages_show_each_request_once(
    desk: FrontDesk, office: Office, store: Store
) -> None:
    first = office.file()
    with store.writing() as session:
        row = session.get_one(Request, (first.filing, first.requests[0].id))
        columns = {c.name: getattr(row, c.name) for c in Request.__table__.c}
        for n in range(2 * ON_A_PAGE + 5):
            due = None if n % 3 == 0 else TODAY + timedelta(days=n % 4)
            copy = columns | {
                "id": UUID(int=columns["id"].int + n + 1),
                "number": f"R-{n:04}-0000",
                "status": Status.SENT if n % 2 else Status.APPEALED,
                "vendor": ("b-b", "bb", "a")[n % 3],
                "due": due,
            }
            session.add(Request(**copy))
    browser = desk.staff()
    address, seen = "/staff/", []
    while address:
        page = browser.get(address).text
        seen += listed(page)
        following = re.search(r'href="([^"]+)" rel="next">The next ones', page)
        address = unescape(following[1]) if following else ""

    assert len(seen) == len(set(seen)) == 2 * ON_A_PAGE + 5


WITH_MANY = 3000
DEEP = 2500
"""The hundredth page begins after so many."""


@pytest.fixture
def crowded(office: Office, store: Store) -> list[Cursor]:
    """A database full enough to be planned for; where its first and 100th page begin."""
    first = office.file()
    with store.writing() as session:
        row = session.get_one(Request, (first.filing, first.requests[0].id))
        columns = {c.name: getattr(row, c.name) for c in Request.__table__.c}
        statuses = (*NEEDS_A_PERSON, Status.ANSWERED, Status.CLOSED, Status.CLOSED)
        rows = [
            columns
            | {
                "id": UUID(int=n),
                "status": statuses[n % 8],
                "due": TODAY + timedelta(days=n // 40) if n % 8 < 5 else None,
                "vendor": ("acxiom", "probe", "spokeo")[n % 3],
                "unseen": 3 if n % 400 == 5 else None,
                "by_hand": HandWork.SEND if n % 400 == 6 else None,
            }
            for n in range(2 * WITH_MANY)
        ]
        session.execute(insert(Request.__table__), rows)
    kind = "ANALYZE" if store.sqlite else "VACUUM ANALYZE request"
    with store.writers.connect().execution_options(
        isolation_level="AUTOCOMMIT"
    ) as connection:
        if not store.sqlite:
            # These tests commit without waiting for the disk, and VACUUM takes no row
            # for visible to all whose commit has not been written out.
            connection.exec_driver_sql("CHECKPOINT")
        connection.exec_driver_sql(kind)
    listed = sorted(
        (r for r in rows if r["status"] in NEEDS_A_PERSON),
        key=lambda r: (r["due"], r["vendor"], r["id"]),
    )
    at = listed[DEEP]
    return [Cursor(at["due"], at["vendor"], at["id"])]


def steps_of(store: Store, wanted: Wanted, after: Cursor | None) -> list[str]:
    """Return how the database goes about a page of the queue."""
    asked: list[tuple[str, Any]] = []

    def note(*told: Any) -> None:
        asked.append((told[2], told[3]))

    with store.reading() as session:
        connection = session.connection()
        event.listen(connection, "before_cursor_execute", note)
        next_in_queue(session, wanted, after, today=TODAY)
        statement, values = asked[0]
        explain = "EXPLAIN QUERY PLAN" if store.sqlite else "EXPLAIN"
        plan = connection.exec_driver_sql(f"{explain} {statement}", values)
        return [str(row[3] if store.sqlite else row[0]) for row in plan]


@pytest.mark.parametrize(
    "wanted",
    [
        Wanted(),
        Wanted(why=Why.LATE),
        Wanted(why=Why.ANSWERED),
        Wanted(vendor="probe", why=Why.SOON),
        Wanted(why=Why.BY_HAND),
        Wanted(vendor="probe", why=Why.TAKEN_BACK),
        Wanted(who=NOBODY, why=Why.BY_HAND),
        Wanted(who=NOBODY),
        Wanted(who=NOBODY, status=Status.SENT, why=Why.LATE),
    ],
    ids=[
        *("all", "late", "answered by link", "one company"),
        *("by hand", "by hand, one company", "by hand, and nobody looks after it"),
        *("nobody looks after it", "late, and nobody looks after it"),
    ],
)
def test_a_page_is_read_from_indexes_alone_and_nothing_is_sorted(
    store: Store, crowded: list[Cursor], wanted: Wanted
) -> None:
    for after in (None, *crowded):
        steps = steps_of(store, wanted, after)
        reads = [n for n, step in enumerate(steps) if "ix_request" in step]
        assert reads, steps
        for n in reads:
            if store.sqlite:
                assert "COVERING INDEX" in steps[n], steps
                assert "B-TREE" not in "".join(steps[n + 1 : n + 2]), steps
            else:
                assert "Index Only Scan" in steps[n], steps
        sorts = re.compile(r"-> +(Incremental )?Sort|Seq Scan|SCAN request$")
        assert not [step for step in steps if sorts.search(step)], steps


def test_a_request_is_found_by_whatever_name_it_has(
    desk: FrontDesk, office: Office
) -> None:
    filed = office.sent()
    row = office.request(filed)
    browser = desk.staff()
    there = f"/staff/requests/{row.number}"

    for name in (
        row.number,
        row.number.lower().replace("-", " "),
        str(row.id),
        f"{row.reply_to}@reply.example.org",
        row.reply_to.upper(),
    ):
        answer = browser.post("/staff/find", data={"find": f" {name} "})
        assert answer.headers.get("location") == there, name


def test_a_tracking_code_is_refused_with_the_reason_and_not_shown(
    desk: FrontDesk, office: Office
) -> None:
    receipt = office.file().receipt
    for typed in (receipt, receipt.lower().replace("-", " "), receipt[:-1] + "0"):
        answer = desk.staff().post("/staff/find", data={"find": typed})
        assert answer.status_code == 422
        assert "a resident’s tracking code" in answer.text
        assert typed not in answer.text


def test_what_is_not_there_is_not_found(desk: FrontDesk) -> None:
    answer = desk.staff().post("/staff/find", data={"find": "R-0000-0000"})
    assert answer.status_code == 422
    assert "There is no such request" in answer.text


def test_a_letter_that_may_have_arrived_waits_for_a_person(
    desk: FrontDesk, office: Office, store: Store
) -> None:
    filed = office.confirmed()
    with store.writing() as session:
        letter = session.scalar(
            select(Message).where(Message.request_id == filed.requests[0].id)
        )
        assert letter is not None
        letter.state, letter.unknowns = State.UNKNOWN, 2

    page = desk.staff().get("/staff/").text
    assert "It is not known whether these arrived" in page
    assert listed(page) == [filed.requests[0].number]


def test_more_than_a_thousand_are_not_counted_out(office: Office, store: Store) -> None:
    filed = office.file()
    with store.writing() as session:
        row = session.get_one(Request, (filed.filing, filed.requests[0].id))
        columns = {c.name: getattr(row, c.name) for c in Request.__table__.c}
        late = {"status": Status.SENT, "due": TODAY - timedelta(days=1)}
        session.execute(
            insert(Request.__table__),
            [columns | late | {"id": UUID(int=n)} for n in range(COUNTED_TO + 10)],
        )
    with store.reading() as session:
        page = read_queue(session, Wanted(), None, today=TODAY)
    assert page.counts.late == COUNTED_TO


def test_letters_that_wait_for_their_turn_are_shown(
    desk: FrontDesk, office: Office
) -> None:
    office.post = replace(office.post, pace=Pace(1))
    for number in range(3):
        office.confirmed(resident={"name": "A B", "email": f"a{number}@example.org"})
    office.deliver()

    page = desk.staff().get("/staff/").text

    table = page.partition("Letters that wait")[2].partition("</table>")[0]
    assert "Probe Data Incorporated" in table
    assert ">2</td>" in table
    assert "leave spread out" in table
    assert 'datetime="2026-11-23T13:00:00+00:00"' in table
    assert 'datetime="2026-11-23T14:00:00+00:00"' in table


def test_the_next_one_leads_through_a_part_and_back(
    desk: FrontDesk, waiting: list[str]
) -> None:
    browser = desk.staff()
    page = browser.get("/staff/?status=sent").text
    first = re.search(r'href="(/staff/requests/[^"]+)"', page)
    assert first is not None
    address, seen = unescape(first[1]), []
    while address.startswith("/staff/requests/"):
        page = browser.get(address).text
        seen += re.findall(r"<h1>(R-[0-9A-Z-]+)", page)
        following = re.search(r'href="(/staff/next[^"]+)"', page)
        assert following is not None
        address = browser.get(unescape(following[1])).headers["location"]

    assert seen == [waiting[n] for n in (1, 2, 4, 5)]
    assert address == "/staff/?status=sent&ended=1"
    assert "That was the last one of this part." in browser.get(address).text


def test_the_place_in_the_queue_is_kept_while_a_reply_is_recorded(
    desk: FrontDesk, office: Office
) -> None:
    office.sent()
    browser = desk.staff()
    link = re.search(
        r'href="(/staff/requests/[^"]+)"', browser.get("/staff/?status=sent").text
    )
    assert link is not None
    page = browser.get(unescape(link[1])).text
    came = re.search(r'name="in" value="([^"]+)"', page)
    assert came is not None
    sent = {
        "kind": "acknowledged",
        "received_on": "2026-11-23",
        "in": unescape(came[1]),
    }
    number = re.findall(r"<h1>(R-[0-9A-Z-]+)", page)[0]
    effect = browser.post(f"/staff/requests/{number}/preview", data=sent).text
    more = dict(re.findall(r'name="(shown|nonce)" value="([^"]*)"', effect))
    saved = browser.post(f"/staff/requests/{number}/replies", data=sent | more)

    page = unescape(browser.get(saved.headers["location"]).text)
    assert f'href="/staff/next?{sent["in"]}"' in page
    shown = {"reason": "complaint", "in": sent["in"]}
    asked = browser.post(f"/staff/requests/{number}/reveals", data=shown)
    page = unescape(browser.get(asked.headers["location"]).text)
    assert f'href="/staff/next?{sent["in"]}"' in page


def test_a_view_is_kept_by_who_made_it_and_by_nobody_else(
    desk: FrontDesk, waiting: list[str]
) -> None:
    browser = desk.staff()
    form = {"name": "Mine & late", "part": "why=late&vendor=probe"}
    assert browser.post("/staff/views", data=form).headers["location"] == (
        "/staff/?vendor=probe&why=late"
    )
    page = browser.get("/staff/").text
    assert ">Mine &amp; late</a>" in page
    other = desk.staff(email="other@example.org")
    assert "Mine &amp; late" not in other.get("/staff/").text
    [view] = re.findall(r'name="delete" value="([^"]+)"', page)
    other.post("/staff/views", data={"delete": view})
    assert "Mine &amp; late" in browser.get("/staff/").text
    browser.post("/staff/views", data={"delete": view})
    assert "Mine &amp; late" not in browser.get("/staff/").text


@pytest.mark.usefixtures("one_engine")
def test_a_view_has_a_name_and_they_are_not_without_end(desk: FrontDesk) -> None:
    browser = desk.staff()
    assert browser.post("/staff/views", data={"name": " "}).status_code == 422
    for n, status in enumerate(Status):
        for late in ("", "&why=late"):
            form = {"name": f"{n}{late}", "part": f"status={status}{late}"}
            answer = browser.post("/staff/views", data=form)
    assert answer.status_code == 422
    assert "You keep 20 views already" in answer.text


def test_each_reason_is_counted_and_leads_to_what_it_counts(
    desk: FrontDesk, waiting: list[str]
) -> None:
    browser = desk.staff()
    page = browser.get("/staff/").text
    links = re.findall(r'href="([^"]+why=\w+)">([^<(]+) \((\d+)\)', page)
    counted = {name: int(n) for _, name, n in links}
    assert counted == {"Came back": 1, "Late": 2, "Due soon": 3, "Proof asked for": 1}
    for address, name, n in links:
        there = browser.get(unescape(address)).text
        assert len(listed(there)) == int(n), name


def test_one_company_and_one_member_are_counted_apart(
    desk: FrontDesk, waiting: list[str], store: Store
) -> None:
    me = desk.enrolled("me@example.org")
    with store.writing() as session:
        found = session.scalar(select(Request).where(Request.number == waiting[1]))
        assert found is not None
        found.assigned_to = me
    browser = desk.staff()
    page = browser.get(f"/staff/?who={me.hex}").text
    assert listed(page) == [waiting[1]]
    assert "1 request needs a person." in page
    assert "Due soon (2)" in browser.get("/staff/?vendor=acxiom").text
