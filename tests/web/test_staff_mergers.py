"""A company that is no more, and two records of one company: nothing is lost by it."""

import re
from html import unescape
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app import pictures
from app.pictures import Card
from app.store.keys import Keys
from app.store.staff import Role
from tests.front_desk import FrontDesk, hidden
from tests.post_office import Office, words
from tests.web.filing import TYPED, Resident
from tests.web.watching import PLACE, Watcher

pytestmark = pytest.mark.usefixtures("one_engine")
TARGET = "/staff/vendors/spokeo"
SEEN = {"source": "https://www.spokeo.com/about", "checked_on": "2026-11-23"}
MERGED = {
    "of": "spokeo",
    "since": "2026-11-20",
    "why": "Probe is a name of Spokeo.",
    "take": "offer",
    **SEEN,
}
OFFER = {
    "right": "deletion",
    "words": "We delete for Japan.",
    "places": "JP",
    "sources": "https://www.spokeo.com/optout",
    "confidence": "high",
    "checked_on": "2026-11-23",
}


def plain(text: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", text)).split())


@pytest.fixture
def editor(desk: FrontDesk) -> TestClient:
    """Somebody who may change what is known of companies."""
    return desk.staff(Role.EDITOR, "editor@example.org")


def looked(browser: TestClient, path: str, form: dict[str, Any]) -> str:
    page = browser.post(path, data=form)
    assert page.status_code == 200, page.text
    assert "This is what changes" in page.text
    return page.text


def shown(client: TestClient, slug: str) -> dict[str, Any]:
    """Return what everybody sees of a company, whatever the day that it was written."""
    found: dict[str, Any] = client.get(f"/vendors/{slug}.json").json()
    del found["on"], found["recorded_on"]
    return found


def save(desk: FrontDesk, browser: TestClient, path: str, form: dict[str, Any]) -> str:
    page = looked(browser, path, form)
    sent = {**form, "seen": hidden(page, "seen"), "do": "save"}
    answer = browser.post(path, data=sent)
    assert answer.status_code == 303, answer.text
    desk.passes(seconds=1)
    return plain(page)


def test_two_records_of_one_company_become_one_and_the_old_name_leads_on(
    desk: FrontDesk, editor: TestClient, client: TestClient, office: Office
) -> None:
    filed = office.sent(at=desk.clock())
    number = filed.requests[0].number
    save(desk, editor, "/staff/vendors/probe/offer", OFFER)

    page = save(desk, editor, "/staff/vendors/probe/merge", MERGED)

    assert "For who would have asked Probe" in page
    old = client.get("/vendors/probe?on=2026-11-23", follow_redirects=False)
    assert old.headers["location"] == "/vendors/spokeo?on=2026-11-23"
    now = plain(client.get("/vendors/spokeo").text)
    assert "also stood here as Probe" in now
    assert "Probe is a name of Spokeo." in now
    assert "We delete for Japan." in now
    assert client.get("/vendors/probe.json").json()["slug"] == "spokeo"
    listed = [one["slug"] for one in client.get("/vendors.json").json()["vendors"]]
    assert "probe" not in listed
    assert "spokeo" in listed
    found = client.get("/vendors/spokeo.json").json()
    assert any(name.startswith("Probe") for name in found["brands"])
    assert "probe.example" in " ".join(found["domains"])

    caseworker = desk.staff(Role.CASEWORKER, "case@example.org")
    request = plain(caseworker.get(f"/staff/requests/{number}").text)
    assert "Probe" in request
    assert "Another record stands for this one" in plain(
        editor.get("/staff/vendors/probe").text
    )
    assert (
        editor.get("/staff/vendors/probe").text.count("/staff/vendors/probe/offer") == 0
    )


def test_what_is_asked_under_the_old_name_is_asked_of_the_company(
    desk: FrontDesk, editor: TestClient, client: TestClient, office: Office
) -> None:
    save(desk, editor, "/staff/vendors/probe/merge", MERGED)

    page = client.get("/check/answer?residence=US-CA&vendor=probe").text
    assert "Spokeo" in page
    asked = client.get("/api/v1/eligibility?residence=US-CA&vendor=probe")
    assert asked.status_code == 422
    assert asked.json()["errors"][0]["nearest"] == ["spokeo"]


def test_a_merger_of_records_that_stood_still_tells_of_no_change_between(
    editor: TestClient, office: Office
) -> None:
    form = editor.get("/staff/vendors/probe/merge").text
    seen = {"seen": hidden(form, "seen")} if 'name="seen"' in form else {}

    page = looked(editor, "/staff/vendors/probe/merge", {**MERGED, **seen})

    assert "Somebody changed this record meanwhile" not in page


def test_a_merger_is_taken_back_and_nothing_of_it_was_lost(
    desk: FrontDesk, editor: TestClient, client: TestClient, office: Office
) -> None:
    before = client.get("/vendors/probe.json").json()
    save(desk, editor, "/staff/vendors/probe/merge", MERGED)
    assert (
        editor.post("/staff/vendors/spokeo/part", data={"why": "no"}).status_code == 404
    )
    save(desk, editor, "/staff/vendors/probe/part", {"why": "They are two after all."})

    after = client.get("/vendors/probe.json").json()
    assert after["slug"] == "probe"
    assert after["routes"] == before["routes"]
    actions = [entry.action for entry in desk.audit()][-2:]
    assert actions == ["companies merged", "companies parted"]


def test_what_a_merger_moved_goes_back_and_comes_once_by_another(
    desk: FrontDesk, editor: TestClient, client: TestClient, office: Office
) -> None:
    def both() -> list[dict[str, Any]]:
        found = (client.get(f"/vendors/{slug}.json") for slug in ("probe", "spokeo"))
        return [one.json() for one in found]

    save(desk, editor, "/staff/vendors/probe/offer", OFFER)
    taken: dict[str, Any] = {**MERGED, "take": ["offer", "order", "fact", "route"]}
    before = both()
    for _ in range(2):
        save(desk, editor, "/staff/vendors/probe/merge", taken)
        words = [one["words"] for one in both()[1]["offers"]]
        assert words.count(OFFER["words"]) == 1

        page = save(desk, editor, "/staff/vendors/probe/part", {"why": "They are two."})

        assert "For who would have asked Probe" in page
        assert both() == before
    assert "probe.example" not in str(before[1])


def test_what_was_put_right_since_a_merger_goes_back_as_it_was_put_right(
    desk: FrontDesk, editor: TestClient, client: TestClient, office: Office
) -> None:
    save(desk, editor, "/staff/vendors/probe/offer", OFFER)
    save(desk, editor, "/staff/vendors/probe/merge", MERGED)
    key = "deletion-2026-11-23"
    right = {**OFFER, "key": key, "words": "We delete for Japan since May."}
    save(desk, editor, f"{TARGET}/offer", right)
    save(desk, editor, f"{TARGET}/offer", {**OFFER, "words": "Its own."})

    save(desk, editor, "/staff/vendors/probe/part", {"why": "They are two."})

    found = client.get("/vendors/probe.json").json()["offers"]
    assert [one["words"] for one in found] == [right["words"]]
    words = [o["words"] for o in client.get("/vendors/spokeo.json").json()["offers"]]
    assert right["words"] not in words
    assert "Its own." in words


def test_a_merger_whose_day_lies_ahead_counts_from_that_day(
    desk: FrontDesk, editor: TestClient, client: TestClient, office: Office
) -> None:
    watcher = Watcher(client, office, desk.clock)
    watcher.watches()
    save(desk, editor, f"{TARGET}/offer", {**OFFER, "places": PLACE})
    save(desk, editor, "/staff/vendors/probe/offer", OFFER)
    before = shown(client, "spokeo")

    ahead = {**MERGED, "since": "2026-11-30"}
    page = save(desk, editor, "/staff/vendors/probe/merge", ahead)

    assert "It counts from 30 November 2026." in page
    assert "From which day: 30 November 2026; Why: Probe is a name of Spokeo." in page
    for _ in ("now", "the day before"):
        assert shown(client, "probe")["slug"] == "probe"
        assert shown(client, "spokeo") == before
        cover = client.get(f"/coverage.json?residence={PLACE}&vendor=probe")
        assert cover.status_code == 200, cover.text
        watcher.passes(days=3)
    assert not watcher.mails()
    later = desk.staff(Role.EDITOR, "later@example.org")
    told = plain(later.get("/staff/vendors/probe").text)
    assert "From 30 November 2026 another record stands for this one" in told
    assert later.get("/staff/vendors/probe/offer").status_code == 200

    watcher.passes(days=1)
    desk.passes(seconds=1)

    assert shown(client, "probe")["slug"] == "spokeo"
    found = shown(client, "spokeo")
    assert [o["words"] for o in found["offers"]].count(OFFER["words"]) == 2
    assert "probe.example" in " ".join(found["domains"])
    assert len(watcher.mails()) == 1
    last = desk.audit()[-1]
    assert (last.action, last.actor) == ("companies merged", "worker")
    watcher.passes(minutes=2)
    assert [e.action for e in desk.audit()].count("companies merged") == 2

    later = desk.staff(Role.EDITOR, "last@example.org")
    record = plain(later.get("/staff/vendors/spokeo").text)
    assert "editor@example.org" in record
    save(desk, later, "/staff/vendors/probe/part", {"why": "They are two."})
    assert shown(client, "spokeo") == before


def test_a_day_ahead_of_a_merger_shows_what_will_be_then(
    desk: FrontDesk, editor: TestClient, client: TestClient, office: Office
) -> None:
    save(desk, editor, "/staff/vendors/probe/offer", {**OFFER, "places": PLACE})
    ahead = {**MERGED, "since": "2026-11-30"}
    save(desk, editor, "/staff/vendors/probe/merge", ahead)

    def seen(on: str) -> tuple[list[str], Any, list[str], str]:
        listed = client.get(f"/vendors.json?on={on}").json()["vendors"]
        both = [v["slug"] for v in listed if v["slug"] in {"probe", "spokeo"}]
        way = client.get(f"/vendors/probe?on={on}", follow_redirects=False)
        other = client.get(f"/vendors/spokeo.json?on={on}").json()
        offers = [one["words"] for one in other["offers"]]
        table = client.get(f"/coverage.csv?on={on}").text.replace("\n", ",").split(",")
        covered = {"probe", "spokeo"}.intersection(table)
        return both, way.headers.get("location"), offers, " ".join(sorted(covered))

    both, way, offers, covered = seen("2026-11-29")
    assert (both, way, covered) == (["probe", "spokeo"], None, "probe spokeo")
    assert OFFER["words"] not in offers

    both, way, offers, covered = seen("2026-11-30")
    assert (both, covered) == (["spokeo"], "spokeo")
    assert way == "/vendors/spokeo?on=2026-11-30"
    assert OFFER["words"] in offers
    page = client.get(f"/check/answer?residence={PLACE}&vendor=probe&on=2026-11-30")
    assert "Spokeo" in page.text
    asked = f"/api/v1/eligibility?residence={PLACE}&vendor=probe&on="
    assert client.get(f"{asked}2026-11-29").status_code == 200
    told = client.get(f"{asked}2026-11-30")
    assert told.json()["errors"][0]["nearest"] == ["spokeo"]
    for path in ("/coverage", "/vendors", "/compare", "/gaps", "/data"):
        assert client.get(f"{path}?on=2026-12-24").status_code == 200
    days = "from=2026-11-01&to=2026-12-24"
    assert client.get(f"/compare.json?{days}").status_code == 200


def test_who_asks_for_the_old_name_on_such_a_day_sees_the_company_of_then(
    desk: FrontDesk, editor: TestClient, client: TestClient, office: Office
) -> None:
    save(desk, editor, "/staff/vendors/probe/merge", {**MERGED, "since": "2026-11-30"})
    then = "on=2026-12-24&vendor=probe"

    table = client.get(f"/coverage.json?{then}").json()
    assert [one["slug"] for one in table["vendors"]] == ["spokeo"]
    assert "<h1>Who is covered for Spokeo</h1>" in client.get(f"/coverage?{then}").text
    assert "Spokeo" in client.get(f"/coverage/map?{then}").text.partition("</h1>")[0]
    same = client.get("/coverage/map.json?on=2026-12-24&vendor=spokeo").json()
    assert client.get(f"/coverage/map.json?{then}").json() == same
    for days in ("on=2026-12-24", "from=2020-07-06&to=2026-12-24"):
        old = client.get(f"/compare.json?{days}&vendor=probe").json()
        assert old == client.get(f"/compare.json?{days}&vendor=spokeo").json()
        assert old["answers"] > 0
        assert "Spokeo" in client.get(f"/compare?{days}&vendor=probe").text
    before = client.get("/compare?to=2026-11-29&vendor=probe").text
    assert "Probe Data" in before.partition("<form")[0]
    for path in ("/gaps", "/accountability", "/changes"):
        assert client.get(f"{path}?{then}").status_code == 200, path


def test_the_picture_of_a_list_counts_the_companies_of_its_day(
    desk: FrontDesk,
    editor: TestClient,
    client: TestClient,
    office: Office,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    save(desk, editor, "/staff/vendors/probe/merge", {**MERGED, "since": "2026-11-30"})
    counts: list[str] = []

    def draw(card: Card) -> bytes:
        counts.append(card.count)
        return b"png"

    monkeypatch.setattr(pictures, "draw", draw)

    for on in ("2026-11-29", "2026-11-30"):
        listed = client.get(f"/vendors.json?on={on}").json()["vendors"]
        client.get(f"/share/vendors.png?on={on}")
        assert counts.pop().startswith(f"{len(listed)} ")
    gaps = client.get("/share/gaps.png?on=2026-12-24&vendor=probe")
    assert gaps.status_code == 200


def test_mergers_one_after_the_other_lead_to_the_last(
    desk: FrontDesk, editor: TestClient, client: TestClient, office: Office
) -> None:
    begun = {**OFFER, "from": "2026-11-01"}
    save(desk, editor, "/staff/vendors/probe/offer", begun)
    save(desk, editor, "/staff/vendors/probe/merge", {**MERGED, "since": "2026-11-30"})
    on = {**MERGED, "of": "clearview-ai", "since": "2026-12-10"}
    save(desk, editor, f"{TARGET}/merge", on)

    def stands(on: str) -> tuple[str, bool]:
        found = client.get(f"/vendors/probe.json?on={on}").json()
        words = [one["words"] for one in found["offers"]]
        return found["slug"], OFFER["words"] in words

    assert stands("2026-11-29") == ("probe", True)
    assert stands("2026-12-09") == ("spokeo", True)
    assert stands("2026-12-10") == ("clearview-ai", True)
    # What is told of other days is told of the records as they are now.
    for path in ("/data/changes.csv", "/vendors/clearview-ai", "/coverage/map"):
        assert client.get(f"{path}?on=2026-12-24").status_code == 200, path
    for path in ("/jurisdictions/US-CA", "/gaps", "/laws", "/embed/spokeo"):
        assert client.get(f"{path}?on=2026-12-24").status_code == 200, path


def test_a_merger_that_has_not_begun_is_taken_back_without_a_trace(
    desk: FrontDesk, editor: TestClient, client: TestClient, office: Office
) -> None:
    before = shown(client, "probe")
    ahead = {**MERGED, "since": "2026-11-30"}
    save(desk, editor, "/staff/vendors/probe/merge", ahead)
    assert editor.post("/staff/vendors/probe/merge", data=ahead).status_code == 404
    save(desk, editor, f"{TARGET}/merge", {**MERGED, "of": "clearview-ai"})

    save(desk, editor, "/staff/vendors/probe/part", {"why": "It comes to nothing."})
    Watcher(client, office, desk.clock).passes(days=8)

    assert shown(client, "probe") == before


def test_a_merger_into_a_record_that_was_merged_on_is_taken_back_last(
    desk: FrontDesk, editor: TestClient, office: Office
) -> None:
    save(desk, editor, "/staff/vendors/probe/merge", MERGED)
    on = {**MERGED, "of": "clearview-ai"}
    save(desk, editor, f"{TARGET}/merge", on)

    page = editor.post("/staff/vendors/probe/part", data={"why": "They are two."})

    assert page.status_code == 422
    assert "Take back its merger with clearview-ai first" in unescape(page.text)


@pytest.mark.parametrize(
    ("change", "field", "told"),
    [
        ({"of": "probe"}, "of", "Name another company"),
        ({"of": "spoke"}, "of", "Nearest: spokeo"),
        ({"of": ""}, "of", "This may not be empty"),
        ({"why": ""}, "why", "This may not be empty"),
        ({"source": "here"}, "source", "begin with https://"),
    ],
)
def test_a_merger_says_what_is_wrong_with_it(
    editor: TestClient, office: Office, change: dict[str, str], field: str, told: str
) -> None:
    page = editor.post("/staff/vendors/probe/merge", data={**MERGED, **change})
    assert page.status_code == 422
    assert f'href="#{field}"' in page.text
    assert told in unescape(page.text)


def test_a_company_that_is_no_more_names_who_took_its_place_and_may_come_back(
    desk: FrontDesk, editor: TestClient, client: TestClient, office: Office
) -> None:
    ended = {"closed_on": "2026-11-01", "successor": "spokeo", **SEEN}
    page = save(desk, editor, "/staff/vendors/probe/retire", ended)
    assert "A mail goes to" in page
    assert "Closed on 1 November 2026." in client.get("/vendors/probe").text.replace(
        "\u00a0", " "
    )
    assert client.get("/vendors/probe.json").json()["successor"] == "spokeo"
    nobody = {"closed_on": "", "successor": "spokeo", **SEEN}
    answer = editor.post("/staff/vendors/probe/retire", data=nobody)
    assert answer.status_code == 422

    save(desk, editor, "/staff/vendors/probe/retire", {"closed_on": "", **SEEN})

    assert client.get("/vendors/probe.json").json()["closed_on"] is None


def test_ending_a_record_needs_a_fresh_proof_and_keeps_what_was_typed(
    desk: FrontDesk, editor: TestClient, office: Office
) -> None:
    desk.passes(minutes=11)
    answer = editor.post("/staff/vendors/probe/merge", data=MERGED)
    assert answer.status_code == 403
    assert MERGED["why"] in answer.text


def test_who_watches_the_old_name_is_told_of_the_company(
    desk: FrontDesk, editor: TestClient, client: TestClient, office: Office
) -> None:
    watcher = Watcher(client, office, desk.clock)
    link = watcher.watches()
    save(desk, editor, f"{TARGET}/offer", {**OFFER, "places": PLACE})
    watcher.works()
    assert not watcher.mails()

    page = save(desk, editor, "/staff/vendors/probe/merge", MERGED)
    watcher.works()

    assert "1 person who watches is told within minutes" in page
    [mail] = watcher.mails()
    assert "spokeo" not in words(mail).lower()
    assert "Spokeo" in client.get(link).text


def test_an_edit_says_how_many_are_told_and_just_they_are(
    desk: FrontDesk, editor: TestClient, client: TestClient, office: Office
) -> None:
    watcher = Watcher(client, office, desk.clock)
    watcher.watches()
    elsewhere = {**OFFER, "places": "JP"}
    page = save(desk, editor, "/staff/vendors/probe/offer", elsewhere)
    watcher.works()
    assert "0 people who watch are told" in page
    assert not watcher.mails()

    here = {**OFFER, "places": PLACE}
    page = save(desk, editor, "/staff/vendors/probe/offer", here)
    watcher.works()
    assert "1 person who watches is told" in page
    assert len(watcher.mails()) == 1


def test_who_watches_the_old_name_is_told_beside_who_watches_them_all(
    desk: FrontDesk, editor: TestClient, client: TestClient, office: Office
) -> None:
    watcher = Watcher(client, office, desk.clock)
    watcher.watches()
    watcher.watches(vendor="", email="all@example.org")
    save(desk, editor, "/staff/vendors/probe/merge", MERGED)
    watcher.works()

    save(desk, editor, f"{TARGET}/offer", {**OFFER, "places": PLACE})
    watcher.works()

    assert len(watcher.mails()) == 1


def test_a_draft_begun_before_a_merger_says_so_when_opened_and_leads_on(
    desk: FrontDesk, editor: TestClient, client: TestClient, office: Office, keys: Keys
) -> None:
    resident = Resident(client, office.store, keys)
    draft = resident.begin("probe", "clearview-ai")
    resident.fill(draft)
    save(desk, editor, "/staff/vendors/probe/merge", MERGED)

    for step in ("questions", "details", "check"):
        page = client.get(f"{draft}/{step}")
        assert page.url.path == f"{draft}/merged"
        told = plain(page.text)
        assert "Since 20 November 2026 we list Probe" in told
        assert MERGED["why"] in told
        assert 'href="/vendors/spokeo"' in page.text
    sent = client.post(f"{draft}/send", data={"truth": "yes", "seen": "x"})
    assert sent.url.path == f"{draft}/merged"

    client.post(f"{draft}/merged")
    page = client.get(f"{draft}/check")

    assert page.url.path in {f"{draft}/check", f"{draft}/details"}
    assert "Spokeo" in page.text
    assert TYPED in page.text
    assert client.get(f"{draft}/merged").url.path != f"{draft}/merged"
