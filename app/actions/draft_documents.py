"""The documents of a vendor, as files and imports write them: whole, without what is left out."""

from typing import Any, TypeAlias

from app.actions.edit_form import Form
from app.actions.vendor_fields import AS_IT_IS, FIRST, LAST
from app.actions.vendor_record import Document, Record, Thing
from app.rulebook.shapes import Shape
from app.rulebook.vendor_schema import RouteShape, VendorShape

EVERYBODY = "*"
Found: TypeAlias = dict[str, Any]
"""What the fields of a form hold, read."""


def plain(shape: type[Shape], found: Found, keep: tuple[str, ...] = ()) -> Document:
    """Return a document as files and imports write it: without what is left out."""
    dumped = shape.model_validate(found).model_dump(
        mode="json", by_alias=True, exclude_defaults=True
    )
    return {**dumped, **{name: found.get(name) for name in keep}}


def seen_again(
    record: Record, found: Found, names: tuple[str, ...], **more: Any
) -> Document:
    """Return the names of a record with some fields another, and one source more."""
    document = dict(record.document("vendor", "") or {})
    for name in names:
        document.pop(name, None)
    sources = dict.fromkeys([*document.get("sources", ()), found["source"]])
    kept = {name: found[name] for name in names if name in found}
    seen = {"sources": list(sources), "checked_on": found["checked_on"]}
    return plain(VendorShape, {**document, **kept, **seen, **more})


def route_of(found: Found) -> Found:
    """Return a way without its rank; it names no places where it is for everybody."""
    route = {name: value for name, value in found.items() if name != "rank"}
    if EVERYBODY in route.get("places", ()):
        del route["places"]
    return route


def way_of(
    form: Form, slug: str, found: Found, record: Record
) -> tuple[tuple[Thing, ...], str]:
    """Return a way where it stands, or at an end of the list; there it is another."""
    kept = record.document("route", form.key) or {}
    unasked: Found = {
        name: kept[name] for name in ("profile", "trailing_slash") if name in kept
    }
    document = plain(RouteShape, {**unasked, **route_of(found)})
    rank = found.get("rank", AS_IT_IS)
    key = form.key
    if not key or rank != AS_IT_IS:
        key = key_at(FIRST if rank == FIRST else LAST, record)
    things = [Thing(slug, "route", key, document)]
    if form.key and form.key != key:
        things.insert(0, Thing(slug, "route", form.key, None))
    return tuple(things), f"way {document['kind']}"


def key_at(end: str, record: Record) -> str:
    """Return a key that sorts before, or after, those of all ways that ever were.

    Files number theirs 000, 001 and so on; -999 and -998 sort before these.
    """
    keys = {one.key for one in record.written if one.part == "route"}
    if end == FIRST:
        taken = [int(key[1:]) for key in keys if key.startswith("-")]
        return f"-{min(taken, default=1000) - 1:03}"
    return f"{max((int(key) for key in keys if key.isdigit()), default=-1) + 1:03}"


def free_key(record: Record, part: str, found: Found) -> str:
    """Return a name for a new offer or order that none ever had."""
    taken = {one.key for one in record.written if one.part == part}
    day = found.get("from") or found.get("status_on") or found["checked_on"]
    stem = f"{found.get('right', 'deletion')}-{day}".replace("_", "-")
    names = (stem, *(f"{stem}-{number}" for number in range(2, len(taken) + 3)))
    return next(name for name in names if name not in taken)


def order_of(key: str, found: Found, record: Record) -> Found:
    """Return an order whose status changed on a day, or is put right for that day."""
    before = record.document("order", key) or {}
    day, status = found.pop("status_on", None), found.pop("status", None)
    statuses = {one["on"]: one for one in before.get("statuses", ())}
    if status is not None:
        statuses[day] = {"on": day, "status": status}
    first = {"from": before["from"]} if "from" in before else {}
    ordered = [statuses[on] for on in sorted(statuses)]
    return {**first, **found, "id": key, "statuses": ordered}
