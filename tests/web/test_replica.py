"""A copy of the database for public pages: it answers for what was published."""

import socket
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import make_url, text

from app.store.keys import Keys
from app.store.replica import Replica
from app.store.session import Store
from tests.conftest import FakeClock
from tests.many_asked import FIRST_OF_OCTOBER, Crowd
from tests.post_office import PROBE, post_office

pytestmark = pytest.mark.usefixtures("one_engine")
TODAY = "on=2026-11-23"


@pytest.fixture
def copy(store: Store, app: FastAPI, tmp_path: Path) -> Iterator[Store]:
    """What the database was before anything was published."""
    store.close()
    file = tmp_path / "copy.db"
    file.write_bytes(Path(str(make_url(store.url).database)).read_bytes())
    copy = Store(f"sqlite:///{file}")
    app.state.parts = replace(app.state.parts, replica=Replica(copy))
    yield copy
    copy.close()


@pytest.fixture
def published(copy: Store, store: Store, keys: Keys) -> None:
    crowd = Crowd(post_office(store, keys, vendors=(PROBE,)))
    crowd.answered(range(24), days=20)
    crowd.publish(FIRST_OF_OCTOBER)


@pytest.mark.usefixtures("published")
@pytest.mark.parametrize(
    "path",
    [
        "/accountability.json",
        "/accountability.csv",
        "/api/v1/accountability",
        "/gaps.json",
    ],
)
def test_public_figures_are_those_of_the_copy(
    app: FastAPI, client: TestClient, path: str
) -> None:
    behind = client.get(f"{path}?{TODAY}").text
    app.state.parts = replace(app.state.parts, replica=None)
    own = client.get(f"{path}?{TODAY}").text

    assert "2026-Q2" not in behind
    assert "2026-Q2" in own


@pytest.mark.usefixtures("published")
def test_a_vendor_s_page_and_the_data_set_take_their_figures_from_the_copy(
    app: FastAPI, client: TestClient
) -> None:
    def told() -> tuple[str, str]:
        page = client.get(f"/vendors/probe?{TODAY}").text
        return page, client.get(f"/data/figures.csv?{TODAY}").text

    page, figures = told()
    app.state.parts = replace(app.state.parts, replica=None)
    later, grown = told()

    assert "2026-Q2" not in figures
    assert "2026-Q2" in grown
    assert page != later


@pytest.fixture
def silent() -> Iterator[socket.socket]:
    """A server that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        yield server


@pytest.mark.usefixtures("published")
def test_a_copy_that_is_silent_is_left_alone_for_a_while(
    app: FastAPI, client: TestClient, now: FakeClock, silent: socket.socket
) -> None:
    port = silent.getsockname()[1]
    address = f"postgresql+psycopg://efface@127.0.0.1:{port}/efface?sslmode=disable"
    copy = Store(address, patience=1)
    app.state.parts = replace(app.state.parts, replica=Replica(copy))

    def reads(times: int) -> int:
        """Read a page so often; return how often the copy was asked for it."""
        for _ in range(times):
            page = client.get(f"/accountability.json?{TODAY}")
            assert "2026-Q2" in page.text
        asked = 0
        with suppress(BlockingIOError):
            while True:
                silent.accept()[0].close()
                asked += 1
        return asked

    assert reads(5) == 1
    now.at += timedelta(seconds=31)
    assert reads(5) == 1
    copy.close()


@pytest.mark.usefixtures("published")
def test_a_copy_of_an_older_release_is_read_no_more(
    copy: Store, client: TestClient
) -> None:
    with copy.writing() as session:
        session.execute(text("DROP TABLE figure_release"))

    assert "2026-Q2" in client.get(f"/accountability.json?{TODAY}").text
