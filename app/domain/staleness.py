"""Which laws need checking first, and what about them is doubtful."""

from collections.abc import Iterable, Iterator
from enum import StrEnum

from app.domain.laws import Confidence, Law, Reliability, Step, Unmet


class Doubt(StrEnum):
    """Something about a law that is not settled."""

    FIRST_DAY = "first-day"
    """Sources differ about it, or none gives it."""
    PERIOD = "period"
    """Its days are to be confirmed, or not reliable."""
    DATA = "data"
    """Sources differ about which data it covers."""
    CONDITION = "condition"
    """A condition stands in words alone."""
    NOTED = "noted"
    """The record says so in words."""


def stalest(laws: Iterable[Law]) -> list[Law]:
    """Return what needs checking first: checked longest ago, then least sure."""
    surest_last = list(Confidence)[::-1]
    return sorted(laws, key=lambda x: (x.checked_on, surest_last.index(x.confidence)))


def doubts(law: Law) -> tuple[Doubt, ...]:
    """Return what is doubtful about a law, in any of its versions."""
    found = {doubt for step in law.steps for doubt in _of_step(step)}
    if law.doubts:
        found.add(Doubt.NOTED)
    return tuple(doubt for doubt in Doubt if doubt in found)


def _of_step(step: Step) -> Iterator[Doubt]:
    if not step.certain:
        yield Doubt.FIRST_DAY
    if step.deadlines.reliability in {Reliability.CHECK, Reliability.NO}:
        yield Doubt.PERIOD
    if any(right.data.contested for right in step.rights):
        yield Doubt.DATA
    of_rights = (c for right in step.rights for c in right.conditions)
    if any(c.reason is Unmet.OPEN for c in (*step.conditions, *of_rights)):
        yield Doubt.CONDITION
