"""Make of a form what would be written: whole documents, which the directory can read."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TypeAlias

from pydantic import ValidationError

from app.actions.draft_documents import (
    Found,
    free_key,
    order_of,
    plain,
    route_of,
    seen_again,
    way_of,
)
from app.actions.draft_merger import merged, parted
from app.actions.edit_form import Form
from app.actions.read_typed import Fault, Yard, read_fields
from app.actions.vendor_fields import fields_of
from app.actions.vendor_record import Record, Thing
from app.domain.record_acts import Act
from app.domain.vendors import RouteKind
from app.rulebook.vendor_files import misdirected
from app.rulebook.vendor_schema import (
    FactFromShape,
    OfferShape,
    OrderShape,
    RouteShape,
    VendorShape,
)


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


_Faults: TypeAlias = dict[str, Fault]


def draft_of(
    form: Form,
    record: Record,
    other: Record,
    by: Yard,
    kept: Collection[str] = (),
) -> Draft | Faulty:
    """Return what a form would write over a record, or what is wrong with it.

    Args:
        form: As it was sent.
        record: What stands.
        other: The record that stands for both, or would; empty where it is about one.
        by: What the fields are read by.
        kept: Names and sites that the other one has of further doubles.
    """
    fields = fields_of(form.act, form.key)
    found, faults = read_fields(fields, form.typed, by)
    faults |= _of_days(found, by.today, faults)
    if form.act is Act.ROUTE and not faults:
        faults |= _of_route(found, by)
    if form.act in {Act.RETIRE, Act.MERGE} and not faults:
        faults |= _of_another(found, record, other)
    if form.act is Act.PART and record.is_double and other.double and other.is_double:
        faults |= {"form": Fault("merged_on", other.double["of"])}
    if faults:
        return Faulty(faults)
    slug = found["slug"] if form.act is Act.NEW else form.slug
    things, name = _things(form, slug, found, record, other, by.today, kept)
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


def _of_days(found: Found, today: date, faults: _Faults) -> _Faults:
    first, last = found.get("from"), found.get("to")
    wrong: _Faults = {}
    if first and last and last < first and not {"from", "to"} & set(faults):
        wrong["to"] = Fault("before_first")
    if found.get("checked_on", "") > today.isoformat():
        wrong["checked_on"] = Fault("to_come")
    if found.get("status") and not found.get("status_on"):
        wrong.setdefault("status_on", Fault("missing"))
    if found.get("status_on") and not found.get("status"):
        wrong.setdefault("status", Fault("choose"))
    return wrong


def _of_route(found: Found, by: Yard) -> _Faults:
    """Return by what nothing could be sent."""
    route = RouteShape.model_validate(route_of(found))
    why = misdirected(route, local=by.local)
    if why is None:
        return {}
    name = why.partition(":")[0].partition(" ")[0]
    code = {"address": "no_mailbox", "url": "no_link", "api_base": "no_link"}[name]
    posted = route.kind is RouteKind.LETTER and name == "address"
    return {name: Fault("missing" if posted else code)}


def _of_another(found: Found, record: Record, other: Record) -> _Faults:
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
    form: Form,
    slug: str,
    found: Found,
    record: Record,
    other: Record,
    today: date,
    kept: Collection[str],
) -> tuple[tuple[Thing, ...], str]:
    """Return what is written, and what the trail calls it."""
    match form.act:
        case Act.NEW | Act.NAMES:
            document = {**(record.document("vendor", "") or {}), "slug": slug}
            for typed in fields_of(form.act):
                document.pop(typed.name, None)
            document = plain(VendorShape, {**document, **found, "slug": slug})
            return (Thing(slug, "vendor", "", document),), str(found["name"])
        case Act.FACT:
            key = " ".join([form.key, found.get("from", "always")])
            fact = {"id": key, "fact": form.key, "value": found.pop(form.key, None)}
            document = plain(FactFromShape, {**fact, **found}, keep=("value",))
            return (Thing(slug, "fact", key, document),), key
        case Act.ROUTE:
            return way_of(form, slug, found, record)
        case Act.OFFER:
            key = form.key or free_key(record, "offer", found)
            document = plain(OfferShape, {**found, "id": key})
            return (Thing(slug, "offer", key, document),), f"offer {key}"
        case Act.ORDER:
            key = form.key or free_key(record, "order", found)
            document = plain(OrderShape, order_of(key, found, record))
            return (Thing(slug, "order", key, document),), f"order {key}"
        case Act.RETIRE:
            document = seen_again(record, found, ("closed_on", "successor"))
            last = str(found.get("closed_on", "–"))
            return (Thing(slug, "vendor", "", document),), last
        case Act.MERGE:
            return tuple(merged(record, other, found, today)), f"→ {other.slug}"
        case Act.PART:
            return tuple(parted(record, other, kept)), str(found["why"])
        case Act.STRIKE:
            struck = Thing(slug, form.part, form.key, None)
            return (struck,), f"{form.part} {form.key}: {found['why']}"


def _told(wrong: ValidationError) -> _Faults:
    """Return which field the directory could not read."""
    first = wrong.errors(include_url=False, include_input=False)[0]
    name = next((str(p) for p in reversed(first["loc"]) if isinstance(p, str)), "form")
    return {name: Fault("missing" if first["type"] == "too_short" else "unfit")}
