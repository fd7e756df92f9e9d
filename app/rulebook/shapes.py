"""What the shapes of all the rulebook's files are made of."""

from datetime import date
from typing import Annotated, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    InstanceOf,
    model_validator,
)

from app.domain.dated import Span
from app.rulebook.predicates import predicate

Said = Annotated[str, Field(min_length=1)]
"""Words that may not be missing."""
Needs = Annotated[InstanceOf[object], BeforeValidator(predicate)]


class Shape(BaseModel):
    """A table of a rulebook file."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class SpanShape(Shape):
    """First and last day, both optional."""

    first: date | None = Field(default=None, alias="from")
    last: date | None = Field(default=None, alias="to")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        self.value()
        return self

    def value(self) -> Span:
        """Return the days."""
        return Span(self.first, self.last)
