"""The mark on the pages of a demonstration."""

from datetime import timedelta
from pathlib import Path

from fastapi.testclient import TestClient

from app import clock
from app.commands.house import house
from app.main import create_app
from tests.commands.conftest import Efface
from tests.conftest import FakeClock


def test_a_portal_that_runs_already_says_that_its_people_are_made_up(
    efface: Efface, ready: Path
) -> None:
    said = "the people and figures on this site are made up"
    now = FakeClock(clock.now())
    with house() as opened:
        app = create_app(opened.settings, store=opened.store, keys=opened.keys, now=now)
        browser = TestClient(app)
        unmarked = browser.get("/coverage")
        assert efface("demo --filings 1").code == 0
        now.at += timedelta(seconds=2)
        held = {"if-none-match": unmarked.headers["etag"]}
        marked = browser.get("/coverage", headers=held)
        error = browser.get("/no-such-page")

    assert said not in unmarked.text
    assert said in marked.text
    assert said in error.text
