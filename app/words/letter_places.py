"""Where the person lives, as a letter says it."""

from babel import Locale

from app.words.languages import place_name

WITH_ARTICLE = frozenset(
    {"AE", "BS", "CF", "CG", "CD", "CK", "DO", "FK", "FO", "GB", "GM", "IM", "KM"}
    | {"KY", "MH", "MP", "MV", "NL", "PH", "SB", "TC", "US", "VG", "VI"}
    | {"CA-NT", "US-DC", "US-MP", "US-UM", "US-VI"}
)
"""English puts "the" before these."""

IN_GERMAN = {
    "CA-NL": "Neufundland und Labrador",
    "CA-NT": "Nordwest-Territorien",
    "CA-QC": "Québec",
    "US-AS": "Amerikanisch-Samoa",
    "US-CA": "Kalifornien",
    "US-GA": "Georgia",
    "US-MP": "Nördliche Marianen",
    "US-UM": "Amerikanische Überseeinseln",
    "US-VI": "Amerikanische Jungferninseln",
}
"""States and provinces that German writes otherwise than English."""


def place_in_letter(code: str, language: str) -> str:
    """Return a place, with its country where it is a part of one."""
    country = code.partition("-")[0]
    if language == "de":
        name = str(Locale("de").territories.get(country, country))
        part = IN_GERMAN.get(code) or place_name(code, "en")
    else:
        name = place_name(country, language)
        part = place_name(code, language)
    if language == "en":
        name, part = _with_article(country, name), _with_article(code, part)
    return name if country == code else f"{part}, {name}"


def _with_article(code: str, name: str) -> str:
    return f"the {name}" if code in WITH_ARTICLE else name
