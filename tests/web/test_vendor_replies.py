"""A vendor answers on the page behind the link in its letter, without an account."""

import re
from datetime import date, timedelta
from html import unescape
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from app.actions.erase_filing import destroy_personal
from app.actions.prepare_filing import Filed
from app.actions.record_reply import ReplyBody, record_reply
from app.actions.withdraw_request import withdraw_open
from app.domain.timeline import Actor, Event, EventKind, Evidence, Outcome, Status
from app.store import requests
from app.store.audit import AuditEntry
from app.store.base import Base
from app.store.outbox import MessageKind
from app.store.requests import EvidenceFile
from app.store.session import Store
from tests.conftest import FakeClock
from tests.front_desk import FrontDesk
from tests.post_office import MAILBOX, TYPED, Office
from tests.web.filing import BY_FORM, Resident

VENDOR = "privacy@probe.example.org"
PDF = ("answer.pdf", b"%PDF-1.7 plovermarsh", "application/pdf")
WORDS = "We keep the plovermarsh invoices for ten years."
KNOWN = "publicly-available"
LINK = re.compile(r"http\S+(/reply/[\w-]+)")


@pytest.fixture
def filed(office: Office, now: FakeClock) -> Filed:
    """A request that its vendor has."""
    filed = office.confirmed(at=now())
    office.deliver(now())
    return filed


@pytest.fixture
def link(office: Office, filed: Filed) -> str:
    """The path of the link in the letter."""
    [letter] = office.channel.to(VENDOR)
    found = LINK.search(letter.get_content())
    assert found is not None
    return found[1]


@pytest.fixture
def vendor(client: TestClient) -> TestClient:
    """The browser of the vendor's privacy desk."""
    return client


def says(kind: str, **more: str) -> dict[str, str]:
    return {"stage": "form", "kind": kind, **more}


def send(vendor: TestClient, link: str, page: Any, *files: Any, **more: str) -> Any:
    """Send what the second page shows."""
    fields = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page.text))
    form = {name: unescape(value) for name, value in fields.items()} | more
    return vendor.post(link, data=form, files=[("files", f) for f in files] or None)


def answer(vendor: TestClient, link: str, kind: str, *files: Any, **more: str) -> Any:
    page = vendor.post(link, data=says(kind, **more))
    assert "Check your answer and send it" in page.text, page.text
    return send(vendor, link, page, *files)


def rows(store: Store) -> str:
    """Return all that is stored."""
    with store.reading() as session:
        return "\n".join(
            repr((table.name, sorted(map(repr, session.execute(select(table))))))
            for table in Base.metadata.sorted_tables
        )


def test_a_vendor_answers_and_keeps_a_receipt(
    vendor: TestClient, link: str, office: Office, filed: Filed, store: Store
) -> None:
    receipt = answer(
        vendor, link, "partly_deleted", PDF, text=WORDS, reference="Case 17 / b"
    )

    request = office.request(filed)
    assert request.status is Status.ANSWERED
    assert request.outcome is Outcome.PARTLY_DELETED
    assert request.evidence is Evidence.VENDOR_LINK
    assert request.unseen == request.events, "somebody here looks at it once"
    last = office.timeline(filed)[-1]
    assert (last.by, last.on) == (Actor.VENDOR, date(2026, 11, 23))
    assert receipt.url.path == f"{link}/receipt"
    assert f"{request.number}/{request.events}" in receipt.text
    assert "We deleted a part of it" in receipt.text
    assert len(office.messages(filed, MessageKind.ANSWERED)) == 1
    with store.reading() as session:
        [file] = session.scalars(select(EvidenceFile)).all()
        [noted] = session.scalars(
            select(AuditEntry).where(AuditEntry.action == "reply recorded")
        ).all()
    assert (file.place, file.kind) == (request.events, "pdf")
    assert noted.actor == "vendor"
    assert WORDS not in rows(store)


def test_looking_changes_nothing_and_says_nothing_of_the_person(
    one_engine: Store, vendor: TestClient, link: str, filed: Filed, office: Office
) -> None:
    before = rows(one_engine)
    pages = [
        vendor.request(method, f"{link}{end}")
        for method in ("GET", "HEAD", "OPTIONS")
        for end in ("", "/receipt", "?lang=fr")
        for _ in range(3)
    ]

    assert rows(one_engine) == before
    assert link.rpartition("/")[2] not in before
    assert {page.status_code for page in pages} <= {200, 303, 405}
    assert {page.headers["cache-control"] for page in pages} == {"no-store"}
    assert {page.headers["referrer-policy"] for page in pages} == {"same-origin"}
    shown = vendor.get(f"{link}?lang=en").text
    assert office.request(filed).number in shown
    assert "23 November 2027" in shown.replace("\xa0", " ")
    for secret in (TYPED, MAILBOX, "California"):
        assert secret not in "".join(page.text for page in pages)


@pytest.mark.parametrize(
    ("kind", "given", "stands"),
    [
        ("deleted", {}, (Status.ANSWERED, Outcome.DELETED)),
        ("nothing_found", {}, (Status.ANSWERED, Outcome.NOTHING_FOUND)),
        (
            "refused",
            {"denial_ground": "legal-claims"},
            (Status.ANSWERED, Outcome.REFUSED),
        ),
        ("identity_requested", {"text": WORDS}, (Status.IDENTITY_REQUESTED, None)),
        (
            "extended",
            {"text": WORDS, "until": "2027-02-20"},
            (Status.ACKNOWLEDGED, None),
        ),
    ],
)
@pytest.mark.usefixtures("one_engine")
def test_every_answer_moves_the_request(
    vendor: TestClient,
    link: str,
    office: Office,
    filed: Filed,
    kind: str,
    given: dict[str, str],
    stands: object,
) -> None:
    answer(vendor, link, kind, **given)

    request = office.request(filed)
    assert (request.status, request.outcome) == stands
    assert (request.extended_due is None) == (kind != "extended")


@pytest.mark.parametrize(
    ("form", "said"),
    [
        (says(""), "Choose your answer"),
        (says("acknowledged"), "Choose your answer"),
        (says("refused"), "Choose the reason why you refuse"),
        (says("refused", denial_ground="other"), "Say it in words"),
        (says("partly_deleted", text=" "), "Say it in words"),
        (says("extended", text="Soon."), "Enter until which day you need time"),
        (
            says("extended", text="Soon.", until="2026-11-01"),
            "Enter until which day you need time",
        ),
        (says("deleted", reference="7" * 201), "Your reference has 200 signs at most"),
    ],
)
@pytest.mark.usefixtures("one_engine")
def test_what_is_missing_is_said_and_nothing_recorded(
    vendor: TestClient, link: str, office: Office, filed: Filed, form: Any, said: str
) -> None:
    page = vendor.post(link, data=form)

    assert page.status_code == 422
    assert said in page.text
    assert len(office.timeline(filed)) == 3


@pytest.mark.usefixtures("one_engine")
def test_a_reason_that_the_law_does_not_know_is_called_that(
    vendor: TestClient, link: str
) -> None:
    known = vendor.post(link, data=says("refused", denial_ground=KNOWN))
    other = vendor.post(link, data=says("refused", denial_ground="trade-secret"))

    assert "We do not find this reason in" not in known.text
    assert "in any law on which the request rests, so far as it applies to you" in (
        other.text
    )


def test_an_answer_that_is_sent_twice_is_recorded_once(
    vendor: TestClient, link: str, office: Office, filed: Filed, store: Store
) -> None:
    page = vendor.post(link, data=says("deleted"))
    for _ in range(3):
        assert send(vendor, link, page, PDF).url.path == f"{link}/receipt"

    assert len(office.timeline(filed)) == 4
    with store.reading() as session:
        assert len(session.scalars(select(EvidenceFile)).all()) == 1


@pytest.mark.usefixtures("one_engine")
def test_a_second_answer_counts_from_then_on(
    vendor: TestClient, link: str, office: Office, filed: Filed, now: FakeClock
) -> None:
    answer(vendor, link, "refused", denial_ground="legal-claims")
    now.at += timedelta(days=3)

    form = vendor.get(link)
    page = vendor.post(link, data=says("deleted"))
    send(vendor, link, page)

    assert "What you answered here" in form.text
    assert "There is an answer already" in page.text
    assert office.request(filed).outcome is Outcome.DELETED
    assert [e.kind for e in office.timeline(filed)][-3:] == [
        EventKind.REFUSED,
        EventKind.REOPENED,
        EventKind.DELETED,
    ]


@pytest.mark.usefixtures("one_engine")
def test_what_was_recorded_meanwhile_is_shown_before_it_is_sent(
    vendor: TestClient, link: str, office: Office, filed: Filed, now: FakeClock
) -> None:
    page = vendor.post(link, data=says("deleted"))
    told = {"received_on": "2026-11-23", "kind": "acknowledged"}
    with office.writing() as session:
        record_reply(
            session,
            office.post.desk,
            filed.requests[0].id,
            ReplyBody.model_validate(told),
            at=now(),
            staff_id=None,
        )

    again = send(vendor, link, page)

    assert again.status_code == 409
    assert "Something was recorded meanwhile" in again.text
    send(vendor, link, again)
    assert office.request(filed).outcome is Outcome.DELETED


@pytest.mark.usefixtures("one_engine")
def test_a_late_answer_is_told_where_to_go(
    vendor: TestClient, link: str, office: Office, filed: Filed, now: FakeClock
) -> None:
    now.at += timedelta(days=365)
    last = vendor.get(link)
    now.at += timedelta(days=1)
    page = vendor.get(link)
    sent = vendor.post(link, data=says("deleted"))

    assert last.status_code == 200
    assert "What is your answer?" in last.text
    assert (page.status_code, sent.status_code) == (410, 410)
    assert office.request(filed).reply_to in page.text
    assert len(office.timeline(filed)) == 3


def test_a_request_that_was_taken_back_or_erased_takes_no_answer(
    vendor: TestClient, link: str, office: Office, filed: Filed, now: FakeClock
) -> None:
    page = vendor.post(link, data=says("deleted"))
    with office.writing() as session:
        withdraw_open(session, office.post.desk, filed.filing, at=now(), say=False)
    back, sent = vendor.get(link), send(vendor, link, page)
    with office.writing() as session:
        destroy_personal(session, filed.filing, at=now())
    gone, after = vendor.get(link), send(vendor, link, page)

    assert "The person took this request back" in back.text
    assert sent.status_code == 409
    assert (gone.status_code, after.status_code) == (404, 404)
    assert office.timeline(filed)[-1].kind is EventKind.WITHDRAWN


@pytest.mark.usefixtures("one_engine")
def test_files_that_are_wrong_or_too_many_lose_no_words(
    vendor: TestClient, link: str, office: Office, filed: Filed, now: FakeClock
) -> None:
    page = vendor.post(link, data=says("deleted", text=WORDS))
    program = ("a.exe", b"MZ\x90\0", "application/pdf")
    large = ("b.pdf", bytes(10_500_000), "application/pdf")

    wrong, cut = send(vendor, link, page, program), send(vendor, link, page, large)
    many = send(vendor, link, page, *[PDF] * 4)

    assert (wrong.status_code, cut.status_code, many.status_code) == (422, 413, 422)
    for shown in (wrong, cut, many):
        assert WORDS in shown.text
    assert len(office.timeline(filed)) == 3
    send(vendor, link, many, *[PDF] * 3)
    now.at += timedelta(days=1)
    more = vendor.post(link, data=says("refused", denial_ground="legal-claims"))
    full = send(vendor, link, more, *[PDF] * 3)
    assert "five for one request" in full.text


@pytest.mark.usefixtures("one_engine")
def test_a_link_takes_so_many_answers_in_an_hour(vendor: TestClient, link: str) -> None:
    page = vendor.post(link, data=says("deleted"))
    program = ("a.exe", b"MZ\x90\0", "application/pdf")

    tries = [send(vendor, link, page, program).status_code for _ in range(21)]

    assert tries == [422] * 20 + [429]


@pytest.mark.usefixtures("one_engine")
def test_the_page_speaks_the_language_of_the_letter(
    vendor: TestClient, office: Office, link: str
) -> None:
    said = []
    for language in ("fr", "es", "de"):
        with office.writing() as session:
            session.scalars(select(requests.Letter)).one().language = language
        page = vendor.get(link, headers={"Accept-Language": "it"})
        said += re.findall("<h1>([^<]+)", page.text)

    assert said == [
        "Répondre à cette demande",
        "Responder a esta solicitud",
        "Answer this request",
    ]
    assert "Responder a esta" in vendor.get(f"{link}?lang=es").text


@pytest.mark.usefixtures("one_engine")
def test_nobody_else_reads_the_link_in_a_letter(
    resident: Resident,
    desk: FrontDesk,
    office: Office,
    store: Store,
    now: FakeClock,
) -> None:
    resident.confirmed("epsilon")
    office.deliver(now())
    with store.reading() as session:
        row = session.scalars(select(requests.Request)).one()
    path = f"/track/requests/{row.id}/letters"
    shown = resident.browser.post(path, data={"code": resident.fresh_code(path)})
    kept = resident.browser.get(f"/track/requests/{row.id}/evidence.json")
    clerk = desk.staff()
    staff = f"/staff/requests/{row.number}"
    clerk.post(f"{staff}/reveals", data={"reason": "complaint"})
    desk.worker_answers()
    revealed = clerk.get(staff)

    for page in (shown, kept, revealed):
        assert "/reply/…" in page.text
        assert not LINK.search(page.text)


@pytest.mark.usefixtures("one_engine")
def test_an_answer_to_a_letter_that_the_resident_sent_says_that_it_arrived(
    resident: Resident, vendor: TestClient, store: Store
) -> None:
    resident.confirmed(BY_FORM)
    with store.reading() as session:
        row = session.scalars(select(requests.Request)).one()
    path = f"/track/requests/{row.id}/letter"
    page = resident.browser.post(path, data={"code": resident.fresh_code(path)})
    found = LINK.search(page.text)
    assert found is not None
    for ending in ("txt", "eml"):
        file = resident.browser.get(f"{path}/request.{ending}").text
        assert found[1] in file.replace("=\r\n", "")

    answer(vendor, found[1], "deleted")

    with store.reading() as session:
        history = requests.timeline(session, row.filing_id, row.id)
    assert [(e.kind, e.by) for e in history[-2:]] == [
        (EventKind.SENT, Actor.VENDOR),
        (EventKind.DELETED, Actor.VENDOR),
    ]
    track = resident.browser.get("/track").text
    assert "On our answer page" in track


def test_a_request_that_is_to_leave_again_takes_no_answer_to_the_first_letter(
    vendor: TestClient, link: str, office: Office, filed: Filed, now: FakeClock
) -> None:
    answer(vendor, link, "refused", denial_ground="legal-claims")
    with office.writing() as session:
        row = requests.locked(session, filed.filing, filed.requests[0].id)
        assert row is not None
        again = Event(
            kind=EventKind.REOPENED,
            at=now(),
            by=Actor.RESIDENT,
            resumes=Status.QUEUED,
        )
        requests.record(session, row, again)

    page = vendor.get(link)

    assert "no answer can be recorded" in page.text
    assert "What you answered here" in page.text
