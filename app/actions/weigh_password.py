"""Whether a password is too easy to guess. Nobody else is asked.

It is compared with the commonest passwords, names and words of some languages, with
keyboard rows, dates and repetitions, and with what everybody knows of its owner.
"""

import re
from collections.abc import Iterable
from enum import StrEnum

from zxcvbn_rs_py import zxcvbn

SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 200
FEWEST_GUESSES = 9
"""As a power of ten: with our hash, a year of one core (security, V6)."""
PRODUCT = ("efface", "staff", "privacy")


class PasswordFault(StrEnum):
    """What is wrong with a new password."""

    SHORT = "short"
    LONG = "long"
    GUESSABLE = "guessable"


def fault_of(password: str, known: Iterable[str]) -> PasswordFault | None:
    """Return what is wrong with a password; ``known`` is its owner's mailbox and such.

    It takes milliseconds, so it runs beside the loop.
    """
    if len(password) < SHORTEST_PASSWORD:
        return PasswordFault.SHORT
    if len(password) > LONGEST_PASSWORD:
        return PasswordFault.LONG
    words = [word for text in known for word in (text, *re.split(r"\W+", text)) if word]
    found = zxcvbn(password, [*PRODUCT, *words])
    return PasswordFault.GUESSABLE if found.guesses_log10 < FEWEST_GUESSES else None
