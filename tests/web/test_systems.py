"""Companies' own systems: the callback, the page of staff, what residents read."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from html import unescape

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app.domain.timeline import Status
from app.store.keys import Keys
from app.store.session import Store
from app.store.staff import Role
from app.worker import Worker
from tests.actions.test_protocol import A_DAY, Agency
from tests.broker import broker_of
from tests.front_desk import FrontDesk
from tests.post_office import MAILBOX, TYPED, Office
from tests.rights_server import RightsServer, rights_server
from tests.web.filing import Resident


@pytest.fixture(scope="module")
def running() -> Iterator[RightsServer]:
    with rights_server() as server:
        yield server


@pytest.fixture
def agency(one_engine: object, office: Office, running: RightsServer) -> Agency:
    running.begin_anew()
    return Agency(office, running)


def test_a_callback_is_answered_alike_whatever_it_says(
    agency: Agency, desk: FrontDesk
) -> None:
    filed = agency.sent()
    address = agency.server.one().message["status_callback"]
    path = address.removeprefix(desk.base)
    server = desk.browser()

    answers = [
        server.post(path, content=body)
        for body in (b"", b"<html>", json.dumps({"status": "fulfilled"}).encode())
    ]

    assert [(a.status_code, a.content) for a in answers] == [(200, b"")] * 3
    assert server.post("/drp/callback/none").status_code == 404
    agency.work()
    assert agency.office.request(filed).status is Status.SENT


def test_staff_see_who_needs_them_and_let_it_be_tried_again(
    agency: Agency, desk: FrontDesk
) -> None:
    agency.server.refuses_setup = True
    filed = agency.sent()
    browser = desk.staff()

    page = browser.get("/staff/systems").text
    assert "Probe Data Incorporated" in page
    assert "It gave us no token" in page
    assert "does not know us" in browser.get("/staff/").text

    agency.server.refuses_setup = False
    form = {"api_base": agency.server.base, "business_id": "PROBE-1"}
    assert browser.post("/staff/systems", data=form).status_code == 303
    assert browser.post("/staff/systems", data={}).status_code == 422
    agency.passes(A_DAY)

    assert agency.office.request(filed).status is Status.SENT
    assert "It gave us no token" not in browser.get("/staff/systems").text
    assert "System tried again" in browser.get("/staff/audit").text


def test_staff_stop_the_letters_to_a_company_and_let_them_go(
    office: Office, desk: FrontDesk, one_engine: object
) -> None:
    filed = office.confirmed()
    browser, path = desk.staff(), "/staff/systems/letters"
    form = {"vendor": "probe", "do": "stop"}

    assert browser.post(path, data=form).status_code == 303
    office.deliver(desk.clock())
    assert office.request(filed).status is Status.QUEUED
    assert "Let them leave again" in browser.get("/staff/systems").text
    assert "Somebody stopped them" in browser.get("/staff/").text
    missing = browser.post(path, data={"vendor": "", "do": "stop"})
    assert missing.status_code == 422
    assert 'href="#vendor"' in missing.text

    assert browser.post(path, data=form | {"do": "resume"}).status_code == 303
    office.deliver(desk.clock())
    assert office.request(filed).status is Status.SENT
    trail = browser.get("/staff/audit").text
    assert "Letters to a company stopped" in trail
    assert "Letters to a company let go" in trail
    reader = desk.staff(Role.AUDITOR)
    assert "Stop its letters" not in reader.get("/staff/systems").text
    assert reader.post(path, data=form).status_code == 403


def test_who_may_only_read_lets_nothing_be_tried(
    agency: Agency, desk: FrontDesk
) -> None:
    agency.server.refuses_setup = True
    agency.sent()
    browser = desk.staff(Role.AUDITOR)

    assert "Try it again" not in browser.get("/staff/systems").text
    form = {"api_base": agency.server.base, "business_id": "PROBE-1"}
    assert browser.post("/staff/systems", data=form).status_code == 403


def test_what_is_odd_stands_on_the_page_of_its_request(
    agency: Agency, desk: FrontDesk
) -> None:
    filed = agency.sent()
    agency.server.says("expired")
    agency.passes(4 * A_DAY)
    browser = desk.staff()
    number = filed.requests[0].number

    every, one = browser.get("/staff/systems"), browser.get(f"/staff/requests/{number}")

    assert "It let the request expire" in every.text
    assert number in every.text
    assert "<code>expired</code>" in one.text
    assert "It let the request expire" in one.text
    assert TYPED not in every.text + one.text


def test_residents_read_what_was_sent_and_where_proof_is_asked_for(
    agency: Agency, resident: Resident, app: FastAPI
) -> None:
    here = app.state.parts
    app.state.parts = replace(here, portal=replace(here.portal, protocol=True))
    draft = resident.begin("probe")
    resident.fill(draft)
    shown = resident.browser.get(f"{draft}/check").text
    assert "From our system to its own" in shown
    assert f"Name: {TYPED}" in shown
    assert "Where you see dots" not in shown
    form = {"draft": resident.send(draft), "code": resident.code()}
    receipt = resident.browser.post("/confirm", data=form).text
    assert "Ours writes to theirs" in receipt
    agency.work()
    agency.server.says(
        "in_progress",
        "need_user_verification",
        user_verification_url="https://prove.example.org/x",
    )
    agency.passes(4 * A_DAY)

    code = re.search(r"EF(-\w{4}){7}", receipt)
    assert code
    standing = resident.browser.post("/track", data={"receipt": code[0]}).text
    [path] = re.findall(r'href="(/track/requests/[^"]+/letters)"', standing)[:1]
    shut = resident.browser.get(path).text
    assert "prove.example.org" not in shut + standing
    assert "See where it checks who you are" in standing
    assert "its own system took it" in standing
    form = {"code": resident.fresh_code(path)}
    opened = unescape(resident.browser.post(path, data=form).text)

    assert "https://prove.example.org/x?request_id=" in opened
    assert "&redirect_to=http%3A%2F%2Ftestserver%2Ftrack" in opened
    assert f"E-mail, which you confirmed: {MAILBOX}" in opened
    assert "Its system’s answer, as it came" in opened


def test_many_companies_that_fetch_no_list_stand_on_pages(
    one_engine: Store, keys: Keys, desk: FrontDesk, client: TestClient
) -> None:
    broker = broker_of(one_engine, keys, desk.clock, client, others=40)
    broker.office.confirmed(vendors=[], broadcast="us-ca-registry")
    broker.turn()
    staff, seen, address = desk.staff(), [], "/staff/systems"

    while address:
        page = staff.get(address).text
        lists = page.partition('id="lists"')[2]
        rows = re.findall(r'data-label="Company">([^<]+)<', lists)
        assert len(rows) <= 25
        seen += rows
        more = re.search(r'href="(/staff/systems[?]after=[^"]+)"', lists)
        address = more[1] if more else ""

    asked = re.search(r"(\d+) companies do not fetch", lists)
    assert asked
    assert len(seen) == len(set(seen)) == int(asked[1])
    assert {f"Broker {n}" for n in range(40)} <= set(seen)


def test_staff_see_which_companies_fetch_no_list_and_when_they_were_told(
    one_engine: object, office: Office, desk: FrontDesk
) -> None:
    office.confirmed(vendors=[], broadcast="us-ca-registry")
    Worker(office.post, desk.clock, desk.clock).once()

    page = desk.staff().get("/staff/systems").text

    lists = page.partition('id="lists"')[2].partition("</table>")[0]
    [acxiom] = [row for row in lists.split("<tr") if ">Acxiom<" in row]
    assert ">1<" in acxiom
    assert "no e-mail address" in acxiom
    assert "<time" in lists
