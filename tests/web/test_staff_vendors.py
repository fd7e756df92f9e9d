"""What staff know of companies: read, changed after a look at what changes, kept for ever."""

import re
from collections.abc import Callable
from datetime import date
from html import unescape

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import event

from app.actions.import_vendors import IMPORTED, import_vendors
from app.rulebook.vendor_schema import VendorShape
from app.store.staff import Role
from tests.front_desk import FrontDesk, hidden
from tests.post_office import Office

pytestmark = pytest.mark.usefixtures("one_engine")
SPOKEO = "/staff/vendors/spokeo"
CITED = {
    "sources": "https://www.spokeo.com/optout",
    "confidence": "high",
    "checked_on": "2026-11-23",
}
OFFER = {
    "right": "deletion",
    "words": "We delete your listing wherever you live.",
    "places": "DE, FR",
    "from": "2026-11-01",
    "basis": "voluntary",
    **CITED,
}
WAY = {
    "kind": "email",
    "address": "privacy@spokeo.example",
    "needs": "name",
    "rank": "first",
    "source": "https://www.spokeo.com/privacy",
    "confidence": "high",
}


def made_up(number: int) -> VendorShape:
    """Return a company of a file, one of many."""
    names = {"slug": f"made-up-{number}", "name": f"Made up {number:02}"}
    cited = {"sources": [CITED["sources"]], "checked_on": CITED["checked_on"]}
    return VendorShape.model_validate({**names, **cited})


def plain(text: str) -> str:
    """Return a page as it is read: words alone."""
    bare = re.sub(r"<[^>]+>", " ", text)
    return " ".join(unescape(bare).split())


def looked(browser: TestClient, path: str, form: dict[str, str]) -> str:
    page = browser.post(path, data=form)
    assert page.status_code == 200, page.text
    assert "This is what changes" in page.text
    return page.text


Saves = Callable[[TestClient, str, dict[str, str]], None]


@pytest.fixture
def saved(desk: FrontDesk) -> Saves:
    """Look at what changes, save it, and wait until every copy in memory has it."""

    def save(browser: TestClient, path: str, form: dict[str, str]) -> None:
        page = looked(browser, path, form)
        sent = {**form, "seen": hidden(page, "seen"), "do": "save"}
        answer = browser.post(path, data=sent)
        assert answer.status_code == 303, answer.text
        desk.passes(seconds=1)

    return save


@pytest.fixture
def editor(desk: FrontDesk) -> TestClient:
    """Somebody who may change what is known of companies."""
    return desk.staff(Role.EDITOR, "editor@example.org")


def test_an_offer_shows_where_people_gain_before_it_is_saved(
    editor: TestClient, client: TestClient, saved: Saves
) -> None:
    before = editor.get(SPOKEO).text
    whole = looked(editor, f"{SPOKEO}/offer", {**OFFER, "places": "JP, BR"})
    assert whole.count('<svg class="tiles world"') == 4  # today, and its first day
    assert 'href="#t-ring"' in whole
    page = plain(whole)
    assert "Today + " in page
    assert "place gained" in page or "places gained" in page
    assert "Japan" in page
    assert editor.get(SPOKEO).text == before

    saved(editor, f"{SPOKEO}/offer", {**OFFER, "places": "JP, BR"})

    kept = plain(editor.get(SPOKEO).text)
    assert "We delete your listing wherever you live." in kept
    assert "Recorded: 23 November 2026, 12:00 UTC , editor@example.org" in kept
    public = plain(client.get("/vendors/spokeo?on=2026-11-23").text)
    assert "We delete your listing wherever you live." in public
    assert "How sure we are: high" in public


def test_who_is_no_editor_reads_and_changes_nothing(desk: FrontDesk) -> None:
    for role in (Role.CASEWORKER, Role.AUDITOR):
        browser = desk.staff(role, f"{role}@example.org")
        page = browser.get(SPOKEO)
        assert page.status_code == 200
        assert "/staff/vendors/spokeo/names" not in page.text
        assert browser.get(f"{SPOKEO}/offer").status_code == 403
        assert browser.post(f"{SPOKEO}/offer", data=OFFER).status_code == 403
        assert browser.get("/staff/new-vendor").status_code == 403


@pytest.mark.parametrize(
    ("change", "field", "told"),
    [
        ({"places": "DE, FRX"}, "places", "FRX is no place that we know. Nearest: FR"),
        ({"to": "2026-10-01"}, "to", "The last day comes before the first"),
        ({"checked_on": "2026-11-24"}, "checked_on", "This day is still to come"),
        ({"from": "1 May"}, "from", "Write a day like this"),
        ({"words": ""}, "words", "This may not be empty"),
        ({"words": "x" * 601}, "words", "600 signs at most"),
        ({"right": "flight"}, "right", "Choose one of these"),
        ({"sources": "see the site"}, "sources", "begin with https://"),
        ({"sources": "javascript:alert(1)"}, "sources", "begin with https://"),
        ({"confidence": ""}, "confidence", "Choose one of these"),
    ],
)
def test_a_form_says_at_its_field_what_is_wrong_and_keeps_the_rest(
    editor: TestClient, change: dict[str, str], field: str, told: str
) -> None:
    page = editor.post(f"{SPOKEO}/offer", data={**OFFER, **change})
    assert page.status_code == 422
    assert f'href="#{field}"' in page.text
    assert told in unescape(page.text)
    if field != "words":
        assert OFFER["words"] in page.text
    else:
        assert 'value="2026-11-01"' in page.text


def test_what_is_typed_is_never_markup(
    editor: TestClient, client: TestClient, saved: Saves
) -> None:
    name = '<script>alert("x")</script>'
    form = {"slug": "x-ss", "name": name, "sector": "bank", "seat": "DE", **CITED}
    page = looked(editor, "/staff/new-vendor", form)
    assert "<script>alert" not in page
    saved(editor, "/staff/new-vendor", form)
    for browser, path in (
        (editor, "/staff/vendors"),
        (editor, "/staff/vendors/x-ss"),
        (client, "/vendors/x-ss"),
        (client, "/vendors"),
    ):
        found = browser.get(path)
        assert found.status_code == 200
        assert "<script>alert" not in found.text
        assert "&lt;script&gt;alert" in found.text


@pytest.mark.parametrize(
    "minutes",
    [
        pytest.param(1, id="later"),
        pytest.param(0, id="at the same moment"),
        pytest.param(-1, id="by a clock that is behind"),
    ],
)
def test_a_record_that_changed_meanwhile_is_shown_again_with_who_changed_it(
    desk: FrontDesk, editor: TestClient, saved: Saves, minutes: int
) -> None:
    other = desk.staff(Role.ADMIN, "admin@example.org")
    saved(editor, f"{SPOKEO}/route", WAY)
    page = looked(editor, f"{SPOKEO}/offer", OFFER)
    desk.passes(minutes=minutes)
    saved(other, f"{SPOKEO}/fact", {"key": "employees", "employees": "40", **CITED})

    sent = {**OFFER, "seen": hidden(page, "seen"), "do": "save"}
    answer = editor.post(f"{SPOKEO}/offer", data=sent)

    assert answer.status_code == 409
    assert "Somebody changed this record meanwhile" in answer.text
    told = plain(answer.text)
    assert "What we know of it: admin@example.org, 23 November 2026" in told
    assert "How many people work for it 40" in told
    assert "editor@example.org" not in told
    assert OFFER["words"] not in editor.get(SPOKEO).text
    again = {**sent, "seen": hidden(answer.text, "seen")}
    assert editor.post(f"{SPOKEO}/offer", data=again).status_code == 303
    assert OFFER["words"] in editor.get(SPOKEO).text


def test_of_two_browsers_that_change_one_thing_the_second_overwrites_nothing(
    desk: FrontDesk, editor: TestClient, saved: Saves
) -> None:
    other = desk.staff(Role.ADMIN, "admin@example.org")
    saved(editor, f"{SPOKEO}/offer", OFFER)
    key = {"key": "deletion-2026-11-01"}
    mine, theirs = ({**OFFER, **key, "words": words} for words in ("Mine.", "Theirs."))
    first = hidden(looked(other, f"{SPOKEO}/offer", theirs), "seen")
    second = hidden(looked(editor, f"{SPOKEO}/offer", mine), "seen")
    desk.passes(minutes=1)
    sent = {**theirs, "seen": first, "do": "save"}
    assert other.post(f"{SPOKEO}/offer", data=sent).status_code == 303

    answer = editor.post(f"{SPOKEO}/offer", data={**mine, "seen": second, "do": "save"})

    assert answer.status_code == 409
    told = plain(answer.text)
    assert "Somebody changed this record meanwhile What it offers: admin@" in told
    assert f"{OFFER['words']} → Theirs." in told
    assert "Theirs. → Mine." in told
    stands = plain(editor.get(SPOKEO).text)
    assert "Theirs." in stands
    assert "Mine." not in stands


@pytest.mark.parametrize("line", ["US,FR 5", ", 5", "US", "US many", "XX 5"])
def test_a_line_of_how_many_it_knows_names_one_place_and_a_number(
    editor: TestClient, line: str
) -> None:
    form = {"key": "residents_held", "residents_held": line, **CITED}
    page = editor.post(f"{SPOKEO}/fact", data=form)

    assert page.status_code == 422
    assert line in unescape(page.text)


@pytest.mark.parametrize("seen", ["-1", "many", "9" * 5000])
def test_a_list_of_versions_that_is_none_loses_nothing_of_a_form(
    editor: TestClient, seen: str
) -> None:
    page = editor.post(f"{SPOKEO}/offer", data={**OFFER, "words": "", "seen": seen})

    assert page.status_code == 422
    assert 'value="2026-11-01"' in page.text


def test_a_fact_changes_from_a_day_on(
    editor: TestClient, client: TestClient, saved: Saves
) -> None:
    form = {"key": "sector", "sector": "bank", "from": "2026-12-01", **CITED}
    saved(editor, f"{SPOKEO}/fact", form)
    today = client.get("/vendors/spokeo.json?on=2026-11-30").json()
    later = client.get("/vendors/spokeo.json?on=2026-12-01").json()
    assert today["facts"]["sector"] == "people_search"
    assert later["facts"]["sector"] == "bank"
    before = plain(client.get("/vendors/spokeo?on=2026-11-30").text)
    assert "Kind: People search" in before
    assert "since 1 December 2026 Banks Source: www.spokeo.com" in before
    assert "Kind: Banks" in plain(client.get("/vendors/spokeo?on=2026-12-01").text)


def test_a_fact_that_was_wrong_is_put_right_for_every_day(
    editor: TestClient, client: TestClient, saved: Saves
) -> None:
    form = {"key": "seat", "seat": "DE", **CITED}
    saved(editor, f"{SPOKEO}/fact", form)
    for day in ("2020-01-01", "2026-11-23"):
        found = client.get(f"/vendors/spokeo.json?on={day}").json()
        assert found["facts"]["seat"] == ["DE"]
    assert "Germany" in client.get("/vendors/spokeo").text


def test_a_new_way_comes_first_and_the_mailbox_that_is_left_is_told(
    editor: TestClient,
    client: TestClient,
    desk: FrontDesk,
    office: Office,
    saved: Saves,
) -> None:
    saved(editor, f"{SPOKEO}/route", WAY)
    found = client.get("/vendors/spokeo.json").json()["routes"]
    assert found[0]["address"] == "privacy@spokeo.example"

    key = re.search(r"route\?key=(-\d+)", editor.get(SPOKEO).text)
    assert key is not None
    moved = {**WAY, "key": key[1], "rank": "as_it_is", "address": "new@spokeo.example"}
    page = plain(looked(editor, f"{SPOKEO}/route", moved))
    assert "A mail goes to privacy@spokeo.example" in page
    saved(editor, f"{SPOKEO}/route", moved)
    office.deliver(at=desk.clock())

    [mail] = office.channel.to("privacy@spokeo.example")
    assert mail["Subject"] == "We no longer write to you at this address"
    assert "/vendors/spokeo" in mail.get_content()
    assert not office.channel.to("new@spokeo.example")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"address": "no mailbox"}, "address"),
        ({"kind": "webform", "url": ""}, "url"),
        ({"kind": "webform", "url": "javascript:alert(1)"}, "url"),
        ({"kind": "letter", "address": ""}, "address"),
        ({"kind": "drp"}, "api_base"),
        ({"hours": "nine to five"}, "hours"),
        ({"source": ""}, "source"),
    ],
)
def test_a_way_by_which_nothing_could_be_sent_is_no_way(
    editor: TestClient, change: dict[str, str], field: str
) -> None:
    page = editor.post(f"{SPOKEO}/route", data={**WAY, **change})
    assert page.status_code == 422
    assert f'href="#{field}"' in page.text


def test_an_order_is_followed_from_status_to_status(
    editor: TestClient, client: TestClient, saved: Saves
) -> None:
    made = {
        "by": "Office of Aland",
        "words": "It shall delete.",
        "right": "deletion",
        "places": "DE",
        "status": "in_force",
        "status_on": "2026-05-01",
        "everybody": "yes",
        "binding": "yes",
        **CITED,
    }
    nothing_on_it = editor.post(f"{SPOKEO}/order", data={**made, "status": ""})
    assert nothing_on_it.status_code == 422
    assert 'id="status-error"' in nothing_on_it.text
    saved(editor, f"{SPOKEO}/order", made)
    key = re.search(r"order\?key=([\w-]+)", editor.get(SPOKEO).text)
    assert key is not None
    later = {**made, "key": key[1], "status": "ignored", "status_on": "2026-08-01"}
    saved(editor, f"{SPOKEO}/order", later)

    [order] = client.get("/vendors/spokeo.json").json()["orders"]
    assert [(one["on"], one["status"]) for one in order["statuses"]] == [
        ("2026-05-01", "in_force"),
        ("2026-08-01", "ignored"),
    ]


def test_what_never_was_so_is_taken_out_and_stays_in_the_history(
    editor: TestClient, client: TestClient, desk: FrontDesk, saved: Saves
) -> None:
    saved(editor, f"{SPOKEO}/offer", OFFER)
    key = "deletion-2026-11-01"
    assert f"offer?key={key}" in editor.get(SPOKEO).text
    asked = editor.get(f"{SPOKEO}/strike?part=offer&key={key}")
    assert OFFER["words"] in asked.text

    struck = {"part": "offer", "key": key, "why": "It was another company"}
    saved(editor, f"{SPOKEO}/strike", struck)

    assert key not in [
        one["id"] for one in client.get("/vendors/spokeo.json").json()["offers"]
    ]
    kept = plain(editor.get(SPOKEO).text)
    assert "What was taken out" in kept
    assert OFFER["words"] in kept
    last = desk.audit()[-1]
    assert (last.action, last.subject) == ("struck from a company", "spokeo")
    assert last.detail == {"name": f"offer {key}: It was another company"}


def test_a_watch_that_will_be_told_and_a_request_that_is_open_are_counted(
    editor: TestClient, office: Office, desk: FrontDesk
) -> None:
    office.sent(at=desk.clock())
    page = plain(looked(editor, "/staff/vendors/probe/offer", OFFER))
    assert "1 request is open" in page
    assert "0 people who watch are told" in page


def test_saying_what_is_said_already_changes_nothing(
    editor: TestClient, saved: Saves
) -> None:
    saved(editor, f"{SPOKEO}/offer", OFFER)
    same = {**OFFER, "key": "deletion-2026-11-01"}
    answer = editor.post(f"{SPOKEO}/offer", data=same)
    assert answer.status_code == 422
    assert "Nothing would change" in answer.text


def test_what_is_not_there_is_not_found(editor: TestClient) -> None:
    for path in (
        "/staff/vendors/nobody",
        "/staff/vendors/nobody/offer",
        f"{SPOKEO}/flight",
        f"{SPOKEO}/new",
        f"{SPOKEO}/offer?key=none",
        f"{SPOKEO}/fact?key=height",
        f"{SPOKEO}/strike?part=vendor&key=",
    ):
        assert editor.get(path).status_code == 404, path
    for path, form in (
        ("/staff/vendors/nobody/offer", OFFER),
        (f"{SPOKEO}/offer", {**OFFER, "key": "none"}),
        (f"{SPOKEO}/strike", {"part": "vendor", "key": "", "why": "so"}),
        (f"{SPOKEO}/strike", {"part": "registration", "key": "x", "why": "so"}),
    ):
        assert editor.post(path, data=form).status_code == 404, path


def test_the_list_is_searched_and_says_what_needs_a_check(
    editor: TestClient, desk: FrontDesk
) -> None:
    page = editor.get("/staff/vendors?q=clearview.ai").text
    assert "Clearview AI" in page
    assert "Spokeo" not in page
    assert "Clearview AI" in editor.get("/staff/vendors?kind=face_search").text
    assert "No company fits" in editor.get("/staff/vendors?q=nobody").text
    assert editor.get("/staff/vendors?kind=ship").status_code == 422
    desk.passes(days=200)
    editor = desk.staff(Role.EDITOR, "later@example.org")
    assert "Checked long ago" in editor.get("/staff/vendors?check=long-ago").text


def test_the_list_goes_on_from_page_to_page(
    editor: TestClient, office: Office, desk: FrontDesk
) -> None:
    made = [made_up(number) for number in range(45)]
    with office.writing() as session:
        import_vendors(session, made, at=desk.clock(), by=IMPORTED)
    desk.passes(seconds=1)
    first = editor.get("/staff/vendors?q=made").text
    assert "45 companies fit this choice" in first
    whole = editor.get("/staff/vendors").text
    there = re.search(r'href="(/staff/vendors\?[^"]*after=[^"]+)"', whole)
    assert there is not None
    rest = editor.get(unescape(there[1])).text
    names = re.findall(r'href="/staff/vendors/([\w-]+)"', whole + rest)
    told = re.search(r"(\d+) companies fit this choice", whole)
    assert told is not None
    assert len(names) == len(set(names)) == int(told[1])


def test_the_old_form_is_filled_with_what_stands(
    editor: TestClient, saved: Saves
) -> None:
    saved(editor, f"{SPOKEO}/offer", OFFER)
    page = editor.get(f"{SPOKEO}/offer?key=deletion-2026-11-01").text
    assert OFFER["words"] in page
    assert 'value="DE, FR"' in page
    assert f'value="{date(2026, 11, 23)}"' in page
    names = editor.get(f"{SPOKEO}/names").text
    assert 'value="Spokeo"' in names


def test_the_pages_of_companies_go_to_the_database_once_after_the_session(
    editor: TestClient, desk: FrontDesk
) -> None:
    hops: list[object] = []

    def count(hop: object) -> None:
        hops.append(hop)

    readers = desk.office.store.readers
    event.listen(readers, "begin", count)
    for path in ("/staff/vendors", SPOKEO, f"{SPOKEO}/names"):
        editor.get(path)  # the directory in memory is fresh from now on
        hops.clear()
        assert editor.get(path).status_code == 200
        assert len(hops) == 2, path
    event.remove(readers, "begin", count)
