"""Forms: read whole, checked by the model of the action, never refused unread."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Generic, TypeVar

from fastapi import Depends, Request
from pydantic import BaseModel, ConfigDict, ValidationError

M = TypeVar("M", bound=BaseModel)
MAX_FIELDS = 400


@dataclass(frozen=True, slots=True)
class Filled(Generic[M]):
    """A form as the visitor sent it."""

    values: Mapping[str, str]
    """The last value of each field."""
    several: Mapping[str, Sequence[str]]
    """Every value of each field."""
    model: M | None
    errors: Mapping[str, str] = field(default_factory=dict)
    """By field, the code of what is wrong (pydantic's type, or a model's own)."""


def form_of(model: type[M]) -> Callable[[Request], Awaitable[Filled[M]]]:
    """Return a dependency that reads a form without refusing it.

    A field that the model declares as a list takes all its values, any other the
    last one.
    """
    lists = {
        name
        for name, info in model.model_fields.items()
        if str(info.annotation).startswith(("list", "tuple", "frozenset", "set"))
    }

    async def read(request: Request) -> Filled[M]:
        several: dict[str, list[str]] = {}
        async with request.form(max_files=0, max_fields=MAX_FIELDS) as sent:
            for name, value in sent.multi_items():
                if isinstance(value, str):
                    several.setdefault(name, []).append(value)
        values = {name: all_of[-1] for name, all_of in several.items()}
        given: dict[str, object] = {
            name: several[name] if name in lists else value
            for name, value in values.items()
        }
        try:
            return Filled(values, several, model.model_validate(given))
        except ValidationError as wrong:
            return Filled(values, several, None, errors_of(wrong))

    return read


class Anything(BaseModel):
    """A form that is read field by field."""

    model_config = ConfigDict(extra="ignore")


AnyForm = Annotated[Filled[Anything], Depends(form_of(Anything))]


def errors_of(wrong: ValidationError) -> dict[str, str]:
    """Return what is wrong, by field; never what was typed."""
    errors: dict[str, str] = {}
    for error in wrong.errors(include_input=False, include_url=False):
        name = ".".join(str(part) for part in error["loc"] if not isinstance(part, int))
        errors.setdefault(name or "form", error["type"])
    return errors
