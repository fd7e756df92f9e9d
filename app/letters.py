"""Letters to vendors and mails to residents, as text. Values in, words out."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from operator import itemgetter
from pathlib import Path
from typing import Any

from babel.dates import format_date
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from app.domain.basis import Basis, Consent, Correction
from app.domain.facts import Asks
from app.domain.laws import Unit
from app.domain.timeline import DenialGround, EventKind, Outcome
from app.domain.vendors import OfferBasis
from app.words.catalog import translations
from app.words.languages import day_in_words
from app.words.letter_places import place_in_letter
from app.words.mandate import translated
from app.words.provisions import provision
from app.words.relations import relation

LETTER_LANGUAGES = frozenset({"en", "fr", "es", "de"})
LINK = re.compile(r"(?i)(?:[a-z]{2,10}://|www\.)")
LINK_SIGNS = re.compile(r"(?i)(?<=[a-z]:)(?=//)|(?<=\w\.)(?=[^\W\d_]{2})")
"""What a mail program sees a link by: a scheme, or a dot before a top-level domain."""
ANSWER_LINK = re.compile(r"(/reply/)[\w-]{16,}")
MAILBOXES = frozenset({"other_emails"})
"""Identifiers that are addresses of mail: their dots stay."""


class LetterKind(StrEnum):
    """What a letter is for."""

    REQUEST = "request"
    WITHDRAWAL = "withdrawal"
    REMINDER = "reminder"
    """The answer is late."""
    IDENTITY_ANSWER = "identity_answer"
    """Who asks, with the least that will do."""
    APPEAL = "appeal"
    """To the vendor itself, to look at its answer again."""
    COMPLAINT = "complaint"
    """To the regulator."""
    MANDATE = "mandate"
    """That the person allowed somebody else to ask."""
    LIST_WAITS = "list_waits"
    """That people wait on a list which the vendor does not fetch."""
    NO_DOCUMENT = "no_document"
    """To a mail that wants a document: there is none here."""
    STANDS = "stands"
    """To a mail that doubts it: the request has not been taken back."""
    GIVEN_ALREADY = "given_already"
    """To a mail that wants details: the letter stands below it once more."""
    USE_LINK = "use_link"
    """To any mail: where the vendor can answer."""
    ADDRESS_LEFT = "address_left"
    """To a mailbox of a vendor: letters go there no more."""


ANSWERS = (
    LetterKind.NO_DOCUMENT,
    LetterKind.STANDS,
    LetterKind.GIVEN_ALREADY,
    LetterKind.USE_LINK,
)
"""What staff answer to a vendor's mail, in words that they change before it leaves."""

REVIEWED: Mapping[LetterKind, frozenset[str]] = {
    kind: frozenset({"en"}) for kind in LetterKind
}
"""The languages in which a second native reader has read the wording of a letter.

English is that of the editors; of the others nobody has said so yet. Staff see it by
the letters in a language that is not here.
"""


def is_reviewed(kind: str, language: str) -> bool:
    """Return whether a native reader has read this wording."""
    return kind in set(LetterKind) and language in REVIEWED[LetterKind(kind)]


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
    asks: Asks = Asks.DELETION
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
    """The day on which the person agreed to that, as who files states it."""
    agreed: str | None = None
    """To which text, word for word."""
    agreed_by_code: bool = True
    """Whether it was mailed to the person with the code that confirms; once it was not."""
    agreed_on: date | None = None
    """The day on which the person confirmed; None in a letter from before that."""
    agreed_in: str = "en"
    """In which language that is."""
    child: bool = False
    """Whether the person is a child, for whom a parent asks without a mandate."""
    number: str | None
    """None in a letter with blanks, of which the portal knows nothing."""
    reply_address: str | None
    answer_link: str | None = None
    """Where the vendor answers without an account; None where it cannot any more."""
    answer_until: date | None = None
    """The last day on which it does."""
    own: bool = False
    """Whether the person sends it, and not the portal."""
    with_mandate: bool = False
    """Whether the permission to act stands below, since the route takes none without."""
    proof_demanded: bool = False
    """Whether the route takes no request without proof that we never take."""
    on: date
    operator: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """What became of a request, for the letters that follow it."""

    sent_on: date | None
    due: date | None = None
    longer: bool = False
    """Whether that day holds an extension."""
    sure: bool = True
    """Whether the law of that day reaches the vendor without doubt."""
    events: tuple[tuple[date, EventKind], ...] = ()
    """What to tell a regulator, oldest first."""
    outcome: Outcome | None = None
    """None where no answer decides on the request."""
    answered_on: date | None = None
    in_time: bool = False
    """Whether an answer came by the day on which it was due."""
    wrote_again_on: date | None = None
    """When the vendor wrote again after its answer, and decided nothing since."""
    found_again_on: date | None = None
    """When the person found the data there again after that answer."""
    reason: DenialGround | None = None
    beside: tuple[str, ...] = ()
    """The laws that the request rests on, where none of them knows that reason."""
    asked_on: date | None = None
    """When the vendor asked who it is."""
    proof: Clause | None = None
    """What limits the proof that a vendor may ask for; ``right`` says how."""
    appeal: Term | None = None

    def told(self, on: date) -> tuple[tuple[date, EventKind | None], ...]:
        """Return what happened by ``on``, by date; None is the day that was missed."""
        due = self.due
        missed = [] if due is None or due >= on or self.in_time else [(due, None)]
        return tuple(sorted([*self.events, *missed], key=itemgetter(0)))


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeFacts:
    """What is said to a vendor of a request: nothing about the person."""

    vendor: str
    language: str
    number: str
    sent_on: date
    reply_address: str
    on: date
    operator: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ListFacts:
    """What a vendor is told of the people on its list: how many, and nobody."""

    vendor: str
    language: str
    people: int
    laws: tuple[str, ...]
    """What they invoke, as the vendor's language calls it."""
    has_key: bool
    """Whether its programs have a key; then it left the list lying."""
    due: date | None
    """By when the first answer is due; None where no day is counted yet."""
    list_url: str
    help_url: str
    contact: str
    on: date
    operator: str


@dataclass(frozen=True, slots=True)
class LeftFacts:
    """What a mailbox is told to which letters go no more; nothing of anybody."""

    vendor: str
    language: str
    page: str
    """Where the record stands that changed."""
    contact: str
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


def without_answer_link(text: str) -> str:
    """Return a letter in which the link for its vendor leads nowhere.

    Who reads a letter that somebody else gets could answer for them.
    """
    return ANSWER_LINK.sub(r"\1…", text)


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
        letter = self._of_person(LetterKind.REQUEST, facts, None)
        if not facts.with_mandate:
            return letter
        below = self._of_person(LetterKind.MANDATE, facts, None)
        parts = (letter.text.rstrip(), "* * *", below.subject, below.text)
        return replace(letter, text="\n\n".join(parts))

    def following(self, kind: LetterKind, facts: LetterFacts, was: Course) -> Letter:
        """Return a letter that follows a request.

        Raises:
            LetterRefusedError: If something that was typed holds a control.
        """
        return self._of_person(kind, facts, was)

    def _of_person(
        self, kind: LetterKind, facts: LetterFacts, was: Course | None
    ) -> Letter:
        it = _as_text(facts)
        language = _spoken(it.language)
        place = place_in_letter(it.residence, language)
        return self._letter(kind, language, it, place, was)

    def withdrawal(self, facts: NoticeFacts) -> Letter:
        """Return the notice to a vendor that a request is taken back."""
        return self._letter(LetterKind.WITHDRAWAL, _spoken(facts.language), facts, "")

    def answer(self, kind: LetterKind, facts: NoticeFacts) -> Letter:
        """Return what an answer to a vendor's mail says before somebody changes it."""
        return self._letter(kind, _spoken(facts.language), facts, "")

    def quoting(self, text: str, letter: str, language: str, *, on: date) -> str:
        """Return an answer with the letter below it that was sent on a day."""
        said = self._words(language).quoted(on)
        quoted = "\n".join(f"> {line}".rstrip() for line in letter.splitlines())
        return f"{text.rstrip()}\n\n{said}\n\n{quoted}\n"

    def linking(self, text: str, link: str, language: str, *, until: date) -> str:
        """Return an answer with the address below it at which its vendor answers."""
        return f"{text.rstrip()}\n\n{self._words(language).here(until)}\n{link}\n"

    def _words(self, language: str) -> Any:
        """Return the words of a language as they stand between parts of letters."""
        spoken = _spoken(language)
        words = self._plain.get_template(f"letters/{spoken}/words.txt")
        return words.make_module({"day": lambda day: _day(day, spoken)})

    def list_waits(self, facts: ListFacts) -> Letter:
        """Return the mail that tells a vendor of people on its list."""
        return self._letter(LetterKind.LIST_WAITS, _spoken(facts.language), facts, "")

    def address_left(self, facts: LeftFacts) -> Letter:
        """Return the mail that tells a mailbox that letters go there no more."""
        return self._letter(LetterKind.ADDRESS_LEFT, _spoken(facts.language), facts, "")

    def _letter(
        self,
        kind: LetterKind,
        language: str,
        it: LetterFacts | NoticeFacts | ListFacts | LeftFacts,
        place: str,
        was: Course | None = None,
    ) -> Letter:
        written = self._plain.get_template(f"letters/{language}/{kind}.txt").render(
            it=it,
            was=was,
            place=place,
            day=lambda day: _day(day, language),
            provision=lambda citation: provision(citation, language),
            relation=lambda typed: relation(typed, language),
            translated=lambda agreed, its: translated(agreed, its, language),
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
