"""Where a request stands while a mail about it is true, by the kind of the mail.

A mail of news may wait a day for its turn; what it says must be so when it leaves. What
is not in the table has happened, and stays so.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import TypeAlias

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from app.actions.desk import Desk
from app.domain.laws import Law
from app.domain.own_steps import ASKED_AGAIN, SAID_TO_BE_DONE, UNSATISFIED
from app.domain.timeline import OPEN, EventKind, Outcome, Status
from app.store import broadcasts
from app.store.outbox import Message, MessageKind
from app.store.people import Filing
from app.store.requests import Request, TimelineEntry

SOON = timedelta(days=3)
WINDOW_CLOSES = timedelta(days=14)
"""Before the last day of a complaint: writing one takes longer than a press."""
LAST_ZONE = timedelta(hours=12)
"""By so much the last place on earth is behind UTC: the day is over nowhere sooner."""
Standing: TypeAlias = Callable[[Desk, datetime], ColumnElement[bool]]


def over_everywhere(at: datetime) -> date:
    """Return the day before which every day is over, wherever one lives."""
    return (at - LAST_ZONE).date()


def _due_soon(desk: Desk, at: datetime) -> ColumnElement[bool]:  # noqa: ARG001
    """An answer is owed, and its day is near."""
    near = Request.due.between(over_everywhere(at), at.date() + SOON)
    return and_(Request.status.in_(tuple(OPEN)), near)


def _overdue(desk: Desk, at: datetime) -> ColumnElement[bool]:  # noqa: ARG001
    """An answer is owed, and its day is over."""
    return and_(Request.status.in_(tuple(OPEN)), Request.due < over_everywhere(at))


def _extension_ended(desk: Desk, at: datetime) -> ColumnElement[bool]:
    """The same, after the longer time that the vendor took."""
    return and_(_overdue(desk, at), Request.extended_due == Request.due)


def _identity(desk: Desk, at: datetime) -> ColumnElement[bool]:  # noqa: ARG001
    """The proof that the vendor asked for was not given yet."""
    return Request.status == Status.IDENTITY_REQUESTED


def _may_appeal(desk: Desk, at: datetime) -> ColumnElement[bool]:  # noqa: ARG001
    """The vendor did not do all, and its law has an appeal that was not made yet."""
    return and_(
        Request.status == Status.ANSWERED,
        Request.outcome.in_(tuple(ASKED_AGAIN)),
        _has_appeal(desk),
        ~_APPEALED,
    )


def _complaint_ends(desk: Desk, at: datetime) -> ColumnElement[bool]:
    """There is something to complain of, and the last day for it is near."""
    unsatisfied = and_(
        Request.status == Status.ANSWERED,
        Request.outcome.in_((*UNSATISFIED, Outcome.PARTLY_DELETED)),
    )
    return and_(
        Request.complaint_until.between(at.date(), at.date() + WINDOW_CLOSES),
        or_(unsatisfied, _overdue(desk, at)),
    )


def _said_to_be_done(desk: Desk, at: datetime) -> ColumnElement[bool]:  # noqa: ARG001
    """The vendor says that it did something, and nothing came after."""
    return and_(
        Request.status.in_((Status.ANSWERED, Status.CLOSED)),
        Request.outcome.in_(tuple(SAID_TO_BE_DONE - {Outcome.NOTHING_FOUND})),
    )


STANDS: Mapping[MessageKind, Standing] = {
    MessageKind.DUE_SOON: _due_soon,
    MessageKind.OVERDUE: _overdue,
    MessageKind.EXTENSION_ENDED: _extension_ended,
    MessageKind.IDENTITY: _identity,
    MessageKind.APPEAL: _may_appeal,
    MessageKind.WINDOW: _complaint_ends,
    MessageKind.RECHECK: _said_to_be_done,
}


def still_so(session: Session, desk: Desk, message: Message, *, at: datetime) -> bool:
    """Return whether what a mail says of its request is true at this moment.

    One that names no request is true while it is of any request of its filing.
    """
    if message.kind is MessageKind.LIST_OVERDUE:
        return broadcasts.asks_on(session, message.filing_id)
    stands = STANDS.get(message.kind)
    if stands is None:
        return True
    of_it = [Request.filing_id == message.filing_id, stands(desk, at)]
    if message.request_id is not None:
        of_it.append(Request.id == message.request_id)
    joined = select(Request.id).join(Filing, Filing.id == Request.filing_id)
    return session.scalar(joined.where(*of_it).limit(1)) is not None


def _has_appeal(desk: Desk) -> ColumnElement[bool]:
    """Return whether the law had an appeal on the day that counts for the request.

    The same day as on the pages: of the letter, else of the filing. It is compared only
    for laws that had none at some time: nothing rests on a law outside of its days.
    """
    day = func.coalesce(Request.sent_on, Filing.filed_on)
    always, spans = [], []
    for law in desk.rulebook.pack.laws.values():
        if law.steps and all(s.deadlines.appeal is not None for s in law.steps):
            always.append(law.id)
            continue
        spans += [
            and_(Request.law == law.id, day >= first, day < after)
            for first, after in _with_appeal(law)
        ]
    return or_(Request.law.in_(always), *spans)


def _with_appeal(law: Law) -> Iterator[tuple[date, date]]:
    """Yield from which day until before which one a law reads with an appeal."""
    for step, later in zip(law.steps, (*law.steps[1:], None), strict=False):
        if step.deadlines.appeal is not None:
            yield step.start, later.start if later else date.max


def _appealed() -> ColumnElement[bool]:
    """Return whether an appeal was made since the letter left, and not taken back.

    As :func:`app.domain.timeline.has_appealed` says of one request.
    """
    made, sent = aliased(TimelineEntry), aliased(TimelineEntry)
    left_since = exists().where(_lives(sent, EventKind.SENT), sent.place > made.place)
    appealed = exists().where(
        _lives(made, EventKind.APPEALED), ~left_since.correlate_except(sent)
    )
    return appealed.correlate_except(made)


def _lives(entry: type[TimelineEntry], kind: EventKind) -> ColumnElement[bool]:
    """Return whether an entry is of a kind, of the request, and not taken back."""
    back = aliased(TimelineEntry)
    retracted = exists().where(
        back.filing_id == entry.filing_id,
        back.request_id == entry.request_id,
        back.kind == EventKind.RETRACTED,
        back.retracts == entry.place,
    )
    return and_(
        entry.filing_id == Request.filing_id,
        entry.request_id == Request.id,
        entry.kind == kind,
        ~retracted.correlate_except(back),
    )


_APPEALED = _appealed()
"""Made once: its aliases cost more to make than to ask."""
