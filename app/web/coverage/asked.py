"""Which changes a reader asks for: the filters of the address, read once."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Depends, Query
from starlette.requests import HTTPConnection

from app.domain.changes import Cause, Change, Direction, Wanted
from app.domain.coverage import researched, state_of
from app.domain.dated import Span
from app.domain.facts import Sector
from app.domain.vendors import Directory
from app.domain.written_days import day_from
from app.rulebook.load import Rulebook
from app.web.coverage.choosing import kind_of, one_of, region_asked, vendor_asked
from app.web.coverage.regions import region_name
from app.web.deps import Day, DirectoryDep, RulebookDep, once
from app.web.errors import API, Problem
from app.words.catalog import translations
from app.words.languages import Language
from app.words.terms import CAUSES, DIRECTIONS, SECTORS


@dataclass(frozen=True, slots=True)
class Asked:
    """The filters as they were typed; empty is everything."""

    on: date
    """What came later is still to come."""
    dated: bool
    """Whether the address names that day."""
    vendor: str = ""
    kind: str = ""
    place: str = ""
    cause: str = ""
    direction: str = ""
    first: date | None = None
    last: date | None = None

    def query(self, **other: str | None) -> str:
        """Return the query of an address that asks the same, but for this."""
        named: dict[str, str | None] = {
            "on": self.on.isoformat() if self.dated else None,
            "vendor": self.vendor,
            "kind": self.kind,
            "place": self.place,
            "cause": self.cause,
            "direction": self.direction,
            "from": self.first.isoformat() if self.first else None,
            "to": self.last.isoformat() if self.last else None,
            **other,
        }
        return urlencode({name: value for name, value in named.items() if value})

    def address(self, path: str, **other: str | None) -> str:
        """Return the address of a page or file about the same."""
        query = self.query(**other)
        return f"{path}?{query}" if query else path


async def _asked(
    connection: HTTPConnection,
    on: Day,
    directory: DirectoryDep,
    rulebook: RulebookDep,
    vendor: Annotated[str, Query()] = "",
    kind: Annotated[str, Query()] = "",
    place: Annotated[str, Query()] = "",
    cause: Annotated[str, Query()] = "",
    direction: Annotated[str, Query()] = "",
    first: Annotated[str, Query(alias="from")] = "",
    last: Annotated[str, Query(alias="to")] = "",
) -> Asked:
    if connection.url.path.startswith(API):
        once(connection)
    vendor = vendor_asked(vendor, directory)
    one_of("kind", kind, Sector)
    region_asked("place", place, rulebook.places)
    one_of("cause", cause, Cause)
    one_of("direction", direction, Direction)
    begins, ends = day_typed("from", first), day_typed("to", last)
    if begins and ends and ends < begins:
        raise Problem(422, "to comes before from", field="to")
    dated = bool(connection.query_params.get("on"))
    return Asked(on, dated, vendor, kind, place, cause, direction, begins, ends)


AskedDep = Annotated[Asked, Depends(_asked)]


def day_typed(field: str, text: str) -> date | None:
    """Return a day of the address; None where it is left out."""
    if not text:
        return None
    try:
        return day_from(text)
    except ValueError:
        raise Problem(
            422, f"{field} is not a day such as 2026-11-23", field=field
        ) from None


def whose(asked: Asked, directory: Directory, language: Language) -> str:
    """Return of what a reader asks, in words; nothing where of everything."""
    say = translations(language).gettext
    words = (
        directory.vendors[asked.vendor].name if asked.vendor else "",
        say(SECTORS[asked.kind]) if asked.kind else "",
        region_name(asked.place, language) if asked.place else "",
        say(CAUSES[asked.cause]) if asked.cause else "",
        say(DIRECTIONS[asked.direction]) if asked.direction else "",
    )
    return ", ".join(filter(None, words))


def vendors_of(asked: Asked, directory: Directory) -> frozenset[str] | None:
    """Return the vendors that are asked for; None for all of them."""
    if not asked.vendor and not asked.kind:
        return None
    return frozenset(
        slug
        for slug, vendor in directory.vendors.items()
        if asked.vendor in {"", slug} and asked.kind in {"", kind_of(vendor, asked.on)}
    )


def residences_of(place: str, rulebook: Rulebook) -> frozenset[str] | None:
    """Return the residences in a place that is asked for; None for all of them."""
    if not place:
        return None
    places = rulebook.places
    state = state_of(places[place], places) if place in places else None
    return frozenset(
        found.code
        for found in researched(rulebook.pack.laws, places)
        if (state or place) in places.around(found.code)
    )


def found_for(
    asked: Asked, told: tuple[Change, ...], directory: Directory, rulebook: Rulebook
) -> tuple[Change, ...]:
    """Return the changes that are asked for, the newest first."""
    wanted = Wanted(
        vendors=vendors_of(asked, directory),
        places=residences_of(asked.place, rulebook),
        cause=Cause(asked.cause) if asked.cause else None,
        direction=Direction(asked.direction) if asked.direction else None,
        days=Span(asked.first, asked.last),
    )
    return tuple(reversed([*wanted.of(told, rulebook.places.around)]))
