"""The resident says what they did themselves, or what came of a request."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.actions.close import close_filing
from app.actions.desk import Desk
from app.actions.mail_out import queue_mail
from app.actions.reply_days import reply_days
from app.actions.set_dates import set_dates
from app.domain.laws import Law
from app.domain.own_steps import EVENT_OF, OwnStep, own_steps
from app.domain.timeline import (
    OPEN,
    Actor,
    Event,
    EventKind,
    Evidence,
    Status,
    has_appealed,
    replay,
)
from app.domain.vendors import RouteKind
from app.store import people, requests
from app.store.outbox import asking

BY_PROGRAM = frozenset({RouteKind.EMAIL, RouteKind.DRP})
RESTS = timedelta(days=30)
"""Between asking one company again and asking it once more: no portal may nag."""
DATED = frozenset({OwnStep.IDENTITY, OwnStep.APPEAL, OwnStep.FOUND})
"""What happened on a day that the resident names."""


@dataclass(frozen=True, slots=True)
class StepTaken:
    """It is in the timeline, and the dates follow from it."""


@dataclass(frozen=True, slots=True)
class CannotStep:
    """It cannot follow where the request stands; nothing was changed."""


@dataclass(frozen=True, slots=True)
class NotThatDay:
    """The day cannot be: not before what it answers, not after today."""


@dataclass(frozen=True, slots=True)
class TooSoon:
    """The company was asked again not long ago."""

    until: date


def may_appeal(law: Law | None, on: date, history: tuple[Event, ...]) -> bool:
    """Return whether a law lets a person ask the vendor for a second look, once."""
    step = law.on(on) if law else None
    has_one = step is not None and step.deadlines.appeal is not None
    return has_one and not has_appealed(history)


def rests_until(history: tuple[Event, ...], today: date) -> date | None:
    """Return until when a vendor is not asked again, None where it may be."""
    asked = [
        event.at.date()
        for event in history
        if event.kind is EventKind.REOPENED and event.by is Actor.RESIDENT
        if event.resumes is Status.QUEUED
    ]
    until = max(asked, default=date.min) + RESTS
    return until if asked and until > today else None


def take_step(
    session: Session,
    desk: Desk,
    filing_id: UUID,
    request_id: UUID,
    step: OwnStep,
    *,
    on: date | None = None,
    sends: bool = False,
    at: datetime,
) -> StepTaken | CannotStep | NotThatDay | TooSoon:
    """Record what a resident says, on a day that they name; ``sends`` asks again.

    It moves legal clocks and lets letters leave: who says so has proved the mailbox.
    """
    filing = people.held(session, filing_id)
    request = requests.locked(session, filing_id, request_id)
    if request is None or filing.purged_at is not None:
        return CannotStep()
    history = requests.timeline(session, filing_id, request_id)
    if step not in _possible(desk, filing, request, history, today=at.date()):
        return CannotStep()
    if step in DATED and not _may_be_then(
        desk, filing, request, history, step, on, at=at
    ):
        return NotThatDay()
    sends = sends or step is OwnStep.AGAIN
    rests = rests_until(history, at.date())
    if sends and rests is not None and step in {OwnStep.AGAIN, OwnStep.FOUND}:
        return TooSoon(rests)
    event = _event(step, on if step in DATED else None, sends=sends, at=at)
    requests.record(session, request, event)
    set_dates(session, desk.rulebook, desk.directory, filing, request)
    if request.status is Status.QUEUED:
        _send_again(session, desk, request, at=at)
    close_filing(session, filing_id, on=at.date(), keep_days=desk.portal.keep_days)
    return StepTaken()


def _possible(
    desk: Desk,
    filing: people.Filing,
    request: requests.Request,
    history: tuple[Event, ...],
    *,
    today: date,
) -> tuple[OwnStep, ...]:
    law = desk.rulebook.pack.laws.get(request.law or "")
    late = request.due is not None and request.due < today
    return own_steps(
        request.status,
        request.outcome,
        appeals=may_appeal(law, request.sent_on or filing.filed_on, history),
        waited=(request.status in OPEN and late) or replay(history).opened is not None,
    )


def _may_be_then(
    desk: Desk,
    filing: people.Filing,
    request: requests.Request,
    history: tuple[Event, ...],
    step: OwnStep,
    on: date | None,
    *,
    at: datetime,
) -> bool:
    """Return whether it can have been on that day: not before what it answers."""
    first, last = reply_days(desk, filing, request, history, at=at)
    if step is OwnStep.IDENTITY:
        first = replay(history).identity_asked_on
    return on is not None and on <= last and (first is None or first <= on)


def _event(step: OwnStep, on: date | None, *, sends: bool, at: datetime) -> Event:
    """Return the event; one with evidence is a fact that the resident states."""
    kind, resumes = EVENT_OF[step], None
    if kind is EventKind.REOPENED:
        resumes = Status.QUEUED if sends else Status.ACKNOWLEDGED
    return Event(
        kind=kind,
        at=at,
        by=Actor.RESIDENT,
        on=on,
        evidence=Evidence.RESIDENT if step in DATED else None,
        resumes=resumes,
    )


def _send_again(
    session: Session, desk: Desk, request: requests.Request, *, at: datetime
) -> None:
    """Let the letter of the request leave once more, where a program of ours sends it."""
    if request.route not in BY_PROGRAM:
        return
    letter = session.scalar(
        select(requests.Letter.id)
        .where(
            requests.Letter.filing_id == request.filing_id,
            requests.Letter.request_id == request.id,
            requests.Letter.kind == "request",
        )
        .order_by(requests.Letter.id.desc())
        .limit(1)
    )
    if letter is None:
        return
    queue_mail(
        session,
        desk,
        request.filing_id,
        asking(request.route),
        dedupe=f"letter {letter} {request.events}",
        request_id=request.id,
        letter_id=letter,
        at=at,
    )
