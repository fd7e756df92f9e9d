"""A form that arrives when the session has ended: the page keeps what was typed.

It stands in the sign-in page and is sent on afterwards; never in an address, and
nowhere on the server.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fastapi import Request

from app.web.forms import MAX_FIELDS

KEPT = "kept."
"""Begins the names of the fields that are kept, beside those of the door's own form."""
FORM = "application/x-www-form-urlencoded"
NEVER_KEPT = frozenset({"password", "present", "code", "credential"})
"""What opens an account is typed again."""


@dataclass(frozen=True, slots=True)
class Unsent:
    """What was typed, and where it was to go."""

    to: str
    fields: tuple[tuple[str, str], ...]


async def unsent_of(request: Request) -> Unsent | None:
    """Return the form that somebody without a session sends, if it holds anything."""
    if not request.headers.get("content-type", "").startswith(FORM):
        return None
    async with request.form(max_files=0, max_fields=MAX_FIELDS) as sent:
        fields = tuple(
            (name, value)
            for name, value in sent.multi_items()
            if isinstance(value, str) and name not in NEVER_KEPT
        )
    return Unsent(request.url.path, fields) if fields else None


def unsent_in(to: str, several: Mapping[str, Sequence[str]]) -> Unsent | None:
    """Return the form that the sign-in page has kept."""
    fields = tuple(
        (name.removeprefix(KEPT), value)
        for name, values in several.items()
        if name.startswith(KEPT)
        for value in values
    )
    return Unsent(to, fields) if to and fields else None
