"""The audit trail as staff read it: who did what, when and why, newest first."""

import re
from html import unescape

from app.actions.enrol_staff import new_token
from app.actions.read_audit import ON_A_PAGE
from app.store import audit
from app.store.session import Store
from app.store.staff import Role
from tests.front_desk import FrontDesk
from tests.post_office import Office


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
