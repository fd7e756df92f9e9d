"""Every change of cover, told once for each version of the law and the directory."""

from typing import TYPE_CHECKING, TypeAlias

from anyio import CapacityLimiter, to_thread

from app.actions.read_editions import read_editions
from app.domain.changes import Change, changes
from app.domain.chronicle import chronicle
from app.domain.corrections import Edited, corrected
from app.domain.coverage import researched
from app.domain.vendors import Directory
from app.rulebook.load import Rulebook
from app.store.session import Store

if TYPE_CHECKING:
    from datetime import datetime

Told: TypeAlias = tuple[Change, ...]
"""Changes, the oldest first."""


class Chronicles:
    """Remembers what was told last; what was corrected then stays as it was."""

    def __init__(self) -> None:
        self._told: tuple[int, Told] | None = None
        self._corrected: dict[datetime, Change | None] = {}
        self._one_at_a_time = CapacityLimiter(1)

    async def of(self, store: Store, directory: Directory, rulebook: Rulebook) -> Told:
        """Return all changes; they are counted beside the loop, not on it."""
        if self._told is not None and self._told[0] == directory.version:
            return self._told[1]
        edited = await store.read(read_editions)
        return await to_thread.run_sync(
            self.tell, edited, directory, rulebook, limiter=self._one_at_a_time
        )

    def tell(
        self, edited: tuple[Edited, ...], directory: Directory, rulebook: Rulebook
    ) -> Told:
        """Return all changes, with the corrections that these editions were."""
        if self._told is not None and self._told[0] == directory.version:
            return self._told[1]  # somebody else asked a moment before
        laws, places = rulebook.pack.laws, rulebook.places
        residences = researched(laws, places)
        for one in edited:
            if one.at not in self._corrected:
                rewritten = corrected(one, laws, places, residences)
                self._corrected[one.at] = rewritten
        turns = chronicle(directory.vendors.values(), laws, places, residences)
        told = changes(turns, laws, directory.vendors)
        ours = (self._corrected[one.at] for one in edited)
        every = [*told, *(change for change in ours if change is not None)]
        found = tuple(sorted(every, key=lambda change: (change.on, change.name)))
        self._told = directory.version, found
        return found
