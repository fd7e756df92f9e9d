"""A place in the queue as it stands in an address: what is asked for, and after what."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated
from urllib.parse import parse_qsl, urlencode
from uuid import UUID

from fastapi import Depends, Query, Request

from app.actions.queue import NOBODY, Cursor, Wanted, Why
from app.actions.sign_in import Member
from app.domain.timeline import Status
from app.domain.vendors import Directory
from app.web.deps import DirectoryDep
from app.web.errors import Problem
from app.web.staff.gate import HOME, MemberDep

ME = "me"
"""In an address: whoever reads it."""
UNASSIGNED = "nobody"
"""In an address: what no member looks after."""
LONGEST = 400
EVERYTHING = Wanted()
NAMES = ("status", "vendor", "why", "who")


class NotThereError(ValueError):
    """An address names a part that is none; its field says which."""

    def __init__(self, field: str) -> None:
        super().__init__(f"{field} is none")
        self.field = field


@dataclass(frozen=True, slots=True)
class InQueue:
    """A part of the queue, and a place in it."""

    wanted: Wanted = EVERYTHING
    after: Cursor | None = None
    mine: bool = False
    """Whether the part is that of whoever reads."""

    @property
    def values(self) -> dict[str, str]:
        """What is asked for, by the fields of the form; empty where it is not."""
        wanted = self.wanted
        return {
            "status": wanted.status or "",
            "vendor": wanted.vendor or "",
            "why": wanted.why or "",
            "who": ME if self.mine else _who(wanted.who),
        }

    @property
    def part(self) -> str:
        """The part without the place, as a query."""
        return urlencode({k: v for k, v in self.values.items() if v})

    @property
    def query(self) -> str:
        """Part and place, as a query."""
        after = {"after": _written(self.after)} if self.after else {}
        return urlencode({**{k: v for k, v in self.values.items() if v}, **after})

    @property
    def address(self) -> str:
        """The page of the queue that begins here."""
        return f"{HOME}?{self.query}" if self.query else HOME

    def behind(self, cursor: Cursor) -> "InQueue":
        """Return the place after a row of the same part."""
        return replace(self, after=cursor)


def read_place(
    given: Mapping[str, str], member: Member, directory: Directory
) -> InQueue:
    """Return the place that an address names.

    Raises:
        NotThereError: If it is none.
    """
    status, vendor, why, who = (given.get(name, "") for name in NAMES)
    if status and status not in set(Status):
        raise NotThereError("status")
    if vendor and directory.vendor(vendor) is None:
        raise NotThereError("vendor")
    if why and why not in set(Why):
        raise NotThereError("why")
    wanted = Wanted(
        Status(status) if status else None,
        vendor or None,
        Why(why) if why else None,
        {ME: member.id, UNASSIGNED: NOBODY}.get(who) or _id(who, "who"),
    )
    after = given.get("after", "")
    return InQueue(wanted, _cursor(after) if after else None, who == ME)


def place_in(text: str, member: Member, directory: Directory) -> InQueue | None:
    """Return the place that somebody came from; None where they came from none."""
    given = dict(parse_qsl(text[:LONGEST]))
    try:
        return read_place(given, member, directory) if given else None
    except NotThereError:
        return None


async def _asked(
    request: Request, member: MemberDep, directory: DirectoryDep
) -> InQueue:
    try:
        return read_place(request.query_params, member, directory)
    except NotThereError as wrong:
        raise Problem(422, str(wrong), field=wrong.field) from None


AskedPlace = Annotated[InQueue, Depends(_asked)]
"""The part of the queue, and the place in it, that the address names."""
CameFrom = Annotated[str, Query(alias="in", max_length=LONGEST)]
"""The place in the queue from which somebody came to a request."""


def _id(text: str, field: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        raise NotThereError(field) from None


def _who(member: UUID | None) -> str:
    if member == NOBODY:
        return UNASSIGNED
    return member.hex if member else ""


def _written(cursor: Cursor) -> str:
    day = cursor.due.isoformat() if cursor.due else ""
    return f"{day}~{cursor.vendor}~{cursor.id.hex}"


def _cursor(text: str) -> Cursor:
    try:
        day, vendor, row = text.split("~")
        return Cursor(date.fromisoformat(day) if day else None, vendor, UUID(row))
    except ValueError:
        raise NotThereError("after") from None
