"""The audit trail as staff read it: who did what, when and why, newest first."""

import re
import subprocess
import sys
from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest

from app.actions.check_chains import keep_check
from app.actions.enrol_staff import new_token
from app.actions.read_audit import ON_A_PAGE
from app.actions.sign_heads import sign_head, tips_to_sign
from app.actions.verify_chains import Fault, Verified
from app.store import audit
from app.store.keys import Keys, head_signer
from app.store.session import Store
from app.store.staff import Role
from app.worker import Worker
from tests.canaries import hits
from tests.front_desk import FrontDesk
from tests.post_office import MAILBOX, TYPED, Office

pytestmark = pytest.mark.usefixtures("one_engine")


def cells(page: str) -> list[list[str]]:
    """Return the table, newest first: number, when, who, what, about, why."""
    rows = re.findall(r'<tr role="row"><td.*?</tr>', page, re.DOTALL)
    return [
        [
            unescape(re.sub(r"<[^>]+>", "", cell)).strip()
            for cell in re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL)
        ]
        for row in rows
    ]


def test_each_thing_done_stands_there_in_words(desk: FrontDesk, office: Office) -> None:
    number = office.sent().requests[0].number
    browser = desk.staff(Role.ADMIN)
    desk.sign_in(desk.browser(), "ghost@example.org", "guess")
    with office.writing() as session:
        new_token(session, desk.keys, "clerk@example.org", "import", at=desk.clock())
    form = {"kind": "acknowledged", "received_on": "2026-11-23"}
    more = {"shown": "3", "nonce": "n" * 24}
    browser.post(f"/staff/requests/{number}/replies", data=form | more)
    browser.post(f"/staff/requests/{number}/reveals", data={"reason": "complaint"})
    browser.post(f"/staff/requests/{number}/entries/4", data={"shown": "4"})

    told = [row[2:] for row in cells(browser.get("/staff/audit").text)]

    clerk = "clerk@example.org"
    assert told == [
        [clerk, "Entry taken back", number, "They have it"],
        [clerk, "Person shown", number, "A complaint or an inspection"],
        [clerk, "Reply recorded", number, "They have it"],
        ["Command line", "Token made", clerk, "import"],
        ["Somebody unknown", "Sign-in refused", "–", "–"],
        [clerk, "Signed in", "–", "with a password"],
        [clerk, "Password set", clerk, "–"],
        ["Command line", "Staff member added", clerk, "administrator"],
    ]


def test_the_trail_is_read_page_by_page(desk: FrontDesk, store: Store) -> None:
    browser = desk.staff()
    with store.writing() as session:
        for n in range(ON_A_PAGE):
            audit.append(session, at=desk.clock(), actor="robot", action=f"<b>{n}</b>")

    first = browser.get("/staff/audit").text
    older = re.search(r'href="([^"]+)">Older entries', first)
    assert older is not None
    second = browser.get(older[1]).text

    numbers = [int(row[0]) for page in (first, second) for row in cells(page)]
    assert numbers == list(range(ON_A_PAGE + 3, 0, -1))
    assert "<b>7</b>" not in first
    assert "<b>7</b>" in unescape(first)
    assert "Nothing before this." in browser.get("/staff/audit?before=1").text
    assert browser.get("/staff/audit?before=x").status_code == 422


def numbers(page: str) -> list[int]:
    return [int(row[0]) for row in cells(page)]


def test_entries_are_chosen_by_who_what_about_and_day(
    desk: FrontDesk, office: Office
) -> None:
    number = office.sent().requests[0].number
    browser = desk.staff(Role.AUDITOR)
    with office.writing() as session:
        for day, actor, action, subject in (
            (0, "worker", "status fetched", number),
            (1, "worker", "key epoch begun", "2026-12"),
            (2, "command", "status fetched", number),
        ):
            at = desk.clock() + timedelta(days=day)
            audit.append(session, at=at, actor=actor, action=action, subject=subject)
    today = desk.clock().date()

    def chosen(**form: str) -> list[int]:
        answer = browser.post("/staff/audit", data=form)
        assert answer.status_code == 303, answer.text
        address = answer.headers["location"]
        assert "@" not in address
        assert "%40" not in address
        return numbers(browser.get(address).text)

    assert chosen() == [6, 5, 4, 3, 2, 1]
    assert chosen(actor="worker") == [5, 4]
    assert chosen(action="status fetched") == [6, 4]
    assert chosen(about=f" {number.lower()} ", actor="worker") == [4]
    assert chosen(about="Clerk@example.org") == [2, 1]
    assert chosen(since=str(today + timedelta(1))) == [6, 5]
    assert chosen(since=str(today), until=str(today)) == [4, 3, 2, 1]


def test_what_the_trail_is_not_about_never_comes_into_an_address(
    desk: FrontDesk,
) -> None:
    browser = desk.staff(Role.AUDITOR)

    answer = browser.post("/staff/audit", data={"about": "Zoë Quillfeather"})

    assert answer.status_code == 422
    assert "Nothing on record is about this." in answer.text
    assert browser.get("/staff/audit?since=tomorrow").status_code == 422
    assert browser.get("/staff/audit?person=x").status_code == 422
    day = {"since": "x", "form": "json"}
    assert browser.post("/staff/audit/export", data=day).status_code == 422


def test_an_export_is_on_record_and_checked_without_us(
    desk: FrontDesk, office: Office, keys: Keys, tmp_path: Path
) -> None:
    auditor = desk.staff(Role.AUDITOR)
    with office.writing() as session:
        for n in range(5):
            audit.append(session, at=desk.clock(), actor="robot", action="=1", n=n)
        sign_head(session, head_signer(keys.epochs), (), at=desk.clock())
    lines = unescape(
        re.findall(
            r'id="trail"[^>]*>(.*?)</pre>', auditor.get("/help/heads").text, re.DOTALL
        )[0]
    )

    def checked(document: str) -> str:
        (tmp_path / "audit.json").write_text(document, "utf-8")
        run = [sys.executable, "-c", lines]
        done = subprocess.run(
            run, cwd=tmp_path, check=False, capture_output=True, text=True
        )
        return (done.stdout + done.stderr).strip().splitlines()[-1]

    whole = auditor.post("/staff/audit/export", data={"form": "json"})
    some = auditor.post(
        "/staff/audit/export", data={"form": "json", "actor": "command"}
    )
    table = auditor.post("/staff/audit/export", data={"form": "csv", "actor": "robot"})

    assert whole.headers["content-disposition"].startswith("attachment")
    assert checked(whole.text) == "Everything fits. 8 entries"
    assert checked(some.text) == "Everything fits. 1 entries"
    assert checked(whole.text.replace('"n":3', '"n":4')) == "AssertionError: entry 7"
    assert table.text.count("'=1") == 5
    told = [(e.action, e.detail) for e in desk.audit()[-3:]]
    assert told == [
        ("audit exported", {"form": "json", "entries": 8, "of": ""}),
        ("audit exported", {"form": "json", "entries": 1, "of": "actor command"}),
        ("audit exported", {"form": "csv", "entries": 5, "of": "actor robot"}),
    ]
    assert "Audit exported" in auditor.get("/staff/audit").text
    assert auditor.get("/staff/audit/export").status_code == 303


def test_auditors_read_all_of_it_and_nothing_about_a_person(
    desk: FrontDesk, office: Office, keys: Keys
) -> None:
    number = office.sent().requests[0].number
    clerk = desk.staff(Role.ADMIN)
    form = {"kind": "refused", "denial_ground": "other", "received_on": "2026-11-23"}
    words = {"text": "We know no Zoë Quillfeather", "vendor_reference": "Quill-4711"}
    more = {"shown": "3", "nonce": "n" * 24}
    clerk.post(f"/staff/requests/{number}/replies", data=form | words | more)
    clerk.post(f"/staff/requests/{number}/reveals", data={"reason": "complaint"})
    clerk.post("/staff/find", data={"find": "zoe.quill@example.org"})
    clerk.post("/staff/audit", data={"about": "zoe.quill@example.org"})
    with office.writing() as session:
        tips = tips_to_sign(session)
        sign_head(session, head_signer(keys.epochs), tips, at=desk.clock())
    auditor = desk.staff(Role.AUDITOR, "auditor@example.org")

    seen = [
        auditor.get("/staff/audit"),
        auditor.post("/staff/audit/export", data={"form": "json"}),
        auditor.post("/staff/audit/export", data={"form": "csv"}),
        auditor.get("/heads"),
        auditor.get("/heads.json"),
    ]

    assert number in seen[1].text
    assert {"reply recorded", "identity shown"} <= {e.action for e in desk.audit()}
    person = [TYPED, "Quillfeather", MAILBOX, "Quill-4711", "We know no"]
    for answer in seen:
        assert answer.status_code == 200
        assert hits(answer.content, person) == []


def test_the_chains_are_checked_by_the_worker_and_what_it_found_is_shown(
    desk: FrontDesk, office: Office
) -> None:
    office.sent()
    browser = desk.staff(Role.AUDITOR)
    assert "Nobody has had them checked here yet." in browser.get("/staff/audit").text

    asked = browser.post("/staff/audit/check")
    assert asked.headers["location"] == "/staff/audit#chains"
    browser.post("/staff/audit/check")
    page = browser.get("/staff/audit").text
    assert "A check was asked for and goes on" in page
    assert "Check every chain now" not in page
    assert page.count("Check of the chains asked for</td>") == 1

    Worker(office.post, desk.clock, desk.clock).once()
    page = browser.get("/staff/audit").text
    assert "Every row fits." in page
    assert re.search(r"Last checked:\s+<time datetime=\"2026-11-23T12:00", page)
    assert re.search(r"the trail up to no\. [1-9]", page)


def test_a_broken_chain_names_its_first_row(one_engine: Store, desk: FrontDesk) -> None:
    faults = (Fault("audit entry 7", "it is missing"), Fault("audit entry 9", "odd"))
    with one_engine.writing() as session:
        found = Verified(40, 2, faults, upto=12)
        keep_check(session, found, by="command", at=desk.clock())

    page = unescape(desk.staff().get("/staff/audit").text)

    assert "The chain is broken" in page
    assert "2 rows do not fit; the first is:" in page
    assert "audit entry 7: it is missing" in page
    assert "Every row fits." not in page
    assert "Check every chain now" not in page


def test_who_may_not_take_entries_away_has_no_chain_checked(
    one_engine: Store, desk: FrontDesk
) -> None:
    assert desk.staff().post("/staff/audit/check").status_code == 403
