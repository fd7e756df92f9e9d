"""What of a page goes with its address where that is shared: on a line, in a picture."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from urllib.parse import urlencode

from fastapi import Request

from app import pictures
from app.actions.portal import Portal
from app.words.linked_data import Linked, crumbs


@dataclass(frozen=True, slots=True)
class Shared:
    """The page, its address without what is only of one visitor, and what it says."""

    path: str
    on: date
    line: str
    """What matters on it, on that day."""
    dated: bool = False
    """Whether the address that was asked for names the day."""
    query: Mapping[str, str] = field(default_factory=dict)
    """Whatever else the page is about, by its name in the address."""
    data: tuple[Linked, ...] = ()
    """What it says to programs."""
    drawn: bool = True
    """Whether there is a picture of it."""
    timeless: bool = False
    """Whether it shows the same on every day, but for its picture."""

    def address(self, language: str = "") -> str:
        """Return its own address (RFC 6596), or that of it in a language."""
        asked = {"on": self.on.isoformat()} if self.dated else {}
        return _address(self.path, {**asked, **self.query, "lang": language})

    @property
    def standing(self) -> str:
        """The address that shows the same for as long as the record stays so."""
        asked = {} if self.timeless else {"on": self.on.isoformat()}
        return _address(self.path, {**asked, **self.query})

    def picture(self, language: str) -> str:
        """Return the address of its picture; empty where none can be drawn."""
        if not (self.drawn and pictures.AVAILABLE):
            return ""
        asked = {"on": self.on.isoformat(), **self.query, "lang": language}
        name = self.path if self.path != "/" else "/start"
        return _address(f"/share{name}.png", asked)


def is_dated(request: Request) -> bool:
    """Return whether an address names the day that it is about."""
    return bool(request.query_params.get("on"))


def day_kept(request: Request, on: date) -> str:
    """Return the query that keeps the day of an address; empty where it names none."""
    return f"?on={on}" if is_dated(request) else ""


def way(portal: Portal, *steps: tuple[str, str]) -> Linked:
    """Return the way to a page: name and address within this portal of each page."""
    return crumbs([(name, portal.link(address)) for name, address in steps])


def _address(path: str, asked: Mapping[str, str]) -> str:
    query = urlencode({name: value for name, value in asked.items() if value})
    return f"{path}?{query}" if query else path
