"""Make of a form what would be written: whole documents, which the directory can read."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeAlias

from pydantic import ValidationError

from app.actions.read_typed import Fault, Typed, Yard, read_fields, written
from app.actions.vendor_fields import (
    AS_IT_IS,
    FACTS,
    FIRST,
    LAST,
    TAKEN,
    fields_of,
)
from app.actions.vendor_record import Document, Record, Thing
from app.domain.laws import Confidence
from app.domain.record_acts import Act
from app.domain.vendors import RouteKind
from app.rulebook.shapes import Shape
from app.rulebook.vendor_files import misdirected
from app.rulebook.vendor_schema import (
    FactFromShape,
    OfferShape,
    OrderShape,
    RouteShape,
    VendorShape,
)

EVERYBODY = "*"


@dataclass(frozen=True, slots=True)
class Form:
    """A form about a vendor, as it was sent."""

    act: Act
    slug: str
    """Empty where the vendor is new."""
    typed: Typed
    key: str = ""
    """Of the thing that it is about; empty where that is new. For a fact, its name."""
    part: str = ""
    """Of what is to be struck out."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What would be written of a vendor."""

    slug: str
    act: Act
    things: tuple[Thing, ...]
    name: str
    """What the audit trail says that it is about."""


@dataclass(frozen=True, slots=True)
class Faulty:
    """A form with which something is wrong, by field."""

    faults: Mapping[str, Fault] = field(default_factory=dict)


_Found: TypeAlias = dict[str, Any]
_Faults: TypeAlias = dict[str, Fault]


def other_of(form: Form) -> str:
    """Return the slug of the other record that a form writes to; empty for none."""
    return form.typed.values.get("of", "").strip() if form.act is Act.MERGE else ""


def draft_of(form: Form, record: Record, other: Record, by: Yard) -> Draft | Faulty:
    """Return what a form would write over a record, or what is wrong with it.

    ``other`` is the record that would stand for both; empty where it is about one.
    """
    fields = fields_of(form.act, form.key)
    found, faults = read_fields(fields, form.typed, by)
    faults |= _of_days(found, by.today, faults)
    if form.act is Act.ROUTE and not faults:
        faults |= _of_route(found, by)
    if form.act in {Act.RETIRE, Act.MERGE} and not faults:
        faults |= _of_another(found, record, other)
    if faults:
        return Faulty(faults)
    slug = found["slug"] if form.act is Act.NEW else form.slug
    things, name = _things(form, slug, found, record, other)
    try:
        shape = Record(slug, record.written).shape(things)
        if other.stands:
            other.shape(things)
        before = record.shape() if record.stands else None
    except ValidationError as wrong:
        return Faulty(_told(wrong))
    if before is not None and shape == before:
        return Faulty({"form": Fault("same")})
    return Draft(slug, form.act, things, name)


def _of_days(found: _Found, today: date, faults: _Faults) -> _Faults:
    first, last = found.get("from"), found.get("to")
    wrong: _Faults = {}
    if first and last and last < first and not {"from", "to"} & set(faults):
        wrong["to"] = Fault("before_first")
    if found.get("checked_on", "") > today.isoformat():
        wrong["checked_on"] = Fault("to_come")
    if found.get("status") and not found.get("status_on"):
        wrong.setdefault("status_on", Fault("missing"))
    return wrong


def _of_route(found: _Found, by: Yard) -> _Faults:
    """Return by what nothing could be sent."""
    route = RouteShape.model_validate(_route(found))
    why = misdirected(route, local=by.local)
    if why is None:
        return {}
    name = why.partition(":")[0].partition(" ")[0]
    code = {"address": "no_mailbox", "url": "no_link", "api_base": "no_link"}[name]
    posted = route.kind is RouteKind.LETTER and name == "address"
    return {name: Fault("missing" if posted else code)}


def _of_another(found: _Found, record: Record, other: Record) -> _Faults:
    """Return why another company cannot be the one that stands for, or after, it."""
    for name in ("of", "successor"):
        if found.get(name) == record.slug:
            return {name: Fault("itself")}
    if "of" in found and (not other.stands or other.double is not None):
        return {"of": Fault("no_vendor", other.slug)}
    if found.get("successor") and not found.get("closed_on"):
        return {"closed_on": Fault("missing")}
    return {}


def _things(
    form: Form, slug: str, found: _Found, record: Record, other: Record
) -> tuple[tuple[Thing, ...], str]:
    """Return what is written, and what the trail calls it."""
    match form.act:
        case Act.NEW | Act.NAMES:
            document = {**(record.document("vendor", "") or {}), "slug": slug}
            for typed in fields_of(form.act):
                document.pop(typed.name, None)
            plain = _plain(VendorShape, {**document, **found, "slug": slug})
            return (Thing(slug, "vendor", "", plain),), str(found["name"])
        case Act.FACT:
            key = " ".join([form.key, found.get("from", "always")])
            fact = {"id": key, "fact": form.key, "value": found.pop(form.key, None)}
            plain = _plain(FactFromShape, {**fact, **found}, keep=("value",))
            return (Thing(slug, "fact", key, plain),), key
        case Act.ROUTE:
            return _of_way(form, slug, found, record)
        case Act.OFFER:
            key = form.key or _free(record, "offer", found)
            plain = _plain(OfferShape, {**found, "id": key})
            return (Thing(slug, "offer", key, plain),), f"offer {key}"
        case Act.ORDER:
            key = form.key or _free(record, "order", found)
            plain = _plain(OrderShape, _order(key, found, record))
            return (Thing(slug, "order", key, plain),), f"order {key}"
        case Act.RETIRE:
            document = _seen_again(record, found, ("closed_on", "successor"))
            last = str(found.get("closed_on", "–"))
            return (Thing(slug, "vendor", "", document),), last
        case Act.MERGE:
            return tuple(merged(record, other, found)), f"→ {other.slug}"
        case Act.PART:
            document = {**(record.document("vendor", "") or {})}
            document.pop("double", None)
            return (Thing(slug, "vendor", "", document),), str(found["why"])
        case Act.STRIKE:
            struck = Thing(slug, form.part, form.key, None)
            return (struck,), f"{form.part} {form.key}: {found['why']}"


def _seen_again(
    record: Record, found: _Found, names: tuple[str, ...], **more: Any
) -> Document:
    """Return the names of a record with some fields another, and one source more."""
    document = dict(record.document("vendor", "") or {})
    for name in names:
        document.pop(name, None)
    sources = dict.fromkeys([*document.get("sources", ()), found["source"]])
    kept = {name: found[name] for name in names if name in found}
    seen = {"sources": list(sources), "checked_on": found["checked_on"]}
    return _plain(VendorShape, {**document, **kept, **seen, **more})


def merged(record: Record, other: Record, found: _Found) -> Iterator[Thing]:
    """Yield what is written where a record turns out to be another's double.

    Requests stay with the record to which they went. Its names and sites are the other
    one's from now on, and so are the parts that are to be taken over.
    """
    double = {"of": other.slug, "since": found["since"], "why": found["why"]}
    yield Thing(
        record.slug, "vendor", "", _seen_again(record, found, (), double=double)
    )
    mine, theirs = (
        record.document("vendor", "") or {},
        other.document("vendor", "") or {},
    )
    names = (*theirs.get("brands", ()), mine["name"], *mine.get("brands", ()))
    brands = [name for name in dict.fromkeys(names) if name != theirs["name"]]
    sites = dict.fromkeys((*theirs.get("domains", ()), *mine.get("domains", ())))
    more = {"brands": brands, "domains": list(sites)}
    yield Thing(other.slug, "vendor", "", _seen_again(other, found, (), **more))
    for part in found.get("take", ()):
        taken = {one.key for one in other.written if one.part == part}
        for place, (key, document) in enumerate(sorted(record.parts[part].items())):
            free = key
            if part == "route":
                free = f"{int(_key_at(LAST, other)) + place:03}"
            elif key in taken:
                if part in {"registration", "fact"}:  # the same year, the same fact
                    continue
                free = f"{key}-{record.slug}"
            named = {"id": free} if "id" in document else {}
            said_by = _author(record, part, key) if part == "registration" else ""
            yield Thing(other.slug, part, free, {**document, **named}, said_by)


def _author(record: Record, part: str, key: str) -> str:
    """Return who recorded a thing; a register goes on with what it said itself."""
    versions = [one for one in record.written if (one.part, one.key) == (part, key)]
    return versions[-1].recorded_by


def _plain(shape: type[Shape], found: _Found, keep: tuple[str, ...] = ()) -> Document:
    """Return a document as files and imports write it: without what is left out."""
    dumped = shape.model_validate(found).model_dump(
        mode="json", by_alias=True, exclude_defaults=True
    )
    return {**dumped, **{name: found.get(name) for name in keep}}


def _route(found: _Found) -> _Found:
    route = {name: value for name, value in found.items() if name != "rank"}
    if EVERYBODY in route.get("places", ()):
        del route["places"]
    return route


def _of_way(
    form: Form, slug: str, found: _Found, record: Record
) -> tuple[tuple[Thing, ...], str]:
    """Return a way where it stands, or at an end of the list; there it is another."""
    kept = record.document("route", form.key) or {}
    unasked: _Found = {
        name: kept[name] for name in ("profile", "trailing_slash") if name in kept
    }
    document = _plain(RouteShape, {**unasked, **_route(found)})
    rank = found.get("rank", AS_IT_IS)
    key = form.key
    if not key or rank != AS_IT_IS:
        key = _key_at(FIRST if rank == FIRST else LAST, record)
    things = [Thing(slug, "route", key, document)]
    if form.key and form.key != key:
        things.insert(0, Thing(slug, "route", form.key, None))
    return tuple(things), f"way {document['kind']}"


def _key_at(end: str, record: Record) -> str:
    """Return a key that sorts before, or after, those of all ways that ever were.

    Files number theirs 000, 001 and so on; -999 and -998 sort before these.
    """
    keys = {one.key for one in record.written if one.part == "route"}
    if end == FIRST:
        taken = [int(key[1:]) for key in keys if key.startswith("-")]
        return f"-{min(taken, default=1000) - 1:03}"
    return f"{max((int(key) for key in keys if key.isdigit()), default=-1) + 1:03}"


def _free(record: Record, part: str, found: _Found) -> str:
    """Return a name for a new offer or order that none ever had."""
    taken = {one.key for one in record.written if one.part == part}
    day = found.get("from") or found.get("status_on") or found["checked_on"]
    stem = f"{found.get('right', 'deletion')}-{day}".replace("_", "-")
    names = (stem, *(f"{stem}-{number}" for number in range(2, len(taken) + 3)))
    return next(name for name in names if name not in taken)


def _order(key: str, found: _Found, record: Record) -> _Found:
    """Return an order whose status changed on a day, or is put right for that day."""
    before = record.document("order", key) or {}
    day, status = found.pop("status_on", None), found.pop("status", None)
    statuses = {one["on"]: one for one in before.get("statuses", ())}
    if status is not None:
        statuses[day] = {"on": day, "status": status}
    first = {"from": before["from"]} if "from" in before else {}
    ordered = [statuses[on] for on in sorted(statuses)]
    return {**first, **found, "id": key, "statuses": ordered}


def _told(wrong: ValidationError) -> _Faults:
    """Return which field the directory could not read."""
    first = wrong.errors(include_url=False, include_input=False)[0]
    name = next((str(p) for p in reversed(first["loc"]) if isinstance(p, str)), "form")
    return {name: Fault("missing" if first["type"] == "too_short" else "unfit")}


def typed_of(act: Act, record: Record, key: str, today: date) -> dict[str, str]:
    """Return what the fields of a form hold at first: what stands, looked at today."""
    document = _document_of(act, record, key)
    if act is Act.FACT and "value" in document:
        document = {**document, key.partition(" ")[0]: document["value"]}
    fields = fields_of(act, key.partition(" ")[0])
    values = {
        one.name: written(one, document.get(one.name)) or one.otherwise
        for one in fields
    }
    for name in ("checked_on", "since"):
        if name in values:
            values[name] = today.isoformat()
    if act is Act.MERGE:
        values["take"] = "\n".join(TAKEN[:3])
    if document and act in {Act.NAMES, Act.ROUTE}:  # as files leave it out
        values["confidence"] = values["confidence"] or Confidence.MEDIUM
    if act is Act.ROUTE:
        values["rank"] = AS_IT_IS if document else LAST
        if not document:
            values["needs"] = "name\nemail"
    return values


def _document_of(act: Act, record: Record, key: str) -> Document:
    part = {
        Act.NAMES: "vendor",
        Act.RETIRE: "vendor",
        Act.FACT: "fact",
        Act.ROUTE: "route",
        Act.OFFER: "offer",
        Act.ORDER: "order",
    }.get(act)
    found = record.document(part, key) if part else None
    if found is None and act is Act.FACT:
        base = record.document("vendor", "") or {}
        found = {key: base[key]} if key in base and key in FACTS else None
    return found or {}
