"""A vendor's program that fetches its matching list, beside a portal with a worker."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from fastapi.testclient import TestClient
from httpx2 import Response

from app.actions.import_vendors import import_vendors
from app.actions.prepare_filing import Filed
from app.actions.read_directory import read_directory
from app.actions.vendor_key import new_vendor_key
from app.domain.matching import item_id
from app.rulebook.vendor_schema import VendorShape
from app.store.keys import Keys
from app.store.session import Store
from app.worker import Worker
from tests.conftest import NOON, FakeClock
from tests.post_office import PROBE, Office, post_office

A_DAY = timedelta(days=1)
ROUTE = {"kind": "email", "address": "privacy@probe.example.org"}
NEEDS = ["name", "email", "phones", "addresses", "birth_date"]
PHONE = "+1 (415) 555-9317"


@dataclass
class Broker:
    """A vendor's program, beside the portal whose worker it waits for."""

    office: Office
    keys: Keys
    now: FakeClock
    browser: TestClient
    key: str = ""

    def gets_key(self) -> None:
        with self.office.writing() as session:
            self.key = new_vendor_key(session, self.keys, "probe", at=self.now())

    def night(self) -> None:
        """Let a day go by and the worker do what is due."""
        self.now.at += A_DAY
        self.turn()

    def turn(self) -> None:
        Worker(self.office.post, self.now, self.now).once()

    def fetch(self, end: str = "", key: str | None = None, **query: Any) -> Response:
        address = f"/api/v1/matching/probe{end}"
        headers = {"Authorization": f"Bearer {key or self.key}"}
        return self.browser.get(address, params=query, headers=headers)

    def items(self, **query: Any) -> dict[str, str]:
        found = self.fetch(**query)
        assert found.status_code == 200, found.text
        return {one["id"]: one["hash"] for one in found.json()["items"]}

    def answer(
        self, answers: Mapping[str, Any], name: str = "a-name-of-ours", **more: str
    ) -> Response:
        rows = [{"id": k, "status": v, **more} for k, v in answers.items()]
        return self.browser.post(
            "/api/v1/matching/probe/answers",
            json={"answers": rows},
            headers={"X-API-Key": self.key, "Idempotency-Key": name},
        )

    def item(self, filed: Filed, suffix: str) -> str:
        return item_id(filed.requests[0].number, suffix)


def broker_of(
    store: Store,
    keys: Keys,
    now: FakeClock,
    browser: TestClient,
    *,
    others: int = 0,
) -> Broker:
    """Return a vendor that is told more than a name and a mailbox, and has a key.

    ``others`` stand beside it in the register of California, without keys.
    """
    office = post_office(store, keys)
    probe = {
        **PROBE,
        "routes": [ROUTE | {"needs": NEEDS}],
        "registered_broker_in": ["US-CA"],
    }
    shapes = [probe] + [
        {**probe, "slug": f"broker-{n}", "name": f"Broker {n}"} for n in range(others)
    ]
    with office.writing() as session:
        found = [VendorShape.model_validate(shape) for shape in shapes]
        import_vendors(session, found, at=NOON, by="import")
    with store.reading() as session:
        desk = replace(office.post.desk, directory=read_directory(session))
    office.post = replace(office.post, desk=desk)
    broker = Broker(office, keys, now, browser)
    broker.gets_key()
    return broker
