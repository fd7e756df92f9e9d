"""Tell of what kind the files are that were given before their kind was kept."""

from typing import TypeAlias
from uuid import UUID

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from app.actions.keep_evidence import Given
from app.store import people, requests
from app.store.opening import Opener
from app.store.sealing import CannotOpenError, Where

Key: TypeAlias = tuple[UUID, UUID]
AT_ONCE = 50


def of_unknown_kind(session: Session, *, after: Key | None) -> list[Key]:
    """Return the next files that were given before their kind was kept."""
    file = requests.EvidenceFile
    place = tuple_(file.filing_id, file.id)
    found = select(file.filing_id, file.id).where(
        file.kind.is_(None), file.sealed.is_not(None)
    )
    if after is not None:
        found = found.where(place > after)
    rows = session.execute(found.order_by(file.filing_id, file.id).limit(AT_ONCE))
    return [(row.filing_id, row.id) for row in rows]


def tell_kind(session: Session, key: Key, *, opener: Opener) -> bool:
    """Say of what kind a file is, by its sealed name; backups hold no other document."""
    people.held(session, key[0])  # nothing destroys it or seals it anew meanwhile
    row = session.get(requests.EvidenceFile, key)
    if row is None or row.thing is None:
        return False
    try:
        content = opener.open(row.thing, Where("evidence", str(row.id)))
    except CannotOpenError:
        return False  # its key may come back: it is looked at again the next day
    row.kind = Given.read(content).kind
    return True
