"""The shape of places.toml, holidays/ and obsolete.toml."""

from typing import Annotated, ClassVar, Self

from pydantic import Field, model_validator

from app.domain.calendars import HolidayRule, Moves, OwnCalendar
from app.domain.places import Place
from app.rulebook.shapes import Count, Day, Said, Shape, YesNo


class PlaceShape(Shape):
    """One jurisdiction."""

    of: ClassVar[type] = Place

    name: str
    zone: str
    within: frozenset[str] = frozenset()
    regions_differ: YesNo = False


class RuleShape(Shape):
    """One holiday; ``app/domain/calendars.py`` says which keys go together."""

    of: ClassVar[type] = HolidayRule

    name: Said
    """What it is called."""
    month: Count | None = None
    """1 to 12."""
    day: Count | None = None
    """Of the month; with a weekday, the last such weekday on or before it."""
    weekday: Count | None = None
    """Monday is 0."""
    nth: Count | None = None
    """The first, second … such weekday of the month."""
    easter: Count | None = None
    """Days after Easter Sunday, or before it."""
    on_sunday: Moves = Moves.STAYS
    """What happens where it falls on a Sunday."""
    since: Count | None = None
    until: Count | None = None

    @model_validator(mode="after")
    def _names_a_day(self) -> Self:
        self.value()
        return self

    def value(self) -> HolidayRule:
        """Return the rule."""
        return HolidayRule(**self.model_dump())


class CalendarShape(Shape):
    """The holidays that a law itself names."""

    of: ClassVar[type] = OwnCalendar

    source: Said
    off: frozenset[Annotated[Count, Field(ge=0, le=6)]]
    rules: tuple[RuleShape, ...] = ()
    """The holidays that the act names."""
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

    since: Day
    """The day it went."""
    why: Said
    """Why it went."""
    now: str | None = None
    """What took its place."""
