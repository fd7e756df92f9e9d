"""One mail of news a day to a mailbox, and none to who wants none."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.actions.codes import send_code
from app.actions.deliver import claim_due, deliver
from app.actions.erase_filing import destroy_personal
from app.actions.mail_out import queue_mail
from app.actions.prepare_filing import Filed, mailbox_hash
from app.actions.rotate_keys import rotate_filing
from app.actions.stop_news import (
    choose_by_link,
    choose_news,
    news_wanted,
    wants_news,
)
from app.channels.base import Delivery
from app.domain.timeline import Actor, Event, EventKind
from app.store import requests
from app.store.keys import Keys, begin_epoch
from app.store.mailboxes import Mailbox, StopLink
from app.store.outbox import MessageKind, State
from app.store.people import CodePurpose
from tests.post_office import MAILBOX, NOON, Office, ids, words

A_DAY, A_MINUTE = timedelta(days=1), timedelta(minutes=1)
STOP = re.compile(r"http://testserver/news/([\w-]{32})/stop(?=\s)")


def happens(office: Office, filed: Filed, *kinds: MessageKind) -> None:
    """Let something happen to a filing at noon."""
    for kind in kinds:
        with office.writing() as session:
            queue_mail(
                session, office.post.desk, filed.filing, kind, dedupe=kind, at=NOON
            )


def quiet(office: Office, **given: object) -> Filed:
    """Return a filing whose letters have left long ago."""
    return office.sent(at=NOON - 9 * A_DAY, **given)


def mails(office: Office, *days: int) -> list[str]:
    """Deliver on these days after noon; return what the mailbox got."""
    office.channel.sent.clear()
    for day in days:
        office.deliver(NOON + day * A_DAY)
    return [words(mail) for mail in office.channel.to(MAILBOX)]


def link(mail: str) -> str:
    found = STOP.search(mail)
    assert found is not None
    return found[1]


def test_news_of_several_filings_is_one_mail_a_day(office: Office) -> None:
    one = office.sent(at=NOON - 9 * A_DAY)
    other = office.sent(at=NOON - 5 * A_DAY, vendors=["acxiom"], residence="GB")
    office.sent(at=NOON - 5 * A_DAY, vendors=["epsilon"])
    happens(office, one, MessageKind.UNDELIVERABLE, MessageKind.WITHDRAWN)
    happens(office, other, MessageKind.ANSWERED)

    [mail] = mails(office, 0, 1, 2)

    _, one_said, other_said, third_said, *_ = re.split(r"1[48] November 2026:", mail)
    assert "could not be delivered" in one_said
    assert "You took back a request" in one_said
    assert "There is news about" in other_said
    assert "About something else that you asked for" in other_said
    assert "was sent" in third_said
    assert "Each of these has its own tracking code" in mail


def test_what_happens_after_a_mail_of_news_waits_for_the_next_day(
    office: Office,
) -> None:
    one, other = quiet(office), quiet(office, vendors=["acxiom"], residence="GB")
    happens(office, one, MessageKind.UNDELIVERABLE)
    assert len(mails(office, 0)) == 1
    happens(office, other, MessageKind.ANSWERED)

    assert mails(office, 0) == []
    [mail] = mails(office, 1)

    assert "There is news about" in mail
    assert "could not be delivered" not in mail


def test_what_is_no_longer_so_is_not_mailed(office: Office) -> None:
    filed = quiet(office)
    settled = {
        MessageKind.DUE_SOON,
        MessageKind.OVERDUE,
        MessageKind.EXTENSION_ENDED,
        MessageKind.LIST_OVERDUE,
        MessageKind.IDENTITY,
        MessageKind.APPEAL,
        MessageKind.WINDOW,
    }
    happens(office, filed, *settled, MessageKind.ANSWERED)
    with office.writing() as session:
        request = requests.locked(session, *ids(filed))
        assert request is not None
        answer = Event(kind=EventKind.DELETED, at=NOON, by=Actor.VENDOR)
        requests.record(session, request, answer)

    [mail] = mails(office, 0, 1, 2)

    assert "There is news about" in mail
    for said in (
        "due soon",
        "overdue",
        "all at once",
        "longer time",
        "proof",
        "not do",
        "time limit",
    ):
        assert said not in mail
    left = {m.kind for m in office.messages(filed) if m.state is State.DONE}
    assert not left & settled


def test_a_letter_that_leaves_after_the_others_is_told_of(office: Office) -> None:
    other = quiet(office)
    office.confirmed(vendors=["probe", "acxiom"], residence="GB")
    office.channel.answers = [Delivery.DEFERRED]
    happens(office, other, MessageKind.ANSWERED)

    [first] = mails(office, 0)
    office.deliver(NOON + 2 * A_MINUTE)
    [second] = mails(office, 1)

    assert "was sent" not in first
    assert "One of your requests was sent" in second


def test_another_mailbox_has_a_mail_of_its_own(office: Office) -> None:
    one = quiet(office)
    other = quiet(office, resident={"name": "Other Body", "email": "o@example.org"})
    happens(office, one, MessageKind.UNDELIVERABLE)
    happens(office, other, MessageKind.UNDELIVERABLE)

    assert len(mails(office, 0)) == len(office.channel.to("o@example.org")) == 1


def test_two_workers_mail_one_mailbox_once(office: Office) -> None:
    one, other = quiet(office), quiet(office, vendors=["acxiom"], residence="GB")
    happens(office, one, MessageKind.UNDELIVERABLE)
    happens(office, other, MessageKind.UNDELIVERABLE)
    second = replace(office.post, owner="two")
    office.channel.sent.clear()
    [first_key] = claim_due(office.post, at=NOON, limit=1)
    [second_key] = claim_due(second, at=NOON, limit=1)

    def meanwhile() -> None:
        office.channel.watch = lambda: None
        deliver(second, second_key, at=NOON)

    office.channel.watch = meanwhile
    deliver(office.post, first_key, at=NOON)

    assert len(office.channel.to(MAILBOX)) == 1
    assert mails(office, 1, 2) == []


def test_news_that_is_not_taken_is_tried_again_the_same_day(office: Office) -> None:
    filed = quiet(office)
    happens(office, filed, MessageKind.UNDELIVERABLE, MessageKind.ANSWERED)
    office.channel.answers = [Delivery.DEFERRED]
    assert len(mails(office, 0)) == 1

    office.deliver(NOON + 2 * A_MINUTE)

    assert len(office.channel.to(MAILBOX)) == 2
    assert mails(office, 1, 2) == []


def test_who_stops_news_gets_none_about_a_later_filing_and_still_gets_codes(
    office: Office,
) -> None:
    one, other = quiet(office), quiet(office, vendors=["acxiom"], residence="GB")
    happens(office, one, MessageKind.UNDELIVERABLE)
    [mail] = mails(office, 0)
    keys, later = office.post.desk.keys, NOON + A_DAY
    with office.writing() as session:
        assert choose_by_link(session, keys, link(mail), wanted=False, at=NOON)

    third = office.sent(at=later)
    happens(office, other, MessageKind.ANSWERED)
    happens(office, third, MessageKind.UNDELIVERABLE)
    assert mails(office, 1, 2, 3) == []
    with office.writing() as session:
        purpose = CodePurpose.READ
        send_code(session, office.post.desk, third.filing, purpose, at=later)
    assert len(mails(office, 1)) == 1

    with office.writing() as session:
        assert news_wanted(session, keys, link(mail)) is False
        choose_news(session, third.filing, wanted=True, at=later)
    happens(office, other, MessageKind.WITHDRAWN)
    assert len(mails(office, 4)) == 1


def test_every_mail_of_news_says_how_to_stop_it(office: Office) -> None:
    filed = quiet(office)
    happens(office, filed, MessageKind.ANSWERED)

    [mail] = mails(office, 0)

    [sent] = office.channel.to(MAILBOX)
    assert sent["List-Unsubscribe"] == f"<http://testserver/news/{link(mail)}/stop>"
    assert sent["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_a_mailbox_is_forgotten_with_its_last_filing(office: Office) -> None:
    one, other = quiet(office), quiet(office, vendors=["acxiom"], residence="GB")
    happens(office, one, MessageKind.UNDELIVERABLE)
    mails(office, 0)

    def left() -> tuple[int | None, int | None]:
        with office.store.reading() as session:
            boxes = session.scalar(select(func.count(Mailbox.email_index)))
            return boxes, session.scalar(select(func.count(StopLink.token_hash)))

    assert left() == (1, 2)
    for filed, kept in ((one, (1, 1)), (other, (0, 0))):
        with office.writing() as session:
            destroy_personal(session, filed.filing, at=NOON)
        assert left() == kept


@pytest.mark.parametrize("filings", [1, 2])
def test_what_was_stopped_stays_so_under_a_new_master_key(
    office: Office, filings: int
) -> None:
    places = [{}, {"vendors": ["acxiom"], "residence": "GB"}]
    filed = [quiet(office, **given) for given in places[:filings]]
    happens(office, filed[0], MessageKind.UNDELIVERABLE)
    [mail] = mails(office, 0)
    old = office.post.desk.keys
    with office.writing() as session:
        choose_by_link(session, old, link(mail), wanted=False, at=NOON)

    begin_epoch(old.epochs, NOON, again=True)
    turning = Keys((bytes(32), *old._master), old.epochs)
    desk = replace(office.post.desk, keys=turning)
    with office.writing() as session:  # somebody has met the mailbox by its new name
        index = mailbox_hash(desk, MAILBOX)
        session.add(Mailbox(email_index=index, news_at=NOON - A_DAY))
    for one in filed:
        with office.writing() as session:
            opener = office.post.opener
            assert rotate_filing(session, one.filing, desk=desk, opener=opener)

    turned = Keys((bytes(32),), old.epochs)
    office.post = replace(office.post, desk=replace(desk, keys=turned))
    happens(office, filed[-1], MessageKind.ANSWERED)
    assert mails(office, 1, 2) == []
    with office.writing() as session:
        assert news_wanted(session, turned, link(mail)) is False
        assert len(session.scalars(select(Mailbox)).all()) == 1


def test_what_was_stopped_stays_so_for_what_is_filed_under_a_newer_key(
    office: Office,
) -> None:
    one = quiet(office)
    with office.writing() as session:
        choose_news(session, one.filing, wanted=False, at=NOON)

    keys = office.post.desk.keys
    newer = Keys((bytes(32), *keys._master), keys.epochs)
    office.post = replace(office.post, desk=replace(office.post.desk, keys=newer))
    later = office.sent(at=NOON, vendors=["acxiom"], residence="GB")
    happens(office, later, MessageKind.ANSWERED)

    assert mails(office, 0, 1, 2) == []
    with office.writing() as session:
        assert not wants_news(session, one.filing)
        choose_news(session, one.filing, wanted=True, at=NOON)
        assert wants_news(session, later.filing)
