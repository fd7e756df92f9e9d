"""Mail comes in: matched, judged, kept sealed, counted once; it moves nothing."""

import os
import signal
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from app.actions.check_mail import check_mail
from app.actions.erase_filing import destroy_personal
from app.actions.purge import forget_expired
from app.actions.receive import Letterbox, note, receive
from app.actions.record_reply import ReplyBody, record_reply
from app.actions.rotate_keys import mails_behind, rotate_mail
from app.channels.mail_reader import MailReader, Raw
from app.domain.authenticity import Authenticity, Doubt
from app.domain.mail_kinds import MailKind
from app.domain.mails import Held
from app.domain.timeline import Actor, Event, EventKind, Status
from app.store.base import new_id
from app.store.inbox import (
    InboxMessage,
    InboxSeen,
    MailState,
    MatchedBy,
    place_of,
)
from app.store.keys import begin_epoch
from app.store.outbox import Message, MessageKind, State
from app.store.requests import Request, record
from app.store.session import Store
from tests.letterbox import (
    DOMAIN,
    SELECTOR,
    VENDOR,
    Post,
    Waiting,
    mail,
    names,
    report,
    signed,
)
from tests.post_office import NOON, Office


@pytest.fixture(scope="module")
def reader() -> Iterator[MailReader]:
    reader = MailReader()
    yield reader
    reader.close()


@pytest.fixture
def post(office: Office, reader: MailReader) -> Post:
    return Post(office, reader, names())


def test_a_mail_to_the_requests_own_address_is_matched_and_moves_nothing(
    post: Post, office: Office
) -> None:
    filed = office.sent()
    before = office.timeline(filed)

    [kept] = post.takes(signed(mail(post.address(filed), text="We deleted your data.")))

    assert kept.request_id == filed.requests[0].id
    assert kept.filing_id == filed.filing
    assert kept.matched_by is MatchedBy.REPLY_ADDRESS
    assert kept.authenticity is Authenticity.AUTHENTIC
    assert kept.doubts == []
    assert (kept.state, kept.kind) == (MailState.WAITING, MailKind.WORDS)
    assert office.timeline(filed) == before
    assert office.request(filed).status is Status.SENT
    assert post.waiting.read == ["0"]


def test_what_is_kept_is_sealed_to_the_worker_and_to_the_receipt(
    post: Post, office: Office
) -> None:
    filed = office.sent()
    [kept] = post.takes(mail(post.address(filed), text="Ticket 4711 is yours."))

    assert b"4711" not in (kept.sealed or b"")
    assert post.content(kept).endswith(b"Ticket 4711 is yours.\r\n")
    assert post.document(kept)["text"] == "Ticket 4711 is yours."
    assert kept.key_receipt


@pytest.mark.parametrize("way", ["Cc", "Delivered-To", "X-Original-To"])
def test_the_address_is_found_wherever_it_stands(
    one_engine: Store, post: Post, office: Office, way: str
) -> None:
    filed = office.sent()
    raw = mail("somebody@else.example", **{way.replace("-", "_"): post.address(filed)})

    [kept] = post.takes(signed(raw))

    assert kept.request_id == filed.requests[0].id
    assert kept.authenticity is Authenticity.NOT_PROVED
    assert kept.doubts == [Doubt.NOT_TO_US]


@pytest.mark.parametrize("header", ["In_Reply_To", "References"])
def test_an_answer_to_our_letter_is_matched(
    one_engine: Store, post: Post, office: Office, header: str
) -> None:
    filed = office.sent()
    given = {header: f"<x@other.example> {post.letter_id(filed)}"}

    [kept] = post.takes(mail("efface@portal.example.org", **given))

    assert kept.matched_by is MatchedBy.OUR_MESSAGE_ID
    assert kept.request_id == filed.requests[0].id


@pytest.mark.parametrize(
    ("sender", "matched"), [("x@probe.example.org", True), ("x@evil.example", False)]
)
def test_a_vendors_reference_counts_from_that_vendor_alone(
    one_engine: Store, post: Post, office: Office, sender: str, matched: bool
) -> None:
    filed = office.sent()
    body = ReplyBody(
        received_on=NOON.date(), kind="acknowledged", vendor_reference="DSR-20417"
    )
    with office.writing() as session:
        record_reply(
            session,
            office.post.desk,
            filed.requests[0].id,
            body,
            at=NOON,
            staff_id=None,
        )

    [kept] = post.takes(
        mail("desk@portal.example.org", sender=sender, subject="Re: [DSR-20417] done")
    )

    assert (kept.request_id is not None) is matched
    assert (kept.matched_by is MatchedBy.VENDOR_REFERENCE) is matched


def test_what_belongs_nowhere_is_parked_with_what_it_may_be_about(
    post: Post, office: Office
) -> None:
    filed = office.sent()
    number = filed.requests[0].number

    [kept] = post.takes(
        mail("desk@portal.example.org", subject=f"About {number.lower()}")
    )

    assert (kept.filing_id, kept.request_id) == (kept.id, None)
    assert kept.vendor == "probe"
    assert kept.near == [number]
    assert kept.doubts == [Doubt.NO_COMPANY]
    assert not kept.key_receipt


def test_a_mail_to_two_requests_waits_for_a_person(post: Post, office: Office) -> None:
    one, other = office.sent(), office.sent(residence="US-NY")
    both = f"{post.address(one)}, {post.address(other)}"

    [kept] = post.takes(mail(both))

    assert kept.request_id is None
    assert set(kept.near) == {one.requests[0].number, other.requests[0].number}


def test_the_same_mail_counts_once_whichever_way_it_comes(
    post: Post, office: Office
) -> None:
    filed = office.sent()
    raw = mail(post.address(filed))
    by_another_way = b"Received: from mx2.example.net\r\n" + raw

    post.takes(raw, raw, by_another_way)

    assert len(post.kept()) == 1
    assert post.waiting.read == ["0", "1", "2"]


def test_other_words_under_a_used_message_id_are_held(
    post: Post, office: Office
) -> None:
    filed = office.sent()
    raw = mail(post.address(filed), message_id="<one@probe.example.org>")
    other = mail(
        post.address(filed), message_id="<one@probe.example.org>", text="Deleted."
    )

    post.takes(raw)
    [kept] = post.takes(signed(other))

    assert kept.held is Held.ID_USED
    assert kept.doubts == [Doubt.REPLAYED]


def test_a_signed_mail_that_is_sent_again_proves_nothing(
    post: Post, office: Office
) -> None:
    filed = office.sent()
    without_id = (b"from", b"to", b"subject", b"date")
    raw = signed(
        mail(post.address(filed), message_id="<1@x.example>"), signs=without_id
    )
    again = raw.replace(b"<1@x.example>", b"<2@x.example>")

    [first] = post.takes(raw)
    [second] = post.takes(again)

    assert first.authenticity is Authenticity.AUTHENTIC
    assert second.doubts == [Doubt.REPLAYED]


def test_a_key_that_nobody_gives_is_looked_up_again(post: Post, office: Office) -> None:
    filed = office.sent()
    known = dict(post.names.records)
    post.names.records = {f"{SELECTOR}._domainkey.{DOMAIN}": None}
    [kept] = post.takes(signed(mail(post.address(filed))))
    assert kept.authenticity is Authenticity.NOT_CHECKED
    assert kept.check_at == NOON + timedelta(minutes=10)

    post.names.records = known
    later = NOON + timedelta(minutes=10)
    settled = check_mail(
        office.store, office.post.desk, post.box, office.post.opener, kept.id, at=later
    )

    [now] = post.kept()
    assert settled
    assert (now.authenticity, now.check_at) == (Authenticity.AUTHENTIC, None)
    assert post.document(now)["keys"] == known
    assert (
        post.content(now).partition(b"\n")[2] == post.content(kept).partition(b"\n")[2]
    )


def test_no_key_of_a_stranger_is_looked_up(
    one_engine: Store, post: Post, office: Office
) -> None:
    filed = office.sent()
    raw = signed(
        mail(post.address(filed), sender="x@evil.example"), domain="evil.example"
    )

    [kept] = post.takes(raw)

    assert post.names.asked == []
    assert kept.doubts == [Doubt.OTHER_DOMAIN]


def test_our_own_mail_that_comes_round_is_dropped(
    one_engine: Store, post: Post, office: Office
) -> None:
    office.confirmed()
    office.deliver()
    [letter] = [e for e in office.channel.sent if e.recipient == VENDOR]

    assert post.takes(letter.message.as_bytes()) == []
    assert post.waiting.read == ["0"]


def test_who_copies_our_marks_is_heard_all_the_same(
    one_engine: Store, post: Post, office: Office
) -> None:
    filed = office.sent()
    raw = mail(post.address(filed), X_Loop="efface@portal.example.org")

    assert len(post.takes(raw)) == 1


def test_an_automatic_reply_is_an_acknowledgement_and_no_work(
    one_engine: Store, post: Post, office: Office
) -> None:
    filed = office.sent()

    [kept] = post.takes(
        mail(
            post.address(filed),
            text="Your data was deleted. (I am out of the office.)",
            Auto_Submitted="auto-replied",
        )
    )

    assert (kept.kind, kept.state) == (MailKind.AUTOMATIC, MailState.SETTLED)
    assert kept.suggested_kind is EventKind.ACKNOWLEDGED
    assert office.request(filed).status is Status.SENT


def test_an_answer_that_a_ticket_system_sends_still_finds_a_person(
    one_engine: Store, post: Post, office: Office
) -> None:
    filed = office.sent()
    to = post.address(filed)
    receipt = mail(to, text="We received it.", Auto_Submitted="auto-generated")
    answer = mail(to, text="It has been deleted.", Auto_Submitted="auto-generated")

    kept = post.takes(receipt, answer)

    assert [m.state for m in kept] == [MailState.SETTLED, MailState.WAITING]


def test_a_letter_that_came_back_for_good_is_undeliverable(
    post: Post, office: Office
) -> None:
    filed = office.sent()

    [kept] = post.takes(report(post.letter_id(filed)))

    assert office.request(filed).status is Status.UNDELIVERABLE
    assert office.timeline(filed)[-1].kind is EventKind.UNDELIVERABLE
    assert (kept.kind, kept.state) == (MailKind.BOUNCE, MailState.SETTLED)
    assert kept.request_id == filed.requests[0].id
    assert len(office.messages(filed, MessageKind.UNDELIVERABLE)) == 1


def test_a_letter_that_may_have_left_and_came_back_is_not_tried_again(
    post: Post, office: Office
) -> None:
    filed = office.sent()
    with office.writing() as session:
        session.execute(
            update(Message)
            .where(Message.kind == MessageKind.LETTER)
            .values(state=State.UNKNOWN)
        )

    post.takes(report(post.letter_id(filed)))

    [letter] = office.messages(filed, MessageKind.LETTER)
    assert letter.state is State.FAILED
    assert office.request(filed).status is Status.UNDELIVERABLE


@pytest.mark.parametrize(
    ("action", "status"),
    [("delayed", "4.4.1"), ("failed", "4.4.7"), ("relayed", "2.0.0")],
)
def test_a_report_of_a_delay_moves_nothing(
    one_engine: Store, post: Post, office: Office, action: str, status: str
) -> None:
    filed = office.sent()

    post.takes(report(post.letter_id(filed), action=action, status=status))

    assert office.request(filed).status is Status.SENT


def test_a_report_of_what_we_never_sent_moves_nothing(
    one_engine: Store, post: Post, office: Office
) -> None:
    filed = office.sent()

    post.takes(report("<guessed@portal.example.org>", to=post.address(filed)))

    assert office.request(filed).status is Status.SENT


def test_a_report_of_an_older_letter_says_nothing_of_the_newer(
    post: Post, office: Office
) -> None:
    filed = office.sent()
    old = post.letter_id(filed)
    with office.writing() as session:
        [row] = session.scalars(
            select(Message).where(Message.kind == MessageKind.LETTER)
        )
        newer = {c.name: getattr(row, c.name) for c in Message.__table__.columns}
        newer |= {"id": new_id(NOON), "dedupe": "again", "message_id": "<new@x>"}
        session.execute(Message.__table__.insert(), newer)

    post.takes(report(old))

    assert office.request(filed).status is Status.SENT


def test_a_late_report_of_a_letter_says_nothing_of_another_way(
    post: Post, office: Office
) -> None:
    filed = office.sent()
    old, key = post.letter_id(filed), (filed.filing, filed.requests[0].id)
    with office.writing() as session:
        request = session.get_one(Request, key)
        for kind in (EventKind.UNDELIVERABLE, EventKind.REROUTED, EventKind.SENT):
            event = Event(kind=kind, at=NOON + timedelta(hours=1), by=Actor.STAFF)
            record(session, request, event)

    post.takes(report(old))

    assert office.request(filed).status is Status.SENT


def test_mail_of_nobody_is_destroyed_after_ninety_days(
    post: Post, office: Office
) -> None:
    filed = office.sent()
    post.takes(mail("desk@portal.example.org"), mail(post.address(filed)))

    for days, left in ((89, 2), (90, 1)):
        with office.writing() as session:
            forget_expired(session, at=NOON + timedelta(days=days))
        assert len(post.kept()) == left


class Deadly(Waiting):
    """A mailbox whose reader is killed before it can mark anything."""

    def done(self, key: str) -> None:  # noqa: ARG002
        os.kill(os.getpid(), signal.SIGKILL)


@pytest.mark.parametrize("when", ["before it is kept", "before it is marked"])
def test_a_kill_between_fetching_and_marking_loses_and_doubles_nothing(
    office: Office, url: str, when: str
) -> None:
    waiting = Deadly([mail("desk@portal.example.org")])
    child = os.fork()
    if child == 0:  # a process of its own, with a database connection of its own
        store = Store(url)
        reader = MailReader()
        if when == "before it is kept":
            read = reader.read

            def last(raw: Raw) -> object:
                read(raw)
                os.kill(os.getpid(), signal.SIGKILL)
                return None

            reader.read = last  # type: ignore[assignment,method-assign]
        receive(store, office.post.desk, Letterbox(waiting, reader, names()), at=NOON)
        os._exit(0)
    assert os.waitpid(child, 0)[1] == signal.SIGKILL

    again = Post(office, MailReader(), names(), Waiting(waiting.mails))
    again.takes()
    again.reader.close()

    assert len(again.kept()) == 1
    assert again.waiting.read == ["0"]


def test_a_mail_that_cannot_be_kept_keeps_no_other_away(
    post: Post, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    filed = office.sent()
    bad, good = mail("desk@portal.example.org"), mail(post.address(filed))
    read = post.reader.read

    def fails(raw: Raw) -> object:
        if raw.content == bad:
            raise OSError("the disk is full")
        return read(raw)

    monkeypatch.setattr(post.reader, "read", fails)
    post.waiting.mails = [bad, good]
    receive(office.store, office.post.desk, post.box, at=NOON)

    assert post.waiting.read == ["1"]
    assert [m.request_id for m in post.kept()] == [filed.requests[0].id]


def test_signs_that_no_database_takes_keep_no_mail_out(
    post: Post, office: Office
) -> None:
    filed = office.sent()
    odd = mail(post.address(filed)).replace(
        b"\r\n\r\n",
        b"\r\nReferences: <a\0b@x.example> <\xff\xfe@x.example>\r\n\r\n\0R-\0",
        1,
    )

    [kept] = post.takes(odd)

    assert kept.request_id == filed.requests[0].id


def test_mails_that_cannot_be_kept_do_not_use_up_a_look(
    one_engine: Store, post: Post, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = [mail("desk@portal.example.org", text=str(n)) for n in range(3)]
    good = mail("desk@portal.example.org", text="good")
    read = post.reader.read

    def fails(raw: Raw) -> object:
        if raw.content in bad:
            raise OSError("the disk is full")
        return read(raw)

    monkeypatch.setattr(post.reader, "read", fails)
    post.waiting.mails = [*bad, good]

    noted = receive(office.store, office.post.desk, post.box, at=NOON, limit=2)

    assert (noted, post.waiting.read) == (1, ["3"])


def test_nothing_of_it_is_known_by_a_bare_hash(post: Post, office: Office) -> None:
    note(office.store, office.post.desk, post.box, Raw(b"x", 1), at=NOON)
    with office.store.reading() as session:
        assert session.scalar(select(func.count()).select_from(InboxSeen)) == 1
        assert session.scalar(select(func.count()).select_from(InboxMessage)) == 1


def test_a_mail_is_destroyed_with_its_filing_and_waits_for_nobody(
    post: Post, office: Office
) -> None:
    filed = office.sent()
    post.takes(mail(post.address(filed)))

    with office.writing() as session:
        destroy_personal(session, filed.filing, at=NOON)
    [kept] = post.kept()
    [late] = post.takes(mail(post.address(filed)))

    assert (kept.thing, kept.state) == (None, MailState.SETTLED)
    assert (late.request_id, late.held) == (None, Held.FORGOTTEN)
    assert late.near == [filed.requests[0].number]


def test_mails_move_to_a_new_key_and_open_without_the_old_one(
    post: Post, office: Office
) -> None:
    filed = office.sent()
    post.takes(mail(post.address(filed)), mail("desk@portal.example.org"))
    desk, opener = office.post.desk, office.post.opener
    [old] = desk.keys.epochs.glob("[0-9]*.key")
    name = begin_epoch(desk.keys.epochs, NOON, again=True)

    with office.writing() as session:
        for behind in mails_behind(session, name, None):
            assert rotate_mail(session, behind, desk=desk, opener=opener)
        assert mails_behind(session, name, None) == []
    old.unlink()
    fresh = type(opener)(desk.keys.epochs)

    for kept in post.kept():
        assert kept.thing is not None
        assert b"Your request" in fresh.open(kept.thing, place_of(kept.id))
        assert bool(kept.key_receipt) is kept.matched
