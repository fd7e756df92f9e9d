"""What is written where two records turn out to be of one company."""

from collections.abc import Iterator

from app.actions.draft_documents import Found, key_at, seen_again
from app.actions.vendor_fields import LAST
from app.actions.vendor_record import Record, Thing


def merged(record: Record, other: Record, found: Found) -> Iterator[Thing]:
    """Yield what is written where a record turns out to be another's double.

    Requests stay with the record to which they went. Its names and sites are the other
    one's from now on, and so are the parts that are to be taken over.
    """
    double = {"of": other.slug, "since": found["since"], "why": found["why"]}
    yield Thing(record.slug, "vendor", "", seen_again(record, found, (), double=double))
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
        taken = {one.key for one in other.written if one.part == part}
        for place, (key, document) in enumerate(sorted(record.parts[part].items())):
            free = key
            if part == "route":
                free = f"{int(key_at(LAST, other)) + place:03}"
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
