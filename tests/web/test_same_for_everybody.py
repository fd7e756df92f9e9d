"""G10: nobody learns from us whether a mailbox has filed, or belongs to our staff.

The answer to a mailbox that we know and the one to a stranger's are the same bytes, by
the same statements.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine, event

from app.store.keys import Keys
from app.store.session import Store
from tests.conftest import NOON, FakeClock
from tests.front_desk import FrontDesk
from tests.post_office import Office
from tests.web.filing import TYPED, Resident

pytestmark = pytest.mark.usefixtures("one_engine")

KNOWN, STRANGE = "known.person@example.org", "other.person@example.org"
LONG_AGO = NOON - timedelta(days=3)
OWN = re.compile(
    r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|EF(-[0-9A-Z]{3,4})+|R-\w{4}-\w{4}"
    r"|(known|other)\.person@example\.org"
)
"""What is another each time: ids, receipts, numbers, and the address as it was typed."""


@pytest.fixture
def browser(client: TestClient, office: Office) -> TestClient:
    """A browser at a portal where one mailbox filed and confirmed, days ago."""
    mailbox = {"name": TYPED, "email": KNOWN}
    office.sent(at=LONG_AGO, resident=mailbox)
    client.follow_redirects = False
    return client


@contextmanager
def statements() -> Iterator[list[str]]:
    """Collect the statements that the database is given."""
    heard: list[str] = []

    def hear(*given: Any) -> None:
        heard.append(given[2])

    event.listen(Engine, "before_cursor_execute", hear)
    yield heard
    event.remove(Engine, "before_cursor_execute", hear)


def told(browser: TestClient, method: str, path: str, **given: Any) -> dict[str, Any]:
    """Return all that can be seen of an answer, and what the database was asked."""
    with statements() as asked:
        answer = browser.request(method, path, **given)
    assert asked
    headers = {
        name: OWN.sub("…", value)
        for name, value in answer.headers.items()
        if name not in {"set-cookie", "content-length"}
    }
    return {
        "status": answer.status_code,
        "headers": headers,
        "body": OWN.sub("…", answer.text),
        "asked": asked,
    }


def asks(browser: TestClient, mailbox: str) -> dict[str, Any]:
    return told(browser, "POST", "/track/lost", data={"email": mailbox})


def guesses(browser: TestClient, mailbox: str) -> dict[str, Any]:
    form = {"email": mailbox, "code": "not a code"}
    return told(browser, "POST", "/track/lost/code", data=form)


def test_a_lost_receipt_is_asked_for_alike(browser: TestClient) -> None:
    asks(browser, "somebody@example.org")  # makes the limit of the address
    first = asks(browser, KNOWN), asks(browser, STRANGE)
    again = asks(browser, KNOWN), asks(browser, STRANGE)

    assert first[0]["status"] == 200
    assert first[0]["body"] == first[1]["body"] == again[0]["body"] == again[1]["body"]
    assert first[0] == first[1]
    assert again[0] == again[1]


def test_a_guessed_code_is_refused_alike(
    browser: TestClient, office: Office, now: FakeClock
) -> None:
    guesses(browser, "somebody@example.org")  # makes the limit of the address
    unasked = guesses(browser, KNOWN), guesses(browser, STRANGE)
    asks(browser, KNOWN)
    asks(browser, STRANGE)
    early = guesses(browser, KNOWN), guesses(browser, STRANGE)
    office.look_up(now())
    tries = [(guesses(browser, KNOWN), guesses(browser, STRANGE)) for _ in range(6)]
    now.at += timedelta(minutes=11)
    guesses(browser, "somebody@example.org")
    late = guesses(browser, KNOWN), guesses(browser, STRANGE)

    pairs = [unasked, early, *tries, late]
    assert [known for known, _ in pairs] == [strange for _, strange in pairs]
    assert [known["status"] for known, _ in pairs] == [422] * 7 + [429, 410]


def test_only_the_mailbox_that_filed_gets_mail(
    browser: TestClient, office: Office, now: FakeClock
) -> None:
    asks(browser, KNOWN)
    asks(browser, STRANGE)
    office.look_up(now())

    office.deliver(now())

    assert [mail.recipient for mail in office.channel.sent] == [KNOWN]


def test_a_filing_by_the_pages_is_taken_alike(
    browser: TestClient, store: Store, keys: Keys
) -> None:
    def filed(mailbox: str) -> dict[str, Any]:
        browser.cookies.clear()
        browser.follow_redirects = True
        resident = Resident(browser, store, keys)
        draft = resident.begin("probe")
        resident.fill(draft, email=mailbox)
        form = resident.checked(draft)
        browser.follow_redirects = False
        return told(browser, "POST", f"{draft}/send", data=form)

    filed("somebody@example.org")  # makes the limit of the address

    known, strange = filed(KNOWN), filed(STRANGE)

    assert known["status"] == 303
    assert known == strange


def by_api(browser: TestClient, mailbox: str, *, time: int = 1) -> dict[str, Any]:
    body = {
        "residence": "US-CA",
        "vendors": ["probe"],
        "resident": {"name": TYPED, "email": mailbox},
    }
    key = {"Idempotency-Key": f"key {time} of {mailbox}"}
    return told(browser, "POST", "/api/v1/filings", json=body, headers=key)


def test_a_filing_by_api_is_taken_alike(browser: TestClient) -> None:
    by_api(browser, "somebody@example.org")

    known, strange = by_api(browser, KNOWN), by_api(browser, STRANGE)

    assert known["status"] == 201
    assert known == strange


def test_a_mailbox_that_was_mailed_enough_is_told_alike(
    browser: TestClient, office: Office
) -> None:
    mailbox = {"name": TYPED, "email": KNOWN}
    receipt = office.sent(at=LONG_AGO, resident=mailbox).receipt
    for _ in range(4):  # what the owner does today is nobody's business either
        sent = browser.post(
            "/api/v1/filings/current/codes",
            json={"for": "read"},
            headers={"Authorization": f"Bearer {receipt}"},
        )
        assert sent.status_code == 202
    by_api(browser, "somebody@example.org")

    pairs = [
        (by_api(browser, KNOWN, time=n), by_api(browser, STRANGE, time=n))
        for n in range(4)
    ]

    assert [known for known, _ in pairs] == [strange for _, strange in pairs]
    assert [known["status"] for known, _ in pairs] == [201, 201, 201, 429]


def test_an_address_is_corrected_alike(
    browser: TestClient, store: Store, keys: Keys
) -> None:
    def corrected(mailbox: str) -> dict[str, Any]:
        browser.cookies.clear()
        browser.follow_redirects = True
        resident = Resident(browser, store, keys)
        draft = resident.begin("probe")
        resident.fill(draft, email=f"wrong.{mailbox}")
        resident.send(draft)
        browser.follow_redirects = False
        form = {"draft": draft.removeprefix("/file/"), "email": mailbox}
        return told(browser, "POST", "/confirm/address", data=form)

    corrected("somebody@example.org")

    known, strange = corrected(KNOWN), corrected(STRANGE)

    assert known["status"] == 303
    assert known == strange


def test_a_wrong_password_is_refused_alike(desk: FrontDesk) -> None:
    desk.enrolled(KNOWN)

    def tried(mailbox: str) -> dict[str, Any]:
        form = {"email": mailbox, "password": "not the right password"}
        return told(desk.browser(), "POST", "/staff/sign-in", data=form)

    tried("somebody@example.org")

    known, strange = tried(KNOWN), tried(STRANGE)

    assert known["status"] == 422
    assert known == strange
