"""What somebody typed is not lost when their session ended meanwhile."""

import re
from html import unescape
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.actions.prepare_filing import Filed
from app.actions.sign_in import LONGEST
from app.domain.timeline import Status
from tests.front_desk import PASSWORD, FrontDesk, hidden
from tests.post_office import Office

pytestmark = pytest.mark.usefixtures("one_engine")

CLERK = "clerk@example.org"
WORDS = 'They wrote: "nothing held" & more, 100 % – Zoë'
REPLY = {
    "kind": "nothing_found",
    "received_on": "2026-11-23",
    "evidence": "mail",
    "text": WORDS,
    "vendor_reference": "Ticket 17",
}


@pytest.fixture
def filed(office: Office) -> Filed:
    return office.sent()


def page_of(filed: Filed) -> str:
    return f"/staff/requests/{filed.requests[0].number}"


def fields(page: str) -> dict[str, str]:
    """Return the hidden fields of a page's form."""
    found = re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page)
    return {name: unescape(value) for name, value in found}


def sign_in(browser: TestClient, page: str, password: str = PASSWORD) -> Any:
    """Fill in the sign-in form of a page, with all that stands in it."""
    form = fields(page) | {"email": CLERK, "password": password}
    return browser.post("/staff/sign-in", data=form)


def expired(desk: FrontDesk) -> TestClient:
    browser = desk.staff()
    desk.clock.at += LONGEST * 2
    return browser


def test_the_reply_is_there_again_after_signing_in(
    desk: FrontDesk, filed: Filed, office: Office
) -> None:
    browser = expired(desk)
    asked = browser.post(f"{page_of(filed)}/preview", data=REPLY)
    assert asked.status_code == 403
    assert "What you typed is kept" in asked.text

    signed_in = sign_in(browser, asked.text)
    assert signed_in.status_code == 200
    again = browser.post(f"{page_of(filed)}/preview", data=fields(signed_in.text))

    assert again.status_code == 200
    assert WORDS in unescape(again.text)
    assert "Ticket 17" in again.text
    assert "What changes if you save" in again.text
    assert office.request(filed).status is Status.SENT


def test_a_reply_that_was_being_saved_is_saved_once(
    desk: FrontDesk, filed: Filed, office: Office
) -> None:
    browser = desk.staff()
    preview = browser.post(f"{page_of(filed)}/preview", data=REPLY).text
    form = REPLY | {n: hidden(preview, n) for n in ("shown", "nonce")}
    desk.clock.at += LONGEST * 2

    asked = browser.post(f"{page_of(filed)}/replies", data=form)
    kept = sign_in(browser, asked.text)
    address = re.search(r'action="([^"]+/replies)"', kept.text)
    assert address is not None
    for _ in range(2):
        done = browser.post(address[1], data=fields(kept.text))
        assert done.status_code == 303

    assert office.request(filed).status is Status.ANSWERED
    assert len(office.timeline(filed)) == 4


def test_a_wrong_password_loses_nothing_either(desk: FrontDesk, filed: Filed) -> None:
    browser = expired(desk)
    asked = browser.post(f"{page_of(filed)}/preview", data=REPLY)

    wrong = sign_in(browser, asked.text, "a wrong password")
    right = sign_in(browser, wrong.text)

    assert wrong.status_code == 422
    assert fields(right.text)["text"] == WORDS


def test_nothing_of_it_stands_in_an_address_or_is_kept_elsewhere(
    desk: FrontDesk, filed: Filed
) -> None:
    browser = expired(desk)

    for answer in (
        asked := browser.post(f"{page_of(filed)}/preview", data=REPLY),
        sign_in(browser, asked.text),
    ):
        assert answer.headers["cache-control"] == "no-store"
        assert "Ticket" not in str(answer.url)
        assert "Ticket" not in repr(answer.headers)


@pytest.mark.parametrize(
    "to", ["https://evil.example/", "//evil.example/", "/track", "/staff/\\evil"]
)
def test_it_goes_on_to_no_other_place(desk: FrontDesk, to: str) -> None:
    desk.enrolled(CLERK)
    form = {"email": CLERK, "password": PASSWORD, "to": to, "kept.text": "x"}

    page = desk.browser().post("/staff/sign-in", data=form).text

    assert 'action="/staff/"' in page
    assert "evil" not in page


def test_a_form_of_another_site_is_not_kept(desk: FrontDesk, filed: Filed) -> None:
    answer = desk.browser().post(
        f"{page_of(filed)}/preview",
        data=REPLY,
        headers={"sec-fetch-site": "cross-site"},
    )

    assert answer.status_code == 403
    assert "Ticket" not in answer.text
