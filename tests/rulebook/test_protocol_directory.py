"""The public directory of the Data Rights Protocol, with the traps of the real one."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from app.domain.places import Places
from app.domain.vendors import Identifier
from app.rulebook.load import load_rulebook
from app.rulebook.protocol_directory import (
    Listed,
    ListedAgent,
    NotListedError,
    read_directory_file,
)
from app.rulebook.vendor_files import Rejected, Yardstick

BUSINESS: dict[str, Any] = {
    "id": "Probe-7b",
    "name": "Probe Data Inc.",
    "logo": "",
    "api_base": "https://api.probe.example.org/drp",
    "supported_actions": ["sale:opt-out", "deletion"],
    "supported_verfications": ["email", "phone"],
    "web_url": "https://www.probe.example.org/",
    "technical_contact": "",
}


def places() -> Places:
    return load_rulebook().places


def read(tmp_path: Path, found: Any, *, local: bool = False) -> list[Any]:
    file = tmp_path / "businesses.json"
    file.write_text(found if isinstance(found, str) else json.dumps(found), "utf-8")
    by = Yardstick(date(2026, 11, 23), places(), local=local)
    return list(read_directory_file(file, by))


def test_a_business_becomes_a_route(tmp_path: Path) -> None:
    [found] = read(tmp_path, [BUSINESS])

    assert isinstance(found, Listed)
    assert (found.id, found.host) == ("Probe-7b", "probe.example.org")
    assert found.route.api_base == "https://api.probe.example.org/drp"
    assert found.route.needs == {Identifier.NAME, Identifier.EMAIL, Identifier.PHONES}


def test_what_is_left_empty_is_not_missed(tmp_path: Path) -> None:
    bare = {"id": "B", "name": "B", "api_base": "https://b.example.org", "web_url": ""}
    [found] = read(tmp_path, bare)

    assert isinstance(found, Listed)
    assert found.host is None
    assert found.web.startswith("https://")


def test_an_agent_is_its_key(tmp_path: Path) -> None:
    [found] = read(tmp_path, [{"id": "A", "verify_key": "k"}])

    assert found == ListedAgent("A", "k")


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"id": ""}, "id is missing"),
        ({"name": None}, "name or api_base is missing"),
        ({"supported_actions": ["access"]}, "supports no deletion"),
        ({"api_base": "http://api.probe.example.org"}, "must begin with https://"),
        ({"api_base": "nowhere"}, "no web address"),
        ({"api_base": "https://uat-privacy.example.org"}, "a system for trials"),
    ],
)
def test_an_entry_that_leads_nowhere_is_rejected(
    tmp_path: Path, change: dict[str, Any], why: str
) -> None:
    [found] = read(tmp_path, [{**BUSINESS, **change}])

    assert isinstance(found, Rejected)
    assert why in found.why


def test_an_engineer_may_call_a_system_for_trials(tmp_path: Path) -> None:
    entry = {**BUSINESS, "api_base": "http://uat.localhost:8000"}
    [found] = read(tmp_path, [entry], local=True)

    assert isinstance(found, Listed)


def test_what_is_no_entry_does_not_end_the_reading(tmp_path: Path) -> None:
    found = read(tmp_path, [7, BUSINESS])

    assert [type(one) for one in found] == [Rejected, Listed]


@pytest.mark.parametrize("text", ["{", "[]", '{"slug": "x"}', "[" * 9999])
def test_another_file_is_told_apart(tmp_path: Path, text: str) -> None:
    with pytest.raises(NotListedError):
        read(tmp_path, text)


def test_a_file_that_is_missing_is_named(tmp_path: Path) -> None:
    by = Yardstick(date(2026, 11, 23), places(), local=False)
    with pytest.raises(NotListedError, match="no such file"):
        list(read_directory_file(tmp_path / "none.json", by))
