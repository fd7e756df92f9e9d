"""The forms of the codes that people are given. Randomness is passed in.

Source: contract, section 6.
"""

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O, U."""
HYPHENS = "-\u2010\u2011\u2012\u2013\u2014\u2212"
ALIKE = str.maketrans("OIL", "011")
"""Signs that look alike are read as one."""
RANDOM_SYMBOLS = 27
RECEIPT_BITS = RANDOM_SYMBOLS * 5
GROUP = 4
NUMBER_SYMBOLS = 8
NUMBER_BITS = NUMBER_SYMBOLS * 5
ADDRESS_BITS = 80
CODE_DIGITS = 6


class MisreadError(ValueError):
    """This is no such code."""


def receipt_from(random: int) -> str:
    """Return the receipt of 135 random bits: EF- and seven groups of four."""
    symbols = _symbols(random, RANDOM_SYMBOLS)
    return "EF-" + grouped(symbols + _check(symbols))


def read_receipt(text: str) -> str:
    """Return the receipt that was typed, in its one true form.

    Case, spaces and hyphens do not matter; O, I and L are read as 0, 1 and 1.

    Raises:
        MisreadError: If it is no receipt, or its check symbol is wrong.
    """
    folded = _bare(text).upper().translate(ALIKE)
    symbols = folded.removeprefix("EF")
    whole = len(symbols) == RANDOM_SYMBOLS + 1 and set(symbols) <= set(ALPHABET)
    if not whole or not folded.startswith("EF"):
        raise MisreadError("not a receipt")
    if _check(symbols[:-1]) != symbols[-1]:
        raise MisreadError("a symbol is wrong")
    return "EF-" + grouped(symbols)


def secret_of(receipt: str) -> bytes:
    """Return the receipt as bytes, from which its keys and hashes are made."""
    return receipt.replace("-", "").encode("ascii")


def number_from(random: int) -> str:
    """Return a request's number of 40 random bits: R-XXXX-XXXX."""
    return "R-" + grouped(_symbols(random, NUMBER_SYMBOLS))


def correction_number(random: int) -> str:
    """Return a correction's number of 40 random bits: C-XXXX-XXXX."""
    return "C-" + grouped(_symbols(random, NUMBER_SYMBOLS))


def read_number(text: str) -> str:
    """Return the request number that was typed, in its one true form.

    Raises:
        MisreadError: If it is none.
    """
    symbols = _bare(text).upper().translate(ALIKE)
    if len(symbols) > NUMBER_SYMBOLS:  # a number may itself begin with R
        symbols = symbols.removeprefix("R")
    if len(symbols) != NUMBER_SYMBOLS or not set(symbols) <= set(ALPHABET):
        raise MisreadError("not a request number")
    return "R-" + grouped(symbols)


def address_from(random: int) -> str:
    """Return the local part of a reply address of 80 random bits."""
    return _symbols(random, ADDRESS_BITS // 5).lower()


def code_from(random: int) -> str:
    """Return a six-digit code from a number below a million."""
    return f"{random:0{CODE_DIGITS}d}"


def read_code(text: str) -> str:
    """Return the code that was typed, without spaces and hyphens.

    Raises:
        MisreadError: If it is not six digits.
    """
    digits = _bare(text)
    if len(digits) != CODE_DIGITS or not digits.isascii() or not digits.isdecimal():
        raise MisreadError("not six digits")
    return digits


def _bare(text: str) -> str:
    """Return a text without spaces of any kind, and without hyphens."""
    return "".join(text.split()).translate(str.maketrans("", "", HYPHENS))


def grouped(symbols: str) -> str:
    """Return symbols in groups of four."""
    return "-".join(symbols[i : i + GROUP] for i in range(0, len(symbols), GROUP))


def _symbols(random: int, count: int) -> str:
    return "".join(ALPHABET[random >> 5 * i & 31] for i in reversed(range(count)))


def _check(symbols: str) -> str:
    return ALPHABET[sum(ALPHABET.index(s) for s in symbols) % 32]
