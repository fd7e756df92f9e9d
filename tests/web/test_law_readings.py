"""What a law file holds that bears on a decision stands on its page and in its JSON."""

import re
import tomllib
from collections.abc import Iterator
from datetime import date
from html import unescape
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.rulebook.load import HERE, load_rulebook
from app.rulebook.predicates import predicate
from app.words.catalog import translations
from app.words.conditions import Clause, clause
from app.words.record_codes import from_memory, said_note
from app.words.records import condition_document, law_document
from app.words.terms import ALL

pytestmark = pytest.mark.usefixtures("one_engine")
LAWS = load_rulebook().pack.laws
FILES = {path.stem: path for path in sorted((HERE / "laws").rglob("*.toml"))}
CODES = {code for table in ALL.values() for code in table} | {
    "calendar_days",
    "business_days",
    "months",
    "weeks",
    "hours",
    "years",
    "receipt",
    "end-of-first-period",
}


def leaves(value: Any, key: str = "") -> Iterator[tuple[str, Any]]:
    match value:
        case dict():
            for name, inner in value.items():
                yield from leaves(inner, name)
        case list():
            for inner in value:
                yield from leaves(inner, key)
        case _:
            yield key, value


def words_of(file: dict[str, Any]) -> set[str]:
    """Return every text of a file that is no code, place or fact."""
    texts = {value for _, value in leaves(file) if isinstance(value, str)}
    return {
        text
        for text in texts
        if text not in CODES and not re.fullmatch(r"[A-Z]{2}(-[A-Z]+)?", text)
    }


def text_of(page: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def conditions(value: Any) -> Iterator[dict[str, Any]]:
    """Yield every condition of a file, the outermost ones."""
    inside = value.items() if isinstance(value, dict) else enumerate(value)
    for key, inner in inside:
        if key in {"needs", "limited", "when", "public_reached_when"}:
            yield inner
        elif isinstance(inner, dict | list):
            yield from conditions(inner)


def test_all_that_a_file_says_is_in_its_json() -> None:
    for law, path in FILES.items():
        file = tomllib.loads(path.read_text("utf-8"))
        document = dict(law_document(LAWS[law]))
        said = {value for _, value in leaves(document)} | {*document["places"]}

        for _key, value in leaves(file):
            written = value.isoformat() if isinstance(value, date) else value
            assert written in said, (law, value)


def test_a_condition_is_written_in_the_form_of_the_files() -> None:
    seen = 0
    for path in FILES.values():
        for table in conditions(tomllib.loads(path.read_text("utf-8"))):
            seen += 1
            assert predicate(condition_document(predicate(table))) == predicate(table)
    assert seen > 200


def test_all_words_of_a_file_are_on_its_page(client: TestClient) -> None:
    for law, path in FILES.items():
        file = tomllib.loads(path.read_text("utf-8"))
        file.pop("id")
        if LAWS[law].absent:
            file.pop("short_name")  # its page is called after the place
        facts = {str(fact) for table in conditions(file) for _, fact in leaves(table)}
        facts |= {
            fault
            for step in file.get("steps", ())
            for right in step.get("rights", ())
            for fault in right.get("faults", ())
        }
        opens = {
            value
            for table in conditions(file)
            for key, value in leaves(table)
            if key == "open"
        }
        page = client.get(f"/laws/{law}").text

        seen = text_of(page) + " ".join(re.findall(r'href="([^"]+)"', unescape(page)))
        for text in words_of(file) - (facts - opens):
            if text in {file["name"], "partly", "yes", "no"} or made_of_codes(text):
                continue
            assert " ".join(text.split()) in seen or text in page, (law, text)


def made_of_codes(text: str) -> bool:
    """Return whether a text is made of codes, which the page says in words."""
    abouts = ("third_party_data", "data_exemptions")
    in_codes = any(said_note(about, text, str) for about in abouts)
    return in_codes or bool(from_memory([text], str))


SEEN = ["us-ca-ccpa", "eu-gdpr", "us-il-bipa", "ca-pipeda", "us-al-none", "ca-bill-c36"]


@pytest.mark.parametrize("language", ["en", "fr", "es"])
@pytest.mark.parametrize("law", SEEN)
def test_the_words_of_a_record_are_quoted_in_their_language(
    client: TestClient, law: str, language: str
) -> None:
    page = client.get(f"/laws/{law}?lang={language}").text
    mark = "" if language == "en" else ' lang="en"'

    assert f"<blockquote{mark}><p>" in page
    assert re.findall(r"<blockquote([^>]*)>", page) == [mark] * page.count("<blockq")
    assert page.count("<h1") == 1


def test_a_threshold_stands_there_with_its_days(client: TestClient) -> None:
    page = text_of(client.get("/laws/us-ca-ccpa?on=2024-06-01").text)
    here, _, others = page.partition("Versions")

    assert "From 1 January 2023 until 31 December 2024" in here
    assert "Revenue in a year, in US dollars: more than 25,000,000" in here
    assert "more than 26,625,000" not in here
    assert "From 1 January 2025" in others
    assert "more than 26,625,000" in others


def test_what_it_gives_and_by_when_comes_first(client: TestClient) -> None:
    page = text_of(client.get("/laws/us-ca-ccpa").text)
    short = page[page.index("In short") : page.index("How it reads")]

    for words in (
        "From 1 January 2020",
        "It reaches only companies of a certain size or trade",
        "Deletion of what you gave",
        "within 45 days of receipt, 45 days more",
        "Somebody else may ask for you",
        "California Privacy Protection Agency",
        "by the editors of this rulebook",
    ):
        assert words in short.replace("\u00a0", " "), words


def test_a_source_limit_and_the_rule_for_public_data_are_said_in_words(
    client: TestClient,
) -> None:
    page = text_of(client.get("/laws/us-ca-ccpa").text)

    assert (
        "Only data that is one of these: given by you, observed by the company" in page
    )
    assert "but not biometric data made from it, such as a face template" in page
    assert "Sources differ about data that is one of these: bought or got" in page


def test_a_period_stands_there_with_its_provision(client: TestClient) -> None:
    page = text_of(client.get("/laws/eu-gdpr?lang=fr").text).replace("\u00a0", " ")

    assert "sans retard indu, au plus tard dans 1 mois ( art. 12, par. 3 )" in page
    assert "Le délai s’arrête" in page


def test_what_has_no_period_and_what_needs_no_notice_is_said(
    client: TestClient,
) -> None:
    taiwan = text_of(client.get("/laws/tw-pdpa").text)
    credit = text_of(client.get("/laws/us-fed-fcra?lang=es").text)

    assert "Answer within no fixed period" in taiwan
    assert "que la empresa no tiene que anunciar" in credit


def test_a_law_across_borders_says_whom_it_reaches(client: TestClient) -> None:
    gdpr = text_of(client.get("/laws/eu-gdpr").text)
    pipeda = text_of(client.get("/laws/ca-pipeda").text)

    assert "It reaches companies abroad that its test catches" in gdpr
    assert "owes it to everybody, wherever they live" in gdpr
    assert (
        "Next to the law of Alberta, British Columbia, Quebec, for these companies:"
        " airlines, banks, telephone companies" in pipeda
    )


def test_a_law_of_some_companies_says_so_first(client: TestClient) -> None:
    page = text_of(client.get("/laws/us-fed-fcra").text)
    short = page[page.index("In short") : page.index("How it reads")]

    assert (
        "It is about these companies alone: credit bureaus, tenant screening" in short
    )
    assert "We know of no condition" not in page


def test_a_law_that_is_coming_is_read_as_it_will_be(client: TestClient) -> None:
    page = text_of(client.get("/laws/us-al-apdpa?on=2026-11-23").text)

    assert "Not in force on 23 November 2026." in page.replace("\u00a0", " ")
    assert "How it reads" in page


def said(text: dict[str, Any], language: str = "en") -> Clause:
    return clause(predicate(text), (language, translations(language).gettext))


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        ({"held": "US-VA", "at_least": 100000}, "at least 100,000"),
        ({"not": {"held": "US-VA", "at_least": 100000}}, "less than 100,000"),
        ({"not": {"fact": "person.age", "more_than": 17}}, "Age in years: at most 17"),
        ({"fact": "vendor.revenue_share_from_sales", "more_than": 0.25}, "than 25%"),
        ({"not": {"notion": "data_broker"}}, "The company is no data broker"),
        ({"not": {"fact": "vendor.sells_data", "is": False}}, "The company sells data"),
        (
            {"not": {"fact": "vendor.sector", "in": ["insurer", "bank"]}},
            "The company is none of these: banks, insurers",
        ),
        ({"fact": "vendor.seat", "includes": ["FR", "DE"]}, "seat in France, Germany"),
        ({"any": [{"always": True}]}, "it holds for everybody"),
    ],
)
def test_a_condition_is_said_in_words(condition: dict[str, Any], words: str) -> None:
    assert (
        said(condition)
        .text.replace("Germany, France", "France, Germany")
        .endswith(words)
    )


def test_a_denied_choice_denies_each_part() -> None:
    choice = {"any": [{"notion": "nonprofit"}, {"open": "a club"}]}

    denied = said({"not": choice})

    assert denied.text == "None of these:"
    assert [part.text for part in denied.parts] == [
        "The company is a charity or run without profit",
        "What no form can settle:",
    ]
    assert denied.parts[1].quoted == "a club"


def test_every_condition_of_every_law_can_be_said() -> None:
    for language in ("en", "fr", "es"):
        for path in FILES.values():
            for table in conditions(tomllib.loads(path.read_text("utf-8"))):
                assert said(table, language).text


def test_numbers_are_written_as_the_reader_writes_them() -> None:
    held = {"held": "US-VA", "at_least": 100000}

    assert "100\u202f000" in said(held, "fr").text
    assert "100.000" in said(held, "es").text
