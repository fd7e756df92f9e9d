"""The public directory of the Data Rights Protocol: businesses and agents, from a file.

Its schema and what is published differ: a key is misspelt in every entry, ids do not
fit their pattern, contacts are empty. So little is demanded.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias
from urllib.parse import urlsplit

from app.domain.drp import needs_of
from app.domain.vendors import RouteKind
from app.rulebook.vendor_files import Rejected, Yardstick, misdirected
from app.rulebook.vendor_schema import RouteShape

PUBLISHED = "https://discovery.datarightsprotocol.org/businesses.json"
TRIALS = ("uat", "sandbox", "staging", "test")
LONGEST = 200


class NotListedError(ValueError):
    """The file cannot be read, or is no directory of the protocol."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A business, and the route that leads to its system."""

    id: str
    name: str
    web: str
    """Its site, or the directory where it names none."""
    host: str | None
    route: RouteShape


@dataclass(frozen=True, slots=True)
class ListedAgent:
    """An agent and its public key."""

    id: str
    verify_key: str


Entry: TypeAlias = Listed | ListedAgent | Rejected


def read_directory_file(path: Path, by: Yardstick) -> Iterator[Entry]:
    """Yield the entries of a directory file, and what is wrong with others.

    Raises:
        NotListedError: If it cannot be read, or is none.
    """
    try:
        found = json.loads(path.read_text("utf-8-sig"))
    except FileNotFoundError:
        raise NotListedError(f"{path}: there is no such file") from None
    except (OSError, ValueError, RecursionError):
        raise NotListedError(f"{path}: is no JSON document") from None
    entries = found if isinstance(found, list) else [found]
    signs = {"api_base", "verify_key"}
    if not any(isinstance(one, dict) and signs & set(one) for one in entries):
        raise NotListedError(f"{path}: lists neither businesses nor agents")
    for place, one in enumerate(entries, start=1):
        yield _entry(f"{path.name} {place}", one, by)


def _entry(place: str, one: object, by: Yardstick) -> Entry:
    if not isinstance(one, dict):
        return Rejected(place, "is no entry")
    own_id = _text(one, "id")
    if own_id is None:
        return Rejected(place, "id is missing")
    key = _text(one, "verify_key")
    if key is not None:
        return ListedAgent(own_id, key)
    name, base = _text(one, "name"), _text(one, "api_base")
    if name is None or base is None:
        return Rejected(own_id, "name or api_base is missing")
    actions = one.get("supported_actions")
    if isinstance(actions, list) and actions and "deletion" not in actions:
        return Rejected(own_id, "supports no deletion")
    web = _text(one, "web_url") or _text(one, "privacy_policy_url")
    route = RouteShape(
        kind=RouteKind.DRP,
        api_base=base,
        business_id=own_id,
        needs=needs_of(one),
        source=PUBLISHED,
    )
    why = misdirected(route, local=by.local) or _trial(base, local=by.local)
    if why:
        return Rejected(own_id, why)
    host = (urlsplit(web).hostname or "") if web else ""
    return Listed(
        own_id, name, web or PUBLISHED, host.removeprefix("www.") or None, route
    )


def _trial(base: str, *, local: bool) -> str | None:
    """Return why nobody's request may go there: several entries are for trials."""
    parts = (urlsplit(base).hostname or "").replace(".", "-").split("-")
    trial = not local and not set(TRIALS).isdisjoint(parts)
    return "api_base: is a system for trials" if trial else None


def _text(one: Mapping[str, Any], name: str) -> str | None:
    found = str(one.get(name) or "").strip()
    return found if 0 < len(found) <= LONGEST else None
