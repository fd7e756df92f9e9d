"""G3: cases made from the API's own OpenAPI document, that fit it and that do not.

No case is answered by a fault of ours (5xx), nor by anything that the document does
not describe.
"""

import os
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any, cast

from fastapi import FastAPI
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis import Case, GenerationMode, openapi
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.python import asgi
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from app.actions.enrol_staff import new_token
from app.store.keys import Keys
from app.store.session import Store
from tests.conftest import FakeClock
from tests.front_desk import FrontDesk
from tests.post_office import post_office

CASES = int(os.environ.get("EFFACE_TEST_API_CASES", "120"))
"""At least; the goal asks for 5,000."""
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
    unsupported_method,
]
KEY = {"Idempotency-Key": "a key that is long enough"}
ALWAYS_FITS = {
    ("GET /api/v1/filings/current", GenerationMode.NEGATIVE),
    ("DELETE /api/v1/filings/current", GenerationMode.NEGATIVE),
}
"""What can be sent there is a header of any text: nothing fails to fit."""


def pinned(path: str, receipt: str, token: str) -> Iterator[dict[str, Any]]:
    """Yield what is held fast in a case: nothing, or what gets it past the door."""
    yield {}
    if path.endswith("/filings"):
        yield {"headers": KEY}
    elif "/filings/current" in path:
        yield {"headers": {"Authorization": f"Bearer {receipt}"}}
    elif "/requests/" in path:
        yield {"headers": KEY | {"Authorization": f"Bearer {token}"}}


def test_every_answer_is_one_that_the_document_describes(
    app: FastAPI, sqlite_only: Store, keys: Keys, now: FakeClock
) -> None:
    office = post_office(sqlite_only, keys)
    receipt = office.sent().receipt
    FrontDesk(office, app, now, keys).link("robot@example.org")
    with office.writing() as session:
        token = new_token(session, keys, "robot@example.org", "robot", at=now())
    assert token is not None
    document = openapi.from_asgi("/api/v1/openapi.json", app)
    results = list(document.get_all_operations())
    operations = [found.ok() for found in results if isinstance(found, Ok)]
    assert len(operations) == len(results) >= 14
    counts: Counter[int] = Counter()
    left_out: set[tuple[str, GenerationMode]] = set()

    with asgi.get_client(cast("Any", app)) as client:
        for operation in operations:
            pins = list(pinned(operation.path, receipt, token))
            for mode in GenerationMode:

                @settings(
                    max_examples=CASES // (2 * len(operations) - len(ALWAYS_FITS)) + 1,
                    deadline=None,
                    database=None,
                    derandomize=True,
                    suppress_health_check=list(HealthCheck),
                )
                @given(
                    st.one_of(
                        *(
                            operation.as_strategy(generation_mode=mode, **pin)
                            for pin in pins
                            if mode is GenerationMode.POSITIVE
                            or operation.body
                            or not pin
                        )
                    )
                )
                def send(case: Case[Any]) -> None:
                    now.at += timedelta(minutes=5)  # so that no limit answers
                    response = case.call(session=client)
                    counts[response.status_code] += 1
                    case.validate_response(response, checks=CHECKS)

                try:
                    send()
                except Unsatisfiable:
                    left_out.add((operation.label, mode))

    print(f"G3: {counts.total()} cases, {dict(sorted(counts.items()))}")  # noqa: T201 - the figure
    assert left_out <= ALWAYS_FITS
    assert counts.total() >= CASES
    assert {200, 401, 422} <= set(counts)
