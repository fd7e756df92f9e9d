"""What stands on a matching list, and what the answers to it say together."""

import hmac
from base64 import b64encode
from datetime import date
from hashlib import sha256

import pytest

from app.domain import drop
from app.domain.matching import (
    Code,
    Known,
    ListType,
    code_from,
    combined,
    in_words,
    item_id,
    items_of,
    keyed,
    known_of,
    read_id,
)
from app.domain.receipts import MisreadError
from app.domain.timeline import DenialGround, EventKind
from app.domain.vendors import Identifier

DANIELLE = Known(
    names=("Danielle Johnson",),
    emails=("danielle.johnson12@example.com",),
    phones=("5551273811",),
    addresses=("1 Long Street, West Covina, CA 91790-3771",),
    birth_date=date(1985, 7, 4),
)


def test_only_what_a_vendor_may_be_told_is_known_of_a_resident() -> None:
    resident = {
        "name": "Danielle Johnson",
        "email": "danielle.johnson12@example.com",
        "phones": ["5551273811"],
        "addresses": ["1 Long Street, West Covina, CA 91790-3771"],
        "birth_date": "1985-07-04",
    }

    assert known_of(resident, frozenset(Identifier)) == DANIELLE
    assert known_of(resident, {Identifier.EMAIL}) == Known(emails=DANIELLE.emails)
    assert (
        known_of({**resident, "birth_date": None}, {Identifier.BIRTH_DATE}) == Known()
    )


def test_the_published_person_stands_on_three_lists() -> None:
    found = {(item.suffix, item.list): item.hash for item in items_of(DANIELLE)}

    assert found == {
        ("E001", ListType.EMAIL): "mKDnDvwF2inxrKcK1hJN2TRkxPfL6kzNNTtU12eH8Bw=",
        ("P001", ListType.PHONE): "jr/RAWYVN+ODBf2vRxwBASPwiO4x27OGI1y3IDhcwLo=",
        ("N001", ListType.NDZ): "PQOfn1RffEKmqMmNAzDKKaoZCwxWbQZkQzPWmQo9REA=",
    }


def test_each_identifier_is_listed_once_and_none_of_nothing() -> None:
    twice = Known(
        names=("Zoe", "Zoe Quill", "… …"),
        emails=("a@b.org", "A@B.org ", "c@d.org", " "),
        phones=("(none)",),
        addresses=("no code",),
        birth_date=date(2000, 1, 1),
    )

    assert [item.suffix for item in items_of(twice)] == ["E001", "E002"]


@pytest.mark.parametrize(
    ("addresses", "lists"),
    [
        pytest.param(("12345 Long Street", "90012"), ["N001", "N002"], id="codes"),
        pytest.param(("00000",), [], id="nothing left of the code"),
    ],
)
def test_a_name_stands_beside_each_postal_code(
    addresses: tuple[str, ...], lists: list[str]
) -> None:
    known = Known(
        names=("Zoe van der Quill",), addresses=addresses, birth_date=date(2000, 1, 1)
    )

    found = items_of(known)

    assert [item.suffix for item in found] == lists
    for item, code in zip(found, ("12345", "90012"), strict=False):
        parts = ("zoe", "quill", "20000101", code)
        assert item.hash == drop.hashed_together(parts)


def test_a_name_of_one_word_or_no_letters_is_not_listed() -> None:
    known = Known(names=("Zoe", "… …", ""), addresses=("90012",))

    assert items_of(known) == ()
    assert items_of(Known(names=known.names, birth_date=date(2000, 1, 1))) == ()


def test_a_keyed_hash_is_an_hmac_of_the_plain_one() -> None:
    plain = drop.hashed("a@b.org")
    made = hmac.new(b"efv_key", plain.encode(), sha256).digest()

    assert keyed(plain, "efv_key") == b64encode(made).decode()


def test_an_id_leads_back_to_its_request() -> None:
    written = item_id("R-7Q2M-4KDX", "N012")

    assert written == "7Q2M4KDXN012"
    assert read_id(f" {written.lower()} ") == ("R-7Q2M-4KDX", "N012")
    assert read_id("R-7Q2M-4KDX") == ("R-7Q2M-4KDX", None)
    with pytest.raises(MisreadError):
        read_id("7Q2M4KDXX012")


@pytest.mark.parametrize(
    ("codes", "kind", "ground"),
    [
        ([5, 5], EventKind.NOTHING_FOUND, None),
        ([3, 5], EventKind.DELETED, None),
        ([3, 2], EventKind.PARTLY_DELETED, None),
        ([3, 4], EventKind.PARTLY_DELETED, None),
        ([4, 5, 2], EventKind.OPTED_OUT, None),
        ([2, 5], EventKind.REFUSED, DenialGround.OUT_OF_SCOPE),
    ],
)
def test_the_codes_of_all_items_are_one_answer(
    codes: list[int], kind: EventKind, ground: DenialGround | None
) -> None:
    assert combined([Code(code) for code in codes]) == (kind, ground)


def test_codes_are_two_to_five_and_keep_the_platforms_words() -> None:
    assert [code_from(str(n)) for n in range(7)] == [None, None, *Code, None]
    assert code_from("deleted") is None
    assert in_words({"P001": Code.NOT_FOUND, "E002": Code.DELETED}) == (
        "Email 2: 3 Deleted\nPhone 1: 5 Not found"
    )
