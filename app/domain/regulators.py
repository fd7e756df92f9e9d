"""Who enforces which law where, seen from the regulator's side."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from app.domain.laws import Law, Regulator

LONGEST = 60
"""Signs of an id, at most."""


@dataclass(frozen=True, slots=True)
class Charge:
    """A law that a regulator enforces, and where."""

    law: Law
    regulator: Regulator
    """As the law's record names it: with its remarks and where it takes complaints."""
    places: tuple[str, ...]
    """In the order of their codes."""


@dataclass(frozen=True, slots=True)
class Known:
    """A regulator, and all laws that it enforces."""

    id: str
    """Its name in small letters of ASCII; with a place where others are called so."""
    regulator: Regulator
    """As a record names it; the first that says where it takes complaints."""
    charges: tuple[Charge, ...]

    @property
    def places(self) -> tuple[str, ...]:
        """Every place for which it is named, in the order of their codes."""
        return tuple(
            sorted({code for charge in self.charges for code in charge.places})
        )


def known_regulators(laws: Mapping[str, Law]) -> dict[str, Known]:
    """Return every regulator of the laws by its id, in the order of their ids.

    Records name a regulator as their sources do. Two with one name are one if they
    have one web site or are of one place.
    """
    named: dict[str, list[Charge]] = {}
    for law in laws.values():
        for charge in _charges(law):
            named.setdefault(_slug(charge.regulator.name), []).append(charge)
    found = (known for slug, alike in named.items() for known in _apart(slug, alike))
    return {known.id: known for known in sorted(found, key=lambda known: known.id)}


def regulator_id(law: Law, code: str, known: Mapping[str, Known]) -> str | None:
    """Return the id of who enforces a law in a place."""
    return next(
        (
            one.id
            for one in known.values()
            for charge in one.charges
            if charge.law is law and code in charge.places
        ),
        None,
    )


def _charges(law: Law) -> Iterator[Charge]:
    """Yield whom a law names; one named for some places is not so for the others."""
    own: dict[Regulator, list[str]] = {}
    for code in law.places:
        regulator = law.regulator_for(code)
        if regulator is not None:
            own.setdefault(regulator, []).append(code)
    for code, regulator in law.regulators.items():
        if code not in law.places:  # FR, where the law is that of the EU
            own.setdefault(regulator, []).append(code)
    for regulator, codes in own.items():
        yield Charge(law, regulator, tuple(sorted(codes)))


def _apart(slug: str, alike: list[Charge]) -> Iterator[Known]:
    """Yield those of one name: one for each web site and, without, for each country."""
    groups: dict[str, list[Charge]] = {}
    for charge in alike:
        home = charge.law.id.partition("-")[0]
        groups.setdefault(_site(charge.regulator) or home, []).append(charge)
    called: dict[str, list[Charge]] = {}
    for charges in groups.values():
        first = min(code for charge in charges for code in charge.places).lower()
        called.setdefault(first, []).extend(charges)  # one place, two sites: one body
    for first, charges in called.items():
        own = slug if slug and len(called) == 1 else f"{slug}-{first}".strip("-")
        named = _fullest(charge.regulator for charge in charges)
        yield Known(own, named, tuple(charges))


def _fullest(named: Iterable[Regulator]) -> Regulator:
    return max(named, key=lambda r: (r.complaint_page is not None, r.url is not None))


def _site(regulator: Regulator) -> str:
    address = regulator.url or regulator.complaint_url or ""
    return address.partition("://")[2].partition("/")[0].removeprefix("www.")


def _slug(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub("[^a-z0-9]+", "-", plain.casefold()).strip("-")[:LONGEST].strip("-")
