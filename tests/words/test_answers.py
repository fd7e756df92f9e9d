"""Every code that an answer can give has its sentence."""

import re
from pathlib import Path

import pytest

from app.domain import grounds, reach, rights
from app.domain.grounds import Verdict
from app.domain.laws import Unmet
from app.words.answers import REASONS, SENTENCES

MODULES = [rights, reach, grounds]
CODE = re.compile(r'"([a-z]+(?:-[a-z]+)+|contested)"')
NO_CODES = {"no-record", "data-covered"}
"""The id of a ground, and a finding that holds: neither is ever said."""


@pytest.mark.parametrize("module", MODULES, ids=lambda m: m.__name__)
def test_every_code_of_the_domain_has_a_sentence(module: object) -> None:
    source = Path(str(module.__file__)).read_text("utf-8")  # type: ignore[attr-defined]

    assert set(CODE.findall(source)) - NO_CODES <= {*REASONS}


def test_every_condition_and_every_verdict_has_a_sentence() -> None:
    assert {*Unmet} <= {*REASONS}
    assert {*SENTENCES} == {*Verdict}
