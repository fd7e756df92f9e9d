"""Signs that nobody sees, and the few that stand where they are needed."""

import pytest

from app.domain.unseen_signs import UNSEEN_IN_A_NAME, UNSEEN_IN_WORDS


@pytest.mark.parametrize(
    "sign",
    ["\0", "\u00ad", "\u061c", "\u200b", "\u202e", "\u2066", "\ufeff", "\U000e0041"],
)
def test_what_nobody_sees_is_in_no_name_and_in_no_words(sign: str) -> None:
    assert UNSEEN_IN_A_NAME.search(f"Ac{sign}me")
    assert UNSEEN_IN_WORDS.sub("", f"Ac{sign}me") == "Acme"


def test_words_have_lines_and_a_name_has_one() -> None:
    assert UNSEEN_IN_A_NAME.search("Acme\nof Springfield")
    assert not UNSEEN_IN_WORDS.search("First line\n\tsecond line")


def test_letters_of_persian_are_parted_where_it_is_read() -> None:
    assert not UNSEEN_IN_A_NAME.search("\u0645\u06cc\u200c\u0631\u0648\u062f")
    assert UNSEEN_IN_A_NAME.search("Ac\u200cme")
