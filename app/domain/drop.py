"""Identifiers as California's deletion platform compares them (DROP, rules 1.2.0).

The platform hashes what a resident enters and what a broker holds, and only what is
alike to the letter matches. Source: the platform's technical specification of
2026-07-02; the published examples are its tests. How Greek and Cyrillic are written in
Latin letters is not published in full: the table here is the common one.
"""

import re
import unicodedata
from base64 import b64encode
from collections.abc import Iterable
from datetime import date
from hashlib import sha256

RULES = "drop-1.2.0"
PHONE_DIGITS, ZIP_SIGNS = 10, 5
ZIP_CODE = re.compile(r"\b\d{5}(?:-\d{4})?\b")

LATIN = {
    "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ß": "ss",
    "ħ": "h", "ı": "i", "ŋ": "n", "ŧ": "t",
}  # fmt: skip
PAIR = re.compile(r"(\w)=(\w*)")
OTHERS = dict(
    PAIR.findall(
        "α=a β=v γ=g δ=d ε=e ζ=z η=i θ=th ι=i κ=k λ=l μ=m ν=n ξ=x ο=o π=p ρ=r "
        "σ=s ς=s τ=t υ=y φ=f χ=ch ψ=ps ω=o "
        "а=a б=b в=v г=g д=d е=e ж=zh з=z и=i й=y к=k л=l м=m н=n о=o п=p р=r "
        "с=s т=t у=u ф=f х=kh ц=ts ч=ch ш=sh щ=shch ъ= ы=y ь= э=e ю=yu я=ya і=i "
        "ї=yi є=ye ґ=g ј=j љ=lj њ=nj ћ=c ђ=dj џ=dz ў=u "
    )
)
"""Greek and Cyrillic letters; some are written by nothing."""
LETTERS = LATIN | OTHERS


def email(typed: str) -> str:
    """Return a mail address without any space, in small letters."""
    return "".join(typed.split()).lower()


def phone(typed: str) -> str:
    """Return the last ten digits, or all where there are fewer."""
    digits = "".join(str(unicodedata.digit(s)) for s in typed if s.isdecimal())
    return digits[-PHONE_DIGITS:]


def zip_code(typed: str) -> str:
    """Return the first five signs of a postal code, without its zeros in front."""
    code = typed.strip().partition("-")[0]
    plain = "".join(s for s in code.lower() if s.isascii() and s.isalnum())
    return plain.lstrip("0")[:ZIP_SIGNS]


def birth_date(born: date) -> str:
    """Return a day as eight digits."""
    return f"{born.year:04}{born.month:02}{born.day:02}"


def name(typed: str) -> str:
    """Return a name as letters and digits alone, accents folded.

    Scripts that are not written in Latin letters here stay as they are.
    """
    return "".join(map(_letter, unicodedata.normalize("NFC", typed).lower()))


def _letter(sign: str) -> str:
    folded = "".join(
        s for s in unicodedata.normalize("NFKD", sign) if not unicodedata.combining(s)
    )
    for whole in (sign, folded):
        if whole in LETTERS:
            return LETTERS[whole]
    if folded.isascii():
        return "".join(s for s in folded if s.isalnum())
    return sign if unicodedata.category(sign)[0] in "LNM" else ""


def zip_codes_in(address: str) -> tuple[str, ...]:
    """Return what looks like a postal code in an address, the last one first."""
    return tuple(reversed(ZIP_CODE.findall(address)))


def hashed(compared: str) -> str:
    """Return what stands on a list for a value: SHA-256 of its UTF-8, in base 64."""
    return b64encode(sha256(compared.encode()).digest()).decode()


def hashed_together(parts: Iterable[str]) -> str:
    """Return what stands for several values that must all be alike, in their order."""
    return hashed("".join(map(hashed, parts)))
