"""What became covered or lost cover, as feeds."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.domain.changes import Change, Direction
from app.domain.vendors import Directory
from app.rulebook.load import Rulebook
from app.web.coverage.asked import Asked, AskedDep
from app.web.coverage.cards.changes import CHANGED
from app.web.coverage.change_views import Viewer
from app.web.coverage.changes import first_page, split
from app.web.coverage.vendors import stamp
from app.web.deps import (
    DirectoryDep,
    PartsDep,
    PortalDep,
    RulebookDep,
    ToldDep,
)
from app.web.doorstep import address
from app.web.feeds import Feed, Item, atom, json_feed, tag
from app.web.pages import language_of, public
from app.words.catalog import translations
from app.words.terms import DIRECTIONS

router = APIRouter()


@router.get("/changes.atom")
async def changes_atom(
    request: Request,
    asked: AskedDep,
    told: ToldDep,
    directory: DirectoryDep,
    rulebook: RulebookDep,
    portal: PortalDep,
    here: PartsDep,
) -> Response:
    """Write what has happened as an Atom feed (RFC 4287)."""
    key = address(request, here, directory)
    if (written := here.kept.find(key, request)) is not None:
        return written
    feed = _feed(request, asked, told, directory, rulebook, portal)
    of = stamp(directory, rulebook, asked.on)
    response = public(request, atom(feed), stamp=of, portal=portal)
    here.kept.keep(key, response)
    return response


@router.get("/changes/feed.json")
async def changes_feed(
    request: Request,
    asked: AskedDep,
    told: ToldDep,
    directory: DirectoryDep,
    rulebook: RulebookDep,
    portal: PortalDep,
    here: PartsDep,
) -> Response:
    """Write what has happened as a JSON Feed (version 1.1)."""
    key = address(request, here, directory)
    if (written := here.kept.find(key, request)) is not None:
        return written
    feed = _feed(request, asked, told, directory, rulebook, portal)
    of = stamp(directory, rulebook, asked.on)
    response = public(request, json_feed(feed), stamp=of, portal=portal)
    here.kept.keep(key, response)
    return response


def _feed(
    request: Request,
    asked: Asked,
    told: tuple[Change, ...],
    directory: Directory,
    rulebook: Rulebook,
    portal: PortalDep,
) -> Feed:
    language = language_of(request)
    past, _ = split(asked, told, directory, rulebook)
    shown, _ = first_page(past)
    viewer = Viewer(directory, rulebook, language)
    say = translations(language).gettext
    query = request.url.query
    about = asked.query(on=None)
    return Feed(
        id=tag(portal, f"changes?{about}" if about else "changes"),
        title=say(CHANGED),
        author=portal.operator or "Efface",
        language=language,
        home=portal.link(asked.address("/changes", on=None)),
        here=portal.link(f"{request.url.path}?{query}" if query else request.url.path),
        since=rulebook.pack.compiled_on,
        items=tuple(
            Item(
                id=tag(portal, f"changes/{view.name}"),
                url=portal.link(f"/changes/{view.name}"),
                title=view.read.title,
                on=view.read.change.on,
                at=view.read.change.at,
                lines=(
                    *(viewer.sentence(effect) for effect in view.effects),
                    *([] if view.effects else [say(DIRECTIONS[Direction.SAME])]),
                    *filter(None, [view.read.note]),
                ),
                quoted=" – ".join(filter(None, [view.read.by, view.read.why])),
                sources=tuple(s for s in view.read.sources if s.startswith("http")),
            )
            for view in viewer.views(shown)
        ),
    )
