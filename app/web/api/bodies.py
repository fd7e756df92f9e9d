"""Read a JSON body by its model; what is wrong is named, what was typed is not."""

import json
from typing import Any, TypeVar

from fastapi import Request
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

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
        if not names and error["type"] in model.model_fields:
            names = [error["type"]]  # fields that do not go together, by one of them
        field = ".".join(names) or "body"
        faults.setdefault(field, f"{field} {_said(error)}")
    return list(faults.items())


SAID = {
    "missing": "is missing",
    "extra_forbidden": "holds a field that is not known",
    "string_too_short": "needs {min_length} characters at least",
    "string_too_long": "may have {max_length} characters at most",
    "too_short": "needs {min_length} entries at least",
    "too_long": "may have {max_length} entries at most",
    "enum": "is none of {expected}",
    "literal_error": "is none of {expected}",
    "string_type": "must be text",
    "list_type": "must be a list",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "link": "holds a link, or what mail programs make one of",
    "controls": "holds line breaks or other control characters",
    "email": "is not one mail address such as name@example.org",
    "date_from_datetime_parsing": "is no day such as 2026-11-23",
    "date_parsing": "is no day such as 2026-11-23",
    "date_type": "is no day such as 2026-11-23",
}
"""What to mend, by the validator's name for the fault; never what was typed."""


def _said(error: ErrorDetails) -> str:
    known = SAID.get(error["type"], "is not as it should be")
    return known.format(**error.get("ctx", {}))


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
