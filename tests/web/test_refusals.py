"""A company refuses people because of where they live: what is learnt from it."""

import re
from dataclasses import replace
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from app.actions.import_vendors import import_vendors
from app.actions.learn_refusals import refused_outside
from app.actions.read_directory import read_directory
from app.actions.record_reply import Recorded, ReplyBody, record_reply
from app.actions.retract_entry import retract_entry
from app.domain.timeline import DenialGround, EventKind
from app.domain.vendors import Directory, Double
from app.rulebook.vendor_schema import VendorShape
from app.store.base import new_id
from app.store.requests import Request
from app.store.staff import Role
from app.worker import Worker
from tests.front_desk import FrontDesk, hidden
from tests.post_office import NOON, PROBE

pytestmark = pytest.mark.usefixtures("one_engine")

ANSWER = "/check/answer?residence=US-CA&vendor=probe"
WARNED = "has refused people who live in California"
PERSON = re.compile("Quillfeather|zoe|US-NY", re.IGNORECASE)


def refused(desk: FrontDesk, times: int, **given: Any) -> None:
    """Let as many people be refused because of where they live."""
    for n in range(times):
        person = {
            "name": "Zoë Quillfeather",
            "email": f"zoe{n}@{id(given)}.example.org",
        }
        filed = desk.office.sent(at=desk.clock(), resident=person, **given)
        body = ReplyBody(
            received_on=desk.clock().date(),
            kind=EventKind.REFUSED,
            denial_ground=DenialGround.OUTSIDE_JURISDICTION,
        )
        with desk.office.writing() as session:
            done = record_reply(
                session,
                desk.office.post.desk,
                filed.requests[0].id,
                body,
                at=desk.clock(),
                staff_id=None,
            )
        assert isinstance(done, Recorded)


def works(desk: FrontDesk) -> None:
    """Let a worker that has just started do all that is due."""
    Worker(desk.office.post, desk.clock, desk.clock).once()


def decides(
    browser: TestClient, reading: str, words: str = "Its letters say so."
) -> int:
    """Decide about the one proposal there is."""
    found = re.search(
        r'name="proposal" value="([^"]+)"', browser.get("/staff/refusals").text
    )
    assert found is not None
    form = {"proposal": found[1], "which": found[1], "reading": reading, "words": words}
    return browser.post("/staff/refusals", data=form).status_code


def test_one_refusal_proposes_nothing_and_two_name_nobody(desk: FrontDesk) -> None:
    editor = desk.staff(Role.EDITOR)
    refused(desk, 1)
    works(desk)
    assert "Nothing waits for a decision." in editor.get("/staff/refusals").text

    refused(desk, 1)
    works(desk)
    page = editor.get("/staff/refusals").text

    assert "Probe Data Incorporated · California" in page
    assert "2 filings were refused because of where the person lives" in page
    assert "Refusals by place (1)" in page
    assert not PERSON.search(page)


def test_refusals_of_two_places_are_counted_apart(desk: FrontDesk) -> None:
    refused(desk, 1)
    refused(desk, 1, residence="DE")
    works(desk)

    page = desk.staff(Role.EDITOR).get("/staff/refusals").text
    assert "Nothing waits for a decision." in page


@pytest.mark.parametrize(
    ("reading", "said"),
    [
        ("leaves-out", "What it offers seems to leave them out."),
        ("nexus-doubt", "It said that their law does not reach it."),
    ],
)
def test_what_is_accepted_warns_before_filing_and_changes_no_verdict(
    desk: FrontDesk, reading: str, said: str
) -> None:
    editor, visitor = desk.staff(Role.EDITOR), desk.browser()
    refused(desk, 2)
    works(desk)
    before = visitor.get(ANSWER).text
    verdict = re.findall(r'<p class="verdict">.*?</p>', before, re.DOTALL)
    assert WARNED not in before

    assert decides(editor, reading) == 303
    desk.passes(seconds=2)
    after = visitor.get(ANSWER).text

    assert WARNED in after
    assert said in after
    assert "Answers recorded here, 23 November 2026." in after
    assert re.findall(r'<p class="verdict">.*?</p>', after, re.DOTALL) == verdict
    assert WARNED not in visitor.get(ANSWER.replace("US-CA", "US-TX")).text
    company = visitor.get("/vendors/probe").text
    assert WARNED in company
    assert "filings" not in company
    told = [e for e in desk.audit() if e.action.startswith("refusals")]
    assert [e.action for e in told] == ["refusals proposed", "refusals decided"]
    assert told[-1].detail["reading"] == reading
    assert "Its letters say so." in editor.get("/staff/audit").text
    assert not PERSON.search(str([e.detail for e in told]))


def test_a_warning_goes_with_a_company_whose_record_turns_out_to_be_a_double(
    desk: FrontDesk,
) -> None:
    editor, visitor = desk.staff(Role.EDITOR), desk.browser()
    refused(desk, 2)
    works(desk)
    assert decides(editor, "leaves-out") == 303
    merged = {
        "of": "spokeo",
        "since": "2026-11-20",
        "why": "Probe is a name of Spokeo.",
        "source": "https://www.spokeo.com/about",
        "checked_on": "2026-11-23",
    }
    page = editor.post("/staff/vendors/probe/merge", data=merged).text
    sent = {**merged, "seen": hidden(page, "seen"), "do": "save"}
    assert editor.post("/staff/vendors/probe/merge", data=sent).status_code == 303
    desk.passes(seconds=2)

    assert WARNED in visitor.get(ANSWER.replace("probe", "spokeo")).text
    assert WARNED in visitor.get("/vendors/spokeo").text


def test_refusals_of_a_double_count_with_those_of_its_company(desk: FrontDesk) -> None:
    office = desk.office
    with office.writing() as session:
        shape = VendorShape.model_validate({**PROBE, "slug": "probe-two"})
        import_vendors(session, [shape], at=NOON, by="import")
        directory = read_directory(session)
    desk_now = replace(office.post.desk, directory=directory)
    office.post = replace(office.post, desk=desk_now)
    refused(desk, 1)
    refused(desk, 1, vendors=["probe-two"])
    merged = Double(of="probe", since=NOON.date(), why="It is the same company.")
    two = replace(directory.vendors["probe-two"], double=merged)
    one = Directory({"probe": directory.vendors["probe"]}, 1, {"probe-two": two})
    with office.store.reading() as session:
        [apart, other] = refused_outside(session, directory)
        [both] = refused_outside(session, one)

    assert (apart.filings, other.filings) == (1, 1)
    assert (both.pair.vendor, both.filings) == ("probe", 2)


def test_what_was_declined_comes_again_only_with_two_more(desk: FrontDesk) -> None:
    editor = desk.staff(Role.EDITOR)
    refused(desk, 2)
    works(desk)
    assert decides(editor, "nothing") == 303

    refused(desk, 1)
    works(desk)
    assert "Nothing waits for a decision." in editor.get("/staff/refusals").text
    refused(desk, 1)
    works(desk)
    assert "4 filings were refused" in editor.get("/staff/refusals").text
    assert WARNED not in desk.browser().get(ANSWER).text


def test_a_proposal_counts_on_while_it_waits(desk: FrontDesk) -> None:
    refused(desk, 2)
    works(desk)
    refused(desk, 3)
    works(desk)

    editor = desk.staff(Role.EDITOR)
    page = editor.get("/staff/refusals").text
    assert page.count("5 filings were refused") == 1
    with desk.office.writing() as session:
        found = select(Request.id, Request.events)
        for request_id, place in session.execute(found).all():
            retract_entry(
                session,
                desk.office.post.desk,
                request_id,
                place,
                at=desk.clock(),
                staff_id=new_id(NOON),
            )
    works(desk)
    assert "Nothing waits for a decision." in editor.get("/staff/refusals").text


def test_a_warning_is_taken_back_with_a_word(desk: FrontDesk) -> None:
    editor = desk.staff(Role.EDITOR)
    refused(desk, 2)
    works(desk)
    decides(editor, "nexus-doubt")
    pair = {
        "vendor": "probe",
        "residence": "US-CA",
        "which": "probe-US-CA",
        "do": "back",
    }

    assert editor.post("/staff/refusals", data=pair).status_code == 422
    form = {**pair, "words": "It deletes for them now."}
    assert editor.post("/staff/refusals", data=form).status_code == 303
    assert editor.post("/staff/refusals", data=form).status_code == 409

    desk.passes(seconds=2)
    assert WARNED not in desk.browser().get(ANSWER).text
    assert "It deletes for them now." in editor.get("/staff/refusals").text


def test_a_decision_needs_its_words_and_is_made_once(desk: FrontDesk) -> None:
    editor = desk.staff(Role.EDITOR)
    refused(desk, 2)
    works(desk)

    assert decides(editor, "nexus-doubt", " ") == 422
    assert decides(editor, "") == 422
    assert decides(editor, "nexus-doubt") == 303
    again = {"proposal": "x", "reading": "nothing", "words": "x"}
    assert editor.post("/staff/refusals", data=again).status_code == 409


def test_only_editors_decide(desk: FrontDesk) -> None:
    refused(desk, 2)
    works(desk)
    clerk = desk.staff()

    assert 'value="nexus-doubt"' not in clerk.get("/staff/refusals").text
    assert clerk.post("/staff/refusals", data={}).status_code == 403


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("fr", "a refusé des personnes qui vivent ici"),
        ("es", "ha rechazado a personas"),
    ],
)
def test_the_warning_speaks_the_readers_language(
    desk: FrontDesk, language: str, said: str
) -> None:
    editor = desk.staff(Role.EDITOR)
    refused(desk, 2)
    works(desk)
    decides(editor, "nexus-doubt")
    desk.passes(seconds=2)

    assert said in desk.browser().get(f"{ANSWER}&lang={language}").text


def test_the_day_of_the_record_is_told_and_not_that_of_a_person(
    desk: FrontDesk,
) -> None:
    refused(desk, 2)
    works(desk)
    desk.passes(days=10)
    decides(desk.staff(Role.EDITOR), "nexus-doubt")
    desk.passes(seconds=2)

    page = desk.browser().get("/vendors/probe").text
    assert "Answers recorded here, 3 December 2026." in page.replace("\u00a0", " ")
