"""A correction from the public, and how far it has come."""

from enum import StrEnum

from app.domain.about import Became


class CorrectionState(StrEnum):
    """Where a correction stands."""

    RECEIVED = "received"
    ACCEPTED = "accepted"
    """It is a note on the record."""
    DECLINED = "declined"
    LAPSED = "lapsed"
    """Nobody looked at it in time, and what it said is destroyed."""


class Standing(StrEnum):
    """Where it stands for who sent it."""

    RECEIVED = "received"
    LOOKED_AT = "looked_at"
    CORRECTED = "corrected"
    NOT_CHANGED = "not_changed"
    LAPSED = "lapsed"


FINAL = frozenset({Standing.CORRECTED, Standing.NOT_CHANGED, Standing.LAPSED})


def standing(state: CorrectionState, became: Became | None) -> Standing:
    """Return where a correction stands; ``became`` is of the note that it led to."""
    if became is not None:
        right = became is Became.RIGHT
        return Standing.NOT_CHANGED if right else Standing.CORRECTED
    return {
        CorrectionState.RECEIVED: Standing.RECEIVED,
        CorrectionState.ACCEPTED: Standing.LOOKED_AT,
        CorrectionState.DECLINED: Standing.NOT_CHANGED,
        CorrectionState.LAPSED: Standing.LAPSED,
    }[state]
