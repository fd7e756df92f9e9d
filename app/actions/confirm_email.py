"""Confirm a filing: by the code that was mailed, or by the mailed link's button."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from app.actions.codes import CodeFault, use_code
from app.actions.desk import Desk
from app.actions.mail_out import queue_mail
from app.domain.timeline import Actor, Event, EventKind
from app.store import broadcasts, people, requests
from app.store.outbox import MessageKind, asking
from app.store.people import CodePurpose, FilingStatus


@dataclass(frozen=True, slots=True)
class Confirmed:
    """The filing is confirmed, and its letters wait to leave."""

    filing: UUID
    leaves_at: datetime


@dataclass(frozen=True, slots=True)
class LinkStands:
    """What a mailed link leads to."""

    filing: UUID


def confirm_by_code(
    session: Session, desk: Desk, filing_id: UUID, code: str, *, at: datetime
) -> Confirmed | CodeFault:
    """Confirm with the code typed into the page that is still open."""
    filing = people.held(session, filing_id)
    if filing.status is not FilingStatus.UNCONFIRMED:
        return (
            CodeFault.EXPIRED
            if filing.status is FilingStatus.EXPIRED
            else CodeFault.USED
        )
    fault = use_code(session, desk, filing_id, CodePurpose.CONFIRM, code, at=at)
    if fault is not None:
        return fault
    return _confirm(session, desk, filing, at=at)


def read_link(
    session: Session, desk: Desk, token: str, *, at: datetime
) -> LinkStands | CodeFault:
    """Return what a mailed link leads to; reading it uses nothing up."""
    row = _link(session, desk, token)
    if row is None:
        return CodeFault.MISSING
    if row.used_at is not None:
        return CodeFault.USED
    return CodeFault.EXPIRED if at > row.expires_at else LinkStands(row.filing_id)


def confirm_by_link(
    session: Session, desk: Desk, token: str, *, at: datetime
) -> Confirmed | CodeFault:
    """Confirm with the button behind the mailed link."""
    seen = _link(session, desk, token)
    if seen is None:
        return CodeFault.MISSING
    filing = people.held(session, seen.filing_id)
    row = _link(session, desk, token)  # it may have been used while we waited
    if row is None:
        return CodeFault.MISSING
    if row.used_at is not None or filing.status not in {
        FilingStatus.UNCONFIRMED,
        FilingStatus.EXPIRED,
    }:
        return CodeFault.USED
    if at > row.expires_at or filing.status is FilingStatus.EXPIRED:
        return CodeFault.EXPIRED
    return _confirm(session, desk, filing, at=at)


def _link(session: Session, desk: Desk, token: str) -> people.Confirmation | None:
    hashes = desk.keys.candidates("confirmation", token.encode())
    return session.scalar(
        select(people.Confirmation)
        .where(people.Confirmation.token_hash.in_(hashes))
        .execution_options(populate_existing=True)
    )


def _confirm(
    session: Session, desk: Desk, filing: people.Filing, *, at: datetime
) -> Confirmed:
    filing.status = FilingStatus.CONFIRMED
    filing.confirmed_at = at
    for link in session.scalars(
        select(people.Confirmation).where(people.Confirmation.filing_id == filing.id)
    ):
        link.used_at = at
    leaves_at = at + timedelta(minutes=desk.portal.hold_minutes)
    letters = {
        letter.request_id: letter.id
        for letter in session.scalars(
            select(requests.Letter).where(requests.Letter.filing_id == filing.id)
        )
    }
    by_us = broadcasts.asks_on(session, filing.id)
    for request in requests.requests_of(session, filing.id):
        requests.record(
            session,
            request,
            Event(kind=EventKind.CONFIRMED, at=at, by=Actor.RESIDENT),
        )
        if request.id in letters:
            by_us = True
            queue_mail(
                session,
                desk,
                filing.id,
                asking(request.route),
                dedupe=f"letter {letters[request.id]}",
                request_id=request.id,
                letter_id=letters[request.id],
                at=at,
                not_before=leaves_at,
            )
    if by_us and leaves_at > at:
        _say_held(session, desk, filing, at=at, leaves_at=leaves_at)
    return Confirmed(filing.id, leaves_at)


def _say_held(
    session: Session,
    desk: Desk,
    filing: people.Filing,
    *,
    at: datetime,
    leaves_at: datetime,
) -> None:
    """Mail the link that stops what has not left yet."""
    token = secrets.token_urlsafe(24)
    session.execute(
        insert(people.Cancellation.__table__),
        {
            "token_hash": desk.keys.hash("cancellation", token.encode()),
            "filing_id": filing.id,
            "expires_at": leaves_at,
            "used_at": None,
        },
    )
    queue_mail(
        session,
        desk,
        filing.id,
        MessageKind.HELD,
        dedupe="held",
        secret={"token": token, "time": f"{leaves_at:%Y-%m-%d %H:%M}"},
        at=at,
    )
