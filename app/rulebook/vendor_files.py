"""Vendors from files of three forms: our own, and two of others.

Native TOML is the schema of ``vendors/*.toml``. Company records of the project
datarequests.org come one to a JSON file. California's data broker registry is a CSV
file that the state publishes.
"""

import csv
import io
import json
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from app.rulebook.schema import VendorShape

SLUG = re.compile(r"[^a-z0-9]+")
REGISTRY_NAME = re.compile(r"(?i)^(data broker )?name|business name|data broker$")


class NotVendorsError(ValueError):
    """The file cannot be read, or is of no form that we know."""


@dataclass(frozen=True, slots=True)
class Rejected:
    """A record that is no vendor, and why."""

    name: str
    why: str


def read_vendor_file(path: Path, *, today: date) -> Iterator[VendorShape | Rejected]:
    """Yield the vendors of a file or a folder of them, and what is wrong.

    Raises:
        NotVendorsError: If it is missing, unreadable, or of no known form.
    """
    if path.is_dir():
        files = sorted([*path.glob("*.json"), *path.glob("*.toml")])
        if not files:
            raise NotVendorsError(f"{path.name}: no vendor files in this folder")
        for file in files:
            try:
                yield from _one(file, today=today)
            except NotVendorsError as wrong:
                yield Rejected(file.name, str(wrong))
        return
    yield from _one(path, today=today)


def _one(path: Path, *, today: date) -> Iterator[VendorShape | Rejected]:
    try:
        text = path.read_text("utf-8-sig")
    except FileNotFoundError:
        raise NotVendorsError(f"{path.name}: there is no such file") from None
    except (OSError, UnicodeDecodeError):
        raise NotVendorsError(f"{path.name}: cannot be read") from None
    match path.suffix.lower():
        case ".toml":
            yield from _native(path, text)
        case ".json":
            yield from _datarequests(path, text, today)
        case ".csv":
            yield from _registry(path, text, today)
        case _:
            raise NotVendorsError(f"{path.name}: neither TOML, JSON nor CSV")


def _native(path: Path, text: str) -> Iterator[VendorShape | Rejected]:
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as wrong:
        raise NotVendorsError(f"{path.name}: {wrong}") from None
    yield _shaped(path.name, tables)


def _datarequests(
    path: Path, text: str, today: date
) -> Iterator[VendorShape | Rejected]:
    try:
        document = json.loads(text)
    except ValueError:
        raise NotVendorsError(f"{path.name}: is no JSON document") from None
    records = document if isinstance(document, list) else [document]
    for place, record in enumerate(records, start=1):
        if not isinstance(record, dict):
            raise NotVendorsError(f"{path.name}: holds no company records")
        yield _company(f"{path.name} {place}", record, today)


def _company(name: str, record: dict[str, Any], today: date) -> VendorShape | Rejected:
    """Return a company record of datarequests.org as a vendor."""
    if not record.get("slug") or not record.get("name"):
        return Rejected(name, "slug or name is missing")
    demands = ["identity_document"] if record.get("needs-id-document") else []
    source = next(iter(record.get("sources") or []), None)
    routes: list[dict[str, Any]] = []
    if record.get("email"):
        routes.append(
            {
                "kind": "email",
                "address": record["email"],
                "demands": demands,
                "source": source,
                "needs": _needs(record),
            }
        )
    if record.get("webform"):
        routes.append({"kind": "webform", "url": record["webform"], "source": source})
    if record.get("address"):
        address = ", ".join(str(record["address"]).splitlines())
        routes.append({"kind": "letter", "address": address, "source": source})
    if record.get("suggested-transport-medium") == "webform":
        routes.sort(key=lambda route: route["kind"] != "webform")
    language = record.get("request-language") or "en"
    tables = {
        "slug": str(record["slug"]),
        "name": str(record["name"]),
        "language": language if language in {"en", "fr", "es", "de"} else "en",
        "domains": [_domain(record["web"])] if record.get("web") else [],
        "sources": [str(s) for s in record.get("sources") or []]
        or ["https://www.datarequests.org/"],
        "confidence": "high" if record.get("quality") == "verified" else "low",
        "checked_on": today,
        "routes": routes,
    }
    return _shaped(name, tables)


def _needs(record: dict[str, Any]) -> list[str]:
    """Return the identifiers that a company record asks for."""
    kinds = {e.get("type") for e in record.get("required-elements") or []}
    needs = ["name", "email"]
    if "address" in kinds:
        needs.append("addresses")
    if "birthdate" in kinds:
        needs.append("birth_date")
    return needs


def _domain(web: str) -> str:
    return re.sub(r"^https?://(www\.)?", "", web).partition("/")[0].lower()


def _registry(path: Path, text: str, today: date) -> Iterator[VendorShape | Rejected]:
    """Yield the brokers of California's registry (11 CCR 7602)."""
    rows = list(csv.reader(io.StringIO(text)))
    found = _header(rows)
    if found is None:
        raise NotVendorsError(f"{path.name}: no column with the brokers' names")
    start, columns = found
    taken: set[str] = set()
    for line, row in enumerate(rows[start + 1 :], start=start + 2):
        cells = {k: row[i].strip() for k, i in columns.items() if i < len(row)}
        name = cells.get("name", "")
        if not name:
            continue
        slug = SLUG.sub("-", name.lower()).strip("-")[:60]
        if not slug or slug in taken:
            yield Rejected(f"line {line}", f"{name}: the name stands there twice")
            continue
        taken.add(slug)
        yield _shaped(f"line {line}", _broker(name, slug, cells, today))


def _header(rows: list[list[str]]) -> tuple[int, dict[str, int]] | None:
    """Return where the table begins, and its columns; titles may stand above it."""
    for number, row in enumerate(rows[:10]):
        columns: dict[str, int] = {}
        for place, cell in enumerate(row):
            head = cell.strip().lower()
            if "name" not in columns and REGISTRY_NAME.match(head):
                columns["name"] = place
            elif "email" not in columns and "email" in head.replace("-", ""):
                columns["email"] = place
            elif "web" not in columns and ("website" in head or "url" in head):
                columns["web"] = place
        if "name" in columns and len(columns) > 1:
            return number, columns
    return None


def _broker(name: str, slug: str, cells: dict[str, str], today: date) -> dict[str, Any]:
    routes: list[dict[str, Any]] = []
    registry = "https://cppa.ca.gov/data_broker_registry/"
    if "@" in cells.get("email", ""):
        routes.append({"kind": "email", "address": cells["email"], "source": registry})
    elif cells.get("web"):
        routes.append({"kind": "webform", "url": cells["web"], "source": registry})
    return {
        "slug": slug,
        "name": name,
        "sector": "data_broker",
        "registered_broker_in": ["US-CA"],
        "sells_data": True,
        "domains": [_domain(cells["web"])] if cells.get("web") else [],
        "sources": [registry],
        "confidence": "medium",
        "checked_on": today,
        "routes": routes,
    }


def _shaped(name: str, tables: dict[str, Any]) -> VendorShape | Rejected:
    try:
        return VendorShape.model_validate(tables)
    except ValidationError as wrong:
        first = wrong.errors(include_url=False)[0]
        field = ".".join(str(part) for part in first["loc"])
        return Rejected(name, f"{field}: {first['msg']}")
