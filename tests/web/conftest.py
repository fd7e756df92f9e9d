"""A resident at a browser; staff at their desk, over a portal that delivers."""

import os
from collections.abc import Iterator
from dataclasses import replace

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app.store.keys import Keys
from app.store.session import Store
from app.web.deps import Parts
from tests.conftest import FakeClock, Probed
from tests.front_desk import FrontDesk
from tests.post_office import Office, post_office
from tests.web.filing import Resident

QUERIES = int(os.environ.get("EFFACE_TEST_QUERIES", "40"))
"""So many made-up questions are asked of each of five pages and of its files."""


@pytest.fixture
def office(store: Store, keys: Keys, probed: Probed) -> Office:
    """A portal that sends at once."""
    return post_office(store, keys, known=probed.directory)


@pytest.fixture
def desk(
    app: FastAPI, office: Office, now: FakeClock, keys: Keys
) -> Iterator[FrontDesk]:
    """The pages of staff."""
    desk = FrontDesk(office, app, now, keys)
    yield desk
    desk.close()


@pytest.fixture
def production(
    standing: FastAPI, app: FastAPI, office: Office, now: FakeClock, keys: Keys
) -> Iterator[FrontDesk]:
    """The same pages in production, where a second step must be."""
    here: Parts = standing.state.parts
    portal = replace(here.portal, production=True)
    standing.state.parts = replace(here, portal=portal)
    desk = FrontDesk(office, app, now, keys)
    yield desk
    desk.close()


@pytest.fixture
def resident(client: TestClient, store: Store, keys: Keys) -> Resident:
    """Somebody who files on the pages."""
    return Resident(client, store, keys)
