"""Since when, and until when, a law stands in one place, which may be shorter than it."""

from collections.abc import Collection
from datetime import date

from app.domain.dated import ALWAYS, Span
from app.domain.laws import Law, Step


def days_here(law: Law, around: Collection[str]) -> Span:
    """Return the days of a law in a place: from the first to the last of them.

    Args:
        law: The law.
        around: The place, and what it lies in. Where the law only stands beside
            another one there, its days are its own.
    """
    spans = [law.places[code] for code in around if code in law.places] or [ALWAYS]
    firsts, lasts = [one.first for one in spans], [one.last for one in spans]
    first = None if None in firsts else min(filter(None, firsts))
    last = None if None in lasts else max(filter(None, lasts))
    return Span(
        max(filter(None, (first, law.first_day)), default=None),
        min(filter(None, (last, law.ended)), default=None),
    )


def reads_here(law: Law, around: Collection[str], on: date) -> Step | None:
    """Return a law as it reads on a day; None where it does not stand there then."""
    return law.on(on) if on in days_here(law, around) else None
