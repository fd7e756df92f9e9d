"""What the linters cannot say about the house."""

import ast
import inspect
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, iter_route_contexts
from jinja2 import Environment

from app.store.base import Base
from app.store.requests import TimelineEntry
from app.store.session import HEAD

ROOT = Path(__file__).parent.parent
APP = ROOT / "app"
PURE = {
    "abc", "base64", "bisect", "calendar", "collections", "dataclasses", "datetime", "decimal",
    "difflib", "enum", "fractions", "functools", "hashlib", "hmac", "itertools", "json",
    "math", "operator", "re", "string", "types", "typing", "unicodedata", "zoneinfo",
}  # fmt: skip


def modules(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.py"))


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


@pytest.mark.parametrize("path", modules(APP / "domain"), ids=lambda p: p.stem)
def test_the_domain_imports_only_pure_modules(path: Path) -> None:
    foreign = {
        name
        for name in imported(path)
        if name.split(".")[0] not in PURE and not name.startswith("app.domain")
    }
    assert not foreign


@pytest.mark.parametrize("path", modules(APP), ids=lambda p: str(p.relative_to(APP)))
def test_only_the_store_ends_a_transaction(path: Path) -> None:
    if path.parent.name == "store":
        return
    calls = {
        node.func.attr
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    }
    assert not calls & {"commit", "rollback"}


def hops(dependant: Dependant) -> Iterator[str]:
    call = dependant.call
    if call is not None and not (
        inspect.iscoroutinefunction(call) or inspect.isasyncgenfunction(call)
    ):
        yield getattr(call, "__qualname__", repr(call))
    for inner in dependant.dependencies:
        yield from hops(inner)


def routes(app: FastAPI) -> dict[str, list[str]]:
    # Included routers are lazy: app.routes alone shows no route of ours.
    return {
        f"{sorted(context.original_route.methods or ())} {context.path}": [
            *hops(context.dependant)
        ]
        for context in iter_route_contexts(app.routes)
        if isinstance(context.original_route, APIRoute)
    }


def test_no_route_and_no_dependency_costs_a_thread(app: FastAPI) -> None:
    found = routes(app)

    assert len(found) >= 60
    assert not {path: costly for path, costly in found.items() if costly}


OWNERS = {
    "/staff": "staff",
    "/api/v1/requests": "staff token",
    "/api": "programs",
    "/track": "residents",
    "/file": "residents",
    "/confirm": "residents",
    "/cancel": "residents",
    "/receipt": "residents",
    "/watch": "residents",
    "/news": "residents",
    "/check": "residents",
    "/letter": "residents",
    "/reply": "vendors, by a link",
    "/coverage": "public",
    "/vendors": "public",
    "/jurisdictions": "public",
    "/laws": "public",
    "/regulators": "public",
    "/embed": "public",
    "/share": "public",
    "/accountability": "public",
    "/gaps": "public",
    "/changes": "public",
    "/compare": "public",
    "/heads": "public",
    "/corrections": "public",
    "/help": "public",
    "/privacy": "public",
    "/accessibility": "public",
    "/about": "public",
    "/data": "public",
    "/drp": "vendors' systems",
    "/healthz": "operators",
    "/readyz": "operators",
    "/metrics": "operators",
    "/robots.txt": "public",
    "/.well-known": "public",
}


def test_every_route_has_an_owner(app: FastAPI) -> None:
    paths = {found.partition("] ")[2] for found in routes(app)}

    assert not {
        path
        for path in paths
        if path != "/" and not any(path.startswith(start) for start in OWNERS)
    }


def test_head_is_the_newest_migration() -> None:
    config = Config(ROOT / "alembic.ini")
    config.set_main_option("script_location", str(ROOT / "migrations"))

    assert ScriptDirectory.from_config(config).get_heads() == [HEAD]


def test_no_free_text_stands_in_the_timeline() -> None:
    words = {
        column.name
        for column in TimelineEntry.__table__.columns
        if column.type.__class__.__name__ in {"String", "Text", "JSON"}
    }

    assert not words


def test_a_key_of_a_personal_table_begins_with_its_filing() -> None:
    personal = [t for t in Base.metadata.sorted_tables if "filing_id" in t.c]
    finders = {
        "receipt", "confirmation", "cancellation", "request_number", "reply_address",
        "reply_link", "reveal", "draft", "vendor_reference", "protocol_callback",
        "stop_link",
    }  # fmt: skip

    wrong = {
        table.name
        for table in personal
        if table.name not in finders
        and next(iter(table.primary_key.columns)).name != "filing_id"
    }

    assert not wrong


@pytest.mark.parametrize(
    "path",
    sorted((ROOT / "templates").rglob("*.html")),
    ids=lambda p: str(p.relative_to(ROOT)),
)
def test_every_template_parses(path: Path) -> None:
    Environment(extensions=["jinja2.ext.i18n", "jinja2.ext.do"], autoescape=True).parse(
        path.read_text("utf-8")
    )
