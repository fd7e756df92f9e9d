"""What is logged: events by name, and only the keys of a list. No text of anybody."""

import logging
import sys
import traceback
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any

import structlog

ALLOWED = frozenset(
    {"event", "level", "timestamp", "message", "delivery", "why", "count", "port"}
)
"""Every other key is dropped, whoever logs it (security, decision 11)."""


def only_allowed(
    _: object, __: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Drop what is not on the list."""
    return {key: value for key, value in event.items() if key in ALLOWED}


class Nameless(logging.Formatter):
    """Formats what libraries log: the kind and place of an exception, never its words.

    An exception's message may hold what somebody typed.
    """

    def format(self, record: logging.LogRecord) -> str:
        """Return one line without arguments and without a traceback's values."""
        kind, _, trace = record.exc_info or (None, None, None)
        what = str(record.msg)
        if kind is not None:
            last = traceback.extract_tb(trace)[-1:]
            places = [f" at {Path(f.filename).name}:{f.lineno}" for f in last]
            what = "".join([kind.__name__, *places])
        elif record.name.startswith("uvicorn"):
            what = record.getMessage()
        return f"{record.levelname.lower()} {record.name}: {what[:300]}"


def set_up() -> None:
    """Let everything that logs go through the list."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Nameless())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            only_allowed,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
