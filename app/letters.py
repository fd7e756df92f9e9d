"""Letters to vendors and mails to residents, as text. Values in, words out."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from pathlib import Path

from babel import Locale
from babel.dates import format_date
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from app.domain.laws import Unit
from app.words.catalog import translations
from app.words.languages import place_name

LETTER_LANGUAGES = frozenset({"en", "fr", "es", "de"})
LINK = re.compile(r"(?i)(?:[a-z]{2,10}://|www\.)")


class Basis(StrEnum):
    """On what a letter rests; it never claims more."""

    LAW = "law"
    UNSURE = "unsure"
    """A law may reach the vendor; the letter asks it to say so or why not."""
    OFFER = "offer"
    OPT_OUT = "opt_out"
    GOODWILL = "goodwill"


@dataclass(frozen=True, slots=True)
class Clause:
    """A provision that the letter cites."""

    law: str
    citation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterFacts:
    """What a letter says, and nothing else goes into it."""

    vendor: str
    language: str
    residence: str
    """Jurisdiction code."""
    basis: Basis
    clauses: tuple[Clause, ...] = ()
    count: int | None = None
    unit: Unit | None = None
    name: str
    email: str
    identifiers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """What else helps to find the record, by the word for it."""
    acting: str | None = None
    """Who files for the person, and as what."""
    number: str
    reply_address: str
    on: date
    operator: str


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter as it leaves."""

    language: str
    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail to a resident."""

    subject: str
    text: str
    html: str


def has_link(text: str) -> bool:
    """Return whether typed text holds what a mail program would make a link of."""
    return bool(LINK.search(text))


def has_controls(text: str) -> bool:
    """Return whether typed text holds signs that no name has.

    Line ends, NUL and other controls, and the marks that turn writing around.
    """
    return any(
        unicodedata.category(sign) in {"Cc", "Cs", "Co", "Cn", "Zl", "Zp"}
        or sign in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"
        for sign in text
    )


class Letters:
    """Writes letters and mails from the templates."""

    def __init__(self, templates: Path) -> None:
        self._plain = Environment(
            loader=FileSystemLoader(templates),
            autoescape=False,  # noqa: S701 - text, not a page
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
        )
        self._templates = templates

    def request(self, facts: LetterFacts) -> Letter:
        """Return the letter that asks a vendor for deletion."""
        language = facts.language if facts.language in LETTER_LANGUAGES else "en"
        values = {
            "it": facts,
            "place": _place(facts.residence, language),
            "day": format_date(
                facts.on, "long", locale="en_GB" if language == "en" else language
            ),
        }
        written = self._plain.get_template(f"letters/{language}/request.txt").render(
            values
        )
        subject, _, text = written.partition("\n")
        return Letter(language, subject.strip(), text.strip() + "\n")

    def mail(self, kind: str, language: str, **values: object) -> Mail:
        """Return a mail to a resident: no vendor's name, nothing that they typed."""
        catalog = translations(language)
        page = Environment(
            loader=FileSystemLoader(self._templates),
            autoescape=select_autoescape(["html"]),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            extensions=["jinja2.ext.i18n"],
        )
        page.install_gettext_translations(catalog, newstyle=True)  # type: ignore[attr-defined]
        given = {"lang": language, **values}
        written = page.get_template(f"mail/{kind}.txt").render(given)
        subject, _, text = written.partition("\n")
        html = page.get_template("mail/page.html").render(
            lang=language, subject=subject.strip(), paragraphs=_paragraphs(text)
        )
        return Mail(subject.strip(), text.strip() + "\n", html)


def _paragraphs(text: str) -> list[tuple[str, bool]]:
    """Return the paragraphs of a mail, and whether each is a link alone."""
    parts = [part.strip() for part in text.strip().split("\n\n")]
    return [(part, part.startswith("http") and " " not in part) for part in parts]


def _place(code: str, language: str) -> str:
    country = code.partition("-")[0]
    if language == "de":
        name = str(Locale("de").territories.get(country, country))
        return name if country == code else f"{place_name(code, 'en')}, {name}"
    name = place_name(country, language)
    return name if country == code else f"{place_name(code, language)}, {name}"
