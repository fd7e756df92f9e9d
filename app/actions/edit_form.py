"""A form about a vendor: as it is filled at first, and as it was sent."""

from dataclasses import dataclass
from datetime import date

from app.actions.read_typed import Typed, written
from app.actions.vendor_fields import AS_IT_IS, FACTS, LAST, TAKEN, fields_of
from app.actions.vendor_record import Document, Record
from app.domain.laws import Confidence
from app.domain.record_acts import Act


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


def other_of(form: Form, record: Record) -> str:
    """Return the slug of the other record that a form writes to; empty for none."""
    if form.act is Act.PART:
        return str((record.double or {}).get("of", ""))
    return form.typed.values.get("of", "").strip() if form.act is Act.MERGE else ""


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
