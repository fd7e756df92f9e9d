"""G13: every answer is dressed, and what may be secret is stored nowhere.

The routes are listed from the application itself: a new page is held to this before
anybody thinks of it.
"""

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from sqlalchemy import Engine, event

from app.main import create_app
from app.settings import Settings
from app.store.keys import Keys
from app.store.session import Store
from tests.conftest import FakeClock
from tests.post_office import post_office
from tests.whole_journey import STEPS, Answer, Journey, Recorder, browsers

ORIGIN = "https://portal.example.org"
EVERYWHERE = {
    "content-security-policy": "default-src 'none'; script-src 'self';"
    " style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self';"
    " frame-ancestors 'none'; base-uri 'none'; object-src 'none'",
    "strict-transport-security": "max-age=63072000",
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "x-robots-tag": "noai, noimageai",
}
MAY_BE_STORED = re.compile(
    r"/(coverage|vendors|jurisdictions|laws|changes|compare|accountability|gaps)"
    r"(\.json|\.csv)?"
    r"|/(vendors|jurisdictions|laws)/[\w.-]+"
    r"|/share/[\w./:+-]+\.png"
    r"|/data(/[\w.-]+)?|/coverage/map(\.json|\.csv)?|/changes\.atom|/changes/[\w.:+-]+"
    r"|/api/v1/(coverage|jurisdictions|laws|vendors|changes|accountability)"
    r"|/api/v1/(jurisdictions|laws|vendors)/[\w.-]+"
    r"|/static/[0-9a-f]{16}/[\w.]+"
)
"""Pages without a person: who asks for one cannot be told from another."""
FOR_ANY_PAGE = {"cross-origin-resource-policy": "cross-origin"}
"""Of a picture that goes with an address that is shared."""
MAY_SHOW_RECEIPT = {"/receipt", "/track/lost/code", "/api/v1/filings"}
METHODS = ("HEAD", "POST", "OPTIONS")
SELDOM = ("PUT", "PATCH", "DELETE", "TRACE")
"""Each route is asked by one of these, the next route by the next."""
STATUSES = {200, 303, 304, 400, 401, 403, 404, 405, 413, 422, 500}
FILLED = {"{slug}": "probe", "{code}": "US-CA", "{law}": "us-ca-ccpa", "{place}": "1"}


@pytest.fixture
def recorder(
    sqlite_only: Store, keys: Keys, now: FakeClock, tmp_path: Path
) -> Recorder:
    """A portal behind https that is listened to."""
    settings = Settings(data_dir=tmp_path, base_url=ORIGIN)
    return Recorder(create_app(settings, store=sqlite_only, keys=keys, now=now))


@pytest.fixture
def journey(
    recorder: Recorder, sqlite_only: Store, keys: Keys, now: FakeClock
) -> Iterator[Journey]:
    """A resident at the beginning."""
    office = post_office(sqlite_only, keys)
    with browsers(recorder, ORIGIN) as browser_of:
        yield Journey(office, now, keys, browser_of)


@contextmanager
def broken_database() -> Iterator[None]:
    """Let every statement fail."""

    def fail(*_: Any) -> None:
        raise OSError("the disk is gone")

    event.listen(Engine, "before_cursor_execute", fail)
    try:
        yield
    finally:
        event.remove(Engine, "before_cursor_execute", fail)


def addresses(app: FastAPI) -> list[str]:
    """Return an address of every route."""
    paths = {str(context.path) for context in iter_route_contexts(app.routes)}
    for name, value in FILLED.items():
        paths |= {path.replace(name, value) for path in paths if name in path}
    return sorted(re.sub(r"\{\w+\}", "nothing", path) for path in paths)


def ask_for_everything(journey: Journey, app: FastAPI) -> None:
    """Ask every route by its methods, as a stranger, a resident and a clerk."""
    static = app.state.parts.pages.static("efface.css")
    targets = [*addresses(app), static, f"{static}x", "/nowhere", "/api/nowhere"]
    odd = {"Sec-Fetch-Site": "cross-site"}
    stranger = journey.browser_of()
    for target, seldom in zip(targets, cycle(SELDOM), strict=False):
        tag = stranger.get(target).headers.get("etag", '"none"')
        for method in (*METHODS, seldom):
            stranger.request(method, target)
        for browser in (journey.resident, journey.clerk):
            browser.get(target)
            browser.post(target)
        stranger.post(target, headers=odd)
        stranger.get(target, params={"on": "no day", "lang": "fr"})
        stranger.get(target, headers={"If-None-Match": tag})
        with broken_database():
            stranger.get(target)
            stranger.post(target, json={})
    for target in ("/track", "/api/v1/filings", "/staff/sign-in"):
        stranger.post(target, content=b"x" * 1_000_001)


def test_every_answer_carries_every_header(
    journey: Journey, recorder: Recorder
) -> None:
    for step in STEPS:
        if step.__name__ == "erases":
            ask_for_everything(journey, recorder.app)
        step(journey)

    counts = Counter(answer.status for answer in recorder.answers)
    print(f"G13: {counts.total()} answers, {dict(sorted(counts.items()))}")  # noqa: T201 - the figure
    assert set(counts) >= STATUSES
    for answer in recorder.answers:
        worn = {name: answer.header(name) for name in EVERYWHERE}
        drawn = answer.path.startswith("/share/") and answer.status in {200, 304}
        due = EVERYWHERE | (FOR_ANY_PAGE if drawn else {})
        assert worn == due, (answer.method, answer.target, answer.status)
        assert answer.header("content-type") or not answer.body, answer.target
        assert is_stored_where_it_may(answer), (answer.method, answer.target)


def is_stored_where_it_may(answer: Answer) -> bool:
    if answer.header("cache-control") == "no-store":
        return True
    public = MAY_BE_STORED.fullmatch(answer.path) is not None
    bare = not any(name == "set-cookie" for name, _ in answer.headers)
    return public and bare and answer.status in {200, 304}


def test_a_receipt_stands_on_its_page_alone(
    journey: Journey, recorder: Recorder
) -> None:
    for step in STEPS:
        step(journey)

    secrets = {r for it in journey.receipts for r in (it, it.replace("-", ""))}
    assert len(journey.receipts) == 2
    for answer in recorder.answers:
        seen = [answer.target, *(value for _, value in answer.headers)]
        flat = re.sub(r"-?</span>\s*<span>", "-", answer.body)
        for secret in secrets:
            assert not any(secret in text for text in seen), answer.target
            if answer.path not in MAY_SHOW_RECEIPT:
                assert secret not in flat, answer.target
            assert not re.search(rf'(href|src|action)="[^"]*{secret}', flat)


def test_only_cookies_that_are_meant_are_left(
    journey: Journey, recorder: Recorder
) -> None:
    for step in STEPS:
        step(journey)

    cookies = [
        value
        for answer in recorder.answers
        for name, value in answer.headers
        if name == "set-cookie" and "Max-Age=0" not in value
    ]
    names = {cookie.partition("=")[0] for cookie in cookies}
    assert {re.sub(r"reveal-.*", "reveal-", name) for name in names} == {
        "__Host-draft",
        "__Host-track",
        "__Host-confirmed",
        "__Host-proved",
        "__Host-staff",
        "__Host-device",
        "__Host-reveal-",
    }
    for cookie in cookies:
        assert "; Secure" in cookie
        assert "; HttpOnly" in cookie
        assert "; path=/" in cookie.lower()
        assert re.search(r"; samesite=(lax|strict)", cookie.lower()), cookie
