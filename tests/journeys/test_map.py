"""The map by keyboard, by ear, on a phone, and without colour."""

import io

import pytest
from playwright.sync_api import BrowserContext, expect
from pypdf import PdfReader

from tests.journeys.conftest import Portal, read_aloud, seen_well, with_scripts

pytestmark = pytest.mark.journey
MAP = "/coverage/map?vendor=clearview-ai&on=2026-11-23"


@pytest.fixture
def portal(library: Portal) -> Portal:
    """Nobody files anything here."""
    return library


@with_scripts
def test_a_map_is_walked_by_keyboard_and_opens_its_reasons(
    context: BrowserContext,
) -> None:
    page = context.new_page()
    page.goto(MAP)
    seen_well(page)
    read_aloud(page)
    first = page.locator("svg.us a").first
    first.focus()
    page.keyboard.press("Tab")
    focused = page.locator("svg.us a:focus-visible")
    expect(focused).to_have_count(1)
    expect(focused).to_have_css("outline-style", "solid")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("What you can ask for")


@with_scripts
def test_a_screen_reader_hears_each_grid_each_ground_and_each_place(
    context: BrowserContext,
) -> None:
    page = context.new_page()
    page.goto(MAP)

    world = page.get_by_role("img", name="Map of the world.")
    expect(world).to_have_count(1)
    states = page.get_by_role("group", name="United States", exact=True)
    expect(states.get_by_role("group", name="Offered by the company")).to_have_count(1)
    expect(states.get_by_role("link")).to_have_count(56)
    expect(
        states.get_by_role(
            "link", name="Clearview AI in California: Offered by the company"
        )
    ).to_have_count(1)
    page.locator("summary", has_text="Africa").click()
    expect(page.get_by_role("table", name="Africa")).to_contain_text("Kenya")


@with_scripts
def test_tiles_are_told_apart_without_colour(context: BrowserContext) -> None:
    page = context.new_page()
    page.emulate_media(forced_colors="active")
    page.goto(MAP)
    drawn = page.eval_on_selector_all(
        "svg.tiles g[class] use:first-child",
        "all => all.map(u => u.getAttribute('href'))",
    )

    assert {"#t-eligible", "#t-offered", "#t-uncertain", "#t-opt_out_only"} <= set(
        drawn
    )


@with_scripts
@pytest.mark.parametrize(
    "path",
    [
        "/laws/us-ca-ccpa?on=2026-11-23",
        "/jurisdictions/CA-QC?on=2026-11-23",
        "/coverage?on=2026-11-23&region=CA",
        "/compare?on=2026-11-23&from=2020-07-06&to=2026-11-23&vendor=pimeyes",
    ],
)
def test_each_sheet_on_paper_says_of_which_day_it_is_and_from_where(
    context: BrowserContext, portal: Portal, path: str
) -> None:
    page = context.new_page()
    page.goto(path)
    sheets = [
        " ".join(sheet.extract_text().split())
        for sheet in PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True))).pages
    ]

    assert len(sheets) > 1
    for sheet in sheets:
        assert "As of 23 November 2026. Source: Efface, " in sheet
        assert path.partition("?")[0] in sheet.replace(" ", "")
    assert "Place: " not in "".join(sheets), "a table is one on paper"
