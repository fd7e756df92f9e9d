"""Vendors from files of three forms: our own, and two of others.

Native TOML is the schema of ``vendors/*.toml``. Company records of the project
datarequests.org come one to a JSON file. California's data broker registry is a CSV
file that the state publishes.
"""

import json
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from app.domain.places import Places
from app.domain.unseen_signs import UNSEEN_IN_A_NAME
from app.domain.vendors import RouteKind
from app.rulebook.broker_registry import (
    ADDRESS,
    NoRegistryError,
    Register,
    read_registry,
    sites,
)
from app.rulebook.explaining import explained
from app.rulebook.vendor_schema import RouteShape, VendorShape

SIGNS = frozenset({"slug", "name"})
"""What tells a company record from any other document."""
WIDER = frozenset({"EU", "EEA", "*"})
"""What stands for many places; a star for all of them."""
LINK = re.compile(r"https?://[^\s<>\"]+")
UNSEEN_STANDS_THERE = "a line break, or a sign that nobody sees, stands in it"


class NotVendorsError(ValueError):
    """The file cannot be read, or is of no form that we know."""


@dataclass(frozen=True, slots=True)
class Rejected:
    """A record that is no vendor, and why."""

    name: str
    why: str
    slug: str = ""
    """Of whom it is about, where that is known."""


class Source(StrEnum):
    """Whose file a vendor is from that is not of our form."""

    COMPANIES = "import of a company record"
    REGISTER = "import of a register"


@dataclass(frozen=True, slots=True)
class Foreign:
    """A vendor from another project's file, which knows less of it than ours do."""

    shape: VendorShape
    source: Source


Found = VendorShape | Foreign | Register | Rejected


@dataclass(frozen=True, slots=True)
class Yardstick:
    """What a record is held against."""

    today: date
    places: Places
    local: bool
    """Whether http addresses may stand, as on an engineer's own machine."""


def read_vendor_file(path: Path, by: Yardstick) -> Iterator[Found]:
    """Yield the vendors of a file or a folder of them, and what is wrong.

    Raises:
        NotVendorsError: If it is missing, unreadable, or of no known form.
    """
    if path.is_dir():
        files = sorted([*path.glob("*.json"), *path.glob("*.toml")])
        if not files:
            raise NotVendorsError(f"{path}: no vendor files in this folder")
        for file in files:
            try:
                yield from _one(file, by)
            except NotVendorsError as wrong:
                yield Rejected(file.name, str(wrong).removeprefix(f"{file}: "))
        return
    yield from _one(path, by)


def _one(path: Path, by: Yardstick) -> Iterator[Found]:
    text = _text(path)
    match path.suffix.lower():
        case ".toml":
            found = _native(path, text)
        case ".json":
            found = _documents(path, text, by.today)
        case ".csv":
            found = _registry(path, text, by)
        case _:
            raise NotVendorsError(f"{path}: neither TOML, JSON nor CSV")
    for one in found:
        yield _measured(one, by)


def _text(path: Path) -> str:
    try:
        raw = path.read_bytes()
        try:
            return raw.decode("utf-8-sig")
        except UnicodeDecodeError:
            if path.suffix.lower() != ".csv" or b"\0" in raw:
                raise
            return raw.decode("cp1252")  # as spreadsheets write it
    except FileNotFoundError:
        raise NotVendorsError(f"{path}: there is no such file") from None
    except (OSError, UnicodeDecodeError):
        raise NotVendorsError(f"{path}: cannot be read") from None


def _measured(one: Found, by: Yardstick) -> Found:
    """Return the record, or what in it can be no address or place."""
    if isinstance(one, Rejected | Register):
        return one
    shape = one.shape if isinstance(one, Foreign) else one
    names = [("name", shape.name), *(("brands", brand) for brand in shape.brands)]
    for key, text in names:
        # It would turn a page, or a letter's head, around.
        if UNSEEN_IN_A_NAME.search(text):
            return Rejected(shape.slug, f"{key}: {UNSEEN_STANDS_THERE}", shape.slug)
    for number, route in enumerate(shape.routes, start=1):
        why = misdirected(route, local=by.local)
        if why:
            return Rejected(shape.slug, f"routes.{number}.{why}", shape.slug)
    named = [shape.seat, shape.local_nexus, shape.registered_broker_in]
    named += [route.places for route in shape.routes]
    named += [offer.places for offer in shape.offers]
    named += [order.places for order in shape.orders]
    named += [frozenset({entry.place}) for entry in shape.registrations]
    for code in sorted({code for codes in named for code in codes or ()}):
        if code not in by.places and code not in WIDER:
            why = f"{code} is no place that we know"
            return Rejected(shape.slug, why, shape.slug)
    return one


def misdirected(route: RouteShape, *, local: bool) -> str | None:
    """Return why nothing could, or should, be sent by a route."""
    if route.kind is RouteKind.EMAIL and not ADDRESS.fullmatch(route.address or ""):
        return "address: is not one mail address"
    if route.kind is RouteKind.LETTER and not route.address:
        return "address: is missing"
    if route.kind is RouteKind.DRP and not (route.api_base and route.business_id):
        return "api_base or business_id: is missing"
    for name in ("url", "api_base"):
        link = getattr(route, name)
        if link is None:
            if route.kind is RouteKind.WEBFORM and name == "url":
                return "url: is missing"
            continue
        if not LINK.fullmatch(link):
            return f"{name}: is no web address"
        if not local and not link.startswith("https://"):
            return f"{name}: must begin with https://"
    return None


def _native(path: Path, text: str) -> Iterator[Found]:
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as wrong:
        raise NotVendorsError(f"{path}: {wrong}") from None
    if "slug" not in tables:
        raise NotVendorsError(f"{path}: is no vendor file, it has no slug")
    yield _shaped(path.name, tables)


def _documents(path: Path, text: str, today: date) -> Iterator[Found]:
    """Yield company records of datarequests.org, or vendors as we export them."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        raise NotVendorsError(f"{path}: is no JSON document") from None
    records = document if isinstance(document, list) else [document]
    known = [one for one in records if isinstance(one, dict) and SIGNS & set(one)]
    if not known:
        raise NotVendorsError(f"{path}: holds no company records")
    for place, record in enumerate(records, start=1):
        name = f"{path.name} {place}"
        if not isinstance(record, dict):
            yield Rejected(name, "is no company record")
        elif "checked_on" in record:
            yield _shaped(name, record)
        else:
            yield _foreign(_company(name, record, today), Source.COMPANIES)


def _company(name: str, record: dict[str, Any], today: date) -> VendorShape | Rejected:
    """Return a company record of datarequests.org as a vendor."""
    if "complaint-language" in record:
        return Rejected(name, "is a supervisory authority, no company")
    if not record.get("slug") or not record.get("name"):
        return Rejected(name, "slug or name is missing")
    demands = ["identity_document"] if record.get("needs-id-document") else []
    sources = [str(source) for source in _list(record, "sources")]
    source = sources[0] if sources else None
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
    best = record.get("suggested-transport-medium")
    routes.sort(key=lambda route: route["kind"] != best)
    places = [str(code).upper() for code in _list(record, "relevant-countries")]
    if places and "ALL" not in places:
        routes = [{**route, "places": places} for route in routes]
    language = record.get("request-language") or "en"
    tables = {
        "slug": str(record["slug"]),
        "name": str(record["name"]),
        "language": language if language in {"en", "fr", "es", "de"} else "en",
        "brands": [str(one) for one in _list(record, "runs") if one],
        "domains": sites(str(record.get("web") or "")),
        "sources": sources or ["https://www.datarequests.org/"],
        "confidence": "high" if record.get("quality") == "verified" else "low",
        "checked_on": today,
        "routes": routes,
    }
    return _shaped(name, tables)


def _needs(record: dict[str, Any]) -> list[str]:
    """Return the identifiers that a company record asks for."""
    kinds = {
        element.get("type")
        for element in _list(record, "required-elements")
        if isinstance(element, dict) and element.get("optional") is not True
    }
    needs = ["name", "email"]
    if "address" in kinds:
        needs.append("addresses")
    if "birthdate" in kinds:
        needs.append("birth_date")
    return needs


def _list(record: dict[str, Any], key: str) -> list[Any]:
    value = record.get(key)
    return value if isinstance(value, list) else []


def _registry(path: Path, text: str, by: Yardstick) -> Iterator[Found]:
    """Yield California's registry, and its brokers."""
    try:
        register, brokers = read_registry(path, text, by.places, by.today)
    except NoRegistryError as wrong:
        raise NotVendorsError(f"{path}: {wrong}") from None
    if register is not None:
        yield register
    for one in brokers:
        at = f"line {one.line}"
        if not one.name:
            yield Rejected(at, "the broker has no name")
        elif not one.slug:
            yield Rejected(at, f"{one.name}: no slug can be made of this name")
        elif one.same_as is not None:
            why = f"{one.name}: stands on line {one.same_as} already"
            yield Rejected(at, why)
        else:
            yield _foreign(_shaped(at, one.tables), Source.REGISTER)


def _shaped(name: str, tables: dict[str, Any]) -> VendorShape | Rejected:
    try:
        return VendorShape.model_validate(tables)
    except ValidationError as wrong:
        first = wrong.errors(include_url=False)[0]
        field = ".".join(str(part) for part in first["loc"])
        why = f"{field}: {explained(first)}"
        return Rejected(name, why, str(tables.get("slug", "")))


def _foreign(one: VendorShape | Rejected, source: Source) -> Foreign | Rejected:
    return one if isinstance(one, Rejected) else Foreign(one, source)
