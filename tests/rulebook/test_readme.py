"""The worked example of the rulebook's README is a law as the loader reads it."""

import tomllib

from app.domain.laws import RightKind
from app.rulebook.law_schema import LawShape
from app.rulebook.load import HERE


def test_the_worked_example_is_a_law() -> None:
    text = (HERE / "README.md").read_text("utf-8")
    example = text.partition("```toml\n")[2].partition("```")[0]

    law = LawShape.model_validate(tomllib.loads(example)).value()

    assert law.id == "us-xx-privacy-act"
    assert [right.kind for right in law.steps[0].rights] == [
        RightKind.DELETION_INCLUDING_OBTAINED
    ]
