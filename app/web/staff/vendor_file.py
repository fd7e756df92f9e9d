"""The whole record of one company, for staff: what stands, and who wrote what, when."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.actions.read_vendor import Kept, VendorFile, read_vendor
from app.actions.record_notes import Note
from app.actions.vendor_fields import FACTS
from app.web.deps import Now, PagesDep, StoreDep
from app.web.errors import Problem
from app.web.pages import language_of
from app.web.staff.gate import MemberDep, StaffRoute
from app.web.vendor_said import Changed, StepRead, Words
from app.words.languages import place_name

router = APIRouter(route_class=StaffRoute)
BRIEF = ("address", "url", "value", "places", "from", "to")
"""The fields by which things of one kind are told apart."""


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
    double_from: date | None
    """The day ahead from which that counts; None where it does."""
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
    page = _view(file, words, at.date(), may_edit=member.may_edit)
    return pages.show(request, "staff/vendor.html", page, staff=member)


def _view(
    file: VendorFile,
    words: Words,
    on: date,
    *,
    may_edit: bool,
) -> StaffVendorView:
    record = file.record
    names = record.document("vendor", "") or {}
    double = record.double or {}
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
        double_of=double.get("of", ""),
        double_why=double.get("why", ""),
        double_from=date.fromisoformat(double["since"]) if "take" in double else None,
        items={
            part: tuple(_item(one, words) for one in kept)
            for part, kept in file.kept.items()
        },
        facts=tuple(facts),
        notes=file.notes,
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
