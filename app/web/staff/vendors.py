"""The companies as staff keep them: which need a check, and the whole record of one."""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from app.actions.decide_proposal import how_many_wait
from app.actions.read_vendor import Kept, VendorFile, read_vendor
from app.actions.record_notes import Note, open_notes_of
from app.actions.vendor_fields import FACTS
from app.domain.facts import Sector
from app.domain.staleness import Check, checked_on, checks
from app.domain.vendors import Vendor
from app.web.deps import DirectoryDep, Now, PagesDep, StoreDep
from app.web.errors import Problem
from app.web.pages import language_of
from app.web.staff.gate import MemberDep, StaffRoute
from app.web.vendor_said import Changed, StepRead, Words
from app.words.catalog import translations
from app.words.languages import folded, place_name
from app.words.vendor_record import CHECKS

router = APIRouter(route_class=StaffRoute)
HERE = "/staff/vendors"
ON_A_PAGE = 50
BRIEF = ("address", "url", "value", "places", "from", "to")
"""The fields by which things of one kind are told apart."""


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


@dataclass(frozen=True, slots=True)
class Item:
    """A thing of the record, in words, with its history."""

    part: str
    key: str
    title: str
    brief: str
    """Where, from when or by what address: enough to tell it from the next one."""
    stands: bool
    fields: tuple[Changed, ...]
    """What it holds; nothing stands before it."""
    steps: tuple[StepRead, ...]
    recorded: StepRead
    """Its newest version."""


@dataclass(frozen=True, slots=True)
class FactLine:
    """One fact, as far as the record of names and old facts goes."""

    name: str
    label: str
    value: str
    known: bool


@dataclass(frozen=True, slots=True)
class StaffVendorView:
    """The whole record of one company."""

    slug: str
    name: str
    about: str
    closed: bool
    double_of: str
    """Slug of the record that stands for both; empty where it is nobody's double."""
    double_why: str
    items: Mapping[str, tuple[Item, ...]]
    facts: tuple[FactLine, ...]
    notes: tuple[Note, ...]
    """What looks wrong, and nobody resolved."""
    waiting: tuple[UUID, ...]
    """Changes of it that wait for a second person."""
    may_edit: bool


@router.get("/vendors/{slug}")
async def vendor(
    request: Request,
    slug: str,
    member: MemberDep,
    store: StoreDep,
    pages: PagesDep,
    at: Now,
) -> Response:
    """Show all that is recorded of a company, by whom and when."""
    file = await store.read(read_vendor, slug, at=at)
    if file is None:
        raise Problem(404, "There is no such vendor.")
    words = Words(language_of(request))
    notes = await store.read(open_notes_of, slug)
    page = _view(file, words, at.date(), notes, may_edit=member.may_edit)
    return pages.show(request, "staff/vendor.html", page, staff=member)


def _view(
    file: VendorFile,
    words: Words,
    on: date,
    notes: tuple[Note, ...],
    *,
    may_edit: bool,
) -> StaffVendorView:
    record = file.record
    names = record.document("vendor", "") or {}
    known = record.shape().value().facts_on(on) if record.stands else None
    facts = []
    for name in FACTS:
        value = getattr(known, name, None)
        plain = sorted(value) if isinstance(value, frozenset) else value
        facts.append(
            FactLine(
                name,
                words.label(name),
                words.value(name, plain),
                known=value is not None and value != {},
            )
        )
    return StaffVendorView(
        slug=record.slug,
        name=str(names.get("name", record.slug)),
        about=str(names.get("about", "")),
        closed="closed_on" in names,
        double_of=(record.double or {}).get("of", ""),
        double_why=(record.double or {}).get("why", ""),
        items={
            part: tuple(_item(one, words) for one in kept)
            for part, kept in file.kept.items()
        },
        facts=tuple(facts),
        notes=notes,
        waiting=file.waiting,
        may_edit=may_edit,
    )


def _item(kept: Kept, words: Words) -> Item:
    document = dict(kept.document or {})
    fact = str(document.get("fact", kept.key.partition(" ")[0]))
    for name in ("slug", "id", "fact", *(FACTS if kept.part == "vendor" else ())):
        document.pop(name, None)
    steps = tuple(words.step(one, fact) for one in kept.steps)
    if kept.part == "vendor":
        document.pop("name", None)
    return Item(
        part=kept.part,
        key=kept.key,
        title=_title(kept, document, fact, words),
        brief=" · ".join(
            words.value(fact if name == "value" else name, document[name])
            for name in BRIEF
            if name in document
        ),
        stands=kept.document is not None,
        fields=words.changed(
            ((name, None, value) for name, value in document.items()), fact
        ),
        steps=steps,
        recorded=steps[0],
    )


def _title(kept: Kept, document: Mapping[str, object], fact: str, words: Words) -> str:
    match kept.part:
        case "fact":
            return words.label(fact)
        case "route":
            return words.value("kind", document.get("kind")) or kept.key
        case "offer":
            return words.value("right", document.get("right")) or kept.key
        case "order":
            return str(document.get("by", kept.key))
        case "registration":
            place = document.get("place")
            named = place_name(str(place), words.language) if place else kept.key
            return f"{named} {document.get('year', '')}".strip()
        case _:
            return words.say("Names and sites")
