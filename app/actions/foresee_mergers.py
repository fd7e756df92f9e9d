"""Look ahead: what the directory will be from the days on which mergers begin."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from pydantic import ValidationError
from sqlalchemy.orm import Session

from app.actions.draft_merger import begun
from app.actions.vendor_record import Record, record_of
from app.domain.vendors import Directory, Vendor


def directories_ahead(
    session: Session, now: Directory
) -> Iterator[tuple[date, Directory]]:
    """Yield each day on which a merger begins, and what the directory will be then.

    It is what the worker will write that day, if nobody says otherwise before.
    """
    seen: dict[str, Record] = {}
    for since, slug in sorted(_waiting(now)):
        of = now.stands_for(_double_of(now.vendors[slug]))
        if of == slug or of not in now.vendors:
            continue
        record, other = (seen.get(one) or record_of(session, one) for one in (slug, of))
        if not record.waits or not other.stands:  # written meanwhile: it is read again
            continue
        things = tuple(begun(record, other, record.document("vendor", "") or {}))
        both = record.then(things), other.then(things)
        try:
            then = {one.slug: _like(now.vendors[one.slug], one) for one in both}
        except ValidationError:  # they stand side by side: the page is not lost with it
            continue
        seen |= {one.slug: one for one in both}
        now = replace(
            now,
            vendors={k: then.get(k, v) for k, v in now.vendors.items() if k != slug},
            doubles={**now.doubles, slug: then[slug]},
        )
        yield since, now


def _waiting(now: Directory) -> Iterator[tuple[date, str]]:
    for slug, one in now.vendors.items():
        if one.double is not None and one.double.waits:
            yield one.double.since, slug


def _double_of(one: Vendor) -> str:
    return one.double.of if one.double else ""


def _like(was: Vendor, record: Record) -> Vendor:
    return replace(record.shape().value(), recorded_on=was.recorded_on)
