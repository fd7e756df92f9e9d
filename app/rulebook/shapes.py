"""What the shapes of all the rulebook's files are made of."""

import ast
import inspect
import re
from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from textwrap import dedent
from typing import Annotated, ClassVar, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    InstanceOf,
    Strict,
    ValidationInfo,
    WithJsonSchema,
    model_validator,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from app.domain.dated import Span
from app.rulebook.predicates import predicate

TOML = {"form": "TOML"}
"""The context in which a file of the rulebook is read, and not JSON."""
ROLE = re.compile(r":\w+:`~?([^`]+)`")

Said = Annotated[str, Field(min_length=1)]
"""Words that may not be missing."""


def _day(value: object, info: ValidationInfo) -> object:
    """Let nothing be taken for a day that is none; JSON alone writes it as text."""
    text = isinstance(value, str) and info.context is not TOML
    if not text and type(value) is not date:
        raise ValueError("a day stands there without quotes, such as 2027-07-01")
    return value


Day = Annotated[date, BeforeValidator(_day)]
"""A day."""
YesNo = Annotated[bool, Strict()]
Count = Annotated[int, Strict()]
Number = Annotated[float, Strict(), Field(allow_inf_nan=False)]
Link = Annotated[str, Field(pattern=r"^https?://[^\s/]+\S*$")]
"""An address on the web."""
HERE_A_CONDITION = {"title": "Condition"}
"""Stands in a JSON Schema for a reference, which pydantic lets nobody write."""
Needs = Annotated[
    InstanceOf[object], BeforeValidator(predicate), WithJsonSchema(HERE_A_CONDITION)
]
"""A condition over facts."""


class Shape(BaseModel):
    """A table of a rulebook file."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)
    of: ClassVar[type | None] = None
    """The domain's value, whose fields say what those of the same name mean."""

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """Return the schema, each key described by the words below its field."""
        schema = handler(core)
        keys = handler.resolve_ref_schema(schema).get("properties", {})
        for name, words in _told(cls).items():
            field = cls.model_fields.get(name)
            key = (field.alias or name) if field else name
            if key in keys:
                keys[key] = {**keys[key], "description": words}
        return schema


def _told(shape: type[Shape]) -> dict[str, str]:
    """Return what the fields mean: in the domain's words, or in the shape's own."""
    classes = [c for c in reversed(shape.__mro__) if issubclass(c, Shape)]
    values = [c.of for c in classes if c.of is not None]
    return {
        name: words for one in (*values, *classes) for name, words in _docstrings(one)
    }


def _docstrings(of: type) -> Iterator[tuple[str, str]]:
    tree = ast.parse(dedent(inspect.getsource(of))).body[0]
    for field, after in pairwise(getattr(tree, "body", ())):
        if (
            isinstance(field, ast.AnnAssign)
            and isinstance(field.target, ast.Name)
            and isinstance(after, ast.Expr)
            and isinstance(after.value, ast.Constant)
        ):
            words = " ".join(str(after.value.value).split())
            yield field.target.id, ROLE.sub(r"\1", words)


class SpanShape(Shape):
    """First and last day, both optional."""

    first: Day | None = Field(default=None, alias="from")
    """The first day; left out, since ever."""
    last: Day | None = Field(default=None, alias="to")
    """The last day; left out, without an end."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        self.value()
        return self

    def value(self) -> Span:
        """Return the days."""
        return Span(self.first, self.last)
