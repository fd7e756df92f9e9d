"""The companies as staff keep them: searched, and which need a check."""

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from app.actions.decide_proposal import how_many_wait
from app.domain.facts import Sector
from app.domain.staleness import Check, checked_on, checks
from app.domain.vendors import Vendor
from app.web.deps import DirectoryDep, Now, PagesDep, StoreDep
from app.web.errors import Problem
from app.web.pages import language_of
from app.web.staff.gate import MemberDep, StaffRoute
from app.words.catalog import translations
from app.words.languages import folded
from app.words.vendor_record import CHECKS

router = APIRouter(route_class=StaffRoute)
HERE = "/staff/vendors"
ON_A_PAGE = 50


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which companies somebody wants to see."""

    q: str = ""
    """A part of a name, a site or the short name."""
    kind: str = ""
    check: str = ""
    """Why it needs a check; ``any`` for whatever reason."""

    def takes(self, vendor: Vendor, on: date) -> bool:
        """Return whether a company is among them."""
        if self.kind not in {"", vendor.facts_on(on).sector or Sector.OTHER}:
            return False
        found = checks(vendor, on) if self.check else ()
        if self.check and not (found if self.check == "any" else self.check in found):
            return False
        named = (vendor.slug, vendor.name, *vendor.brands, *vendor.domains)
        return not self.q or any(folded(self.q) in folded(one) for one in named)

    @property
    def query(self) -> dict[str, str]:
        """Return the choice as it stands in an address."""
        named = {"q": self.q, "kind": self.kind, "check": self.check}
        return {name: value for name, value in named.items() if value}


@dataclass(frozen=True, slots=True)
class Line:
    """One company of the list."""

    slug: str
    name: str
    kind: str
    checked_on: date
    checks: tuple[str, ...]
    closed: bool


@dataclass(frozen=True, slots=True)
class StaffVendorsView:
    """The companies, or a part of them."""

    lines: tuple[Line, ...]
    found: int
    next: str | None
    wanted: Wanted
    kinds: tuple[str, ...]
    checks: tuple[tuple[str, str], ...]
    may_edit: bool
    waiting: int
    """How many changes wait for a second person."""


@router.get("/vendors")
async def vendors(
    request: Request,
    member: MemberDep,
    directory: DirectoryDep,
    store: StoreDep,
    pages: PagesDep,
    at: Now,
    q: Annotated[str, Query(max_length=200)] = "",
    kind: Annotated[str, Query()] = "",
    check: Annotated[str, Query()] = "",
    after: Annotated[str, Query(max_length=100)] = "",
) -> Response:
    """List the companies by name, or those that need a check."""
    say, on = translations(language_of(request)).gettext, at.date()
    if kind not in {"", *Sector}:
        raise Problem(422, "kind is none", field="kind")
    if check not in {"", "any", *Check}:
        raise Problem(422, "check is none", field="check")
    wanted = Wanted(q.strip(), kind, check)
    every = sorted(
        (
            (folded(v.name), v.slug, v)
            for v in directory.vendors.values()
            if wanted.takes(v, on)
        ),
        key=lambda one: one[:2],
    )
    last = directory.vendors.get(after)
    keys = [(name, slug) for name, slug, _ in every]
    begin = bisect_right(keys, (folded(last.name), after)) if last else 0
    shown = every[begin : begin + ON_A_PAGE]
    more = len(every) > begin + ON_A_PAGE
    page = StaffVendorsView(
        lines=tuple(
            Line(
                v.slug,
                v.name,
                v.facts_on(on).sector or Sector.OTHER,
                checked_on(v, on),
                tuple(say(CHECKS[why]) for why in checks(v, on)),
                v.closed_on is not None and v.closed_on < on,
            )
            for _, _, v in shown
        ),
        found=len(every),
        next=f"{HERE}?{urlencode({**wanted.query, 'after': shown[-1][1]})}"
        if more
        else None,
        wanted=wanted,
        kinds=tuple(
            sorted(
                {
                    v.facts_on(on).sector or Sector.OTHER
                    for v in directory.vendors.values()
                }
            )
        ),
        checks=tuple((why.value, say(CHECKS[why])) for why in Check),
        may_edit=member.may_edit,
        waiting=await store.read(how_many_wait, at=at),
    )
    return pages.show(request, "staff/vendors.html", page, staff=member)
