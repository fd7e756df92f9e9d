"""Pictures for other people's pages: a map and a badge, and how to put them there.

A picture asks for nothing and tells nobody who looks at it: no script, no second
address, no cookie; its language is in its address, not taken from the reader.
"""

import hashlib
from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from app.domain.coverage import Coverage
from app.domain.grounds import Verdict
from app.domain.vendors import Vendor
from app.rulebook.load import Rulebook
from app.web.coverage.cards.records import MANY
from app.web.coverage.cards.teller import SOURCE
from app.web.coverage.tiles import CANADA, EUROPE, UNITED_STATES, WORLD, Mark, draw
from app.web.coverage.vendors import stamp, vendor_found
from app.web.deps import (
    Day,
    DirectoryThen,
    PagesDep,
    PortalDep,
    RulebookDep,
    TablesDep,
    language_named,
)
from app.web.errors import Problem
from app.web.feeds import NOT_IN_XML
from app.web.kept import has_already
from app.web.pages import language_of, packed, public
from app.words.catalog import translations
from app.words.languages import Language, colon, day_in_words, place_name
from app.words.marks import mark
from app.words.terms import VERDICTS

router = APIRouter()
GRIDS = {"": WORLD, "CA": CANADA, "US": UNITED_STATES, "EU": EUROPE}
"""Maps by what ``?place=`` says."""
MAP, BADGE = "map", "badge"
AN_HOUR = "public, max-age=3600"
_TITLE = mark("%(company)s: who can have their data deleted")
_IN_PLACE = mark("%(company)s in %(place)s")
_ON = mark("%(answer)s on %(day)s")


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture: where it is, how large, and what it says to who cannot see it."""

    form: str
    src: str
    alt: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class EmbedView:
    """The page that says how."""

    vendor: Vendor
    on: date
    place: str
    places: tuple[tuple[str, str], ...]
    pictures: tuple[tuple[Picture, str], ...]
    """Each with the lines to copy."""


@router.get("/embed/{vendor}.svg")
async def picture(
    request: Request,
    vendor: str,
    on: Day,
    directory: DirectoryThen,
    rulebook: RulebookDep,
    tables: TablesDep,
    pages: PagesDep,
    portal: PortalDep,
    form: Annotated[str, Query()] = "",
    place: Annotated[str, Query()] = "",
    lang: Annotated[str | None, Query()] = None,
) -> Response:
    """Draw who is covered for one company: a map, or a badge for one place."""
    language = language_named(lang)
    found = vendor_found(directory, vendor)
    table = await tables.of(directory, rulebook, on)
    form = form or (MAP if place in GRIDS else BADGE)
    if form == BADGE:
        values = _badge(found, place, table, language)
    elif form == MAP and place in GRIDS:
        values = _map(found, place, table, rulebook, portal.host, language)
    else:
        wrong = "form" if form not in (MAP, BADGE) else "place"
        raise Problem(422, f"{wrong} is none of ours", field=wrong)
    text = pages.write(f"embed/{form}.html", language, **values).strip()
    return _anywhere(request, NOT_IN_XML.sub(" ", text))


@router.get("/embed/{vendor}")
async def how_to_embed(
    request: Request,
    vendor: str,
    on: Day,
    directory: DirectoryThen,
    rulebook: RulebookDep,
    tables: TablesDep,
    pages: PagesDep,
    portal: PortalDep,
    place: Annotated[str, Query()] = "",
) -> Response:
    """Show both pictures, and the lines that put them on another page."""
    found, language = vendor_found(directory, vendor), language_of(request)
    table = await tables.of(directory, rulebook, on)
    if place and (found.slug, place) not in table:
        raise Problem(422, "place is no place that we have researched", field="place")
    whole = _map(found, "", table, rulebook, portal.host, language)
    small = _badge(found, place, table, language)
    sizes = {"map": (1160, 1130), "badge": (_badge_width(small), 56)}
    pictures = []
    for form, said in ((MAP, whole), (BADGE, small)):
        asked = {"form": form, "lang": language.value}
        if form == BADGE and place:
            asked["place"] = place
        if request.query_params.get("on"):
            asked["on"] = on.isoformat()
        path = f"/embed/{found.slug}.svg?{urlencode(asked)}"
        alt = f"{said['title']}. {said['said']}"
        shown = Picture(form, path, alt, *sizes[form])
        pictures.append((shown, _lines(shown, found, portal.base_url)))
    view = EmbedView(
        vendor=found,
        on=on,
        place=place,
        places=tuple(
            sorted(
                ((p.code, place_name(p.code, language)) for p in table.places),
                key=lambda pair: pair[1],
            )
        ),
        pictures=tuple(pictures),
    )
    response = pages.show(request, "coverage/embed.html", view)
    about = stamp(directory, rulebook, on)
    return public(request, response, stamp=about, portal=portal)


def _map(
    vendor: Vendor,
    place: str,
    table: Coverage,
    rulebook: Rulebook,
    host: str,
    language: Language,
) -> dict[str, object]:
    say = translations(language).gettext
    verdicts = {p.code: table[vendor.slug, p.code].verdict for p in table.places}
    marks = {code: Mark(verdict, "", "") for code, verdict in verdicts.items()}
    grid = draw(marks, rulebook.places, linked=False)[GRIDS[place]]
    tiles = {s.code for _, squares in grid.grounds for s in squares}
    counted = Counter(
        verdict
        for code, verdict in verdicts.items()
        if GRIDS[place] == WORLD or code in tiles
    )
    counts = [(v.value, counted[v]) for v in Verdict if counted[v]]
    extra = [("varies", None)] if "varies" in dict(grid.grounds) else []
    day = day_in_words(table.on, language)
    parts = (f"{say(VERDICTS[v])}{colon(language)} {n}." for v, n in counts)
    return {
        "title": say(_TITLE) % {"company": vendor.name},
        "about": say(SOURCE) % {"day": day, "host": host},
        "said": " ".join((say(SOURCE) % {"day": day, "host": host} + ".", *parts)),
        "grid": grid,
        "counts": [*counts, *extra],
    }


def _badge(
    vendor: Vendor, place: str, table: Coverage, language: Language
) -> dict[str, object]:
    say, day = translations(language).gettext, day_in_words(table.on, language)
    if not place:
        row = [table[vendor.slug, p.code].verdict for p in table.places]
        n = row.count(Verdict.ELIGIBLE)
        said = say(MANY) % {"n": n, "all": len(row), "day": day}
        sign = Verdict.ELIGIBLE if n == len(row) else "varies"
        return {"title": vendor.name, "said": said, "sign": sign}
    if (vendor.slug, place) not in table:
        raise Problem(422, "place is no place that we have researched", field="place")
    verdict = table[vendor.slug, place].verdict
    named = {"company": vendor.name, "place": place_name(place, language)}
    answer = {"answer": say(VERDICTS[verdict]), "day": day}
    return {
        "title": say(_IN_PLACE) % named,
        "said": say(_ON) % answer,
        "sign": verdict.value,
    }


def _badge_width(badge: dict[str, object]) -> int:
    """Return how wide ``embed/badge.html`` draws it."""
    title, said = str(badge["title"]), str(badge["said"])
    return 74 + round(max(len(title) * 8.6, len(said) * 7.8))


def _lines(shown: Picture, vendor: Vendor, base: str) -> str:
    """Return the lines to copy: a picture that leads to its reasons."""
    alt = shown.alt.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")
    src = shown.src.replace("&", "&amp;")
    return (
        f'<a href="{base}/coverage/map?vendor={vendor.slug}">\n'
        f'  <img src="{base}{src}" width="{shown.width}" height="{shown.height}"'
        f' loading="lazy" referrerpolicy="no-referrer"\n    alt="{alt}"></a>'
    )


def _anywhere(request: Request, text: str) -> Response:
    """Return a picture that any page may show; it is the same for everybody."""
    tag = f'"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'
    headers = {
        "ETag": tag,
        "Cache-Control": AN_HOUR,
        "Access-Control-Allow-Origin": "*",
        "Cross-Origin-Resource-Policy": "cross-origin",
    }
    if has_already(request, tag):
        return Response(status_code=304, headers=headers)
    response = Response(text, media_type="image/svg+xml", headers=headers)
    return packed(request, response)
