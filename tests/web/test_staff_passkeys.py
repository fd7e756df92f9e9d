"""Passkeys at the door: what signs for this site, just now, and nothing else."""

import json
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.front_desk import FrontDesk
from tests.pocket_key import PocketKey
from tests.post_office import Office

CLERK = "clerk@example.org"


def asked(browser: TestClient, address: str = "/staff/sign-in/passkey") -> Any:
    return browser.post(f"{address}/options").json()


def enter(browser: TestClient, credential: str) -> Any:
    return browser.post("/staff/sign-in/passkey", data={"credential": credential})


def added(browser: TestClient) -> PocketKey:
    key = PocketKey()
    form = {"credential": key.made_for(asked(browser, "/staff/account/passkeys"))}
    shown = browser.post("/staff/account/passkeys", data=form | {"name": "telephone"})
    assert "Your recovery codes" in shown.text
    return key


def test_a_passkey_signs_in_alone_and_replaces_the_code(
    desk: FrontDesk, office: Office
) -> None:
    key = added(desk.staff())
    office.deliver(at=desk.clock())
    assert [m["Subject"] for m in office.channel.to(CLERK)] == [
        "Your second step was changed"
    ]

    alone, after = desk.browser(), desk.browser()
    assert enter(alone, key.signed(asked(alone))).headers["location"] == "/staff/"
    assert "telephone" in alone.get("/staff/account").text
    half = desk.sign_in(after, CLERK)
    assert "Use a passkey instead" in after.get(half.headers["location"]).text
    assert enter(after, key.signed(asked(after))).status_code == 303
    assert after.get("/staff/").status_code == 200
    assert {e.detail.get("by") for e in desk.audit() if e.action == "signed in"} == {
        "password",
        "passkey",
    }


def test_what_was_signed_counts_once_and_for_five_minutes(desk: FrontDesk) -> None:
    key, browser = added(desk.staff()), desk.browser()
    answer = key.signed(asked(browser))
    late = key.signed(asked(browser))
    assert enter(browser, answer).status_code == 303
    assert enter(desk.browser(), answer).status_code == 422
    desk.passes(minutes=5, seconds=1)
    assert enter(desk.browser(), late).status_code == 422


@pytest.mark.usefixtures("one_engine")
def test_no_other_site_key_or_noise_signs_in(desk: FrontDesk) -> None:
    key, browser = added(desk.staff()), desk.browser()
    stranger = PocketKey()
    copied = PocketKey(private=stranger.private, id=key.id)
    elsewhere = PocketKey(origin="https://evil.example", id=key.id, private=key.private)
    untouched = PocketKey(verified=False, id=key.id, private=key.private)
    unasked = {"rpId": "testserver", "challenge": "AAAA"}

    tried = [
        *(one.signed(asked(browser)) for one in (stranger, copied, elsewhere, untouched)),
        key.signed(unasked),
        key.signed(asked(browser) | {"rpId": "evil.example"}),
        "", "{}", "[]", "\0", '{"id": 1}', json.dumps({"id": "x", "rawId": "é"}),
        json.dumps({**json.loads(key.signed(asked(browser))), "response": {}}),
    ]  # fmt: skip

    for credential in tried:
        answer = enter(browser, credential)
        assert answer.status_code == 422, credential
        assert "was not accepted" in answer.text
    assert browser.get("/staff/").status_code == 303


@pytest.mark.usefixtures("one_engine")
def test_a_passkey_is_a_fresh_proof_for_its_owner_alone(desk: FrontDesk) -> None:
    browser = desk.staff()
    key = added(browser)
    other = desk.staff(email="other@example.org")
    foreign = added(other)
    desk.passes(minutes=11)

    for one, status in ((foreign, 422), (key, 303)):
        form = {"credential": one.signed(asked(browser, "/staff/prove"))}
        assert browser.post("/staff/prove", data=form).status_code == status
    assert enter(browser, key.signed(asked(browser, "/staff/prove"))).status_code == 422
    again = {"credential": key.made_for(asked(browser, "/staff/account/passkeys"))}
    assert browser.post("/staff/account/passkeys", data=again).status_code == 422


@pytest.mark.usefixtures("one_engine")
def test_a_passkey_that_was_taken_away_opens_nothing(desk: FrontDesk) -> None:
    browser = desk.staff()
    key = added(browser)
    page = browser.get("/staff/account").text
    held = page.partition('name="passkey" value="')[2].partition('"')[0]
    browser.post("/staff/account/passkeys/remove", data={"passkey": held})

    assert enter(browser, key.signed(asked(browser))).status_code == 422
    assert desk.sign_in(desk.browser(), CLERK).headers["location"] == "/staff/"


@pytest.mark.usefixtures("one_engine")
def test_asking_for_passkeys_and_answering_is_limited_by_address(
    desk: FrontDesk,
) -> None:
    browser = desk.browser()
    answers = [browser.post("/staff/sign-in/passkey/options") for _ in range(31)]
    assert [a.status_code for a in answers] == [200] * 30 + [429]
    assert [enter(browser, "{}").status_code for _ in range(31)] == [422] * 30 + [429]
