"""Record a reply on the pages of staff: seen first, saved once, taken back by an entry."""

import re
from html import unescape
from typing import Any

import pytest
from sqlalchemy import select

from app.actions.prepare_filing import Filed
from app.domain.timeline import EventKind, Status
from app.store.base import Base
from app.store.outbox import MessageKind
from app.store.session import Store
from tests.front_desk import FrontDesk, hidden
from tests.post_office import Office

REFUSED = {
    "kind": "refused",
    "denial_ground": "outside-jurisdiction",
    "received_on": "2026-11-23",
    "evidence": "letter",
    "text": "You live elsewhere.",
    "until": "",
    "vendor_reference": "",
}


@pytest.fixture
def filed(office: Office) -> Filed:
    return office.sent()


def page_of(filed: Filed) -> str:
    return f"/staff/requests/{filed.requests[0].number}"


def rows(store: Store) -> dict[str, list[tuple[object, ...]]]:
    """Return all that the database holds, but for who is here and who tried."""
    with store.reading() as session:
        return {
            table.name: sorted(map(tuple, session.execute(select(table))), key=repr)
            for table in Base.metadata.sorted_tables
            if table.name not in {"rate", "staff_session"}
        }


def saved(browser: Any, filed: Filed, form: dict[str, str]) -> Any:
    """Look at the effect and save it."""
    page = browser.post(f"{page_of(filed)}/preview", data=form)
    assert page.status_code == 200, page.text
    more = {name: hidden(page.text, name) for name in ("shown", "nonce")}
    return browser.post(f"{page_of(filed)}/replies", data=form | more)


def test_looking_at_the_effect_changes_nothing(
    desk: FrontDesk, filed: Filed, store: Store
) -> None:
    browser = desk.staff()
    before = rows(store)

    page = unescape(browser.post(f"{page_of(filed)}/preview", data=REFUSED).text)

    assert "What changes if you save" in page
    assert re.search(r"<s>.*Sent</s> → <b>Answered</b>", page)
    assert "Refused" in page
    assert "The law does not apply to us" in page
    assert "“News of your request”, in English" in page
    assert rows(store) == before


def test_what_is_saved_is_what_was_shown(
    desk: FrontDesk, filed: Filed, office: Office
) -> None:
    browser = desk.staff()
    form = {
        "kind": "extended",
        "received_on": "2026-11-23",
        "until": "2027-02-01",
        "evidence": "mail",
    }
    page = unescape(browser.post(f"{page_of(filed)}/preview", data=form).text)
    due = office.request(filed).due
    assert due is not None
    assert re.search(r"<s>.*January.2027</s> → <b>1.February.2027</b>", page)

    answer = saved(browser, filed, form)

    assert answer.headers["location"] == page_of(filed) + "?saved=1"
    now = office.request(filed)
    assert (now.status, str(now.extended_due)) == (Status.ACKNOWLEDGED, "2027-02-01")
    assert now.due == now.extended_due
    assert now.respond_due == due
    assert "1\u00a0February\u00a02027" in browser.get(page_of(filed)).text


def test_the_resident_is_told_once_a_day(
    desk: FrontDesk, filed: Filed, office: Office
) -> None:
    browser = desk.staff()
    acknowledged = REFUSED | {"kind": "acknowledged", "denial_ground": "", "text": ""}
    saved(browser, filed, acknowledged)
    page = unescape(browser.post(f"{page_of(filed)}/preview", data=REFUSED).text)
    assert "one has gone today" in page
    saved(browser, filed, REFUSED)

    assert len(office.messages(filed, MessageKind.ANSWERED)) == 1


@pytest.mark.parametrize(
    ("ground", "known"),
    [("trade-secret", False), ("identity-not-verified", True)],
)
def test_a_refusal_is_held_against_the_law(
    desk: FrontDesk, filed: Filed, ground: str, known: bool
) -> None:
    browser = desk.staff()
    saved(browser, filed, REFUSED | {"denial_ground": ground})

    page = browser.get(page_of(filed)).text

    assert ("We do not find this reason in any law" not in page) is known


def test_a_reply_that_is_sent_twice_is_saved_once(
    desk: FrontDesk, filed: Filed, office: Office
) -> None:
    browser = desk.staff()
    acknowledged = {"kind": "acknowledged", "received_on": "2026-11-23"}
    page = browser.post(f"{page_of(filed)}/preview", data=acknowledged).text
    more = {name: hidden(page, name) for name in ("shown", "nonce")}

    answers = [
        browser.post(f"{page_of(filed)}/replies", data=acknowledged | more)
        for _ in range(2)
    ]

    assert [a.headers["location"] for a in answers] == [page_of(filed) + "?saved=1"] * 2
    assert len(office.timeline(filed)) == 4
    assert [e.action for e in desk.audit()].count("reply recorded") == 1


def test_a_reply_is_not_saved_over_what_came_meanwhile(
    desk: FrontDesk, filed: Filed, office: Office
) -> None:
    browser = desk.staff()
    page = browser.post(f"{page_of(filed)}/preview", data=REFUSED).text
    more = {name: hidden(page, name) for name in ("shown", "nonce")}
    saved(browser, filed, {"kind": "acknowledged", "received_on": "2026-11-23"})

    answer = browser.post(f"{page_of(filed)}/replies", data=REFUSED | more)

    assert answer.status_code == 409
    assert "Something was recorded meanwhile" in answer.text
    assert "They have it" in answer.text
    assert len(office.timeline(filed)) == 4
    again = {name: hidden(answer.text, name) for name in ("shown", "nonce")}
    browser.post(f"{page_of(filed)}/replies", data=REFUSED | again)
    assert office.request(filed).status is Status.ANSWERED


def test_only_what_may_follow_is_offered(
    desk: FrontDesk, filed: Filed, office: Office
) -> None:
    browser = desk.staff()
    offered = re.findall(r'name="kind" value="(\w+)"', browser.get(page_of(filed)).text)
    assert {"acknowledged", "identity_requested", "extended", "refused"} <= set(offered)
    saved(browser, filed, REFUSED)
    page = browser.get(page_of(filed)).text
    later = set(re.findall(r'name="kind" value="(\w+)"', page))
    assert {"identity_requested", "extended", "deleted"} <= later
    assert "acknowledged" not in later
    assert "no answer is owed any more" in page


def test_a_reply_that_cannot_follow_changes_nothing(
    desk: FrontDesk, office: Office, store: Store
) -> None:
    filed = office.file()
    browser = desk.staff()
    before = rows(store)

    for path in ("preview", "replies"):
        form = REFUSED | {"shown": "1", "nonce": "n" * 24}
        answer = browser.post(f"{page_of(filed)}/{path}", data=form)
        assert answer.status_code == 409
        assert "This cannot follow" in answer.text
    assert rows(store) == before


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"kind": ""}, "Choose what they said"),
        ({"kind": "withdrawn"}, "Choose what they said"),
        ({"denial_ground": ""}, "Choose the ground of a refusal"),
        ({"denial_ground": "nonsense"}, "Choose the ground of a refusal"),
        ({"kind": "deleted"}, "Choose the ground of a refusal"),
        ({"denial_ground": "other", "text": " "}, "Enter their reason in their words"),
        ({"text": "x" * 20_001}, "Enter their reason in their words"),
        ({"received_on": "2026-11-24"}, "Enter a day from the sending until today"),
        ({"received_on": "2026-11-21"}, "Enter a day from the sending until today"),
        ({"received_on": "yesterday"}, "Enter a day from the sending until today"),
        ({"until": "2026-12-24"}, "Enter until when they need more time"),
        ({"kind": "extended", "denial_ground": ""}, "Enter until when"),
        (
            {"kind": "extended", "denial_ground": "", "until": "2026-11-01"},
            "Enter until when",
        ),
        ({"evidence": "rumour"}, "Choose how we know"),
        ({"vendor_reference": "x" * 201}, "Enter a reference of 200 signs"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost(
    desk: FrontDesk, filed: Filed, store: Store, change: dict[str, str], said: str
) -> None:
    browser = desk.staff()
    before = rows(store)
    form = REFUSED | {"text": "Their very words"} | change

    for path in ("preview", "replies"):
        more = {"shown": "3", "nonce": "n" * 24}
        answer = browser.post(f"{page_of(filed)}/{path}", data=form | more)
        assert answer.status_code == 422, path
        page = unescape(answer.text)
        assert page.count(said) == 2
        assert "<title>Error:" in page
        assert form["text"].strip() in page
    assert rows(store) == before


def test_an_entry_is_taken_back_by_an_entry(
    desk: FrontDesk, filed: Filed, office: Office
) -> None:
    browser = desk.staff()
    saved(browser, filed, REFUSED)
    due = office.request(filed).respond_due
    page = browser.get(page_of(filed)).text
    [link] = re.findall(r'href="(/staff/requests/R-[^"]+/entries/\d)"', page)
    effect = browser.get(link)
    assert re.search(r"<s>.*Answered</s> → <b>Sent</b>", effect.text)
    assert len(office.timeline(filed)) == 4

    form = {"shown": hidden(effect.text, "shown")}
    answer = browser.post(link, data=form)

    assert answer.headers["location"] == page_of(filed)
    now = office.request(filed)
    assert (now.status, now.outcome, now.denial_ground) == (Status.SENT, None, None)
    assert now.due == due
    kinds = [e.kind for e in office.timeline(filed)]
    assert kinds[-2:] == [EventKind.REFUSED, EventKind.RETRACTED]
    assert "taken back later" in browser.get(page_of(filed)).text
    assert desk.audit()[-1].action == "entry retracted"
    again = browser.post(link, data=form)
    assert again.status_code == 409
    assert len(office.timeline(filed)) == 5


@pytest.mark.parametrize("place", [1, 2, 3, 4, 99])
def test_only_a_reply_can_be_taken_back(
    desk: FrontDesk, filed: Filed, office: Office, place: int
) -> None:
    browser = desk.staff()
    assert browser.get(f"{page_of(filed)}/entries/{place}").status_code == 404
    answer = browser.post(f"{page_of(filed)}/entries/{place}", data={"shown": "3"})
    assert answer.status_code == 409
    assert len(office.timeline(filed)) == 3


def test_an_entry_without_the_effect_that_was_seen_is_not_taken_back(
    desk: FrontDesk, filed: Filed, office: Office
) -> None:
    browser = desk.staff()
    saved(browser, filed, REFUSED)

    looks = browser.post(f"{page_of(filed)}/entries/4")
    stale = browser.post(f"{page_of(filed)}/entries/4", data={"shown": "3"})

    assert looks.status_code == 200
    assert stale.status_code == 409
    assert "Something was recorded meanwhile" in stale.text
    assert len(office.timeline(filed)) == 4


def test_a_reply_can_lie_in_the_past_but_not_before_the_letter(
    desk: FrontDesk, filed: Filed, office: Office
) -> None:
    desk.passes(days=10)
    saved(desk.staff(), filed, REFUSED | {"received_on": "2026-11-25"})
    assert str(office.timeline(filed)[-1].on) == "2026-11-25"
