"""Where one lives, which companies, for whom: in French and Spanish, as people do it."""

import re

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.journeys.conftest import Portal, seen_well, with_scripts

pytestmark = pytest.mark.journey

EMAIL = "robin.sample@example.org"


def speaking(page: Page, language: str) -> Page:
    """Open the first page in a language, which the browser remembers."""
    page.goto(f"/check?lang={language}")
    page.wait_for_load_state()
    return page


def has_script(page: Page) -> bool:
    """Return whether scripts run; where they do not, axe cannot look either."""
    return (
        page.get_by_role("combobox", name=re.compile("Où habitez|Dónde vive")).count()
        > 0
    )


def test_a_place_is_typed_in_french_and_chosen_by_keyboard(
    browser: Browser, portal: Portal
) -> None:
    context = browser.new_context(
        base_url=portal.url, viewport={"width": 320, "height": 640}
    )
    page = speaking(context.new_page(), "fr")
    place = page.get_by_role("combobox", name="Où habitez-vous ?")

    place.press_sequentially("quebec")
    proposals = page.get_by_role("listbox", name="Où habitez-vous ?")
    expect(proposals.get_by_role("option")).to_have_text(["Québec, Canada"])
    expect(page.get_by_role("status").filter(has_text="1 proposition")).to_have_count(1)
    seen_well(page)
    place.press("ArrowDown")
    expect(place).to_have_attribute("aria-activedescendant", "country-list-0")
    place.press("Escape")
    expect(proposals).to_be_hidden()
    place.press("ArrowDown")
    place.press("ArrowDown")
    place.press("Enter")
    expect(place).to_have_value("Québec, Canada")

    place.fill("allem")
    place.press("Enter")
    expect(place).to_have_value("Allemagne")
    expect(page.locator("#region")).to_be_hidden()
    place.fill("états-u")
    place.press("Enter")
    expect(page.get_by_label("Dans quelle province, quel territoire")).to_be_visible()
    place.fill("nowhere at all")
    expect(page.get_by_role("status").filter(has_text="Rien de ce nom")).to_have_count(
        1
    )
    page.get_by_role("button", name="Voir ma réponse").click()
    expect(page.get_by_role("alert")).to_contain_text("Choisissez le pays")
    seen_well(page)
    context.close()


def test_a_company_is_proposed_and_chosen_by_keyboard(
    browser: Browser, portal: Portal
) -> None:
    context = browser.new_context(base_url=portal.url)
    page = speaking(context.new_page(), "fr")
    name = page.get_by_role("combobox", name="Chercher une entreprise par son nom")

    for typed in ("clear", "pime"):
        name.press_sequentially(typed)
        name.press("ArrowDown")
        name.press("Enter")

    expect(page.get_by_text("Choix : Clearview AI, PimEyes")).to_be_visible()
    expect(page.get_by_label("Clearview AI", exact=True)).to_be_checked()
    seen_well(page)
    context.close()


def test_a_whole_kind_is_asked_in_french(
    context: BrowserContext, portal: Portal
) -> None:
    page = speaking(context.new_page(), "fr")
    scripts = has_script(page)
    if scripts:
        place = page.get_by_role("combobox", name="Où habitez-vous ?")
        place.press_sequentially("Allemagne")
        place.press("Tab")
    else:
        page.get_by_label("Dans quel pays habitez-vous ?").select_option("DE")
    page.get_by_text("Recherche par visage", exact=True).click()
    page.get_by_label(re.compile("Toutes de ce genre.*Recherche par visage")).check()
    page.get_by_role("button", name="Voir ma réponse").click()

    expect(page.get_by_role("heading", level=1)).to_have_text(
        "Ce que vous pouvez demander"
    )
    expect(page.locator(".card h2")).to_have_text(
        ["Clearview AI", "FaceCheck.ID", "PimEyes"]
    )
    if scripts:
        seen_well(page)
    page.get_by_role("button", name="Continuer avec ces entreprises").click()
    expect(page).to_have_url(re.compile("/file/"))


def choose_in_spanish(page: Page, *, scripts: bool) -> None:
    """Say where one lives, and lived, and which company."""
    if scripts:
        place = page.get_by_role("combobox", name="¿Dónde vive?")
        place.press_sequentially("alem")
        page.get_by_role("option", name="Alemania").click()
        expect(place).to_have_value("Alemania")
    else:
        page.get_by_label("¿En qué país vive?").select_option("DE")
    page.get_by_label("Me mudé en el último año").check()
    page.get_by_text("Agencias de crédito", exact=True).click()
    page.get_by_label("Riverty (infoscore)").check()
    page.get_by_role("button", name="Ver mi respuesta").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("¿Dónde vivía antes?")
    page.wait_for_load_state()
    before = page.get_by_role("combobox", name="¿Dónde vivía?")
    if before.count():
        before.fill("québec")
        before.press("Enter")
    else:
        page.get_by_label("¿En qué país vivía?").select_option("CA")
        page.get_by_label("¿En qué provincia").select_option("CA-QC")
    page.get_by_role("button", name="Mostrar las dos respuestas").click()
    expect(page.get_by_text("Antes, en Quebec")).to_be_visible()
    if scripts:
        seen_well(page)


@with_scripts
def test_somebody_files_for_someone_else_in_spanish(
    context: BrowserContext, portal: Portal
) -> None:
    page = speaking(context.new_page(), "es")
    scripts = has_script(page)
    choose_in_spanish(page, scripts=scripts)

    page.get_by_role("button", name="Pedirlo a Riverty (infoscore)").click()
    if page.url.endswith("/questions"):
        page.get_by_role("button", name="Omitir todo").click()
    page.get_by_label("Para alguien que me lo pidió").check()
    expect(page.get_by_text("Autorizo a esta persona")).to_be_visible()
    page.get_by_role("button", name="Guardar y seguir").click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_label("Su propio nombre completo").fill("O'Brien-Núñez")
    page.get_by_label("Su propio correo electrónico").fill("ada@example.org")
    page.get_by_label("Su relación con la persona").fill("hermana")
    page.get_by_label("El día en que dio su permiso").fill("2026-11-02")
    page.get_by_role("button", name="Guardar y seguir").click()
    page.get_by_label("Nombre completo").fill("محمد")
    page.get_by_label("Correo electrónico", exact=True).fill(EMAIL)
    page.get_by_role("button", name="Guardar y seguir").click()
    expect(page.get_by_text("O'Brien-Núñez").first).to_be_visible()
    if scripts:
        seen_well(page)
    page.get_by_label(re.compile("tengo el permiso")).check()
    page.get_by_role("button", name="Enviar mis solicitudes").click()
    page.get_by_label("Las seis cifras").fill(portal.code(page, EMAIL, 1))
    page.get_by_role("button", name="Confirmar", exact=True).click()
    expect(page.locator(".receipt-code")).to_be_visible()
    portal.wait_for(page, EMAIL, 2)
    (letter,) = portal.mails_to("dataprotection@riverty.com")
    assert "محمد" in portal.text(letter)
    assert "O'Brien-Núñez (Schwester)" in portal.text(letter)
