"""Where a correction stands for who sent it."""

import pytest

from app.domain.about import Became
from app.domain.public_corrections import CorrectionState, Standing, standing
from app.domain.receipts import correction_number


@pytest.mark.parametrize(
    ("state", "became", "stands"),
    [
        (CorrectionState.RECEIVED, None, Standing.RECEIVED),
        (CorrectionState.ACCEPTED, None, Standing.LOOKED_AT),
        (CorrectionState.ACCEPTED, Became.CORRECTED, Standing.CORRECTED),
        (CorrectionState.ACCEPTED, Became.RIGHT, Standing.NOT_CHANGED),
        (CorrectionState.DECLINED, None, Standing.NOT_CHANGED),
        (CorrectionState.LAPSED, None, Standing.LAPSED),
    ],
)
def test_a_correction_stands_where_its_note_stands(
    state: CorrectionState, became: Became | None, stands: Standing
) -> None:
    assert standing(state, became) is stands


def test_a_number_says_what_it_is_of() -> None:
    assert correction_number(0) == "C-0000-0000"
