"""What staff read of the laws: which to check first, and what about them is doubtful."""

import json
import re
from html import unescape

import pytest
from typer.testing import CliRunner

from app.cli import app as efface
from app.domain.staleness import Doubt, doubts
from app.rulebook.load import load_rulebook
from app.store.staff import Role
from app.web.staff.laws import ON_A_PAGE
from tests.front_desk import FrontDesk

pytestmark = pytest.mark.usefixtures("one_engine")
LAWS = load_rulebook().pack.laws


def listed(page: str) -> list[str]:
    return re.findall(r'<a href="/laws/([\w-]+)"', page)


def stale() -> list[str]:
    told = CliRunner().invoke(efface, ["laws", "list", "--stale", "--json"])
    return [law["id"] for law in json.loads(told.stdout)]


def test_it_has_the_order_of_the_command_page_by_page(desk: FrontDesk) -> None:
    browser = desk.staff()
    address: str | None = "/staff/laws"
    seen: list[str] = []

    while address:
        page = browser.get(address).text
        assert len(listed(page)) <= ON_A_PAGE
        seen += listed(page)
        following = re.search(r'href="([^"]+)">The next ones', page)
        address = unescape(following[1]) if following else None

    assert seen == stale()
    assert len(seen) == len(LAWS)


@pytest.mark.parametrize("role", Role)
def test_every_role_finds_it_in_the_menu(desk: FrontDesk, role: Role) -> None:
    browser = desk.staff(role)

    assert '<a href="/staff/laws">Laws</a>' in browser.get("/staff/").text
    page = browser.get("/staff/laws")
    assert page.status_code == 200
    assert '<a href="/staff/laws" aria-current="page">' in page.text
    assert load_rulebook().pack.fingerprint in page.text


def test_a_choice_of_confidence_is_kept_on_the_next_page(desk: FrontDesk) -> None:
    page = desk.staff().get("/staff/laws?confidence=medium").text

    assert listed(page)
    assert {LAWS[law].confidence for law in listed(page)} == {"medium"}
    assert '<option value="medium" selected>' in page
    assert "/staff/laws?confidence=medium&amp;after=50" in page


def test_a_choice_of_country_shows_its_laws_alone(desk: FrontDesk) -> None:
    page = desk.staff().get("/staff/laws?home=CA").text

    assert "ca-pipeda" in listed(page)
    assert all(law.startswith("ca-") for law in listed(page))


@pytest.mark.parametrize("doubt", Doubt)
def test_a_choice_of_doubt_shows_what_has_it(desk: FrontDesk, doubt: Doubt) -> None:
    page = desk.staff().get(f"/staff/laws?doubt={doubt}").text

    assert listed(page)
    assert all(doubt in doubts(LAWS[law]) for law in listed(page))


def test_the_doubts_of_a_record_are_quoted(desk: FrontDesk) -> None:
    page = desk.staff().get("/staff/laws?home=EU&lang=fr").text

    assert "doutes dans la fiche" in page
    assert '<ul lang="en"><li><q>effective note: Applied in the EU' in page


def test_nothing_that_fits_leads_back_to_all(desk: FrontDesk) -> None:
    page = desk.staff().get("/staff/laws?home=CA&confidence=memory").text

    assert "No law fits this choice." in page
    assert '<a href="/staff/laws">Show everything</a>' in page


@pytest.mark.parametrize("choice", ["home=XX", "confidence=x", "doubt=x", "after=x"])
def test_an_unknown_choice_is_refused(desk: FrontDesk, choice: str) -> None:
    assert desk.staff().get(f"/staff/laws?{choice}").status_code == 422


def test_what_is_doubtful_is_named() -> None:
    assert Doubt.DATA in doubts(LAWS["us-ca-ccpa"])
    assert Doubt.NOTED in doubts(LAWS["us-ca-ccpa"])
    assert Doubt.FIRST_DAY in doubts(LAWS["aw-lpr"])
    assert Doubt.CONDITION not in doubts(LAWS["eu-gdpr"])
