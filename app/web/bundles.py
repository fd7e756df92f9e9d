"""The public data set of the days that were asked for lately."""

from collections import OrderedDict
from datetime import date

from anyio import CapacityLimiter, to_thread

from app.actions.publish_data import Bundle, publish_data
from app.domain.vendors import Directory
from app.rulebook.load import Rulebook
from app.web.chronicles import Told
from app.web.tables import Tables
from app.words.dataset import Frozen, Published

KEPT = 2
"""Days: a set of 700 companies has some 40 MB."""


class Bundles:
    """Remembers whole data sets by day, for one state of directory and figures."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[int, str, date], Bundle] = OrderedDict()
        self._one_at_a_time = CapacityLimiter(1)

    async def of(
        self,
        directory: Directory,
        rulebook: Rulebook,
        tables: Tables,
        told: Told,
        frozen: Frozen,
        on: date,
        release: str,
    ) -> Bundle:
        """Return the data set of a day; it is written beside the loop, not on it."""
        key = directory.version, frozen.newest, on
        async with self._one_at_a_time:
            if (bundle := self._kept.get(key)) is not None:
                self._kept.move_to_end(key)
                return bundle
            table = await tables.of(directory, rulebook, on)
            state = Published(
                rulebook.pack, rulebook.places, directory, table, told, frozen
            )
            bundle = await to_thread.run_sync(
                lambda: publish_data(state, release=release)
            )
            self._kept[key] = bundle
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return bundle
