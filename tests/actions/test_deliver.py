"""What leaves, when, how often, and what is written down of it."""

from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from app.actions.cancel_hold import cancel_hold
from app.actions.deliver import TRIES, backoff, claim_due, deliver
from app.actions.look_after import outbox_figures
from app.actions.mail_out import queue_mail
from app.actions.withdraw_request import withdraw_open
from app.channels.base import Delivery
from app.channels.email import FolderChannel
from app.domain.timeline import EventKind, Evidence, Status
from app.domain.vendors import RouteKind
from app.store.opening import Opener
from app.store.outbox import LIVE, Message, MessageKind, State
from tests.post_office import LATER, MAILBOX, NOON, TYPED, Office, read, words

VENDOR = "privacy@probe.example.org"
A_DAY = timedelta(days=1)


def test_nothing_leaves_to_a_vendor_before_confirmation(office: Office) -> None:
    filed = office.file()

    for day in range(3):
        office.deliver(NOON + day * A_DAY)

    assert {envelope.recipient for envelope in office.channel.sent} == {MAILBOX}
    assert office.request(filed).status is Status.UNCONFIRMED


def test_nothing_leaves_before_the_hold_ends(holding: Office) -> None:
    filed = holding.confirmed()

    holding.deliver(NOON + timedelta(minutes=59))
    assert not holding.channel.to(VENDOR)
    assert holding.request(filed).status is Status.QUEUED

    holding.deliver(NOON + timedelta(minutes=60))
    assert len(holding.channel.to(VENDOR)) == 1


def test_the_link_of_the_hold_stops_the_letter(holding: Office) -> None:
    filed = holding.confirmed()
    holding.deliver()
    text = words(holding.channel.to(MAILBOX)[-1])
    token = text.partition("/cancel/")[2].split()[0]

    with holding.writing() as session:
        cancel_hold(session, holding.post.desk, token, at=NOON)
    holding.deliver(NOON + timedelta(hours=2))

    assert not holding.channel.to(VENDOR)
    assert holding.request(filed).status is Status.WITHDRAWN


def test_a_confirmed_letter_leaves_once(office: Office) -> None:
    office.confirmed()
    for _ in range(3):
        office.deliver()

    [letter] = office.channel.to(VENDOR)
    assert TYPED in words(letter)
    assert letter["Reply-To"].addresses[0].domain == "reply.example.org"
    assert letter.get_content_type() == "text/plain"


def test_the_day_of_acceptance_is_the_day_at_the_vendors_seat(office: Office) -> None:
    early = NOON.replace(hour=2)
    filed = office.confirmed(at=early)

    office.deliver(early)

    request = office.request(filed)
    assert request.status is Status.SENT
    assert request.sent_on == date(2026, 11, 22)
    assert request.respond_due is not None
    assert office.timeline(filed)[-1].evidence is Evidence.MAIL


def test_the_resident_is_told_that_it_was_sent(office: Office) -> None:
    office.confirmed()

    office.deliver()

    [mail] = office.channel.to(MAILBOX)
    assert "was sent" in words(mail)


def test_what_a_message_said_is_destroyed_when_it_has_left(office: Office) -> None:
    filed = office.file()
    [waiting] = office.messages(filed)
    office.deliver()
    [gone] = office.messages(filed)

    assert waiting.thing is not None
    assert gone.state is State.DONE
    assert gone.thing is None
    assert gone.sealed is gone.key_epoch is gone.key_receipt is None


def test_no_transaction_is_open_while_a_mail_is_sent(office: Office) -> None:
    office.confirmed()

    def write() -> None:
        with office.writing() as session:
            assert session.query(Message).where(LIVE).count()

    office.channel.watch = write
    assert office.deliver()


def test_a_refusal_for_good_is_recorded_and_told(office: Office) -> None:
    filed = office.confirmed()
    office.channel.answers = [Delivery.REFUSED]

    office.deliver()

    assert office.request(filed).status is Status.UNDELIVERABLE
    assert office.timeline(filed)[-1].kind is EventKind.UNDELIVERABLE
    assert "could not be delivered" in words(office.channel.to(MAILBOX)[-1])


def test_a_refused_mail_to_a_resident_moves_no_request(office: Office) -> None:
    filed = office.file()
    office.channel.answers = [Delivery.REFUSED]

    office.deliver()

    assert office.request(filed).status is Status.UNCONFIRMED
    assert office.messages(filed)[0].state is State.FAILED


def test_what_is_deferred_is_tried_again_with_the_same_id(office: Office) -> None:
    filed = office.confirmed()
    office.channel.answers = [Delivery.DEFERRED, Delivery.DEFERRED]

    assert office.deliver() == 1
    assert office.deliver(NOON + timedelta(seconds=59)) == 0
    office.deliver(NOON + timedelta(minutes=1))
    office.deliver(NOON + timedelta(minutes=4))

    letters = office.channel.to(VENDOR)
    assert len(letters) == 3
    assert len({letter["Message-ID"] for letter in letters}) == 1
    assert office.request(filed).status is Status.SENT


def test_after_the_last_try_a_letter_is_undeliverable(office: Office) -> None:
    filed = office.confirmed()
    office.channel.answers = [Delivery.DEFERRED] * TRIES
    at = NOON
    for _ in range(TRIES):
        office.deliver(at)
        at += timedelta(hours=7)

    assert len(office.channel.to(VENDOR)) == TRIES
    assert office.request(filed).status is Status.UNDELIVERABLE


def test_waits_grow_to_six_hours_and_are_spread() -> None:
    waits = [backoff(attempt, 0.5) for attempt in range(1, TRIES)]

    assert waits[0] == timedelta(minutes=1)
    assert waits == sorted(waits)
    assert waits[-1] == timedelta(hours=6)
    assert sum(waits, timedelta()) > timedelta(days=2)
    assert backoff(1, 0) < backoff(1, 1) < 2 * backoff(1, 0)


def test_an_unknown_delivery_is_tried_once_more_then_waits_for_a_person(
    office: Office,
) -> None:
    filed = office.confirmed()
    office.channel.answers = [Delivery.UNKNOWN, Delivery.UNKNOWN]

    office.deliver()
    assert office.deliver(NOON + timedelta(minutes=14)) == 0
    assert office.request(filed).status is Status.QUEUED
    office.deliver(NOON + timedelta(minutes=15))
    assert office.deliver(NOON + 300 * A_DAY) == 0

    letters = office.channel.to(VENDOR)
    assert len(letters) == 2
    assert letters[0]["Message-ID"] == letters[1]["Message-ID"]
    [message] = office.messages(filed, MessageKind.LETTER)
    assert message.state is State.UNKNOWN
    assert office.request(filed).status is Status.QUEUED


def test_a_worker_that_died_while_sending_leaves_it_unknown(office: Office) -> None:
    filed = office.confirmed()
    office.channel.answers = [KeyboardInterrupt()]
    with pytest.raises(KeyboardInterrupt):
        office.deliver()

    next_worker = replace(office.post, owner="two")
    assert claim_due(next_worker, at=NOON) == []
    at = NOON + office.post.lease + timedelta(seconds=1)
    for key in claim_due(next_worker, at=at):
        deliver(next_worker, key, at=at)

    [message] = office.messages(filed, MessageKind.LETTER)
    assert message.state is State.UNKNOWN
    assert len(office.channel.to(VENDOR)) == 1


def test_a_way_out_that_breaks_leaves_it_unknown(office: Office) -> None:
    filed = office.confirmed()
    office.channel.answers = [RuntimeError("broken")]

    office.deliver()

    assert office.messages(filed, MessageKind.LETTER)[0].state is State.UNKNOWN


def test_two_workers_send_a_letter_once(office: Office) -> None:
    office.confirmed()
    other = replace(office.post, owner="two")

    first, second = claim_due(office.post, at=NOON), claim_due(other, at=NOON)
    for key in first:
        deliver(other, key, at=NOON)
        deliver(office.post, key, at=NOON)
        deliver(office.post, key, at=NOON)

    assert second == []
    assert len(office.channel.to(VENDOR)) == 1


def test_a_letter_taken_back_while_claimed_does_not_leave(office: Office) -> None:
    filed = office.confirmed()
    keys = claim_due(office.post, at=NOON)
    with office.writing() as session:
        withdraw_open(session, office.post.desk, filed.filing, at=NOON)

    for key in keys:
        deliver(office.post, key, at=NOON)

    assert not office.channel.to(VENDOR)
    assert office.request(filed).status is Status.WITHDRAWN


def test_a_letter_taken_back_while_it_leaves_stays_taken_back(office: Office) -> None:
    filed = office.confirmed()

    def take_back() -> None:
        office.channel.watch = lambda: None
        with office.writing() as session:
            withdraw_open(session, office.post.desk, filed.filing, at=NOON)

    office.channel.watch = take_back
    office.deliver()

    assert office.request(filed).status is Status.WITHDRAWN
    office.deliver(NOON + LATER)
    _, notice = office.channel.to(VENDOR)
    assert "taken back" in str(notice["Subject"])


def test_a_letter_that_may_have_left_is_taken_back_by_a_notice(office: Office) -> None:
    filed = office.confirmed()
    office.channel.answers = [Delivery.UNKNOWN]
    office.deliver()
    with office.writing() as session:
        withdraw_open(session, office.post.desk, filed.filing, at=NOON)

    office.deliver(NOON + LATER)
    office.deliver(NOON + 2 * LATER)

    _, notice = office.channel.to(VENDOR)
    assert "taken back" in str(notice["Subject"])


@pytest.mark.parametrize(
    "came", [Delivery.DEFERRED, Delivery.UNKNOWN, KeyboardInterrupt()], ids=repr
)
def test_a_notice_never_overtakes_its_letter(
    office: Office, came: Delivery | BaseException
) -> None:
    filed = office.confirmed()
    office.channel.answers = [came]
    with suppress(KeyboardInterrupt):
        office.deliver()
    with office.writing() as session:
        queue_mail(
            session,
            office.post.desk,
            filed.filing,
            MessageKind.WITHDRAWAL,
            dedupe="notice",
            secret={"to": VENDOR, "subject": "Taken back", "text": "It is.\n"},
            request_id=filed.requests[0].id,
            at=NOON,
        )
    office.channel.sent.clear()

    office.post = replace(office.post, owner="two")
    for minutes in range(0, 35, 5):
        office.deliver(NOON + timedelta(minutes=minutes))

    *letters, notice = office.channel.to(VENDOR)
    assert letters
    assert "Taken back" not in [letter["Subject"] for letter in letters]
    assert notice["Subject"] == "Taken back"


def test_what_cannot_be_signed_waits_in_sight_and_is_not_given_up(
    office: Office,
) -> None:
    filed = office.confirmed()
    office.channel.answers = [Delivery.UNSIGNED for _ in range(2 * TRIES)]
    for hours in range(2 * TRIES):
        office.deliver(NOON + timedelta(hours=hours))
        [letter] = office.messages(filed, MessageKind.LETTER)
        assert (letter.state, letter.unknowns) == (State.WAITING, 0)
    with office.store.reading() as session:
        assert outbox_figures(session, at=NOON).unsigned == 1

    office.deliver(NOON + 3 * A_DAY)

    assert office.request(filed).status is Status.SENT
    with office.store.reading() as session:
        assert outbox_figures(session, at=NOON).unsigned == 0


def test_a_key_that_is_not_here_loses_no_letter(office: Office, tmp_path: Path) -> None:
    filed = office.confirmed()
    blind = replace(office.post, opener=Opener(tmp_path / "elsewhere"))
    for key in claim_due(blind, at=NOON):
        deliver(blind, key, at=NOON)
    assert office.request(filed).status is Status.QUEUED

    office.deliver(NOON + LATER)

    assert office.request(filed).status is Status.SENT


def test_a_form_is_the_residents_to_send(office: Office) -> None:
    filed = office.confirmed(vendors=["clearview-ai"])

    office.deliver(NOON + A_DAY)

    assert filed.requests[0].route is RouteKind.WEBFORM
    assert office.request(filed).status is Status.QUEUED
    assert office.channel.sent == []


def test_a_code_that_is_no_good_any_more_is_not_mailed(office: Office) -> None:
    filed = office.sent()
    with office.writing() as session:
        queue_mail(
            session,
            office.post.desk,
            filed.filing,
            MessageKind.CODE,
            dedupe="late",
            secret={"code": "123456"},
            at=NOON,
        )

    office.deliver(NOON + timedelta(minutes=11))

    assert office.channel.sent == []
    assert office.messages(filed, MessageKind.CODE)[0].state is State.CANCELLED


def test_one_mail_of_news_a_day_gathers_the_rest(office: Office) -> None:
    filed = office.sent()
    kinds = (MessageKind.ANSWERED, MessageKind.WITHDRAWN, MessageKind.UNDELIVERABLE)
    for kind in kinds:
        with office.writing() as session:
            queue_mail(
                session, office.post.desk, filed.filing, kind, dedupe=kind, at=NOON
            )

    office.deliver(NOON + timedelta(hours=23))
    assert office.channel.to(MAILBOX) == []
    office.deliver(NOON + A_DAY)
    office.deliver(NOON + 3 * A_DAY)

    [mail] = office.channel.to(MAILBOX)
    for said in ("There is news about", "You took back", "could not be delivered"):
        assert said in words(mail)


def test_that_letters_left_is_told_when_all_have(office: Office) -> None:
    office.confirmed(vendors=["probe", "acxiom"], residence="GB")
    office.channel.answers = [Delivery.DEFERRED]

    office.deliver(NOON)
    assert len(office.channel.sent) == 2
    assert office.channel.to(MAILBOX) == []
    office.deliver(NOON + LATER)
    office.deliver(NOON + LATER + timedelta(minutes=2))

    [mail] = office.channel.to(MAILBOX)
    assert "One of your requests was sent" in words(mail)


def test_a_letter_that_stays_back_hides_the_others_for_a_day_at_most(
    office: Office,
) -> None:
    office.confirmed(vendors=["probe", "acxiom"], residence="GB")
    office.channel.answers = [Delivery.UNKNOWN]
    office.deliver(NOON)
    office.channel.answers = [Delivery.UNKNOWN]

    office.deliver(NOON + LATER)
    assert office.channel.to(MAILBOX) == []
    office.deliver(NOON + A_DAY)

    assert len(office.channel.to(MAILBOX)) == 1


@pytest.mark.parametrize("residence", ["GB", "DE"])
def test_a_notice_goes_where_the_letter_went(office: Office, residence: str) -> None:
    filed = office.confirmed(vendors=["acxiom"], residence=residence)
    office.deliver()
    with office.writing() as session:
        withdraw_open(session, office.post.desk, filed.filing, at=NOON + LATER)
    office.deliver(NOON + LATER)

    went = [e.recipient for e in office.channel.sent if "acxiom" in e.recipient]
    assert len(went) == 2
    assert len(set(went)) == 1


def test_news_that_is_put_off_is_still_told_whole(office: Office) -> None:
    filed = office.sent()
    for kind in (MessageKind.ANSWERED, MessageKind.UNDELIVERABLE):
        with office.writing() as session:
            queue_mail(
                session, office.post.desk, filed.filing, kind, dedupe=kind, at=NOON
            )
    office.channel.answers = [Delivery.DEFERRED]

    office.deliver(NOON + A_DAY)
    assert len(office.channel.to(MAILBOX)) == 1
    office.deliver(NOON + A_DAY + LATER)
    office.deliver(NOON + 5 * A_DAY)

    _, again = office.channel.to(MAILBOX)
    assert "There is news about one of your requests" in words(again)


def test_a_mail_to_a_resident_that_stays_unknown_is_destroyed(office: Office) -> None:
    filed = office.file()
    office.channel.answers = [Delivery.UNKNOWN, Delivery.UNKNOWN]

    office.deliver(NOON)
    office.deliver(NOON + timedelta(minutes=20))

    [mail] = office.messages(filed, MessageKind.CONFIRM)
    assert mail.state is State.FAILED
    assert mail.sealed is None


def test_no_mail_to_a_resident_tells_of_anybody(office: Office) -> None:
    held = office.file(language="fr")
    office.confirm(held)
    office.deliver()

    mails = office.channel.to(MAILBOX)
    said = "\n".join(words(m) for m in mails).casefold()
    assert len(mails) == 2
    for secret in ("probe", "quillfeather", "us-ca", "californi", held.receipt[3:9]):
        assert secret.casefold() not in said


def test_mails_differ_by_language_code_and_link_alone(office: Office) -> None:
    office.file()
    office.file(
        vendors=["schufa"],
        residence="DE",
        resident={"name": "Other Body", "email": "other@example.org"},
    )
    office.deliver()

    def bare(mailbox: str) -> str:
        [mail] = office.channel.to(mailbox)
        text = mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
        lines = [line for line in text.split("\n") if "/confirm/" not in line]
        return "".join("#" if sign.isdigit() else sign for sign in "\n".join(lines))

    assert bare(MAILBOX) == bare("other@example.org")


def test_mail_with_nowhere_to_go_lies_in_the_folder(
    office: Office, tmp_path: Path
) -> None:
    office.file()
    post = office.through(FolderChannel(tmp_path / "mail"))
    for key in claim_due(post, at=NOON):
        deliver(post, key, at=NOON)

    [file] = (tmp_path / "mail").glob("*.eml")
    mail = read(file.read_bytes())
    assert [a.addr_spec for a in mail["To"].addresses] == [MAILBOX]
    assert mail["Auto-Submitted"] == "auto-generated"
