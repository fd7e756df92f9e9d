"""A company answers by the link in its letter, and the resident reads it, in French."""

import re

import pytest
from playwright.sync_api import BrowserContext, FilePayload, Page, expect

from tests.journeys.conftest import Portal, seen_well, with_scripts
from tests.journeys.test_they_wrote import EMAIL, file_and_follow, screenshot

pytestmark = pytest.mark.journey

WORDS = "Nous gardons vos factures."


def link(portal: Portal) -> str:
    """Return the address in the letter, at the port where the portal is."""
    [letter] = portal.mails_to("riverty")
    found = re.search(r"http\S+(/reply/\S+)", portal.text(letter))
    assert found
    return portal.url + found[1]


def looked_at(page: Page, request: pytest.FixtureRequest) -> None:
    if "no script" not in request.node.name:  # axe is a script
        seen_well(page)


@with_scripts
def test_a_company_answers_and_the_resident_reads_it(
    context: BrowserContext, portal: Portal, request: pytest.FixtureRequest
) -> None:
    page = context.new_page()
    file_and_follow(page, portal)

    page.goto(link(portal))
    looked_at(page, request)
    page.get_by_role("button", name="Continuer").click()
    expect(page.get_by_role("alert")).to_contain_text("Choisissez votre réponse")
    looked_at(page, request)
    page.get_by_label("Nous refusons").check()
    page.get_by_label("Si vous refusez").select_option("trade-secret")
    page.get_by_label("Vos mots à la personne").fill(WORDS)
    page.get_by_role("button", name="Continuer").click()
    expect(page.get_by_text("Nous ne trouvons pas ce motif")).to_be_visible()
    looked_at(page, request)
    file = FilePayload(name="refus.png", mimeType="image/png", buffer=screenshot())
    page.get_by_label("Fichiers à y joindre").set_input_files(file)
    page.get_by_role("button", name="Envoyer cette réponse").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "Votre réponse est consignée"
    )
    looked_at(page, request)

    page.goto("/track")
    expect(page.get_by_text("Sur notre page de réponse").first).to_be_visible()
    page.get_by_role("link", name=re.compile("Lire ce qui a été écrit")).click()
    page.get_by_role("button", name="M’envoyer un code pour cela").click()
    page.get_by_label("Les six chiffres").fill(portal.code(page, EMAIL, 3))
    page.get_by_role("button", name="Les montrer").click()
    expect(page.get_by_text(WORDS)).to_be_visible()
    expect(page.get_by_role("link", name="refus.png")).to_be_visible()
    looked_at(page, request)
