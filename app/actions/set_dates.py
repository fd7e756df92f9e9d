"""Set a request's due dates from its timeline, as its law counts them."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from app.actions.check_eligibility import right_of, seat_of
from app.domain.basis import first_to_answer
from app.domain.deadlines import (
    Certainty,
    DueDates,
    Moments,
    NotInForceError,
    for_request,
)
from app.domain.grounds import Ground, GroundKind, Reason, Verdict
from app.domain.laws import Law, Right
from app.domain.rights import response_due
from app.domain.timeline import OPEN, Event, Standing, Status, replay
from app.domain.vendors import Directory
from app.rulebook.load import Rulebook
from app.store import people, requests


def set_dates(
    session: Session,
    rulebook: Rulebook,
    directory: Directory,
    filing: people.Filing,
    request: requests.Request,
) -> DueDates | None:
    """Write the due dates that follow from what happened, and return the count."""
    events = requests.timeline(session, request.filing_id, request.id)
    dates = dates_of(
        rulebook,
        directory,
        residence=filing.residence,
        vendor=request.vendor,
        law=request.law,
        told=request.told,
        events=events,
    )
    standing = replay(events)
    request.respond_due, request.extended_due = owed(standing, dates)
    request.certainty = dates.certainty if dates else Certainty.NONE
    until = dates.complaint_until if dates else None
    request.complaint_until = _day(until.due) if until else None
    request.set_due()
    session.flush()
    return dates


def owed(standing: Standing, dates: DueDates | None) -> tuple[date | None, date | None]:
    """Return by when an answer is owed, and by when with an extension.

    Once there was an appeal, that is the answer to it. Who answered what was sent owes
    no second answer by that day: opened again, only what the vendor promises counts.
    """
    if standing.status is Status.APPEALED:
        appeal = dates.appeal if dates else None
        return (_day(appeal.due) if appeal else None), None
    if standing.status in OPEN and standing.answer is not None:
        return None, standing.until
    respond = dates.respond if dates else None
    return (
        _day(respond.due) if respond else None,
        extended_to(dates, standing.until),
    )


def dates_of(
    rulebook: Rulebook,
    directory: Directory,
    *,
    residence: str,
    vendor: str,
    law: str | None,
    told: Mapping[str, Any],
    events: tuple[Event, ...],
) -> DueDates | None:
    """Return the dates that follow from a timeline; None where nothing was sent.

    No date comes from a law that the letter does not invoke, nor from one that sets no
    period for what it asks; where its reach is in doubt, so is the date.
    """
    standing = replay(events)
    found = rulebook.pack.laws.get(law or "")
    at_best = Certainty(told.get("at_best", Certainty.FIRM))
    if standing.sent_on is None or found is None or at_best is Certainty.NONE:
        return None
    known = directory.vendor(vendor)
    seat = seat_of(known, found.places, rulebook.places) if known else None
    moments = Moments(
        identity_asked=standing.identity_asked_on,
        identity_given=standing.identity_given_on,
        appeal_received=standing.appealed_on,
        answered=_answered_on(standing),
    )
    try:
        dates = for_request(
            found,
            standing.sent_on,
            rulebook.calendar,
            residence=residence,
            seat=seat,
            right=rests_on(found, told, standing.sent_on),
            since=moments,
        )
    except NotInForceError:
        return None
    if at_best is Certainty.INDICATIVE and dates.certainty is Certainty.FIRM:
        return replace(dates, certainty=Certainty.INDICATIVE)
    return dates


def _answered_on(standing: Standing) -> date | None:
    answer = standing.answer
    return (answer.on or answer.at.date()) if answer else None


def rests_on(law: Law, told: Mapping[str, Any], on: date) -> Right | None:
    """Return the right whose period counts, as the law reads on a day.

    A law may give several rights, each with its own period: the one that was told to be
    answered first. None where nothing was told of the law: its own period counts.
    """
    first = date.fromisoformat(told["on"]) if "on" in told else on
    grounds = [
        ground
        for one in told.get("grounds", ())
        if one["kind"] == GroundKind.LAW and one["id"] == law.id
        for ground in _as_told(law, one, first)
    ]
    best = [g for g in grounds if g.outcome is grounds[0].outcome]
    found = first_to_answer(best, first)
    return right_of(law, found, on) if found else None


def _as_told(law: Law, one: Mapping[str, Any], on: date) -> Iterator[Ground]:
    """Yield a ground as it was told, with the period that its right has."""
    plain = Ground(
        kind=GroundKind.LAW,
        id=law.id,
        outcome=Verdict(one["outcome"]),
        reasons=tuple(map(Reason, one["reasons"])),
        short_name=law.short_name,
        citation=one["citation"],
        right=one["right"],
    )
    step, right = law.on(on), right_of(law, plain, on)
    if step is not None and right is not None:
        yield replace(plain, response_due=response_due(right, step, on))


def longest(dates: DueDates | None) -> date | None:
    """Return the last day that an extension can give."""
    if dates is None or dates.extended is None:
        return None
    return _day(dates.extended.due)


def extended_to(dates: DueDates | None, promised: date | None) -> date | None:
    """Return to which day a vendor's promise moves the due date, None for not at all.

    No further than the law lets it, and never nearer. Where the law counts no day, the
    promise alone stands.
    """
    if promised is None or dates is None or dates.respond is None:
        return promised
    last = longest(dates)
    return last and max(_day(dates.respond.due), min(promised, last))


def _day(moment: date | datetime) -> date:
    return moment.date() if isinstance(moment, datetime) else moment
