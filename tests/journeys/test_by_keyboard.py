"""Somebody in California sends it themselves: in Spanish, by keyboard alone."""

from dataclasses import dataclass
from typing import Literal

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.journeys.conftest import Portal, read_aloud, with_scripts

pytestmark = pytest.mark.journey

NAME, EMAIL = "李小龍", "bruce+efface@example.org"
HIDDEN = """() => {
  const one = document.activeElement;
  if (one === document.body || one.id === "main") return null;
  if (!one.matches(":focus")) return null;  // the calendar inside a field for a day
  const box = one.getClientRects()[0], ring = getComputedStyle(one);
  const x = box.x + box.width / 2, y = box.y + box.height / 2;
  const top = document.elementFromPoint(x, y);
  const ringed = ring.outlineStyle !== "none" && parseFloat(ring.outlineWidth) >= 2;
  return ringed && top && (one.contains(top) || top.contains(one)) ? null : one.outerHTML;
}"""
"""What has the focus without showing it, off the screen, or under something else."""


@dataclass
class Hands:
    """Somebody who has a keyboard and nothing else."""

    page: Page

    def go_to(self, target: Locator, *, key: str = "Tab") -> None:
        """Press a key until the target has the focus, which is seen all the way."""
        for _ in range(80):
            self.page.keyboard.press(key)
            assert self.page.evaluate(HIDDEN) is None
            if target.evaluate("one => one === document.activeElement"):
                return
        raise AssertionError(f"80 times {key} do not lead to {target}")

    def press(self, name: str, role: Literal["button", "link"] = "button") -> None:
        """Go to a button or link, and press Enter."""
        self.go_to(self.page.get_by_role(role, name=name).first)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def type(self, label: str, text: str) -> None:
        """Go to a field, and type."""
        self.go_to(self.page.get_by_label(label, exact=True).first)
        self.page.keyboard.type(text)

    def arrives(self, heading: str) -> None:
        """See that a page has come, and hear it."""
        expect(self.page.get_by_role("heading", level=1)).to_have_text(heading)
        read_aloud(self.page)

    def is_told(self, what: str) -> None:
        """See that the summary of errors has the focus, and follow its first link."""
        summary = self.page.get_by_role("alert")
        expect(summary).to_contain_text(what)
        expect(summary).to_be_focused()
        read_aloud(self.page)
        self.page.keyboard.press("Tab")
        self.page.keyboard.press("Enter")


@with_scripts
def test_a_letter_of_ones_own_and_drop_in_spanish(
    context: BrowserContext, portal: Portal
) -> None:
    page = context.new_page()
    hands = Hands(page)
    choose(hands)
    file(hands, portal)
    send_it(hands, portal)
    enter_it_at_drop(hands)

    hands.press("Borrar todo lo que guardan sobre mí", "link")
    hands.arrives("Borrar todo lo que guardan sobre mí")
    hands.press("Borrar ahora")
    hands.arrives("Cómo están sus solicitudes")
    expect(page.get_by_text("Ya no tenemos nada personal.")).to_be_visible()


def choose(hands: Hands) -> None:
    """Come from the start page to the answer, and make a mistake on the way."""
    page = hands.page
    page.goto("/?lang=es")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Ir al texto")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    hands.press("Comprobar sus derechos", "link")
    hands.arrives("Comprobar sus derechos")
    hands.press("Ver mi respuesta")
    hands.is_told("Dos cosas por corregir")
    place = page.get_by_role("combobox", name="¿Dónde vive?", exact=True)
    expect(place).to_be_focused()
    page.keyboard.type("californ")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(place).to_have_value("California, Estados Unidos")
    hands.type("Buscar una empresa por su nombre", "clear")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Clearview AI", exact=True)).to_be_checked()
    hands.press("Ver mi respuesta")
    hands.arrives("Lo que puede pedir")


def file(hands: Hands, portal: Portal) -> None:
    """Come from the answer to the tracking page."""
    page = hands.page
    hands.press("Pedirlo a Clearview AI")
    hands.arrives("¿Para quién lo pide?")
    hands.go_to(page.get_by_label("Para mí", exact=True))
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    expect(page.get_by_label("Para mí", exact=True)).to_be_checked()
    hands.press("Guardar y seguir")
    hands.arrives("¿Cómo pueden las empresas encontrar sus datos?")
    hands.type("Nombre completo", NAME)
    hands.press("Guardar y seguir")
    hands.is_told("Una cosa por corregir")
    expect(page.get_by_label("Correo electrónico", exact=True)).to_be_focused()
    page.keyboard.type(EMAIL)
    hands.press("Guardar y seguir")
    hands.arrives("Revise sus respuestas")
    expect(page.locator("dd[dir=auto]", has_text=NAME)).to_be_visible()
    hands.go_to(page.get_by_role("checkbox"))
    page.keyboard.press("Space")
    hands.press("Preparar mis cartas")
    hands.arrives("Mire su correo")
    hands.type("Las seis cifras", portal.code(page, EMAIL, 1))
    hands.press("Confirmar")
    hands.arrives("Confirmado. Guarde este código")
    hands.press("Ver cómo están mis solicitudes", "link")
    hands.arrives("Cómo están sus solicitudes")


def send_it(hands: Hands, portal: Portal) -> None:
    """Open the letter, and say on which day it was sent."""
    page = hands.page
    hands.press("Abrir la carta", "link")
    hands.arrives("Enviarla por su cuenta")
    hands.press("Enviarme un código para esto")
    hands.arrives("Enviarla por su cuenta")
    hands.type("Las seis cifras", portal.code(page, EMAIL, 2))
    hands.press("Abrir la carta")
    hands.arrives("Enviarla por su cuenta")
    expect(page.locator(".letter").first).to_contain_text(f"Name: {NAME}")
    hands.press("La envié", "link")
    hands.arrives("¿Cuándo la envió?")
    hands.press("Contar los días")
    hands.arrives("Cómo están sus solicitudes")
    expect(page.get_by_text("Enviada", exact=True)).to_be_visible()


def enter_it_at_drop(hands: Hands) -> None:
    """See what to enter on the page of the state, and note its number here."""
    page = hands.page
    hands.press("Qué introducir ahí, y sus fechas", "link")
    hands.arrives("Todos los corredores de datos a la vez: DROP")
    expect(page.locator("bdi", has_text=NAME)).to_be_visible()
    hands.press("Guardarlo")
    hands.is_told("Una cosa por corregir")
    page.keyboard.type("DROP-4821")
    hands.press("Guardarlo")
    hands.arrives("Todos los corredores de datos a la vez: DROP")
    expect(page.locator(".number")).to_have_text("DROP-4821")
    hands.press("Volver", "link")
    hands.arrives("Cómo están sus solicitudes")
