"""The whole main job, as its people do it."""

import re

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect

from app.rulebook.load import read_vendors
from tests.journeys.conftest import (
    Portal,
    nothing_cut_off,
    seen_well,
    with_scripts,
    without_scripts,
)

pytestmark = pytest.mark.journey

EMAIL = "robin.sample@example.org"
PASSWORD = "a sentence that nobody guesses"


def leave_the_questions_open(page: Page) -> None:
    """Say nothing more where the rules ask, and come to the next page."""
    expect(page).to_have_url(re.compile("/file/"))
    if page.url.endswith("/questions"):
        page.get_by_role("button", name="Save and go on").click()


def live_in(page: Page, name: str, code: str) -> None:
    """Say where one lives: by typing its name, or without scripts by choosing it."""
    page.wait_for_load_state()
    typing = page.get_by_role("combobox", name="Where do you live?")
    if typing.count():
        typing.fill(name)
        typing.press("Enter")
    else:
        page.get_by_label("In which country do you live?").select_option(code)


def fill_in(page: Page) -> None:
    """Go from the start page to the button that sends."""
    page.goto("/")
    page.get_by_role("link", name="Check if you are covered").first.click()
    live_in(page, "Germany", "DE")
    for kind in ("Credit bureaus", "Face search"):
        page.get_by_text(kind, exact=True).click()
    page.get_by_label("Riverty (infoscore)").check()
    page.get_by_label("Clearview AI").check()
    page.get_by_role("button", name="Show my answer").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What you can ask for")
    expect(page.get_by_text("Covered by law").first).to_be_visible()
    page.get_by_role("button", name="Go on with these companies").click()
    leave_the_questions_open(page)
    page.get_by_label("For me", exact=True).check()
    page.get_by_role("button", name="Save and go on").click()
    page.get_by_label("Full name").fill("Robin Sample")
    page.get_by_label("E-mail address", exact=True).fill("robin.sample@")
    page.get_by_role("button", name="Save and go on").click()
    expect(page.get_by_role("alert")).to_contain_text("One thing to put right")
    expect(page.get_by_label("Full name")).to_have_value("Robin Sample")
    page.get_by_label("E-mail address", exact=True).fill(EMAIL)
    page.get_by_role("button", name="Save and go on").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Check your answers")
    page.get_by_text("Read the letter to Riverty (infoscore)").click()
    expect(page.get_by_text("Robin Sample").first).to_be_visible()
    page.get_by_label("What I wrote is true, and I ask for myself.").check()


def fill_and_send(page: Page) -> None:
    """Go from the start page to the page that asks for the code."""
    fill_in(page)
    page.get_by_role("button", name="Send my requests").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Check your mail")


def test_a_resident_files_a_vendor_answers_the_resident_sees_it(
    context: BrowserContext, portal: Portal, browser: Browser
) -> None:
    page = context.new_page()
    fill_and_send(page)

    page.get_by_label("The six digits").fill("000 000")
    page.get_by_role("button", name="Confirm", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("six digits of the newest mail")
    page.get_by_label("The six digits").fill(portal.code(page, EMAIL, 1))
    page.get_by_role("button", name="Confirm", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Keep this code")
    receipt = page.locator(".receipt-code").inner_text().replace("\n", "")
    assert re.fullmatch(r"EF(-[0-9A-Z]{4}){7}", receipt)

    portal.wait_for(page, EMAIL, 2)
    letters = portal.mails_to("dataprotection@riverty.com")
    assert len(letters) == 1
    assert "Robin Sample" in portal.text(letters[0])
    assert not portal.mails_to("clearview")

    page.get_by_role("link", name="See where my requests stand").click()
    expect(page.get_by_text("Sent", exact=True).first).to_be_visible()
    expect(page.get_by_text("days left").first).to_be_visible()
    expect(page.get_by_text("Cover everything on the document")).to_be_visible()
    page.get_by_role("link", name="I sent it").click()
    page.get_by_role("button", name="Mail me a code for this").click()
    page.get_by_label("The six digits").fill(portal.code(page, EMAIL, 3))
    page.get_by_role("button", name="Count the days").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "Where your requests stand"
    )
    expect(page.get_by_role("link", name="I sent it")).to_have_count(0)

    record_refusal(browser, portal)

    page.goto("/track")
    expect(page.get_by_text("Refused", exact=True)).to_be_visible()
    ground = page.locator("dd", has_text="The law does not apply to us")
    expect(ground).to_contain_text("do not find this reason in this law")
    expect(page.get_by_role("link", name="Complain to the regulator")).to_be_visible()


def record_refusal(browser: Browser, portal: Portal) -> None:
    """Enrol, sign in, and record what the vendor wrote."""
    staff = browser.new_context(base_url=portal.url).new_page()
    staff.goto(portal.enrolment)
    staff.get_by_label("Your e-mail address").fill("clerk@example.org")
    staff.get_by_label("Password").fill(PASSWORD)
    staff.get_by_role("button", name="Set my password").click()
    staff.get_by_label("Your e-mail address").fill("clerk@example.org")
    staff.get_by_label("Password").fill(PASSWORD)
    staff.get_by_role("button", name="Sign in").click()
    expect(staff.get_by_role("heading", level=1)).to_have_text("Queue")
    seen_well(staff)
    staff.get_by_role("row", name="Riverty").get_by_role("link").first.click()
    expect(staff.get_by_text("Robin Sample")).to_have_count(0)
    seen_well(staff)
    staff.get_by_label("Refused", exact=True).check()
    staff.get_by_label("Ground of a refusal").select_option("outside-jurisdiction")
    staff.get_by_role("button", name="See the effect").click()
    expect(staff.get_by_text("What changes if you save")).to_be_visible()
    staff.get_by_role("button", name="Save this reply").click()
    expect(staff.get_by_text("They refused").first).to_be_visible()
    staff.context.close()


@without_scripts
def test_back_again_and_twice_create_nothing_twice(
    context: BrowserContext, portal: Portal
) -> None:
    page = context.new_page()
    fill_in(page)
    page.get_by_role("button", name="Send my requests").dblclick()
    expect(page.get_by_role("heading", level=1)).to_have_text("Check your mail")
    page.go_back()

    expect(page.get_by_role("heading", level=1)).to_have_text("Check your mail")
    page.wait_for_timeout(1500)
    assert len(portal.mails_to(EMAIL)) == 1


@with_scripts
def test_five_tabs_file_side_by_side(context: BrowserContext, portal: Portal) -> None:
    tabs = {country: context.new_page() for country in ("FR", "ES", "DE", "IT", "AT")}
    mailboxes = {country: f"robin+{country}@example.org" for country in tabs}
    for country, page in tabs.items():
        page.goto(f"/check/answer?residence={country}&vendor=riverty-infoscore")
        page.get_by_role("button", name="Ask Riverty (infoscore)").click()
        leave_the_questions_open(page)
        page.get_by_label("For me", exact=True).check()
        page.get_by_role("button", name="Save and go on").click()
        page.get_by_label("Full name").fill(f"Robin of {country}")
        page.get_by_label("E-mail address", exact=True).fill(mailboxes[country])
    for country, page in tabs.items():
        page.get_by_role("button", name="Save and go on").click()
        expect(page.get_by_text(f"Robin of {country}", exact=True)).to_be_visible()
        page.get_by_label("What I wrote is true").check()
    for page in tabs.values():
        page.get_by_role("button", name="Send my requests").click()
    receipts = set()
    for country, page in tabs.items():
        page.get_by_label("The six digits").fill(
            portal.code(page, mailboxes[country], 1)
        )
        page.get_by_role("button", name="Confirm", exact=True).click()
        receipts.add(page.locator(".receipt-code").inner_text())

    assert len(receipts) == 5
    for mailbox in mailboxes.values():
        portal.wait_for(page, mailbox, 2)
    letters = map(portal.text, portal.mails_to("dataprotection@riverty.com"))
    named = [re.findall(r"- Name: ([^\r\n]*)", letter) for letter in letters]
    assert sorted(named) == sorted([f"Robin of {country}"] for country in tabs)


@without_scripts
def test_the_mailed_link_confirms_by_its_button_alone(
    context: BrowserContext, portal: Portal, browser: Browser
) -> None:
    page = context.new_page()
    fill_and_send(page)
    text = portal.wait_for(page, EMAIL, 1)
    link = re.search(r"http\S+/confirm/\S+", text)
    assert link

    elsewhere = browser.new_context(base_url=portal.url).new_page()
    elsewhere.goto(link[0])
    elsewhere.get_by_role("button", name="Confirm my request").click()
    confirmed = elsewhere.get_by_role("heading", level=1)
    expect(confirmed).to_have_text("Your requests are confirmed")
    elsewhere.goto(link[0])
    expect(elsewhere.get_by_text("This link was used already")).to_be_visible()
    elsewhere.context.close()


@without_scripts
def test_one_fresh_code_is_enough_to_take_back_read_and_erase(
    context: BrowserContext, portal: Portal
) -> None:
    page = context.new_page()
    fill_and_send(page)
    page.get_by_label("The six digits").fill(portal.code(page, EMAIL, 1))
    page.get_by_role("button", name="Confirm", exact=True).click()
    portal.wait_for(page, EMAIL, 2)

    page.goto("/track")
    page.get_by_role("link", name=re.compile("Take back this.*Riverty")).click()
    page.get_by_role("button", name="Mail me a code for this").click()
    page.get_by_label("The six digits").fill(portal.code(page, EMAIL, 3))
    page.get_by_role("button", name="Take it back").click()
    expect(page.get_by_text("Taken back", exact=True)).to_be_visible()

    page.get_by_role("link", name=re.compile("Read what was written.*Riverty")).click()
    expect(page.get_by_role("heading", name="Your request")).to_be_visible()
    page.goto("/track")
    page.get_by_role("link", name="Delete all you keep about me").click()
    page.get_by_role("button", name="Delete it now").click()
    expect(page.get_by_text("We hold nothing personal any more.")).to_be_visible()


PAGES = [
    "/", "/check", "/check?asked=1", "/coverage", "/vendors", "/vendors/clearview-ai",
    "/jurisdictions", "/jurisdictions/CA-ON", "/laws/ca-pipeda", "/laws/us-ca-ccpa",
    "/laws/eu-gdpr", "/laws/us-al-none", "/laws/ca-bill-c36", "/changes",
    "/changes/law-began:eu-gdpr:2018-05-25", "/compare?vendor=clearview-ai",
    "/file", "/track",
    "/track/lost", "/receipt", "/help", "/privacy", "/accessibility", "/about", "/data",
    "/api/docs", "/staff/sign-in", "/no-such-page",
    "/check/answer?residence=CA-NB&vendor=clearview-ai&vendor=pimeyes",
]  # fmt: skip
LAID_OUT_ANEW = {"/", "/coverage", "/vendors/clearview-ai", PAGES[-1]}
"""Pages that a wide window lays out in another way, not only in longer lines."""


@pytest.mark.parametrize("language", ["en", "fr", "es"])
def test_every_page_is_for_everybody(
    browser: Browser, library: Portal, language: str
) -> None:
    context = browser.new_context(base_url=library.url, locale=language)
    page = context.new_page()
    for path in PAGES:
        page.goto(path)
        assert page.locator("html").get_attribute("lang") == language, path
        assert page.locator("h1").count() == 1, path
        if language == "en":
            seen_well(page, widest=path in LAID_OUT_ANEW)
        else:  # the same page, in longer words
            page.set_viewport_size({"width": 320, "height": 640})
            nothing_cut_off(page)
    context.close()


EVERY_COMPANY = "&vendor=".join(vendor.slug for vendor in read_vendors())


@pytest.mark.parametrize(
    ("path", "most"),
    [
        ("/", 60_000),
        ("/check", 60_000),
        (f"/check/answer?residence=US-CA&vendor={EVERY_COMPANY}", 60_000),
        ("/letter", 60_000),
        ("/watch", 60_000),
        ("/track", 60_000),
        ("/coverage", 200_000),
        ("/vendors/clearview-ai", 200_000),
    ],
)
def test_a_page_is_light_enough_for_an_old_phone(
    browser: Browser, library: Portal, path: str, most: int
) -> None:
    page = browser.new_context(base_url=library.url).new_page()
    sizes: list[int] = []
    page.on("requestfinished", lambda r: sizes.append(r.sizes()["responseBodySize"]))
    page.goto(path, wait_until="networkidle")

    assert 0 < sum(sizes) <= most
    page.context.close()


PHONE: ViewportSize = {"width": 320, "height": 640}
SHIFTS = """window.moved = 0;
new PerformanceObserver((list) => {
  for (const shift of list.getEntries()) window.moved += shift.value;
}).observe({ type: "layout-shift", buffered: true });"""


def test_nothing_moves_where_a_script_makes_one_field_of_two(
    browser: Browser, library: Portal
) -> None:
    page = browser.new_context(base_url=library.url, viewport=PHONE).new_page()
    page.add_init_script(SHIFTS)
    page.goto("/check", wait_until="networkidle")

    expect(page.get_by_role("combobox", name="Where do you live?")).to_be_visible()
    assert page.evaluate("window.moved") == 0
    page.context.close()
