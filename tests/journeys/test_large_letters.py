"""Five companies of three kinds: in French, on a small phone, with letters twice as large.

No scripts run. Whoever reads like this sees every page whole, and gets to the end.
"""

import io
import json
import re
from typing import Literal

import pytest
from PIL import Image
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.journeys.conftest import (
    Portal,
    large_letters,
    nothing_cut_off,
    without_scripts,
)

pytestmark = pytest.mark.journey

NAME, EMAIL = "Ñ" * 200, "robin+efface@münchen.example"
AS_IT_TRAVELS = "robin+efface@xn--mnchen-3ya.example"
COMPANIES = {
    "Agences d’évaluation du crédit": ("Riverty (infoscore)", "SCHUFA Holding AG"),
    "Courtiers en données": ("Acxiom",),
    "Recherche par visage": ("Clearview AI", "PimEyes"),
}
BY_MAIL = (
    "dataprotection@riverty.com",
    "datenschutz@schufa.de",
    "datenschutz@acxiom.com",
)


def press(page: Page, name: str, role: Literal["button", "link"] = "button") -> None:
    """Press a button or link, and look at the page that comes."""
    with page.expect_navigation():
        page.get_by_role(role, name=re.compile(name)).first.click()
    nothing_cut_off(page)


def legible(button: Locator) -> bool:
    """Return whether a button shows more than two plain areas: the edges of letters."""
    shot = Image.open(io.BytesIO(button.screenshot())).convert("L")
    middle = shot.crop((shot.width // 4, 8, shot.width * 3 // 4, shot.height - 8))
    return len(middle.getcolors() or ()) > 8


@without_scripts
def test_five_companies_are_asked_refuse_and_are_complained_of(
    context: BrowserContext, portal: Portal
) -> None:
    large_letters(context)
    page = context.new_page()
    choose(page)
    file(page, portal)
    assert {to for to in BY_MAIL if portal.mails_to(to)} == set(BY_MAIL)

    follow(page, portal)
    complain(page)
    keep_the_evidence(page)

    page.goto("/track")
    press(page, "Effacer tout ce que vous gardez", "link")
    press(page, "Effacer maintenant")
    expect(page.get_by_text("Nous ne détenons plus rien de personnel.")).to_be_visible()
    expect(page.get_by_role("link", name="Obtenir le dossier")).to_have_count(0)
    press(page, "Fermer cette page de suivi")


def choose(page: Page) -> None:
    """Say where one lives and which companies; forget the place at first."""
    page.goto("/?lang=fr")
    nothing_cut_off(page)
    press(page, "Vérifier vos droits", "link")
    for kind, names in COMPANIES.items():
        page.get_by_text(kind, exact=True).click()
        for name in names:
            page.get_by_label(name, exact=True).check()
    press(page, "Voir ma réponse")
    expect(page.get_by_role("alert")).to_contain_text("Une chose à corriger")
    page.emulate_media(forced_colors="active")
    assert legible(page.get_by_role("button", name="Voir ma réponse"))
    page.emulate_media(forced_colors="none")
    page.get_by_label("Dans quel pays habitez-vous ?").select_option("DE")
    press(page, "Voir ma réponse")
    expect(page.locator(".card")).to_have_count(5)


def file(page: Page, portal: Portal) -> None:
    """File, and print the tracking code."""
    press(page, "Continuer avec ces entreprises")
    page.get_by_label("Pour moi", exact=True).check()
    press(page, "Enregistrer et continuer")
    page.get_by_label("Nom complet").fill(NAME)
    press(page, "Enregistrer et continuer")
    expect(page.get_by_role("alert")).to_contain_text("adresse électronique")
    page.get_by_label("Adresse électronique", exact=True).fill(EMAIL)
    press(page, "Enregistrer et continuer")
    for letter in page.get_by_text("Lire la lettre").all():
        letter.click()
    expect(page.locator(".letter")).to_have_count(5)
    page.get_by_role("checkbox").check()
    press(page, "Envoyer mes demandes")
    expect(page.locator("bdi", has_text=EMAIL)).to_be_visible()
    page.get_by_label("Les six chiffres").fill(portal.code(page, AS_IT_TRAVELS, 1))
    press(page, "Confirmer")
    page.emulate_media(media="print")
    nothing_cut_off(page)
    expect(page.locator(".receipt-code")).to_be_visible()
    expect(page.get_by_text("Quitter cette page")).to_be_hidden()
    page.emulate_media(media="screen")
    portal.wait_for(page, AS_IT_TRAVELS, 2)
    press(page, "Voir où en sont mes demandes", "link")


def follow(page: Page, portal: Portal) -> None:
    """Take one request back, and record that another was refused."""
    expect(page.get_by_text("Envoyée", exact=True)).to_have_count(3)
    expect(page.get_by_text("À vous de l’envoyer", exact=True)).to_have_count(2)
    press(page, "Retirer cette demande.*Riverty", "link")
    press(page, "M’envoyer un code pour cela")
    page.get_by_label("Les six chiffres").fill(portal.code(page, AS_IT_TRAVELS, 3))
    press(page, "La retirer")
    expect(page.get_by_text("Retirée", exact=True)).to_be_visible()
    press(page, "L’entreprise m’a écrit.*Acxiom", "link")
    page.get_by_label("Elle a refusé").check()
    press(page, "Enregistrer et continuer")
    page.get_by_label("Quel motif donne-t-elle ?").select_option("trade-secret")
    page.get_by_label("Ses mots").fill("Geschäftsgeheimnis" * 9)
    press(page, "Voir l’effet")
    press(page, "Enregistrer cette réponse")
    expect(page.get_by_text("Demande refusée", exact=True)).to_be_visible()


def complain(page: Page) -> None:
    """Open the letter to the regulator."""
    press(page, "Porter plainte auprès de l’autorité.*Acxiom", "link")
    expect(page.locator(".letter").first).to_contain_text(f"Name: {NAME}")
    with page.expect_download() as printed:
        page.get_by_role("link", name="PDF").click()
    assert printed.value.path().read_bytes().startswith(b"%PDF")


def keep_the_evidence(page: Page) -> None:
    """Take the file that proves what happened."""
    page.goto("/track")
    press(page, "Obtenir le dossier de preuves.*Acxiom", "link")
    expect(page.get_by_role("link", name="Pour lire et imprimer (PDF)")).to_be_visible()
    with page.expect_download() as kept:
        page.get_by_role("link", name="Pour vérifier (JSON)").click()
    assert NAME in json.dumps(
        json.loads(kept.value.path().read_text("utf-8")), ensure_ascii=False
    )
