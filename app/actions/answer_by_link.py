"""A vendor answers on the page behind the link in its letter, without an account.

The page knows the request and nothing of the person; who holds the link can add an
answer, and can read the words of none.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.actions.desk import Desk
from app.actions.file_request import Limited, OtherBody
from app.actions.find_route import route_of
from app.actions.keep_evidence import MOST_FILES, Given, TooMany, files_there
from app.actions.preview_reply import Preview, preview_reply
from app.actions.read_filing import RequestStanding, standing_of
from app.actions.record_reply import (
    CannotFollow,
    MovedOn,
    NotThatDay,
    Recorded,
    UnknownRequest,
    VendorAnswer,
    record_reply,
)
from app.actions.reply_days import reply_days
from app.actions.reply_links import find_link
from app.domain.timeline import Actor, Event, EventKind, Evidence, living, may_answer
from app.store import limits, people, requests

ANSWERS_AN_HOUR = 20
"""On one link: pictures are drawn anew for each."""


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer that was given on this link."""

    place: int
    event: Event


@dataclass(frozen=True, slots=True)
class LinkRead:
    """What the page of a link shows: no more than the letter held, and the answers."""

    request: RequestStanding
    residence: str
    filed_on: date
    asks: str
    language: str
    """Of the letter."""
    letter_on: date | None
    """The day on which the letter was sent; None where that is not known."""
    reply_to: str
    until: date
    open: bool
    """Whether the link still takes answers."""
    follow: frozenset[EventKind]
    """What can be answered where the request stands."""
    answers: tuple[Answered, ...]
    """Given on this link and not taken back, oldest first."""

    @property
    def takes(self) -> bool:
        """Whether an answer can be given now."""
        return self.open and bool(self.follow)


def read_link(
    session: Session, desk: Desk, token: str, *, at: datetime
) -> LinkRead | None:
    """Return what the page of a link shows; None for an unknown one."""
    found = _request(session, desk, token)
    if found is None:
        return None
    link, filing, row = found
    it = standing_of(session, row)
    alive = {id(event) for event in living(it.timeline)}
    return LinkRead(
        request=it,
        residence=filing.residence,
        filed_on=filing.filed_on,
        asks=filing.asks,
        language=_language(session, desk, filing, row),
        letter_on=it.sent_on,
        reply_to=f"{row.reply_to}@{desk.portal.reply_domain}",
        until=link.until,
        open=_is_open(desk, filing, link, at),
        follow=may_answer(it.timeline),
        answers=tuple(
            Answered(place, event)
            for place, event in enumerate(it.timeline, start=1)
            if event.evidence is Evidence.VENDOR_LINK
            and event.kind is not EventKind.SENT
            and id(event) in alive
        ),
    )


def preview_answer(
    session: Session, desk: Desk, token: str, body: VendorAnswer, *, at: datetime
) -> Preview | CannotFollow | NotThatDay | UnknownRequest:
    """Return what an answer would change."""
    found = _request(session, desk, token)
    if found is None or not _is_open(desk, found[1], found[0], at):
        return UnknownRequest()
    _, filing, row = found
    body = _dated(session, desk, filing, row, body, at)
    return preview_reply(session, desk, row.id, body, at=at, told_by=Actor.VENDOR)


def may_send(
    session: Session, desk: Desk, token: str, *, at: datetime
) -> Limited | UnknownRequest | None:
    """Use one of the tries of a link, before its files cost anything."""
    found = _request(session, desk, token)
    if found is None or not _is_open(desk, found[1], found[0], at):
        return UnknownRequest()
    wait = limits.take(
        session,
        desk.keys.hash("limit vendor answers", found[2].id.bytes),
        at=at,
        limit=ANSWERS_AN_HOUR,
        period=timedelta(hours=1),
    )
    return Limited(int(wait.total_seconds()) + 1) if wait is not None else None


def answer_by_link(
    session: Session,
    desk: Desk,
    token: str,
    body: VendorAnswer,
    files: Sequence[Given],
    *,
    at: datetime,
    nonce: str,
    shown: int,
) -> (
    Recorded
    | CannotFollow
    | NotThatDay
    | UnknownRequest
    | OtherBody
    | MovedOn
    | TooMany
):
    """Record a vendor's answer, with its files; sent twice it is recorded once."""
    found = _request(session, desk, token)
    if found is None:
        return UnknownRequest()
    filing = people.held(session, found[1].id)
    link, _, row = found
    if not _is_open(desk, filing, link, at):
        return UnknownRequest()
    there = files_there(session, filing.id, row.id, by_vendor=True)
    if files and len(there) + len(files) > MOST_FILES and shown == row.events:
        return TooMany()
    done = record_reply(
        session,
        desk,
        row.id,
        _dated(session, desk, filing, row, body, at),
        at=at,
        staff_id=None,
        idempotency_key=nonce,
        shown=shown,
        told_by=Actor.VENDOR,
        enclosed=files,
    )
    if isinstance(done, Recorded):
        row.unseen = row.events  # a person looks at it once, though it stands by itself
    return done


Found = tuple[requests.ReplyLink, people.Filing, requests.Request]


def _request(session: Session, desk: Desk, token: str) -> Found | None:
    link = find_link(session, desk.keys, token)
    if link is None:
        return None
    row = session.get_one(requests.Request, (link.filing_id, link.request_id))
    return link, session.get_one(people.Filing, link.filing_id), row


def _is_open(
    desk: Desk, filing: people.Filing, link: requests.ReplyLink, at: datetime
) -> bool:
    return filing.purged_at is None and _today(desk, filing, at) <= link.until


def _today(desk: Desk, filing: people.Filing, at: datetime) -> date:
    return desk.rulebook.places[filing.residence].day(at)


def _dated(
    session: Session,
    desk: Desk,
    filing: people.Filing,
    row: requests.Request,
    body: VendorAnswer,
    at: datetime,
) -> VendorAnswer:
    """Return an answer that bears a day it can: today, no earlier than the last one."""
    history = requests.timeline(session, filing.id, row.id)
    first, _ = reply_days(desk, filing, row, history, at=at)
    today = _today(desk, filing, at)
    return body.model_copy(update={"received_on": max(first or today, today)})


def _language(
    session: Session, desk: Desk, filing: people.Filing, row: requests.Request
) -> str:
    """Return the language of the letter; of one that the resident sent, as written."""
    letter = requests.Letter
    written = session.scalar(
        select(letter.language)
        .where(letter.filing_id == filing.id, letter.request_id == row.id)
        .order_by(letter.id)
        .limit(1)
    )
    if written is not None:
        return written
    vendor = desk.directory.vendor(row.vendor)
    route = route_of(
        desk,
        row.vendor,
        row.route,
        row.told,
        residence=filing.residence,
        filed_on=filing.filed_on,
    )
    return (
        vendor.language_for(route, filing.language)
        if vendor and route
        else filing.language
    )
