"""Count a mailbox once for each company in a quarter, also where it is forgotten."""

from datetime import UTC, date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, insert, select
from sqlalchemy.orm import Session, aliased

from app.domain.figures import Quarter
from app.store import broadcasts, people, requests
from app.store.figures import Repeat

_mine, _other = aliased(people.Person), aliased(people.Person)
_asked, _too = aliased(requests.Request), aliased(requests.Request)
OTHER = _other.filing_id
"""The other filing of the mailbox."""
MINE = _mine.filing_id
CONFIRMED_AT = people.Filing.confirmed_at
"""When the other one was confirmed."""


def moment(day: date) -> datetime:
    """Return the moment at which a day begins, in UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def first_id(day: date) -> UUID:
    """Return the least id of what is begun on a day or later (RFC 9562, 5.7)."""
    return UUID(int=int(moment(day).timestamp() * 1000) << 80)


def begun_on(id_: UUID) -> date:
    """Return the day, in UTC, on which what has this id was begun."""
    return datetime.fromtimestamp((id_.int >> 80) / 1000, UTC).date()


def asked_twice(
    quarter: Quarter, first: UUID, last: UUID, *which: ColumnElement[bool]
) -> Select[UUID, str]:
    """Select filing and company where another filing of the mailbox asks it, too.

    Args:
        quarter: In which the other one was begun.
        first: The first filing that is looked at.
        last: The last one.
        which: What else holds of the two.
    """
    lists = select(broadcasts.Broadcast.filing_id)
    return (
        select(_asked.filing_id, _asked.vendor)
        .join(_mine, _asked.filing_id == MINE)
        .join(_other, _other.email_index == _mine.email_index)
        .join(people.Filing, people.Filing.id == OTHER)
        .join(_too, (_too.filing_id == OTHER) & (_too.vendor == _asked.vendor))
        .where(
            _asked.filing_id.between(first, last),
            OTHER != MINE,
            first_id(quarter.first) <= OTHER,
            first_id(quarter.later(1).first) > OTHER,
            OTHER.not_in(lists.where(broadcasts.Broadcast.filing_id == OTHER)),
            *which,
        )
        .distinct()
    )


def note_repeats(session: Session, filing_id: UUID) -> None:
    """Note what another filing of the mailbox stands for, before it is forgotten.

    Without this each filing of somebody would be another person afterwards. Nothing
    leads from the note to the other filing.
    """
    filing = session.get_one(people.Filing, filing_id)
    which = [] if filing.confirmed_at is None else [CONFIRMED_AT.is_not(None)]
    quarter = Quarter.of(filing.filed_at.astimezone(UTC).date())
    found = session.execute(asked_twice(quarter, filing_id, filing_id, *which))
    rows = [{"filing_id": filing_id, "vendor": row.vendor} for row in found]
    if rows:
        session.execute(insert(Repeat.__table__), rows)
