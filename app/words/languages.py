"""The languages of the pages: which one a visitor reads, and how it writes things."""

import unicodedata
from datetime import date
from enum import StrEnum
from functools import lru_cache

from babel import Locale
from babel.dates import format_date

from app.words.catalog import translations
from app.words.marks import mark


class Language(StrEnum):
    """A language that the pages speak."""

    EN = "en"
    FR = "fr"
    ES = "es"

    @property
    def own_name(self) -> str:
        """The language's name in itself."""
        return {"en": "English", "fr": "Français", "es": "Español"}[self]


GROUPS = {"EU": mark("European Union"), "EEA": mark("European Economic Area")}

REGIONS = {
    "CA-AB": mark("Alberta"),
    "CA-BC": mark("British Columbia"),
    "CA-MB": mark("Manitoba"),
    "CA-NB": mark("New Brunswick"),
    "CA-NL": mark("Newfoundland and Labrador"),
    "CA-NS": mark("Nova Scotia"),
    "CA-NT": mark("Northwest Territories"),
    "CA-NU": mark("Nunavut"),
    "CA-ON": mark("Ontario"),
    "CA-PE": mark("Prince Edward Island"),
    "CA-QC": mark("Quebec"),
    "CA-SK": mark("Saskatchewan"),
    "CA-YT": mark("Yukon"),
    "US-AK": mark("Alaska"),
    "US-AL": mark("Alabama"),
    "US-AR": mark("Arkansas"),
    "US-AS": mark("American Samoa"),
    "US-AZ": mark("Arizona"),
    "US-CA": mark("California"),
    "US-CO": mark("Colorado"),
    "US-CT": mark("Connecticut"),
    "US-DC": mark("District of Columbia"),
    "US-DE": mark("Delaware"),
    "US-FL": mark("Florida"),
    "US-GA": mark("Georgia (US)"),
    "US-GU": mark("Guam"),
    "US-HI": mark("Hawaii"),
    "US-IA": mark("Iowa"),
    "US-ID": mark("Idaho"),
    "US-IL": mark("Illinois"),
    "US-IN": mark("Indiana"),
    "US-KS": mark("Kansas"),
    "US-KY": mark("Kentucky"),
    "US-LA": mark("Louisiana"),
    "US-MA": mark("Massachusetts"),
    "US-MD": mark("Maryland"),
    "US-ME": mark("Maine"),
    "US-MI": mark("Michigan"),
    "US-MN": mark("Minnesota"),
    "US-MO": mark("Missouri"),
    "US-MP": mark("Northern Mariana Islands"),
    "US-MS": mark("Mississippi"),
    "US-MT": mark("Montana"),
    "US-NC": mark("North Carolina"),
    "US-ND": mark("North Dakota"),
    "US-NE": mark("Nebraska"),
    "US-NH": mark("New Hampshire"),
    "US-NJ": mark("New Jersey"),
    "US-NM": mark("New Mexico"),
    "US-NV": mark("Nevada"),
    "US-NY": mark("New York"),
    "US-OH": mark("Ohio"),
    "US-OK": mark("Oklahoma"),
    "US-OR": mark("Oregon"),
    "US-PA": mark("Pennsylvania"),
    "US-PR": mark("Puerto Rico"),
    "US-RI": mark("Rhode Island"),
    "US-SC": mark("South Carolina"),
    "US-SD": mark("South Dakota"),
    "US-TN": mark("Tennessee"),
    "US-TX": mark("Texas"),
    "US-UM": mark("U.S. Outlying Islands"),
    "US-UT": mark("Utah"),
    "US-VA": mark("Virginia"),
    "US-VI": mark("U.S. Virgin Islands"),
    "US-VT": mark("Vermont"),
    "US-WA": mark("Washington"),
    "US-WI": mark("Wisconsin"),
    "US-WV": mark("West Virginia"),
    "US-WY": mark("Wyoming"),
}


def chosen(asked: str | None, remembered: str | None, accepted: str | None) -> Language:
    """Return the visitor's language: asked for, then remembered, then the browser's."""
    for said in (asked, remembered):
        if said in set(Language):
            return Language(said)
    for said in _accepted(accepted or ""):
        if said in set(Language):
            return Language(said)
    return Language.EN


def _accepted(header: str) -> list[str]:
    """Return the languages of an Accept-Language header, the best first."""
    weighed: list[tuple[float, str]] = []
    for part in header[:500].split(","):
        tag, _, weight = part.strip().partition(";q=")
        try:
            value = float(weight) if weight else 1.0
        except ValueError:
            continue
        if value > 0:
            weighed.append((-value, tag.strip()[:2].lower()))
    return [tag for _, tag in sorted(weighed, key=lambda w: w[0])]


@lru_cache(maxsize=2048)
def place_name(code: str, language: str) -> str:
    """Return a place's name; a region of Canada or the United States has our own."""
    own = REGIONS.get(code) or GROUPS.get(code)
    if own is not None:
        return translations(language).gettext(own)
    if code == "*":
        return translations(language).gettext(mark("everywhere"))
    return str(Locale(language).territories.get(code, code))


def folded(text: str) -> str:
    """Return text without accents and case, as lists are sorted and searched."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in apart if not unicodedata.combining(sign))


@lru_cache(maxsize=64)
def language_name(code: str, reader: str) -> str:
    """Return a language's name for who reads another one."""
    return str(Locale(reader).languages.get(code, code))


def colon(language: str) -> str:
    """Return the colon that follows a word: French keeps a space before it."""
    return "\u00a0:" if language == "fr" else ":"


@lru_cache(maxsize=1024)
def day_in_words(day: date, language: str) -> str:
    """Return a day in full: 23 November 2026, 1er décembre 2026."""
    text = format_date(day, "long", locale="en_GB" if language == "en" else language)
    if language == "fr" and day.day == 1:
        return text.replace("1 ", "1er ", 1)
    return text
