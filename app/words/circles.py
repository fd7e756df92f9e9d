"""Circles in words: what a whole register or kind is called, and what it is owed."""

from collections.abc import Mapping

from app.domain.circles import place_of
from app.domain.grounds import Verdict
from app.words.answers import Say
from app.words.catalog import translations
from app.words.languages import Language, colon, place_name
from app.words.marks import mark
from app.words.terms import SECTORS

OF_A_REGISTER = mark("Every data broker in the register of {place}")
OF_A_KIND = mark("Every company of this kind")
SENTENCES: Mapping[Verdict, str] = {
    Verdict.ELIGIBLE: mark(
        "You have the right to have each of these companies delete your data, and each"
        " has to answer you."
    ),
    Verdict.OFFERED: mark("Each of these companies says that it deletes on request."),
    Verdict.UNCERTAIN: mark(
        "A law may apply to these companies, but we cannot tell yet which of them must"
        " delete your data."
    ),
    Verdict.OPT_OUT_ONLY: mark(
        "These companies must stop selling or showing your data, but may keep it."
    ),
    Verdict.NOT_ELIGIBLE: mark(
        "We found nothing that makes all of these companies delete your data. Each of"
        " them may still do it."
    ),
}
"""What is owed by whoever belongs to a circle, where no more is known of them."""


def circle_named(name: str, language: Language) -> str:
    """Return what a circle is called."""
    say, place = translations(language).gettext, place_of(name)
    if place is not None:
        return say(OF_A_REGISTER).format(place=place_name(place, language))
    return f"{say(OF_A_KIND)}{colon(language)} {say(SECTORS[name])}"


def circle_sentence(verdict: Verdict, say: Say) -> str:
    """Return what is owed by whoever belongs to a circle."""
    return say(SENTENCES[verdict])
