"""Take back requests: nothing more is asked, and what waits does not leave."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.actions.close import close_filing
from app.actions.codes import CodeFault, prove
from app.actions.desk import Desk
from app.actions.mail_out import queue_mail
from app.actions.tell_vendor import tell_withdrawn
from app.domain.timeline import NEXT, Actor, Event, EventKind, Status
from app.domain.vendors import RouteKind
from app.store import broadcasts, outbox, people, requests
from app.store.outbox import MessageKind
from app.store.people import CodePurpose, FilingStatus


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """These requests are taken back."""

    requests: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class CannotWithdraw:
    """One of the requests is none of this filing, or can no longer be taken back."""

    request: UUID
    status: Status | None


def withdraw_requests(
    session: Session,
    desk: Desk,
    filing_id: UUID,
    code: str | None,
    wanted: Iterable[UUID],
    *,
    at: datetime,
) -> Withdrawn | CannotWithdraw | CodeFault:
    """Take back some requests, with a fresh code from the confirmed mailbox.

    The id of the filing itself stands for all that a broadcast still asks.

    ``code`` is None where one was typed within the last quarter of an hour.
    """
    people.held(session, filing_id)
    chosen = list(dict.fromkeys(wanted))
    found = {r.id: r for r in requests.requests_of(session, filing_id)}
    broadcast = broadcasts.broadcast_of(session, filing_id)
    if filing_id in chosen and broadcast is not None:
        if broadcast.over:
            return CannotWithdraw(filing_id, None)
        chosen.remove(filing_id)
        chosen += (r.id for r in _of_broadcast(found.values()) if r.id not in chosen)
        takes_all = True
    else:
        takes_all = False
    for request_id in chosen:
        request = found.get(request_id)
        if request is None or (request.status, EventKind.WITHDRAWN) not in NEXT:
            return CannotWithdraw(request_id, request.status if request else None)
    fault = prove(session, desk, filing_id, CodePurpose.WITHDRAW, code, at=at)
    if fault is not None:
        return fault
    for request_id in chosen:
        _withdraw(session, desk, found[request_id], at=at)
    if broadcast is not None and takes_all:
        broadcast.withdrawn_at = at
        _say_all_back(session, desk, filing_id, at=at)
    _close_if_all(session, desk, filing_id, at=at)
    return Withdrawn(tuple(chosen))


def _of_broadcast(
    found: Iterable[requests.Request],
) -> Iterator[requests.Request]:
    """Yield the requests of a broadcast that can still be taken back with it."""
    for request in found:
        by_list = request.route is RouteKind.MATCHING
        if by_list and (request.status, EventKind.WITHDRAWN) in NEXT:
            yield request


def withdraw_open(
    session: Session,
    desk: Desk,
    filing_id: UUID,
    *,
    at: datetime,
    say: bool = True,
    only: Status | None = None,
) -> tuple[requests.Request, ...]:
    """Take back everything of a filing that still can be; return what that was.

    ``only`` leaves alone what stands elsewhere. With ``say`` the resident and the
    vendors that have a request are told.
    """
    people.held(session, filing_id)
    back = tuple(
        request
        for request in requests.requests_of(session, filing_id)
        if (request.status, EventKind.WITHDRAWN) in NEXT
        and (only is None or request.status is only)
    )
    for request in back:
        _withdraw(session, desk, request, at=at, say=say)
    broadcast = broadcasts.broadcast_of(session, filing_id)
    unseen = broadcast is not None and broadcast.drawer is None
    if broadcast is not None and not broadcast.over and (only is None or unseen):
        broadcast.withdrawn_at = at
        if say:
            _say_all_back(session, desk, filing_id, at=at)
    _close_if_all(session, desk, filing_id, at=at)
    return back


def _say_all_back(
    session: Session, desk: Desk, filing_id: UUID, *, at: datetime
) -> None:
    kind = MessageKind.WITHDRAWN
    queue_mail(session, desk, filing_id, kind, dedupe="withdrawn all", at=at)


def _withdraw(
    session: Session,
    desk: Desk,
    request: requests.Request,
    *,
    at: datetime,
    say: bool = True,
) -> None:
    event = Event(kind=EventKind.WITHDRAWN, at=at, by=Actor.RESIDENT)
    requests.record(session, request, event)
    outbox.cancel_waiting(session, request.filing_id, at=at, request_id=request.id)
    if say:
        tell_withdrawn(session, desk, request, at=at)
        queue_mail(
            session,
            desk,
            request.filing_id,
            MessageKind.WITHDRAWN,
            dedupe=f"withdrawn {request.id} {request.events}",
            at=at,
        )


def _close_if_all(
    session: Session, desk: Desk, filing_id: UUID, *, at: datetime
) -> None:
    close_filing(session, filing_id, on=at.date(), keep_days=desk.portal.keep_days)
    if broadcasts.asks_on(session, filing_id):
        return
    statuses = {r.status for r in requests.requests_of(session, filing_id)}
    if statuses <= {Status.WITHDRAWN}:
        filing = session.get_one(people.Filing, filing_id)
        filing.status = FilingStatus.WITHDRAWN
