"""An editor adds an offer by keyboard alone: wrong at first, then seen, then saved."""

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.front_desk import PASSWORD
from tests.journeys.conftest import Portal, read_aloud, seen_well
from tests.journeys.test_by_keyboard import Hands

pytestmark = pytest.mark.journey


def enrol(page: Page, portal: Portal) -> None:
    page.goto(portal.enrolment)
    page.get_by_label("Your e-mail address").fill("editor@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Set my password").click()
    page.get_by_label("Your e-mail address").fill("editor@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Queue")


def test_an_offer_is_added_by_keyboard(context: BrowserContext, portal: Portal) -> None:
    page = context.new_page()
    hands = Hands(page)
    enrol(page, portal)
    hands.press("Companies", "link")
    hands.arrives("Companies")
    hands.press("Spokeo", "link")
    hands.arrives("Spokeo")
    seen_well(page)
    hands.press("Add an offer", "link")
    hands.arrives("An offer")
    hands.type("What it is about", "Del")
    hands.type("What it says, in one sentence", "We delete for people in Japan.")
    hands.type("Places", "JPX")
    hands.type("Where this was seen", "https://www.spokeo.com/optout")
    hands.type("How sure we are", "hi")
    hands.press("See what changes")
    hands.is_told("JPX is no place that we know. Nearest: JP")
    expect(page.get_by_label("Places", exact=True)).to_be_focused()
    page.keyboard.press("Control+A")
    page.keyboard.type("JP")
    hands.press("See what changes")
    hands.arrives("This is what changes")
    seen_well(page)
    expect(page.get_by_text("+ 1 place gained")).to_be_visible()
    hands.press("Save")
    hands.arrives("Spokeo")
    read_aloud(page)
    expect(page.locator("summary", has_text="Japan")).to_be_visible()
