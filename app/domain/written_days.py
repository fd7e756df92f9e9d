"""Days and moments as people write them: ``2026-11-23``, ``2026-11-23T09:00+01:00``.

ISO 8601 knows other forms, such as weeks and days without hyphens. They are refused:
who meets one in an answer or a link should not have to know that it is a day.
"""

import re
from datetime import date, datetime

from app.domain.due_dates import Day

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_LENGTH = len("2026-11-23")


def day_from(text: str) -> date:
    """Return the day that is written as ``YYYY-MM-DD``.

    Raises:
        ValueError: If it is written otherwise, or there is no such day.
    """
    if not _DAY.fullmatch(text):
        raise ValueError("a day is written as 2026-11-23")
    return date.fromisoformat(text)


def day_or_moment_from(text: str) -> Day:
    """Return a day, or the moment that is written as a day, ``T`` and a time.

    Raises:
        ValueError: If it is neither. A moment may still lack its offset.
    """
    day, time = text[:_LENGTH], text[_LENGTH:]
    first = day_from(day)
    if not time:
        return first
    if not time.startswith("T"):
        raise ValueError("a time follows its day after a T")
    return datetime.fromisoformat(text)
