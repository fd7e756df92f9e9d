"""The matching list: a vendor looks for people that it is not told, and answers.

An item is one identifier of one request, hashed as California's platform does (DROP):
who does not hold it learns little, who holds it finds the record. A request has as many
items as identifiers that its letter held. Each is answered by the platform's codes, and
their answer together is the request's; or one answer in our words settles the request.

Source: the platform's technical specification, as :mod:`app.domain.drop` reads it.
"""

import hmac
import re
from base64 import b64encode
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import IntEnum, StrEnum
from hashlib import sha256
from typing import Any

from app.domain import drop
from app.domain.receipts import read_number
from app.domain.timeline import OPEN, DenialGround, EventKind, Status
from app.domain.vendors import Identifier

LISTED = OPEN - {Status.APPEALED}
"""Where a request is on the list; an appeal is for people to decide."""
NUMBER_SYMBOLS = 8
SUFFIX = re.compile(r"[EPNMCV]\d{3}")


class ListType(StrEnum):
    """The platform's lists. The portal asks for nothing that the last three hold."""

    EMAIL = "Email"
    PHONE = "Phone"
    NDZ = "NDZ"
    """First name, last name, date of birth and postal code."""
    MAID = "MAID"
    CTVID = "CTVID"
    NAME_VIN = "NameVIN"


LETTERS = {
    ListType.EMAIL: "E",
    ListType.PHONE: "P",
    ListType.NDZ: "N",
    ListType.MAID: "M",
    ListType.CTVID: "C",
    ListType.NAME_VIN: "V",
}
"""With which the end of an item's id begins."""
LIST_OF = {letter: one for one, letter in LETTERS.items()}


class Code(IntEnum):
    """What the platform lets a broker answer of an item."""

    EXEMPTED = 2
    DELETED = 3
    OPTED_OUT = 4
    """Several people share the identifier: all are opted out."""
    NOT_FOUND = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """The identifiers of a person that one vendor may be asked about."""

    names: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    birth_date: date | None = None


def known_of(resident: Mapping[str, Any], told: Collection[Identifier]) -> Known:
    """Return the identifiers of a resident, as far as a vendor may be ``told``."""

    def given(*names: Identifier) -> tuple[str, ...]:
        values = (resident.get(name) or [] for name in names if name in told)
        return tuple(one for value in values for one in _listed(value))

    born = given(Identifier.BIRTH_DATE)
    return Known(
        names=given(Identifier.NAME, Identifier.OTHER_NAMES),
        emails=given(Identifier.EMAIL, Identifier.OTHER_EMAILS),
        phones=given(Identifier.PHONES),
        addresses=given(Identifier.ADDRESSES),
        birth_date=date.fromisoformat(born[0]) if born else None,
    )


def _listed(value: str | Sequence[str]) -> Sequence[str]:
    return [value] if isinstance(value, str) else value


@dataclass(frozen=True, slots=True)
class Item:
    """One identifier, hashed."""

    suffix: str
    """With the number of its request its id: a letter for the list, and a place."""
    hash: str

    @property
    def list(self) -> ListType:
        """The list on which it stands."""
        return list_of(self.suffix)


def list_of(suffix: str) -> ListType:
    """Return the list on which an item stands."""
    return LIST_OF[suffix[0]]


def items_of(known: Known) -> tuple[Item, ...]:
    """Return the items of a person, each identifier once."""
    places: Counter[ListType] = Counter()
    found = []
    for one, value in dict.fromkeys(_hashes(known)):
        places[one] += 1
        found.append(Item(f"{LETTERS[one]}{places[one]:03}", value))
    return tuple(found)


def _hashes(known: Known) -> Iterator[tuple[ListType, str]]:
    for one, compared in (
        *((ListType.EMAIL, drop.email(typed)) for typed in known.emails),
        *((ListType.PHONE, drop.phone(typed)) for typed in known.phones),
    ):
        if compared:
            yield one, drop.hashed(compared)
    if known.birth_date is None:
        return
    born = drop.birth_date(known.birth_date)
    codes = {c: None for line in known.addresses for c in drop.zip_codes_in(line)[:1]}
    for typed in known.names:
        first, last = _first_and_last(typed)
        for code in map(drop.zip_code, codes):
            if first and last and code:
                yield ListType.NDZ, drop.hashed_together((first, last, born, code))


def _first_and_last(typed: str) -> tuple[str, str]:
    """Return the first and the last name; either is empty where there is none."""
    first, *rest = typed.split() or [""]
    return drop.name(first), drop.name(rest[-1] if rest else "")


def keyed(value: str, key: str) -> str:
    """Return a hash once more under a vendor's key, for who lets the list lie about.

    HMAC-SHA256, in base 64, of the hash as it stands in the plain list: without the key
    nobody can try addresses on it.
    """
    return b64encode(hmac.digest(key.encode(), value.encode(), sha256)).decode()


# Ids


def item_id(number: str, suffix: str) -> str:
    """Return the id of an item: twelve signs, the same for as long as there is one."""
    return "".join(number.split("-")[1:]) + suffix


def read_id(text: str) -> tuple[str, str | None]:
    """Return the request's number, and the end of the id where it is an item's.

    Raises:
        MisreadError: If it is neither an item's id nor a request's number.
    """
    bare = text.strip().upper()
    if SUFFIX.fullmatch(bare[NUMBER_SYMBOLS:]):
        return read_number(bare[:NUMBER_SYMBOLS]), bare[NUMBER_SYMBOLS:]
    return read_number(bare), None


# Answers


def code_from(text: str) -> Code | None:
    """Return the platform's code that was written; None where it is none."""
    found = {str(int(code)): code for code in Code}
    return found.get(text.strip())


def combined(codes: Collection[Code]) -> tuple[EventKind, DenialGround | None]:
    """Return what the codes of all items of a request say of the request."""
    match frozenset(codes) - {Code.NOT_FOUND}:
        case found if not found:
            return EventKind.NOTHING_FOUND, None
        case found if found == {Code.DELETED}:
            return EventKind.DELETED, None
        case found if Code.DELETED in found:
            return EventKind.PARTLY_DELETED, None
        case found if Code.OPTED_OUT in found:
            return EventKind.OPTED_OUT, None
        case _:
            return EventKind.REFUSED, DenialGround.OUT_OF_SCOPE


SAID = {
    Code.EXEMPTED: "Exempted",
    Code.DELETED: "Deleted",
    Code.OPTED_OUT: "Opted out",
    Code.NOT_FOUND: "Not found",
}
"""The platform's own words, kept beside ours."""


def in_words(codes: dict[str, Code]) -> str:
    """Return what was answered of each item, as evidence: a line for each."""
    return "\n".join(
        f"{list_of(suffix)} {int(suffix[1:])}: {int(code)} {SAID[code]}"
        for suffix, code in sorted(codes.items())
    )
