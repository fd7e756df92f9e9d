"""A file of no known form is refused; a wrong record in a good file is set aside."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from app.domain.vendors import RouteKind
from app.rulebook.load import load_rulebook
from app.rulebook.vendor_files import (
    Foreign,
    Found,
    NotVendorsError,
    Rejected,
    Yardstick,
    read_vendor_file,
)

BY = Yardstick(date(2026, 11, 23), load_rulebook().places, local=False)
ACME = {"slug": "acme", "name": "Acme", "email": "privacy@acme.example"}


def read(path: Path) -> list[Found]:
    return list(read_vendor_file(path, BY))


def why(found: list[Found]) -> list[str]:
    return [one.why for one in found if isinstance(one, Rejected)]


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        pytest.param("a.txt", b"slug", "neither TOML, JSON nor CSV", id="suffix"),
        pytest.param("a.json", b"\xff\xfe{", "cannot be read", id="no text"),
        pytest.param(
            "a.csv", b"\xff\0", "cannot be read", id="no text, though a table"
        ),
        pytest.param("a.toml", b"slug = ", "Invalid value", id="no TOML"),
        pytest.param("a.toml", b'name = "A"', "it has no slug", id="another TOML"),
        pytest.param("a.json", b"{", "is no JSON document", id="no JSON"),
        pytest.param("a.json", b'{"a": 1}', "no company records", id="another JSON"),
        pytest.param("a.csv", b"a,b\n1,2\n", "no column with", id="another table"),
    ],
)
def test_a_file_of_no_known_form_is_refused(
    tmp_path: Path, name: str, content: bytes, reason: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)

    with pytest.raises(NotVendorsError, match=reason):
        read(path)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NotVendorsError, match="there is no such file"):
        read(tmp_path / "nowhere.json")


def test_a_wrong_file_in_a_folder_stops_no_other(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text("{", "utf-8")
    (tmp_path / "b.json").write_text(json.dumps(ACME), "utf-8")

    found = read(tmp_path)

    assert why(found) == ["is no JSON document"]
    assert [type(one) for one in found] == [Rejected, Foreign]


def test_a_wrong_record_in_a_list_stops_no_other(tmp_path: Path) -> None:
    path = tmp_path / "many.json"
    path.write_text(json.dumps(["acme", {"slug": "nameless"}, ACME]), "utf-8")

    found = read(path)

    assert why(found) == ["is no company record", "slug or name is missing"]
    assert isinstance(found[2], Foreign)


TURNS = ["\n", "\0", "\u2028", "\u202e", "\u2066", "\u200e", "\u200f", "\u061c"]
NO_WIDTH = [
    "\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\u00ad", "\u034f", "\u3164", "\ufe0f",
    "\U000e0041",
]  # fmt: skip


@pytest.mark.parametrize("sign", [*TURNS, *NO_WIDTH])
@pytest.mark.parametrize(
    ("change", "key"), [({"name": "Acme{}"}, "name"), ({"runs": ["A{}"]}, "brands")]
)
def test_a_name_holds_nothing_that_turns_the_reading_around(
    tmp_path: Path, sign: str, change: dict[str, Any], key: str
) -> None:
    told = json.dumps(ACME | change).replace("{}", json.dumps(sign)[1:-1])
    path = tmp_path / "acme.json"
    path.write_text(told, "utf-8")

    assert why(read(path)) == [
        f"{key}: a line break, or a sign that nobody sees, stands in it"
    ]


@pytest.mark.parametrize(
    ("name", "refused"),
    [
        pytest.param("\u0645\u06cc\u200c\u0631\u0648\u062f", False, id="Persian"),
        pytest.param("\u0645\u06cc\u200c", True, id="Persian, at the end"),
        pytest.param("\u0645\u06cc\u200c Data", True, id="before a space"),
        pytest.param("\u0645\u200c\u200c\u06cc", True, id="twice"),
        pytest.param("\u0915\u094d\u200d\u0937", False, id="Hindi"),
        pytest.param(
            "\u0d2e\u0d32\u0d2f\u0d3e\u0d33\u0d28\u0d4d\u200d", False, id="Malayalam"
        ),
        pytest.param("Ac\u200cme", True, id="Latin"),
        pytest.param("\u200d\u0915", True, id="at the beginning"),
    ],
)
def test_what_joins_letters_stands_only_where_it_changes_what_is_read(
    tmp_path: Path, name: str, refused: bool
) -> None:
    path = tmp_path / "acme.json"
    path.write_text(json.dumps({**ACME, "name": name}), "utf-8")

    assert [type(one) for one in read(path)] == [Rejected if refused else Foreign]


def test_a_company_without_mail_is_reached_by_letter(tmp_path: Path) -> None:
    path = tmp_path / "acme.json"
    record = {"slug": "acme", "name": "Acme", "address": "1 Road\nTown"}
    path.write_text(json.dumps(record), "utf-8")

    (found,) = read(path)

    assert isinstance(found, Foreign)
    assert [(r.kind, r.address) for r in found.shape.routes] == [
        (RouteKind.LETTER, "1 Road, Town")
    ]


def test_a_broker_without_mail_and_page_has_no_route(tmp_path: Path) -> None:
    path = tmp_path / "registry.csv"
    path.write_text("name,email,website\nAcme,,\n", "utf-8")

    (found,) = read(path)

    assert isinstance(found, Foreign)
    assert found.shape.routes == ()
