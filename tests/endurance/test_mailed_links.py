"""G9: what scanners do with a mailed link changes nothing and burns nothing.

Every address in every mail of a whole journey is fetched over and over, by a stranger
and by the resident's own browser; afterwards each link still does what it is for.
"""

import hashlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import select

from app.main import create_app
from app.settings import Settings
from app.store.base import Base
from app.store.keys import Keys
from app.store.session import Store
from tests.conftest import FakeClock
from tests.post_office import post_office
from tests.whole_journey import STEPS, Journey, browsers, expect, urls

TIMES = 20
METHODS = ("GET", "HEAD", "OPTIONS")
SAID = {200, 405, 409}
"""The page, no such method, or that the link was used: by the resident, on purpose."""
HOLD = 30
LAST_SEEN = ("staff_session", "last_seen")


def fingerprint(store: Store) -> str:
    """Return a hash of all rows, but for limits and who was seen when."""
    digest = hashlib.sha256()
    with store.reading() as session:
        for table in Base.metadata.sorted_tables:
            columns = [c for c in table.c if (table.name, c.name) != LAST_SEEN]
            if table.name != "rate":
                rows = sorted(map(repr, session.execute(select(*columns))))
                digest.update(repr((table.name, rows)).encode())
    return digest.hexdigest()


@pytest.fixture
def portal(store: Store, keys: Keys, now: FakeClock, tmp_path: Path) -> FastAPI:
    """A portal that holds letters back for half an hour, so that links can stop them."""
    settings = Settings(data_dir=tmp_path, base_url="http://testserver", hold=HOLD)
    return create_app(settings, store=store, keys=keys, now=now)


@pytest.fixture
def journey(
    portal: FastAPI, store: Store, keys: Keys, now: FakeClock
) -> Iterator[Journey]:
    """A resident at the beginning."""
    office = post_office(store, keys, hold_minutes=HOLD)
    with browsers(portal) as browser_of:
        yield Journey(office, now, keys, browser_of)


def scan(journey: Journey, store: Store, fetched: Counter[str]) -> None:
    """Fetch what the newest mails lead to, and hold that nothing has come of it."""
    mails = journey.mails()
    scanner = journey.browser_of()
    fresh, journey.read_mails = mails[journey.read_mails :], len(mails)
    for url in {url for mail in fresh for url in urls(mail)}:
        before = fingerprint(store)
        for browser, times in ((scanner, TIMES), (journey.resident, 1)):
            for method in METHODS * times:
                assert browser.request(method, url).status_code in SAID, (method, url)
                fetched[method] += 1
        assert fingerprint(store) == before, url


def test_no_scanner_changes_anything(journey: Journey, store: Store) -> None:
    fetched: Counter[str] = Counter()
    for step in STEPS:
        step(journey)
        scan(journey, store, fetched)

    print(f"G9: {fetched.total()} fetches of {len(journey.mails())} mails' links")  # noqa: T201 - the figure
    assert set(fetched) == set(METHODS)
    assert min(fetched.values()) >= 9 * TIMES


def link(journey: Journey, path: str) -> str:
    [url] = {u for m in journey.mails() for u in urls(m) if f"/{path}/" in u}
    return url


def until(journey: Journey, last: str) -> None:
    for step in STEPS:
        step(journey)
        if step.__name__ == last:
            return


def test_a_link_that_was_scanned_still_confirms(journey: Journey, store: Store) -> None:
    until(journey, "is_mailed")
    scan(journey, store, Counter())
    stranger: Any = journey.browser_of()

    expect(stranger.post(link(journey, "confirm")), 200)

    expect(stranger.post("/receipt"), 303)
    journey.keeps(stranger.get("/receipt"))
    statuses = {r["status"] for r in journey.standing()["requests"]}
    assert statuses == {"queued"}


def test_a_link_that_was_scanned_still_stops_the_letters(
    journey: Journey, store: Store
) -> None:
    until(journey, "tracks")
    journey.works()
    scan(journey, store, Counter())

    expect(journey.browser_of().post(link(journey, "cancel")), 200)

    journey.passes(minutes=HOLD + 1)
    journey.works()
    sent = {envelope.recipient for envelope in journey.office.channel.sent}
    assert "privacy@probe.example.org" not in sent
