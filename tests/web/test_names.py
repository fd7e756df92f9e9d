"""Names and addresses as people have them, through the whole way."""

import json
from html import escape

import pytest
from sqlalchemy import select

from app.store import requests
from app.store.opening import Opener
from app.store.sealing import Where
from app.store.session import Store
from tests.web.filing import BY_MAIL, MAILBOX, Resident

pytestmark = pytest.mark.usefixtures("one_engine")

NAMES = {
    "apostrophe": "O'Brien-Núñez",
    "chinese": "李小龍",
    "arabic": "محمد",
    "one letter": "X",
    "200 letters": "Ñandú " * 33 + "Zz",
}
MAILBOXES = ["zoe+efface@example.org", "zoe@münchen.example"]


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_a_name_reaches_the_company_as_it_was_typed(
    resident: Resident, store: Store, name: str
) -> None:
    draft = resident.begin(BY_MAIL)
    resident.fill(draft, name=name)
    checked = resident.browser.get(f"{draft}/check").text
    resident.browser.post(
        "/confirm", data={"draft": resident.send(draft), "code": resident.code()}
    )

    assert (
        f'dir="auto">{escape(name, quote=True).replace("&#x27;", "&#39;")}' in checked
    )
    assert f"- Name: {name}\n" in letter(resident, store)


@pytest.mark.parametrize("email", MAILBOXES)
def test_an_address_gets_its_code_and_reaches_the_company(
    resident: Resident, store: Store, email: str
) -> None:
    draft = resident.begin(BY_MAIL)
    resident.fill(draft, email=email)
    page = resident.browser.get(f"/confirm?draft={resident.send(draft)}")
    done = resident.browser.post(
        "/confirm",
        data={"draft": draft.removeprefix("/file/"), "code": resident.code()},
    )

    assert f"<bdi>{email}</bdi>" in page.text
    assert {s["to"] for s in resident.secrets() if "to" in s} == {email}
    assert done.url.path == "/receipt"
    assert f"- E-mail address: {email}\n" in letter(resident, store)


def test_a_domain_that_a_browser_wrote_for_machines_is_shown_to_people(
    resident: Resident,
) -> None:
    draft = resident.begin(BY_MAIL)
    resident.fill(draft, email="zoe@xn--mnchen-3ya.example")

    page = resident.browser.get(f"{draft}/check")

    assert "zoe@münchen.example" in page.text


def letter(resident: Resident, store: Store) -> str:
    """Return what waits to leave for the company, as its worker reads it."""
    with store.reading() as session:
        row = session.scalars(select(requests.Letter)).one()
        assert row.thing is not None
        opener = Opener(resident.keys.epochs)
        return str(
            json.loads(opener.open(row.thing, Where("letter", str(row.id))))["text"]
        )


def test_aliases_and_several_addresses_go_where_a_company_needs_them(
    resident: Resident,
) -> None:
    draft = resident.begin(BY_MAIL)
    page = resident.browser.get(f"{draft}/details").text

    resident.fill(draft, addresses="1 Sample Street\n2 Former Lane", email=MAILBOX)
    checked = resident.browser.get(f"{draft}/check").text

    assert "Goes to Epsilon" in page
    assert "1 Sample Street\n2 Former Lane" in checked.replace("\r\n", "\n")
