"""Replies in bulk on the pages of staff, and from programs."""

import csv
import io
import re
from html import unescape
from typing import Any

import pytest

from app.actions.prepare_filing import Filed
from app.domain.timeline import Outcome, Status
from app.store.staff import Role
from app.worker import Worker
from tests.front_desk import FrontDesk, hidden
from tests.post_office import NOON, Office

HEAD = "request,received_on,kind,text\n"
WORDS = "Zoe Quillfeather is not known to us."
HERE = "/staff/bulk"
API = "/api/v1/replies"

pytestmark = pytest.mark.usefixtures("one_engine")


@pytest.fixture
def filed(office: Office) -> Filed:
    return office.sent()


def table(filed: Filed) -> str:
    number = filed.requests[0].number
    rows = (
        f"{number},2026-11-23,acknowledged,",
        f"{number},2026-11-23,nothing_found,{WORDS}",
        f"R-0000-0000,2026-11-23,deleted,{WORDS}",
    )
    return HEAD + "\n".join(rows) + "\n"


def worker(office: Office) -> None:
    Worker(office.post, lambda: NOON, wall=lambda: NOON).once()


def give(browser: Any, text: str | bytes, nonce: str | None = None) -> Any:
    name = nonce or hidden(browser.get(HERE).text, "nonce")
    content = text.encode() if isinstance(text, str) else text
    return browser.post(HERE, data={"nonce": name}, files={"file": ("r.csv", content)})


def shown(browser: Any, page: str) -> str:
    """Return what a page says, without its marks."""
    text = unescape(re.sub(r"<[^>]+>", " ", browser.get(page).text))
    return " ".join(text.split())


def test_a_file_is_seen_then_recorded_then_taken_back(
    desk: FrontDesk, office: Office, filed: Filed
) -> None:
    browser = desk.staff()

    page = give(browser, table(filed)).headers["location"]

    assert "0 of 3 rows done" in shown(browser, page)
    worker(office)
    text = shown(browser, page)
    assert "Would be recorded 2" in text
    assert "Rejected 1" in text
    assert "4 not known Deleted Rejected row No request has this name" in text
    assert "before: Sent → They have it" in text
    assert WORDS not in text
    assert office.request(filed).status is Status.SENT

    assert browser.post(page, data={"do": "record"}).headers["location"] == page
    worker(office)
    assert office.request(filed).outcome is Outcome.NOTHING_FOUND
    assert "Replies recorded 2" in shown(browser, page)
    assert browser.post(page, data={"do": "record"}).status_code == 409

    browser.post(page, data={"do": "undo"})
    worker(office)
    assert office.request(filed).status is Status.SENT
    assert "Replies taken back 2" in shown(browser, page)


def test_a_page_looks_again_by_itself_while_the_file_is_worked_through(
    desk: FrontDesk, office: Office, filed: Filed
) -> None:
    browser = desk.staff()
    page = give(browser, table(filed)).headers["location"]
    again = (
        '<noscript><meta http-equiv="refresh" content="5; url={}?look={}"></noscript>'
    )

    first = browser.get(page).text
    assert again.format(page, 1) in first
    assert 'data-look="5"' in first
    assert again.format(page, 8) in browser.get(f"{page}?look=7").text
    for elsewhere in (f"{page}?look=60", f"{page}?show=rejected"):
        assert "refresh" not in browser.get(elsewhere).text

    worker(office)
    for ended in ("refresh", "data-look"):
        assert ended not in browser.get(page).text


def test_the_report_names_line_and_reason_and_nothing_that_a_row_says(
    desk: FrontDesk, office: Office, filed: Filed
) -> None:
    browser = desk.staff()
    page = give(browser, table(filed)).headers["location"]
    worker(office)

    answer = browser.get(f"{page}/report?show=rejected")

    assert answer.headers["content-disposition"].startswith("attachment")
    [row] = csv.DictReader(io.StringIO(answer.text))
    assert (row["line"], row["fault"]) == ("4", "no_request")
    assert "Quillfeather" not in browser.get(f"{page}/report").text


def test_a_form_that_is_sent_twice_gives_one_file(
    desk: FrontDesk, filed: Filed
) -> None:
    browser = desk.staff()
    name = hidden(browser.get(HERE).text, "nonce")
    first, second = (give(browser, table(filed), name) for _ in range(2))
    assert first.headers["location"] == second.headers["location"]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("request,kind\n", "The file is no table of replies"),
        (HEAD, "The file has no rows"),
        (HEAD.encode("utf-16"), "The file is no text"),
    ],
)
def test_a_file_that_is_none_says_what_is_wrong(
    desk: FrontDesk, content: str | bytes, why: str
) -> None:
    answer = give(desk.staff(), content)
    assert answer.status_code == 422
    assert why in answer.text


def test_whoever_has_not_proved_themselves_lately_is_asked_before_a_file_is_recorded(
    desk: FrontDesk, office: Office, filed: Filed
) -> None:
    browser = desk.staff()
    page = give(browser, table(filed)).headers["location"]
    worker(office)
    desk.passes(minutes=20)

    answer = browser.post(page, data={"do": "record"})

    assert answer.status_code == 403
    assert "Would be recorded 2" in shown(browser, page)


def test_a_program_gives_a_file_and_has_it_recorded(
    desk: FrontDesk, office: Office, filed: Filed
) -> None:
    program = with_token(desk)
    name = {"Idempotency-Key": "monday"}
    assert program.post(API, content=table(filed)).status_code == 400

    answer = program.post(API, content=table(filed), headers=name)

    assert answer.status_code == 202
    page = answer.headers["location"]
    assert program.post(API, content=table(filed), headers=name).headers[
        "location"
    ] == page  # fmt: skip
    assert program.post(API, content=HEAD + "x,2026-11-23,deleted,", headers=name)\
        .status_code == 409  # fmt: skip
    worker(office)
    body = program.get(page).json()
    assert (body["state"], body["changes"]) == ("tried", 2)
    assert body["rejected"] == [
        {
            "line": 4,
            "fault": "no_request",
            "why": "request: there is none of this name",
        }
    ]
    assert [program.post(f"{page}/record").status_code for _ in range(2)] == [202] * 2
    worker(office)
    assert program.get(page).json()["recorded"] == 2
    assert program.post(f"{page}/drop").status_code == 409
    assert program.post(f"{page}/undo").status_code == 202
    worker(office)
    assert program.get(page).json()["state"] == "undone"
    assert office.request(filed).status is Status.SENT


def test_a_program_of_an_auditor_reads_and_gives_nothing(
    desk: FrontDesk, filed: Filed
) -> None:
    program = with_token(desk, Role.AUDITOR)
    name = {"Idempotency-Key": "monday"}
    assert program.post(API, content=table(filed), headers=name).status_code == 403
    assert desk.browser().post(API, content=table(filed)).status_code == 401


def with_token(desk: FrontDesk, role: Role = Role.EDITOR) -> Any:
    """Return a program with somebody's token."""
    page = desk.staff(role).post("/staff/account/tokens", data={"name": "night run"})
    token = re.search(r"<code[^>]*>([\w-]{40,})</code>", page.text)
    assert token is not None
    program = desk.browser()
    program.headers["Authorization"] = f"Bearer {token[1]}"
    return program
