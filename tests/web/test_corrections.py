"""Somebody says that a record is wrong; an editor decides; everybody sees it."""

import re
from dataclasses import dataclass
from datetime import timedelta
from email.message import EmailMessage
from html import unescape
from urllib.parse import unquote

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from app.actions.rotate_keys import corrections_behind, rotate_correction
from app.store.corrections import Correction, CorrectionMail
from app.store.keys import begin_epoch
from app.store.staff import Role
from app.worker import Worker
from tests.front_desk import FrontDesk
from tests.post_office import words

pytestmark = pytest.mark.usefixtures("one_engine")

MAILBOX = "ada.reader@example.org"
WRONG = "The time limit is not one month, says Hortense Vilquin."
NUMBER = re.compile(r"/corrections/(C-[0-9A-Z]{4}-[0-9A-Z]{4})")
LINK = re.compile(r"http://testserver(/corrections/mail/[\w-]{20,})(?=\s)")
FORM = {
    "about": "law:eu-gdpr",
    "wrong": WRONG,
    "right": "It can be extended.",
    "source": "https://eur-lex.europa.eu/eli/reg/2016/679/oj",
    "name": "Ada Reader",
    "email": MAILBOX,
}


@dataclass
class Public:
    """A visitor with a mailbox, and the portal's worker."""

    desk: FrontDesk
    browser: TestClient

    def sends(self, **other: str) -> str:
        """Send a correction, and return its number."""
        answer = self.browser.post("/corrections/new", data=FORM | other)
        assert answer.status_code == 303, answer.text
        found = NUMBER.search(answer.headers["location"])
        assert found is not None
        return found[1]

    def works(self, **passes: float) -> None:
        """Let time go by, and the worker do all that is due."""
        self.desk.passes(**passes)
        Worker(self.desk.office.post, self.desk.clock, self.desk.clock).once()

    def mails(self) -> list[EmailMessage]:
        """Return what came to the mailbox."""
        return self.desk.office.channel.to(MAILBOX)

    def confirms(self) -> str:
        """Confirm by the mailed link, and return its address."""
        self.works()
        found = LINK.search(words(self.mails()[-1]))
        assert found is not None
        assert self.browser.get(found[1]).status_code == 200
        assert self.browser.post(found[1]).status_code == 303
        self.desk.office.channel.sent.clear()
        return found[1]

    def page(self, number: str) -> str:
        """Return what anybody sees of a correction."""
        answer = self.browser.get(f"/corrections/{number}")
        assert answer.status_code == 200
        return answer.text


@pytest.fixture
def public(desk: FrontDesk) -> Public:
    return Public(desk, desk.browser())


def opens(desk: FrontDesk, editor: TestClient, number: str) -> str:
    """Open a correction, and return the page as it reads then."""
    address = f"/staff/corrections/{number}"
    assert editor.post(f"{address}/open").status_code == 303
    desk.worker_answers()
    return editor.get(address).text


RECORD = re.compile(r'href="(/corrections/new\?about=[^"]+)"')


@pytest.mark.parametrize(
    ("page", "records"),
    [
        ("/vendors/clearview-ai", {"offer", "order", "route", "vendor"}),
        ("/changes", {"law", "offer", "order"}),
        ("/changes/offered:clearview-ai:clearview-virginia:2023-01-01", {"offer"}),
        ("/changes.json", set()),
    ],
)
def test_whoever_reads_a_record_can_say_that_it_is_wrong(
    client: TestClient, page: str, records: set[str]
) -> None:
    text = unescape(client.get(page).text)
    forms = dict.fromkeys(RECORD.findall(text))

    kinds = {unquote(form).partition("=")[2].partition(":")[0] for form in forms}
    assert kinds == records
    assert text.count('<b><a href="/changes/') <= text.count('"/corrections/new?about=')
    first_of_each = {unquote(form).partition(":")[0]: form for form in forms}
    for form in first_of_each.values():
        assert client.get(form).status_code == 200


def decides(editor: TestClient, number: str, choice: str, **other: str) -> int:
    form = {"choice": choice, "words": "The period can be longer.", **other}
    return editor.post(f"/staff/corrections/{number}", data=form).status_code


def resolves(editor: TestClient, became: str, said: str) -> None:
    page = editor.get("/staff/notes?about=law:eu-gdpr").text
    found = re.search(r'href="(/staff/notes/[0-9a-f-]{36})"', page)
    assert found is not None
    form = {"became": became, "words": said}
    assert editor.post(found[1], data=form).status_code == 303


@pytest.mark.parametrize(
    ("page", "about"),
    [
        ("/laws/eu-gdpr", "law%3Aeu-gdpr"),
        ("/vendors/clearview-ai", "vendor%3Aclearview-ai"),
        ("/jurisdictions/FR", "place%3AFR"),
        (
            "/check/answer?residence=CA-ON&vendor=clearview-ai",
            "answer%3Aclearview-ai/CA-ON",
        ),
    ],
)
def test_every_page_of_a_record_leads_to_the_form(
    public: Public, page: str, about: str
) -> None:
    address = f"/corrections/new?about={about}"
    assert address in public.browser.get(page).text
    assert "What is wrong here?" in public.browser.get(address).text


def test_from_a_visitor_to_the_published_list(public: Public, desk: FrontDesk) -> None:
    editor = desk.staff(Role.EDITOR)
    number = public.sends()
    public.confirms()
    assert "Received, nobody has looked at it yet" in public.page(number)
    assert "Corrections (1)" in editor.get("/staff/corrections").text

    closed = editor.get(f"/staff/corrections/{number}").text
    assert WRONG not in closed
    page = opens(desk, editor, number)
    assert WRONG in page
    assert 'value="Ada Reader"' in page
    assert decides(editor, number, "accept", credit="Ada Reader") == 303

    assert "Being looked at" in public.page(number)
    assert "Ada Reader" not in public.page(number)
    assert number not in public.browser.get("/corrections").text
    resolves(editor, "right", "The record says that it can be extended.")
    public.works(minutes=1)

    page = public.page(number)
    assert "Not changed" in page
    assert "The record says that it can be extended." in page
    assert "The period can be longer." in page
    assert "Ada Reader" in page
    listed = public.browser.get("/corrections").text
    assert number in listed
    assert "Ada Reader" in listed
    for shown in (page, listed):
        assert "Vilquin" not in shown
    [mail] = public.mails()
    assert f"http://testserver/corrections/{number}" in words(mail)
    assert "GDPR" not in words(mail)
    told = [e.action for e in desk.audit() if "correction" in e.action]
    assert told == ["correction opened", "correction accepted"]


def test_what_is_declined_says_why_and_is_mailed_once(
    public: Public, desk: FrontDesk
) -> None:
    editor = desk.staff(Role.EDITOR)
    number = public.sends()
    public.confirms()

    assert decides(editor, number, "decline", words="Art. 12(3) says so.") == 303
    public.works(minutes=1)
    public.works(minutes=5)

    page = public.page(number)
    assert "Not changed" in page
    assert "Art. 12(3) says so." in page
    assert len(public.mails()) == 1
    assert number not in public.browser.get("/corrections").text
    with desk.office.store.reading() as session:
        assert session.scalars(select(CorrectionMail)).all() == []
    assert decides(editor, number, "accept") == 409


def test_nothing_is_mailed_to_who_did_not_confirm(
    public: Public, desk: FrontDesk
) -> None:
    editor = desk.staff(Role.EDITOR)
    number = public.sends()
    public.works()
    assert len(public.mails()) == 1
    assert "stop" not in str(public.mails()[0]["List-Unsubscribe"] or "")

    decides(editor, number, "decline")
    public.works(minutes=1)
    assert len(public.mails()) == 1
    public.works(days=1, minutes=1)

    with desk.office.store.reading() as session:
        assert session.scalars(select(CorrectionMail)).all() == []
    assert public.page(number)


def test_who_confirms_after_the_decision_is_told_at_once(
    public: Public, desk: FrontDesk
) -> None:
    number = public.sends()
    decides(desk.staff(Role.EDITOR), number, "decline")

    public.confirms()
    public.works(minutes=1)

    assert len(public.mails()) == 1


def test_the_address_goes_at_one_press(public: Public, desk: FrontDesk) -> None:
    number = public.sends()
    link = public.confirms()

    page = public.browser.post(f"{link}/stop")
    assert "Your address is deleted" in page.text
    decides(desk.staff(Role.EDITOR), number, "decline")
    public.works(minutes=1)

    assert public.mails() == []
    assert public.browser.get(link).status_code == 404


def test_a_link_works_for_a_day(public: Public) -> None:
    public.sends()
    public.works()
    found = LINK.search(words(public.mails()[-1]))
    assert found is not None
    public.desk.passes(days=1, minutes=1)

    assert public.browser.get(found[1]).status_code == 410
    assert public.browser.post(found[1]).status_code == 410
    assert public.browser.get("/corrections/mail/x").status_code == 404


def test_what_is_kept_is_sealed_and_goes_with_the_decision(
    public: Public, desk: FrontDesk
) -> None:
    number = public.sends()

    def kept() -> Correction:
        with desk.office.store.reading() as session:
            row = session.scalars(select(Correction)).one()
            session.expunge(row)
        return row

    assert kept().sealed is not None
    values = {c.key: getattr(kept(), c.key) for c in Correction.__table__.columns}
    for typed in ("Vilquin", "Ada", MAILBOX):
        assert typed.encode() not in repr(values).encode()
        assert typed.encode() not in (kept().sealed or b"")
    decides(desk.staff(Role.EDITOR), number, "accept")
    assert kept().sealed is None
    assert kept().key_epoch is None


def test_what_nobody_looks_at_is_destroyed_in_time_and_says_so(
    public: Public, desk: FrontDesk
) -> None:
    number = public.sends()
    public.confirms()
    public.works(days=89)
    assert "Received" in public.page(number)

    public.works(days=1, minutes=5)

    assert "what you wrote was deleted" in public.page(number)
    with desk.office.store.reading() as session:
        assert session.scalars(select(Correction)).one().sealed is None
    assert len(public.mails()) == 1


def test_a_name_is_taken_out_again(public: Public, desk: FrontDesk) -> None:
    editor = desk.staff(Role.EDITOR)
    number = public.sends()
    decides(editor, number, "accept", credit="Ada Reader")
    resolves(editor, "right", "As it stands.")
    assert "Ada Reader" in public.browser.get("/corrections").text

    editor.post(f"/staff/corrections/{number}", data={"do": "uncredit"})

    assert "Ada Reader" not in public.browser.get("/corrections").text
    assert "Ada Reader" not in public.page(number)


def test_a_new_key_moves_what_is_sealed(public: Public, desk: FrontDesk) -> None:
    number = public.sends()
    link = public.confirms()
    here = desk.office.post
    later = desk.clock() + timedelta(days=1)
    begin_epoch(here.desk.keys.epochs, later, again=True)
    with desk.office.store.writing() as session:
        behind = corrections_behind(session, here.desk.keys.epoch.name, None)
        assert len(behind) == 1
        for one in behind:
            assert rotate_correction(session, one, desk=here.desk, opener=here.opener)
        session.flush()
        assert corrections_behind(session, here.desk.keys.epoch.name, None) == []

    assert WRONG in opens(desk, desk.staff(Role.EDITOR), number)
    assert public.browser.get(link).status_code == 200


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"wrong": " "}, "Say what is wrong"),
        ({"wrong": "x" * 4001}, "That is too long"),
        ({"email": "nobody"}, "e-mail address"),
        ({"name": "A\u202eB"}, "name"),
    ],
)
def test_what_cannot_be_is_said_at_the_field_and_nothing_is_lost(
    public: Public, given: dict[str, str], said: str
) -> None:
    answer = public.browser.post("/corrections/new", data=FORM | given)

    assert answer.status_code == 422
    assert said in answer.text
    assert 'value="https://eur-lex.europa.eu/eli/reg/2016/679/oj"' in answer.text
    with public.desk.office.store.reading() as session:
        assert session.scalars(select(Correction)).all() == []


def test_a_correction_of_nothing_is_no_page(public: Public) -> None:
    for about in ("", "law:nothing", "x"):
        address = f"/corrections/new?about={about}"
        assert public.browser.get(address).status_code == 404
        form = FORM | {"about": about}
        assert public.browser.post("/corrections/new", data=form).status_code == 404
    assert public.browser.get("/corrections/C-0000-0000").status_code == 404


def test_one_place_of_the_network_sends_so_many_and_no_more(public: Public) -> None:
    for _ in range(60):
        public.sends(email="")

    answer = public.browser.post("/corrections/new", data=FORM | {"email": ""})

    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) > 0


def test_a_mailbox_is_asked_three_times_a_day_at_most(public: Public) -> None:
    for _ in range(3):
        public.sends()

    assert public.browser.post("/corrections/new", data=FORM).status_code == 429


def test_only_editors_open_and_decide(public: Public, desk: FrontDesk) -> None:
    number = public.sends()
    clerk = desk.staff()

    page = clerk.get(f"/staff/corrections/{number}").text
    assert "What it says is hidden." in page
    assert clerk.post(f"/staff/corrections/{number}/open").status_code == 403
    assert decides(clerk, number, "accept") == 403


def test_a_decision_needs_its_words(public: Public, desk: FrontDesk) -> None:
    editor = desk.staff(Role.EDITOR)
    number = public.sends()

    assert decides(editor, number, "accept", words=" ") == 422
    assert decides(editor, number, "") == 422
    assert editor.get("/staff/corrections/C-0000-0000").status_code == 404


def test_what_somebody_typed_is_text_and_nothing_else(
    public: Public, desk: FrontDesk
) -> None:
    editor = desk.staff(Role.EDITOR)
    number = public.sends(wrong="<script>alert(1)</script>", name="<b>Ada</b>")

    page = opens(desk, editor, number)
    assert "<script>alert" not in page
    decides(editor, number, "accept", words="<i>x</i>", credit="<b>Ada</b>")
    resolves(editor, "right", "<u>y</u>")

    for shown in (public.page(number), public.browser.get("/corrections").text):
        assert not re.search("<i>x|<b>Ada|<u>y", shown)


def test_privacy_says_how_long_it_is_kept(public: Public) -> None:
    page = public.browser.get("/privacy").text

    assert "What you wrote to correct a record" in page
    assert "at the latest 90 days" in page


@pytest.mark.parametrize(
    ("language", "said"),
    [("fr", "Qu’est-ce qui est faux ici"), ("es", "¿Qué está mal aquí?")],
)
def test_the_form_speaks_the_readers_language(
    public: Public, language: str, said: str
) -> None:
    address = f"/corrections/new?about=law:eu-gdpr&lang={language}"
    assert said in public.browser.get(address).text
