"""Jurisdictions: their codes, names, and what lies in what."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from difflib import SequenceMatcher
from zoneinfo import ZoneInfo

from app.domain.likeness import LONGEST, likest

REGIONS_NAMED = 4
"""How many regions are named that resemble what was typed."""
LIKE = 0.5
"""From which share of signs in the same order one code resembles another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place with law of its own, by its ISO 3166-1 or 3166-2 code."""

    code: str
    name: str
    """The English name."""
    within: frozenset[str] = frozenset()
    """Places and groups (``EU``, ``EEA``) that hold it."""
    zone: str
    """Time zone of its largest city, as in the IANA database."""
    regions_differ: bool = False
    """Whether residence has to be named by region, as in Canada."""

    def day(self, at: datetime) -> date:
        """Return the day that it is here at a moment."""
        return at.astimezone(ZoneInfo(self.zone)).date()


class UnknownPlaceError(LookupError):
    """No such code."""

    def __init__(self, code: str, nearest: tuple[str, ...]) -> None:
        super().__init__(code)
        self.code = code
        self.nearest = nearest


@dataclass(frozen=True, slots=True)
class Places:
    """Every place, by its code."""

    by_code: Mapping[str, Place] = field(default_factory=dict)
    _around: Mapping[str, frozenset[str]] = field(init=False, repr=False, compare=False)
    """Found once: a decision asks for it hundreds of times."""
    _wholes: dict[frozenset[str], frozenset[str]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )
    """Found when first asked for; laws have few territories."""

    def __post_init__(self) -> None:
        found = {code: self._found_around(code) for code in self.by_code}
        object.__setattr__(self, "_around", found)

    @classmethod
    def of(cls, places: Iterable[Place]) -> "Places":
        """Return the collection of ``places``."""
        return cls({place.code: place for place in places})

    def __getitem__(self, code: str) -> Place:
        """Return the place with this code.

        Raises:
            UnknownPlaceError: If there is none; it names the nearest codes.
        """
        place = self.by_code.get(code)
        if place is None:
            raise UnknownPlaceError(code, self.nearest(code))
        return place

    def __contains__(self, code: object) -> bool:
        return code in self.by_code

    def __iter__(self) -> Iterator[Place]:
        return iter(self.by_code.values())

    def nearest(self, code: str) -> tuple[str, ...]:
        """Return the codes that were most likely meant, best first."""
        if len(code) > LONGEST:
            return ()
        wanted = code.strip().upper().replace("_", "-")
        named = [p.code for p in self if p.name.upper() == wanted]
        country, is_region, _ = wanted.partition("-")
        if is_region and country in self.by_code:
            return tuple(dict.fromkeys((*named, *self._regions_like(country, wanted))))
        close = likest(wanted, self.by_code, cutoff=0.5)
        return tuple(dict.fromkeys((*named, *close)))

    def _regions_like(self, country: str, wanted: str) -> Iterator[str]:
        """Yield regions of a country: the likest first; all, where none is like it."""
        region = wanted.partition("-")[2]

        def unlike(place: Place) -> tuple[bool, float, str]:
            code, name = place.code.partition("-")[2], place.name.upper()
            likeness = max(
                SequenceMatcher(None, region, word).ratio() for word in (code, name)
            )
            starts = code.startswith(region[:1]) or name.startswith(region)
            return (not starts, -likeness, place.code)

        here = [p for p in self if p.code.startswith(f"{country}-")]
        resembling = [p for p in here if unlike(p)[:2] < (True, -LIKE)]
        found = sorted(resembling, key=unlike)[:REGIONS_NAMED]
        yield from (p.code for p in found or sorted(here, key=lambda p: p.code))
        if not here:
            yield country

    def around(self, code: str) -> frozenset[str]:
        """Return ``code`` and everything that holds it: CA-NB gives CA-NB and CA."""
        return self._around.get(code) or frozenset({code})

    def with_wholes(self, codes: frozenset[str]) -> frozenset[str]:
        """Return ``codes`` and what at least two of them lie in (CA, EU)."""
        found = self._wholes.get(codes)
        if found is None:
            outer = Counter(c for code in codes for c in self.around(code) - {code})
            found = codes | {code for code, times in outer.items() if times > 1}
            self._wholes[codes] = found
        return found

    def _found_around(self, code: str) -> frozenset[str]:
        place = self.by_code.get(code)
        within = place.within if place else ()
        return frozenset({code}).union(*map(self._found_around, within))
