"""Set a request's due dates from its timeline, as its law counts them."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from app.actions.check_eligibility import seat_of
from app.domain.deadlines import (
    Certainty,
    DueDates,
    Moments,
    NotInForceError,
    for_request,
)
from app.domain.timeline import Event, replay
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
    request.respond_due = _day(dates.respond.due) if dates and dates.respond else None
    request.certainty = dates.certainty if dates else Certainty.NONE
    until = dates.complaint_until if dates else None
    request.complaint_until = _day(until.due) if until else None
    request.extended_due = extended_to(dates, standing.until)
    request.set_due()
    session.flush()
    return dates


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
    known = directory.vendors.get(vendor)
    seat = seat_of(known, found.places, rulebook.places) if known else None
    moments = Moments(
        identity_asked=standing.identity_asked_on,
        identity_given=standing.identity_given_on,
    )
    try:
        dates = for_request(
            found,
            standing.sent_on,
            rulebook.calendar,
            residence=residence,
            seat=seat,
            since=moments,
        )
    except NotInForceError:
        return None
    if at_best is Certainty.INDICATIVE and dates.certainty is Certainty.FIRM:
        return replace(dates, certainty=Certainty.INDICATIVE)
    return dates


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
