"""What was most likely meant by a word that is none of ours."""

from collections.abc import Iterable
from difflib import get_close_matches

LONGEST = 60
"""Signs: nothing longer is like a code or a name, and to compare it takes long."""


def likest(
    word: str, known: Iterable[str], *, most: int = 4, cutoff: float = 0.4
) -> tuple[str, ...]:
    """Return the known words that are most like a word, the likest first."""
    if len(word) > LONGEST:
        return ()
    return tuple(get_close_matches(word, list(known), n=most, cutoff=cutoff))
