"""What whoever runs the portal asks it: figures for Prometheus."""

from dataclasses import replace

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

pytestmark = pytest.mark.usefixtures("one_engine")
TOKEN = "a-token-of-the-operator"


@pytest.fixture(autouse=True)
def guarded(app: FastAPI) -> None:
    parts = app.state.parts
    app.state.parts = replace(parts, portal=replace(parts.portal, metrics_token=TOKEN))


def test_figures_are_given_for_the_token(client: TestClient) -> None:
    page = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})

    assert page.status_code == 200
    assert "efface_outbox_waiting 0" in page.text


@pytest.mark.parametrize(
    "given", [b"", TOKEN.encode(), f"Bearer {TOKEN[:-1]}".encode(), b"Bearer \xe9"]
)
def test_no_figure_is_given_for_anything_else(client: TestClient, given: bytes) -> None:
    page = client.get("/metrics", headers={b"Authorization": given} if given else {})

    assert page.status_code == 401
    assert "efface_outbox" not in page.text
