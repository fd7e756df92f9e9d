"""Read a JSON body by its model; what is wrong is named, what was typed is not."""

import json
from typing import Any, TypeVar

from fastapi import Request
from pydantic import BaseModel, ValidationError

from app.web.errors import Problem

M = TypeVar("M", bound=BaseModel)


async def body_of(request: Request, model: type[M]) -> M:
    """Return the body as its model.

    Raises:
        Problem: 422, naming the field that is wrong.
    """
    try:
        document = json.loads(await request.body())
    except (ValueError, RecursionError):
        raise Problem(422, "the body is not JSON", field="body") from None
    try:
        return model.model_validate(document)
    except ValidationError as wrong:
        first = wrong.errors(include_input=False, include_url=False)[0]
        names = [str(part) for part in first["loc"] if not isinstance(part, int)]
        if first["type"] == "extra_forbidden":
            names = names[:-1]  # an unknown key is somebody's typing
            said = "holds a field that is not known"
        else:
            said = _said(first["type"])
        if not names and first["type"] in model.model_fields:
            names = [first["type"]]  # fields that do not go together, by one of them
        field = ".".join(names) or "body"
        raise Problem(422, f"{field} {said}", field=field) from None


def _said(kind: str) -> str:
    if kind == "missing":
        return "is missing"
    return "is not as it should be"


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
