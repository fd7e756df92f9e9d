"""Read what the record of vendors said before: every moment at which it was edited."""

from collections.abc import Iterator
from datetime import datetime
from itertools import groupby
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from app.domain.corrections import Edited, Edition
from app.domain.vendors import Vendor
from app.rulebook.vendor_schema import VendorShape
from app.store import vendors

SAYS = ("vendor", "fact", "offer", "order")
"""The parts of a record that are believed or not; a route is used, and a register's
entry is the register's own word."""


class _Written(NamedTuple):
    """One version of a part of a vendor."""

    at: datetime
    part: str
    key: str
    document: dict[str, Any] | None


def read_editions(session: Session) -> tuple[Edited, ...]:
    """Return each moment at which vendors that were known already were edited."""
    moments: dict[str, set[datetime]] = {}
    for part in SAYS:
        for vendor, at in vendors.moments(session, part):
            moments.setdefault(vendor, set()).add(at)
    again = sorted(slug for slug, known in moments.items() if len(known) > 1)
    if not again:
        return ()
    histories: dict[str, list[_Written]] = {slug: [] for slug in again}
    for part in vendors.PARTS:
        for one in vendors.versions(session, part, again):
            written = _Written(one.recorded_at, part, one.key, one.document)
            histories[one.vendor].append(written)
    found: dict[datetime, list[Edition]] = {}
    for slug, history in histories.items():
        for at, edition in _editions(history, moments[slug]):
            found.setdefault(at, []).append(edition)
    return tuple(Edited(at, tuple(found[at])) for at in sorted(found))


def _editions(
    history: list[_Written], moments: set[datetime]
) -> Iterator[tuple[datetime, Edition]]:
    """Yield a vendor as it was before each of its moments but the first, and after."""
    state: dict[tuple[str, str], dict[str, Any] | None] = {}
    for at, those in groupby(sorted(history, key=_moment), key=_moment):
        before = _vendor(state) if at in moments else None
        state.update({(one.part, one.key): one.document for one in those})
        after = _vendor(state) if before is not None else None
        if before is not None and after is not None:
            yield at, Edition(before, after)


def _moment(one: _Written) -> datetime:
    return one.at


def _vendor(state: dict[tuple[str, str], dict[str, Any] | None]) -> Vendor | None:
    """Return the vendor of which this is said; None where it is not known."""
    head = state.get(("vendor", ""))
    if head is None:
        return None
    tables: dict[str, Any] = dict(head)
    for part, name in vendors.LISTS.items():
        listed = [state[key] for key in sorted(state) if key[0] == part]
        if said := [document for document in listed if document is not None]:
            tables[name] = said
    return VendorShape.model_validate(tables).value()
