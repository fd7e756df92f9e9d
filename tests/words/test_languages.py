"""Which language a visitor reads, and how it writes days and places."""

from datetime import date

import pytest

from app.words.languages import (
    Language,
    chosen,
    day_in_words,
    language_name,
    place_name,
)


@pytest.mark.parametrize(
    ("asked", "remembered", "accepted", "read"),
    [
        ("es", "fr", "en", Language.ES),
        (None, "fr", "es", Language.FR),
        (None, None, "es-MX,fr;q=0.8", Language.ES),
        (None, None, "de, en;q=0.5, fr;q=0.9", Language.FR),
        (None, None, "fr;q=0, es;q=0.1", Language.ES),
        (None, None, "fr;q=much, es", Language.ES),
        ("de", "xx", "de", Language.EN),
        (None, None, None, Language.EN),
    ],
)
def test_the_wish_goes_before_the_memory_and_the_memory_before_the_browser(
    asked: str | None, remembered: str | None, accepted: str | None, read: Language
) -> None:
    assert chosen(asked, remembered, accepted) is read


@pytest.mark.parametrize(
    ("language", "written"),
    [
        (Language.EN, "23 November 2026"),
        (Language.FR, "23 novembre 2026"),
        (Language.ES, "23 de noviembre de 2026"),
    ],
)
def test_a_day_is_written_out(language: Language, written: str) -> None:
    assert day_in_words(date(2026, 11, 23), language) == written


def test_the_first_of_a_month_is_the_first_in_french() -> None:
    assert day_in_words(date(2026, 12, 1), Language.FR) == "1er décembre 2026"
    assert day_in_words(date(2026, 12, 11), Language.FR) == "11 décembre 2026"


@pytest.mark.parametrize(
    ("code", "language", "name"),
    [
        ("CA-NB", Language.FR, "Nouveau-Brunswick"),
        ("US-CA", Language.ES, "California"),
        ("DE", Language.ES, "Alemania"),
        ("EU", Language.FR, "Union européenne"),
        ("*", Language.EN, "everywhere"),
        ("QQ-1", Language.EN, "QQ-1"),
    ],
)
def test_a_place_has_its_name_in_the_readers_language(
    code: str, language: Language, name: str
) -> None:
    assert place_name(code, language) == name


def test_each_language_has_its_own_name_and_one_for_others() -> None:
    assert [language.own_name for language in Language] == [
        "English",
        "Français",
        "Español",
    ]
    assert language_name("de", Language.FR) == "allemand"
