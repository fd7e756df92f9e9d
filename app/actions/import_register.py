"""Record a register of data brokers: who stands in it, and who no longer does."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from app.actions.import_vendors import (
    REGISTRATION,
    Effect,
    Imported,
    Recorder,
    recorder,
)
from app.rulebook.broker_registry import Register
from app.rulebook.vendor_files import Source
from app.rulebook.vendor_schema import VendorShape

BY = Source.REGISTER
LAST_TO_REGISTER = (1, 31)
"""Until then the register of a year fills: who is missing may still come (Cal. Civ.
Code 1798.99.82(a))."""
FORM_OF_COMPANY = re.compile(
    r"\b(inc|incorporated|llc|ltd|limited|corp|corporation|co|company|lp|llp|plc|pbc"
    r"|gmbh)\b"
)


def import_register(
    session: Session,
    register: Register,
    shapes: Sequence[VendorShape],
    refused: Collection[str] = (),
    *,
    at: datetime,
    dry_run: bool = False,
) -> list[Imported]:
    """Record the brokers of a register, and end the entries of those who left it.

    Who is ``refused``, by slug, stands in it and has not left.

    A broker is one that we know where its name is that vendor's, or its site is and
    the vendor stood in the register before or is called alike.
    """
    with recorder(session, at=at, dry_run=dry_run) as book:
        entries = _entries(book, register.place)
        newest = max((year for of in entries.values() for year in of), default=0)
        who = _who(book, shapes, entries)
        back_ends = _back_ends(shapes)
        done = []
        for shape in shapes:
            slug = who[shape.slug]
            group = who.get(back_ends.get(shape.slug, ""))
            later = any(year > register.year for year in entries.get(slug, ()))
            last = date(register.year, 12, 31) if newest > register.year else None
            found = _fitted(shape, slug, group, last)
            if later:  # what a newer register says of the vendor stays
                done.append(_entry_alone(book, found))
            else:
                done.append(book.vendor(found, by=BY))
        if newest <= register.year:
            done += _ended(book, register, entries, {*who.values(), *refused})
        return done


def _fitted(
    shape: VendorShape, slug: str, group: str | None, last: date | None
) -> VendorShape:
    """Return a row as the vendor that it is about."""
    entries = shape.registrations
    if last is not None:
        entries = tuple(one.model_copy(update={"last": last}) for one in entries)
    other = group if group != slug else None
    new = {"slug": slug, "group": other, "registrations": entries}
    return shape.model_copy(update=new)


def _entry_alone(book: Recorder, shape: VendorShape) -> Imported:
    bare = shape.model_copy(update={"routes": ()})
    things = [thing for thing in book.things(bare) if thing[0] == REGISTRATION]
    changed = [book.put(shape.slug, *thing, BY) for thing in things]
    effect = Effect.UPDATED if any(changed) else Effect.UNCHANGED
    return Imported(shape.slug, effect)


_Entries = Mapping[str, Mapping[int, dict[str, Any]]]
"""By vendor and year, what stands in the registers of a place."""


def _entries(book: Recorder, place: str) -> _Entries:
    found: dict[str, dict[int, dict[str, Any]]] = {}
    for (slug, _), row in book.known[REGISTRATION].items():
        if book.stands_for(slug) != slug:  # the other record goes on with it
            continue
        if row.document is not None and row.document["place"] == place:
            found.setdefault(slug, {})[row.document["year"]] = row.document
    return found


def _ended(
    book: Recorder, register: Register, entries: _Entries, here: set[str]
) -> Iterator[Imported]:
    """End what stands open of earlier years, and who is in this year's no more."""
    open_ = {
        (slug, year): entry
        for slug, of in entries.items()
        for year, entry in of.items()
        if "to" not in entry and (year < register.year or slug not in here)
    }
    gone = {slug for slug, _ in open_ if slug not in here}
    if len(gone) > len(here):
        why = f"names {len(here)} of {len(here) + len(gone)} brokers; nobody was ended"
        yield Imported(register.key, Effect.REJECTED, why)
        gone = set()
        open_ = {key: one for key, one in open_.items() if key[0] in here}
    filling = register.on <= date(register.year, *LAST_TO_REGISTER)
    for (slug, year), entry in open_.items():
        if slug in gone and filling:
            continue
        last = date(year, 12, 31)
        if year == register.year:
            last = max(register.on - timedelta(days=1), date(year, 1, 1))
        ended = {**entry, "to": last.isoformat()}
        if book.put(slug, REGISTRATION, entry["id"], ended, BY) and slug in gone:
            why = f"not in the register of {register.year}; its entry ends on {last}"
            yield Imported(slug, Effect.UPDATED, why)


def _back_ends(shapes: Iterable[VendorShape]) -> dict[str, str]:
    """Return the brokers whose mail or form is on the site of another one, by slug.

    One request to that other one reaches the same desk.
    """
    owners: dict[str, str] = {}
    for shape in shapes:
        for domain in shape.domains:
            owners.setdefault(domain, shape.slug)
    found = {}
    for shape in shapes:
        for route in shape.routes:
            desk = _host(route.address if route.url is None else route.url)
            if desk not in shape.domains and desk in owners:
                found[shape.slug] = owners[desk]
    return found


def _host(address: str | None) -> str:
    """Return the domain of a page or a mailbox."""
    bare = re.sub(r"^https?://(www\.)?", "", address or "").partition("/")[0]
    return bare.rpartition("@")[2].lower()


@dataclass(slots=True)
class _Index:
    """Which vendors there are, by name and by site."""

    names: dict[str, set[str]] = field(default_factory=dict)
    sites: dict[str, set[str]] = field(default_factory=dict)

    def add(self, slug: str, vendor: Mapping[str, Any]) -> None:
        for name in (vendor["name"], *vendor.get("brands", ())):
            self.names.setdefault(_plain(name), set()).add(slug)
        for domain in vendor.get("domains", ()):
            self.sites.setdefault(domain, set()).add(slug)


def _plain(name: str) -> str:
    """Return a name without what changes from year to year."""
    words = re.sub(r"[^\w]+", " ", re.sub(r"[.,'’]", "", name.casefold()))
    return " ".join(FORM_OF_COMPANY.sub(" ", words).split()) or words.strip()


def _who(
    book: Recorder, shapes: Sequence[VendorShape], entries: _Entries
) -> dict[str, str]:
    """Return which vendor each row is about, by the slug that its name makes.

    Names come first for all rows, so that a site which several share leads to the one
    that no other row has taken: the same file finds the same vendors again.
    """
    index, names = _Index(), {}
    for (slug, _), row in book.known["vendor"].items():
        if row.document is not None:
            index.add(book.stands_for(slug), row.document)
            names[slug] = _plain(row.document["name"])
    for slug, of in entries.items():
        for entry in of.values():
            index.names.setdefault(_plain(entry.get("name") or slug), set()).add(slug)
    found: dict[str, str] = {}
    taken: set[str] = set()

    def take(shape: VendorShape, slugs: Iterable[str]) -> None:
        free = set(slugs) - taken
        if shape.slug not in found and len(free) == 1:
            [found[shape.slug]] = free
            taken.update(free)

    for shape in shapes:
        take(shape, {book.stands_for(shape.slug)} & names.keys())
    for shape in shapes:
        take(shape, index.names.get(_plain(shape.name), ()))
    for shape in shapes:
        first = _plain(shape.name).partition(" ")[0]
        near = {
            slug for domain in shape.domains for slug in index.sites.get(domain, ())
        }
        take(
            shape, {s for s in near if s in entries or names[s].split(" ")[0] == first}
        )
    return {shape.slug: found.get(shape.slug, shape.slug) for shape in shapes}
