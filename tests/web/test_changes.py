"""What changed: the page, the files beside it, and the feeds."""

import csv
import io
import json
import re
from collections.abc import Callable
from datetime import date, timedelta
from html import unescape
from random import Random
from typing import Any
from urllib.parse import urlencode
from xml.etree import ElementTree as ET

import pytest
from fastapi.testclient import TestClient

from app.actions.import_vendors import IMPORTED, import_vendors
from app.domain.changes import Cause, Direction
from app.domain.facts import Sector
from app.rulebook.load import load_rulebook, read_vendors
from app.rulebook.vendor_schema import VendorShape
from app.store.session import Store
from tests.conftest import FakeClock
from tests.web.conftest import QUERIES

pytestmark = pytest.mark.usefixtures("one_engine")
PLACES = [place.code for place in load_rulebook().places]
SLUGS = [shape.slug for shape in read_vendors()]
ATOM = {"a": "http://www.w3.org/2005/Atom"}
RFC_3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
TAG = re.compile(r"tag:[A-Za-z0-9.-]+,\d{4}:[A-Za-z0-9._~!$&'()*+,;=:@/?%-]+")
"""A tag URI (RFC 4151, 2.1)."""


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def questions(count: int) -> list[dict[str, str]]:
    """Return filters by chance, most of them together with another one."""
    chance = Random(20261127)
    days = [date(2018, 1, 1) + timedelta(days=97 * n) for n in range(40)]
    makers: dict[str, Callable[[], str]] = {
        "vendor": lambda: chance.choice(SLUGS),
        "kind": lambda: chance.choice(list(Sector)),
        "place": lambda: chance.choice([*PLACES, "EEA", "EU", "US", "CA"]),
        "cause": lambda: chance.choice(list(Cause)),
        "direction": lambda: chance.choice(list(Direction)),
        "from": lambda: chance.choice(days[:20]).isoformat(),
        "to": lambda: chance.choice(days[20:]).isoformat(),
        "on": lambda: chance.choice(days).isoformat(),
    }
    return [
        {name: makers[name]() for name in chance.sample(list(makers), n % 4)}
        for n in range(count)
    ]


def shown(page: str) -> list[str]:
    """Return the names of the changes on a page, in their order."""
    return re.findall(r'<b><a href="/changes/([^"]+)">', page)


def said_count(page: str) -> int:
    found = re.search(r'<p class="sans">([\d,]+) changes?', page)
    assert found
    return int(found[1].replace(",", ""))


@pytest.mark.parametrize("part", range(4))
def test_the_page_and_its_files_say_the_same(client: TestClient, part: int) -> None:
    for asked in questions(QUERIES)[part::4]:
        query = urlencode(asked)
        page = client.get(f"/changes?{query}").text
        document = client.get(f"/changes.json?{query}").json()
        table = rows(client.get(f"/changes.csv?{query}").text)
        answer = client.get(f"/api/v1/changes?{query}").json()

        names = [change["id"] for change in document["changes"]]
        coming = [change["id"] for change in document["coming"]]
        assert said_count(page) == document["count"] == len(names)
        listed = shown(page)
        assert listed == [*coming, *names[: len(listed) - len(coming)]]
        assert len(listed) - len(coming) >= min(40, len(names))
        assert ("Nothing that we know of" in page) is not bool(listed)
        assert {row["id"] for row in table} == {*names, *coming}
        for change in [*document["changes"], *document["coming"]]:
            answers = sum(effect["answers"] for effect in change["effects"])
            mine = [row for row in table if row["id"] == change["id"]]
            assert answers == sum(int(row["answers"]) for row in mine)
        assert answer == document


def test_a_change_says_what_who_where_why_and_by_which_source(
    client: TestClient,
) -> None:
    page = client.get("/changes?vendor=clearview-ai&from=2023-01-01&to=2023-01-01").text

    assert "Clearview AI begins to offer: deletion" in page
    assert "It has a request form for Virginians" in page
    assert "Opt-out only" in page
    assert "Offered by the company" in page
    assert "Clearview AI · Virginia" in page
    assert "www.wmra.org" in page
    assert "high" in page


def test_many_places_are_named_as_their_group(client: TestClient) -> None:
    page = client.get("/changes?from=2018-05-25&to=2018-05-25").text

    assert "GDPR comes into force" in page
    assert re.search(r"companies · [^<]*places", page)


def test_what_is_known_to_come_stands_apart(client: TestClient) -> None:
    page = client.get("/changes").text

    coming, _, past = page.partition("<h2>2026</h2>")
    assert ">Coming</h2>" in coming
    assert "law-began:us-al-apdpa:2027-05-01" in coming
    assert "2027" not in past.partition("<footer")[0]


def test_a_day_of_the_past_knows_only_what_had_happened(client: TestClient) -> None:
    document = client.get("/changes.json?on=2020-07-06&vendor=clearview-ai").json()

    assert max(change["on"] for change in document["changes"]) <= "2020-07-06"
    assert "2020-07-11" in {change["on"] for change in document["coming"]}


def test_older_changes_are_a_page_further(client: TestClient) -> None:
    seen: list[str] = []
    address: str | None = "/changes?to=2026-11-23"
    while address:
        page = client.get(address.replace("&amp;", "&")).text
        seen += shown(page)
        older = re.search(r'<a href="([^"]+)">Older changes', page)
        address = older[1] if older else None

    document = client.get("/changes.json?to=2026-11-23").json()
    assert seen == [change["id"] for change in document["changes"]]


def test_each_change_has_a_page_of_its_own_with_everybody_in_it(
    client: TestClient,
) -> None:
    name = "law-began:eu-gdpr:2018-05-25"

    page = client.get(f"/changes/{name}").text
    document = client.get(f"/changes/{name}.json").json()

    assert document["id"] == name
    for effect in document["effects"]:
        for cell in effect["cells"]:
            for place in cell["places"]:
                assert f'href="/jurisdictions/{place}"' in page
            for vendor in cell["vendors"]:
                assert f'href="/vendors/{vendor}"' in page
    assert '<meta name="description"' in page


@pytest.mark.parametrize(
    "address", ["/changes/no-such", "/changes/no-such.json", "/changes/x/y"]
)
def test_an_unknown_change_is_not_found(client: TestClient, address: str) -> None:
    assert client.get(address).status_code == 404


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("vendor=nobody", "vendor"),
        ("kind=magic", "kind"),
        ("place=ZZ-QQ", "place"),
        ("cause=chance", "cause"),
        ("direction=up", "direction"),
        ("from=2020-13-01", "from"),
        ("to=yesterday", "to"),
        ("on=never", "on"),
        ("from=2021-01-01&to=2020-01-01", "to"),
    ],
)
def test_an_unknown_filter_is_refused_by_its_name(
    client: TestClient, query: str, field: str
) -> None:
    assert client.get(f"/changes?{query}").status_code == 422
    problem = client.get(f"/api/v1/changes?{query}")
    assert problem.status_code == 422
    assert field in json.dumps(problem.json())
    assert "nobody" not in problem.text


def test_the_api_takes_a_filter_once(client: TestClient) -> None:
    twice = client.get("/api/v1/changes?place=DE&place=FR")

    assert twice.status_code == 422
    assert "/api/v1/changes" in client.get("/api/v1/openapi.json").json()["paths"]


def test_the_api_speaks_another_language_where_it_is_asked_to(
    client: TestClient,
) -> None:
    query = "from=2018-05-25&to=2018-05-25"
    titles = {
        lang: [
            c["title"]
            for c in client.get(f"/api/v1/changes?{query}{lang}").json()["changes"]
        ]
        for lang in ("", "&lang=fr")
    }

    assert "GDPR comes into force" in titles[""]
    assert "RGPD entre en vigueur" in titles["&lang=fr"]


@pytest.mark.parametrize(
    ("language", "words"),
    [("fr", "Ce qui a changé"), ("es", "Qué cambió")],
)
def test_the_page_speaks_the_readers_language(
    client: TestClient, language: str, words: str
) -> None:
    page = client.get("/changes", headers={"Accept-Language": language}).text

    assert f"<h1>{words}</h1>" in page
    assert f"/changes.atom?lang={language}" in page


@pytest.mark.parametrize(
    "address",
    [
        "/changes",
        "/changes.json",
        "/changes.csv",
        "/changes.atom",
        "/changes/feed.json",
        "/changes/law-began:eu-gdpr:2018-05-25",
        "/api/v1/changes",
    ],
)
def test_who_has_it_is_not_sent_it_again(client: TestClient, address: str) -> None:
    first = client.get(address)
    again = client.get(address, headers={"If-None-Match": first.headers["etag"]})
    french = client.get(
        address,
        headers={"If-None-Match": first.headers["etag"], "Accept-Language": "fr"},
    )

    assert "set-cookie" not in first.headers
    assert {"Accept-Language", "Cookie"} <= {
        word.strip() for word in first.headers["vary"].split(",")
    }
    assert (again.status_code, again.content) == (304, b"")
    assert french.status_code == 200


def test_news_by_mail_is_asked_for_with_the_same_place_and_company(
    client: TestClient,
) -> None:
    page = client.get("/changes?vendor=clearview-ai&place=CA-NB").text
    link = re.search(r'<a href="(/watch[^"]*)">', page)

    assert link
    form = client.get(link[1].replace("&amp;", "&")).text
    assert '<option value="clearview-ai" selected' in form
    assert '<option value="CA-NB" selected' in form


# The feeds


def elements(parent: ET.Element, name: str) -> list[ET.Element]:
    return parent.findall(f"a:{name}", ATOM)


def text_of(parent: ET.Element, name: str) -> str:
    [found] = elements(parent, name)
    assert found.text
    return found.text


def links(parent: ET.Element, rel: str) -> list[str]:
    return [e.attrib["href"] for e in elements(parent, "link") if e.get("rel") == rel]


def valid_atom(body: bytes) -> ET.Element:
    """Hold a feed against RFC 4287, sections 3.3, 4.1.1, 4.1.2 and 4.2.6."""
    root = ET.fromstring(body)  # noqa: S314 - our own feed
    assert root.tag == f"{{{ATOM['a']}}}feed"
    assert TAG.fullmatch(text_of(root, "id"))
    assert text_of(root, "title")
    assert RFC_3339.fullmatch(text_of(root, "updated"))
    [author] = elements(root, "author")
    assert text_of(author, "name")
    [me] = links(root, "self")
    [home] = links(root, "alternate")
    assert me.startswith("http://testserver/changes.atom")
    assert home.startswith("http://testserver/changes")
    ids = []
    for entry in elements(root, "entry"):
        ids.append(text_of(entry, "id"))
        assert TAG.fullmatch(ids[-1])
        assert text_of(entry, "title")
        assert RFC_3339.fullmatch(text_of(entry, "updated"))
        assert RFC_3339.fullmatch(text_of(entry, "published"))
        [page] = links(entry, "alternate")
        assert page.startswith("http://testserver/changes/")
        assert all(href.startswith("http") for href in links(entry, "via"))
        [content] = elements(entry, "content")
        assert content.get("type") == "html"
        assert content.text
    assert len(ids) == len(set(ids))
    assert {child.tag for child in root.iter()} <= {
        f"{{{ATOM['a']}}}{name}"
        for name in (
            "feed", "id", "title", "updated", "author", "name", "link", "entry",
            "published", "content",
        )
    }  # fmt: skip
    return root


@pytest.mark.parametrize(
    "query",
    [
        "",
        "?vendor=clearview-ai",
        "?place=CA&direction=gained",
        "?kind=bank",
        "?lang=fr",
        "?on=2020-07-06",
    ],
)
def test_the_feed_is_a_valid_atom_feed(client: TestClient, query: str) -> None:
    answer = client.get(f"/changes.atom{query}")

    assert answer.headers["content-type"].startswith("application/atom+xml")
    root = valid_atom(answer.content)
    [me] = links(root, "self")
    assert me == f"http://testserver/changes.atom{query}"


def test_every_entry_of_the_feed_leads_to_its_page(client: TestClient) -> None:
    root = valid_atom(client.get("/changes.atom").content)

    for entry in elements(root, "entry"):
        [page] = links(entry, "alternate")
        answer = client.get(page.removeprefix("http://testserver"))
        assert answer.status_code == 200
        assert text_of(entry, "title") in unescape(answer.text)


class Reader:
    """A feed reader: shows what it has not shown, or what was updated since."""

    def __init__(self, client: TestClient, address: str) -> None:
        self._client, self._address = client, address
        self._tag = ""
        self._known: dict[str, str] = {}

    def poll(self) -> list[str]:
        """Return the titles that it shows now."""
        answer = self._client.get(self._address, headers={"If-None-Match": self._tag})
        if answer.status_code == 304:
            return []
        self._tag = answer.headers["etag"]
        new = []
        for entry in elements(valid_atom(answer.content), "entry"):
            name, updated = text_of(entry, "id"), text_of(entry, "updated")
            if self._known.get(name) != updated:
                new.append(text_of(entry, "title"))
            self._known[name] = updated
        return new


def test_a_second_poll_shows_nothing_twice(client: TestClient, now: FakeClock) -> None:
    reader = Reader(client, "/changes.atom")
    first = reader.poll()

    assert first
    assert reader.poll() == []
    now.at += timedelta(days=1)
    assert reader.poll() == []


def test_the_day_itself_shows_what_began_on_it_and_nothing_else(
    client: TestClient, now: FakeClock
) -> None:
    reader = Reader(client, "/changes.atom?place=CL")
    reader.poll()

    now.at += timedelta(days=8)

    assert sorted(reader.poll()) == ["Ley 19.628 ends", "Ley 21.719 comes into force"]
    assert reader.poll() == []


def test_another_company_shows_nothing_twice(
    client: TestClient, store: Store, now: FakeClock
) -> None:
    reader = Reader(client, "/changes.atom")
    reader.poll()
    shape = VendorShape.model_validate(
        {
            "slug": "newcomer",
            "name": "Newcomer",
            "sector": "data_broker",
            "seat": ["US-NY"],
            "sources": ["https://newcomer.example"],
            "confidence": "high",
            "checked_on": "2026-11-23",
            "offers": [
                {
                    "id": "newcomer-deletes",
                    "right": "deletion",
                    "places": ["US-WY"],
                    "from": "2026-11-01",
                    "words": "It deletes.",
                    "sources": ["https://newcomer.example/privacy"],
                    "confidence": "high",
                    "checked_on": "2026-11-23",
                }
            ],
        }
    )
    with store.writing() as session:
        import_vendors(session, [shape], at=now.at, by=IMPORTED)
    now.at += timedelta(seconds=2)

    assert reader.poll() == ["Newcomer begins to offer: deletion"]


def test_the_json_feed_says_what_the_atom_feed_says(client: TestClient) -> None:
    feed: dict[str, Any] = client.get("/changes/feed.json?place=CA").json()
    root = valid_atom(client.get("/changes.atom?place=CA").content)

    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["feed_url"] == "http://testserver/changes/feed.json?place=CA"
    assert [item["id"] for item in feed["items"]] == [
        text_of(entry, "id") for entry in elements(root, "entry")
    ]
    for item in feed["items"]:
        assert {"id", "url", "title", "content_html", "date_published"} <= item.keys()
        assert RFC_3339.fullmatch(item["date_published"])


def test_a_correction_says_what_we_said_before(
    client: TestClient, store: Store, now: FakeClock
) -> None:
    [shape] = [shape for shape in read_vendors() if shape.slug == "clearview-ai"]
    tables = shape.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    for offer in tables["offers"]:
        if offer["id"] == "clearview-virginia":
            offer["from"] = "2023-03-01"
    now.at += timedelta(days=3)
    with store.writing() as session:
        corrected = type(shape).model_validate(tables)
        import_vendors(session, [corrected], at=now.at, by=IMPORTED)
    now.at += timedelta(seconds=2)

    document = client.get("/changes.json?direction=corrected").json()
    page = client.get("/changes?direction=corrected").text

    [change] = document["changes"]
    assert change["on"] == "2026-11-26"
    [one] = change["corrected"]
    assert one["before"]["from"] == "2023-01-01"
    assert one["after"]["from"] == "2023-03-01"
    assert "We corrected our record: Clearview AI" in page
    plain = page.replace("\u00a0", " ")
    assert "from 1 January 2023" in plain
    assert "from 1 March 2023" in plain
    own = client.get(f"/changes/{change['id']}")
    assert own.status_code == 200
    assert change["id"] in client.get("/changes.atom").text
