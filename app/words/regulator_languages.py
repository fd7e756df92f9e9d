"""In which of the languages of letters an authority reads a complaint."""

from babel.languages import get_official_languages

OF_A_PART = {"CA-QC": ("fr",)}
"""Where a part of a country has a language of its own authority."""


def regulator_language(place: str, spoken: str, ours: frozenset[str]) -> str:
    """Return the resident's language where it is official there, else one that is.

    English where none of ours is.
    """
    country = place.partition("-")[0]
    official = OF_A_PART.get(place) or get_official_languages(country, de_facto=True)
    if spoken in official and spoken in ours:
        return spoken
    if "en" in official:
        return "en"
    return next((each for each in official if each in ours), "en")
