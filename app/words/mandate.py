"""What a person agrees to who lets somebody else file for them."""

from app.words.catalog import translations
from app.words.languages import Language
from app.words.marks import mark

MANDATE = mark(
    "I allow this person to ask companies in my name for the deletion of my data, and"
    " to receive the answers."
)


def mandate(language: Language) -> str:
    """Return the text that is agreed to, as a page in this language shows it."""
    return translations(language).gettext(MANDATE)
