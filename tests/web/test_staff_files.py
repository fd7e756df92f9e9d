"""What a resident gave as evidence: staff open it with a reason, to keep, on record."""

import io
import re
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from PIL import Image

from app.actions.back_up import back_up, restore
from app.domain.timeline import Status
from app.store import requests, schema
from app.store.session import HEAD, Store
from app.store.staff import Role
from tests.conftest import ROOT, FakeClock
from tests.front_desk import FrontDesk
from tests.post_office import Office
from tests.web.filing import BY_MAIL, Resident
from tests.web.test_they_wrote import png, tell, the_request, typed

PDF = b"%PDF-1.7\n/OpenAction /JavaScript (app.alert\\(1\\))"
PICTURE, DOCUMENT = "zoe-and-her-house.png", "zoe-answer.pdf"


@pytest.fixture
def page(resident: Resident, office: Office, store: Store, now: FakeClock) -> str:
    """The page of staff of a request with a picture and a PDF as evidence."""
    resident.confirmed(BY_MAIL)
    office.deliver(now())
    path = f"/track/requests/{the_request(store).id}/answer"
    resident.browser.post(path, data={"code": resident.fresh_code(path)})
    now.at += timedelta(minutes=1)
    picture, document = (PICTURE, png(), "image/png"), (DOCUMENT, PDF, "text/html")
    tell(resident, path, typed("else", kind="acknowledged"), picture, document)
    return f"/staff/requests/{the_request(store).number}"


def files(browser: TestClient, page: str) -> list[str]:
    """Return the ids of the files that can be asked for, in the order shown."""
    return re.findall(r'name="file" value="([^"]+)"', browser.get(page).text)


def asked(desk: FrontDesk, browser: TestClient, page: str, place: int) -> str:
    """Ask for a file, let the worker open it, and return its address."""
    file = files(browser, page)[place]
    form = {"why": "complaint", "file": file}
    assert browser.post(f"{page}/files", data=form).status_code == 303
    assert "refresh" in browser.get(page).headers
    assert desk.worker_answers() == 1
    return f"{page}/files/{file}"


def test_a_file_is_listed_without_its_name_and_opened_for_no_whim(
    one_engine: Store, desk: FrontDesk, page: str
) -> None:
    browser, reader = desk.staff(), desk.staff(Role.AUDITOR, "auditor@example.org")
    before = len(desk.audit())

    shown = unescape(browser.get(page).text)
    refused = [
        browser.post(f"{page}/files", data={**why, "file": files(browser, page)[0]})
        for why in ({}, {"why": ""}, {"why": "curious"})
    ]

    assert re.search(r"Picture \(PNG\), 1 kB, 23\s+November\s+2026 \(entry 4\)", shown)
    assert "Document (PDF), 1 kB" in shown
    assert "zoe" not in shown
    assert the_request(one_engine).head.hex() in shown
    assert {answer.status_code for answer in refused} == {422}
    assert "Choose a reason to open the file" in refused[0].text
    assert "Picture (PNG)" in reader.get(page).text
    assert files(reader, page) == []
    assert desk.worker_answers() == 0
    assert len(desk.audit()) == before


def test_with_a_reason_a_file_is_given_to_this_browser_to_keep_and_on_record(
    desk: FrontDesk, page: str
) -> None:
    browser = desk.staff()

    address = asked(desk, browser, page, 1)
    shown = browser.get(page)
    given = browser.get(address)

    assert "Save file 2" in shown.text
    assert "zoe" not in shown.text
    assert given.content == PDF
    assert given.headers["content-type"] == "application/octet-stream"
    assert given.headers["content-disposition"].startswith("attachment;")
    assert DOCUMENT in given.headers["content-disposition"]
    assert given.headers["content-security-policy"].startswith("sandbox")
    entry = desk.audit()[-1]
    assert (entry.action, entry.detail["reason"]) == ("file opened", "complaint")
    assert entry.detail["file"] in address
    assert "File of the resident opened" in browser.get("/staff/audit").text


def test_a_file_is_given_to_nobody_else_not_for_long_and_not_once_it_is_erased(
    one_engine: Store, desk: FrontDesk, page: str, resident: Resident
) -> None:
    browser = desk.staff()
    address = asked(desk, browser, page, 0)
    other = desk.browser()
    desk.sign_in(other, "clerk@example.org")

    elsewhere = other.get(address)
    here = browser.get(address)
    desk.passes(minutes=5, seconds=1)
    later = browser.get(address)
    again = asked(desk, browser, page, 0)
    resident.browser.post("/track/erase")
    erased = browser.get(again)

    assert Image.open(io.BytesIO(here.content)).size == (40, 30)
    for refused in (elsewhere, later, erased):
        assert refused.headers["location"].endswith("#files")
    assert "Picture (PNG)" not in browser.get(page).text


def restored(office: Office, folder: Path) -> None:
    """Lose everything, and put the last backup back."""
    file = folder / "backup"
    with office.store.reading() as session:
        back_up(session, file, head=HEAD, at=datetime(2026, 11, 23, tzinfo=UTC))
    schema.rebuild(office.store, ROOT / "alembic.ini", ROOT / "migrations")
    with office.writing() as session:
        restore(session, file, head=HEAD)


def test_a_backup_holds_everything_but_pictures_and_says_so(
    desk: FrontDesk, page: str, resident: Resident, office: Office, tmp_path: Path
) -> None:
    browser = desk.staff()
    asked(desk, browser, page, 0)
    before = the_request(office.store)

    restored(office, tmp_path)

    after = the_request(office.store)
    assert (after.head, after.status) == (before.head, Status.ACKNOWLEDGED)
    letters = f"/track/requests/{after.id}/letters"
    read = resident.browser.get(letters)
    assert PICTURE in read.text
    assert "no picture is kept in one" in read.text
    with office.store.reading() as session:
        both = {f.kind: f for f in session.query(requests.EvidenceFile)}
        assert both["png"].thing is None
    gone, there = (
        resident.browser.get(f"/track/requests/{after.id}/files/{both[kind].id}")
        for kind in ("png", "pdf")
    )
    assert gone.url.path == letters
    assert there.content == PDF
    shown = browser.get(page).text
    assert "not in the backup from which our records come" in shown
    assert files(browser, page) == [str(both["pdf"].id)]


def test_what_a_backup_left_out_can_be_given_again(
    one_engine: Store, page: str, resident: Resident, office: Office, tmp_path: Path
) -> None:
    path = f"/track/requests/{the_request(one_engine).id}/answer"
    three = [(f"{n}.png", png(), "image/png") for n in range(3)]
    tell(resident, path, typed("extended", until="2027-01-20"), *three)

    restored(office, tmp_path)
    done = tell(resident, path, typed("deleted"), *three)

    assert done.url.path == "/track"
