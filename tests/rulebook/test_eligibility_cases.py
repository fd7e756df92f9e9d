"""The worked cases of tests/cases/eligibility.toml, on the law as it is shipped."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from app.actions.check_eligibility import FactsDocument
from app.domain.eligibility import Question, verdict_on
from app.domain.grounds import Ground, Verdict
from app.rulebook.load import load_rulebook

FILE = tomllib.loads(
    (Path(__file__).parent.parent / "cases" / "eligibility.toml").read_text("utf-8")
)
VENDORS: dict[str, dict[str, Any]] = FILE["vendors"]
CASES: list[dict[str, Any]] = FILE["case"]
KNOWN = {
    "title",
    "law",
    "residence",
    "on",
    "vendor",
    "but",
    "person",
    "gives",
    "reasons",
    "unknown",
    "why",
}


def named(case: dict[str, Any]) -> str:
    return f"{case['law']}: {case['title']}"


def grounds(case: dict[str, Any]) -> list[Ground]:
    """Return the grounds that the case's law gives."""
    rulebook = load_rulebook()
    facts = FactsDocument.model_validate(
        {
            "vendor": VENDORS[case["vendor"]] | case.get("but", {}),
            "person": {"capacity": "consumer", "age": 34} | case.get("person", {}),
        }
    )
    answer = verdict_on(
        Question(residence=case["residence"], facts=facts.value()),
        case["on"],
        rulebook.pack.laws,
        rulebook.places,
    )
    return [ground for ground in answer.grounds if ground.id == case["law"]]


@pytest.mark.parametrize("case", CASES, ids=named)
def test_a_worked_case_comes_out(case: dict[str, Any]) -> None:
    found = grounds(case)

    best: dict[str, Verdict] = {}
    for ground in sorted(found, key=lambda g: list(Verdict).index(g.outcome)):
        best.setdefault(str(ground.right), ground.outcome)
    assert best == case["gives"]
    codes = {reason.code for ground in found for reason in ground.reasons}
    assert codes >= {*case.get("reasons", ())}
    if "unknown" in case:
        names = {name for ground in found for name in ground.unknown_facts}
        assert names == {*case["unknown"]}


def test_the_cases_explain_themselves() -> None:
    assert all(case["why"] and set(case) <= KNOWN for case in CASES)
    assert len({named(case) for case in CASES}) == len(CASES)
