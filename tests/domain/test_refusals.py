"""When refusals because of a residence are put before somebody."""

import pytest

from app.domain.refusals import worth_proposing


@pytest.mark.parametrize(
    ("filings", "looked_at", "recorded", "proposed"),
    [
        pytest.param(1, 0, False, False, id="one may be a mistake"),
        pytest.param(2, 0, False, True, id="two are not"),
        pytest.param(3, 2, False, False, id="one more after a no is not enough"),
        pytest.param(4, 2, False, True, id="two more are"),
        pytest.param(9, 2, True, False, id="what warns already needs no more"),
    ],
)
def test_two_filings_of_which_nobody_decided_are_proposed(
    filings: int, looked_at: int, recorded: bool, proposed: bool
) -> None:
    assert worth_proposing(filings, looked_at, recorded=recorded) is proposed
