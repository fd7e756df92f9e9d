"""Every message that people read has its French and its Spanish."""

import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from app.words.catalog import LOCALES, translations
from app.words.languages import GROUPS, REGIONS, Language
from app.words.terms import ALL

ROOT = Path(__file__).parent.parent.parent
TRANSLATED = [language for language in Language if language is not Language.EN]
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "mark": None}
TEMPLATES = [("**.html", "jinja2"), ("**.txt", "jinja2")]
NARROW, WIDE = "\u202f", "\u00a0"


@lru_cache(maxsize=1)
def used() -> frozenset[str]:
    """Return every message of the code and of the templates, singular where there are two."""
    folders = [(ROOT / "app", [("**.py", "python")]), (ROOT / "templates", TEMPLATES)]
    return frozenset(
        found[2] if isinstance(found[2], str) else found[2][0]
        for folder, methods in folders
        for found in extract_from_dir(folder, methods, {}, keywords=KEYWORDS)
    )


@lru_cache(maxsize=4)
def catalog(language: Language) -> Catalog:
    with (LOCALES / f"{language}.po").open("rb") as source:
        return read_po(source, locale=language)


def messages(language: Language) -> Iterator[Message]:
    return (message for message in catalog(language) if message.id)


def ids(message: Message) -> tuple[str, ...]:
    return (message.id,) if isinstance(message.id, str) else tuple(message.id)


def strings(message: Message) -> tuple[str, ...]:
    said = message.string or ""
    return (said,) if isinstance(said, str) else tuple(said)


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_message_is_missing_empty_or_doubtful(language: Language) -> None:
    whole = {
        ids(message)[0]
        for message in messages(language)
        if all(strings(message)) and not message.fuzzy
    }

    assert not used() - whole


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_translation_outlives_its_message(language: Language) -> None:
    assert not {ids(message)[0] for message in messages(language)} - used()


def blanks(text: str) -> set[str]:
    named = {name for _, name, _, _ in Formatter().parse(text) if name}
    return named | set(re.findall(r"%\((\w+)\)s", text))


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_fills_the_same_blanks(language: Language) -> None:
    wrong = [
        message.id
        for message in messages(language)
        if blanks(strings(message)[-1]) != blanks(ids(message)[-1])
        or any(blanks(text) - blanks(ids(message)[-1]) for text in strings(message))
    ]

    assert not wrong


def test_french_sets_a_space_that_does_not_break_before_tall_signs() -> None:
    wrong = [
        text
        for message in messages(Language.FR)
        for text in strings(message)
        if re.search(rf"[^{NARROW}{WIDE}\W][;?!]|[\w)] [:;?!]|\w'\w", text)
        and "http" not in text
    ]

    assert not wrong


def test_spanish_opens_its_questions() -> None:
    wrong = [
        text
        for message in messages(Language.ES)
        for text in strings(message)
        if len(re.findall(r"\?(?!on=)", text)) != text.count("¿")
    ]

    assert not wrong


def test_nought_is_singular_in_french_and_plural_in_spanish() -> None:
    def days(language: Language) -> str:
        return translations(language).ngettext(
            "%(num)s day left", "%(num)s days left", 0
        )

    assert days(Language.FR) == "Il reste %(num)s jour"
    assert days(Language.ES) == "Quedan %(num)s días"


def test_a_region_and_a_code_are_in_every_catalog() -> None:
    named = {*REGIONS.values(), *GROUPS.values()}
    said = {word for table in ALL.values() for word in table.values()}

    assert (named | said) <= used()


def test_english_is_what_the_code_says() -> None:
    assert translations(Language.EN).gettext("Covered by law") == "Covered by law"
