"""Record what vendors answered of their matching lists, one request at a time.

Codes are about items: the request is answered when all of its items are, and until then
acknowledged. An answer in our words is about the request and is recorded as it is.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import ClassVar
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from app.actions.broadcast import request_apart
from app.actions.desk import Desk
from app.actions.record_reply import Recorded, ReplyBody, record_reply
from app.actions.reply_days import reply_days
from app.domain.matching import LISTED, Code, combined, in_words
from app.domain.timeline import (
    ANSWERS,
    Actor,
    DenialGround,
    EventKind,
    Evidence,
    Status,
)
from app.store import audit, broadcasts, matching, people, requests
from app.store.matching import ListAnswer

AT_ONCE = 200
Key = tuple[UUID, UUID]


class ListedReply(ReplyBody):
    """What a vendor's own system answers of its list."""

    known_by: ClassVar[tuple[Evidence, ...]] = (Evidence.PROTOCOL,)

    evidence: Evidence = Evidence.PROTOCOL


def to_take(session: Session, *, at: datetime) -> list[Key]:  # noqa: ARG001
    """Return requests of which something was answered that is not recorded yet."""
    found = (
        select(ListAnswer.filing_id, ListAnswer.request_id)
        .where(matching.WAITING)
        .distinct()
        .limit(AT_ONCE)
    )
    return [(row[0], row[1]) for row in session.execute(found)]


def broadcasts_to_take(session: Session, *, at: datetime) -> list[tuple[UUID, str]]:  # noqa: ARG001
    """Return broadcasts that a vendor answered, each with the vendor."""
    row = broadcasts.BroadcastAnswer
    found = select(row.filing_id, row.vendor).distinct().limit(AT_ONCE)
    return [(one[0], one[1]) for one in session.execute(found)]


def make_request_of(
    session: Session, key: tuple[UUID, str], *, desk: Desk, at: datetime
) -> bool:
    """Make a request of a broadcast at a vendor that answered it, with its answers."""
    filing_id, vendor = key
    people.held(session, filing_id)
    whole = broadcasts.broadcast_of(session, filing_id)
    request = whole and request_apart(session, desk, whole, vendor, at=at)
    row = broadcasts.BroadcastAnswer
    given = session.execute(
        delete(row)
        .where(row.filing_id == filing_id, row.vendor == vendor)
        .returning(*row.__table__.c)
        .execution_options(synchronize_session=False)
    ).all()
    if not request or not given:
        return bool(given)
    rows = [dict(one._mapping) for one in given]  # noqa: SLF001 - its public name
    for one in rows:
        del one["vendor"]
    insert_all = [one | {"request_id": request.id, "taken_at": None} for one in rows]
    session.execute(insert(ListAnswer.__table__), insert_all)
    return True


def take_list_answers(session: Session, key: Key, *, desk: Desk, at: datetime) -> bool:
    """Record what waits of one request; return whether anything did."""
    people.held(session, key[0])
    request = requests.locked(session, *key)
    listing = session.get(matching.Listing, key)
    answers = matching.answers_of(session, *key)
    waiting = [one for one in answers if one.taken_at is None]
    if request is None or listing is None or not waiting:
        return False
    for one in waiting:
        if one.kind is not None:
            _record(session, desk, request, one.kind, one, at=at)
    if any(one.code is not None for one in waiting):
        _take_codes(session, desk, request, listing, answers, at=at)
    for one in waiting:
        one.taken_at = at
    return True


def _take_codes(
    session: Session,
    desk: Desk,
    request: requests.Request,
    listing: matching.Listing,
    answers: Sequence[ListAnswer],
    *,
    at: datetime,
) -> None:
    """Record what the codes say together, if they say more than before."""
    coded = [
        one
        for one in answers
        if one.code is not None and one.received_at >= listing.listed_at
    ]
    codes = {one.item or "": Code(one.code or 0) for one in coded}
    if set(listing.items.split()) - set(codes):
        if request.status is Status.SENT:
            _record(session, desk, request, EventKind.ACKNOWLEDGED, coded[-1], at=at)
        return
    kind, ground = combined(codes.values())
    stands = request.outcome, request.denial_ground
    if request.status is Status.ANSWERED and stands == (ANSWERS[kind], ground):
        return
    words = in_words(codes)
    _record(session, desk, request, kind, coded[-1], ground, words, at=at)


def _record(
    session: Session,
    desk: Desk,
    request: requests.Request,
    kind: EventKind,
    answer: ListAnswer,
    ground: DenialGround | None = None,
    words: str = "",
    *,
    at: datetime,
) -> None:
    if kind is EventKind.ACKNOWLEDGED and request.status in LISTED - {Status.SENT}:
        return  # it says nothing new
    day = _day(session, desk, request, answer, at=at)
    if answer.until is None or answer.until >= day:
        body = ListedReply(
            received_on=day,
            kind=kind,
            denial_ground=ground or answer.denial_ground,
            until=answer.until,
            text=words,
        )
        done = record_reply(
            session,
            desk,
            request.id,
            body,
            at=at,
            staff_id=None,
            told_by=Actor.VENDOR,
        )
        if isinstance(done, Recorded):
            return
    audit.append(
        session,
        at=at,
        actor="worker",
        action="list answer not recorded",
        subject=request.number,
        kind=kind,
    )


def _day(
    session: Session,
    desk: Desk,
    request: requests.Request,
    answer: ListAnswer,
    *,
    at: datetime,
) -> date:
    """Return the day of an answer at the vendor, no earlier than what it answers."""
    filing = session.get_one(people.Filing, request.filing_id)
    history = requests.timeline(session, request.filing_id, request.id)
    first, last = reply_days(desk, filing, request, history, at=at)
    vendor = desk.directory.vendor(request.vendor)
    there = answer.received_at.astimezone(ZoneInfo(vendor.zone if vendor else "UTC"))
    return min(max(first or there.date(), there.date()), last)
