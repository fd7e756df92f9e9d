"""Finished public answers: what nobody has changed is written once."""

from collections import OrderedDict
from collections.abc import Hashable, Mapping
from dataclasses import dataclass

from fastapi import Request
from fastapi.responses import Response

MOST = 16_000_000
"""Bytes of answers in one process."""
UNCHANGED = frozenset(
    {
        "etag",
        "vary",
        "cache-control",
        "access-control-allow-origin",
        "cross-origin-resource-policy",
    }
)
"""What stands on the answer that says: it is as you have it (RFC 9110, 15.4.5).

A browser sets these headers in place of those that it keeps: a picture for any page
would be one for ours alone from then on.
"""


def has_already(request: Request, tag: str | None) -> bool:
    """Return whether the reader holds the page with this ETag, or says any will do."""
    told = request.headers.get("if-none-match", "").split(",")
    held = [one.strip().removeprefix("W/") for one in told]
    return tag is not None and (tag in held or held == ["*"])


def unchanged(headers: Mapping[str, str]) -> dict[str, str]:
    """Return those headers of an answer that stand on a 304 too."""
    return {name: value for name, value in headers.items() if name in UNCHANGED}


@dataclass(frozen=True, slots=True)
class _Answer:
    body: bytes
    headers: Mapping[str, str]


class Kept:
    """Answers by all that they depend on; the longest unasked go first.

    Nothing is ever out of date here: another version of the law, of the directory or
    another day is another key. Only what is the same for everybody may be kept.
    """

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._answers: OrderedDict[Hashable, _Answer] = OrderedDict()
        self._size = 0

    def find(self, key: Hashable, request: Request) -> Response | None:
        """Return the answer that was kept under ``key``; no body for who has it."""
        found = self._answers.get(key)
        if found is None:
            return None
        self._answers.move_to_end(key)
        if has_already(request, found.headers.get("etag")):
            return Response(status_code=304, headers=unchanged(found.headers))
        return Response(found.body, headers=found.headers)

    def keep(self, key: Hashable, response: Response) -> None:
        """Keep an answer, and drop others where there are too many bytes."""
        if key in self._answers or response.status_code != 200:  # noqa: PLR2004
            return
        self._answers[key] = _Answer(bytes(response.body), dict(response.headers))
        self._size += len(response.body)
        while self._size > self._most:
            _, dropped = self._answers.popitem(last=False)
            self._size -= len(dropped.body)
