"""G3, the raw half: bytes that no browser sends, at every door of every route.

Whatever stands in an address, a query, a header, a form or a body, the answer is one of
ours, and never that we failed.
"""

import asyncio
import json
import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from typing import Any
from urllib.parse import unquote

import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts

from app.actions.enrol_staff import new_token
from app.store.keys import Keys
from app.store.session import Store
from tests.conftest import FakeClock
from tests.post_office import post_office
from tests.whole_journey import CLERK, STEPS, TYPED, Journey, browsers

SPELLED = (
    b"%00", b"a%00b", b"%ff%fe", b"%ed%a0%80", b"%f4%90%80%80", b"%", b"%zz", b"%u0041",
    b"%2e%2e%2f", b"%0d%0aX-Sent:%201", b"%e2%80%ae", b"%C0%80", b"1" * 5_000,
    b"9" * 400, b"-0", b"1e999", b"2026-02-30", b"0000-00-00", b"99999-01-01", b"9999-12-31",
)  # fmt: skip
"""Values as an address or a form spells them."""
RAW = (b"\0", b"\xff\xfe", b"\xed\xa0\x80", b"a\0b", b" ", b"a" * 60_000, b'"', b"%00")
"""Values as a header may hold them."""
TEXTS = (
    "\0",
    "\ud800",
    "\udfff\ud800",
    "a\0b",
    "\r\nBcc: a@b.test",
    "9" * 5_000,
    "\u202e",
)
"""Values as JSON may hold them."""
HEADERS = (
    b"cookie", b"authorization", b"accept-language", b"accept-encoding", b"accept",
    b"idempotency-key", b"efface-code", b"if-none-match", b"content-type", b"origin",
    b"host", b"sec-fetch-site", b"content-length", b"range", b"x-forwarded-for",
)  # fmt: skip
QUERIES = (
    b"on", b"lang", b"residence", b"vendor", b"country", b"region", b"kind", b"draft",
    b"law", b"received", b"calendar", b"identity_asked", b"appeal_received", b"next",
    b"page", b"late", b"status", b"after", b"asked", b"again",
)  # fmt: skip
FIELDS = (
    *(name.encode() for name in TYPED), b"residence", b"vendor", b"for", b"agent_name",
    b"agent_email", b"relation", b"agreed_on", b"truth", b"draft", b"code", b"receipt",
    b"purpose", b"request_id", b"on", b"password", b"next", b"find", b"query", b"kind",
    b"denial_ground", b"received_on", b"evidence", b"text", b"until", b"shown", b"nonce",
    b"vendor_reference", b"reason",
)  # fmt: skip
EVERY = int(os.environ.get("EFFACE_TEST_RAW_EVERY", "211"))
"""One in so many of the odd requests is sent, another one at each route; 1 is all."""
FORM = b"application/x-www-form-urlencoded"
Headers = tuple[tuple[bytes, bytes], ...]


@dataclass(frozen=True)
class Raw:
    """A request, byte by byte."""

    method: str
    path: bytes
    query: bytes = b""
    headers: Headers = ()
    body: bytes = b""


async def status_of(app: Any, raw: Raw, cookie: bytes) -> int:
    """Give a request to the application as the server would; return the status, or 0."""
    given = ((b"host", b"testserver"), *raw.headers)
    if cookie and not any(name == b"cookie" for name, _ in given):
        given = (*given, (b"cookie", cookie))
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": raw.method,
        "scheme": "http",
        "path": unquote(raw.path.decode("ascii")),
        "raw_path": raw.path,
        "query_string": raw.query,
        "root_path": "",
        "headers": list(given),
        "client": ("127.0.0.1", 1),
        "server": ("testserver", 80),
        "state": {},
    }
    statuses: list[int] = []
    left = [{"type": "http.request", "body": raw.body, "more_body": False}]

    async def receive() -> Mapping[str, Any]:
        return left.pop() if left else {"type": "http.disconnect"}

    async def send(message: Mapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    with suppress(Exception):  # the framework raises it again after its answer
        await app(scope, receive, send)
    return statuses[0] if statuses else 0


@dataclass(frozen=True)
class Known:
    """What a request has to name so that it gets past the door."""

    parts: Mapping[str, str]
    bearers: tuple[bytes, ...]
    cookies: tuple[bytes, ...]


def filled(path: str, parts: Mapping[str, str]) -> bytes:
    return re.sub(r"\{(\w+)\}", lambda m: parts.get(m[1], "x"), path).encode()


def addressed_oddly(path: str) -> Iterator[bytes]:
    for value in SPELLED:
        odd = re.sub(rb"\{\w+\}", value.replace(b"\\", b""), path.encode())
        yield odd if b"{" in path.encode() else path.encode() + b"/" + value


def documents(fields: Iterable[str]) -> Iterator[bytes]:
    yield from (
        b"", b"\0", b"\xff\xfe{}", b'"\xed\xa0\x80"', b"[" * 100_000, b"nul", b"NaN",
        b'{"a": 1e999}', b"9" * 6_000, b'{"a":' * 20_000, b"[]", b"null", b'"x"', b"{}",
        json.dumps({"requests": [{}] * 20_000}).encode(),
    )  # fmt: skip
    for text in TEXTS:
        yield json.dumps(dict.fromkeys(fields, text)).encode()
        yield json.dumps({text: text}).encode()


BODY = {
    "residence": "US-CA",
    "vendors": ["probe"],
    "resident": dict(
        TYPED,
        **{
            k: [TYPED[k]]
            for k in ("other_names", "other_emails", "phones", "addresses")
        },
    ),
}


def filings() -> Iterator[bytes]:
    """Yield a filing that is right but for one text."""
    for text in TEXTS:
        for part in ("residence", "language"):
            yield json.dumps({**BODY, part: text}).encode()
        yield json.dumps({**BODY, "vendors": [text]}).encode()
        for field in TYPED:
            wrong: Any = text if field in {"name", "email", "birth_date"} else [text]
            resident = {**BODY["resident"], field: wrong}  # type: ignore[dict-item]
            yield json.dumps({**BODY, "resident": resident}).encode()


def cases(method: str, path: str, known: Known) -> Iterator[Raw]:
    """Yield every odd request to one route."""
    right = filled(path, known.parts)
    for odd in addressed_oddly(path):
        yield Raw(method, odd)
    for name in QUERIES:
        for value in SPELLED:
            yield Raw(method, right, name + b"=" + value)
    yield Raw(method, right, b"&".join(b"%d=1" % n for n in range(20_000)))
    yield Raw(method, right, b"\xff\0=%\0&&==;")
    for name in HEADERS:
        for value in RAW:
            yield Raw(method, right, headers=((name, value),))
    if method in {"POST", "DELETE"}:
        yield from (programs if path.startswith("/api/") else forms)(
            method, path, right, known
        )


def programs(method: str, path: str, right: bytes, known: Known) -> Iterator[Raw]:
    """Yield every odd body that a program may send."""
    keyed: Headers = ((b"idempotency-key", b"a key that is long enough"),)
    bearers: list[Headers] = [()]
    bearers += [((b"authorization", b"Bearer " + one),) for one in known.bearers]
    fields = ["code", "for", "purpose", "requests", "kind", "received_on", "text"]
    odd_bodies = filings() if path.endswith("/filings") else documents(fields)
    for body in odd_bodies:
        for bearer in bearers:
            headers = (*keyed, *bearer, (b"content-type", b"application/json"))
            yield Raw(method, right, headers=headers, body=body)


def forms(method: str, path: str, right: bytes, known: Known) -> Iterator[Raw]:
    """Yield every odd form."""
    form: Headers = ((b"content-type", FORM),)
    for value in (*SPELLED, b"\0", b"\xff", b"\xed\xa0\x80", b""):
        everywhere = b"&".join(name + b"=" + value for name in FIELDS)
        yield Raw(method, right, headers=form, body=everywhere)
        yield Raw(method, right, headers=form, body=value + b"=" + value)
    yield Raw(method, right, headers=form, body=b"&".join([b"a=1"] * 50_000))
    yield Raw(method, right, headers=form, body=b"a=" + b"x" * 2_000_000)
    for kind in (
        b"multipart/form-data",
        b"multipart/form-data; boundary=\xff",
        b"\0/\0",
    ):
        yield Raw(method, right, headers=((b"content-type", kind),), body=b"--x\r\n\0")
    parts = b'--x\r\nContent-Disposition: form-data; name="code"\r\n\r\n\0\xff\r\n--x--'
    for charset in (b"", b"; charset=nonsense", b"; charset=utf-16"):
        kind = b"multipart/form-data; boundary=x" + charset
        yield Raw(method, right, headers=((b"content-type", kind),), body=parts)


@pytest.fixture
def journey(
    app: FastAPI, store: Store, keys: Keys, now: FakeClock
) -> Iterator[Journey]:
    """A resident whose letter has left, and a clerk who has signed in."""
    office = post_office(store, keys)
    with browsers(app) as browser_of:
        journey = Journey(office, now, keys, browser_of)
        for step in STEPS:
            step(journey)
            if step.__name__ == "clerk_reveals":
                break
        yield journey


def known_of(journey: Journey) -> Known:
    with journey.office.writing() as session:
        token = new_token(session, journey.keys, CLERK, "robot", at=journey.clock())
    assert token is not None
    begun = journey.browser_of()
    form = {"residence": "US-CA", "vendor": "probe"}
    draft = begun.post("/file", data=form).headers["location"].split("/")[2]
    jars = (begun.cookies.jar, journey.resident.cookies.jar, journey.clerk.cookies.jar)
    one = journey.request_of("probe")
    return Known(
        {
            "draft": draft,
            "request_id": one["id"],
            "name": one["number"],
            "place": "1",
            "slug": "probe",
            "code": "US-CA",
            "law": "us-ca-ccpa",
        },
        (journey.receipt.encode(), token.encode()),
        tuple("; ".join(f"{c.name}={c.value}" for c in jar).encode() for jar in jars),
    )


def cookie_for(path: str, known: Known) -> bytes:
    begun, resident, clerk = known.cookies
    if path.startswith("/staff"):
        return clerk
    return begun if path.startswith(("/file", "/confirm")) else resident


def test_odd_bytes_are_answered_and_never_a_failure(
    journey: Journey, app: FastAPI, now: FakeClock
) -> None:
    known, counts = known_of(journey), Counter[int]()
    failed: list[tuple[int, Raw]] = []
    routes = sorted(
        (str(context.path), method)
        for context in iter_route_contexts(app.routes)
        for method in getattr(context.original_route, "methods", None) or ()
        if context.path != "/staff/sign-out"
    )

    async def send_all() -> None:
        for place, (path, method) in enumerate(routes):
            cookie = cookie_for(path, known)
            for raw in islice(cases(method, path, known), place % EVERY, None, EVERY):
                status = await status_of(app, raw, cookie)
                counts[status] += 1
                if not 200 <= status < 500:
                    failed.append((status, raw))

    asyncio.run(send_all())

    print(f"G3: {counts.total()} raw requests, {dict(sorted(counts.items()))}")  # noqa: T201 - the figure
    assert failed == []


def test_a_query_beyond_ascii_is_read_as_a_browser_spells_it(app: FastAPI) -> None:
    raw = Raw("GET", b"/check", "country=FR&region=\xe9".encode("latin-1"))

    assert asyncio.run(status_of(app, raw, b"")) == 200


@pytest.mark.parametrize("spelled", [b"%00", b"\0"])
def test_a_nul_in_a_query_is_a_value_that_nobody_knows(
    app: FastAPI, spelled: bytes
) -> None:
    raw = Raw("GET", b"/accountability.json", b"vendor=" + spelled)

    assert asyncio.run(status_of(app, raw, b"")) == 422


def test_a_search_for_a_nul_finds_nothing(journey: Journey) -> None:
    odd, unknown = (
        journey.clerk.post("/staff/find", data={"find": name})
        for name in ("\0", "nothing")
    )

    assert odd.status_code == unknown.status_code == 422
