"""The residents' pages, without scripts: nothing is lost, nothing happens twice."""

import html
import re
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from fastapi import FastAPI, Request
from fastapi.testclient import TestClient
from httpx2 import Response
from sqlalchemy import func, select

from app.actions.import_vendors import import_vendors
from app.domain.timeline import DenialGround, Outcome, Status
from app.rulebook.vendor_schema import VendorShape
from app.store import people, requests
from app.store.session import Store
from app.web import pages
from tests.browser import Browser
from tests.conftest import FakeClock
from tests.post_office import PROBE, Office
from tests.web.filing import BY_FORM, BY_MAIL, MAILBOX, TYPED, Resident

pytestmark = pytest.mark.usefixtures("one_engine")

BESIDE = "We do not find this reason in any law"
OTHER_LANGUAGES = re.compile(r'<a href="([^"]+)" lang="[a-z]+" hreflang')
DISPUTED = "It is for the regulator to say."


def filings(store: Store) -> list[people.FilingStatus]:
    with store.reading() as session:
        found = select(people.Filing.status).order_by(people.Filing.id)
        return list(session.scalars(found))


def test_check_says_what_is_missing_and_keeps_what_was_chosen(
    client: TestClient,
) -> None:
    page = client.get("/check?asked=1&country=CA&vendor=clearview-ai")

    assert page.status_code == 422
    assert "<title>Error: " in page.text
    assert "Choose the region where you live" in page.text
    assert '<option value="CA" selected>' in page.text
    assert 'value="clearview-ai" checked' in page.text


def test_check_leads_to_an_address_with_place_and_companies_only(
    client: TestClient,
) -> None:
    page = client.get(
        "/check?asked=1&country=CA&region=CA-ON&vendor=clearview-ai&kind=face_search"
    )

    assert page.status_code == 200
    assert page.url.path == "/check/answer"
    assert set(page.url.params) == {"residence", "vendor"}
    assert "pimeyes" in page.url.params.get_list("vendor")


def test_an_answer_is_of_the_day_that_it_is_where_somebody_lives(
    client: TestClient, now: FakeClock
) -> None:
    now.at = datetime(2026, 11, 24, 3, tzinfo=UTC)  # still the 23rd in Toronto

    page = client.get("/check/answer?residence=CA-ON&vendor=clearview-ai")

    assert "&amp;on=2026-11-23" in page.text


def test_what_happened_is_of_the_day_that_it_was_there(
    resident: Resident, now: FakeClock
) -> None:
    now.at = datetime(2026, 11, 24, 3, tzinfo=UTC)  # still the 23rd in California
    resident.confirmed(BY_MAIL)

    page = resident.browser.get("/track").text

    assert page.count('<time datetime="2026-11-23">') == 2
    assert "2026-11-24" not in page
    assert "As of 23\u00a0November\u00a02026. Source: Efface" in page


@pytest.mark.parametrize(
    "query",
    ["residence=XX&vendor=clearview-ai", "residence=CA-ON&vendor=nobody", ""],
)
def test_an_answer_about_nothing_known_is_the_form_again(
    client: TestClient, query: str
) -> None:
    page = client.get(f"/check/answer?{query}")

    assert page.status_code == 422
    assert 'name="country"' in page.text


def test_a_person_who_is_not_covered_gets_a_page_with_next_steps(
    client: TestClient,
) -> None:
    page = client.get("/check/answer?residence=AF&vendor=adgear")

    assert page.status_code == 200
    assert "Not covered" in page.text
    assert "Ask anyway" in page.text


def test_a_wrong_field_is_named_and_keeps_what_was_typed(resident: Resident) -> None:
    draft = resident.begin()
    typed = {"name": TYPED, "email": "zoe@example.org, eve@example.org"}

    page = resident.browser.post(f"{draft}/details", data=typed)

    assert page.status_code == 422
    assert f'value="{TYPED}"' in page.text
    assert 'href="#email"' in page.text


def test_only_what_a_company_needs_is_asked_for_and_said_to_go_there(
    resident: Resident,
) -> None:
    draft = resident.begin(BY_FORM)

    page = resident.browser.get(f"{draft}/details")

    assert "birth_date" not in page.text
    assert "In your own letter to Clearview AI" in page.text


def test_check_answers_shows_the_letter_that_leaves(resident: Resident) -> None:
    draft = resident.begin(BY_MAIL)
    resident.fill(draft)

    page = resident.browser.get(f"{draft}/check")

    assert page.text.count('<div class="letter"') == 1
    assert TYPED in page.text.partition('<div class="letter"')[2]


def test_the_whole_way_from_draft_to_receipt_to_tracking(
    resident: Resident, store: Store
) -> None:
    draft = resident.filed(BY_MAIL, BY_FORM)

    receipt = resident.browser.post(
        "/confirm", data={"draft": draft, "code": resident.code()}
    )

    assert receipt.url.path == "/receipt"
    assert "EF-" in receipt.text
    assert filings(store) == [people.FilingStatus.CONFIRMED]
    standing = resident.browser.get("/track")
    assert "Clearview AI" in standing.text
    assert "Send it yourself" in standing.text


def test_who_is_covered_is_asked_nothing_that_could_only_lower_it(
    resident: Resident,
) -> None:
    draft = resident.begin("schufa", residence="DE")

    page = resident.browser.get(f"{draft}/questions")

    assert page.url.path == f"{draft}/who"


def test_an_answer_that_questions_changed_is_shown_before_going_on(
    resident: Resident,
) -> None:
    draft = resident.begin(BY_FORM, residence="CA-ON")
    asked = resident.browser.get(f"{draft}/questions")
    assert "person.data_is_wrong" in asked.text

    page = resident.browser.post(
        f"{draft}/questions", data={"person.data_is_wrong": "yes"}
    )

    assert page.url.path == f"{draft}/answer"
    assert "Covered by law" in page.text
    assert "Before your answers: We cannot tell yet" in page.text
    assert f'href="{draft}/who"' in page.text


def test_a_company_that_was_not_ticked_is_listed_and_can_be_added(
    resident: Resident,
) -> None:
    form = {"residence": "US-CA", "vendor": BY_FORM, "shown": [BY_FORM, BY_MAIL]}
    begun = resident.browser.post("/file", data=form)
    draft = str(begun.url.path).rpartition("/")[0]
    resident.fill(draft)
    before = resident.browser.get(f"{draft}/check").text
    assert "Left out" in before
    assert before.count('<div class="letter"') == 1

    page = resident.browser.post(f"{draft}/add", data={"vendor": BY_MAIL})

    assert page.text.count('<div class="letter"') == 2
    assert "Left out" not in page.text


def test_only_what_was_left_out_can_be_added(resident: Resident) -> None:
    draft = resident.begin(BY_FORM)
    resident.fill(draft)

    page = resident.browser.post(f"{draft}/add", data={"vendor": BY_MAIL})

    assert page.text.count('<div class="letter"') == 1


def test_who_asks_for_somebody_else_sees_the_fields_at_once(
    resident: Resident,
) -> None:
    draft = resident.begin()

    page = resident.browser.get(f"{draft}/who").text

    assert 'name="agent_name"' in page
    assert "<details" not in page


def test_pressing_send_twice_files_once(resident: Resident, store: Store) -> None:
    draft = resident.begin()
    resident.fill(draft)

    form = resident.checked(draft)
    first, again = (resident.browser.post(f"{draft}/send", data=form) for _ in "12")

    assert first.url == again.url
    assert first.url.path == "/confirm"
    assert len(filings(store)) == 1
    assert len(resident.secrets()) == 1


def test_the_back_button_after_sending_leads_to_the_code(
    resident: Resident, store: Store
) -> None:
    draft = resident.begin()
    resident.fill(draft)
    resident.send(draft)

    page = resident.browser.post(f"{draft}/details", data={"name": "Somebody Else"})

    assert page.url.path == "/confirm"
    assert MAILBOX in page.text


def test_two_tabs_do_not_overwrite_each_other(resident: Resident) -> None:
    one, other = resident.begin(BY_FORM), resident.begin(BY_MAIL)
    resident.fill(one)

    resident.browser.post(f"{other}/who", data={"for": "me"})
    page = resident.browser.get(f"{other}/details")

    assert TYPED not in page.text
    assert TYPED in resident.browser.get(f"{one}/details").text


@pytest.mark.parametrize("step", ["details", "leave-out"])
def test_what_changed_in_another_tab_is_shown_before_it_leaves(
    resident: Resident, store: Store, step: str
) -> None:
    draft = resident.begin(BY_FORM, BY_MAIL)
    resident.fill(draft)
    here = resident.checked(draft)
    there = {"name": "Zoë Feather", "email": MAILBOX, "vendor": BY_FORM}
    resident.browser.post(f"{draft}/{step}", data=there)

    page = resident.browser.post(f"{draft}/send", data=here)

    assert page.status_code == 422
    assert "What would leave has changed since you looked" in page.text
    assert filings(store) == []
    resident.send(draft)
    assert len(filings(store)) == 1


def test_a_company_that_is_left_out_takes_its_question_along(
    resident: Resident, store: Store
) -> None:
    draft = resident.begin(BY_FORM, BY_MAIL)
    resident.fill(draft, addresses="1 Sample Street, Sampleville")
    resident.browser.post(f"{draft}/leave-out", data={"vendor": BY_MAIL})

    page = resident.browser.get(f"{draft}/check")
    resident.send(draft)

    assert "Sample Street" not in page.text
    assert len(filings(store)) == 1


def test_what_a_company_no_longer_needs_is_said_before_it_is_sent(
    resident: Resident, office: Office, now: FakeClock, store: Store
) -> None:
    needs(office, now, "addresses")
    draft = resident.begin("probe")
    resident.fill(draft, addresses="1 Sample Street, Sampleville")
    needs(office, now)
    now.at += timedelta(minutes=5)

    page = resident.browser.post(f"{draft}/send", data=resident.checked(draft))

    assert page.status_code == 422
    assert "A company needs less than you typed" in page.text
    assert filings(store) == []


def needs(office: Office, now: FakeClock, *more: str) -> None:
    """Let the company of the office need these."""
    route = {**PROBE["routes"][0], "needs": ["name", "email", *more]}
    shape = VendorShape.model_validate({**PROBE, "routes": [route]})
    with office.writing() as session:
        import_vendors(session, [shape], at=now(), by="import")


@pytest.mark.parametrize(
    ("step", "form", "said"),
    [
        (
            "who",
            {
                "for": "other",
                "agent_name": "Ada Example",
                "agent_email": "ada@example.org",
                "relation": "sister",
                "agreed_on": "2026-11-24",
            },
            "Enter the day on which the person agreed, not after today",
        ),
        (
            "details",
            {"name": TYPED, "email": MAILBOX, "birth_date": "2026-11-24"},
            "Enter a date of birth that has been",
        ),
    ],
)
def test_a_day_to_come_is_told_at_its_field(
    resident: Resident, step: str, form: dict[str, str], said: str
) -> None:
    draft = resident.begin("peopleconnect")

    page = resident.browser.post(f"{draft}/{step}", data=form)

    assert page.status_code == 422
    assert said in page.text


def test_more_than_fifty_companies_are_refused_before_a_draft_begins(
    client: TestClient, office: Office, now: FakeClock
) -> None:
    many = [f"probe-{n}" for n in range(51)]
    shapes = [VendorShape.model_validate({**PROBE, "slug": slug}) for slug in many]
    with office.writing() as session:
        import_vendors(session, shapes, at=now(), by="import")

    page = client.post("/file", data={"residence": "US-CA", "vendor": many})

    assert page.status_code == 422
    assert "Choose at most 50 companies" in page.text
    assert f'value="{many[50]}" checked' in page.text


def test_another_browser_cannot_open_a_draft(resident: Resident, app: FastAPI) -> None:
    draft = resident.begin()

    with Browser(app) as stranger:
        assert stranger.get(f"{draft}/details").status_code == 404


def test_the_same_address_again_is_said_to_be_the_same(
    resident: Resident, store: Store
) -> None:
    draft = resident.filed()

    page = resident.browser.post(
        "/confirm/address", data={"draft": draft, "email": MAILBOX}
    )

    assert page.status_code == 422
    assert "The code went to this address already" in page.text
    assert "A new code is on its way" not in page.text
    assert len(resident.secrets()) == 1


def test_a_company_that_closed_is_not_filed_anew(
    resident: Resident, office: Office, now: FakeClock
) -> None:
    draft = resident.filed("probe")
    closed = VendorShape.model_validate({**PROBE, "closed_on": "2026-11-22"})
    with office.writing() as session:
        import_vendors(session, [closed], at=now(), by="import")
    now.at += timedelta(minutes=5)

    page = resident.browser.post(
        "/confirm/address", data={"draft": draft, "email": "right@example.org"}
    )

    assert page.status_code == 422
    assert "This can no longer be sent as it is" in page.text
    assert "A new code is on its way" not in page.text
    assert MAILBOX in page.text


def test_a_wrong_address_is_corrected_and_the_first_code_is_void(
    resident: Resident, store: Store
) -> None:
    draft = resident.filed()
    old = resident.code()

    page = resident.browser.post(
        "/confirm/address", data={"draft": draft, "email": "right@example.org"}
    )

    assert "right@example.org" in page.text
    assert filings(store) == [
        people.FilingStatus.EXPIRED,
        people.FilingStatus.UNCONFIRMED,
    ]
    assert [s["to"] for s in resident.secrets()] == ["right@example.org"]
    new = resident.code()
    if new != old:
        wrong = resident.browser.post("/confirm", data={"draft": draft, "code": old})
        assert wrong.status_code == 422
    done = resident.browser.post("/confirm", data={"draft": draft, "code": new})
    assert done.url.path == "/receipt"


def test_five_wrong_codes_are_enough(resident: Resident) -> None:
    draft = resident.filed()
    wrong = "000000" if resident.code() != "000000" else "111111"

    pages = [
        resident.browser.post("/confirm", data={"draft": draft, "code": wrong})
        for _ in range(6)
    ]

    assert [page.status_code for page in pages] == [422] * 5 + [429]
    assert "Retry-After" in pages[-1].headers


def test_looking_at_a_mailed_link_confirms_nothing(
    resident: Resident, store: Store
) -> None:
    resident.filed()
    link = f"/confirm/{resident.secrets()[0]['token']}"

    for _ in range(3):
        resident.browser.get(link)
        resident.browser.head(link)

    assert filings(store) == [people.FilingStatus.UNCONFIRMED]


def test_the_link_pressed_elsewhere_voids_no_receipt_until_one_is_asked_for(
    resident: Resident, app: FastAPI, store: Store
) -> None:
    resident.filed()
    link = f"/confirm/{resident.secrets()[0]['token']}"
    with store.reading() as session:
        before = session.scalars(select(people.Receipt.hash)).all()

    with Browser(app) as phone:
        offered = phone.post(link)
        with store.reading() as session:
            between = session.scalars(select(people.Receipt.hash)).all()
        given = phone.post("/receipt")

    assert "Give me a new tracking code" in offered.text
    assert between == before
    assert given.url.path == "/receipt"
    assert "EF-" in given.text
    with store.reading() as session:
        after = session.scalars(select(people.Receipt.hash)).all()
    assert len(after) == 1
    assert after != before


def test_a_new_receipt_needs_the_link_to_have_been_pressed_here(
    client: TestClient,
) -> None:
    assert client.post("/receipt").url.path == "/track/lost"


def test_the_code_is_forgotten_with_every_way_back_to_it(resident: Resident) -> None:
    draft = resident.confirmed()
    resident.browser.post("/track/leave")

    again = resident.browser.get(f"/confirm?draft={draft}")

    assert again.url.path == "/track"
    assert "EF-" not in again.text
    assert "EF-" not in resident.browser.get("/receipt").text


def test_who_came_by_the_link_gets_no_receipt_after_the_code_was_forgotten(
    resident: Resident, app: FastAPI
) -> None:
    resident.filed()
    with Browser(app) as phone:
        phone.post(f"/confirm/{resident.secrets()[0]['token']}")
        phone.post("/track/leave")

        page = phone.post("/receipt")

    assert page.url.path == "/track/lost"


def test_a_receipt_is_never_in_an_address(resident: Resident) -> None:
    draft = resident.filed()
    code = resident.code()

    page = resident.browser.post("/confirm", data={"draft": draft, "code": code})

    assert all("EF-" not in str(r.url) for r in [page, *page.history])
    assert all("EF-" not in str(r.headers) for r in [page, *page.history])


def test_an_unknown_code_and_a_malformed_one_are_told_alike(
    client: TestClient,
) -> None:
    unknown = client.post(
        "/track", data={"receipt": "EF-7K3Q-9M2X-4TRB-8WZN-C6HD-5VJP-1YAF"}
    )
    malformed = client.post("/track", data={"receipt": "EF-XYZ"})

    assert unknown.status_code == malformed.status_code == 422
    assert "We do not know this tracking code" in unknown.text
    assert "We do not know this tracking code" in malformed.text


def only_request(store: Store) -> UUID:
    with store.reading() as session:
        return session.scalars(select(requests.Request.id)).one()


def wrong_code(code: str) -> str:
    return "000000" if code != "000000" else "111111"


def entries(store: Store) -> int | None:
    with store.reading() as session:
        table = requests.TimelineEntry
        return session.scalar(select(func.count()).select_from(table))


@pytest.mark.parametrize("on", ["2026-11-22", "2026-11-25", "soon", ""])
def test_a_day_that_cannot_be_is_refused_and_costs_no_code(
    resident: Resident, store: Store, on: str
) -> None:
    resident.confirmed(BY_FORM)
    sent = f"/track/requests/{only_request(store)}/sent"
    code = resident.fresh_code(sent, on=on)

    page = resident.browser.post(sent, data={"on": on, "code": code})

    assert page.status_code == 422
    assert "Enter a day from 23 November 2026 until today" in page.text
    assert entries(store) == 2
    resident.browser.post(sent, data={"on": "2026-11-23", "code": code})
    assert entries(store) == 3


def test_a_receipt_alone_starts_no_clock(resident: Resident, store: Store) -> None:
    resident.confirmed(BY_FORM)
    sent = f"/track/requests/{only_request(store)}/sent"
    day = {"on": "2026-11-23"}

    looked = resident.browser.get(sent)
    without = resident.browser.post(sent, data=day)
    wrong = resident.browser.post(
        sent, data={**day, "code": wrong_code(resident.fresh_code(sent, **day))}
    )

    assert "<title>When did you send it?" in looked.text
    assert "Mail me a code for this" in looked.text
    assert without.status_code == 403
    assert wrong.status_code == 422
    assert 'value="2026-11-23"' in wrong.text
    assert entries(store) == 2


def test_saying_when_it_was_sent_starts_the_clock(
    resident: Resident, store: Store
) -> None:
    resident.confirmed(BY_FORM)
    sent = f"/track/requests/{only_request(store)}/sent"

    resident.browser.post(
        sent, data={"on": "2026-11-23", "code": resident.fresh_code(sent)}
    )

    with store.reading() as session:
        request = session.scalars(select(requests.Request)).one()
        assert request.status == "sent"
        assert str(request.sent_on) == "2026-11-23"
        assert request.respond_due is not None


@pytest.mark.parametrize("change", ["sent", "withdraw", "erase"])
def test_a_change_that_is_sent_twice_leads_to_where_it_stands(
    one_engine: Store, resident: Resident, change: str
) -> None:
    resident.confirmed(BY_FORM)
    request = f"requests/{only_request(one_engine)}/"
    path = f"/track/{'' if change == 'erase' else request}{change}"
    form = {"on": "2026-11-23", "code": resident.fresh_code(path, on="2026-11-23")}

    with Browser(resident.browser.app, cookies=resident.browser.cookies) as twice:
        resident.browser.post(path, data=form)
        again = twice.post(path, data=form)

    assert (again.status_code, again.url.path) == (200, "/track")


def test_a_law_in_doubt_is_not_said_to_bind_the_company(
    resident: Resident, store: Store
) -> None:
    resident.confirmed(BY_FORM)
    path = f"/track/requests/{only_request(store)}/sent"
    sent = {"on": "2026-11-23", "code": resident.fresh_code(path)}

    resident.browser.post(path, data=sent)
    page = resident.browser.get("/track").text

    assert "by the day below, if the law applies to it." in page
    assert "not certain that the law applies to the company" in page


@pytest.mark.parametrize(
    ("ground", "said"),
    [
        (DenialGround.TRADE_SECRET, {BESIDE}),
        (DenialGround.OUTSIDE_JURISDICTION, {DISPUTED}),
        (DenialGround.IDENTITY_NOT_VERIFIED, set()),
    ],
)
def test_a_refusal_is_held_against_the_law_but_not_where_its_reach_is_in_question(
    resident: Resident, store: Store, ground: DenialGround, said: set[str]
) -> None:
    resident.confirmed(BY_FORM)
    with store.writing() as session:
        request = session.scalars(select(requests.Request)).one()
        request.status, request.outcome = Status.ANSWERED, Outcome.REFUSED
        request.denial_ground = ground

    page = resident.browser.get("/track").text

    assert {words for words in (BESIDE, DISPUTED) if words in page} == said


def test_erasing_needs_a_fresh_code_and_leaves_no_person(
    resident: Resident, store: Store
) -> None:
    draft = resident.filed(BY_FORM)
    resident.browser.post("/confirm", data={"draft": draft, "code": resident.code()})
    without = resident.browser.post("/track/erase", data={"code": "123456"})
    resident.fresh_code("/track/erase")

    done = resident.browser.post("/track/erase", data={"code": resident.code()})

    assert without.status_code == 403
    assert "Everything about you was deleted" in done.text
    with store.reading() as session:
        person = session.scalars(select(people.Person)).one()
        assert person.thing is None
        assert person.email_index is None


def test_erasing_leaves_no_draft_that_knows_the_mailbox(resident: Resident) -> None:
    draft = resident.filed(BY_FORM)
    resident.browser.post("/confirm", data={"draft": draft, "code": resident.code()})
    resident.fresh_code("/track/erase")
    resident.browser.post("/track/erase", data={"code": resident.code()})

    page = resident.browser.get(f"/confirm?draft={draft}")

    assert page.status_code == 404
    assert "EF-" not in page.text
    assert resident.browser.get(f"/file/{draft}/details").status_code == 404


def test_a_lost_code_is_answered_alike_for_everybody(
    resident: Resident, office: Office, now: FakeClock
) -> None:
    draft = resident.filed(BY_FORM)
    resident.browser.post("/confirm", data={"draft": draft, "code": resident.code()})

    known = resident.browser.post("/track/lost", data={"email": MAILBOX})
    nobody = resident.browser.post("/track/lost", data={"email": "no@example.org"})

    assert known.text.replace(MAILBOX, "") == nobody.text.replace("no@example.org", "")
    now.at += timedelta(minutes=1)
    office.look_up(now())
    found = resident.browser.post(
        "/track/lost/code", data={"email": MAILBOX, "code": resident.code()}
    )
    assert "EF-" in found.text.replace("</span><span>", "")


def test_a_lost_code_is_guessed_at_no_more_often_than_a_tracking_code(
    client: TestClient,
) -> None:
    for n in range(60):
        form = {"email": f"{n}@example.org", "code": "123456"}
        client.post("/track/lost/code", data=form)

    page = client.post("/track/lost/code", data={"email": MAILBOX, "code": "123456"})

    assert page.status_code == 429
    assert int(page.headers["Retry-After"]) > 0


def test_the_day_and_the_language_go_on_to_the_answer(client: TestClient) -> None:
    asked = "asked=1&country=CA&region=CA-ON&vendor=clearview-ai&on=2020-07-06&lang=fr"

    answer = client.get(f"/check?{asked}", follow_redirects=False)

    assert answer.headers["location"] == (
        "/check/answer?residence=CA-ON&vendor=clearview-ai&on=2020-07-06&lang=fr"
    )
    page = client.get(answer.headers["location"]).text
    back = "/check?residence=CA-ON&amp;vendor=clearview-ai&amp;on=2020-07-06"
    assert f'href="{back}"' in page
    form = client.get(back.replace("&amp;", "&")).text
    assert '<input type="hidden" name="on" value="2020-07-06">' in form


def test_a_day_that_ends_no_period_is_said_to_be_too_far(client: TestClient) -> None:
    page = client.get("/check/answer?residence=DE&vendor=clearview-ai&on=9999-12-31")

    assert page.status_code == 200
    assert "This day is too far away to count from." in page.text


def in_other_languages(page: Response) -> list[str]:
    """Return where a page's links to its other languages lead."""
    return [html.unescape(link) for link in OTHER_LANGUAGES.findall(page.text)]


def test_a_form_that_was_sent_back_can_be_read_in_another_language(
    resident: Resident,
) -> None:
    draft = resident.begin()
    resident.fill(draft)
    send = resident.browser.post
    unticked = send(f"{draft}/send", data={})
    resident.send(draft)
    code = {"draft": draft.removeprefix("/file/"), "code": "0"}
    wrong_code = send("/confirm", data=code)
    lost = send("/track/lost/code", data={"email": MAILBOX, "code": "0"})

    for page, found in (
        (unticked, f"{draft}/check"),
        (wrong_code, "/confirm"),
        (lost, "/track/lost"),
    ):
        assert page.status_code == 422
        others = in_other_languages(page)
        assert [urlsplit(one).path for one in others] == [found, found]
        for one in others:
            assert resident.browser.get(one).status_code == 200, one


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"headers": {"sec-fetch-site": "cross-site"}}, 403),
        ({"data": {"code": "0" * 2_000_000}}, 413),
    ],
)
def test_what_the_door_turns_away_leads_on_in_every_language(
    client: TestClient, sent: dict[str, Any], status: int
) -> None:
    page = client.post("/track/lost/code", **sent)

    assert page.status_code == status
    assert [urlsplit(one).path for one in in_other_languages(page)] == [
        "/track/lost",
        "/track/lost",
    ]


@pytest.mark.parametrize(
    "path", ["/" + "a/" * 20_000, "/a" + "/" * 40_000, "/static" + "/a" * 20_000]
)
def test_an_address_of_many_parts_is_looked_up_in_a_few(
    client: TestClient, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    looked = pages.takes

    def counted(request: Request, method: str, path: str) -> bool:
        asked.append(path)
        return looked(request, method, path)

    monkeypatch.setattr(pages, "takes", counted)
    page = client.post(path)

    assert page.status_code == 404
    assert len(asked) < 20


def test_an_address_that_only_a_form_may_ask_for_leads_on_in_every_language(
    client: TestClient,
) -> None:
    page = client.get("/track/lost/code")

    assert page.status_code == 405
    others = in_other_languages(page)
    assert len(others) == 2
    for one in others:
        assert client.get(one).status_code == 200, one
