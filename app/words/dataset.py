"""The public data set as tables: what each holds, and what each column means.

Only what stands here is published: the law, the companies, who is covered, and the
figures that were released. No table is about a person, and none is read from one that is.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeAlias

from app.domain.changes import Change
from app.domain.coverage import Coverage
from app.domain.figures import GROUNDS, Course
from app.domain.laws import LawPack
from app.domain.places import Places
from app.domain.regulators import known_regulators
from app.domain.vendors import Directory, Vendor
from app.words.changes import CHANGE_COLUMNS, Value, change_rows, read_change
from app.words.figures import COURSES, FIGURE_COLUMNS, GAP_COLUMNS, OUTCOMES, SHARES
from app.words.languages import Language
from app.words.records import day, facts_document

Row: TypeAlias = tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Frozen:
    """The figures that were released by a day, as rows of their own files."""

    newest: str = ""
    """The last quarter that was counted; empty before the first."""
    figures: tuple[Row, ...] = ()
    """Of ``FIGURE_COLUMNS``, and whether a demonstration made up the people."""
    gaps: tuple[Row, ...] = ()


@dataclass(frozen=True, slots=True)
class Published:
    """What the data set is made of: the state of things on a day."""

    pack: LawPack
    places: Places
    directory: Directory
    coverage: Coverage
    told: tuple[Change, ...]
    """Every change of cover, the oldest first: also those after the day."""
    frozen: Frozen = Frozen()

    @property
    def on(self) -> date:
        """The day of which it speaks."""
        return self.coverage.on

    @property
    def version(self) -> str:
        """Its name: law pack, version of the directory, last quarter counted, day."""
        pack = self.pack.fingerprint.removeprefix("sha256:")[:12]
        parts = (pack, self.directory.version, self.frozen.newest, self.on)
        return ".".join(str(part) for part in parts if part != "")


@dataclass(frozen=True, slots=True)
class Table:
    """One table, and its dictionary."""

    name: str
    about: str
    key: tuple[str, ...]
    """The columns that name a row; empty where rows may be alike."""
    columns: tuple[tuple[str, str, str], ...]
    """Name, type and meaning: ``string``, ``date``, ``integer``, ``boolean``, ``list``
    (words with a space between) or ``json``."""
    rows: Callable[[Published], Iterable[Row]]

    @property
    def names(self) -> tuple[str, ...]:
        """The names of its columns."""
        return tuple(name for name, _, _ in self.columns)


def _laws(it: Published) -> Iterator[Row]:
    for law in it.pack.laws.values():
        yield (
            law.id,
            law.short_name,
            law.name,
            law.citation,
            law.status,
            day(law.first_day),
            day(law.ended),
            law.reach,
            law.confidence,
            day(law.checked_on),
            law.source_checked,
            _json(law.sources),
            _json(law.doubts),
        )


def _law_places(it: Published) -> Iterator[Row]:
    for law in it.pack.laws.values():
        for code, span in sorted(law.places.items()):
            yield law.id, code, day(span.first), day(span.last)


def _rights(it: Published) -> Iterator[Row]:
    for law in it.pack.laws.values():
        for n, step in enumerate(law.steps, start=1):
            respond, extension = step.deadlines.respond, step.deadlines.extension
            for m, right in enumerate(step.rights, start=1):
                period = right.respond or (None if right.no_period else respond)
                longer = None if extension is None else extension.period
                yield (
                    law.id,
                    n,
                    m,
                    day(step.first_day),
                    int(step.certain),
                    right.kind,
                    right.citation,
                    right.words,
                    None if period is None else period.count,
                    None if period is None else period.unit,
                    None if longer is None else longer.count,
                    None if longer is None else longer.unit,
                    step.deadlines.reliability,
                    step.agent,
                    " ".join(step.denial_grounds),
                    step.change,
                )


def _regulators(it: Published) -> Iterator[Row]:
    for one in known_regulators(it.pack.laws).values():
        r = one.regulator
        yield one.id, r.name, r.language, r.url, r.complaint_page, r.note


def _enforcement(it: Published) -> Iterator[Row]:
    for one in known_regulators(it.pack.laws).values():
        for charge in one.charges:
            for code in charge.places:
                yield one.id, charge.law.id, code


def _places(it: Published) -> Iterator[Row]:
    known = {place.code for place in it.coverage.places}
    for place in sorted(it.places, key=lambda place: place.code):
        yield (
            place.code,
            place.name,
            " ".join(sorted(place.within)),
            place.zone,
            int(place.regions_differ),
            int(place.code in known),
        )


def _vendors(it: Published) -> Iterator[Row]:
    for vendor in _by_slug(it):
        yield (
            vendor.slug,
            vendor.name,
            vendor.facts.sector,
            " ".join(sorted(vendor.facts.seat or ())),
            " ".join(vendor.domains),
            vendor.about,
            day(vendor.closed_on),
            vendor.successor,
            _json(facts_document(vendor.facts_on(it.on))),
            vendor.confidence,
            day(vendor.checked_on),
            _json(vendor.sources),
        )


def _routes(it: Published) -> Iterator[Row]:
    for vendor in _by_slug(it):
        for n, route in enumerate(vendor.routes, start=1):
            yield (
                vendor.slug,
                n,
                route.kind,
                route.address,
                route.url,
                " ".join(sorted(route.needs)),
                " ".join(sorted(route.demands)),
                None if route.places is None else " ".join(sorted(route.places)),
                day(route.span.first),
                day(route.span.last),
                route.confidence,
                route.source,
            )


def _offers(it: Published) -> Iterator[Row]:
    for vendor in _by_slug(it):
        for offer in vendor.offers:
            yield (
                vendor.slug,
                offer.id,
                offer.right,
                " ".join(sorted(offer.places)),
                day(offer.span.first),
                day(offer.span.last),
                day(offer.known_until),
                offer.basis,
                offer.words,
                offer.confidence,
                day(offer.checked_on),
                _json(offer.sources),
            )


def _orders(it: Published) -> Iterator[Row]:
    for vendor in _by_slug(it):
        for order in vendor.orders:
            yield (
                vendor.slug,
                order.id,
                order.by,
                " ".join(sorted(order.places)),
                day(order.span.first),
                day(order.span.last),
                order.status_on(it.on),
                _json([[day(d), s] for d, s in order.statuses]),
                int(order.binding),
                int(order.everybody),
                order.words,
                order.confidence,
                day(order.checked_on),
                _json(order.sources),
            )


def _by_slug(it: Published) -> list[Vendor]:
    return sorted(it.directory.vendors.values(), key=lambda vendor: vendor.slug)


def _coverage(it: Published) -> Iterator[Row]:
    table = it.coverage
    columns = sorted((place.code, table.rows[place.code]) for place in table.places)
    order = {vendor.slug: number for number, vendor in enumerate(table.vendors)}
    for slug, number in sorted(order.items()):
        for code, row in columns:
            cell = row[number]
            yield slug, code, cell.verdict, cell.ground, cell.short_name


def _changes(it: Published) -> Iterator[Row]:
    """Yield the rows of ``/changes.csv``, with sources as other tables have them."""
    laws, vendors = it.pack.laws, it.directory.records
    for change in it.told:
        read = read_change(change, laws, vendors, Language.EN)
        for row in change_rows([read]):
            yield (*row[:-1], _json(read.sources))


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


_NOT_TOLD = "; empty: not told"
_COUNTED: dict[str, tuple[str, str]] = {
    "period": ("string", "The quarter in which was asked, as 2026-Q2"),
    "vendor": ("string", "vendors.slug, or several: all too few to be told apart"),
    "law": ("string", "laws.id, or several, or none where no law was named"),
    "people": ("integer", f"Who asked and proved their mailbox{_NOT_TOLD}"),
    "people_at_least": ("integer", "On how many the row rests, at least"),
    "not_confirmed": ("integer", f"Who never proved their mailbox{_NOT_TOLD}"),
    "answered": ("integer", f"Who got an answer of those that are told{_NOT_TOLD}"),
    "other_courses": ("integer", "The courses that are too few to be told apart"),
    "other_outcomes": ("integer", "The answers that are too few to be told apart"),
    "other_grounds": ("integer", "The grounds that are too few to be told apart"),
    **{course: ("integer", COURSES[course] + _NOT_TOLD) for course in Course},
    **{one: ("integer", f"Answered: {one}{_NOT_TOLD}") for one in OUTCOMES},
    **{
        f"ground:{one}": ("integer", f"Refused because: {one}{_NOT_TOLD}")
        for one in GROUNDS
    },
    **{
        f"days_{one}": ("integer", f"Days to answer: {one} of the dots{_NOT_TOLD}")
        for one in SHARES
    },
    **{
        f"dots_{one}": ("list", "A dot for ten answers: the day of the middle one")
        for one in (Course.IN_TIME, Course.LATE, Course.UNDATED)
    },
}
_GAP: dict[str, tuple[str, str]] = {
    "period": _COUNTED["period"],
    "place": ("string", "places.code"),
    "vendor": _COUNTED["vendor"],
    "people": ("integer", "How many people"),
}
_CHANGE: dict[str, tuple[str, str]] = {
    "on": ("date", "The day on which it happened, or will"),
    "id": ("string", "The change, by which its page is found: /changes/{id}"),
    "number": ("integer", "The row of the change, from 1"),
    "cause": ("string", "What happened, such as law-began, offered or order-made"),
    "direction": ("string", "gained, lost, same: no answer changed; or corrected"),
    "record": (
        "string",
        "laws.id, or vendors.slug:offers.id, or vendors.slug:orders.id",
    ),
    "title": ("string", "What happened, in words"),
    "before": ("string", "The verdict before; empty where no answer changed"),
    "after": ("string", "The verdict from then on"),
    "answers": ("integer", "How many answers: each of the vendors in each place"),
    "vendors": ("list", "vendors.slug of each"),
    "places": ("list", "places.code of each, as residence"),
    "why": ("string", "The record's own sentence, or a remark of ours"),
    "confidence": ("string", "How sure we are: high, medium, low or memory"),
    "sources": ("json", "Where it was read"),
}
_LAW = ("law", "string", "laws.id")
_VENDOR = ("vendor", "string", "vendors.slug")
_PLACE = ("place", "string", "places.code")
_SURE = (
    ("confidence", "string", "How sure we are: high, medium, low or memory"),
    ("checked_on", "date", "The day on which it was checked"),
)
_SOURCES = ("sources", "json", "Where it was read")

TABLES = (
    Table(
        "laws",
        "Laws, bills, and records that say that a place has no general law.",
        ("id",),
        (
            ("id", "string", "The law's id, by which its page is found: /laws/{id}"),
            ("short_name", "string", "What it is called for short"),
            ("name", "string", "Its title"),
            ("citation", "string", "How it is cited"),
            ("status", "string", "How it stood when it was checked"),
            ("from", "date", "Its first day; empty where no source gives one"),
            ("to", "date", "Its last day; empty while it stands"),
            ("reach", "string", "Whether it reaches companies without a seat there"),
            *_SURE,
            ("source_checked", "string", "Whether the official text was read"),
            _SOURCES,
            ("doubts", "json", "What rests on memory or is not settled, in words"),
        ),
        _laws,
    ),
    Table(
        "law_places",
        "Where each law applies.",
        ("law", "place"),
        (
            _LAW,
            _PLACE,
            ("from", "date", "The first day there, where it is one of its own"),
            ("to", "date", "The last day there, where it is one of its own"),
        ),
        _law_places,
    ),
    Table(
        "rights",
        "What each version of a law gives, and within which time it is answered.",
        ("law", "step", "number"),
        (
            _LAW,
            ("step", "integer", "The version, from 1; each restates the whole right"),
            ("number", "integer", "The right in the version, from 1"),
            ("from", "date", "The version's first day; empty: no source gives one"),
            ("certain", "boolean", "Whether sources agree about that day"),
            ("right", "string", "What kind of right it is"),
            ("citation", "string", "Its provision"),
            ("words", "string", "What it says, where the record quotes it"),
            ("respond_count", "integer", "The time to answer, as the statute counts"),
            ("respond_unit", "string", "In what it counts"),
            ("extension_count", "integer", "By how much that can be prolonged"),
            ("extension_unit", "string", "In what that counts"),
            ("reliability", "string", "How far the period can be relied on"),
            ("agent", "string", "Whether somebody else may ask for the person"),
            ("denial_grounds", "list", "What the company may plead"),
            ("change", "string", "What this version changed, in words"),
        ),
        _rights,
    ),
    Table(
        "regulators",
        "Who enforces the laws.",
        ("id",),
        (
            ("id", "string", "By which its page is found: /regulators/{id}"),
            ("name", "string", "Its name, in its own language where a source has it"),
            ("language", "string", "The language of the name"),
            ("url", "string", "Its web site"),
            ("complaint_url", "string", "Where that takes complaints"),
            ("note", "string", "A remark"),
        ),
        _regulators,
    ),
    Table(
        "enforcement",
        "Which regulator enforces which law where.",
        ("regulator", "law", "place"),
        (("regulator", "string", "regulators.id"), _LAW, _PLACE),
        _enforcement,
    ),
    Table(
        "places",
        "Jurisdictions: ISO 3166-1 countries, and the regions whose law differs.",
        ("code",),
        (
            ("code", "string", "ISO 3166-1 or 3166-2"),
            ("name", "string", "In English"),
            ("within", "list", "Places and groups (EU, EEA) that hold it"),
            ("zone", "string", "The time zone of its largest city"),
            ("regions_differ", "boolean", "Whether residence is named by region"),
            ("researched", "boolean", "Whether the coverage table has it"),
        ),
        _places,
    ),
    Table(
        "vendors",
        "Companies that hold data about people.",
        ("slug",),
        (
            ("slug", "string", "By which its page is found: /vendors/{slug}"),
            ("name", "string", "Its name"),
            ("sector", "string", "Its kind; empty: not known"),
            ("seat", "list", "places.code of its seats"),
            ("domains", "list", "Its web addresses"),
            ("about", "string", "What it does"),
            ("closed_on", "date", "Its last day"),
            ("successor", "string", "vendors.slug of who took it over"),
            ("facts", "json", "What is known of it on the day, as in a facts document"),
            *_SURE,
            _SOURCES,
        ),
        _vendors,
    ),
    Table(
        "routes",
        "How each company is reached.",
        ("vendor", "number"),
        (
            _VENDOR,
            ("number", "integer", "The way, from 1"),
            ("kind", "string", "email, drp, webform or letter"),
            ("address", "string", "Its desk's mail or postal address"),
            ("url", "string", "Its form, or its system's address"),
            ("needs", "list", "By what it finds a person"),
            ("demands", "list", "Proof that it asks for"),
            ("places", "list", "For which residences; empty: all"),
            ("from", "date", "Its first day, where known"),
            ("to", "date", "Its last day"),
            ("confidence", "string", "How sure we are"),
            ("source", "string", "Where it was read"),
        ),
        _routes,
    ),
    Table(
        "offers",
        "What companies themselves say that they do.",
        ("vendor", "id"),
        (
            _VENDOR,
            ("id", "string", "The offer's id"),
            ("right", "string", "deletion, opt_out, de_indexing or access"),
            ("places", "list", "Codes or groups; * is everybody"),
            ("from", "date", "Its first day, where known"),
            ("to", "date", "Its last day"),
            ("known_until", "date", "The last day on which it was seen"),
            ("basis", "string", "Whether a law or an order makes it do so"),
            ("words", "string", "What it says, in one sentence"),
            *_SURE,
            _SOURCES,
        ),
        _offers,
    ),
    Table(
        "orders",
        "Orders, judgments and settlements that bind one company.",
        ("vendor", "id"),
        (
            _VENDOR,
            ("id", "string", "The order's id"),
            ("by", "string", "Who made it"),
            ("places", "list", "Where people are whom it is about"),
            ("from", "date", "Its first day, where it has one"),
            ("to", "date", "Its last day"),
            ("status", "string", "How it stands on the day; empty: not made yet"),
            ("statuses", "json", "Days, and how it stood from each on"),
            ("binding", "boolean", "Whether it binds"),
            ("everybody", "boolean", "Whether it is about everybody there"),
            ("words", "string", "What it says, in one sentence"),
            *_SURE,
            _SOURCES,
        ),
        _orders,
    ),
    Table(
        "coverage",
        "What residents of each place can ask of each company on the day.",
        ("vendor", "residence"),
        (
            _VENDOR,
            ("residence", "string", "places.code of where the person lives"),
            (
                "verdict",
                "string",
                "eligible, offered, uncertain, opt_out_only or not_eligible",
            ),
            ("ground", "string", "The id of the law, offer or order that gives it"),
            ("short_name", "string", "What that is called"),
        ),
        _coverage,
    ),
    Table(
        "changes",
        "What gave or took cover on which day: as on /changes, also what is to come.",
        ("id", "number"),
        tuple((name, *_CHANGE[name]) for name in CHANGE_COLUMNS),
        _changes,
    ),
    Table(
        "figures",
        "How companies answered, a quarter at a time; nothing rests on fewer than 10"
        " people, and what is hidden cannot be worked out.",
        ("period", "vendor", "law"),
        (
            *((name, *_COUNTED[name]) for name in FIGURE_COLUMNS),
            ("synthetic", "boolean", "Whether a demonstration made up the people"),
        ),
        lambda it: it.frozen.figures,
    ),
    Table(
        "gaps",
        "How many people asked, or wait, where nothing gives them a right.",
        ("period", "place", "vendor"),
        (
            *((name, *_GAP[name]) for name in GAP_COLUMNS),
            ("synthetic", "boolean", "Whether a demonstration made up the people"),
        ),
        lambda it: it.frozen.gaps,
    ),
)
