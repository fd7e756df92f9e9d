"""A form about a company, as it is shown: its fields, filled, and what is wrong with them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from app.actions.edit_form import Form, typed_of
from app.actions.read_typed import Typed
from app.actions.vendor_fields import Field, Kind, fields_of
from app.actions.vendor_record import Record, Seen
from app.domain.record_acts import Act
from app.web.errors import Problem
from app.web.staff.effects import name_of
from app.web.vendor_said import TABLES, Changed, Words
from app.words.languages import language_name
from app.words.marks import mark
from app.words.vendor_record import HINTS, TITLES

LIST = "/staff/vendors"
NEW = "/staff/new-vendor"
CHOOSE, UNKNOWN = mark("Choose"), mark("not known")
OF_TWO = frozenset({Act.MERGE, Act.PART})
"""Acts that write to another record too."""
AREAS = frozenset({Kind.LINES, Kind.SOURCES, Kind.SITES, Kind.HELD, Kind.WORDS})


@dataclass(frozen=True, slots=True)
class FieldView:
    """A field as it is shown."""

    name: str
    label: str
    hint: str
    look: str
    """How it is drawn: line, area, day, select, radio or checkbox."""
    value: str
    chosen: tuple[str, ...]
    options: tuple[tuple[str, str], ...]
    optional: bool


@dataclass(frozen=True, slots=True)
class FormView:
    """A form about a company."""

    act: Act
    title: str
    slug: str
    name: str
    to: str
    back: str
    key: str
    part: str
    seen: str | None
    """Which versions there were; None where it is about two, before both were looked at."""
    fields: tuple[FieldView, ...]
    struck: tuple[Changed, ...] = ()
    """What would be taken out."""
    errors: Mapping[str, str] = field(default_factory=dict)


def form_view(
    asked: Form,
    record: Record,
    today: date,
    words: Words,
    errors: Mapping[str, str],
) -> FormView:
    """Return a form, filled with what was sent or else with what stands.

    Raises:
        Problem: 404, if the thing does not stand that it is about.
    """
    thing = _thing(asked, record)
    sent = asked.typed.values
    values = {} if sent else typed_of(asked.act, record, asked.key, today)
    fields = fields_of(asked.act, asked.key.partition(" ")[0])
    return FormView(
        act=asked.act,
        title=words.say(TITLES[asked.act]),
        slug=asked.slug,
        name=name_of(record),
        to=address_of(asked),
        back=back_of(asked),
        key=asked.key,
        part=asked.part,
        seen=None if asked.act in OF_TWO else seen_written(_seen(sent, record)),
        fields=tuple(
            _field(one, asked.typed, values, words, new=not thing) for one in fields
        ),
        struck=words.changed(
            (name, None, value)
            for name, value in (thing or {}).items()
            if asked.act is Act.STRIKE and name not in {"id", "fact"}
        ),
        errors=errors,
    )


def seen_written(seen: Seen) -> str:
    """Return which versions there are, as a form carries it."""
    return ".".join(sorted(one.hex for one in seen))


def seen_in(given: Mapping[str, str]) -> Seen | None:
    """Return which versions there were when a form was shown; None where it is not said."""
    sent = given.get("seen")
    if sent is None:
        return None
    try:
        return frozenset(UUID(hex=one) for one in sent.split(".") if one)
    except ValueError:
        return None


def _seen(sent: Mapping[str, str], record: Record) -> Seen:
    seen = seen_in(sent)
    return record.seen if seen is None else seen


def address_of(asked: Form) -> str:
    """Return where a form is sent."""
    return NEW if asked.act is Act.NEW else f"{LIST}/{asked.slug}/{asked.act}"


def back_of(asked: Form) -> str:
    """Return from where a form was opened."""
    return f"{LIST}/{asked.slug}" if asked.slug else LIST


def _thing(asked: Form, record: Record) -> Mapping[str, object] | None:
    """Return the thing that a form is about.

    Raises:
        Problem: 404, if it does not stand.
    """
    part = asked.part if asked.act is Act.STRIKE else asked.act.value
    if asked.act not in {Act.ROUTE, Act.OFFER, Act.ORDER, Act.STRIKE}:
        return None
    if asked.act is not Act.STRIKE and not asked.key:
        return None
    found = (
        record.document(part, asked.key)
        if part in record.parts and part != "vendor"
        else None
    )
    if found is None:
        raise Problem(404, "There is no such entry.")
    return found


LOOKS: Mapping[Kind, str] = {
    Kind.DAY: "day",
    Kind.ONE: "select",
    Kind.SOME: "checkbox",
    Kind.YES_OR_NO: "select",
    **dict.fromkeys(AREAS, "area"),
}


def _field(
    one: Field, typed: Typed, values: Mapping[str, str], words: Words, *, new: bool
) -> FieldView:
    value = typed.values.get(one.name, values.get(one.name, ""))
    chosen: Sequence[str] = typed.several.get(one.name, ())
    if one.name in values:
        chosen = values[one.name].split("\n")
    hint = HINTS.get(one.name, "")
    options: tuple[tuple[str, str], ...] = tuple(
        (code, _option(one, code, words)) for code in one.options
    )
    if one.kind is Kind.YES_OR_NO:
        options = (("yes", words.say("Yes")), ("no", words.say("No")))
    if one.name == "rank" and new:
        options = options[1:]
    if LOOKS.get(one.kind) == "select" and one.name != "rank" and not one.otherwise:
        options = (("", words.say(CHOOSE if one.needed else UNKNOWN)), *options)
    return FieldView(
        name=one.name,
        label=words.label(one.name),
        hint=words.say(hint) if hint else "",
        look=LOOKS.get(one.kind, "line"),
        value=value,
        chosen=tuple(chosen),
        options=options,
        optional=not one.needed,
    )


def _option(one: Field, code: str, words: Words) -> str:
    if one.words == "language":
        return language_name(code, words.language)
    return words.say(TABLES[one.words][code])
