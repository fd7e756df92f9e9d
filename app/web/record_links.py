"""Records as pages speak of them: what each is called, and where it stands."""

from dataclasses import dataclass
from urllib.parse import quote

from app.actions.desk import Desk
from app.domain.about import About, Record, RecordKind, find, named
from app.words.catalog import translations
from app.words.record_work import KINDS, title


@dataclass(frozen=True, slots=True)
class Called:
    """A record in words."""

    name: str
    """By which forms and addresses know it: ``law:eu-gdpr``."""
    kind: str
    title: str
    href: str | None
    """Its public page; None where there is no such record any more."""


def called(desk: Desk, name: str, language: str) -> Called:
    """Return what a record is called; one that is gone keeps its name."""
    say, about = translations(language).gettext, named(name)
    record = found(desk, about) if about else None
    kind = say(KINDS[about.kind]) if about else ""
    if record is None:
        return Called(name, kind, about.id if about else name, None)
    return Called(name, kind, title(record, language, say), href(record))


def found(desk: Desk, about: About) -> Record | None:
    """Return the record of a name."""
    laws = desk.rulebook.pack.laws
    return find(about, laws, desk.directory.vendors, desk.rulebook.places)


def href(record: Record) -> str:
    """Return the address of the page on which a record stands."""
    about = record.about
    match about.kind:
        case RecordKind.LAW | RecordKind.REGULATOR:
            return f"/laws/{quote(about.first)}"
        case RecordKind.PLACE:
            return f"/jurisdictions/{quote(about.id)}"
        case RecordKind.ANSWER:
            residence, vendor = quote(about.second), quote(about.first)
            return f"/check/answer?residence={residence}&vendor={vendor}"
        case RecordKind.VENDOR | RecordKind.OFFER | RecordKind.ORDER | RecordKind.ROUTE:
            return f"/vendors/{quote(about.first)}"
