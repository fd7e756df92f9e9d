"""Letters to vendors and mails to residents, as text. Values in, words out."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from babel.dates import format_date
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from app.domain.basis import Basis, Consent, Correction
from app.domain.laws import Unit
from app.domain.vendors import OfferBasis
from app.words.catalog import translations
from app.words.languages import day_in_words
from app.words.letter_places import place_in_letter
from app.words.provisions import provision
from app.words.relations import relation

LETTER_LANGUAGES = frozenset({"en", "fr", "es", "de"})
LINK = re.compile(r"(?i)(?:[a-z]{2,10}://|www\.)")
LINK_SIGNS = re.compile(r"(?i)(?<=[a-z]:)(?=//)|(?<=\w\.)(?=[^\W\d_]{2})")
"""What a mail program sees a link by: a scheme, or a dot before a top-level domain."""
MAILBOXES = frozenset({"other_emails"})
"""Identifiers that are addresses of mail: their dots stay."""


class LetterRefusedError(ValueError):
    """What was typed holds signs that no letter may; it never says which."""


@dataclass(frozen=True, slots=True)
class Clause:
    """A provision, or an order, that the letter cites."""

    law: str
    """The law's name in the letter's language, or who made the order."""
    citation: str | None = None
    """The provision as the law file writes it; an order has none."""
    right: str | None = None
    """The kind of right, in the law files' word."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """The time in which a law wants an answer."""

    count: int
    unit: Unit
    stands_in: Clause
    promptly: bool = False
    """Whether the answer is due without undue delay, and the number is the latest."""
    sure: bool = True
    """Whether the law reaches the vendor without doubt."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterFacts:
    """What a letter says, and nothing else goes into it."""

    vendor: str
    language: str
    residence: str
    """Jurisdiction code."""
    basis: Basis
    clauses: tuple[Clause, ...] = ()
    """What gives a right to deletion."""
    sure: bool = True
    """Whether they reach the vendor without doubt."""
    also: tuple[Clause, ...] = ()
    """What may reach the data that they leave."""
    stops: tuple[Clause, ...] = ()
    """What gives an opt-out."""
    stops_surely: bool = True
    """Whether that reaches the vendor without doubt."""
    offered: OfferBasis | None = None
    """Why the vendor says that it takes opt-outs, where it says so."""
    objection: Clause | None = None
    """The provision by which the person objects to the processing."""
    recipients: Clause | None = None
    """The provision by which the vendor tells those to whom it gave the data."""
    consent: Consent | None = None
    correction: Correction | None = None
    term: Term | None = None
    regulator: str | None = None
    complaint: Clause | None = None
    """The provision that opens a complaint to the regulator."""
    name: str
    email: str | None
    """None where the route does not need it to find the record."""
    identifiers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """What else helps to find the record, by the word for it."""
    acting: str | None = None
    """Who files for the person."""
    relation: str | None = None
    """As what, in words that were typed."""
    mandate_on: date | None = None
    """The day on which the person agreed to that."""
    number: str
    reply_address: str
    on: date
    operator: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawalFacts:
    """What the notice says that a request is taken back: nothing about the person."""

    vendor: str
    language: str
    number: str
    sent_on: date
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


def without_links(text: str) -> str:
    """Return typed text in which no mail program finds a link.

    A space behind the sign is enough, and leaves names such as ``St.John`` readable.
    """
    return LINK_SIGNS.sub(" ", text)


class Letters:
    """Writes letters and mails from the templates."""

    def __init__(self, templates: Path) -> None:
        self._templates = templates
        self._plain = Environment(
            loader=FileSystemLoader(templates),
            autoescape=False,  # noqa: S701 - text, not a page
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            auto_reload=False,  # nobody edits them under a running portal
        )
        self._speaking: dict[str, Environment] = {}

    def request(self, facts: LetterFacts) -> Letter:
        """Return the letter that asks a vendor for deletion.

        Raises:
            LetterRefusedError: If something that was typed holds a control.
        """
        it = _as_text(facts)
        language = _spoken(it.language)
        place = place_in_letter(it.residence, language)
        return self._letter("request", language, it, place)

    def withdrawal(self, facts: WithdrawalFacts) -> Letter:
        """Return the notice to a vendor that a request is taken back."""
        return self._letter("withdrawal", _spoken(facts.language), facts, "")

    def _letter(
        self, name: str, language: str, it: LetterFacts | WithdrawalFacts, place: str
    ) -> Letter:
        written = self._plain.get_template(f"letters/{language}/{name}.txt").render(
            it=it,
            place=place,
            day=lambda day: _day(day, language),
            provision=lambda citation: provision(citation, language),
            relation=lambda typed: relation(typed, language),
        )
        subject, _, text = written.strip().partition("\n")
        return Letter(language, subject.strip(), text.strip() + "\n")

    def mail(self, kind: str, language: str, **values: object) -> Mail:
        """Return a mail to a resident: no vendor's name, nothing that they typed."""
        page = self._speaking.get(language)
        if page is None:
            page = self._speaking[language] = self._in(language)
        given = {"lang": language, **values}
        written = page.get_template(f"mail/{kind}.txt").render(given)
        subject, _, text = written.strip().partition("\n")
        html = page.get_template("mail/page.html").render(
            lang=language, subject=subject.strip(), paragraphs=_paragraphs(text)
        )
        return Mail(subject.strip(), text.strip() + "\n", html)

    def _in(self, language: str) -> Environment:
        """Return what renders mails in one language."""
        page = Environment(
            loader=FileSystemLoader(self._templates),
            autoescape=select_autoescape(["html"]),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            extensions=["jinja2.ext.i18n"],
            auto_reload=False,
        )
        page.install_gettext_translations(  # type: ignore[attr-defined]
            translations(language), newstyle=True
        )
        return page


def _as_text(facts: LetterFacts) -> LetterFacts:
    """Return the facts with what was typed as text and nothing but text.

    Raises:
        LetterRefusedError: If it holds a control.
    """
    typed = [facts.name, facts.email or "", facts.acting or "", facts.relation or ""]
    if any(map(has_controls, (*typed, *_values(facts)))):
        raise LetterRefusedError("holds signs that no letter may")
    return replace(
        facts,
        name=without_links(facts.name),
        acting=facts.acting and without_links(facts.acting),
        relation=facts.relation and without_links(facts.relation),
        identifiers={
            what: values if what in MAILBOXES else tuple(map(without_links, values))
            for what, values in facts.identifiers.items()
        },
    )


def _values(facts: LetterFacts) -> list[str]:
    return [value for values in facts.identifiers.values() for value in values]


def _spoken(language: str) -> str:
    return language if language in LETTER_LANGUAGES else "en"


def _day(day: date, language: str) -> str:
    if language == "de":
        return format_date(day, "long", locale="de")
    return day_in_words(day, language)


def _paragraphs(text: str) -> list[tuple[str, bool]]:
    """Return the paragraphs of a mail, and whether each is a link alone."""
    parts = [part.strip() for part in text.strip().split("\n\n")]
    return [(part, part.startswith("http") and " " not in part) for part in parts]
