"""Tell me when this changes: asked for twice, told once, ended with one press."""

import re
from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import func, select

from app.channels.base import Delivery
from app.store.outbox import Message
from app.store.session import Store
from app.store.watches import Watch, Watched
from tests.conftest import FakeClock
from tests.post_office import Office, words
from tests.web.filing import MAILBOX as FILED
from tests.web.filing import Resident
from tests.web.test_same_for_everybody import told
from tests.web.watching import COMPANY, FORM, LINK, MAILBOX, PLACE, Watcher, selected

pytestmark = pytest.mark.usefixtures("one_engine")

IN_JANUARY = {"from": "2027-01-15"}


@pytest.fixture
def watcher(client: TestClient, office: Office, now: FakeClock) -> Watcher:
    """Somebody who wants to be told."""
    return Watcher(client, office, now)


def rows(store: Store) -> tuple[int, ...]:
    with store.reading() as session:
        tables = (Watch.id, Watched.vendor, Message.id)
        return tuple(session.scalar(select(func.count(t))) or 0 for t in tables)


def test_an_answer_leads_to_a_watch_with_both_filled_in(watcher: Watcher) -> None:
    answer = watcher.browser.get(f"/check/answer?residence={PLACE}&vendor={COMPANY}")
    found = re.search(r'href="(/watch\?[^"]+)"', answer.text)
    assert found is not None

    page = watcher.browser.get(found[1].replace("&amp;", "&"))

    assert selected(page) == ["CA", PLACE, COMPANY]


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        pytest.param({"email": "nobody"}, "email", id="no address"),
        pytest.param({"country": ""}, "country", id="no country"),
        pytest.param({"region": ""}, "region", id="no region"),
        pytest.param({"vendor": "nobody"}, "vendor", id="unknown company"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    watcher: Watcher, typed: dict[str, str], field: str, store: Store
) -> None:
    page = watcher.browser.post("/watch", data=FORM | typed)

    assert page.status_code == 422
    assert f'href="#{field}"' in page.text
    assert rows(store) == (0, 0, 0)


def test_opening_the_mailed_link_begins_nothing(watcher: Watcher) -> None:
    link = watcher.asks()
    page = watcher.browser.get(link)
    assert "Yes, tell me" in page.text
    assert "Manitoba" in page.text
    watcher.office.channel.sent.clear()

    watcher.promises(**{"from": "2026-11-01"})
    watcher.passes(minutes=2)

    assert watcher.mails() == []


def test_what_nobody_confirms_is_gone_after_a_day(
    watcher: Watcher, store: Store
) -> None:
    link = watcher.asks()

    watcher.clock.at += timedelta(hours=24, minutes=1)
    late = watcher.browser.post(link)
    watcher.works()

    assert late.status_code == 410
    assert rows(store) == (0, 0, 0)
    assert watcher.browser.get(link).status_code == 404


def test_a_right_that_arrives_is_told_on_its_day_and_once(watcher: Watcher) -> None:
    watcher.promises(**IN_JANUARY)
    watcher.watches()

    watcher.passes(days=52)  # 14 January 2027
    early = list(watcher.mails())
    watcher.passes(days=1)
    [mail] = watcher.mails()
    for _ in range(3):
        watcher.passes(hours=5)

    assert early == []
    assert len(watcher.mails()) == 1
    assert "Now you can" in words(mail)
    page = watcher.browser.get(watcher.link())
    assert "The answer has changed" in page.text
    assert "Probe Data Incorporated" in page.text
    assert "15\u00a0January\u00a02027" in page.text


def test_the_page_of_a_right_opens_a_filing_with_both_filled_in(
    watcher: Watcher,
) -> None:
    watcher.promises(**IN_JANUARY)
    watcher.watches()
    watcher.passes(days=53)
    page = watcher.browser.get(watcher.link())
    form = dict(re.findall(r'name="(residence|vendor)" value="([^"]+)"', page.text))

    begun = watcher.browser.post("/file", data=form)

    assert form == {"residence": PLACE, "vendor": COMPANY}
    assert begun.url.path.startswith("/file/")
    assert begun.status_code == 200


def test_a_change_of_the_directory_is_told_at_once(watcher: Watcher) -> None:
    watcher.watches()

    watcher.promises(**{"from": "2026-11-01"})
    watcher.passes(minutes=2)

    assert len(watcher.mails()) == 1


def test_what_is_taken_back_is_told_as_another_change(watcher: Watcher) -> None:
    watcher.promises(**{"from": "2026-11-01", "to": "2026-12-31"})
    watcher.watches()

    watcher.passes(days=60)

    [mail] = watcher.mails()
    assert "It has changed" in words(mail)
    assert "Now you can" not in words(mail)
    assert "Before:" in watcher.browser.get(watcher.link()).text


def test_any_company_of_a_place_can_be_watched(watcher: Watcher) -> None:
    watcher.watches(vendor="")

    watcher.promises(**{"from": "2026-11-01"})
    watcher.passes(minutes=2)

    assert len(watcher.mails()) == 1
    page = watcher.browser.get(watcher.link())
    assert "Any company" in page.text
    assert page.text.count("Before:") == 1


def test_a_change_elsewhere_is_not_told(watcher: Watcher) -> None:
    watcher.watches(country="DE", region="")

    watcher.promises(**{"from": "2026-11-01"})
    watcher.passes(minutes=2)

    assert watcher.mails() == []


@pytest.mark.parametrize("language", ["en", "fr", "es"])
def test_no_mail_names_a_place_or_a_company(watcher: Watcher, language: str) -> None:
    watcher.browser.cookies.set("lang", language)
    link = watcher.asks()
    watcher.browser.post(link)
    watcher.promises(**{"from": "2026-11-01"})
    watcher.passes(minutes=2)
    watcher.promises()
    watcher.passes(minutes=2)

    mails = watcher.mails()

    assert len(mails) == 3
    for mail in mails:
        said = words(mail).casefold()
        assert not {"probe", "manitoba", "ca-mb"} & set(re.findall(r"[\w-]+", said))
        assert f'lang="{language}"' in said


def test_one_mail_tells_of_all_that_a_mailbox_watches(watcher: Watcher) -> None:
    links = {watcher.watches(), watcher.watches(vendor="")}

    watcher.promises(**{"from": "2026-11-01"})
    watcher.passes(minutes=2)

    [mail] = watcher.mails()
    assert set(LINK.findall(words(mail))) == links
    assert "Now you can" in words(mail)
    for link in links:
        assert "The answer has changed" in watcher.browser.get(link).text
    watcher.passes(days=2)
    assert len(watcher.mails()) == 1


def test_one_press_stops_all_that_such_a_mail_is_about(
    watcher: Watcher, store: Store
) -> None:
    watcher.watches()
    watcher.watches(vendor="")
    watcher.promises(**{"from": "2026-11-01"})
    watcher.passes(minutes=2)
    found = re.search(rb"List-Unsubscribe: <http://testserver([^>]+)>", watcher.raw())
    assert found

    page = watcher.browser.get(found[1].decode())
    assert "Every answer that you watch with this address is meant." in page.text
    assert rows(store)[0] == 2
    watcher.browser.post(found[1].decode(), data={"List-Unsubscribe": "One-Click"})

    assert rows(store) == (0, 0, 0)


def test_two_changes_of_one_answer_are_told_one_by_one(watcher: Watcher) -> None:
    watcher.watches()
    for dates in ({"from": "2026-11-01"}, {}):
        watcher.promises(**dates)
        watcher.passes(minutes=2)

    right, changed = watcher.mails()
    assert "Now you can" in words(right)
    assert "It has changed" in words(changed)


def test_two_changes_that_waited_for_the_mail_server_are_both_told(
    watcher: Watcher,
) -> None:
    watcher.watches()
    offer = {"from": "2026-11-01"}
    watcher.office.channel.answers = [Delivery.DEFERRED] * 2
    for dates in (offer, {}):
        watcher.promises(**dates)
        watcher.passes(minutes=2)

    watcher.passes(hours=1)

    said = "".join(words(mail) for mail in watcher.mails())
    assert "Now you can" in said
    assert "It has changed" in said


def test_a_link_whose_own_watch_is_gone_does_not_claim_that_all_are(
    watcher: Watcher, store: Store
) -> None:
    first, second = watcher.watches(), watcher.watches(vendor="")
    watcher.promises(**{"from": "2026-11-01"})
    watcher.passes(minutes=2)
    found = re.search(rb"List-Unsubscribe: <http://testserver([^>]+)>", watcher.raw())
    assert found
    all_of_it = found[1].decode()
    own = next(link for link in (first, second) if all_of_it.startswith(link))
    watcher.browser.post(f"{own}/stop")

    for page in (watcher.browser.get(all_of_it), watcher.browser.post(all_of_it)):
        assert page.status_code == 404
        assert "This link stops nothing any more" in page.text
        assert "has a link of its own in our mails" in page.text
    assert rows(store)[0] == 1


def test_news_can_be_ended_by_the_mail_program(watcher: Watcher, store: Store) -> None:
    watcher.watches()
    watcher.promises(**{"from": "2026-11-01"})
    watcher.passes(minutes=2)
    link = watcher.link()

    # As RFC 8058 wants it: neither folded nor encoded, and one POST without a page.
    assert f"List-Unsubscribe: <http://testserver{link}/stop>\r\n".encode() in (
        watcher.raw()
    )
    assert b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in watcher.raw()
    watcher.browser.cookies.clear()
    press = {"List-Unsubscribe": "One-Click"}
    done = watcher.browser.post(f"{link}/stop", data=press)

    assert done.status_code == 200
    assert rows(store) == (0, 0, 0)


def test_a_look_at_the_link_that_stops_does_not_stop(watcher: Watcher) -> None:
    link = watcher.watches()

    page = watcher.browser.get(f"{link}/stop")

    assert "Stop watching" in page.text
    assert "We watch this for you" in watcher.browser.get(link).text


def test_who_stopped_hears_nothing_more(watcher: Watcher) -> None:
    link = watcher.watches()
    watcher.browser.post(f"{link}/stop")
    again = watcher.browser.post(f"{link}/stop")

    watcher.promises(**{"from": "2026-11-01"})
    watcher.passes(minutes=2)

    assert again.status_code == 200
    assert watcher.mails() == []
    assert watcher.browser.get(link).status_code == 404


def test_who_confirms_twice_is_told_once(watcher: Watcher, store: Store) -> None:
    first = watcher.watches()
    second = watcher.watches()

    watcher.promises(**{"from": "2026-11-01"})
    watcher.passes(minutes=2)

    assert len(watcher.mails()) == 1
    assert watcher.browser.get(first).status_code == 404
    assert watcher.browser.get(second).status_code == 200
    assert rows(store)[0] == 1


def test_one_who_stops_leaves_the_others_told(watcher: Watcher) -> None:
    watcher.watches()
    other = watcher.browser.post("/watch", data=FORM | {"email": "other@example.org"})
    assert other.status_code == 200
    watcher.works()
    theirs = watcher.link()
    watcher.browser.post(theirs)
    watcher.browser.post(f"{theirs}/stop")
    watcher.office.channel.sent.clear()

    watcher.promises(**{"from": "2026-11-01"})
    watcher.passes(minutes=2)

    assert [e.recipient for e in watcher.office.channel.sent] == [MAILBOX]


def test_a_mailbox_that_watches_is_told_alike(watcher: Watcher) -> None:
    def asks(mailbox: str) -> dict[str, Any]:
        form = FORM | {"email": mailbox}
        answer = told(watcher.browser, "POST", "/watch", data=form)
        return answer | {"body": answer["body"].replace(mailbox, "…")}

    watcher.watches()
    watcher.clock.at += timedelta(days=2)
    watcher.browser.get("/watch")  # reads the directory, which is then kept a while
    asks("somebody@example.org")  # makes the limit of the address

    pairs = [(asks(MAILBOX), asks("strange.person@example.org")) for _ in range(4)]

    assert [known for known, _ in pairs] == [strange for _, strange in pairs]
    assert [known["status"] for known, _ in pairs] == [200, 200, 200, 429]


def test_one_address_cannot_ask_for_any_number(watcher: Watcher) -> None:
    def status(n: int) -> int:
        form = FORM | {"email": f"mailbox.{n}@example.org"}
        return watcher.browser.post("/watch", data=form).status_code

    found = [status(n) for n in range(61)]

    assert found == [200] * 60 + [429]


def test_deleting_ends_the_watches_also_before_a_new_code_opens_anything(
    watcher: Watcher, resident: Resident, store: Store
) -> None:
    watcher.browser.post(watcher.asks(email=FILED))
    resident.confirmed()
    resident.browser.post("/track/lost", data={"email": FILED})
    watcher.office.look_up(watcher.clock())
    new = {"email": FILED, "code": resident.code()}
    resident.browser.post("/track/lost/code", data=new)
    code = resident.fresh_code("/track/erase")

    resident.browser.post("/track/erase", data={"code": code})

    assert rows(store)[:2] == (0, 0)


def test_deleting_everything_here_ends_the_watches_too(
    watcher: Watcher, resident: Resident, store: Store
) -> None:
    link = watcher.asks(email=FILED)
    watcher.browser.post(link)
    resident.confirmed()
    code = resident.fresh_code("/track/erase")

    resident.browser.post("/track/erase", data={"code": code})

    assert rows(store)[:2] == (0, 0)
    assert watcher.browser.get(link).status_code == 404
