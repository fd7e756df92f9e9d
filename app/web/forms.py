"""Forms: read whole, checked by the model of the action, never refused unread."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field
from typing import Annotated, Generic, TypeVar

from fastapi import Depends, Request
from pydantic import BaseModel, ConfigDict, ValidationError
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException, MultiPartParser

from app.web.guard import UPLOAD_LIMIT

M = TypeVar("M", bound=BaseModel)
MAX_FIELDS = 400
NUL, UNREADABLE = "\0", "\N{REPLACEMENT CHARACTER}"


@dataclass(frozen=True, slots=True)
class Sent:
    """A file as it was sent: what it is called there, and its bytes."""

    name: str
    content: bytes


class InMemory(MultiPartParser):
    """Reads files without putting them on a disk in the open.

    The guard has capped the whole body.
    """

    spool_max_size = UPLOAD_LIMIT

    def close(self) -> None:
        """Let go of every file, also of one that did not come to its end."""
        for file in self._files_to_close_on_error:
            file.close()


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
    files: Mapping[str, Sequence[Sent]] = field(default_factory=dict)
    """The files of each field that takes some."""


def form_of(
    model: type[M], *, files: int = 0
) -> Callable[[Request], Awaitable[Filled[M]]]:
    """Return a dependency that reads a form without refusing it.

    A field that the model declares as a list takes all its values, any other the
    last one. NUL, which is no text for PostgreSQL, is read as what cannot be read, as in
    a query. ``files`` says how many files the form may hold at most.
    """
    lists = {
        name
        for name, info in model.model_fields.items()
        if str(info.annotation).startswith(("list", "tuple", "frozenset", "set"))
    }

    async def read(request: Request) -> Filled[M]:
        several: dict[str, list[str]] = {}
        given_files: dict[str, list[Sent]] = {}
        async with _parsed(request, files) as sent:
            for name, value in sent.multi_items():
                if isinstance(value, str):
                    text = value.replace(NUL, UNREADABLE)
                    several.setdefault(name, []).append(text)
                elif value.filename:  # an empty field sends a file without a name
                    one = Sent(value.filename, await value.read())
                    given_files.setdefault(name, []).append(one)
        values = {name: all_of[-1] for name, all_of in several.items()}
        given: dict[str, object] = {
            name: several[name] if name in lists else value
            for name, value in values.items()
        }
        try:
            return Filled(
                values, several, model.model_validate(given), files=given_files
            )
        except ValidationError as wrong:
            return Filled(values, several, None, errors_of(wrong), given_files)

    return read


@asynccontextmanager
async def _parsed(request: Request, files: int) -> AsyncIterator[FormData]:
    """Give what a form holds; where it may hold files, they stay in memory."""
    kind = request.headers.get("content-type", "")
    if not files or not kind.startswith("multipart/form-data"):
        async with request.form(max_files=0, max_fields=MAX_FIELDS) as sent:
            yield sent
        return
    async with aclosing(request.stream()) as stream:
        parser = InMemory(
            request.headers, stream, max_files=files, max_fields=MAX_FIELDS
        )
        try:
            sent = await parser.parse()
        except MultiPartException as wrong:
            raise HTTPException(400, wrong.message) from None
    try:
        yield sent
    finally:
        parser.close()


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
