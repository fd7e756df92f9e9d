"""A rotation moves what lives, and nothing that was destroyed."""

import json
import re
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import func, select

from app.actions.ask_to_watch import Wish, ask_to_watch, confirm_watch
from app.actions.erase_filing import destroy_personal
from app.actions.find_request import find_request
from app.actions.hand_to_drop import note_drop
from app.actions.keep_evidence import Given, keep_evidence, unsaved
from app.actions.record_reply import ReplyBody, record_reply
from app.actions.recover_receipt import new_receipt
from app.actions.reply_links import find_link
from app.actions.reseal import reseal_filing, things_of
from app.actions.rotate_keys import (
    begin_rotation,
    end_rotation,
    filings_behind,
    rotate_filing,
    rotate_watch,
    unfinished,
    watches_behind,
)
from app.domain.receipts import secret_of
from app.domain.timeline import EventKind
from app.store.keys import Keys, begin_epoch
from app.store.people import Person
from app.store.requests import Letter, Request, VendorReference
from app.store.sealing import Where, open_with_receipt
from app.store.watches import Watch, place_of
from tests.post_office import NOON, Office, words


def rotate(office: Office, keys: Keys | None = None) -> list[bool]:
    """Move everything to a new epoch."""
    desk = office.post.desk
    if keys is not None:
        desk = replace(desk, keys=keys)
    name = begin_epoch(desk.keys.epochs, NOON, again=True)
    with office.store.reading() as session:
        behind = filings_behind(session, name, None)
    done = []
    for filing_id in behind:
        with office.writing() as session:
            done.append(
                rotate_filing(session, filing_id, desk=desk, opener=office.post.opener)
            )
    with office.store.reading() as session:
        assert filings_behind(session, name, None) == []
    return done


def watch(office: Office) -> None:
    """Let somebody ask to be told."""
    wish = Wish("CA-MB", "probe", "mira@example.org", "en")
    with office.writing() as session:
        ask_to_watch(session, office.post.desk, wish, at=NOON, caller=b"192.0.2.1")


def rotate_watches(office: Office, keys: Keys) -> list[bool]:
    """Move every watch to a new epoch."""
    desk = replace(office.post.desk, keys=keys)
    name = begin_epoch(keys.epochs, NOON, again=True)
    with office.store.reading() as session:
        behind = watches_behind(session, name, None)
    done = []
    for watch_id in behind:
        with office.writing() as session:
            done.append(
                rotate_watch(session, watch_id, desk=desk, opener=office.post.opener)
            )
    with office.store.reading() as session:
        assert watches_behind(session, name, None) == []
    return done


def test_a_watch_is_moved_and_its_link_still_works(office: Office) -> None:
    watch(office)
    office.deliver()
    [link] = re.findall(
        r"/watch/([\w-]+)\n", words(office.channel.to("mira@example.org")[0])
    )
    [old] = office.post.desk.keys.epochs.glob("[0-9]*.key")
    new = Keys((b"n" * 32,), office.post.desk.keys.epochs)

    assert rotate_watches(office, new) == [True]

    old.unlink()
    desk = replace(office.post.desk, keys=new)
    opener = type(office.post.opener)(new.epochs)
    with office.writing() as session:
        assert confirm_watch(session, desk, link, at=NOON) is None
    with office.store.reading() as session:
        row = session.scalars(select(Watch)).one()
        assert row.thing is not None
        assert b"mira@example.org" in opener.open(row.thing, place_of(row.id))
        assert row.mailbox == new.hash("mailbox", b"mira@example.org")


def test_a_watch_that_no_key_opens_stays_as_it_is(office: Office) -> None:
    watch(office)
    keys = office.post.desk.keys
    [old] = keys.epochs.glob("[0-9]*.key")
    old.rename(old.with_suffix(".away"))
    name = begin_epoch(keys.epochs, NOON, again=True)

    with office.writing() as session:
        [behind] = watches_behind(session, name, None)
        desk, opener = office.post.desk, office.post.opener
        assert rotate_watch(session, behind, desk=desk, opener=opener) is False

    with office.store.reading() as session:
        assert session.scalars(select(Watch.epoch)).one() != name


@pytest.fixture
def answered(office: Office) -> Office:
    """A portal with a filing that was answered with a reference of the vendor's."""
    filed = office.sent()
    body = ReplyBody(
        received_on=date(2026, 11, 23),
        kind=EventKind.DELETED,
        text="Done.",
        vendor_reference="Ticket 17",
    )
    with office.writing() as session:
        request = filed.requests[0].id
        record_reply(session, office.post.desk, request, body, at=NOON, staff_id=None)
        note_drop(session, office.post.desk, filed.filing, "DROP-1", NOON.date())
    return office


def test_everything_is_opened_without_the_old_key(answered: Office) -> None:
    [old] = answered.post.desk.keys.epochs.glob("[0-9]*.key")

    assert rotate(answered) == [True]

    old.unlink()
    opener = type(answered.post.opener)(answered.post.desk.keys.epochs)
    with answered.store.reading() as session:
        [person] = session.scalars(select(Person)).all()
        things = things_of(session, person.filing_id)
        assert {where.table for _, where in things} >= {"person", "drop_filing"}
        assert len(things) >= 4
        for row, where in things:
            assert row.thing is not None
            assert opener.open(row.thing, where)


def test_the_receipt_still_opens_everything(office: Office) -> None:
    filed = office.sent()
    with office.writing() as session:
        note_drop(session, office.post.desk, filed.filing, "DROP-1", NOON.date())

    rotate(office)

    with office.store.reading() as session:
        for row, where in things_of(session, filed.filing):
            assert row.thing is not None
            assert open_with_receipt(row.thing, where, secret_of(filed.receipt))


def test_a_file_that_was_given_moves_and_still_opens(office: Office) -> None:
    filed = office.sent()
    request = filed.requests[0].id
    with office.writing() as session:
        keep_evidence(
            session,
            office.post.desk,
            filed.filing,
            request,
            [Given("answer.pdf", b"%PDF-1.7 done")],
            at=NOON,
        )
        receipt = new_receipt(session, office.post.desk, filed.filing, at=NOON)

    rotate(office)
    with office.writing() as session:
        reseal_filing(session, filed.filing, opener=office.post.opener)

    with office.store.reading() as session:
        [file] = unsaved(session, filed.filing, request, secret_of(receipt))
        gone = unsaved(session, filed.filing, request, secret_of(filed.receipt))
    assert (file.name, file.size) == ("answer.pdf", 13)
    assert gone == ()


def test_a_new_receipt_and_a_rotation_do_not_undo_each_other(office: Office) -> None:
    filed = office.sent()
    with office.writing() as session:
        note_drop(session, office.post.desk, filed.filing, "DROP-1", NOON.date())
    with office.writing() as session:
        receipt = new_receipt(session, office.post.desk, filed.filing, at=NOON)

    rotate(office)
    with office.writing() as session:
        reseal_filing(session, filed.filing, opener=office.post.opener)

    with office.store.reading() as session:
        for row, where in things_of(session, filed.filing):
            assert row.thing is not None
            assert open_with_receipt(row.thing, where, secret_of(receipt))


def test_what_was_destroyed_stays_destroyed(office: Office) -> None:
    filed = office.sent()
    with office.writing() as session:
        destroy_personal(session, filed.filing, at=NOON)

    assert rotate(office) == []

    with office.store.reading() as session:
        assert things_of(session, filed.filing) == []


def test_what_no_key_opens_stays_as_it_is(office: Office) -> None:
    office.sent()
    keys = office.post.desk.keys
    [old] = keys.epochs.glob("[0-9]*.key")
    old.rename(old.with_suffix(".away"))
    name = begin_epoch(keys.epochs, NOON, again=True)
    opener = type(office.post.opener)(keys.epochs)

    with office.writing() as session:
        [filing_id] = filings_behind(session, name, None)
        assert not rotate_filing(
            session, filing_id, desk=office.post.desk, opener=opener
        )

    with office.store.reading() as session:
        assert session.scalars(select(Person.epoch)).one() == old.stem


def test_hashes_move_to_the_newest_master_key(answered: Office) -> None:
    with answered.store.reading() as session:
        letter = session.scalars(select(Letter)).one()
        thing, place = letter.thing, Where("letter", str(letter.id))
    assert thing is not None
    text = json.loads(answered.post.opener.open(thing, place))["text"]
    token = re.findall(r"/reply/(\S+)", text)[0]
    keys = answered.post.desk.keys
    both = Keys((b"n" * 32, *keys._master), keys.epochs)
    newest = Keys((b"n" * 32,), keys.epochs)

    rotate(answered, both)

    desk = replace(answered.post.desk, keys=newest)
    with answered.store.reading() as session:
        found = find_request(session, desk, "ticket 17")
        assert isinstance(found, Request)
        count = select(func.count()).select_from(VendorReference)
        assert session.scalar(count) == 1
        assert find_link(session, newest, token) is not None
        mailbox = newest.hash("mailbox", b"zoe.quill@example.org")
        assert session.scalars(select(Person.email_index)).one() == mailbox


def test_a_rotation_is_unfinished_until_it_ended(office: Office) -> None:
    with office.writing() as session:
        assert unfinished(session) is None
        begin_rotation(session, "2026-11-2", at=NOON)
        assert unfinished(session) == "2026-11-2"
        end_rotation(session, "2026-11-2", 3, at=NOON)
        assert unfinished(session) is None
