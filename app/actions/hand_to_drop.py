"""Hand a resident of California over to the state's own platform (DROP).

The state checks the residence itself and takes no request from an agent's program: what
is done here is to prepare what is entered there, and to keep the DROP ID and the dates.
"""

import json
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.actions.desk import Desk
from app.actions.read_filing import FilingStanding
from app.domain import drop
from app.domain.deadlines import NotInForceError, count
from app.store import people
from app.store.sealing import CannotOpenError, Sealer, Where, open_with_receipt

LAW = "us-ca-delete-act"
PLACE = "US-CA"


@dataclass(frozen=True, slots=True)
class ToEnter:
    """One identifier: as it was typed, and as the platform compares it."""

    what: str
    typed: str
    compared: str


@dataclass(frozen=True, slots=True)
class DropDates:
    """The platform's cycle, from the day on which the resident filed there."""

    lodged_on: date
    fetched_by: date | None
    """The day by which every broker has fetched the request."""
    answered_by: date | None


@dataclass(frozen=True, slots=True)
class DropNoted:
    """What the resident wrote down; without an ID where another receipt is needed."""

    drop_id: str | None
    dates: DropDates


@dataclass(frozen=True, slots=True)
class HandOff:
    """What is shown once the mailbox is proved."""

    to_enter: tuple[ToEnter, ...]
    noted: DropNoted | None


def is_for(filing: FilingStanding) -> bool:
    """Return whether the platform is there for who filed."""
    return filing.residence == PLACE and not filing.erased


def hand_off(
    session: Session, desk: Desk, filing_id: UUID, receipt: bytes
) -> HandOff | None:
    """Return what to enter and what was noted; None where this receipt opens nothing."""
    row = session.get(people.Person, filing_id)
    if row is None or row.thing is None:
        return None
    try:
        opened = open_with_receipt(row.thing, Where("person", str(filing_id)), receipt)
    except CannotOpenError:
        return None
    return HandOff(
        tuple(_to_enter(json.loads(opened)["resident"])),
        _noted(session, desk, filing_id, receipt),
    )


def _to_enter(resident: dict[str, Any]) -> list[ToEnter]:
    """Return every identifier once, by what it is alike to."""
    lines = [
        *(("name", n, _names(n)) for n in (resident["name"], *_all(resident, "names"))),
        *(
            ("email", e, drop.email(e))
            for e in (resident["email"], *_all(resident, "emails"))
        ),
        *(("phone", p, drop.phone(p)) for p in resident.get("phones") or ()),
        *(
            ("zip", code, drop.zip_code(code))
            for line in resident.get("addresses") or ()
            for code in drop.zip_codes_in(line)[:1]
        ),
    ]
    born = resident.get("birth_date")
    if born:
        lines.append(("birth_date", born, drop.birth_date(date.fromisoformat(born))))
    once = {(what, compared): typed for what, typed, compared in reversed(lines)}
    found = [ToEnter(what, typed, alike) for (what, alike), typed in once.items()]
    return found[::-1]


def _all(resident: dict[str, Any], what: str) -> list[str]:
    return list(resident.get(f"other_{what}") or ())


def _names(typed: str) -> str:
    """Return a name part by part: the platform asks for first and last name apart."""
    return " ".join(part for part in map(drop.name, typed.split()) if part)


def _noted(
    session: Session, desk: Desk, filing_id: UUID, receipt: bytes
) -> DropNoted | None:
    row = session.get(people.DropFiling, filing_id)
    if row is None or row.thing is None:
        return None
    try:
        where = Where("drop_filing", str(filing_id))
        drop_id = json.loads(open_with_receipt(row.thing, where, receipt))["drop_id"]
    except CannotOpenError:
        drop_id = None
    return DropNoted(drop_id, drop_dates(desk, row.lodged_on))


def drop_dates(desk: Desk, lodged_on: date) -> DropDates:
    """Return the days of the cycle, as the Delete Act counts them."""
    law = desk.rulebook.pack.laws[LAW]
    try:
        dates = count(law, lodged_on, desk.rulebook.calendar)
    except NotInForceError:
        return DropDates(lodged_on, None, None)
    fetched = dates.steps_within[0].due if dates.steps_within else None
    answered = dates.respond.due if dates.respond else None
    return DropDates(lodged_on, fetched, answered)


def note_drop(
    session: Session, desk: Desk, filing_id: UUID, drop_id: str, lodged_on: date
) -> bool:
    """Keep the DROP ID, sealed; False where nothing personal is kept any more."""
    filing = people.held(session, filing_id)
    if filing.purged_at is not None:
        return False
    sealer = Sealer(desk.keys.epoch, filing.receipt_public)
    thing = sealer.seal(
        json.dumps({"drop_id": drop_id}).encode(), Where("drop_filing", str(filing_id))
    )
    row = people.DropFiling(
        filing_id=filing_id, lodged_on=lodged_on, **people.columns(thing)
    )
    session.merge(row)
    return True
