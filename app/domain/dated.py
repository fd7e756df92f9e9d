"""A value and its history: what applied on a day, and on which days it changed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class From(Generic[T]):
    """A value, and the first day on which it applies."""

    start: date
    value: T


@dataclass(frozen=True, slots=True)
class Dated(Generic[T]):
    """A value's whole history, oldest first."""

    steps: tuple[From[T], ...]

    def __post_init__(self) -> None:
        for earlier, later in pairwise(self.steps):
            if later.start <= earlier.start:
                raise ValueError(f"{later.start} must come after {earlier.start}")

    def on(self, day: date) -> T | None:
        """Return the value that applies on ``day``, or None before the first."""
        current: T | None = None
        for step in self.steps:
            if step.start > day:
                break
            current = step.value
        return current


@dataclass(frozen=True, slots=True)
class Span:
    """Days from a first to a last one, both included; None is without an end."""

    first: date | None = None
    last: date | None = None

    def __post_init__(self) -> None:
        if self.first and self.last and self.last < self.first:
            raise ValueError(f"{self.last} comes before {self.first}")

    def __contains__(self, day: date) -> bool:
        return (self.first is None or self.first <= day) and (
            self.last is None or day <= self.last
        )

    def changes(self) -> Iterator[date]:
        """Yield the days on which ``day in span`` changes its answer."""
        if self.first is not None:
            yield self.first
        if self.last is not None and self.last < date.max:
            yield self.last + timedelta(days=1)


ALWAYS = Span()
"""Every day."""
