"""What somebody is to the person for whom they file, in the languages of letters."""

from collections.abc import Mapping

RELATIONS: tuple[Mapping[str, str], ...] = (
    {"en": "parent", "fr": "parent", "es": "progenitor", "de": "Elternteil"},
    {"en": "mother", "fr": "mère", "es": "madre", "de": "Mutter"},
    {"en": "father", "fr": "père", "es": "padre", "de": "Vater"},
    {"en": "daughter", "fr": "fille", "es": "hija", "de": "Tochter"},
    {"en": "son", "fr": "fils", "es": "hijo", "de": "Sohn"},
    {"en": "sister", "fr": "sœur", "es": "hermana", "de": "Schwester"},
    {"en": "brother", "fr": "frère", "es": "hermano", "de": "Bruder"},
    {"en": "wife", "fr": "épouse", "es": "esposa", "de": "Ehefrau"},
    {"en": "husband", "fr": "époux", "es": "esposo", "de": "Ehemann"},
    {"en": "partner", "fr": "partenaire", "es": "pareja", "de": "Lebenspartner"},
    {"en": "friend", "fr": "proche", "es": "amistad", "de": "befreundet"},
    {
        "en": "guardian",
        "fr": "représentant légal",
        "es": "representante legal",
        "de": "gesetzliche Vertretung",
    },
    {"en": "lawyer", "fr": "avocat", "es": "abogado", "de": "Rechtsanwalt"},
    {"en": "agent", "fr": "mandataire", "es": "mandatario", "de": "bevollmächtigt"},
)
_KNOWN = {
    word.casefold(): relation for relation in RELATIONS for word in relation.values()
}


def relation(typed: str, language: str) -> str:
    """Return what was typed in a language, or as it was typed where no word fits."""
    known = _KNOWN.get(typed.strip().casefold())
    return known[language] if known else typed
