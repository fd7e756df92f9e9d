"""What became covered or lost cover, when, and why."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from urllib.parse import parse_qsl, urlencode

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.domain.changes import Cause, Change, Direction
from app.domain.coverage import researched
from app.domain.vendors import Directory
from app.rulebook.load import Rulebook
from app.web.coverage.asked import Asked, AskedDep, found_for, whose
from app.web.coverage.cards.changes import changes_card
from app.web.coverage.cards.teller import Teller
from app.web.coverage.change_views import ChangeView, Viewer
from app.web.coverage.choosing import kind_of
from app.web.coverage.regions import REGIONS, by_region, region_name
from app.web.coverage.vendors import by_name, stamp
from app.web.deps import (
    DirectoryDep,
    PagesDep,
    PartsDep,
    PortalDep,
    RulebookDep,
    ToldDep,
)
from app.web.doorstep import address
from app.web.pages import csv_of, json_of, language_of, public
from app.web.shared import Shared
from app.words.changes import CHANGE_COLUMNS, change_document, change_rows
from app.words.languages import Language, place_name

router = APIRouter()


COMPARED = frozenset({Direction.GAINED, Direction.LOST})
"""What may become of an answer between two days."""
A_PAGE = 40
"""Changes on a page and in a feed at least; the last day is always whole."""


@dataclass(frozen=True, slots=True)
class Choices:
    """What the form offers."""

    vendors: tuple[tuple[str, str], ...]
    kinds: tuple[str, ...]
    places: tuple[tuple[str, str], ...]
    causes: tuple[Cause, ...]
    directions: tuple[Direction, ...]


@dataclass(frozen=True, slots=True)
class ChangesView:
    """The page."""

    asked: Asked
    choices: Choices
    count: int
    """How many there are up to the day, on all pages."""
    years: tuple[tuple[int, tuple[ChangeView, ...]], ...]
    coming: tuple[ChangeView, ...]
    older: str | None
    newest: str | None
    files: tuple[tuple[str, str], ...]
    """Name and address of each file and feed."""
    watch: str
    compare: str
    """The query of the page that compares two days of the same."""


@router.get("/changes")
async def changes_page(
    request: Request,
    asked: AskedDep,
    told: ToldDep,
    directory: DirectoryDep,
    rulebook: RulebookDep,
    pages: PagesDep,
    portal: PortalDep,
    here: PartsDep,
) -> Response:
    """Show who gained or lost what, when, and why."""
    language, of = language_of(request), stamp(directory, rulebook, asked.on)
    key = address(request, here, directory)
    if (written := here.kept.find(key, request)) is not None:
        return written
    past, coming = split(asked, told, directory, rulebook)
    shown, older = first_page(past)
    viewer = Viewer(directory, rulebook, language)
    page = ChangesView(
        asked=asked,
        choices=choices_of(asked.on, directory, rulebook, language),
        count=len(past),
        years=tuple(
            (year, tuple(those))
            for year, those in groupby(
                viewer.views(shown), key=lambda view: view.read.change.on.year
            )
        ),
        coming=viewer.views(reversed(coming)),
        older=asked.address("/changes", to=older.isoformat()) if older else None,
        newest=asked.address("/changes", to=None) if asked.last else None,
        files=tuple(_files(asked, language)),
        watch=_watch(asked, rulebook),
        compare=_compare(asked),
    )
    tell = Teller(rulebook, language)
    asked_of = whose(asked, directory, language)
    shared = Shared(
        "/changes",
        asked.on,
        changes_card(tell, past, asked_of, asked.on, directory).line,
        dated=asked.dated,
        query=dict(parse_qsl(asked.query(on=None))),
    )
    response = pages.show(request, "coverage/changes.html", page, shared=shared)
    if "set-cookie" in response.headers:
        return response
    response = public(request, response, stamp=of, portal=portal)
    here.kept.keep(key, response)
    return response


@router.get("/changes.json")
async def changes_json(
    request: Request,
    asked: AskedDep,
    told: ToldDep,
    directory: DirectoryDep,
    rulebook: RulebookDep,
    portal: PortalDep,
) -> Response:
    """Write all that is asked for as JSON."""
    document = changes_document(asked, told, directory, rulebook, language_of(request))
    of = stamp(directory, rulebook, asked.on)
    return public(request, json_of(document), stamp=of, portal=portal)


@router.get("/changes.csv")
async def changes_csv(
    request: Request,
    asked: AskedDep,
    told: ToldDep,
    directory: DirectoryDep,
    rulebook: RulebookDep,
    portal: PortalDep,
) -> Response:
    """Write all that is asked for as CSV, what is coming first."""
    found = found_for(asked, told, directory, rulebook)
    read = Viewer(directory, rulebook, language_of(request)).read(found)
    response = csv_of(CHANGE_COLUMNS, change_rows(read))
    of = stamp(directory, rulebook, asked.on)
    return public(request, response, stamp=of, portal=portal)


def changes_document(
    asked: Asked,
    told: tuple[Change, ...],
    directory: Directory,
    rulebook: Rulebook,
    language: Language,
) -> dict[str, object]:
    """Return all that is asked for, the newest first, and apart what is coming."""
    past, coming = split(asked, told, directory, rulebook)
    viewer = Viewer(directory, rulebook, language)
    return {
        "on": asked.on.isoformat(),
        "law_pack": rulebook.pack.fingerprint,
        "count": len(past),
        "changes": [change_document(read) for read in viewer.read(past)],
        "coming": [change_document(r) for r in viewer.read(reversed(coming))],
    }


def split(
    asked: Asked, told: tuple[Change, ...], directory: Directory, rulebook: Rulebook
) -> tuple[tuple[Change, ...], tuple[Change, ...]]:
    """Return what came up to the day, and what comes after; the latest first."""
    found = found_for(asked, told, directory, rulebook)
    later = sum(change.on > asked.on for change in found)
    return found[later:], found[:later]


def first_page(
    found: tuple[Change, ...],
) -> tuple[tuple[Change, ...], date | None]:
    """Return the newest changes, and the last day of what is left."""
    if len(found) <= A_PAGE:
        return found, None
    last = found[A_PAGE - 1].on
    shown = tuple(change for change in found if change.on >= last)
    return shown, last - timedelta(days=1) if len(shown) < len(found) else None


def choices_of(
    on: date, directory: Directory, rulebook: Rulebook, language: Language
) -> Choices:
    """Return what the form offers to choose from."""
    regions = by_region(researched(rulebook.pack.laws, rulebook.places), language)
    names = {place.code: place_name(place.code, language) for place in rulebook.places}
    wholes = [(code, region_name(code, language)) for code in REGIONS]
    single = [(p.code, names[p.code]) for region in regions for p in region.places]
    return Choices(
        vendors=tuple((vendor.slug, vendor.name) for vendor in by_name(directory)),
        kinds=tuple(sorted({kind_of(v, on) for v in directory.vendors.values()})),
        places=(*wholes, *single),
        causes=tuple(Cause),
        directions=tuple(Direction),
    )


def _files(asked: Asked, language: Language) -> Iterator[tuple[str, str]]:
    """Yield the feeds and files about the same; a feed keeps the language."""
    spoken = language.value if language is not Language.EN else None
    yield "Atom", asked.address("/changes.atom", to=None, lang=spoken)
    yield "JSON Feed", asked.address("/changes/feed.json", to=None, lang=spoken)
    yield "CSV", asked.address("/changes.csv")
    yield "JSON", asked.address("/changes.json")


def _watch(asked: Asked, rulebook: Rulebook) -> str:
    """Return where news of the same is asked for by mail: of one place each."""
    place = asked.place if asked.place in rulebook.places else ""
    named = {"residence": place, "vendor": asked.vendor}
    query = urlencode({name: value for name, value in named.items() if value})
    return f"/watch?{query}" if query else "/watch"


def _compare(asked: Asked) -> str:
    last = asked.last or asked.on
    a_year_before = max(last.toordinal() - 365, 1)
    first = min(asked.first or date.fromordinal(a_year_before), last)
    named = {
        "from": first,
        "to": last,
        "vendor": asked.vendor,
        "kind": asked.kind,
        "place": asked.place,
        # Between two days of one record nothing is corrected, and the same is no answer.
        "cause": "" if asked.cause == Cause.CORRECTED else asked.cause,
        "direction": asked.direction if asked.direction in COMPARED else "",
    }
    return urlencode({name: value for name, value in named.items() if value})
