"""What is written where two records turn out to be of one company, or two after all."""

from collections.abc import Collection, Iterator
from datetime import date
from itertools import pairwise

from app.actions.draft_documents import Found, key_at, seen_again
from app.actions.vendor_fields import LAST
from app.actions.vendor_record import Document, Record, Thing
from app.store.vendors import LISTS, Written

NAMED = ("brands", "domains")
"""What a record that stands for both is called, and where, beside its own."""


def merged(record: Record, other: Record, found: Found, today: date) -> Iterator[Thing]:
    """Yield what is written where a record turns out to be another's double.

    Requests stay with the record to which they went. Its names and sites are the other
    one's from the day that is named, and so are the parts that are to be taken over;
    where that day lies ahead, all that is written is that it will come.
    """
    double = {"of": other.slug, "since": found["since"], "why": found["why"]}
    if found["since"] > today.isoformat():
        to_come = {"source": found["source"], "take": list(found.get("take", ()))}
        names = seen_again(record, found, (), double={**double, **to_come})
        yield Thing(record.slug, "vendor", "", names)
        return
    yield Thing(record.slug, "vendor", "", seen_again(record, found, (), double=double))
    yield from _taken_over(record, other, found)


def begun(record: Record, other: Record, waiting: Document) -> Iterator[Thing]:
    """Yield what is written on the first day of a merger that was said before.

    Args:
        record: The record whose double begins to count.
        other: The record that stands for both from now on.
        waiting: The names of the record, as they say so.
    """
    said = waiting["double"]
    double = {"of": other.slug, "since": said["since"], "why": said["why"]}
    yield Thing(record.slug, "vendor", "", {**waiting, "double": double})
    theirs = other.document("vendor", "") or {}
    checked = max(waiting["checked_on"], theirs["checked_on"])
    yield from _taken_over(record, other, {**said, "checked_on": checked})


def _taken_over(record: Record, other: Record, found: Found) -> Iterator[Thing]:
    """Yield what is written of the record that stands for both."""
    mine, theirs = (
        record.document("vendor", "") or {},
        other.document("vendor", "") or {},
    )
    names = (*theirs.get("brands", ()), mine["name"], *mine.get("brands", ()))
    brands = [name for name in dict.fromkeys(names) if name != theirs["name"]]
    sites = dict.fromkeys((*theirs.get("domains", ()), *mine.get("domains", ())))
    more = {"brands": brands, "domains": list(sites)}
    yield Thing(other.slug, "vendor", "", seen_again(other, found, (), **more))
    for part in found.get("take", ()):
        yield from _taken(record, other, part)


def _taken(record: Record, other: Record, part: str) -> Iterator[Thing]:
    """Yield what the other record takes over of a part: what it has not already."""
    standing = other.parts[part]
    has = [_bare(document) for document in standing.values()]
    written = {one.key for one in other.written if one.part == part}
    place = int(key_at(LAST, other)) if part == "route" else 0
    for key, document in sorted(record.parts[part].items()):
        free = key
        if _bare(document) in has:
            continue
        if part == "route":
            free, place = f"{place:03}", place + 1
        elif part in {"registration", "fact"}:  # the same year, the same fact
            if key in standing:
                continue
        elif key in written:
            free = f"{key}-{record.slug}"
        named = {"id": free} if "id" in document else {}
        said_by = _author(record, part, key) if part == "registration" else ""
        yield Thing(other.slug, part, free, {**document, **named}, said_by)


def _bare(document: Document) -> Document:
    """Return what a thing says, under whatever name it is kept."""
    return {name: value for name, value in document.items() if name != "id"}


def _author(record: Record, part: str, key: str) -> str:
    """Return who recorded a thing; a register goes on with what it said itself."""
    versions = [one for one in record.written if (one.part, one.key) == (part, key)]
    return versions[-1].recorded_by


def parted(record: Record, other: Record, kept: Collection[str]) -> Iterator[Thing]:
    """Yield what is written where a merger is taken back: what it moved goes back.

    What somebody wrote since of a thing that was moved goes back with it.

    Args:
        record: The record that was another's double.
        other: The record that stood for both.
        kept: Names and sites that the other one has of further doubles.
    """
    mergers = [
        (before, after)
        for before, after in _steps(record)
        if _of(after) == other.slug and _double(before) != _double(after)
    ]
    mine = _undone(record, mergers, ())
    mine.pop("double", None)  # its own alone: the other one's may be about to begin
    yield Thing(record.slug, "vendor", "", mine)
    moments = {after.recorded_at for _, after in mergers}
    steps = [pair for pair in _steps(other) if pair[1].recorded_at in moments]
    names = _undone(other, steps, kept)
    if names != other.document("vendor", ""):
        yield Thing(other.slug, "vendor", "", names)
    for one in other.written:
        if one.recorded_at in moments and one.part in LISTS and one.document:
            yield from _given_back(record, other, one)


def _steps(record: Record) -> list[tuple[Written, Written]]:
    """Return each version of the names of a record, after the one that it followed."""
    names = [one for one in record.written if one.part == "vendor"]
    return list(pairwise(names))


def _double(one: Written) -> Document:
    return (one.document or {}).get("double") or {}


def _of(one: Written) -> str:
    return str(_double(one).get("of", ""))


def _undone(
    record: Record, steps: list[tuple[Written, Written]], kept: Collection[str]
) -> Document:
    """Return the names as they stand now, without what some steps made of them."""
    now = dict(record.document("vendor", "") or {})
    for step in reversed(steps):
        before, after = (one.document or {} for one in step)
        for name in before.keys() | after.keys():
            was, became = before.get(name), after.get(name)
            if now.get(name) == became and not (name in NAMED and kept):
                now[name] = was
            elif isinstance(became, list) and isinstance(now.get(name), list):
                stays = {*(was or ()), *(kept if name in NAMED else ())}
                now[name] = [
                    one for one in now[name] if one not in became or one in stays
                ]
    return {name: value for name, value in now.items() if value not in (None, [])}


def _given_back(record: Record, other: Record, moved: Written) -> Iterator[Thing]:
    """Yield what is written of a thing that a merger moved; nothing of any other."""
    part, told = moved.part, moved.document or {}
    origin = next(
        (
            one
            for one in record.written
            if one.part == part and _bare(one.document or {}) == _bare(told)
        ),
        None,
    )
    key = _key_now(other, moved)
    if origin is None or key is None:
        return
    said_by = moved.recorded_by if part == "registration" else ""
    yield Thing(other.slug, part, key, None, said_by)
    now = _bare(other.parts[part][key])
    if now != _bare(told):
        named = {"id": origin.key} if "id" in told else {}
        yield Thing(record.slug, part, origin.key, {**now, **named}, said_by)


def _key_now(other: Record, moved: Written) -> str | None:
    """Return under which key a moved thing stands now; None where it was taken out.

    A way gets another key where it was put first or last.
    """
    standing = other.parts[moved.part]
    if moved.key in standing:
        return moved.key
    if moved.part != "route":
        return None
    where = _leads(moved.document or {})
    return next((key for key, one in standing.items() if _leads(one) == where), None)


def _leads(way: Document) -> tuple[object, ...]:
    """Return where letters go by a way."""
    return tuple(way.get(name) for name in ("kind", "address", "url", "api_base"))
