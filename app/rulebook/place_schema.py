"""The shape of places.toml, holidays/ and obsolete.toml."""

from datetime import date
from typing import Annotated, Self

from pydantic import Field, model_validator

from app.domain.calendars import HolidayRule, Moves, OwnCalendar
from app.rulebook.shapes import Said, Shape


class PlaceShape(Shape):
    """One jurisdiction."""

    name: str
    zone: str
    within: frozenset[str] = frozenset()
    regions_differ: bool = False


class RuleShape(Shape):
    """One holiday; ``app/domain/calendars.py`` says which keys go together."""

    name: Said
    month: int | None = None
    day: int | None = None
    weekday: int | None = None
    nth: int | None = None
    easter: int | None = None
    on_sunday: Moves = Moves.STAYS
    since: int | None = None
    until: int | None = None

    @model_validator(mode="after")
    def _names_a_day(self) -> Self:
        self.value()
        return self

    def value(self) -> HolidayRule:
        """Return the rule."""
        return HolidayRule(**self.model_dump())


class CalendarShape(Shape):
    """The holidays that a law itself names."""

    source: Said
    off: frozenset[Annotated[int, Field(ge=0, le=6)]]
    rules: tuple[RuleShape, ...] = ()
    public: str | None = None

    def value(self, name: str) -> OwnCalendar:
        """Return the calendar; its file gives the name."""
        return OwnCalendar(
            name=name,
            off=self.off,
            rules=tuple(rule.value() for rule in self.rules),
            source=self.source,
            public=self.public,
        )


class ObsoleteShape(Shape):
    """An id that must never be used again."""

    since: date
    why: Said
    now: str | None = None
