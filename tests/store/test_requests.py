"""Requests move by events alone, and their timelines hold together."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, insert, select

from app.domain.timeline import (
    NO_LINK,
    Actor,
    CannotFollowError,
    DenialGround,
    Event,
    EventKind,
    Evidence,
    Outcome,
    Status,
    link,
    replay,
)
from app.store import requests
from app.store.base import new_id
from app.store.keys import Keys
from app.store.requests import EVENT_FIELDS, Request, TimelineEntry, VendorReference
from app.store.session import Store
from tests.filings import NOON, Made, make_filing

PROMISED = date(2027, 1, 15)


@pytest.fixture
def made(store: Store, keys: Keys) -> Made:
    with store.writing() as session:
        return make_filing(session, keys)


def happen(store: Store, made: Made, *kinds: EventKind, **fields: object) -> None:
    for kind in kinds:
        event = Event(kind=kind, at=NOON, by=Actor.PORTAL, **fields)  # type: ignore[arg-type]
        with store.writing() as session:
            row = requests.locked(session, made.id, made.requests[0])
            assert row is not None
            requests.record(session, row, event)


def chain_holds(store: Store, filing_id: UUID, request_id: UUID) -> bool:
    with store.reading() as session:
        rows = session.scalars(
            select(TimelineEntry)
            .where(TimelineEntry.request_id == request_id)
            .order_by(TimelineEntry.place)
        ).all()
        request = session.get_one(Request, (filing_id, request_id))
        previous = NO_LINK
        for place, row in enumerate(rows, start=1):
            event = Event(**{name: getattr(row, name) for name in EVENT_FIELDS})
            whole = link(previous, event, request=str(request_id), place=place)
            if (row.place, row.previous, row.hash) != (place, previous, whole):
                return False
            previous = whole
        events = requests.timeline(session, filing_id, request_id)
        kept = (request.events, request.head, request.status, request.outcome)
        now = replay(events)
    return kept == (len(rows), previous, now.status, now.outcome)


def test_a_request_moves_with_its_timeline(store: Store, made: Made) -> None:
    happen(store, made, EventKind.CONFIRMED, EventKind.SENT)
    happen(
        store,
        made,
        EventKind.REFUSED,
        denial_ground=DenialGround.OUTSIDE_JURISDICTION,
        evidence=Evidence.LETTER,
    )

    with store.reading() as session:
        row = session.get_one(Request, (made.id, made.requests[0]))
        assert row.status is Status.ANSWERED
        assert row.outcome is Outcome.REFUSED
        assert row.denial_ground is DenialGround.OUTSIDE_JURISDICTION
        assert row.evidence is Evidence.LETTER
        assert row.sent_on == NOON.date()
    assert chain_holds(store, made.id, made.requests[0])


def test_what_cannot_follow_changes_nothing(store: Store, made: Made) -> None:
    with pytest.raises(CannotFollowError, match="refused cannot follow unconfirmed"):
        happen(store, made, EventKind.REFUSED)

    with store.reading() as session:
        assert session.scalar(select(func.count()).select_from(TimelineEntry)) == 1
        assert session.get_one(Request, (made.id, made.requests[0])).events == 1


def test_a_refused_event_leaves_the_action_free_to_go_on(
    store: Store, made: Made
) -> None:
    with store.writing() as session:
        row = requests.locked(session, made.id, made.requests[0])
        assert row is not None
        with pytest.raises(CannotFollowError):
            requests.record(
                session, row, Event(kind=EventKind.SENT, at=NOON, by=Actor.PORTAL)
            )
        requests.record(
            session, row, Event(kind=EventKind.CONFIRMED, at=NOON, by=Actor.RESIDENT)
        )

    assert chain_holds(store, made.id, made.requests[0])


def test_a_retraction_replays_the_rest(store: Store, made: Made) -> None:
    happen(store, made, EventKind.CONFIRMED, EventKind.SENT)
    happen(store, made, EventKind.EXTENDED, until=PROMISED)
    happen(store, made, EventKind.RETRACTED, retracts=4)

    with store.reading() as session:
        row = session.get_one(Request, (made.id, made.requests[0]))
        assert (row.status, row.extended_due, row.due) == (Status.SENT, None, None)
        assert row.events == 5
    assert chain_holds(store, made.id, made.requests[0])


def test_a_request_that_is_sent_again_keeps_no_old_extension(
    store: Store, made: Made
) -> None:
    happen(store, made, EventKind.CONFIRMED, EventKind.SENT)
    happen(store, made, EventKind.EXTENDED, until=PROMISED)
    happen(store, made, EventKind.DELETED, evidence=Evidence.MAIL)
    happen(store, made, EventKind.REOPENED, resumes=Status.QUEUED)

    with store.reading() as session:
        row = session.get_one(Request, (made.id, made.requests[0]))
        assert (row.status, row.extended_due, row.sent_on) == (
            Status.QUEUED,
            None,
            None,
        )


def test_every_field_of_an_event_comes_back(store: Store, made: Made) -> None:
    happen(store, made, EventKind.CONFIRMED, EventKind.SENT)
    event = Event(
        kind=EventKind.EXTENDED,
        at=NOON + timedelta(microseconds=1),
        by=Actor.VENDOR,
        on=date(2026, 11, 22),
        evidence=Evidence.AUTHENTICATED_MAIL,
        until=PROMISED,
        commitment=bytes(range(32)),
    )
    with store.writing() as session:
        row = requests.locked(session, made.id, made.requests[0])
        assert row is not None
        requests.record(session, row, event)

    with store.reading() as session:
        assert requests.timeline(session, made.id, made.requests[0])[-1] == event
    assert chain_holds(store, made.id, made.requests[0])


@pytest.mark.parametrize("held", [True, False], ids=["locked", "only read"])
def test_events_that_come_at_once_follow_each_other(
    store: Store, made: Made, held: bool
) -> None:
    happen(store, made, EventKind.CONFIRMED, EventKind.SENT)
    happen(store, made, EventKind.IDENTITY_REQUESTED)

    def extend(day: int) -> None:
        event = Event(
            kind=EventKind.EXTENDED,
            at=NOON,
            by=Actor.VENDOR,
            until=PROMISED + timedelta(days=day),
        )
        with store.writing() as session:
            rows = requests.requests_of(session, made.id)
            if held:
                requests.locked(session, made.id, made.requests[0])
            requests.record(session, rows[0], event)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(extend, range(12)))

    assert chain_holds(store, made.id, made.requests[0])
    with store.reading() as session:
        assert session.get_one(Request, (made.id, made.requests[0])).events == 16


def test_what_is_held_is_read_again(postgres_only: Store, keys: Keys) -> None:
    store = postgres_only  # on SQLite nobody else writes meanwhile
    with store.writing() as session:
        made = make_filing(session, keys)

    with store.writing() as session:
        (before,) = requests.requests_of(session, made.id)
        assert before.status is Status.UNCONFIRMED
        happen(store, made, EventKind.CONFIRMED)
        held = requests.locked(session, made.id, made.requests[0])
        assert held is not None
        assert (held.status, held.events) == (Status.QUEUED, 2)


def test_a_change_made_before_recording_is_kept(store: Store, made: Made) -> None:
    with store.writing() as session:
        row = requests.locked(session, made.id, made.requests[0])
        assert row is not None
        row.respond_due = PROMISED
        event = Event(kind=EventKind.CONFIRMED, at=NOON, by=Actor.RESIDENT)
        requests.record(session, row, event)

    with store.reading() as session:
        assert session.get_one(Request, (made.id, made.requests[0])).respond_due


def test_a_request_is_found_by_what_it_is_called(store: Store, made: Made) -> None:
    id_ = made.requests[0]
    with store.reading() as session:
        row = requests.by_id(session, id_)
        assert row is not None
        found = (
            requests.by_number(session, row.number),
            requests.by_reply_address(session, row.reply_to.upper()),
        )
        assert [one.id for one in found if one] == [id_, id_]
        assert requests.by_id(session, new_id(NOON)) is None
        assert requests.by_number(session, "R-0000-0000") is None
        assert requests.by_reply_address(session, "nobody") is None


def test_there_is_nothing_to_hold_where_there_is_no_request(
    store: Store, made: Made
) -> None:
    with store.writing() as session:
        assert requests.locked(session, made.id, new_id(NOON)) is None


def test_a_vendors_reference_may_name_several_requests(
    store: Store, keys: Keys
) -> None:
    hashed = keys.hash("reference", b"TICKET-1")
    with store.writing() as session:
        made = make_filing(session, keys, vendors=("a", "b"))
        for request_id in made.requests:
            session.execute(
                insert(VendorReference.__table__),
                {"hash": hashed, "filing_id": made.id, "request_id": request_id},
            )

    with store.reading() as session:
        found = requests.by_vendor_reference(session, (hashed,))
        assert {row.id for row in found} == set(made.requests)
        assert requests.by_vendor_reference(session, (bytes(32),)) == []
