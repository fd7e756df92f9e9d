"""Pictures of pages that were drawn lately; each is drawn once, and one at a time."""

import hashlib
from datetime import date

from anyio import CapacityLimiter, to_thread
from fastapi import Request
from fastapi.responses import Response

from app import pictures
from app.pictures import Card
from app.web.errors import Problem
from app.web.kept import Kept, has_already

MOST = 8_000_000
"""Bytes of pictures in one process: some 150."""
WAITING = 12
"""Who may wait for a picture at once: one takes 40 ms of a core."""
AN_HOUR = "public, max-age=3600"
A_MONTH = "public, max-age=2592000"
"""Of a day that is over only a correction of the record changes anything."""


class Pictures:
    """Remembers pictures by what stands on them."""

    def __init__(self) -> None:
        self._kept = Kept(MOST)
        self._one_at_a_time = CapacityLimiter(1)

    async def of(
        self, request: Request, card: Card, *, over: bool, release: str
    ) -> Response:
        """Return the picture of a card; it is drawn beside the loop, not on it.

        Args:
            request: Who asks, and what they hold already.
            card: What stands on it.
            over: Whether its day is over.
            release: The version that draws it.

        Raises:
            Problem: 404, where nothing draws; 503, where too many wait.
        """
        if not pictures.AVAILABLE:
            raise Problem(404, "There is no such picture.")
        about = f"{release}\n{card!r}"
        tag = f'"{hashlib.sha256(about.encode()).hexdigest()[:32]}"'
        if (kept := self._kept.find((tag, over), request)) is not None:
            return kept
        headers = {
            "ETag": tag,
            "Cache-Control": A_MONTH if over else AN_HOUR,
            "Access-Control-Allow-Origin": "*",
            "Cross-Origin-Resource-Policy": "cross-origin",
        }
        if has_already(request, tag):
            return Response(status_code=304, headers=headers)
        if self._one_at_a_time.statistics().tasks_waiting >= WAITING:
            raise Problem(
                503, "Too many pictures for now.", headers={"Retry-After": "5"}
            )
        async with self._one_at_a_time:
            # Somebody who waited before may have asked for the same one.
            if (kept := self._kept.find((tag, over), request)) is not None:
                return kept
            drawn = await to_thread.run_sync(pictures.draw, card)
            response = Response(drawn, media_type="image/png", headers=headers)
            self._kept.keep((tag, over), response)
        return response


def is_over(on: date, today: date) -> bool:
    """Return whether a day has passed, as days are counted here: in UTC."""
    return on < today
