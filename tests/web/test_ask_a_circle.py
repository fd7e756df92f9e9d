"""Ask every company of a register or a kind: the choice, its answer, and the filing."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app.domain.conditions import Is
from app.domain.laws import ALL_DATA, AgentRule, Condition, Law, Unmet
from app.domain.matching import item_id
from app.store import broadcasts
from app.store.keys import Keys
from app.store.session import Store
from app.web.deps import Parts
from tests.broker import PHONE, Broker, broker_of
from tests.conftest import FakeClock
from tests.front_desk import hidden
from tests.web.filing import MAILBOX, TYPED, Resident

pytestmark = pytest.mark.usefixtures("one_engine")

REGISTER = {"residence": "US-CA", "circle": "us-ca-registry"}
BORN = "1985-07-04"


@pytest.fixture
def broker(store: Store, keys: Keys, now: FakeClock, client: TestClient) -> Broker:
    """One of five brokers beside those we know, the only one with a key."""
    return broker_of(store, keys, now, client, others=4)


def begun(resident: Resident, **where: str) -> str:
    """Begin a draft that asks a circle and return its address."""
    page = resident.browser.post("/file", data={**REGISTER, **where})
    found = re.search(r"/file/[0-9a-f-]{36}", str(page.url))
    assert found, page.url
    return found[0]


def sent(resident: Resident, **typed: str) -> str:
    """File to the register, and return the id of the draft."""
    draft = begun(resident)
    resident.fill(draft, **typed)
    return resident.send(draft)


def confirmed(resident: Resident, **typed: str) -> Any:
    """File to the register and confirm; return the page with the tracking code."""
    form = {"draft": sent(resident, **typed), "code": resident.code()}
    return resident.browser.post("/confirm", data=form)


def whole(broker: Broker) -> list[broadcasts.Broadcast]:
    with broker.office.store.reading() as session:
        found = session.query(broadcasts.Broadcast).all()
        session.expunge_all()
    return found


# The choice


def test_a_register_and_a_kind_can_be_chosen_as_a_whole(
    broker: Broker, client: TestClient
) -> None:
    page = client.get("/check").text

    count = re.search(r"in the register of California \((\d+)\)", page)
    assert count
    assert int(count[1]) >= 5
    assert 'name="circle" value="us-ca-registry"' in page
    assert 'name="circle" value="people_search"' in page
    chosen = client.get("/check", params={**REGISTER, "asked": "1"})
    assert chosen.url.path == "/check/answer"
    assert f"in the register of California ({count[1]})" in chosen.text


NOBODY = ({"circle": "us-zz-registry"}, "There is no such group")
BOTH = ({"vendor": "epsilon"}, "Choose either every company at once")


@pytest.mark.parametrize(
    ("path", "more", "said"),
    [
        ("/check", *BOTH),
        ("/check", {"kind": "face_search"}, BOTH[1]),
        (
            "/check",
            {"circle": ["us-ca-registry", "people_search"]},
            "Choose one group at a time",
        ),
        ("/check", *NOBODY),
        ("/check/answer", *BOTH),
        ("/check/answer", *NOBODY),
        ("/check", {"circle": ""}, "Choose at least one company"),
    ],
)
def test_a_choice_that_no_filing_can_hold_is_put_right_at_the_choice(
    client: TestClient, path: str, more: dict[str, Any], said: str
) -> None:
    page = client.get(path, params={**REGISTER, "asked": "1", **more})

    assert page.status_code == 422
    assert said in page.text
    assert 'href="#vendor"' in page.text
    assert 'id="vendor-error"' in page.text


def test_a_group_that_is_gone_when_it_is_asked_is_said_to_be_gone(
    client: TestClient,
) -> None:
    page = client.post("/file", data={**REGISTER, "circle": "us-zz-registry"})

    assert page.status_code == 422
    assert NOBODY[1] in page.text


def test_an_empty_group_is_none(client: TestClient) -> None:
    chosen = {"residence": "US-CA", "asked": "1", "circle": "", "vendor": "epsilon"}
    page = client.get("/check", params=chosen)

    assert page.url.path == "/check/answer"


def test_who_moved_sees_what_was_owed_before(client: TestClient) -> None:
    asks = client.get("/check", params={**REGISTER, "asked": "1", "moved": "1"})
    assert hidden(asks.text, "circle") == "us-ca-registry"

    page = client.get(
        "/check",
        params={**REGISTER, "asked": "1", "moved": "1", "former_country": "DE"},
    )

    assert page.url.path == "/check/answer"
    assert "Before, in Germany" in page.text
    found = re.search(r'href="(/check/companies\?[^"]*of=former[^"]*)"', page.text)
    assert found


def test_the_companies_of_a_former_place_lead_back_to_where_one_lives(
    broker: Broker, client: TestClient
) -> None:
    page = client.get("/check/answer", params={**REGISTER, "former": "DE"}).text
    [named, *_] = re.findall(r'href="(/check/companies\?[^"]*of=former[^"]*)"', page)

    table = client.get(unescape(named)).text
    back = re.search(r'class="back" href="([^"]+)"', table)

    assert back
    assert "owes residents of Germany" in table
    assert 'name="of" value="former"' in table
    again = client.get(unescape(back[1])).text
    assert "You live in California" in again
    assert "Before, in Germany" in again
    assert hidden(again, "residence") == "US-CA"


# The answer


def counted(text: str) -> dict[str, int]:
    found = re.findall(r"verdict=(\w+)\">(\d+) compan(?:y|ies)</a>", text)
    return {verdict: int(n) for verdict, n in found}


def test_the_answer_counts_the_companies_that_its_table_names(
    broker: Broker, client: TestClient
) -> None:
    page = client.get("/check/answer", params=REGISTER).text
    named = client.get("/check/companies", params=REGISTER).text
    heading = re.search(r"register of California \((\d+)\)", page)
    assert heading
    counts = counted(page)

    assert sum(counts.values()) == int(heading[1])
    slugs = re.findall(r"/check/answer\?[^\"]*vendor=([\w-]+)", named)
    assert len(slugs) == int(heading[1])
    api = {
        slug: client.get(
            "/api/v1/eligibility", params={"residence": "US-CA", "vendor": slug}
        ).json()["verdict"]
        for slug in slugs
    }
    assert counts == {v: list(api.values()).count(v) for v in set(api.values())}
    for verdict, n in counts.items():
        only = client.get("/check/companies", params={**REGISTER, "verdict": verdict})
        assert only.text.count("vendor=") == n
    assert "CCPA" in page
    assert "45 days after it is on the list" in page
    assert "privacy.ca.gov/drop" in page
    assert "1 of them fetches such lists now" in page


def test_the_table_is_paged_and_a_company_can_be_looked_for(
    store: Store, keys: Keys, now: FakeClock, client: TestClient
) -> None:
    broker_of(store, keys, now, client, others=60)

    first = client.get("/check/companies", params=REGISTER).text
    second = client.get("/check/companies", params={**REGISTER, "page": 2}).text
    far = client.get("/check/companies", params={**REGISTER, "page": 99}).text
    looked = client.get(
        "/check/companies", params={**REGISTER, "name": "roker 59"}
    ).text

    assert first.count("vendor=") == 50
    assert "page=2" in first
    assert "page=1" in second
    assert "The next ones" not in second
    assert far.count("vendor=") == second.count("vendor=")
    assert "vendor=broker-59" in looked
    assert looked.count("vendor=") == 1


def test_who_finds_no_company_is_shown_the_way_to_all(
    store: Store, keys: Keys, now: FakeClock, client: TestClient
) -> None:
    broker_of(store, keys, now, client)

    page = client.get("/check/companies", params={**REGISTER, "name": "nobody"}).text
    assert "No company fits this choice." in page
    [back] = re.findall(r'href="(/check/companies[^"]*)">Show everything', page)
    assert "vendor=probe" in client.get(unescape(back)).text


@pytest.mark.parametrize(
    "wrong", [{"residence": "US-XX"}, {"circle": "us-zz-registry"}, {"circle": ""}]
)
def test_a_table_of_nothing_is_not_found(
    client: TestClient, wrong: dict[str, str]
) -> None:
    page = client.get("/check/companies", params={**REGISTER, **wrong})
    assert page.status_code == 404


def test_where_the_law_lets_nobody_else_ask_nothing_can_go_by_us(
    client: TestClient,
) -> None:
    page = client.get("/check/answer", params={**REGISTER, "residence": "US-CO"}).text

    assert "lets nobody else ask for you, us included" in page
    assert 'action="/file"' not in page
    begun = client.post("/file", data={**REGISTER, "residence": "US-CO"})
    assert begun.status_code == 404


def lets_nobody_else_ask(app: FastAPI, *, if_wrong: bool) -> None:
    """Let a law of California that is beyond doubt let nobody else ask for a person.

    ``if_wrong``: it reaches whoever says that the data is wrong.
    """
    parts: Parts = app.state.parts
    laws: Mapping[str, Law] = parts.rulebook.pack.laws
    wrong = Condition(
        reason=Unmet.CAPACITY, needs=Is("person.data_is_wrong", value=True)
    )
    [*_, last] = laws["us-ca-delete-act"].steps
    step = replace(
        last,
        agent=AgentRule.NO,
        conditions=(wrong,) if if_wrong else (),
        rights=tuple(replace(right, data=ALL_DATA) for right in last.rights),
    )
    quick = replace(laws["us-ca-delete-act"], id="us-ca-quick", steps=(step,))
    pack = replace(parts.rulebook.pack, laws={**laws, quick.id: quick})
    book = replace(parts.rulebook, pack=pack)
    app.state.parts = replace(parts, rulebook=book)


NOBODY_ELSE = "The law here lets nobody else ask for you, us included"


def test_an_answer_by_which_nobody_else_may_ask_is_said_at_the_questions(
    broker: Broker, app: FastAPI, resident: Resident
) -> None:
    lets_nobody_else_ask(app, if_wrong=True)
    draft = begun(resident)

    answers = {"person.data_is_wrong": "yes"}
    page = resident.browser.post(f"{draft}/questions", data=answers)

    assert page.status_code == 422
    assert NOBODY_ELSE in page.text
    assert 'href="#questions"' in page.text
    assert 'href="/check?residence=US-CA"' in page.text
    typed = r'name="person.data_is_wrong" value="yes" checked'
    assert re.search(typed, page.text)
    resident.fill(draft)  # nothing that was typed so locks the draft
    resident.send(draft)


def test_a_law_that_changes_meanwhile_is_named_as_what_stops_the_draft(
    broker: Broker, app: FastAPI, resident: Resident
) -> None:
    draft = begun(resident)
    resident.fill(draft)
    form = resident.checked(draft)
    lets_nobody_else_ask(app, if_wrong=False)

    page = resident.browser.post(f"{draft}/send", data=form)

    assert page.status_code == 404
    assert NOBODY_ELSE in page.text
    assert whole(broker) == []


# The filing


def test_a_resident_asks_a_whole_register_and_its_brokers_find_the_fingerprints(
    broker: Broker, resident: Resident
) -> None:
    page = confirmed(
        resident, phones=PHONE, addresses="90012\n90210-1234", birth_date=BORN
    )
    assert page.url.path == "/receipt"
    assert "comes on the companies’ lists within a day" in page.text

    broker.turn()

    [row] = whole(broker)
    ends = ("E001", "P001", "N001", "N002")
    assert set(broker.items()) == {item_id(row.number, end) for end in ends}
    stands = resident.browser.get("/track").text
    assert "Every data broker in the register of California" in stands
    assert '<a href="/track/companies/probe">' in stands


def test_check_answers_says_who_gets_what_and_names_no_letter(
    broker: Broker, resident: Resident
) -> None:
    draft = begun(resident)
    resident.fill(draft, phones=PHONE)

    page = resident.browser.get(f"{draft}/check").text

    assert "Every data broker in the register of California" in page
    assert page.count("1 fingerprint<") == 2
    assert "None: it takes a first and a last name" in page
    assert "Read the letter" not in page
    assert "/check/companies?residence=US-CA&amp;circle=us-ca-registry" in page
    changes = re.search(r'href="(/check\?[^"]+)">Change', page)
    assert changes
    assert "circle=us-ca-registry" in changes[1]


def test_check_answers_writes_a_day_of_birth_in_words(
    broker: Broker, resident: Resident
) -> None:
    draft = begun(resident)
    resident.fill(draft, birth_date="1931-02-27")

    in_french = resident.browser.get(f"{draft}/check", params={"lang": "fr"}).text

    assert "27\xa0février\xa01931" in unescape(in_french)
    assert "1931-02-27" not in in_french


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("addresses", "1 Main St", "Enter one ZIP code of five digits"),
        ("addresses", "90012\nnowhere", "Enter one ZIP code of five digits"),
        ("phones", "none", "Enter one telephone number on each line"),
        ("email", "zoe@", "Enter an e-mail address"),
    ],
)
def test_what_no_list_could_compare_is_put_right_at_its_field(
    broker: Broker, resident: Resident, field: str, typed: str, said: str
) -> None:
    draft = begun(resident)
    resident.browser.post(f"{draft}/who", data={"for": "me"})
    form = {"name": TYPED, "email": MAILBOX, field: typed}

    page = resident.browser.post(f"{draft}/details", data=form)
    again = resident.browser.get(f"{draft}/details")

    for shown in (page, again):
        assert said in shown.text
        assert f'id="{field}-error"' in shown.text
    assert page.status_code == 422
    assert resident.browser.get(f"{draft}/check").url.path == f"{draft}/details"


def test_what_is_told_of_oneself_shows_in_the_answer_about_all(
    broker: Broker, resident: Resident
) -> None:
    draft = begun(resident)
    asked = resident.browser.get(f"{draft}/questions").text
    assert "person.capacity" in asked
    assert "circle=us-ca-registry" in asked

    page = resident.browser.post(f"{draft}/questions", data={"person.capacity": "yes"})

    assert page.url.path == f"{draft}/answer"
    assert "Every data broker in the register of California" in page.text


def test_what_was_shown_is_what_is_filed(broker: Broker, resident: Resident) -> None:
    draft = begun(resident)
    resident.fill(draft)
    form = resident.checked(draft)
    resident.fill(draft, phones=PHONE)

    page = resident.browser.post(f"{draft}/send", data=form)

    assert page.status_code == 422
    assert "has changed since you looked" in page.text
    assert whole(broker) == []


def test_a_wrong_address_is_corrected_and_the_register_still_asked(
    broker: Broker, resident: Resident
) -> None:
    draft = sent(resident)
    typed = {"draft": draft, "email": "zoe@example.com"}
    page = resident.browser.post("/confirm/address", data=typed)
    assert page.url.path == "/confirm"

    form = {"draft": draft, "code": resident.code()}
    page = resident.browser.post("/confirm", data=form)

    assert page.url.path == "/receipt"
    broker.turn()
    assert len(broker.items()) == 1


def test_who_has_asked_them_is_told_so_before_and_after(
    broker: Broker, resident: Resident
) -> None:
    confirmed(resident)
    resident.browser.get("/track")
    code = resident.fresh_code("/track/broadcast/withdraw")
    resident.browser.post("/track/mail", data={"news": "yes", "code": code})

    draft = begun(resident)
    resident.fill(draft)
    before = resident.browser.get(f"{draft}/check").text
    form = {"draft": resident.send(draft), "code": resident.code()}
    after = resident.browser.post("/confirm", data=form).text

    told = "You asked before: Every data broker in the register of California."
    assert told in re.sub("<[^>]+>", "", before)
    assert told in re.sub("<[^>]+>", "", after)


# Mails


@pytest.fixture
def held(standing: FastAPI, broker: Broker) -> Broker:
    """The same, where what is confirmed may be stopped for an hour."""
    here: Parts = standing.state.parts
    portal = replace(here.portal, hold_minutes=60)
    standing.state.parts = replace(here, portal=portal)
    post = broker.office.post
    broker.office.post = replace(post, desk=replace(post.desk, portal=portal))
    return broker


def test_a_link_by_mail_stops_what_is_on_no_list_yet(
    held: Broker, app: FastAPI, resident: Resident
) -> None:
    page = confirmed(resident)
    assert "after 60 minutes" in page.text
    held.office.deliver(held.now())
    mails = [str(mail.get_body(("plain",))) for mail in held.office.channel.to(MAILBOX)]
    link = re.search(r"/cancel/[\w-]+", "".join(mails))
    assert link

    assert "Stop" in resident.browser.get(link[0]).text
    resident.browser.post(link[0])
    held.now.at += timedelta(minutes=61)
    held.turn()

    assert held.items() == {}
    [row] = whole(held)
    assert row.withdrawn_at is not None


def test_a_mail_says_that_it_is_on_the_lists_and_one_that_it_is_taken_back(
    broker: Broker, resident: Resident
) -> None:
    confirmed(resident)
    broker.office.channel.sent.clear()
    broker.turn()
    [mail] = broker.office.channel.to(MAILBOX)
    assert "One of your requests was sent" in str(mail.get_body(("plain",)))

    address = "/track/broadcast/withdraw"
    resident.browser.get("/track")
    resident.browser.post(address, data={"code": resident.fresh_code(address)})
    broker.office.channel.sent.clear()
    broker.night()

    texts = "".join(
        str(mail.get_body(("plain",))) for mail in broker.office.channel.to(MAILBOX)
    )
    assert "You took back a request" in texts
    assert broker.items() == {}
