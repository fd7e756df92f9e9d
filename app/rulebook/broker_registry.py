"""California's registry of data brokers, in the forms of its years (11 CCR 7602).

The state publishes one CSV file a year. Labels, their order and their number change
between years; titles may stand above them; spaces, hyphens and quotes are of any kind.
A cell may hold several addresses. What it says is each broker's own word.
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from app.domain.places import Places
from app.domain.unseen_signs import UNSEEN_IN_A_NAME
from app.domain.vendors import Declared, Family, Receiver

SOURCE = "https://cppa.ca.gov/data_broker_registry/"
PLACE = "US-CA"
HEADER_WITHIN = 10
"""Lines within which the labels stand."""
YEARS_BEHIND = 2
"""A registry of 2026 holds the figures of 2024, the last whole year of the one due."""
HERE = frozenset({"", "us", "usa", "united states", "united states of america"})
"""How the cell of a country says the United States."""
STANDS_FOR = str.maketrans({"’": "'", "‘": "'", "‐": "-", "‑": "-", "–": "-", "—": "-"})
AT, DOT = (
    re.compile(r"\s*[\[(]at[\])]\s*", re.IGNORECASE),
    re.compile(r"\s*[\[(]dot[\])]\s*", re.IGNORECASE),
)
ADDRESS = re.compile(
    r"[^@\s,;:<>()\[\]\\\"]+@[^@\s,;:<>()\[\]\\\"]+\.[^@\s,;:<>()\[\]\\\"]+"
)
SITE = re.compile(
    r"^(?:https?://)?(?:www\.)?([\w-]+(?:\.[\w-]+)+)(?:[:/?#].*)?$", re.IGNORECASE
)
NUMBER = re.compile(r"\d+(?:\.\d+)?")
YEAR = re.compile(r"\bin (20\d\d)\b")
IN_A_NAME = re.compile(r"(?<!\d)20\d\d(?!\d)")
OLDER = re.compile(r"^business ")
NEWER = re.compile(r"^data broker primary ")
"""How the labels of 2024 begin, and those since."""
PARTS: Mapping[str, re.Pattern[str]] = {
    "name": re.compile(r"^(data broker |business )?name$"),
    "dba": re.compile(r"^doing business as"),
    "web": re.compile(r"^(data broker |business )?(primary )?website( url)?$"),
    "email": re.compile(r"^((data broker |business )primary contact )?e-?mail"),
    "rights": re.compile(r"exercise their ca "),
    "street": re.compile(r"^(data broker|business) primary street address"),
    "city": re.compile(r"^(data broker|business) city"),
    "state": re.compile(r"^(data broker|business) state"),
    "zip": re.compile(r"^(data broker|business) zip"),
    "country": re.compile(r"^(data broker|business) country"),
}
COLLECTS = re.compile(r"^(the )?(data broker|business) collects ")
DECLARED: Mapping[str, Declared] = {
    "minors": Declared.CHILD_DATA,
    "account logins": Declared.ACCOUNT,
    "government-issued": Declared.GOVERNMENT_ID,
    "citizenship": Declared.CITIZENSHIP,
    "union": Declared.UNION,
    "sexual orientation": Declared.SEXUAL_ORIENTATION,
    "gender identity": Declared.GENDER_IDENTITY,
    "biometric": Declared.BIOMETRIC,
    "geolocation": Declared.LOCATION,
    "reproductive": Declared.REPRODUCTIVE_HEALTH,
}
GAVE = re.compile(r"^(the )?data broker shared or sold ")
RECEIVERS: Mapping[str, Receiver] = {
    "foreign actor": Receiver.FOREIGN_ACTOR,
    "federal government": Receiver.FEDERAL_GOVERNMENT,
    "state government": Receiver.STATE_GOVERNMENT,
    "law enforcement": Receiver.LAW_ENFORCEMENT,
    "genai": Receiver.AI_DEVELOPER,
}
FAMILIES: Mapping[str, Family] = {
    "limit the use": Family.LIMIT,
    "opt out": Family.OPT_OUT,
    "sold or shared": Family.KNOW_SOLD,
    "to know": Family.KNOW_COLLECTED,
    "to delete": Family.DELETE,
}
"""By the words of a label; the first that it holds counts."""
MEASURES: Mapping[str, str] = {
    "median": "median_days",
    "mean": "mean_days",
    "in whole": "in_whole",
    "in part": "in_part",
    "denied": "denied",
    "received": "received",
    "from consumers": "received",
}
"""By the words of a label; one of 2025 misspells what came from consumers."""
COUNTS = re.compile(r"\brequests? to ")


class NoRegistryError(ValueError):
    """The table is none of brokers; the message says what is missing."""


@dataclass(frozen=True, slots=True)
class Register:
    """Which register a file is: one of a place and a year, as of a day."""

    place: str
    year: int
    on: date

    @property
    def key(self) -> str:
        """What an entry in it is called, within the vendor."""
        return f"{self.place.lower()}-{self.year}"


@dataclass(frozen=True, slots=True)
class Broker:
    """One row."""

    line: int
    """The line on which it ends."""
    name: str
    slug: str
    """Empty where none can be made of the name."""
    tables: dict[str, Any]
    same_as: int | None = None
    """The line on which the same broker stands already."""


@dataclass(frozen=True, slots=True)
class _Columns:
    """Where things stand."""

    parts: Mapping[str, int]
    declares: tuple[tuple[int, Declared], ...]
    gives_to: tuple[tuple[int, Receiver], ...]
    figures: tuple[tuple[int, Family, int, str], ...]
    """Place, family, year and measure."""
    older: bool
    newer: bool


def read_registry(
    path: Path, text: str, places: Places, on: date
) -> tuple[Register | None, Iterator[Broker]]:
    """Return which registry a file is, and its brokers.

    Where neither its labels nor its name say of which year it is, it is None: the
    brokers are then no entries in a register.

    Raises:
        NoRegistryError: If the table has no column with the brokers' names.
    """
    try:
        reader = csv.reader(io.StringIO(text, newline=""))
        rows = [(reader.line_num, row) for row in reader]
    except csv.Error as wrong:
        raise NoRegistryError(str(wrong)) from None
    found = _header([row for _, row in rows[:HEADER_WITHIN]])
    if found is None:
        raise NoRegistryError("no column with the brokers' names")
    start, columns = found
    register = _register(path, columns, on)
    return register, _brokers(rows[start + 1 :], columns, register, places, on)


def _label(cell: str) -> str:
    """Return a label in one form: spaces, quotes and hyphens are of any kind."""
    plain = " ".join(cell.translate(STANDS_FOR).split()).lower()
    return re.sub(r"\s*\[optional\]", "", plain).rstrip(": ")


def _header(rows: list[list[str]]) -> tuple[int, _Columns] | None:
    for number, row in enumerate(rows):
        labels = [_label(cell) for cell in row]
        parts: dict[str, int] = {}
        for place, label in enumerate(labels):
            for name, form in PARTS.items():
                if name not in parts and form.search(label):
                    parts[name] = place
                    break
        if "name" in parts and len(parts) > 1:
            return number, _Columns(
                parts,
                tuple(_told(labels, COLLECTS, DECLARED)),
                tuple(_told(labels, GAVE, RECEIVERS)),
                tuple(_figures(labels)),
                any(OLDER.search(label) for label in labels),
                any(NEWER.search(label) for label in labels),
            )
    return None


def _told(
    labels: list[str], form: re.Pattern[str], words: Mapping[str, Any]
) -> Iterator[tuple[int, Any]]:
    for place, label in enumerate(labels):
        if form.search(label):
            yield from ((place, what) for word, what in words.items() if word in label)


def _figures(labels: list[str]) -> Iterator[tuple[int, Family, int, str]]:
    year = next((int(y[1]) for label in labels if (y := YEAR.search(label))), None)
    if year is None:
        return
    for place, label in enumerate(labels):
        if not COUNTS.search(label):
            continue
        # In 2026 what was asked for stands before the dash; behind it a label may
        # name another kind of request by mistake.
        asked, dash, rest = label.partition(" - ")
        measured = rest.rpartition(" - ")[2] if dash else label
        family = next((f for word, f in FAMILIES.items() if word in asked), None)
        measure = next((m for word, m in MEASURES.items() if word in measured), None)
        if family and measure:
            yield place, family, year, measure


def _register(path: Path, columns: _Columns, on: date) -> Register | None:
    named = IN_A_NAME.search(path.name)
    if columns.figures:
        year = columns.figures[0][2] + YEARS_BEHIND
    elif named:
        year = int(named[0])
    elif columns.older:
        year = 2024
    else:
        return None
    return Register(PLACE, year, on)


def _brokers(
    rows: list[tuple[int, list[str]]],
    columns: _Columns,
    register: Register | None,
    places: Places,
    on: date,
) -> Iterator[Broker]:
    taken: dict[str, int] = {}
    for line, row in rows:
        cells = {
            part: UNSEEN_IN_A_NAME.sub("", " ".join(row[place].split()))
            for part, place in columns.parts.items()
            if place < len(row)
        }
        name = cells.get("name", "")
        if not any(cell.strip() for cell in row):
            continue
        slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:60].strip("-")
        tables = _tables(name, slug, cells, places, on)
        if register is not None:
            tables["registrations"] = [_entry(name, row, cells, columns, register)]
        elif columns.newer:  # a part of some year's: the undated fact is all it tells
            tables["registered_broker_in"] = [PLACE]
        yield Broker(line, name, slug, tables, taken.get(slug))
        taken.setdefault(slug, line)


def _tables(
    name: str, slug: str, cells: Mapping[str, str], places: Places, on: date
) -> dict[str, Any]:
    dba = cells.get("dba", "")
    brands = [one.strip() for one in dba.split(";")] if dba else []
    tables: dict[str, Any] = {
        "slug": slug,
        "name": name[:200],
        "sector": "data_broker",
        "sells_data": True,
        "brands": [b for b in brands if b and b.lower() not in {"n/a", "na", "none"}],
        "domains": list(dict.fromkeys(sites(cells.get("web", "")))),
        "sources": [SOURCE],
        "confidence": "medium",
        "checked_on": on,
        "routes": list(_routes(cells)),
    }
    seat = _seat(cells, places)
    return tables if seat is None else {**tables, "seat": [seat]}


def _routes(cells: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """Yield the ways to a broker: its mailbox, else its page, else its street."""
    box = ADDRESS.search(DOT.sub(".", AT.sub("@", cells.get("email", ""))))
    page = _link(cells.get("rights", "")) or _link(cells.get("web", ""))
    street = [cells.get(part, "") for part in ("street", "city", "state", "zip")]
    if box:
        yield {"kind": "email", "address": box[0].lower(), "source": SOURCE}
    elif page:
        yield {"kind": "webform", "url": page, "source": SOURCE}
    elif all(street):
        country = cells.get("country", "")
        address = ", ".join(part for part in (*street, country) if part)
        yield {"kind": "letter", "address": address, "source": SOURCE}


def sites(cell: str) -> list[str]:
    """Return the domains of the sites that a cell names, in their order."""
    words = re.split(r"[;,\s]+", cell)
    return [found[1].lower() for word in words if (found := SITE.search(word))]


def _link(cell: str) -> str | None:
    """Return the first page of a cell, over https whatever the cell says."""
    for word in re.split(r"[;,\s]+", cell):
        if SITE.search(word):
            bare = re.sub(r"^https?://", "", word, flags=re.IGNORECASE)
            return f"https://{bare}"
    return None


def _seat(cells: Mapping[str, str], places: Places) -> str | None:
    country = cells.get("country", "").lower().rstrip(".")
    state = f"US-{cells.get('state', '').upper()}"
    if country in HERE and state in places:
        return state
    return None


def _entry(
    name: str,
    row: list[str],
    cells: Mapping[str, str],
    columns: _Columns,
    register: Register,
) -> dict[str, Any]:
    """Return what the row says of the registration itself."""

    def says_yes(place: int) -> bool:
        return place < len(row) and row[place].strip().lower() == "yes"

    entry = {
        "id": register.key,
        "place": register.place,
        "year": register.year,
        "from": date(register.year, 1, 1),
        "name": name,
        "declares": {what for place, what in columns.declares if says_yes(place)},
        "gives_to": {who for place, who in columns.gives_to if says_yes(place)},
        "figures": list(_counted(row, columns)),
        "source": SOURCE,
        "checked_on": register.on,
    }
    page = _link(cells.get("rights", ""))
    return {**entry, "rights_url": page} if page else entry


def _counted(row: list[str], columns: _Columns) -> Iterator[dict[str, Any]]:
    """Yield a broker's figures, a table for each kind of request that it counts."""
    told: dict[tuple[Family, int], dict[str, Any]] = {}
    for place, family, year, measure in columns.figures:
        cell = row[place].strip().replace(",", "") if place < len(row) else ""
        if not NUMBER.fullmatch(cell):
            continue
        value = float(cell) if measure.endswith("_days") else int(float(cell))
        told.setdefault((family, year), {})[measure] = value
    for (family, year), measures in told.items():
        yield {"family": family, "year": year, **measures}
