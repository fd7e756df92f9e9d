"""A filing to as many companies as one may name: no page of it grows with them."""

import re

import pytest
from httpx2 import Response

from app.actions.filing_form import VENDORS
from app.actions.import_vendors import import_vendors
from app.rulebook.load import read_vendors
from app.store.session import Store
from tests.conftest import NOON
from tests.web.filing import TYPED, Resident

pytestmark = pytest.mark.usefixtures("one_engine")

AT_MOST = 60_000
BY_MAIL = next(shape for shape in read_vendors() if shape.slug == "epsilon")
MANY = [f"company-{n}" for n in range(VENDORS)]
ON_THE_PAGE = re.compile(r'<(?:link|script)[^>]* (?:href|src)="([^"]+)"')


def weight(resident: Resident, page: Response) -> int:
    """Return the bytes that travel for a page and all that it loads."""
    loaded = [resident.browser.get(path) for path in ON_THE_PAGE.findall(page.text)]
    return sum(int(one.headers["content-length"]) for one in (page, *loaded))


@pytest.fixture
def draft(resident: Resident, store: Store) -> str:
    """A draft to fifty companies, filled in, in the language with the longest words."""
    shapes = [BY_MAIL.model_copy(update={"slug": slug}) for slug in MANY]
    with store.writing() as session:
        import_vendors(session, shapes, at=NOON, by="import")
    resident.browser.get("/?lang=fr")
    draft = resident.begin(*MANY, residence="US-CA")
    resident.fill(draft)
    return draft


def test_fifty_letters_are_each_read_on_a_page_of_their_own(
    resident: Resident, draft: str
) -> None:
    page = resident.browser.get(f"{draft}/check")
    letters = re.findall(rf'href="({draft}/letters/[^"]+)"', page.text)
    letter = resident.browser.get(letters[0])

    assert page.text.count('name="vendor"') == VENDORS
    assert weight(resident, page) <= AT_MOST
    assert TYPED in letter.text
    assert weight(resident, letter) <= AT_MOST


def test_fifty_requests_stand_in_short_and_each_opens_with_all_its_actions(
    resident: Resident, draft: str
) -> None:
    form = {"draft": resident.send(draft), "code": resident.code()}
    resident.browser.post("/confirm", data=form)

    page = resident.browser.get("/track")
    more = resident.browser.get("/track?page=2")
    requests = re.findall(r'href="(/track/requests/[^"/]+)"', page.text + more.text)
    one = resident.browser.get(requests[-1])

    assert len(set(requests)) == VENDORS
    assert 'href="/track?page=2"' in page.text
    assert 'href="/track?page=1"' in more.text
    assert weight(resident, page) <= AT_MOST
    assert f"{requests[-1]}/withdraw" in one.text
    assert weight(resident, one) <= AT_MOST
