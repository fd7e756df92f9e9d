"""Ask every broker of a register at once, with scripts and without."""

from itertools import product

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.journeys.conftest import (
    Portal,
    nothing_cut_off,
    read_aloud,
    seen_well,
    with_scripts,
)
from tests.journeys.test_first_light import leave_the_questions_open, live_in

pytestmark = pytest.mark.journey

EMAIL = "robin.sample@example.org"
WHOLE = "residence=US-CA&circle=us-ca-registry"


def look(page: Page) -> None:
    read_aloud(page)
    seen_well(page)


def test_a_resident_asks_a_whole_register_and_takes_it_back(
    context: BrowserContext, portal: Portal
) -> None:
    page = context.new_page()
    page.goto("/check")
    live_in(page, "California, United States", "US")
    region = page.get_by_label("In which province, territory or state?")
    if region.is_visible():
        region.select_option("US-CA")
    page.get_by_label("Every data broker in the register of California").check()
    look(page)
    page.get_by_role("button", name="Show my answer").click()
    expect(page.get_by_text("What asking them means")).to_be_visible()
    look(page)
    page.get_by_role("link", name="See each company").click()
    expect(page.get_by_role("link", name="Acxiom")).to_be_visible()
    look(page)
    page.get_by_role("link", name="Back").click()
    page.get_by_role("button", name="Ask them all").click()
    leave_the_questions_open(page)
    page.get_by_label("For me", exact=True).check()
    page.get_by_role("button", name="Save and go on").click()

    page.get_by_label("Full name").fill("Robin Sample")
    page.get_by_label("E-mail address", exact=True).fill(EMAIL)
    page.get_by_label("ZIP codes").fill("nowhere")
    page.get_by_label("Date of birth").fill("1985-07-04")
    page.get_by_role("button", name="Save and go on").click()
    expect(page.get_by_role("alert")).to_contain_text("One thing to put right")
    look(page)
    page.get_by_label("ZIP codes").fill("90012")
    page.get_by_role("button", name="Save and go on").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Check your answers")
    expect(page.get_by_text("1 fingerprint")).to_have_count(2)
    look(page)
    page.get_by_label("What I wrote is true, and I ask for myself.").check()
    page.get_by_role("button", name="Ask them all").click()
    page.get_by_label("The six digits").fill(portal.code(page, EMAIL, 1))
    page.get_by_role("button", name="Confirm", exact=True).click()
    expect(page.get_by_text("on the companies’ lists within a day")).to_be_visible()
    look(page)

    page.get_by_role("link", name="See where my requests stand").click()
    expect(page.get_by_text("Many companies at once")).to_be_visible()
    look(page)
    page.get_by_role("link", name="Take back all that is not answered").click()
    page.get_by_role("button", name="Mail me a code for this").click()
    page.get_by_label("The six digits").fill(portal.code(page, EMAIL, 2))
    page.get_by_role("button", name="Take it back").click()
    expect(page.get_by_text("You took it back.")).to_be_visible()


@with_scripts
def test_the_answer_about_all_is_seen_well_in_each_language(
    context: BrowserContext,
) -> None:
    page = context.new_page()
    page.set_default_navigation_timeout(30_000)  # the first answer of a fresh portal
    for language, place in product(("en", "fr", "es"), ("answer", "companies")):
        page.goto(f"/check/{place}?{WHOLE}&lang={language}")
        look(page)
        page.set_viewport_size({"width": 320, "height": 640})
        nothing_cut_off(page)
