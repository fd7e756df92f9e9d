"""What staff do about records: the calendar, companies to look at, and notes."""

import re
from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from fastapi.testclient import TestClient
from icalendar import Calendar
from sqlalchemy import select

from app.actions.import_vendors import import_vendors
from app.actions.record_notes import read_notes
from app.rulebook.vendor_schema import VendorShape
from app.store.checks import VendorCheck
from app.store.staff import Role
from app.worker import Worker
from tests.front_desk import FrontDesk
from tests.post_office import PROBE

pytestmark = pytest.mark.usefixtures("one_engine")
CHILE = datetime(2026, 12, 1, 9, tzinfo=UTC)
"""The day on which Chile's new law begins."""
TURN = re.compile(r'href="(/staff/checks/[0-9a-f-]{36})">([^<]*)')
NOTE = re.compile(r'href="(/staff/notes/[0-9a-f-]{36})"')


def turned(desk: FrontDesk) -> TestClient:
    """Let the day come on which Chile's new law begins; return a browser of staff."""
    desk.clock.at = CHILE
    Worker(desk.office.post, desk.clock, desk.clock).once()
    return desk.staff()


def of_chile(browser: TestClient) -> str:
    """Return the address of what is to be looked at because of the new law."""
    links = TURN.findall(browser.get("/staff/checks").text)
    [address] = [href for href, task in links if "in force since" in task]
    return str(address)


# The calendar


def test_the_calendar_tells_two_years_ahead_and_what_has_no_day(
    desk: FrontDesk,
) -> None:
    page = desk.staff().get("/staff/laws/calendar").text

    assert '<time datetime="2026-12-01">' in page
    chile = page[page.index("/laws/cl-21719") :]
    assert "Begins to count" in chile[:400]
    assert "in 8 days" in page
    assert "Counts no more" in page
    assert "Pending, without a day" in page
    assert "/laws/ca-bill-c36" in page
    assert "/laws/us-ct-data-broker" in page  # 1 October 2028
    assert "/laws/us-in-icdpa" not in page  # 1 January 2026, too long ago


def test_a_part_of_the_calendar_is_of_laws_or_of_companies(desk: FrontDesk) -> None:
    browser = desk.staff()
    shape = VendorShape.model_validate(
        {
            **PROBE,
            "offers": [
                {
                    "id": "form",
                    "right": "deletion",
                    "places": ["CL"],
                    "from": "2026-12-05",
                    "to": "2027-02-01",
                    "words": "It deletes.",
                    "sources": ["https://probe.example.org/news"],
                    "confidence": "high",
                    "checked_on": "2026-11-01",
                }
            ],
        }
    )
    with desk.office.writing() as session:
        import_vendors(session, [shape], at=desk.clock(), by="editor")
    desk.passes(seconds=2)

    laws = browser.get("/staff/laws/calendar?part=laws").text
    companies = browser.get("/staff/laws/calendar?part=companies").text

    assert "/laws/cl-21719" in laws
    assert "/vendors/probe" not in laws
    assert "/laws/cl-21719" not in companies
    assert companies.count('href="/vendors/probe"') == 2
    assert "Offer begins" in companies
    assert "Offer no longer stands" in companies
    assert browser.get("/staff/laws/calendar?part=x").status_code == 422


def test_the_calendar_file_holds_the_same_days(desk: FrontDesk) -> None:
    browser = desk.staff()
    answer = browser.get("/staff/laws/calendar.ics")

    assert answer.headers["content-type"].startswith("text/calendar")
    events = Calendar.from_ical(answer.content).walk("VEVENT")
    days = {str(e["summary"]): e.decoded("dtstart") for e in events}
    [chile] = [
        day
        for words, day in days.items()
        if "21.719" in words and "Begins to count" in words
    ]
    assert chile == date(2026, 12, 1)
    assert len({str(e["uid"]) for e in events}) == len(events)
    companies = browser.get("/staff/laws/calendar.ics?part=companies").content
    assert not Calendar.from_ical(companies).walk("VEVENT")


def test_what_begins_on_this_day_is_not_past(desk: FrontDesk) -> None:
    desk.clock.at = CHILE
    page = desk.staff().get("/staff/laws/calendar").text

    chile = page[page.index("/laws/cl-21719") :]
    assert "<small>Today</small>" in chile[:400]


# Companies to look at


def test_companies_are_looked_at_by_law_and_counted(desk: FrontDesk) -> None:
    nothing = desk.staff().get("/staff/checks").text
    assert "No company waits to be looked at." in nothing

    browser = turned(desk)
    page = browser.get("/staff/checks").text

    assert "in force since 1 December 2026" in page
    count = re.search(r"Companies to check \((\d+)\)", page)
    assert count is not None
    assert int(count[1]) > 0
    calendar = browser.get("/staff/laws/calendar").text
    assert of_chile(browser) in calendar


def test_a_company_is_given_to_somebody_and_done_with_a_word(desk: FrontDesk) -> None:
    browser = turned(desk)
    address = of_chile(browser)
    me = re.search(r'value="([0-9a-f-]{36})">clerk', browser.get(address).text)
    assert me is not None

    given = {"vendor": ["clearview-ai"], "which": "ticked", "do": "give", "to": me[1]}
    assert browser.post(address, data=given).status_code == 303
    assert re.search(
        r"Clearview AI</a></th>\s*<td[^>]*>clerk</td>", browser.get(address).text
    )

    done = {
        "vendor": ["clearview-ai"],
        "which": "ticked",
        "do": "done",
        "found": "nothing",
        "words": "Its form still asks for a region.",
    }
    assert browser.post(address, data=done).status_code == 303

    assert "Clearview AI" not in browser.get(address).text
    page = browser.get(f"{address}?done=1").text
    assert "<b>Nothing to change</b>" in page
    assert "Its form still asks for a region." in page
    told = {e.action: e for e in desk.audit()}
    assert told["checks given"].detail["vendors"] == "clearview-ai"
    assert told["checks done"].subject == "law:cl-21719"
    assert told["checks done"].detail["found"] == "nothing"
    trail = browser.get("/staff/audit").text
    assert "Nothing to change. Its form still asks for a region." in trail


def test_all_companies_of_a_law_can_be_done_at_once(desk: FrontDesk) -> None:
    browser = turned(desk)
    address = of_chile(browser)

    form = {"which": "all", "do": "done", "found": "changed", "words": "Done in bulk."}
    assert browser.post(address, data=form).status_code == 303

    assert "No company waits to be looked at." in browser.get(address).text
    assert address not in browser.get("/staff/checks").text
    assert address in browser.get("/staff/checks?done=1").text


def test_of_two_at_one_company_the_second_is_told_and_loses_nothing(
    desk: FrontDesk,
) -> None:
    first, second = turned(desk), desk.staff(email="other@example.org")
    address = of_chile(first)
    me = re.search(r'value="([0-9a-f-]{36})">clerk', first.get(address).text)
    other = re.search(r'value="([0-9a-f-]{36})">other', first.get(address).text)
    assert me is not None
    assert other is not None
    shown = {"vendor": "clearview-ai", "had": "clearview-ai ", "do": "give"}

    assert first.post(address, data={**shown, "to": me[1]}).status_code == 303
    given = second.post(address, data={**shown, "to": other[1]})

    assert given.status_code == 409
    assert "there they stay: Clearview AI (clerk)" in given.text

    done = {
        "vendor": "clearview-ai",
        "do": "done",
        "found": "nothing",
        "words": "Read.",
    }
    for _ in range(2):  # pressed twice, it is the same form
        assert first.post(address, data=done).status_code == 303
    late = second.post(address, data={**done, "words": "Its form is gone."})

    assert late.status_code == 409
    assert "what they wrote stays: Clearview AI (clerk)" in late.text
    assert "Its form is gone.</textarea>" in late.text
    assert "Its form is gone." not in second.get(f"{address}?done=1").text


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"which": "ticked", "do": "done"}, "Tick a company"),
        ({"which": "all", "do": "done"}, "Say what you found"),
        (
            {"which": "all", "do": "done", "found": "nothing", "words": "  "},
            "Say it in a word",
        ),
        (
            {"which": "all", "do": "done", "found": "nothing", "words": "x" * 1_001},
            "This may have 1000 signs at most",
        ),
        ({"which": "all", "do": "give", "to": "x"}, "Choose somebody of staff"),
        (
            {"which": "all", "do": "give", "to": str(UUID(int=1))},
            "Choose somebody of staff",
        ),
    ],
)
def test_what_is_missing_is_said_at_the_field_and_nothing_is_done(
    desk: FrontDesk, form: dict[str, str], said: str
) -> None:
    browser = turned(desk)

    answer = browser.post(of_chile(browser), data=form)

    assert answer.status_code == 422
    assert answer.text.count(said) == 2  # in the summary, and at the field
    with desk.office.store.reading() as session:
        rows = session.scalars(select(VendorCheck)).all()
        assert not any(row.done_at or row.assigned_to for row in rows)


def test_a_list_of_many_companies_is_read_page_by_page(desk: FrontDesk) -> None:
    shapes = [
        VendorShape.model_validate({**PROBE, "slug": f"probe-{n:03}"})
        for n in range(120)
    ]
    with desk.office.writing() as session:
        import_vendors(session, shapes, at=desk.clock(), by="bundled")
    browser = turned(desk)
    address: str | None = of_chile(browser)
    seen: list[str] = []

    while address:
        page = browser.get(address).text
        seen += re.findall(r'href="/vendors/(probe-\d+)"', page)
        following = re.search(r'href="([^"]+)">The next ones', page)
        address = following[1].replace("&amp;", "&") if following else None

    assert seen == [f"probe-{n:03}" for n in range(120)]


def test_nothing_of_another_id_has_companies_to_look_at(desk: FrontDesk) -> None:
    assert desk.staff().get(f"/staff/checks/{UUID(int=1)}").status_code == 404


# Notes


def writes(browser: TestClient, **other: str) -> str:
    """Note that the GDPR looks wrong, and return the address of the note."""
    form = {"kind": "law", "record": "eu-gdpr", "words": "Art. 17 was renumbered."}
    answer = browser.post("/staff/notes", data=form | other)
    assert answer.status_code == 303, answer.text
    found = NOTE.search(browser.get(answer.headers["location"]).text)
    assert found is not None
    return found[1]


def test_a_note_stays_with_its_record_until_it_is_resolved(desk: FrontDesk) -> None:
    browser = desk.staff(Role.EDITOR)
    address = writes(browser)

    laws = browser.get("/staff/laws?home=EU").text
    assert "1 open note" in laws
    assert "Notes (1)" in laws
    assert "Art. 17 was renumbered." in browser.get("/staff/notes").text

    form = {"became": "right", "words": "It is art. 17 still: OJ L 119."}
    assert browser.post(address, data=form).status_code == 303

    assert "Notes (0)" in browser.get("/staff/laws").text
    assert "No note is open." in browser.get("/staff/notes?about=law:eu-gdpr").text
    page = browser.get(address).text
    assert "<b>It was right</b>, law pack" in page
    assert "It is art. 17 still: OJ L 119." in page
    assert "Resolve this note" not in page
    assert address in browser.get("/staff/notes?resolved=1").text
    told = {e.action: e for e in desk.audit()}
    assert told["record noted"].subject == "law:eu-gdpr"
    assert told["note resolved"].detail["became"] == "right"


def test_corrected_is_what_stands_in_a_newer_version(desk: FrontDesk) -> None:
    browser = desk.staff(Role.EDITOR)
    address = writes(browser, kind="vendor", record="probe", words="It moved.")
    form = {"became": "corrected", "words": "Its seat is Ohio now."}

    early = browser.post(address, data=form)
    assert early.status_code == 422
    assert "nothing was corrected yet" in early.text
    assert "Its seat is Ohio now." in early.text

    shape = VendorShape.model_validate({**PROBE, "seat": ["US-OH"]})
    with desk.office.writing() as session:
        import_vendors(session, [shape], at=desk.clock(), by="editor")
    desk.passes(seconds=2)

    assert browser.post(address, data=form).status_code == 303
    assert re.search(
        r"<b>Corrected</b>, directory, version \d", browser.get(address).text
    )


def test_what_became_of_a_note_is_said_once(desk: FrontDesk) -> None:
    browser = desk.staff(Role.EDITOR)
    address = writes(browser)
    form = {"became": "right", "words": "As it stands."}
    browser.post(address, data=form)
    desk.passes(minutes=1)
    assert browser.post(address, data=form).status_code == 303, (
        "the same, pressed twice"
    )

    again = browser.post(address, data={"became": "right", "words": "Otherwise."})

    assert again.status_code == 409
    assert "Somebody has resolved this note meanwhile" in again.text
    assert "As it stands." in again.text


def test_the_same_note_sent_twice_is_kept_once(desk: FrontDesk) -> None:
    browser = desk.staff()
    assert writes(browser) == writes(browser)


def test_a_resolution_needs_its_words(desk: FrontDesk) -> None:
    browser = desk.staff(Role.EDITOR)
    answer = browser.post(writes(browser), data={"words": " "})

    assert answer.status_code == 422
    assert "Say whether it was corrected or was right" in answer.text
    assert "Say what was changed, or why it was right" in answer.text


def test_who_works_on_cases_notes_and_who_edits_resolves(desk: FrontDesk) -> None:
    clerk = desk.staff()
    address = writes(clerk)
    form = {"became": "right", "words": "As it stands."}

    assert "Resolve this note" not in clerk.get(address).text
    assert clerk.post(address, data=form).status_code == 403
    auditor = desk.staff(Role.AUDITOR, "auditor@example.org")
    assert "Keep this note" not in auditor.get("/staff/notes").text
    assert auditor.post("/staff/notes", data=form).status_code == 403
    editor = desk.staff(Role.EDITOR, "editor@example.org")
    assert editor.post(address, data=form).status_code == 303


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"kind": "", "record": "x", "words": "x"}, "Choose what it is"),
        ({"kind": "law", "record": "x", "words": "x"}, "There is no such record."),
        ({"kind": "law", "record": "eu-gdpr", "words": " "}, "Say what looks wrong"),
        (
            {"kind": "law", "record": "eu-gdpr", "words": "x" * 4_001},
            "This may have 4000 signs at most",
        ),
    ],
)
def test_a_note_without_its_record_or_words_is_not_kept(
    desk: FrontDesk, form: dict[str, str], said: str
) -> None:
    answer = desk.staff().post("/staff/notes", data=form)

    assert answer.status_code == 422
    assert said in answer.text
    with desk.office.store.reading() as session:
        assert not read_notes(session).notes


@pytest.mark.parametrize(
    ("about", "said"),
    [
        ("law:eu-gdpr", "GDPR"),
        ("place:CA-ON", "Ontario"),
        ("vendor:clearview-ai", "Clearview AI"),
        ("route:clearview-ai/1", "Clearview AI · "),
        ("answer:clearview-ai/CA-ON", "Clearview AI · Ontario"),
        ("regulator:eu-gdpr/FR", "CNIL"),
        ("offer:clearview-ai/gone", "clearview-ai/gone"),
    ],
)
def test_every_kind_of_record_is_called_by_its_name(
    desk: FrontDesk, about: str, said: str
) -> None:
    assert said in desk.staff().get(f"/staff/notes?about={about}").text


def test_an_unknown_name_is_refused(desk: FrontDesk) -> None:
    browser = desk.staff()
    assert browser.get("/staff/notes?about=x").status_code == 422
    assert browser.get(f"/staff/notes/{UUID(int=1)}").status_code == 404


def test_what_somebody_typed_is_text_and_nothing_else(desk: FrontDesk) -> None:
    browser = desk.staff(Role.EDITOR)
    address = writes(browser, words="<script>alert(1)</script>\u202e\u2066")

    for page in (address, "/staff/notes"):
        text = browser.get(page).text
        assert "<script>alert" not in text
        assert not {"\u202e", "\u2066"} & {*text}, "nothing turns the page around"


def test_many_notes_are_read_page_by_page(desk: FrontDesk) -> None:
    browser = desk.staff()
    for n in range(55):
        writes(browser, words=f"Looks wrong, {n}.")
        desk.passes(seconds=1)

    first = browser.get("/staff/notes").text
    older = re.search(r'href="([^"]+)">Older notes', first)
    assert older is not None
    second = browser.get(older[1].replace("&amp;", "&")).text

    assert (len(NOTE.findall(first)), len(NOTE.findall(second))) == (50, 5)
    assert "Looks wrong, 0." in second


@pytest.mark.parametrize("language", ["fr", "es"])
def test_the_pages_speak_the_readers_language(desk: FrontDesk, language: str) -> None:
    browser = turned(desk)
    address = of_chile(browser)
    said = {"fr": "À vérifier au regard de", "es": "Comprobar según"}[language]

    assert said in browser.get(f"{address}?lang={language}").text


def test_open_notes_stand_on_the_page_of_the_company(desk: FrontDesk) -> None:
    browser = desk.staff(Role.EDITOR)
    other = writes(browser, kind="vendor", record="clearview-ai", words="It moved.")
    address = writes(browser, kind="route", record="probe/1", words="It bounces.")

    page = browser.get("/staff/vendors/probe").text
    assert "It bounces." in page
    assert address in page
    assert other not in page
    browser.post(address, data={"became": "right", "words": "It came through."})
    assert "It bounces." not in browser.get("/staff/vendors/probe").text
