"""The worked cases of tests/cases/deadlines.toml, on the law as it is shipped."""

import tomllib
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from app.domain.deadlines import Moments, count
from app.rulebook.load import load_rulebook
from app.words.catalog import translations
from app.words.steps import deadlines_document

CASES = tomllib.loads(
    (Path(__file__).parent.parent / "cases" / "deadlines.toml").read_text("utf-8")
)["case"]
WHAT_HAPPENED = tuple(Moments.__dataclass_fields__)
KNOWN = {"title", "law", "received", "calendar", "source", "expect", *WHAT_HAPPENED}


def plain(value: Any) -> Any:
    """Return a value of the file as JSON has it; TOML has no null."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return None if value == "null" else value


@pytest.mark.parametrize("case", CASES, ids=lambda c: f"{c['law']}: {c['title']}")
def test_a_worked_case_comes_out(case: dict[str, Any]) -> None:
    rulebook = load_rulebook()
    received = case["received"]
    expected = dict(case["expect"])
    says = expected.pop("says", ())

    document = deadlines_document(
        count(
            rulebook.pack.laws[case["law"]],
            datetime.fromisoformat(received) if isinstance(received, str) else received,
            rulebook.calendar,
            calendar=case.get("calendar"),
            since=Moments(**{n: case[n] for n in WHAT_HAPPENED if n in case}),
        ),
        ("en", translations("en").gettext),
    )

    assert {name: document[name] for name in expected} == plain(expected)
    steps = "\n".join(document["steps"])
    assert [words for words in says if words not in steps] == []


@pytest.mark.parametrize("case", CASES, ids=lambda c: f"{c['law']}: {c['title']}")
def test_a_worked_case_has_its_source_and_no_other_key(case: dict[str, Any]) -> None:
    assert case["source"]
    assert set(case) <= KNOWN
