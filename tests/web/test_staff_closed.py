"""Whatever page of staff is looked at, nobody is shown of whom nothing was opened."""

import re
from html import unescape

import pytest

from app.actions.prepare_filing import Filed
from app.channels.mail_reader import MailReader
from app.store.session import Store
from app.store.staff import Role
from tests.front_desk import FrontDesk, hidden
from tests.letterbox import Post, mail, names, report
from tests.post_office import Office

LINK = re.compile(r'(?:href|action)="(/staff[^"#]*)"')
LEFT_OUT = re.compile(
    r"/staff/(sign-out|people/|notes\?about|vendors/(?!probe$)|laws\?)|.*\blang="
)
"""What ends the visit, and pages of which many are alike."""
NEVER = (
    "quillfeather",
    "zoe.q@",
    "canary",
    "stranger@",
)
"""Of a person, their mails, files and letters, and what was written of them."""

OTHER = {"email": "zoe.q@away.example.org"}
CORRECTION = {
    "about": "law:eu-gdpr",
    "wrong": "Canary says so.",
    "right": "It can be extended, says Zoë Quillfeather.",
    "source": "https://eur-lex.europa.eu/eli/reg/2016/679/oj",
    "name": "Canary Reader",
    "email": "stranger@else.example.org",
}


@pytest.fixture
def peopled(one_engine: Store, office: Office, desk: FrontDesk) -> Filed:
    """A portal in which something lies wherever something can."""
    person = {"name": "Zoë Quillfeather", "email": "zoe.q@home.example.org"}
    filed, gone = office.sent(resident=person), office.sent(resident=person | OTHER)
    number = office.request(filed).number
    reader = MailReader()
    post = Post(office, reader, names())
    to = post.address(filed)
    post.takes(
        mail(to, text="Canary words about Zoë Quillfeather", subject="Canary subject"),
        mail(to, sender="Canary Clerk <stranger@else.example.org>"),
        mail("x@replies.example.org", subject=f"Canary {number}", text="Canary zoe.q@"),
        report(post.letter_id(gone), to="zoe.q@home.example.org"),
    )
    reader.close()
    browser, page = desk.staff(), f"/staff/requests/{number}"
    browser.post(f"{page}/notes", data={"note": "Canary note", "nonce": "once"})
    reply = {
        "kind": "acknowledged",
        "received_on": "2026-11-23",
        "text": "Canary words of Zoë Quillfeather",
        "vendor_reference": "canary-1",
    }
    effect = browser.post(f"{page}/preview", data=reply).text
    reply |= {name: hidden(effect, name) for name in ("shown", "nonce")}
    answer = browser.post(f"{page}/replies", data=reply)
    assert answer.status_code == 303, answer.text
    correction = desk.browser().post("/corrections/new", data=CORRECTION)
    assert correction.status_code == 303, correction.text
    return filed


def test_no_page_shows_a_person_of_whom_nothing_was_opened(
    desk: FrontDesk, peopled: Filed, office: Office
) -> None:
    browser = desk.staff(Role.ADMIN, "admin@example.org")
    page = f"/staff/requests/{office.request(peopled).number}"
    left, seen = {"/staff/", "/staff/vendors/probe", page}, set[str]()

    while left:
        address = left.pop()
        seen.add(address)
        html = browser.get(address).text
        told = {word for word in NEVER if word in unescape(html).casefold()}
        assert not told, (address, told)
        links = {unescape(link) for link in LINK.findall(html)}
        left |= {link for link in links - seen if not LEFT_OUT.match(link)}

    kinds = {address.split("/")[2] for address in seen if address.count("/") > 2}
    assert {"requests", "inbox", "corrections"} <= kinds
    browser.post(f"{page}/reveals", data={"reason": "resident_asks"})
    desk.worker_answers()
    assert "Quillfeather" in browser.get(page).text, "what is looked for can be shown"
