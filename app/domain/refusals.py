"""What is learnt where a vendor refuses people because of where they live."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeAlias

THRESHOLD = 2
"""Different filings that were refused so, before anything is proposed: one may be a
mistake, or one clerk's."""


class Reading(StrEnum):
    """As what a vendor's refusals of the people of a place are recorded."""

    LEAVES_OUT = "leaves-out"
    """What it offers leaves the place out, whatever its words say."""
    NEXUS = "nexus-doubt"
    """It says that the law of the place does not reach it."""
    NOTHING = "nothing"
    """They say nothing of the next one."""


@dataclass(frozen=True, slots=True)
class Refuses:
    """What staff recorded: what can go wrong, and never a verdict."""

    reading: Reading
    recorded_on: date
    """The day of the record; that of a refusal is a person's own."""


Refusing: TypeAlias = Mapping[tuple[str, str], Refuses]
"""By vendor and residence."""


def worth_proposing(filings: int, looked_at: int, *, recorded: bool) -> bool:
    """Return whether refusals should be put before somebody.

    Args:
        filings: How many different filings a vendor has refused for one residence.
        looked_at: How many of them somebody has decided about already.
        recorded: Whether what they decided warns people.
    """
    return not recorded and filings - looked_at >= THRESHOLD
