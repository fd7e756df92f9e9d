"""Read a JSON body by its model; what is wrong is named, what was typed is not."""

from itertools import takewhile
from typing import Any, TypeVar

from fastapi import Request
from pydantic import BaseModel, ValidationError

from app.actions.read_json import KeyTwiceError, NoJsonError, read_json, said
from app.web.errors import Problem

M = TypeVar("M", bound=BaseModel)


async def body_of(request: Request, model: type[M]) -> M:
    """Return the body as its model.

    Raises:
        Problem: 422, naming the field that is wrong.
    """
    try:
        document = read_json(await request.body())
    except KeyTwiceError as twice:
        field = _known(twice.path, model)
        raise Problem(422, f"{field} holds a key twice", field=field) from None
    except NoJsonError:
        raise Problem(422, "the body is not JSON", field="body") from None
    try:
        return model.model_validate(document)
    except ValidationError as wrong:
        faults = _faults(wrong, model)
        field, said = faults[0]
        raise Problem(422, said, field=field, errors=faults) from None


def _faults(wrong: ValidationError, model: type[BaseModel]) -> list[tuple[str, str]]:
    """Return each field that is wrong, and what is wrong with it."""
    faults: dict[str, str] = {}
    for error in wrong.errors(include_input=False, include_url=False):
        names = [str(part) for part in error["loc"] if not isinstance(part, int)]
        if error["type"] == "extra_forbidden":
            names = names[:-1]  # an unknown key is somebody's typing
        wrong_with = said(error, OF_BODIES)
        if not names and error["type"] in model.model_fields:
            # Fields that do not go together, by one of them and in the model's words.
            names, wrong_with = [error["type"]], error["msg"]
        field = ".".join(names) or "body"
        faults.setdefault(field, f"{field} {wrong_with}")
    return list(faults.items())


OF_BODIES = {
    "extra_forbidden": "holds a field that is not known",
    "link": "holds a link, or what mail programs make one of",
    "controls": "holds line breaks or other control characters",
    "email": "is not one mail address such as name@example.org",
}
"""Faults that only what people type into a body can have."""


def _known(path: tuple[str, ...], model: type[BaseModel]) -> str:
    """Return a path as far as it is ours: an unknown key is somebody's typing."""
    ours = _names(model.model_json_schema())
    return ".".join(takewhile(ours.__contains__, path)) or "body"


def _names(schema: Any) -> frozenset[str]:
    """Return the names of all fields in a schema."""
    if isinstance(schema, list):
        return frozenset().union(*map(_names, schema))
    if not isinstance(schema, dict):
        return frozenset()
    own = schema.get("properties", {})
    return frozenset(own).union(*map(_names, schema.values()))


def openapi_body(model: type[BaseModel]) -> dict[str, object]:
    """Return the part of the OpenAPI document that describes a body."""
    schema = model.model_json_schema()
    parts = schema.pop("$defs", {})
    return {
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": _inlined(schema, parts)}},
        }
    }


def _inlined(schema: Any, parts: dict[str, Any]) -> Any:
    """Return a schema with its parts in place: the document has no room for them."""
    if isinstance(schema, list):
        return [_inlined(one, parts) for one in schema]
    if not isinstance(schema, dict):
        return schema
    named = schema.get("$ref", "").removeprefix("#/$defs/")
    if named in parts:
        rest = {key: value for key, value in schema.items() if key != "$ref"}
        return _inlined({**parts[named], **rest}, parts)
    return {key: _inlined(value, parts) for key, value in schema.items()}
