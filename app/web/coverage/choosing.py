"""What a reader of the coverage table wants to see of it."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from fastapi import Depends, Query

from app.domain.coverage import Coverage
from app.domain.facts import Sector
from app.domain.grounds import Verdict
from app.domain.vendors import Vendor
from app.rulebook.load import Rulebook
from app.web.coverage.regions import region_of

ANY = "any"
"""What a form says for every vendor."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What the reader wants to see; empty is everything."""

    kind: str = ""
    region: str = ""
    verdict: str = ""
    vendor: str = ""

    @property
    def asked(self) -> dict[str, str]:
        """Those that are set, by their names in an address."""
        named = {
            "vendor": self.vendor,
            "kind": self.kind,
            "region": self.region,
            "verdict": self.verdict,
        }
        return {name: value for name, value in named.items() if value}


async def _filters(
    kind: Annotated[str, Query()] = "",
    region: Annotated[str, Query()] = "",
    verdict: Annotated[str, Query()] = "",
    vendor: Annotated[str, Query()] = "",
) -> Filters:
    return Filters(
        kind if kind in set(Sector) else "",
        region,
        verdict if verdict in set(Verdict) else "",
        "" if vendor == ANY else vendor,
    )


FiltersDep = Annotated[Filters, Depends(_filters)]


def kind_of(vendor: Vendor, on: date) -> str:
    """Return what kind of company a vendor is."""
    return vendor.facts_on(on).sector or Sector.OTHER


def chosen(table: Coverage, filters: Filters, rulebook: Rulebook) -> Coverage:
    """Return the part of the table that the reader asked for."""
    vendors = tuple(
        v
        for v in table.vendors
        if filters.kind in ("", kind_of(v, table.on)) and filters.vendor in ("", v.slug)
    )
    places = tuple(
        p
        for p in table.places
        if not filters.region
        or filters.region in {region_of(p), *rulebook.places.around(p.code)}
    )
    part = table.part(vendors, places)
    if not filters.verdict:
        return part
    return part.part(
        vendors,
        tuple(
            place
            for place in places
            if any(cell.verdict == filters.verdict for cell in part.rows[place.code])
        ),
    )
