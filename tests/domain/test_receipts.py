"""The codes that people are given, read back however they are typed."""

from contextlib import suppress

import pytest
from hypothesis import given, strategies

from app.domain.receipts import (
    ADDRESS_BITS,
    ALPHABET,
    NUMBER_BITS,
    RECEIPT_BITS,
    MisreadError,
    address_from,
    code_from,
    number_from,
    read_code,
    read_number,
    read_receipt,
    receipt_from,
    secret_of,
)

RECEIPTS = strategies.integers(0, 2**RECEIPT_BITS - 1).map(receipt_from)
NUMBERS = strategies.integers(0, 2**NUMBER_BITS - 1).map(number_from)


def test_a_receipt_is_27_random_symbols_and_their_sum() -> None:
    assert RECEIPT_BITS == 135
    assert receipt_from(0) == "EF-0000-0000-0000-0000-0000-0000-0000"
    assert receipt_from(1) == "EF-0000-0000-0000-0000-0000-0000-0011"
    assert receipt_from(31 << 5 | 31) == "EF-0000-0000-0000-0000-0000-0000-0ZZY"
    assert receipt_from(2**135 - 1) == "EF-ZZZZ-ZZZZ-ZZZZ-ZZZZ-ZZZZ-ZZZZ-ZZZ5"


@given(RECEIPTS)
def test_a_receipt_reads_back(receipt: str) -> None:
    assert read_receipt(receipt) == receipt


@given(
    RECEIPTS,
    strategies.randoms(use_true_random=False),
    strategies.sampled_from(
        ["", " ", "-", "\u00a0", "\u202f", "\u2011", "\u2212", "\n"]
    ),
)
def test_a_receipt_reads_however_it_is_typed(
    receipt: str, choose: object, between: str
) -> None:
    typed = receipt.replace("-", between)
    for symbol, alike in (("0", "Oo"), ("1", "IiLl")):
        typed = "".join(
            choose.choice(alike + c) if c == symbol else c  # type: ignore[attr-defined]
            for c in typed
        )

    assert read_receipt(f"  {typed.lower()}\n") == receipt
    assert read_receipt(typed) == receipt


@given(RECEIPTS, strategies.integers(0, 27), strategies.sampled_from(ALPHABET))
def test_one_wrong_symbol_is_always_noticed(
    receipt: str, place: int, symbol: str
) -> None:
    bare = list(receipt.removeprefix("EF").replace("-", ""))
    if bare[place] == symbol:
        return
    bare[place] = symbol

    with pytest.raises(MisreadError, match="a symbol is wrong"):
        read_receipt("EF" + "".join(bare))


@pytest.mark.parametrize(
    "typed",
    [
        pytest.param("", id="nothing"),
        pytest.param("EF", id="its beginning"),
        pytest.param("0" * 28, id="without EF"),
        pytest.param("EF" + "0" * 27, id="too short"),
        pytest.param("EF" + "0" * 29, id="too long"),
        pytest.param("EF" + "U" + "0" * 27, id="a symbol that is none"),
        pytest.param("EF" + "é" + "0" * 27, id="a letter of another alphabet"),
        pytest.param("EF" + "٠" * 28, id="digits of another script"),
        pytest.param("EF" + "\0" * 28, id="no signs at all"),
    ],
)
def test_what_is_no_receipt_is_refused(typed: str) -> None:
    with pytest.raises(MisreadError, match="not a receipt"):
        read_receipt(typed)


@given(strategies.text())
def test_any_text_is_a_receipt_or_is_refused(text: str) -> None:
    with suppress(MisreadError):
        assert read_receipt(text).startswith("EF-")


def test_the_secret_of_a_receipt_is_the_same_however_it_was_typed() -> None:
    receipt = receipt_from(2**134 + 12345)

    assert secret_of(read_receipt(receipt.lower().replace("-", " "))) == secret_of(
        receipt
    )
    assert secret_of(receipt) == receipt.replace("-", "").encode()


@given(NUMBERS)
def test_a_number_reads_back_with_and_without_its_r(number: str) -> None:
    assert read_number(number) == number
    assert read_number(number.lower().replace("-", " ")) == number
    assert read_number(number.removeprefix("R-")) == number


def test_a_number_that_begins_with_r_is_read_without_its_own() -> None:
    assert read_number("RRRR-RRRR") == "R-RRRR-RRRR"
    assert read_number("R-RRRR-RRRR") == "R-RRRR-RRRR"


@pytest.mark.parametrize(
    "typed", ["", "R-", "R-0000-00", "R-0000-00000", "R-U000-0000"]
)
def test_what_is_no_number_is_refused(typed: str) -> None:
    with pytest.raises(MisreadError, match="not a request number"):
        read_number(typed)


@given(strategies.integers(0, 2**ADDRESS_BITS - 1))
def test_a_reply_address_keeps_all_its_bits(random: int) -> None:
    local = address_from(random)

    assert len(local) == 16
    assert local == local.lower()
    assert (
        sum(ALPHABET.index(s) << 5 * i for i, s in enumerate(reversed(local.upper())))
        == random
    )


@given(strategies.integers(0, 999_999))
def test_a_code_is_six_digits_and_reads_back(random: int) -> None:
    code = code_from(random)

    assert len(code) == 6
    assert int(code) == random
    assert read_code(f" {code[:3]} {code[3:]}\n") == code
    assert read_code(f"{code[:3]}-{code[3:]}") == code
    assert read_code(f"{code[:3]}\u202f{code[3:]}") == code


@pytest.mark.parametrize(
    "typed", ["", "12345", "1234567", "12345a", "١٢٣٤٥٦", "¹²³⁴⁵⁶", "1e5000", "+12345"]
)
def test_what_is_no_code_is_refused(typed: str) -> None:
    with pytest.raises(MisreadError, match="not six digits"):
        read_code(typed)


def test_a_code_that_cannot_be_read_is_a_wrong_value() -> None:
    assert issubclass(MisreadError, ValueError)
