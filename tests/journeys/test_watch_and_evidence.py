"""Told when a right arrives, and proof of what happened: in Spanish and in French."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests import ready
from tests.journeys.conftest import Portal, seen_well, surroundings, with_scripts

pytestmark = pytest.mark.journey

WATCHER, WRITER = "mira.watchful@example.org", "robin.sample@example.org"
LINK = re.compile(r"http://localhost:\d+(/watch/[\w-]{20,})(?=\s)")
CODE = re.compile(r"\b(\d{3} \d{3})\b")
NEW_VENDOR = """
slug = "probe"
name = "Probe Data Incorporated"
seat = ["US-NY"]
sector = "data_broker"
sources = ["https://probe.example.org/privacy"]
confidence = "medium"
checked_on = 2026-11-01

[[routes]]
kind = "email"
address = "privacy@probe.example.org"
"""
ITS_PROMISE = """
[[offers]]
id = "deletion-in-manitoba"
right = "deletion"
places = ["CA-MB"]
from = 2026-01-01
words = "It deletes for people in Manitoba."
sources = ["https://probe.example.org/news"]
confidence = "high"
checked_on = 2026-11-01
"""


def efface(portal: Portal, *words: str) -> None:
    """Give a command at the portal's own folder."""
    ready.run(words, surroundings(portal.mail.parent))


def mailed_link(page: Page, portal: Portal, count: int) -> str:
    """Wait for a mail to who watches, and return the page that it leads to."""
    found = LINK.search(portal.wait_for(page, WATCHER, count))
    assert found is not None
    return found[1]


def second_code(page: Page, portal: Portal) -> str:
    """Wait for a mail with another code than the one that confirmed."""
    for _ in range(200):
        texts = map(portal.text, portal.mails_to(WRITER))
        codes = [found[1] for t in texts if (found := CODE.search(t))]
        if len(codes) > 1:
            return codes[-1]
        page.wait_for_timeout(50)
    raise AssertionError("no second code in 10 s")


@with_scripts
def test_a_right_that_arrives_reaches_the_person(
    context: BrowserContext, portal: Portal, tmp_path: Path
) -> None:
    vendor = tmp_path / "probe.toml"
    vendor.write_text(NEW_VENDOR, "utf-8")
    efface(portal, "vendors", "import", str(vendor))
    page = context.new_page()
    page.goto("/check/answer?residence=CA-MB&vendor=probe&lang=es")
    offered = page.get_by_role("link", name="Avisarme si esto cambia")
    while not offered.count():  # the directory is read again after a second
        page.wait_for_timeout(200)
        page.reload()
    offered.click()
    seen_well(page)
    expect(page.get_by_label("¿Qué empresa?")).to_have_value("probe")
    page.get_by_role("button", name="Enviarme el enlace").click()
    expect(page.get_by_role("alert")).to_contain_text("Una cosa por corregir")
    seen_well(page)
    page.get_by_label("Correo electrónico").fill(WATCHER)
    page.get_by_role("button", name="Enviarme el enlace").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Mire en su buzón")
    seen_well(page)
    page.goto(mailed_link(page, portal, 1))
    seen_well(page)
    page.get_by_role("button", name="Sí, avíseme").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "Vigilamos esto por usted"
    )
    seen_well(page)

    vendor.write_text(NEW_VENDOR + ITS_PROMISE, "utf-8")
    efface(portal, "vendors", "import", str(vendor))
    efface(portal, "worker", "--once")
    news = mailed_link(page, portal, 2)
    page.goto(news)
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "La respuesta ha cambiado"
    )
    seen_well(page)
    page.get_by_role("button", name="Pedirlo a Probe Data Incorporated").click()
    expect(page).to_have_url(re.compile("/file/"))
    page.goto(f"{news}/stop")
    seen_well(page)
    page.get_by_role("button", name="Dejar de vigilar").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Está detenido")
    seen_well(page)
    page.goto(news)
    expect(page.get_by_role("heading", level=1)).to_contain_text("enlace")
    seen_well(page)


@with_scripts
def test_a_stranger_checks_the_file_that_was_downloaded(
    context: BrowserContext, portal: Portal, tmp_path: Path
) -> None:
    page = context.new_page()
    page.goto("/check/answer?residence=FR&vendor=epsilon&lang=fr")
    page.get_by_role("button", name="Demander à Epsilon").click()
    if page.url.endswith("/questions"):
        page.get_by_role("button", name="Enregistrer et continuer").click()
    page.get_by_label("Pour moi", exact=True).check()
    page.get_by_role("button", name="Enregistrer et continuer").click()
    page.get_by_label("Nom complet").fill("Robin Sample")
    page.get_by_label("Adresse électronique", exact=True).fill(WRITER)
    page.get_by_role("button", name="Enregistrer et continuer").click()
    page.locator("input[name=truth]").check()
    page.get_by_role("button", name="Envoyer mes demandes").click()
    page.locator("#code").fill(portal.code(page, WRITER, 1))
    page.locator("main form button").first.click()
    page.goto("/track")
    page.get_by_role("link", name="Obtenir le dossier de preuves").click()
    seen_well(page)
    page.locator("button[value=mail]").click()
    page.locator("#code").fill(second_code(page, portal))
    seen_well(page)
    page.get_by_role("button", name="L’ouvrir").click()
    seen_well(page)
    with page.expect_download() as begun:
        page.get_by_role("link", name="Pour vérifier (JSON)").click()
    begun.value.save_as(tmp_path / "evidence.json")
    page.get_by_role("link", name="Le lire ici, ou l’imprimer").click()
    seen_well(page)
    page.get_by_role("link", name="Retour").click()
    page.get_by_role("link", name="Comment vérifier un dossier de preuves").click()
    seen_well(page)
    (tmp_path / "check.py").write_text(page.locator("#lines").inner_text(), "utf-8")

    done = subprocess.run(
        [sys.executable, "-I", "check.py"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.stdout.startswith("Everything fits."), done.stderr
