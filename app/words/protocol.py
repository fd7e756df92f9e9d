"""What is sent by the Data Rights Protocol, in words for who reads it."""

from collections.abc import Mapping
from typing import Any

from app.domain.drp import Exercise
from app.words.catalog import translations
from app.words.languages import Language
from app.words.marks import mark

SUBJECT = mark("A request to the company’s own system")
BEGINS = mark(
    "This goes from system to system, by the Data Rights Protocol. These are all the"
    " fields that say something of you:"
)
RIGHTS: Mapping[Exercise, str] = {
    Exercise.DELETION: mark("What is asked: to delete"),
    Exercise.OPT_OUT: mark("What is asked: to stop the sale"),
}
REGIME = mark("The law: the CCPA of California")
NO_REGIME = mark("The law: the protocol has no word for yours, so none is named")
NAME = mark("Name: {text}")
EMAIL = mark("E-mail, which you confirmed: {text}")
PHONE = mark("Telephone: {text}")
ADDRESS = mark("Postal address: {text}")
ENDS = mark("With it go the number of the message, and how long it holds.")


def subject_said(language: Language) -> str:
    """Return the heading of a request by the protocol."""
    return translations(language).gettext(SUBJECT)


def fields_said(right: Exercise, claims: Mapping[str, Any], language: Language) -> str:
    """Return every field that is sent, a line for each."""
    say = translations(language).gettext
    lines = [say(RIGHTS[right]), say(REGIME if "regime" in claims else NO_REGIME)]
    address = claims.get("address", {})
    place = "-".join(filter(None, (address.get("country"), address.get("region"))))
    where = f"{address['formatted']} ({place})" if address else None
    for words, text in (
        (NAME, claims.get("name")),
        (EMAIL, claims.get("email")),
        (PHONE, claims.get("phone_number")),
        (ADDRESS, where),
    ):
        if text:
            lines.append(say(words).format(text=text))
    return "\n".join([say(BEGINS), "", *lines, "", say(ENDS)])
