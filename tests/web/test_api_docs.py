"""The page for those who write programs: all operations, and examples that are true."""

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from app.actions.allowances import (
    CODES,
    DAY,
    FILINGS,
    HOUR,
    LAST_CODES,
    MAILS,
    MATCHING,
)
from app.actions.enrol_staff import new_token
from app.actions.vendor_key import new_vendor_key
from app.store.staff import Role
from app.web.api.operations import ID, MAILED_CODE, RECEIPT, STAFF_TOKEN, VENDOR_KEY
from tests.front_desk import FrontDesk
from tests.web.filing import Resident

pytestmark = pytest.mark.usefixtures("one_engine")
LISTED = re.compile(r"<code>([A-Z]+) (/api/v1/[^<?]+)")
PRINTED = re.compile(r"<details>.*?<pre[^>]*>(.*?)</pre></details>", re.DOTALL)
TOKENS = {"Authorization", "X-API-Key"}
EXAMPLE = re.compile(r'data-label="Example"><a href="(/api/v1/[^"]+)">')


def shaped(path: str) -> str:
    """Return a path whose blanks have no names."""
    return re.sub(r"\{\w+\}", "{}", path)


def test_every_operation_of_the_description_is_listed_and_no_other(
    client: TestClient,
) -> None:
    page = client.get("/api/docs").text
    described = {
        (method.upper(), shaped(path))
        for path, operations in client.get("/api/v1/openapi.json")
        .json()["paths"]
        .items()
        for method in operations
    }

    assert {(m, shaped(path)) for m, path in LISTED.findall(page)} == described


def test_every_example_answers_as_it_says(client: TestClient) -> None:
    page = client.get("/api/docs").text
    examples = [html.unescape(address) for address in EXAMPLE.findall(page)]

    assert len(examples) >= 10
    for address in examples:
        answer = client.get(address)
        assert answer.status_code == 200, address
        assert answer.json(), address


@dataclass(frozen=True)
class Shown:
    """An example as the page prints it."""

    method: str
    path: str
    headers: dict[str, str]
    body: str

    def sent(self, client: TestClient, put_in: Mapping[str, str]) -> Response:
        """Send it, with what is real in the place of what was made up."""

        def real(text: str) -> str:
            for made_up, known in put_in.items():
                text = text.replace(made_up, known)
            return text

        return client.request(
            self.method,
            real(self.path),
            headers={name: real(value) for name, value in self.headers.items()},
            content=real(self.body),
        )


def shown(client: TestClient) -> dict[str, Shown]:
    """Return the examples that are no links, by method and address."""
    found = {}
    for text in PRINTED.findall(client.get("/api/docs").text):
        head, _, body = html.unescape(text).partition("\n\n")
        first, *lines = head.splitlines()
        method, path = first.split(" ")
        headers = dict(line.split(": ", 1) for line in lines)
        found[f"{method} {path.removeprefix('/api/v1')}"] = Shown(
            method, path, headers, body
        )
    return found


def test_no_example_holds_a_token_that_works(client: TestClient) -> None:
    examples = [e for e in shown(client).values() if not TOKENS.isdisjoint(e.headers)]

    assert len(examples) >= 12
    for example in examples:
        assert "synt" in str(example.headers).lower()
        assert example.sent(client, {}).status_code == 401, example


def test_the_examples_of_a_filing_work_one_after_the_other(
    client: TestClient, resident: Resident
) -> None:
    example = shown(client)
    assert (
        example["POST /eligibility?residence=CA-ON&on=2026-11-23"]
        .sent(client, {})
        .json()["verdict"]
    )
    filed = example["POST /filings"].sent(client, {}).json()
    real = {RECEIPT: filed["receipt"], ID: filed["requests"][0]["id"]}

    def send(name: str) -> int:
        return example[name].sent(client, real).status_code

    assert send("GET /filings/current") == 200
    real[MAILED_CODE] = resident.code()
    assert send("POST /filings/current/confirmation") == 200
    assert send("POST /filings/current/codes") == 202
    real[MAILED_CODE] = resident.code()
    assert send("POST /filings/current/withdrawal") == 200
    wanted = {"for": "erase"}
    bearer = {"Authorization": f"Bearer {filed['receipt']}"}
    client.post("/api/v1/filings/current/codes", json=wanted, headers=bearer)
    real[MAILED_CODE] = resident.code()
    assert send("DELETE /filings/current") == 204


def test_the_examples_of_staff_and_companies_work_with_their_tokens(
    desk: FrontDesk,
) -> None:
    client, filed = desk.browser(), desk.office.sent()
    desk.link("robot@example.org", Role.CASEWORKER)
    with desk.office.writing() as session:
        token = new_token(session, desk.keys, "robot@example.org", "x", at=desk.clock())
        key = new_vendor_key(session, desk.keys, "epsilon", at=desk.clock())
    real = {STAFF_TOKEN: str(token), VENDOR_KEY: key, ID: str(filed.requests[0].id)}
    example = shown(client)

    reply = example[f"POST /requests/{ID}/replies"].sent(client, real)
    tried = example["POST /replies"].sent(client, real)
    run = {**real, ID: tried.json()["id"]}
    answers = example["POST /matching/epsilon/answers"].sent(client, real)

    assert (reply.status_code, reply.json()["status"]) == (201, "answered")
    assert (tried.status_code, tried.json()["rows"]) == (202, 1)
    assert example[f"GET /replies/{ID}"].sent(client, run).status_code == 200
    assert example[f"POST /replies/{ID}/drop"].sent(client, run).json()["state"]
    for path in ("?since=0", ".csv?list=Email"):
        listed = example[f"GET /matching/epsilon{path}"].sent(client, real)
        assert listed.status_code == 200
    assert answers.status_code == 202
    assert [row["why"].partition(":")[0] for row in answers.json()["rejected"]] == [
        "id"
    ]


@pytest.mark.parametrize("language", ["en", "fr", "es"])
def test_limits_are_the_numbers_that_are_enforced(
    client: TestClient, language: str
) -> None:
    page = html.unescape(client.get(f"/api/docs?lang={language}").text)
    rows = re.findall(
        r"<code>(\w+ /api/v1[^<]+)</code>.*?<td[^>]*>.*?<td[^>]*>(.*?)</td", page
    )
    said = {name.replace("/api/v1", ""): re.findall(r"\d+", of) for name, of in rows}

    mails, filings = MAILS.limit, FILINGS.limit
    assert said["POST /filings"] == [str(filings), str(mails)]
    assert said["POST /filings/current/codes"] == [
        str(n) for n in (mails, CODES.limit, LAST_CODES.limit)
    ]
    assert said["POST /matching/{vendor}/answers"] == [str(MATCHING.limit)]
    assert said["GET /vendors"] == []
    assert (FILINGS.period, MATCHING.period) == (HOUR, HOUR)
    assert {one.period for one in (MAILS, CODES, LAST_CODES)} == {DAY}
