"""The public data set: the page that lists its files, and the files themselves."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from anyio import to_thread
from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from app.actions.publish_data import (
    DATABASE,
    PACKAGE,
    SUMS,
    Bundle,
    File,
    file_names,
)
from app.actions.read_figures import read_frozen
from app.web.coverage.vendors import stamp
from app.web.deps import (
    Day,
    DirectoryThen,
    PagesDep,
    PartsDep,
    PortalDep,
    PublishedDep,
    RulebookDep,
    TablesDep,
    ToldDep,
)
from app.web.errors import Problem
from app.web.pages import language_of, public
from app.web.shared import Shared, is_dated
from app.words import linked_data
from app.words.catalog import translations
from app.words.dataset import TABLES
from app.words.marks import mark

router = APIRouter()
TITLE = mark("Who can have their data deleted, by law and by company")
ABOUT = mark(
    "Take what you need: the law as data, the companies, and who is covered on any day."
)
FROM_ANYWHERE = {
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
"""Programs in a page of any site may read what is public."""


@dataclass(frozen=True, slots=True)
class TableLine:
    """One table and its files."""

    name: str
    about: str
    rows: int
    csv: File
    json: File


@dataclass(frozen=True, slots=True)
class DataView:
    """The page."""

    on: date
    version: str
    law_pack: str
    tables: tuple[TableLine, ...]
    whole: tuple[File, ...]
    """The files that are about all tables."""


async def _bundle(
    request: Request,
    on: Day,
    directory: DirectoryThen,
    rulebook: RulebookDep,
    tables: TablesDep,
    told: ToldDep,
    portal: PortalDep,
    store: PublishedDep,
    here: PartsDep,
) -> Bundle:
    """Return the data set of a day, which is not made for a file that it never has."""
    name = request.path_params.get("name")
    if name is not None and name not in file_names():
        raise Problem(404, "There is no such file.", field="file")
    frozen = await store.read(read_frozen, on)
    return await here.bundles.of(
        directory, rulebook, tables, told, frozen, on, portal.release
    )


BundleDep = Annotated[Bundle, Depends(_bundle)]


@router.get("/data")
async def data(
    request: Request,
    on: Day,
    bundle: BundleDep,
    directory: DirectoryThen,
    rulebook: RulebookDep,
    pages: PagesDep,
    portal: PortalDep,
) -> Response:
    """List what can be downloaded, how large it is, and under which licence."""
    files, say = bundle.files, translations(language_of(request)).gettext
    page = DataView(
        on=on,
        version=bundle.version,
        law_pack=rulebook.pack.fingerprint,
        tables=tuple(
            TableLine(
                table.name,
                table.about,
                bundle.rows[table.name],
                files[f"{table.name}.csv"],
                files[f"{table.name}.json"],
            )
            for table in TABLES
        ),
        whole=tuple(files[name] for name in (DATABASE, PACKAGE, SUMS)),
    )
    shared = Shared(
        "/data",
        on,
        say(ABOUT),
        dated=is_dated(request),
        data=(
            linked_data.dataset(
                name=say(TITLE),
                about=say(ABOUT),
                address=portal.link("/data"),
                version=page.version,
                on=on,
                creator=portal.operator,
                files=[
                    (portal.link(f"/data/{name}?on={on}"), file.media_type)
                    for name, file in files.items()
                ],
            ),
        ),
        drawn=False,
    )
    response = pages.show(request, "info/data.html", page, shared=shared)
    return public(
        request, response, stamp=stamp(directory, rulebook, on), portal=portal
    )


@router.get("/data/{name}")
async def data_file(
    request: Request,
    name: str,
    on: Day,
    bundle: BundleDep,
    directory: DirectoryThen,
    rulebook: RulebookDep,
    portal: PortalDep,
) -> Response:
    """Give one file of the data set."""
    file = bundle.files[name]
    response = Response(file.content, media_type=file.media_type, headers=FROM_ANYWHERE)
    about = stamp(directory, rulebook, on)
    # Megabytes are summed and packed beside the loop, so that nobody waits for them.
    return await to_thread.run_sync(
        lambda: public(request, response, stamp=about, portal=portal)
    )
