"""The same done to several requests, after the effect on each was shown."""

import re
from html import unescape

import pytest
from fastapi.testclient import TestClient

from app.actions.erase_filing import destroy_personal
from app.actions.prepare_filing import Filed
from app.domain.timeline import Outcome, Status
from app.store.session import Store
from tests.front_desk import FrontDesk
from tests.post_office import NOON, Office

REPLY = {"act": "reply", "kind": "deleted", "received_on": "2026-11-23"}


@pytest.fixture
def three(office: Office) -> list[Filed]:
    """Two that wait for an answer, and one that has not left yet."""
    people = [{"name": "A B", "email": f"a{n}@example.org"} for n in range(3)]
    sent = [office.sent(resident=one) for one in people[:2]]
    return [*sent, office.file(resident=people[2])]


def numbers(filed: list[Filed]) -> list[str]:
    return [one.requests[0].number for one in filed]


def fields(page: str) -> dict[str, str | list[str]]:
    """Return what the form of a page sends as it is."""
    sent: dict[str, str | list[str]] = {}
    form = page.partition('action="/staff/several/done"')[2]
    for name, value in re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form):
        if name == "request":
            sent.setdefault(name, []).append(unescape(value))  # type: ignore[union-attr]
        else:
            sent[name] = unescape(value)
    return sent


def done(browser: TestClient, three: list[Filed], form: dict[str, str]) -> str:
    """See the effect, do it, and return what came of it."""
    effect = browser.post(
        "/staff/several/effect", data={"request": numbers(three), **form}
    )
    assert effect.status_code == 200, effect.text
    answer = browser.post("/staff/several/done", data=fields(effect.text))
    return unescape(answer.text)


def test_the_effect_on_each_is_shown_and_nothing_is_done(
    desk: FrontDesk, three: list[Filed], office: Office
) -> None:
    before = [office.request(one).events for one in three]

    page = desk.staff().post(
        "/staff/several/effect", data={"request": numbers(three), **REPLY}
    )

    text = unescape(page.text)
    assert "2 requests will change." in text
    assert "1 stays as it is." in text
    assert "this cannot follow where the request stands" in text
    assert "Do it to 2 requests" in text
    assert [office.request(one).events for one in three] == before


def test_the_same_reply_is_recorded_once_with_each(
    desk: FrontDesk, three: list[Filed], office: Office
) -> None:
    browser = desk.staff()
    effect = browser.post(
        "/staff/several/effect", data={"request": numbers(three), **REPLY}
    )
    for _ in range(2):
        answer = browser.post("/staff/several/done", data=fields(effect.text))
        assert "Done to 2 requests" in answer.text

    stands = [office.request(one) for one in three]
    assert [one.outcome for one in stands] == [Outcome.DELETED] * 2 + [None]
    assert len(office.timeline(three[0])) == len(office.timeline(three[1])) == 4


def test_what_somebody_changed_meanwhile_is_left_alone_and_said(
    desk: FrontDesk, three: list[Filed], office: Office
) -> None:
    browser, other = desk.staff(), desk.staff(email="other@example.org")
    effect = browser.post(
        "/staff/several/effect", data={"request": numbers(three), **REPLY}
    )
    done(other, three[:1], REPLY | {"kind": "nothing_found"})

    page = browser.post("/staff/several/done", data=fields(effect.text)).text

    assert "Done to 1 request" in page
    assert "somebody changed it meanwhile, so nothing was done" in page
    assert "other: They say they found nothing" in page
    assert office.request(three[0]).outcome is Outcome.NOTHING_FOUND
    assert office.request(three[1]).outcome is Outcome.DELETED


def test_several_are_given_to_somebody(
    desk: FrontDesk, three: list[Filed], office: Office
) -> None:
    me = desk.enrolled("me@example.org")
    page = done(desk.staff(), three, {"act": "give", "to": me.hex})
    assert "Done to 3 requests" in page
    assert {office.request(one).assigned_to for one in three} == {me}
    mine = desk.browser()
    desk.sign_in(mine, "me@example.org")
    assert numbers(three)[0] in mine.get("/staff/?who=me").text


def test_several_are_closed_and_one_of_them_is_opened_again(
    desk: FrontDesk, three: list[Filed], office: Office
) -> None:
    browser = desk.staff()
    assert "Done to 2 requests" in done(browser, three, {"act": "close"})
    assert office.request(three[0]).status is Status.CLOSED
    assert office.request(three[0]).outcome is Outcome.NO_ANSWER
    assert office.filing(three[0]).closed_on == NOON.date()

    entry = f"/staff/requests/{numbers(three)[0]}/entries/4"
    shown = re.search(r'name="shown" value="(\d+)"', browser.get(entry).text)
    assert shown is not None
    assert browser.post(entry, data={"shown": shown[1]}).status_code == 303

    assert office.request(three[0]).status is Status.SENT
    assert office.request(three[0]).due is not None
    assert office.filing(three[0]).closed_on is None


def test_a_note_is_kept_with_each_of_whom_something_is_left(
    desk: FrontDesk, three: list[Filed], store: Store
) -> None:
    with store.writing() as session:
        destroy_personal(session, three[1].filing, at=NOON)
    page = done(desk.staff(), three, {"act": "note", "note": "They moved."})
    assert "Done to 2 requests" in page
    assert [e.action for e in desk.audit()].count("note written") == 2


@pytest.mark.usefixtures("one_engine")
@pytest.mark.parametrize(
    ("form", "told"),
    [
        ({}, "Choose what to do with them"),
        ({"act": "reply", "received_on": "2026-11-23"}, "Choose what they said"),
        (REPLY | {"kind": "refused"}, "Choose the ground of a refusal"),
        ({"act": "note", "note": " "}, "Enter a note"),
        ({"act": "give", "to": "x"}, "Choose who looks after it"),
    ],
)
def test_what_is_missing_is_asked_for(
    desk: FrontDesk, three: list[Filed], form: dict[str, str], told: str
) -> None:
    answer = desk.staff().post(
        "/staff/several/effect", data={"request": numbers(three), **form}
    )
    assert answer.status_code == 422
    assert told in unescape(answer.text)


@pytest.mark.usefixtures("one_engine")
def test_nothing_ticked_is_nothing_to_do(desk: FrontDesk) -> None:
    browser = desk.staff()
    for path in ("/staff/several", "/staff/several/effect"):
        answer = browser.post(path, data={"request": "R-0000-0000", **REPLY})
        assert answer.status_code == 422
        assert "Tick at least one request" in answer.text


@pytest.mark.usefixtures("one_engine")
def test_what_was_not_shown_is_not_done(
    desk: FrontDesk, three: list[Filed], office: Office
) -> None:
    answer = desk.staff().post(
        "/staff/several/done", data={"request": numbers(three), "nonce": "x", **REPLY}
    )
    assert "What changes for each" in answer.text
    assert office.request(three[0]).status is Status.SENT
