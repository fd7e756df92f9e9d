"""What hangs on a mail: listed, opened one by one with a reason, to be saved alone."""

import io
import re
from collections.abc import Iterator
from email.message import EmailMessage
from html import unescape

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from PIL import Image

from app.actions.prepare_filing import Filed
from app.channels.mail_reader import MailReader
from app.store.inbox import InboxMessage
from app.store.session import Store
from app.store.staff import Role
from tests.front_desk import FrontDesk
from tests.letterbox import VENDOR, Post, names
from tests.post_office import Office
from tests.web.test_they_wrote import png

PDF = b"%PDF-1.7\n/OpenAction /JavaScript (app.alert\\(1\\))"
PROGRAM = b"MZ\x90\x00\x03\x00"
HIDDEN = b"<?php secret() ?>"
FILES: tuple[tuple[str, bytes, str], ...] = (
    ("form.pdf", PDF, "application/pdf"),
    ("../../scan.png", png() + HIDDEN, "image/png"),
    ("invoice.pdf", PROGRAM, "application/pdf"),
    ("notes.html", "<script>alert(1)</script> Zoë".encode(), "text/html"),
    ("broken.jpg", b"\xff\xd8\xff but no picture", "image/jpeg"),
)
MACRO = ("table.docm", b"PK\x03\x04\x00\x00", "application/octet-stream")


@pytest.fixture(scope="module")
def reader() -> Iterator[MailReader]:
    reader = MailReader()
    yield reader
    reader.close()


@pytest.fixture
def post(one_engine: Store, office: Office, reader: MailReader) -> Post:
    return Post(office, reader, names())


def mail_with(to: str, files: tuple[tuple[str, bytes, str], ...]) -> bytes:
    message = EmailMessage()
    message["From"], message["To"] = VENDOR, to
    message["Subject"] = "Your request"
    message["Date"] = "Mon, 23 Nov 2026 11:00:00 +0000"
    message["Message-ID"] = "<files@probe.example.org>"
    message.set_content("Please find our form.")
    for name, content, kind in files:
        main, _, sub = kind.partition("/")
        message.add_attachment(content, maintype=main, subtype=sub, filename=name)
    return message.as_bytes()


@pytest.fixture
def filed(office: Office) -> Filed:
    return office.sent()


@pytest.fixture
def kept(post: Post, filed: Filed) -> InboxMessage:
    [kept] = post.takes(mail_with(post.address(filed), (*FILES, MACRO)))
    return kept


def opened(desk: FrontDesk, browser: TestClient, kept: InboxMessage) -> str:
    """Open a mail with a reason and return its page."""
    page = f"/staff/inbox/{kept.id}"
    browser.post(f"{page}/open", data={"reason": "match_reply"})
    desk.worker_answers()
    return unescape(browser.get(page).text)


def given(
    desk: FrontDesk, browser: TestClient, kept: InboxMessage, place: int
) -> Response:
    """Ask for a file and save it."""
    page = f"/staff/inbox/{kept.id}"
    asked = browser.post(f"{page}/files", data={"why": "complaint", "file": place})
    assert asked.headers["location"] == f"{page}?look=1#files"
    assert "refresh" in browser.get(page).headers
    assert desk.worker_answers() == 1
    return browser.get(f"{page}/files/{place}")


def test_files_are_listed_by_their_bytes_once_the_mail_is_open(
    desk: FrontDesk, kept: InboxMessage
) -> None:
    browser = desk.staff()
    assert "form.pdf" not in browser.get(f"/staff/inbox/{kept.id}").text

    page = opened(desk, browser, kept)

    listed = re.findall(
        r"<li><span[^>]*>(.*?)</span> ?: ([^<]*?)\s*<small>(.*?)<", page
    )
    assert [(name, kind.partition(",")[0]) for name, kind, _ in listed] == [
        ("form.pdf", "Document (PDF)"),
        ("../../scan.png", "Picture (PNG)"),
        ("invoice.pdf", "File"),
        ("notes.html", "Plain text"),
        ("broken.jpg", "Picture (JPEG)"),
        ("table.docm", "File"),
    ]
    assert listed[2][2] == listed[5][2] == "Not handed out: it may be a program"
    assert re.findall(r'name="file" value="(\d)"', page) == ["0", "1", "3", "4"]


def test_a_document_is_saved_and_no_browser_opens_it(
    desk: FrontDesk, kept: InboxMessage, filed: Filed
) -> None:
    browser = desk.staff()
    opened(desk, browser, kept)

    answer = given(desk, browser, kept, 0)

    assert answer.content == PDF
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"] == 'attachment; filename="form.pdf"'
    assert answer.headers["content-security-policy"].startswith("sandbox")
    assert answer.headers["x-content-type-options"] == "nosniff"
    entry = desk.audit()[-1]
    assert (entry.action, entry.subject) == (
        "file of mail opened",
        filed.requests[0].number,
    )
    assert (entry.detail["reason"], entry.detail["file"]) == ("complaint", 1)


def test_a_picture_is_drawn_anew_and_text_is_text(
    desk: FrontDesk, kept: InboxMessage
) -> None:
    browser = desk.staff()
    opened(desk, browser, kept)

    picture = given(desk, browser, kept, 1)
    text = given(desk, browser, kept, 3)

    assert Image.open(io.BytesIO(picture.content)).format == "PNG"
    assert HIDDEN not in picture.content
    assert 'filename="scan.png"' in picture.headers["content-disposition"]
    assert 'filename="notes.txt"' in text.headers["content-disposition"]
    assert text.headers["content-type"] == "application/octet-stream"


@pytest.mark.parametrize("place", [2, 4, 5, 77])
def test_what_is_not_what_it_says_is_not_handed_out(
    desk: FrontDesk, kept: InboxMessage, place: int
) -> None:
    browser = desk.staff()
    opened(desk, browser, kept)

    answer = given(desk, browser, kept, place)

    assert answer.status_code == 409
    assert "cannot be opened safely" in answer.text
    assert PROGRAM not in answer.content


def test_a_file_is_opened_for_a_reason_to_who_gave_it_and_not_for_long(
    desk: FrontDesk, kept: InboxMessage
) -> None:
    browser = desk.staff()
    page = f"/staff/inbox/{kept.id}"
    opened(desk, browser, kept)
    for form in ({}, {"why": "", "file": 0}, {"why": "complaint", "file": -1}):
        assert browser.post(f"{page}/files", data=form).status_code == 422
    other = desk.staff(email="other@example.org")
    given(desk, browser, kept, 0)

    assert other.get(f"{page}/files/0").headers["location"] == f"{page}#files"
    desk.passes(minutes=6)
    assert browser.get(f"{page}/files/0").headers["location"] == f"{page}#files"
    assert "Save file" not in browser.get(page).text


def test_an_auditor_opens_no_file(desk: FrontDesk, kept: InboxMessage) -> None:
    browser = desk.staff(Role.AUDITOR)
    form = {"why": "complaint", "file": 0}
    page = f"/staff/inbox/{kept.id}"
    assert browser.post(f"{page}/files", data=form).status_code == 403
    assert browser.get(f"{page}/files/0").status_code == 403


def test_a_file_behind_the_first_megabyte_is_opened_too(
    desk: FrontDesk, post: Post, filed: Filed
) -> None:
    large = ("large.txt", b"a line of text\n" * 300_000, "text/plain")
    [kept] = post.takes(mail_with(post.address(filed), (large, FILES[0])))
    browser = desk.staff()

    page = opened(desk, browser, kept)

    assert "4,500 kB" in page
    assert given(desk, browser, kept, 1).content == PDF
