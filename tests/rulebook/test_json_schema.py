"""What editors are told of the rulebook's files, held against the files themselves."""

import json
import tomllib
from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from typing import Any

import jsonschema_rs
import pytest

from app.rulebook.json_schema import FILES, json_schema
from app.rulebook.load import HERE

BUNDLED = [
    *(("law", path) for path in sorted((HERE / "laws").rglob("*.toml"))),
    *(("vendor", path) for path in sorted((HERE / "vendors").glob("*.toml"))),
    *(("holidays", path) for path in sorted((HERE / "holidays").glob("*.toml"))),
    ("places", HERE / "places.toml"),
    ("obsolete", HERE / "obsolete.toml"),
]
VIRGINIA = HERE / "laws" / "us" / "us-va-vcdpa.toml"


@lru_cache(maxsize=len(FILES))
def schema(kind: str) -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(json_schema(kind), validate_formats=True)


def as_editors_see_it(value: Any) -> Any:
    """Return tables as JSON: an editor takes a day for text of the form of a day."""
    return json.loads(json.dumps(value, default=date.isoformat))


def wrong(kind: str, text: str) -> list[str]:
    tables = as_editors_see_it(tomllib.loads(text))
    return [
        "/".join(str(part) for part in error.instance_path)
        for error in schema(kind).iter_errors(tables)
    ]


def test_every_bundled_file_is_as_its_schema_says() -> None:
    assert len(BUNDLED) > 250
    for kind, path in BUNDLED:
        assert not wrong(kind, path.read_text("utf-8")), path


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        pytest.param('agent = "no"', 'agnet = "no"', "steps/0", id="an unknown key"),
        pytest.param('agent = "no"', 'agent = "n"', "steps/0/agent", id="no such word"),
        pytest.param(
            "count = 45,", "count = 0,", "deadlines/respond", id="no such count"
        ),
        pytest.param("count = 45,", 'count = "45",', "deadlines/respond", id="text"),
        pytest.param("from = 2023-01-01", 'from = "May"', "steps/0/from", id="no day"),
        pytest.param('id = "us-va-vcdpa"\n', "", "", id="a key that is missing"),
        pytest.param("https://", "see ", "sources/0", id="a source that is no link"),
        pytest.param(
            "needs = { ",
            'needs = { fact = "vendor.sectr", in = ["bank"] } #',
            "steps/0/conditions/0/needs",
            id="a condition over an unknown fact",
        ),
    ],
)
def test_a_wrong_law_is_not(old: str, new: str, where: str) -> None:
    text = VIRGINIA.read_text("utf-8")
    assert old in text

    found = wrong("law", text.replace(old, new, 1))

    assert any(place.endswith(where) for place in found), found


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("vendor", 'slug = "x"\nname = "X"\nchecked_on = 2026-11-23\nsources = []'),
        ("places", '[XX]\nname = "X"'),
        ("holidays", 'source = "X"\noff = [7]'),
        ("obsolete", "[x]\nsince = 2026-11-23"),
    ],
)
def test_a_wrong_file_of_another_kind_is_not(kind: str, text: str) -> None:
    assert wrong(kind, text)


def keys(schema: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, table in {"file": schema, **schema.get("$defs", {})}.items():
        for key, of in table.get("properties", {}).items():
            yield f"{name}.{key}", of


@pytest.mark.parametrize("kind", FILES)
def test_every_key_is_described(kind: str) -> None:
    described = {
        name: of.get("description", "") for name, of in keys(json_schema(kind))
    }

    assert all(described.values()), [name for name in described if not described[name]]


def test_a_key_is_described_in_the_domains_words() -> None:
    described = dict(keys(json_schema("law")))

    assert (
        "day 1 instead of day 0"
        in described["PeriodShape.first_day_counts"]["description"]
    )
    assert "no source gives the first day" in described["StepShape.from"]["description"]
