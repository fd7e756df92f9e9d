"""The page for those who write programs: all operations, and examples that are true."""

import html
import re

import pytest
from fastapi.testclient import TestClient

pytestmark = pytest.mark.usefixtures("one_engine")
LISTED = re.compile(r"<code>([A-Z]+) (/api/v1/[^<?]+)")
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
