"""Two people: what moves letters or coverage counts once another one has seen it."""

import re
from html import unescape
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import update

from app.store.editing import Proposal
from app.store.staff import Role
from tests.front_desk import FrontDesk, hidden
from tests.post_office import Office

pytestmark = pytest.mark.usefixtures("one_engine")
SPOKEO = "/staff/vendors/spokeo"
LIST = "/staff/proposals"
OFFER = {
    "right": "deletion",
    "words": "We delete for Japan.",
    "places": "JP",
    "sources": "https://www.spokeo.com/optout",
    "confidence": "high",
    "checked_on": "2026-11-23",
}
NAMES = {
    "name": "Spokeo",
    "brands": "Spokeo People Search",
    "domains": "spokeo.com",
    "language": "en",
    "sources": "https://www.spokeo.com/about",
    "confidence": "high",
    "checked_on": "2026-11-23",
}


def plain(text: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", text)).split())


@pytest.fixture
def boss(desk: FrontDesk) -> TestClient:
    """An administrator who asked for two people."""
    boss = desk.staff(Role.ADMIN, "boss@example.org")
    assert boss.post(LIST, data={"two": "yes"}).status_code == 303
    return boss


@pytest.fixture
def editor(desk: FrontDesk, boss: TestClient) -> TestClient:
    """Somebody who may change what is known of companies."""
    return desk.staff(Role.EDITOR, "editor@example.org")


def send(desk: FrontDesk, browser: TestClient, path: str, form: dict[str, str]) -> str:
    page = browser.post(path, data=form)
    assert page.status_code == 200, page.text
    sent = {**form, "seen": hidden(page.text, "seen"), "do": "save"}
    answer = browser.post(path, data=sent)
    assert answer.status_code == 303, answer.text
    desk.passes(seconds=1)
    return str(answer.headers["location"])


def approve(browser: TestClient, there: str) -> Any:
    """Look at a change that waits, and approve what is shown."""
    seen = re.search(r'name="sight" value="(\w+)"', browser.get(there).text)
    sent = {"do": "approved", "sight": seen[1] if seen else ""}
    return browser.post(there, data=sent)


def offers(client: TestClient) -> list[str]:
    found = client.get("/vendors/spokeo.json").json()["offers"]
    return [one["words"] for one in found]


def test_what_grants_coverage_waits_and_counts_once_another_approves(
    desk: FrontDesk, boss: TestClient, editor: TestClient, client: TestClient
) -> None:
    page = editor.post(f"{SPOKEO}/offer", data=OFFER).text
    assert "Another editor has to look at this before it counts." in page
    there = send(desk, editor, f"{SPOKEO}/offer", OFFER)
    assert there.startswith(f"{LIST}/")
    assert OFFER["words"] not in offers(client)
    assert "1 change waits for a second person" in boss.get("/staff/vendors").text
    assert there in boss.get(SPOKEO).text

    own = editor.post(there, data={"do": "approved"})
    assert own.status_code == 409
    assert "Another person than you has to decide" in own.text
    assert 'value="approved"' not in editor.get(there).text

    seen = plain(boss.get(there).text)
    assert "Today + 1 place gained" in seen
    assert "Japan" in seen
    assert approve(boss, there).status_code == 303
    desk.passes(seconds=1)

    assert OFFER["words"] in offers(client)
    assert "editor@example.org" in plain(boss.get(SPOKEO).text)
    entries = [(e.action, e.subject) for e in desk.audit()][-3:]
    assert entries == [
        ("change proposed", "spokeo"),
        ("offer of a company changed", "spokeo"),
        ("change approved", "spokeo"),
    ]
    again = approve(boss, there)
    assert "Somebody has decided already" in again.text


def test_what_moves_nothing_needs_nobody_else(
    desk: FrontDesk, editor: TestClient, client: TestClient
) -> None:
    kept = client.get("/vendors/spokeo.json").json()["domains"]
    names = {**NAMES, "domains": "\n".join(kept)}
    assert send(desk, editor, f"{SPOKEO}/names", names) == SPOKEO
    sites = {**names, "domains": "spokeo.com\nspokeo-mail.example"}
    assert send(desk, editor, f"{SPOKEO}/names", sites).startswith(LIST)


def test_a_way_is_approved_before_letters_take_it(
    desk: FrontDesk, boss: TestClient, editor: TestClient, office: Office
) -> None:
    way = {
        "kind": "email",
        "address": "new@probe.example",
        "rank": "first",
        "needs": "name",
        "source": "https://probe.example/privacy",
        "confidence": "high",
    }
    there = send(desk, editor, "/staff/vendors/probe/route", way)
    assert "new@probe.example" in boss.get(there).text
    ended = {"closed_on": "2026-11-01", "source": way["source"]}
    gone = {**ended, "checked_on": "2026-11-23"}
    there = send(desk, editor, "/staff/vendors/probe/retire", gone)
    assert "A mail goes to" in plain(boss.get(there).text)
    assert approve(boss, there).status_code == 303
    assert "A mail goes to" not in plain(boss.get(there).text)


def test_who_declines_says_why_and_who_proposed_takes_back(
    desk: FrontDesk, boss: TestClient, editor: TestClient, client: TestClient
) -> None:
    there = send(desk, editor, f"{SPOKEO}/offer", OFFER)
    silent = boss.post(there, data={"do": "declined", "word": " "})
    assert silent.status_code == 409
    assert "Say why you decline" in silent.text
    assert boss.post(there, data={"do": "withdrawn"}).status_code == 409
    no = {"do": "declined", "word": "The page says Jordan."}
    assert boss.post(there, data=no).status_code == 303
    assert no["word"] in editor.get(there).text
    assert no["word"] in boss.get(LIST).text

    again = send(desk, editor, f"{SPOKEO}/offer", OFFER)
    assert editor.post(again, data={"do": "withdrawn"}).status_code == 303
    assert "Taken back" in editor.get(LIST).text
    assert OFFER["words"] not in offers(client)


def test_a_change_of_what_it_would_follow_makes_it_void(
    desk: FrontDesk, boss: TestClient, editor: TestClient
) -> None:
    key = "deletion-2026-11-23"
    first = send(desk, editor, f"{SPOKEO}/offer", OFFER)
    second = send(desk, editor, f"{SPOKEO}/offer", {**OFFER, "places": "BR"})
    assert approve(boss, first).status_code == 303
    desk.passes(seconds=1)
    assert f"offer?key={key}" in boss.get(SPOKEO).text

    page = boss.get(second)
    assert "Somebody changed this record meanwhile" in page.text
    assert 'value="approved"' not in page.text
    answer = approve(boss, second)
    assert answer.status_code == 409
    assert "it has to be proposed again" in answer.text


def test_two_records_do_not_wait_for_each_other(
    desk: FrontDesk, boss: TestClient, editor: TestClient
) -> None:
    seen = {"source": "https://www.spokeo.com/about", "checked_on": "2026-11-23"}
    ahead = {"since": "2026-11-30", "why": "They are one.", "take": "offer", **seen}
    one = send(desk, editor, "/staff/vendors/probe/merge", {**ahead, "of": "spokeo"})
    other = send(desk, editor, f"{SPOKEO}/merge", {**ahead, "of": "probe"})
    assert approve(boss, one).status_code == 303
    desk.passes(seconds=1)

    assert 'value="approved"' not in boss.get(other).text
    assert approve(boss, other).status_code == 409


def test_a_change_of_what_it_rests_on_is_told_and_has_to_be_seen(
    desk: FrontDesk, boss: TestClient, editor: TestClient, client: TestClient
) -> None:
    there = send(desk, editor, f"{SPOKEO}/offer", OFFER)
    assert "What it rests on changed" not in boss.get(there).text
    seen = hidden(boss.get(there).text, "sight")
    cited = {name: OFFER[name] for name in ("sources", "confidence", "checked_on")}
    size = {"key": "employees", "employees": "40", **cited}
    assert send(desk, editor, f"{SPOKEO}/fact", size) == SPOKEO

    unseen = boss.post(there, data={"do": "approved", "sight": seen})

    assert unseen.status_code == 409
    assert "What it would change is not what you saw" in unseen.text
    told = plain(unseen.text)
    assert "it was proposed What we know of it: editor@example.org" in told
    assert "It would change the same places today as then." in told
    assert OFFER["words"] not in offers(client)

    same_place = {**OFFER, "words": "Japan may opt out.", "right": "deletion"}
    rival = send(desk, editor, f"{SPOKEO}/offer", {**same_place, "from": "2026-11-01"})
    assert approve(boss, rival).status_code == 303
    desk.passes(seconds=1)
    told = plain(boss.get(there).text)
    assert "It would change another thing today" in told
    assert "The answer stays the same in every place." in told
    assert approve(boss, there).status_code == 303
    desk.passes(seconds=1)
    assert OFFER["words"] in offers(client)


def test_a_change_is_told_also_if_its_clock_was_behind(
    desk: FrontDesk, boss: TestClient, editor: TestClient
) -> None:
    there = send(desk, editor, f"{SPOKEO}/offer", OFFER)
    cited = {name: OFFER[name] for name in ("sources", "confidence", "checked_on")}
    desk.passes(minutes=-5)
    size = {"key": "employees", "employees": "40", **cited}
    assert send(desk, editor, f"{SPOKEO}/fact", size) == SPOKEO

    told = plain(boss.get(there).text)

    assert "it was proposed What we know of it: editor@example.org" in told


def test_a_change_of_the_law_is_told_to_who_decides(
    desk: FrontDesk, boss: TestClient, editor: TestClient
) -> None:
    there = send(desk, editor, f"{SPOKEO}/offer", OFFER)
    with desk.office.writing() as session:
        session.execute(update(Proposal).values(rests_on={"law": "an older one"}))

    assert "The rules of law are others." in boss.get(there).text


def test_what_waited_too_long_counts_no_more(
    desk: FrontDesk, boss: TestClient, editor: TestClient
) -> None:
    there = send(desk, editor, f"{SPOKEO}/offer", OFFER)
    desk.passes(days=14)
    late = desk.staff(Role.ADMIN, "late@example.org")
    assert "Its time is over" in late.get(LIST).text
    answer = approve(late, there)
    assert answer.status_code == 409


def test_only_an_administrator_says_whether_two_are_needed_and_it_is_on_record(
    desk: FrontDesk, boss: TestClient, editor: TestClient, client: TestClient
) -> None:
    assert editor.post(LIST, data={"two": "no"}).status_code == 403
    assert "Let one person be enough" in boss.get(LIST).text
    assert "Let one person be enough" not in editor.get(LIST).text
    assert boss.post(LIST, data={"two": "maybe"}).status_code == 422
    assert boss.post(LIST, data={"two": "no"}).status_code == 303
    assert [e.action for e in desk.audit()][-1] == "one person is enough"
    assert send(desk, editor, f"{SPOKEO}/offer", OFFER) == SPOKEO


def test_a_proposal_that_is_none_is_not_found(boss: TestClient) -> None:
    none = f"{LIST}/01a20846-fe00-75c4-8dcb-49607a411a9f"
    assert boss.get(none).status_code == 404
    assert boss.post(none, data={"do": "approved"}).status_code == 404
    assert boss.post(none, data={"do": "sold"}).status_code == 422
    assert boss.get(f"{LIST}/x").status_code == 404
