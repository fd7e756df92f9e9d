"""A copy of the database for public pages: it answers for what was published."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import make_url

from app.store.keys import Keys
from app.store.session import Store
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
    app.state.parts = replace(app.state.parts, replica=copy)
    yield copy
    copy.close()


@pytest.fixture
def published(copy: Store, store: Store, keys: Keys) -> None:
    crowd = Crowd(post_office(store, keys, vendors=(PROBE,)))
    crowd.answered(range(24), days=20)
    crowd.publish(FIRST_OF_OCTOBER)


@pytest.mark.usefixtures("published")
@pytest.mark.parametrize(
    "path", ["/accountability.json", "/accountability.csv", "/gaps.json"]
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


@pytest.mark.usefixtures("published")
def test_a_copy_that_is_away_takes_no_page_with_it(
    copy: Store, app: FastAPI, client: TestClient, tmp_path: Path
) -> None:
    copy.close()
    nowhere = Store(f"sqlite:///{tmp_path / 'nowhere' / 'copy.db'}")
    app.state.parts = replace(app.state.parts, replica=nowhere)

    page = client.get(f"/accountability.json?{TODAY}")

    assert page.status_code == 200
    assert "2026-Q2" in page.text
