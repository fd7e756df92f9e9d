"""What the pages and their sheet promise, beside what a browser sees."""

import re
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from app.words.languages import Language

ROOT = Path(__file__).parent.parent.parent
STATIC = ROOT / "app" / "web" / "static"
SHEET = (STATIC / "efface.css").read_text("utf-8")
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
PAGES = [
    "/",
    "/help",
    "/privacy",
    "/accessibility",
    "/about",
    "/data",
    "/heads",
    "/help/heads",
    "/api/docs",
    "/check",
    "/track",
    "/coverage",
    "/coverage/map",
    "/nowhere",
]
SHEET_AT_MOST = 20_000


def test_the_sheet_is_one_and_small() -> None:
    assert [file.name for file in STATIC.glob("*.css")] == ["efface.css"]
    assert len(SHEET.encode()) <= SHEET_AT_MOST


def test_the_sheet_asks_nobody_else() -> None:
    assert "@import" not in SHEET
    assert "http" not in SHEET.replace('a[href^="http"]', "")


def tokens(block: str) -> set[str]:
    return set(re.findall(r"--([a-z0-9]+):", block))


def test_dark_forced_and_light_set_the_same_colours() -> None:
    light = tokens(SHEET[: SHEET.index("@media")]) - {"serif", "sans", "mono"}
    dark = SHEET[SHEET.index("@media screen and (prefers-color-scheme:dark)") :]
    forced = SHEET[SHEET.index("@media (forced-colors:active)") :]

    assert tokens(dark[: dark.index("}}")]) == light
    assert tokens(forced[: forced.index("}}")]) == light


@pytest.mark.parametrize(
    "path", TEMPLATES, ids=lambda p: str(p.relative_to(ROOT / "templates"))
)
def test_no_template_carries_style_or_script_of_its_own(path: Path) -> None:
    text = path.read_text("utf-8")
    if path.parent.name == "mail":
        return

    assert not re.search(r"\sstyle=|<style|\son[a-z]+=\"", text)
    data = '<script type="application/ld+json">'  # which no browser runs
    assert not re.search(r"<script(?![^>]*\ssrc=)", text.replace(data, ""))


@pytest.mark.usefixtures("one_engine")
@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("address", PAGES)
def test_a_page_has_one_heading_its_language_and_the_way_to_the_others(
    client: TestClient, address: str, language: Language
) -> None:
    page = client.get(address, headers={"accept-language": language}).text

    assert page.count("<h1") == 1
    assert f'<html lang="{language}"' in page
    for other in set(Language) - {language}:
        assert f'href="{address}?lang={other}"' in page


@pytest.mark.usefixtures("one_engine")
@pytest.mark.parametrize("address", PAGES)
def test_every_sign_that_a_page_uses_is_drawn_on_it(
    client: TestClient, address: str
) -> None:
    page = client.get(address).text

    assert set(re.findall(r'href="#([vso]-\w+)"', page)) <= set(
        re.findall(r'<symbol id="([\w-]+)"', page)
    )


def test_the_privacy_page_follows_the_settings(client: TestClient) -> None:
    page = client.get("/privacy").text

    assert "30 days after the last request is closed" in page
    assert 'id="two-days"' in page
    assert "They hold no pictures that you gave, and no keys" in page
    assert "takes answers for a year after you file" in page
    assert 'href="/privacy#two-days"' in client.get("/").text


def test_what_our_records_say_in_english_is_marked_as_english(
    client: TestClient,
) -> None:
    french = {"accept-language": "fr"}
    page = client.get("/laws/ca-pipeda", headers=french).text
    offer = client.get("/vendors/clearview-ai", headers=french).text

    assert 'lang="en">Personal Information Protection' in page
    assert 'lang="en">A search engine for faces' in offer
    assert 'lang="en">Personal' not in client.get("/laws/ca-pipeda").text


def test_french_keeps_a_space_before_the_colon_of_a_reason(client: TestClient) -> None:
    asked = "/check/answer?residence=DE&vendor=clearview-ai"
    page = client.get(asked, headers={"accept-language": "fr"}).text

    assert "Loi\u00a0:</span>" in page
    assert "Law:</span>" in client.get(asked).text


def test_a_table_that_is_laid_out_as_blocks_says_that_it_is_a_table() -> None:
    for path in TEMPLATES:
        text = path.read_text("utf-8")
        for table in re.findall(
            r"<table class=\"[^\"]*pairs.*?</table>", text, re.DOTALL
        ):
            assert 'role="table"' in table, path
            assert not re.search(r"<(thead|tbody|tr|th|td)(?![^>]*role=)[ >]", table)
