"""What a person agrees to who lets somebody else file for them, by what is asked."""

from collections.abc import Mapping

from app.domain.facts import Asks
from app.words.catalog import translations
from app.words.languages import Language
from app.words.marks import mark

MANDATES: Mapping[Asks, str] = {
    Asks.DELETION: mark(
        "I allow this person to ask companies in my name to delete my data, or else to"
        " stop using it and selling it, and to receive the answers."
    ),
    Asks.CORRECTION: mark(
        "I allow this person to ask companies in my name to correct or delete what is"
        " wrong in my data, and to receive the answers."
    ),
    Asks.DE_INDEXING: mark(
        "I allow this person to ask companies in my name to stop showing my data in"
        " search results, or to delete it if there is no other way, and to receive the"
        " answers."
    ),
    Asks.OPT_OUT: mark(
        "I allow this person to ask companies in my name to stop selling my data and"
        " passing it on, or to delete it if there is no other way, and to receive the"
        " answers."
    ),
    Asks.WITHDRAW_CONSENT: mark(
        "I allow this person to tell companies in my name that I take back my consent,"
        " to ask them to delete my data, and to receive the answers."
    ),
}
"""A letter that asks for deletion may rest on no more than an opt-out: it covers both."""

FORMER = mark(
    "I allow this person to ask companies in my name for the deletion of my data, and"
    " to receive the answers."
)
"""What was agreed to before the text went by what is asked; such filings are open."""

IN_GERMAN: Mapping[str, str] = {
    MANDATES[Asks.DELETION]: (
        "Ich erlaube dieser Person, Unternehmen in meinem Namen darum zu bitten, meine"
        " Daten zu löschen, sonst sie nicht mehr zu nutzen und zu verkaufen, und die"
        " Antworten entgegenzunehmen."
    ),
    MANDATES[Asks.CORRECTION]: (
        "Ich erlaube dieser Person, Unternehmen in meinem Namen darum zu bitten, zu"
        " berichtigen oder zu löschen, was an meinen Daten falsch ist, und die Antworten"
        " entgegenzunehmen."
    ),
    MANDATES[Asks.DE_INDEXING]: (
        "Ich erlaube dieser Person, Unternehmen in meinem Namen darum zu bitten, meine"
        " Daten nicht mehr in Suchergebnissen zu zeigen oder sie zu löschen, wenn es"
        " nicht anders geht, und die Antworten entgegenzunehmen."
    ),
    MANDATES[Asks.OPT_OUT]: (
        "Ich erlaube dieser Person, Unternehmen in meinem Namen darum zu bitten, meine"
        " Daten nicht mehr zu verkaufen und weiterzugeben oder sie zu löschen, wenn es"
        " nicht anders geht, und die Antworten entgegenzunehmen."
    ),
    MANDATES[Asks.WITHDRAW_CONSENT]: (
        "Ich erlaube dieser Person, Unternehmen in meinem Namen mitzuteilen, dass ich"
        " meine Einwilligung widerrufe, sie um die Löschung meiner Daten zu bitten und"
        " die Antworten entgegenzunehmen."
    ),
    FORMER: (
        "Ich erlaube dieser Person, in meinem Namen Unternehmen um die Löschung meiner"
        " Daten zu bitten und die Antworten entgegenzunehmen."
    ),
}
"""For letters alone: no page speaks German."""


def mandate(language: Language, asks: Asks) -> str:
    """Return the text that is agreed to, as a page in this language shows it."""
    return translations(language).gettext(MANDATES[asks])


def translated(agreed: str, agreed_in: str, language: str) -> str | None:
    """Return a text that was agreed to in the language of a letter.

    None where it is the same language, or where the words are none of ours.
    """
    if agreed_in == language:
        return None
    say = translations(agreed_in).gettext
    ours = next((m for m in (*MANDATES.values(), FORMER) if say(m) == agreed), None)
    if ours is None:
        return None
    return IN_GERMAN[ours] if language == "de" else translations(language).gettext(ours)
