"""Read a JSON body by its model; what is wrong is named, what was typed is not."""

import json
from typing import TypeVar

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
        field = ".".join(names) or "body"
        raise Problem(422, f"{field} {said}", field=field) from None


def _said(kind: str) -> str:
    if kind == "missing":
        return "is missing"
    return "is not as it should be"


def openapi_body(model: type[BaseModel]) -> dict[str, object]:
    """Return the part of the OpenAPI document that describes a body."""
    schema = model.model_json_schema(ref_template="#/components/schemas/{model}")
    schema.pop("$defs", None)
    return {
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": {"type": "object"}}},
        }
    }
