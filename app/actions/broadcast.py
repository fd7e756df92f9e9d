"""Ask all vendors of a circle with one row, and make a request where one differs.

What stands for a vendor that has not answered is computed: from the row and from the
batch in which the vendor got it. Who answers, or is looked at apart, gets a request of
its own, whose timeline begins with what was computed until then.
"""

import secrets
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from app.actions.choose_vendors import ChosenCircle
from app.actions.desk import Desk
from app.actions.got_broadcast import got_by, until_now
from app.actions.prepare_filing import Row, grounds_told
from app.actions.set_dates import set_dates
from app.domain.receipts import ADDRESS_BITS, NUMBER_BITS, address_from, number_from
from app.domain.timeline import Actor, Event, EventKind, Status
from app.domain.vendors import RouteKind
from app.store import broadcasts, matching, people, requests
from app.store.base import insert_together, new_id
from app.store.broadcasts import Broadcast


def broadcast_rows(
    session: Session, circle: ChosenCircle, filing_id: UUID, *, at: datetime
) -> tuple[Row, ...]:
    """Return the rows by which a filing asks a circle, as its vendors are now."""
    version = broadcasts.circle_of(session, circle.name, list(circle.vendors), at=at)
    rests, number = circle.rests, number_from(secrets.randbits(NUMBER_BITS))
    told = {
        "verdict": circle.answer.verdict,
        "on": circle.answer.on.isoformat(),
        "url": None,
        "demands": [],
        "by_oneself": None,
        "agent_allowed": rests.agent_allowed,
        "nobody_else_opts_out": rests.nobody_else_opts_out,
        "at_best": rests.at_best,
        "rests_on": rests.laws,
        "grounds": grounds_told(circle.answer),
    }
    row = {
        "filing_id": filing_id,
        "circle": circle.name,
        "version": version,
        "number": number,
        "verdict": circle.answer.verdict,
        "law": rests.law.id if rests.law else None,
        "told": told,
        "drawer": None,
        "items": "",
        "withdrawn_at": None,
        "closed_on": None,
        "sealed": None,
        "key_drawer": None,
    }
    finds = {"number": number, "filing_id": filing_id, "request_id": filing_id}
    return (
        (Broadcast.__table__, row),
        (requests.RequestNumber.__table__, finds),
    )


def request_apart(
    session: Session, desk: Desk, row: Broadcast, vendor: str, *, at: datetime
) -> requests.Request | None:
    """Return a broadcast's request to one vendor, made if there is none.

    None where the vendor is none of the circle, or all was taken back before it got
    the broadcast. The filing is held.
    """
    found = session.scalar(
        select(requests.Request).where(
            requests.Request.filing_id == row.filing_id,
            requests.Request.vendor == vendor,
        )
    )
    if found is not None:
        return found
    circle = session.get_one(broadcasts.Circle, (row.circle, row.version))
    got = got_by(session, row).get(vendor)
    if vendor not in circle.vendors or (row.over and got is None):
        return None
    filing = session.get_one(people.Filing, row.filing_id)
    first, *later = until_now(filing.filed_at, filing.confirmed_at, got)
    request = _made(session, row, vendor, first, at=at)
    if later:
        requests.record(session, request, *later)
    if row.withdrawn_at is not None:
        back = Event(kind=EventKind.WITHDRAWN, at=row.withdrawn_at, by=Actor.RESIDENT)
        requests.record(session, request, back)
    set_dates(session, desk.rulebook, desk.directory, filing, request)
    if got is not None:
        session.execute(
            insert(matching.Listing.__table__),
            {
                "filing_id": row.filing_id,
                "request_id": request.id,
                "vendor": vendor,
                "batch": got.batch,
                "key_hash": got.key_hash,
                "items": row.items,
                "sent_on": request.sent_on,
                "listed_at": got.at,
                "taken_off": None,
                "sealed": None,
                "key_vendor": None,
            },
        )
    return request


def open_apart(
    session: Session, desk: Desk, filing_id: UUID, vendor: str, *, at: datetime
) -> UUID | None:
    """Return the id of a broadcast's request to one vendor, made if there is none.

    None also before it is listed: until its hold is over it may still be stopped.
    """
    people.held(session, filing_id)
    row = broadcasts.broadcast_of(session, filing_id)
    if row is None or row.drawer is None:
        return None
    request = request_apart(session, desk, row, vendor, at=at)
    return request.id if request else None


def _made(
    session: Session, row: Broadcast, vendor: str, first: Event, *, at: datetime
) -> requests.Request:
    request_id = new_id(at)
    number = number_from(secrets.randbits(NUMBER_BITS))
    local = address_from(secrets.randbits(ADDRESS_BITS))
    entry = requests.first_entry(row.filing_id, request_id, first)
    finds = {"filing_id": row.filing_id, "request_id": request_id}
    nothing: dict[str, Any] = dict.fromkeys(
        (
            "outcome",
            "denial_ground",
            "evidence",
            "sent_on",
            "respond_due",
            "extended_due",
            "due",
            "complaint_until",
            "reminded_on",
            "assigned_to",
            "unseen",
            "by_hand",
        )
    )
    made = nothing | {
        "filing_id": row.filing_id,
        "id": request_id,
        "number": number,
        "vendor": vendor,
        "route": RouteKind.MATCHING,
        "reply_to": local,
        "verdict": row.verdict,
        "law": row.law,
        "told": row.told,
        "status": Status.UNCONFIRMED,
        "certainty": "none",
        "events": 1,
        "head": entry["hash"],
    }
    insert_together(
        session,
        (requests.Request.__table__, made),
        (requests.RequestNumber.__table__, {"number": number, **finds}),
        (requests.ReplyAddress.__table__, {"local": local, **finds}),
        (requests.TimelineEntry.__table__, entry),
    )
    return session.get_one(requests.Request, (row.filing_id, request_id))
