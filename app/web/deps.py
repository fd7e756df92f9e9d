"""What routes are given. Every dependency is ``async``, so that it costs no thread."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from ipaddress import ip_address, ip_network
from typing import Annotated, cast

from anyio import CapacityLimiter
from fastapi import Depends, Query
from starlette.requests import HTTPConnection

from app.actions.decided import Decided
from app.actions.desk import Desk
from app.actions.portal import Portal
from app.channels.uploads import Redrawing
from app.domain.vendors import Directory
from app.domain.written_days import day_from
from app.letters import Letters
from app.rulebook.load import Rulebook
from app.store.keys import Keys
from app.store.replica import Published, Replica
from app.store.session import Store
from app.web.bundles import Bundles
from app.web.chronicles import Chronicles, Told
from app.web.demonstration import Demonstration
from app.web.directory import LiveDirectory
from app.web.errors import API, Problem
from app.web.kept import Kept
from app.web.pages import Pages
from app.web.pictures import Pictures
from app.web.tables import Tables
from app.words.languages import Language

PASSWORDS_AT_ONCE = 2


@dataclass(frozen=True, slots=True)
class Parts:
    """What create_app puts together and routes use."""

    store: Store
    keys: Keys
    rulebook: Rulebook
    directory: LiveDirectory
    tables: Tables
    pages: Pages
    letters: Letters
    portal: Portal
    now: Callable[[], datetime]
    replica: Replica | None = None
    """A copy of the database, for what public pages read of the past."""
    kept: Kept = field(default_factory=Kept)
    pictures: Pictures = field(default_factory=Pictures)
    bundles: Bundles = field(default_factory=Bundles)
    decided: Decided = field(default_factory=Decided)
    demonstration: Demonstration = field(default_factory=Demonstration)
    passwords: CapacityLimiter = field(
        default_factory=lambda: CapacityLimiter(PASSWORDS_AT_ONCE)
    )
    """How many passwords are hashed at once: each takes 19 MiB and a core."""
    printer: CapacityLimiter = field(default_factory=lambda: CapacityLimiter(1))
    """One letter is typeset at a time."""
    preparer: CapacityLimiter = field(default_factory=lambda: CapacityLimiter(1))
    """One filing's answers and letters are prepared at a time, beside the loop."""
    redrawing: Redrawing = field(default_factory=Redrawing)
    chronicles: Chronicles = field(default_factory=Chronicles)


def parts(connection: HTTPConnection) -> Parts:
    """Return the parts of the application that serves ``connection``."""
    return cast("Parts", connection.app.state.parts)


async def _store(connection: HTTPConnection) -> Store:
    return parts(connection).store


async def _published(connection: HTTPConnection) -> Published:
    here = parts(connection)
    return Published(here.store, here.replica, here.now())


async def _keys(connection: HTTPConnection) -> Keys:
    return parts(connection).keys


async def _rulebook(connection: HTTPConnection) -> Rulebook:
    return parts(connection).rulebook


async def _directory(connection: HTTPConnection) -> Directory:
    here = parts(connection)
    return await here.directory.current(here.store, here.now())


async def _tables(connection: HTTPConnection) -> Tables:
    return parts(connection).tables


async def _told(
    connection: HTTPConnection, directory: Annotated[Directory, Depends(_directory)]
) -> Told:
    here = parts(connection)
    return await here.chronicles.of(here.store, directory, here.rulebook)


async def _redrawing(connection: HTTPConnection) -> Redrawing:
    return parts(connection).redrawing


async def _parts(connection: HTTPConnection) -> Parts:
    return parts(connection)


async def _pages(connection: HTTPConnection) -> Pages:
    here = parts(connection)
    here.pages.demo = await here.demonstration.shown(here.store, here.now())
    return here.pages


async def _portal(connection: HTTPConnection) -> Portal:
    return parts(connection).portal


async def _desk(connection: HTTPConnection) -> Desk:
    here = parts(connection)
    directory = await here.directory.current(here.store, here.now())
    return Desk(
        here.rulebook,
        directory,
        here.portal,
        here.keys,
        here.letters,
        here.decided,
    )


async def _caller(connection: HTTPConnection) -> bytes:
    """Return the keyed hash of the address that asks, different each day."""
    here = parts(connection)
    day = here.now().date().isoformat()
    return here.keys.hash(f"caller {day}", _network(connection).encode())


def _network(connection: HTTPConnection) -> str:
    """Return the address; of a version 6 one, the /64 that one household has."""
    host = connection.client.host if connection.client else ""
    try:
        address = ip_address(host)
    except ValueError:
        return host
    if address.version == 4:  # noqa: PLR2004 - the protocol's version
        return host
    return str(ip_network(f"{host}/64", strict=False))


async def _now(connection: HTTPConnection) -> datetime:
    return parts(connection).now()


async def _day(
    connection: HTTPConnection, on: Annotated[str | None, Query()] = None
) -> date:
    if connection.url.path.startswith(API):
        once(connection)
    else:
        on = on or None  # a form sends an empty field too
    return day_asked(on, parts(connection).now().astimezone(UTC).date())


async def _directory_then(
    directory: Annotated[Directory, Depends(_directory)],
    on: Annotated[date, Depends(_day)],
) -> Directory:
    return directory.on(on)


def once(connection: HTTPConnection) -> None:
    """Refuse a query that gives a parameter twice: nobody can tell which is meant."""
    given = connection.query_params.multi_items()
    if len(given) > len(connection.query_params):
        names = [name for name, _ in given]
        field = next(name for name in names if names.count(name) > 1)
        raise Problem(422, f"{field} stands there twice", field=field)


def day_asked(on: str | None, today: date) -> date:
    """Return the day that is asked about; left out, today.

    Raises:
        Problem: 422, if it is no day.
    """
    if on is None:
        return today
    try:
        return day_from(on)
    except ValueError:
        raise Problem(422, "on is not a day such as 2026-11-23", field="on") from None


def language_named(lang: str | None) -> Language:
    """Return the language that an address names; left out, English.

    For what is the same for everybody: the API, and pictures on other people's pages.

    Raises:
        Problem: 422, if we do not speak it.
    """
    if lang is None:
        return Language.EN
    try:
        return Language(lang)
    except ValueError:
        near = tuple(Language)
        raise Problem(
            422, "unknown value for lang", field="lang", nearest=near
        ) from None


StoreDep = Annotated[Store, Depends(_store)]
PublishedDep = Annotated[Published, Depends(_published)]
"""Where public pages read what was published and no longer changes."""
KeysDep = Annotated[Keys, Depends(_keys)]
RulebookDep = Annotated[Rulebook, Depends(_rulebook)]
DirectoryDep = Annotated[Directory, Depends(_directory)]
DirectoryThen = Annotated[Directory, Depends(_directory_then)]
"""The directory as it is, or will be, on the day that is asked about."""
TablesDep = Annotated[Tables, Depends(_tables)]
ToldDep = Annotated[Told, Depends(_told)]
"""Every change of cover, the oldest first."""
RedrawingDep = Annotated[Redrawing, Depends(_redrawing)]
PartsDep = Annotated[Parts, Depends(_parts)]
PagesDep = Annotated[Pages, Depends(_pages)]
PortalDep = Annotated[Portal, Depends(_portal)]
DeskDep = Annotated[Desk, Depends(_desk)]
Caller = Annotated[bytes, Depends(_caller)]
"""Who asks, for limits alone: a keyed hash."""
Now = Annotated[datetime, Depends(_now)]
Day = Annotated[date, Depends(_day)]
"""The day that a page is about: ``?on=``, else today in UTC."""
