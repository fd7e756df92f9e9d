"""What a ground rests on, known or not."""

import pytest

from app.domain.grounds import Ground, GroundKind, Reason, Verdict

KNOWN = Reason("right-given")
UNKNOWN = Reason("sector-excluded", known=False)


@pytest.mark.parametrize(
    ("reasons", "in_doubt"),
    [((KNOWN,), False), ((KNOWN, UNKNOWN), True), ((), False)],
)
def test_a_ground_is_in_doubt_where_one_reason_is_not_known(
    reasons: tuple[Reason, ...], in_doubt: bool
) -> None:
    ground = Ground(
        kind=GroundKind.LAW,
        id="aa-law",
        outcome=Verdict.UNCERTAIN,
        reasons=reasons,
        short_name="DA",
    )

    assert ground.in_doubt is in_doubt
