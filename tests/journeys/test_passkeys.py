"""An administrator enrols, adds a passkey and codes, and signs in with each."""

import re
from datetime import UTC, datetime

import pyotp
import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.front_desk import PASSWORD
from tests.journeys.conftest import Portal, read_aloud, seen_well, with_scripts

pytestmark = pytest.mark.journey

BOSS, CLERK = "boss@example.org", "clerk@example.org"
POCKET = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
"""A device with a key in it, whose owner touches it whenever it asks."""


@with_scripts
def test_a_passkey_opens_the_door_and_a_code_does_too(
    context: BrowserContext, portal: Portal
) -> None:
    page = context.new_page()
    device = context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    device.send("WebAuthn.addVirtualAuthenticator", {"options": POCKET})
    enrol(page, portal.enrolment)

    page.get_by_label("Name of the passkey").fill("telephone")
    page.get_by_role("button", name="Add a passkey").click()
    arrives(page, "Your recovery codes")
    codes = page.locator(".recovery code").all_inner_texts()
    page.get_by_role("link", name="I have it: go on").click()
    page.get_by_role("button", name="Set one-time codes up").click()
    arrives(page, "One-time codes")
    secret = page.locator("code.digest").inner_text().replace(" ", "")
    page.get_by_label("Code").fill(pyotp.TOTP(secret).at(datetime.now(UTC)))
    page.get_by_role("button", name="Use these codes from now on").click()
    arrives(page, "Your account")
    expect(page.get_by_text("10 recovery codes are left.")).to_be_visible()
    invite(page, portal)

    page.get_by_role("button", name="Sign out", exact=True).click()
    arrives(page, "Staff: sign in")
    page.get_by_role("button", name="Use a passkey instead").click()
    expect(page).to_have_url(re.compile("/staff/$"))

    page.get_by_role("button", name="Sign out", exact=True).click()
    give_password(page)
    arrives(page, "The second step")
    page.get_by_label("Code").fill(codes[0])
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(re.compile("/staff/$"))
    assert "recovery codes" in portal.wait_for(page, BOSS, 3)


def arrives(page: Page, heading: str) -> None:
    """See that a page has come, and that it can be seen and heard by everybody."""
    expect(page.get_by_role("heading", level=1)).to_have_text(heading)
    read_aloud(page)
    seen_well(page, widest=False)


def enrol(page: Page, link: str) -> None:
    """Set a password with the first link, and come to the account."""
    page.goto(link)
    page.get_by_label("Your e-mail address").fill(BOSS)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Set my password").click()
    give_password(page)
    page.get_by_role("link", name="Add a second step").click()
    arrives(page, "Your account")


def give_password(page: Page) -> None:
    page.get_by_label("Your e-mail address").fill(BOSS)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def invite(page: Page, portal: Portal) -> None:
    """Invite a colleague, to whom a mail goes."""
    page.get_by_role("link", name="People").click()
    arrives(page, "People")
    page.get_by_label("Their e-mail address").fill(CLERK)
    page.get_by_label("Role").last.select_option("caseworker")
    page.get_by_role("button", name="Invite").click()
    arrives(page, f"{CLERK} is invited")
    assert "/staff/enrol/" in portal.wait_for(page, CLERK, 1)
