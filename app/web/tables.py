"""The coverage tables of the days that were asked for lately."""

from collections import OrderedDict
from datetime import date

from anyio import CapacityLimiter, to_thread

from app.domain.coverage import Coverage, cover, researched
from app.domain.vendors import Directory
from app.rulebook.load import Rulebook

KEPT = 24


class Tables:
    """Remembers whole tables by day, for one version of the directory."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[int, date], Coverage] = OrderedDict()
        self._one_at_a_time = CapacityLimiter(1)

    async def of(self, directory: Directory, rulebook: Rulebook, on: date) -> Coverage:
        """Return the table of a day; it is counted beside the loop, not on it."""
        key = directory.version, on
        table = self._kept.get(key)
        if table is None:
            table = await to_thread.run_sync(
                whole_table, directory, rulebook, on, limiter=self._one_at_a_time
            )
            self._kept[key] = table
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return table


def whole_table(directory: Directory, rulebook: Rulebook, on: date) -> Coverage:
    """Return the coverage of every vendor in every researched place."""
    vendors = sorted(directory.vendors.values(), key=lambda v: v.name.lower())
    laws, places = rulebook.pack.laws, rulebook.places
    return cover(vendors, on, laws, places, researched(laws, places))
