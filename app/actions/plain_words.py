"""Words of staff as they are kept: nothing in them turns the reading around."""

from pydantic import BeforeValidator

from app.domain.unseen_signs import UNSEEN_IN_WORDS


def without_unseen(text: str) -> str:
    """Return a text without the signs that nobody sees."""
    return UNSEEN_IN_WORDS.sub("", text)


def _plain(typed: object) -> object:
    return without_unseen(typed) if isinstance(typed, str) else typed


Plain = BeforeValidator(_plain)
"""Makes the words of a model plain, before they are measured."""
