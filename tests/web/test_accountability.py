"""The pages of figures: what they show is what their files hold, and what was published."""

import csv
import io
import random
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from app import pictures
from app.actions.import_vendors import import_vendors
from app.domain.timeline import DenialGround, EventKind
from app.pictures import Bar, Card
from app.rulebook.vendor_schema import VendorShape
from app.store.keys import Keys
from app.store.people import Filing, MadeUp
from app.store.session import Store
from tests.conftest import FakeClock, as_it_is, keys_in
from tests.many_asked import FIRST_OF_OCTOBER, SPRING, Crowd
from tests.post_office import PROBE, post_office
from tests.web.conftest import QUERIES

pytestmark = pytest.mark.usefixtures("one_engine")
OTHER = {**PROBE, "slug": "other", "name": "Other Data", "domains": ["other.example"]}
WINTER = SPRING.replace(month=2)


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Keys:
    """The keys of all tests here, since their people are the same."""
    return keys_in(tmp_path_factory.mktemp("keys"))


@pytest.fixture
def crowd(store: Store, keys: Keys) -> Crowd:
    return Crowd(post_office(store, keys, vendors=(PROBE, OTHER)))


@pytest.fixture(scope="module")
def asked(stocked: Callable[[], Store], keys: Keys) -> Callable[[], None]:
    """Two quarters of figures, and a gap: they take a second to come about."""
    crowd = Crowd(post_office(stocked(), keys, vendors=(PROBE, OTHER)))
    crowd.answered(range(24), days=20)
    crowd.answered(range(30, 42), EventKind.REFUSED, ground=DenialGround.OTHER, days=60)
    crowd.answered(range(50, 61), None)
    crowd.answered(range(70, 85), residence="DE", vendors=["other"], days=33)
    crowd.answered(range(100, 112), at=WINTER, days=7)
    for number in range(120, 131):
        crowd.asks(number, residence="IN", vendors=["other"])
    crowd.publish(FIRST_OF_OCTOBER)
    return as_it_is(crowd.office.store)


@pytest.fixture
def told(asked: Callable[[], None], store: Store) -> None:
    """A portal with these figures."""
    asked()


def rows_of(page: str) -> list[list[str]]:
    """Return the cells of the first table's body, as they are read."""
    found = re.search(r"<tbody role=\"rowgroup\">(.*?)</tbody>", page, re.DOTALL)
    if found is None:
        return []
    return [
        [
            re.sub(r"<[^>]+>", "", cell).strip()
            for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)
        ]
        for row in re.findall(r"<tr role=\"row\">(.*?)</tr>", found[1], re.DOTALL)
    ]


def table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_figures_are_shown_by_company_and_law(client: TestClient, told: None) -> None:
    page = client.get("/accountability?on=2026-11-23").text

    assert rows_of(page) == [
        ["Other Data", "GDPR", "15", "0", "15", "0", "33"],
        ["Probe Data Incorporated", "CCPA/CPRA", "47", "24", "12", "11", "20"],
    ]
    assert "About half of the answers came within 20 days" in page
    assert "Refused: <b>12</b>" in page
    assert "Another reason: 12" in page
    assert "No number stands for fewer than 10 people" in page


def test_nothing_is_told_before_the_first_day_of_publishing(
    client: TestClient, told: None
) -> None:
    page = client.get("/accountability?on=2026-06-30").text
    document = client.get("/accountability.json?on=2026-06-30").json()

    assert "No quarter was published by 30\u00a0June\u00a02026" in page
    assert document["figures"] == document["releases"] == []
    assert client.get("/accountability?on=2026-07-01").text.count("2026-Q1") >= 1


def test_under_ten_is_said_and_nothing_is_drawn(
    client: TestClient, crowd: Crowd
) -> None:
    crowd.answered(range(7))
    crowd.answered(range(10, 18), None)
    crowd.publish()

    page = client.get("/accountability?on=2026-11-23&vendor=probe").text

    [row] = rows_of(page)
    assert row[2:] == ["15", "under 10", "under 10", "under 10", "–"]
    assert "Under 10 answers: nothing is drawn." in page
    assert not re.search(r"<circle cx=\"[0-9.]+%", page)


CHOICES = {
    "on": ("2026-06-30", "2026-07-01", "2026-09-30", "2026-10-01", "2026-11-23"),
    "vendor": ("", "probe", "other", "acxiom"),
    "law": ("", "us-ca-ccpa", "eu-gdpr", "several", "none"),
    "period": ("", "all", "2026-Q1", "2026-Q2", "2025-Q1"),
}


def queries(count: int) -> list[dict[str, str]]:
    chance = random.Random(14)
    return [
        {name: chance.choice(values) for name, values in CHOICES.items()}
        for _ in range(count)
    ]


def shown(value: Any) -> str:
    return "under 10" if value is None else str(value)


def test_a_page_its_json_and_its_csv_say_the_same(
    client: TestClient, told: None
) -> None:
    for query in queries(QUERIES):
        document = client.get("/accountability.json", params=query).json()
        lines = table(client.get("/accountability.csv", params=query).text)
        page = rows_of(client.get("/accountability", params=query).text)

        figures = document["figures"]
        assert [line["vendor"] for line in lines] == [f["vendor"] for f in figures]
        for line, figure in zip(lines, figures, strict=True):
            for name in ("period", "law", "people", "answered", "other_outcomes"):
                assert line[name] == ("" if figure[name] is None else str(figure[name]))
            for part, count in (figure["courses"] | figure["outcomes"]).items():
                assert line[part] == ("" if count is None else str(count))
        assert [row[-4:-1] for row in page] == [
            [shown(f["courses"][c]) for c in ("in_time", "late", "no_answer")]
            for f in figures
        ]


def test_the_api_gives_what_the_file_holds(client: TestClient, told: None) -> None:
    for query in ("", "?period=all", "?vendor=probe&law=us-ca-ccpa&on=2026-10-01"):
        by_api = client.get(f"/api/v1/accountability{query}")
        assert by_api.json() == client.get(f"/accountability.json{query}").json()


@pytest.mark.parametrize(
    ("query", "field"),
    [("vendor=zz", "vendor"), ("law=zz", "law"), ("period=2026", "period")],
)
def test_the_api_names_what_it_does_not_know(
    client: TestClient, query: str, field: str
) -> None:
    answer = client.get(f"/api/v1/accountability?{query}")

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == field


@pytest.mark.parametrize(
    ("path", "value", "meant"),
    [
        ("/accountability", "vendor=prob", "probe"),
        ("/accountability.json", "law=us-ca-cpa", "us-ca-ccpa"),
        ("/accountability.csv", "vendor=prob", "probe"),
        ("/gaps", "place=IX", "IN"),
        ("/gaps.json", "vendor=prob", "probe"),
        ("/gaps.csv", "place=IX", "IN"),
    ],
)
def test_what_nobody_knows_is_not_called_seldom_asked(
    client: TestClient, told: None, path: str, value: str, meant: str
) -> None:
    name = value.partition("=")[0]

    answer = client.get(f"{path}?{value}", headers={"accept": "application/json"})
    page = client.get(f"{path}?{value}")

    assert answer.status_code == page.status_code == 422
    assert "fewer than 10" not in page.text
    assert name in answer.text
    assert client.get(f"{path}?{name}={meant}").status_code == 200


@pytest.mark.parametrize("path", ["/accountability", "/gaps"])
def test_a_quarter_that_is_still_to_come_is_not_called_seldom_asked(
    client: TestClient, told: None, path: str
) -> None:
    page = client.get(f"{path}?on=2026-11-23&period=2026-Q3").text

    assert "No figures of what was asked from 1\u00a0July\u00a02026" in page
    assert "fewer than 10 people asked" not in page


def test_many_who_are_hidden_are_not_called_few(
    client: TestClient, crowd: Crowd
) -> None:
    crowd.answered(range(12))
    crowd.answered(range(20, 23), residence="US-CO")
    crowd.publish()

    page = client.get("/accountability?on=2026-11-23&vendor=probe&law=us-ca-ccpa").text

    assert "fewer than 10 people asked, or a number would lead to fewer" in page


def test_a_quarter_that_is_none_is_refused_on_the_page(client: TestClient) -> None:
    assert client.get("/accountability?period=soon").status_code == 422
    assert client.get("/gaps?period=soon").status_code == 422


@pytest.mark.parametrize("path", ["/accountability", "/gaps", "/gaps.csv"])
def test_figures_are_kept_by_readers_until_there_are_more(
    client: TestClient, crowd: Crowd, path: str
) -> None:
    first = client.get(path)
    again = client.get(path, headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304

    crowd.answered(range(12))
    for number in range(20, 31):
        crowd.asks(number, residence="IN")
    crowd.publish()

    later = client.get(path, headers={"If-None-Match": first.headers["etag"]})
    assert later.status_code == 200


def test_gaps_are_shown_with_what_would_have_covered_them(
    client: TestClient, told: None
) -> None:
    page = client.get("/gaps?on=2026-11-23").text

    [row] = rows_of(page)
    assert row[:3] == ["India", "Other Data", "11"]
    assert "DPDP Act" in row[3]
    assert "covered near it:" in row[3]


def test_gaps_say_the_same_in_every_form(client: TestClient, told: None) -> None:
    for query in ("", "place=IN", "place=CL", "vendor=probe", "period=all"):
        gaps = client.get(f"/gaps.json?{query}").json()["gaps"]
        lines = table(client.get(f"/gaps.csv?{query}").text)
        page = rows_of(client.get(f"/gaps?{query}").text)

        assert [line["people"] for line in lines] == [str(g["people"]) for g in gaps]
        assert [row[-2] for row in page] == [str(g["people"]) for g in gaps]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("fr", "Quelles entreprises répondent\u00a0?"),
        ("es", "¿Qué empresas responden?"),
    ],
)
def test_figures_speak_the_readers_language(
    client: TestClient, told: None, language: str, said: str
) -> None:
    headers = {"accept-language": language}
    page = client.get("/accountability", headers=headers).text

    assert f"<title>{said}" in page
    assert client.get("/gaps", headers=headers).status_code == 200


REGISTERED = {
    "id": "us-ca-2026",
    "place": "US-CA",
    "year": 2026,
    "from": "2026-01-01",
    "source": "https://register.example.org/",
    "checked_on": "2026-05-01",
    "figures": [
        {"family": "delete", "year": 2024, "received": 1200, "median_days": 4.5},
        {"family": "opt_out", "year": 2024, "received": 30, "denied": 2},
    ],
}


def test_a_companys_page_shows_how_it_answers(client: TestClient, told: None) -> None:
    page = client.get("/vendors/probe?on=2026-11-23").text

    assert "About half of the answers came within 20 days" in page
    assert "Refused: <b>12</b>" in page
    assert re.search(r"<circle cx=\"[0-9.]+%", page)
    assert (
        'href="/accountability?vendor=probe&amp;period=all&amp;on=2026-11-23"' in page
    )


def test_quarters_of_the_days_are_told_from_forty_answers_on(
    client: TestClient, crowd: Crowd
) -> None:
    crowd.answered(range(20), days=4)
    crowd.answered(range(20, 40), days=50)
    crowd.publish()

    page = client.get("/accountability?on=2026-11-23").text

    assert "a quarter within 4, three quarters within 50" in page


def test_a_company_that_few_asked_is_said_to_be_one(client: TestClient) -> None:
    page = client.get("/vendors/clearview-ai").text

    assert "from here fewer than 10 people asked it" in page


def test_what_a_company_told_a_register_stands_beside_ours(
    client: TestClient, store: Store, keys: Keys
) -> None:
    registered = {**PROBE, "registrations": [REGISTERED]}
    post_office(store, keys, vendors=(registered,))

    page = client.get("/accountability?vendor=probe&on=2026-11-23").text
    files = client.get("/accountability.json?vendor=probe&on=2026-11-23").json()

    assert "What it told the register, unchecked" in page
    assert 'data-label="Received">1,200</td>' in page
    assert 'data-label="Denied">not told</td>' in page
    assert "register.example.org" in page
    assert "register.example.org" in client.get("/vendors/probe?on=2026-11-23").text
    assert [one["received"] for one in files["own_figures"]] == [1200, 30]
    assert files["own_figures"][0]["source"] == "https://register.example.org/"


def test_made_up_people_are_called_that(
    client: TestClient, crowd: Crowd, store: Store
) -> None:
    crowd.answered(range(12))
    with store.writing() as session:
        for filing_id in session.scalars(select(Filing.id)):
            session.add(MadeUp(filing_id=filing_id))
    crowd.publish()

    for path in ("/accountability", "/gaps", "/vendors/probe"):
        assert "Synthetic: these people" in client.get(path).text
    [release] = client.get("/accountability.json").json()["releases"]
    assert release["synthetic"] is True


def test_a_picture_draws_what_is_told_and_nothing_else(
    client: TestClient, told: Crowd, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[Card] = []

    def draw(card: Card) -> bytes:
        drawn.append(card)
        return b"png"

    monkeypatch.setattr(pictures, "draw", draw)
    query = "on=2026-11-23&period=all"
    figures = client.get(f"/accountability.json?{query}").json()["figures"]
    gaps = client.get(f"/gaps.json?{query}").json()["gaps"]

    client.get(f"/share/accountability.png?{query}")
    client.get(f"/share/gaps.png?{query}")

    answers, nowhere = drawn
    assert answers.bars
    for bar in answers.bars:
        assert any(bar_is_of(bar, one) for one in figures), bar
    assert nowhere.bars
    assert {bar.value for bar in nowhere.bars} <= {str(gap["people"]) for gap in gaps}


def merge(store: Store, now: FakeClock) -> None:
    """Let the record of the probe go into the other one."""
    now.at += timedelta(minutes=1)
    went = {"of": "other", "since": "2026-11-01", "why": "They are one."}
    both = ({**PROBE, "double": went}, OTHER)
    with store.writing() as session:
        shapes = [VendorShape.model_validate(one) for one in both]
        import_vendors(session, shapes, at=now.at, by="import")
    now.at += timedelta(minutes=1)


def test_figures_of_a_record_that_went_into_another_keep_its_name(
    client: TestClient, crowd: Crowd, now: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    crowd.answered(range(24), days=20)
    for number in range(120, 131):
        crowd.asks(number, residence="IN")
    crowd.publish()
    merge(crowd.office.store, now)
    drawn: list[Card] = []

    def draw(card: Card) -> bytes:
        drawn.append(card)
        return b"png"

    monkeypatch.setattr(pictures, "draw", draw)
    query = "on=2026-11-23&vendor=probe"

    assert client.get("/vendors/probe", follow_redirects=False).status_code == 303
    page = client.get(f"/accountability?{query}").text
    client.get(f"/share/accountability.png?{query}")
    client.get("/share/gaps.png?on=2026-11-23")

    name = str(PROBE["name"])
    assert f"<h1>Does {name} answer?</h1>" in page
    answers, nowhere = drawn
    assert answers.heading == f"Does {name} answer?"
    assert name in nowhere.bars[0].name
    for path in ("/accountability", "/gaps"):
        [row] = rows_of(client.get(f"{path}?on=2026-11-23").text)
        assert name in " ".join(row)
        assert f'<option value="probe">{name}</option>' in client.get(path).text


@pytest.mark.parametrize("path", ["/accountability", "/gaps", "/api/v1/accountability"])
def test_a_record_that_went_into_another_is_known_where_nothing_was_published(
    client: TestClient, store: Store, now: FakeClock, path: str
) -> None:
    merge(store, now)

    asked = {"residence": "US-CA", "vendor": "probe"}
    assert client.get("/api/v1/eligibility", params=asked).status_code == 422
    assert client.get(f"{path}?vendor=probe").status_code == 200
    assert client.get(f"{path}?vendor=prober").status_code == 422


def bar_is_of(bar: Bar, figure: dict[str, Any]) -> bool:
    """Return whether a bar shows this figure, each part in proportion."""
    people, courses = figure["people_at_least"], figure["courses"]
    in_time = (courses["in_time"] or 0) / people
    return (
        bar.value.removeprefix("≥ ") == str(people)
        and dict(bar.parts).get("eligible", 0) == in_time
        and sum(share for _, share in bar.parts) == pytest.approx(1)
    )
