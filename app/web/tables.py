"""The coverage tables of the days that were asked for lately."""

from collections import OrderedDict
from collections.abc import Iterable
from datetime import date

from anyio import CapacityLimiter, to_thread

from app.domain.coverage import Coverage, cover, researched
from app.domain.eligibility import Change, decide, question
from app.domain.entries import PRIVATE_PERSON
from app.domain.grounds import Verdict
from app.domain.places import Place
from app.domain.vendors import Directory, Vendor
from app.rulebook.load import Rulebook

KEPT = 24


class Tables:
    """Remembers whole tables by day, for one version of the directory."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[int, date], Coverage] = OrderedDict()
        self._asked: OrderedDict[tuple[int, date], None] = OrderedDict()
        """Days of which a part was counted."""
        self._one_at_a_time = CapacityLimiter(1)

    async def coming(self, rulebook: Rulebook, table: Coverage) -> dict[str, Change]:
        """Return what is known to change for the better, as :func:`arrivals` does."""
        return await to_thread.run_sync(
            arrivals, rulebook, table, limiter=self._one_at_a_time
        )

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

    async def part(
        self,
        directory: Directory,
        rulebook: Rulebook,
        on: date,
        vendors: Iterable[Vendor],
        places: Iterable[Place],
    ) -> Coverage:
        """Return some rows and columns of a day's table.

        A day that nobody asked about before costs only what is asked for; the second
        time it is worth the whole table.
        """
        key, vendors, places = (directory.version, on), tuple(vendors), tuple(places)
        if key not in self._kept and key not in self._asked:
            self._asked[key] = None
            while len(self._asked) > KEPT:
                self._asked.popitem(last=False)
            laws = rulebook.pack.laws
            return await to_thread.run_sync(
                cover,
                vendors,
                on,
                laws,
                rulebook.places,
                places,
                limiter=self._one_at_a_time,
            )
        return (await self.of(directory, rulebook, on)).part(vendors, places)


def arrivals(rulebook: Rulebook, table: Coverage) -> dict[str, Change]:
    """Return the next change of each place whose residents get nothing of one vendor.

    It is what the answer to them says (``next_change``).
    """
    laws, places = rulebook.pack, rulebook.places
    (vendor,) = table.vendors
    found = {}
    for place in table.places:
        if table[vendor.slug, place.code].verdict is Verdict.NOT_ELIGIBLE:
            asked = question(place.code, vendor, PRIVATE_PERSON, table.on)
            near = laws.near(places.around(place.code))
            change = decide(asked, table.on, near, places).next_change
            if change is not None:
                found[place.code] = change
    return found


def whole_table(directory: Directory, rulebook: Rulebook, on: date) -> Coverage:
    """Return the coverage of every vendor in every researched place."""
    listed = directory.on(on).vendors.values()
    vendors = sorted(listed, key=lambda v: v.name.lower())
    laws, places = rulebook.pack.laws, rulebook.places
    return cover(vendors, on, laws, places, researched(laws, places))
