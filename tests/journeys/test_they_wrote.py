"""A company wrote to the resident: they record it with a screenshot, in French."""

import io
import re

import pytest
from PIL import Image
from playwright.sync_api import BrowserContext, FilePayload, Page, expect

from tests.journeys.conftest import Portal, seen_well, with_scripts

pytestmark = pytest.mark.journey

EMAIL = "robin.sample@example.org"


def go_on(page: Page) -> None:
    page.get_by_role("button", name="Enregistrer et continuer").click()


def file_and_follow(page: Page, portal: Portal) -> None:
    """File with a company that takes mail, and come to the tracking page."""
    page.goto("/?lang=fr")
    page.goto("/check/answer?residence=DE&vendor=riverty-infoscore")
    page.get_by_role("button", name="Demander à Riverty (infoscore)").click()
    expect(page).to_have_url(re.compile("/file/"))
    if page.url.endswith("/questions"):
        go_on(page)
    page.get_by_label("Pour moi", exact=True).check()
    go_on(page)
    page.get_by_label("Nom complet").fill("Robin Sample")
    page.get_by_label("Adresse électronique", exact=True).fill(EMAIL)
    go_on(page)
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Envoyer mes demandes").click()
    page.get_by_label("Les six chiffres").fill(portal.code(page, EMAIL, 1))
    page.get_by_role("button", name="Confirmer", exact=True).click()
    portal.wait_for(page, EMAIL, 2)
    page.goto("/track")


def screenshot() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (320, 640), "navy").save(out, "PNG")
    return out.getvalue()


def bring(page: Page, content: bytes) -> None:
    """Choose a file that is called a screenshot, and go on."""
    file = FilePayload(name="capture.png", mimeType="image/png", buffer=content)
    page.get_by_label("Sa réponse dans un fichier").set_input_files(file)
    page.get_by_role("button", name="Voir l’effet").click()


@with_scripts
def test_an_answer_is_recorded_with_a_screenshot(
    context: BrowserContext, portal: Portal, request: pytest.FixtureRequest
) -> None:
    page = context.new_page()
    looks = "no script" not in request.node.name  # axe is a script
    file_and_follow(page, portal)

    page.get_by_role("link", name=re.compile("L’entreprise m’a écrit")).click()
    page.get_by_role("button", name="M’envoyer un code pour cela").click()
    page.get_by_label("Les six chiffres").fill(portal.code(page, EMAIL, 3))
    page.get_by_role("button", name="Continuer").click()
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_have_text("Qu’a-t-elle dit ?")
    if looks:
        seen_well(page)
    go_on(page)
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_label("Elle a refusé").check()
    go_on(page)
    if looks:
        seen_well(page)

    page.get_by_label("Quel motif donne-t-elle ?").select_option("trade-secret")
    page.get_by_label("Ses mots").fill("C’est un secret d’affaires.")
    for content, said in (
        (b"MZ\x90\0", "ni une image"),
        (bytes(11_000_000), "plus de 10 Mo"),
    ):
        bring(page, content)
        expect(page.get_by_role("alert")).to_contain_text(said)
        if looks:
            seen_well(page)
        typed = page.get_by_label("Ses mots")
        expect(typed).to_have_value("C’est un secret d’affaires.")
    bring(page, screenshot())
    expect(page.locator("#effect")).to_contain_text("capture.png")
    expect(page.locator("#effect")).to_contain_text("Demande refusée")
    if looks:
        seen_well(page)
    page.get_by_role("button", name="Enregistrer cette réponse").click()

    expect(page.get_by_text("Un secret", exact=False).first).to_be_visible()
    if looks:
        seen_well(page)
    page.get_by_role("link", name=re.compile("Lire ce qui a été écrit")).click()
    if looks:
        seen_well(page)
    with page.expect_download() as kept:
        page.get_by_role("link", name="capture.png").click()
    content = kept.value.path().read_bytes()
    assert Image.open(io.BytesIO(content)).size == (320, 640)

    page.goto("/track")
    page.get_by_role("link", name=re.compile("Relancer")).click()
    if looks:
        seen_well(page)
    page.get_by_role("button", name="La renvoyer").click()
    expect(page.get_by_text("Vous avez relancé l’entreprise")).to_be_visible()
