"""Words of staff as they are kept: nothing in them turns the reading around."""

import re

from pydantic import BeforeValidator

UNSEEN = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]"
)
"""Signs that nobody sees, of which some turn the reading around."""


def without_unseen(text: str) -> str:
    """Return a text without the signs that nobody sees."""
    return UNSEEN.sub("", text)


def _plain(typed: object) -> object:
    return without_unseen(typed) if isinstance(typed, str) else typed


Plain = BeforeValidator(_plain)
"""Makes the words of a model plain, before they are measured."""
