"""Citations go into letters: they hold the law alone, never how well we know it."""

import re
from datetime import date

import pytest

from app.domain.laws import Law
from app.rulebook.load import load_rulebook

LAWS = load_rulebook().pack.laws
REMARK = re.compile(r"\bmemory\b|\bnot (?:read|seen|checked|found)\b", re.IGNORECASE)


@pytest.mark.parametrize("law", LAWS.values(), ids=lambda law: law.id)
def test_a_citation_says_nothing_of_our_doubts(law: Law) -> None:
    rights = [right.citation for step in law.steps for right in step.rights]
    cited = [law.citation or "", *(step.citation for step in law.steps), *rights]

    assert [text for text in cited if REMARK.search(text)] == []


@pytest.mark.parametrize(
    ("law", "limit", "citation"),
    [
        ("eu-gdpr", "doubts", "art. 12(6)"),
        ("gb-uk-gdpr", "doubts", "art. 12(6)"),
        ("us-ca-ccpa", "avoid", "Cal. Code Regs. tit. 11, § 7060"),
    ],
)
def test_what_limits_the_proof_is_cited_from_a_source_of_the_law(
    law: str, limit: str, citation: str
) -> None:
    found = LAWS[law].on(date(2026, 11, 23))

    assert found is not None
    assert found.proof is not None
    assert (found.proof.limit, found.proof.citation) == (limit, citation)
    assert found.proof.source in LAWS[law].sources + LAWS[law].official_urls


def test_what_was_doubtful_of_a_citation_stands_in_the_doubts() -> None:
    doubts = LAWS["pa-81"].doubts

    assert "citation: Ley 81 art. 15(2) (memory)" in doubts
