"""A day in a body, a form or a query: ``YYYY-MM-DD`` and nothing else."""

from datetime import date
from typing import Annotated

from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError

from app.domain.written_days import day_from


def _written(value: object) -> date:
    """Take a day as it is; pydantic alone would take a number of seconds for one."""
    if type(value) is date:
        return value
    try:
        return day_from(str(value))
    except ValueError:
        raise PydanticCustomError(
            "date_parsing", "is no day such as 2026-11-23"
        ) from None


WrittenDay = Annotated[date, BeforeValidator(_written)]
