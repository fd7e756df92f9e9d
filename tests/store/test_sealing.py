"""Sealed things: who opens them, and that they open in their own place alone."""

from dataclasses import replace
from itertools import permutations
from pathlib import Path
from secrets import token_bytes

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import (
    X25519PrivateKey,
    X25519PublicKey,
)
from hypothesis import given, strategies
from sqlalchemy import select, update

from app.store.keys import Keys, begin_epoch
from app.store.opening import Opener
from app.store.people import EMPTY, Person, SealedColumns
from app.store.sealing import (
    SUITE,
    CannotOpenError,
    Sealed,
    Sealer,
    Where,
    decrypt,
    encrypt,
    key_from,
    open_sealed_to,
    open_with_receipt,
    padded,
    receipt_public,
    seal_to,
    unpadded,
)
from app.store.session import Store
from tests.filings import NOON, make_filing, sealed_things

RECEIPT, OTHER = b"EF7K3Q-one", b"EF7K3Q-two"
HERE = Where("letter", "0190")


@pytest.fixture
def opener(keys: Keys) -> Opener:
    return Opener(keys.epochs)


@pytest.fixture
def thing(keys: Keys) -> Sealed:
    return Sealer(keys.epoch, receipt_public(RECEIPT)).seal(b"words", HERE)


def test_the_worker_and_the_receipts_holder_open_a_thing(
    opener: Opener, thing: Sealed
) -> None:
    assert opener.open(thing, HERE) == b"words"
    assert open_with_receipt(thing, HERE, RECEIPT) == b"words"


def test_another_receipt_opens_nothing(thing: Sealed) -> None:
    with pytest.raises(CannotOpenError):
        open_with_receipt(thing, HERE, OTHER)


def test_without_the_private_half_nothing_opens(
    keys: Keys, thing: Sealed, tmp_path: Path
) -> None:
    (tmp_path / f"{keys.epoch.name}.pub").write_bytes(
        (keys.epochs / f"{keys.epoch.name}.pub").read_bytes()
    )

    with pytest.raises(CannotOpenError, match="is not here"):
        Opener(tmp_path).open(thing, HERE)


@pytest.mark.parametrize(
    "elsewhere",
    [
        Where("reply", "0190"),
        Where("letter", "0191"),
        Where("letter", "0190", "other"),
    ],
)
def test_a_thing_opens_in_its_own_place_alone(
    opener: Opener, thing: Sealed, elsewhere: Where
) -> None:
    with pytest.raises(CannotOpenError):
        opener.open(thing, elsewhere)
    with pytest.raises(CannotOpenError):
        open_with_receipt(thing, elsewhere, RECEIPT)


@pytest.mark.parametrize("part", ["sealed", "key_epoch", "key_receipt"])
def test_a_changed_bit_is_noticed(opener: Opener, thing: Sealed, part: str) -> None:
    before: bytes = getattr(thing, part)
    changed = replace(thing, **{part: before[:-1] + bytes([before[-1] ^ 1])})  # type: ignore[arg-type]

    if part != "key_receipt":
        with pytest.raises(CannotOpenError):
            opener.open(changed, HERE)
    if part != "key_epoch":
        with pytest.raises(CannotOpenError):
            open_with_receipt(changed, HERE, RECEIPT)


@pytest.mark.parametrize("part", ["sealed", "key_epoch", "key_receipt"])
def test_a_destroyed_part_is_no_crash(opener: Opener, thing: Sealed, part: str) -> None:
    emptied = replace(thing, **{part: b""})  # type: ignore[arg-type]

    if part != "key_receipt":
        with pytest.raises(CannotOpenError):
            opener.open(emptied, HERE)
    if part != "key_epoch":
        with pytest.raises(CannotOpenError):
            open_with_receipt(emptied, HERE, RECEIPT)


def test_each_thing_has_a_key_of_its_own(keys: Keys) -> None:
    public = receipt_public(RECEIPT)

    once, twice = (Sealer(keys.epoch, public).seal(b"words", HERE) for _ in range(2))

    assert once.sealed != twice.sealed
    assert once.key_epoch != twice.key_epoch


def test_lengths_do_not_tell_a_short_name_from_a_long_one(keys: Keys) -> None:
    public = receipt_public(RECEIPT)

    lengths = {
        len(Sealer(keys.epoch, public).seal(b"a" * count, HERE).sealed)
        for count in (1, 9, 250)
    }

    assert len(lengths) == 1


@given(strategies.binary(max_size=2000))
def test_padding_gives_back_what_went_in(content: bytes) -> None:
    assert unpadded(padded(content)) == content
    assert len(padded(content)) % 256 == 0


def test_a_new_receipt_opens_what_the_old_one_did(
    opener: Opener, thing: Sealed
) -> None:
    moved = opener.reseal(thing, HERE, receipt_public=receipt_public(OTHER))

    assert open_with_receipt(moved, HERE, OTHER) == b"words"
    assert opener.open(moved, HERE) == b"words"
    with pytest.raises(CannotOpenError):
        open_with_receipt(moved, HERE, RECEIPT)


def test_a_thing_that_was_moved_is_not_resealed(opener: Opener, thing: Sealed) -> None:
    with pytest.raises(CannotOpenError):
        opener.reseal(
            thing, Where("letter", "0191"), receipt_public=receipt_public(OTHER)
        )


def test_a_thing_moved_to_a_new_epoch_needs_the_old_key_no_longer(
    tmp_path: Path,
) -> None:
    begin_epoch(tmp_path, NOON)
    keys = Keys((bytes(32),), tmp_path)
    public = receipt_public(RECEIPT)
    thing = Sealer(keys.epoch, public).seal(b"words", HERE)
    begin_epoch(tmp_path, NOON, again=True)
    keys.renew()

    moved = Opener(tmp_path).moved(thing, HERE, keys.epoch, receipt_public=public)
    (tmp_path / "2026-11.key").unlink()

    assert Opener(tmp_path).open(moved, HERE) == b"words"
    assert open_with_receipt(moved, HERE, RECEIPT) == b"words"
    with pytest.raises(CannotOpenError):
        Opener(tmp_path).open(thing, HERE)


def test_a_reveal_opens_for_the_session_that_asked() -> None:
    private, other = X25519PrivateKey.generate(), X25519PrivateKey.generate()
    sealed = seal_to(b"name", private.public_key().public_bytes_raw(), b"reveal 1")

    assert open_sealed_to(sealed, private.private_bytes_raw(), b"reveal 1") == b"name"
    for key, info in ((other, b"reveal 1"), (private, b"reveal 2")):
        with pytest.raises(CannotOpenError):
            open_sealed_to(sealed, key.private_bytes_raw(), info)


def test_a_draft_opens_with_its_cookie_alone() -> None:
    cookie, draft = token_bytes(32), b"draft 0190"
    key = key_from(cookie, "draft")

    sealed = encrypt(key, b"typed", draft)

    assert decrypt(key, sealed, draft) == b"typed"
    for wrong, bound in (
        (key_from(token_bytes(32), "draft"), draft),
        (key_from(cookie, "idempotent answer"), draft),
        (key, b"draft 0191"),
    ):
        with pytest.raises(CannotOpenError):
            decrypt(wrong, sealed, bound)
    with pytest.raises(CannotOpenError):
        decrypt(key, b"", draft)


def test_no_sealed_thing_opens_in_the_place_of_another(
    store: Store, keys: Keys, opener: Opener
) -> None:
    """Every pair of things of two filings, rows and tables (security, G6)."""
    with store.writing() as session:
        filings = [make_filing(session, keys, vendors=("a", "b")) for _ in range(2)]
    with store.reading() as session:
        places = [
            (where, thing, made.secret)
            for made in filings
            for where, thing in sealed_things(session, made.id)
        ]

    assert len(places) == 16
    for where, thing, secret in places:
        assert opener.open(thing, where)
        assert open_with_receipt(thing, where, secret)
    for (where, _, secret), (_, foreign, _) in permutations(places, 2):
        with pytest.raises(CannotOpenError):
            opener.open(foreign, where)
        with pytest.raises(CannotOpenError):
            open_with_receipt(foreign, where, secret)


def test_a_ciphertext_under_another_rows_keys_does_not_open(
    keys: Keys, opener: Opener
) -> None:
    public, there = receipt_public(RECEIPT), Where("letter", "0191")
    mine = Sealer(keys.epoch, public).seal(b"mine", HERE)
    foreign = Sealer(keys.epoch, public).seal(b"foreign", there)

    mixed = replace(mine, sealed=foreign.sealed)

    with pytest.raises(CannotOpenError):
        opener.open(mixed, HERE)


def test_what_was_destroyed_is_no_longer_there(store: Store, keys: Keys) -> None:
    with store.writing() as session:
        make_filing(session, keys)
        session.execute(update(Person).values(**EMPTY))

    with store.reading() as session:
        person: SealedColumns = session.scalars(select(Person)).one()
        assert person.thing is None


def test_what_was_sealed_before_wrapping_keys_still_opens(
    keys: Keys, opener: Opener
) -> None:
    """Each data key was sealed to both public keys itself, bound to its place."""
    epoch, key = keys.epoch, token_bytes(32)
    bound = HERE.bound(epoch.name)
    holder = X25519PublicKey.from_public_bytes(receipt_public(RECEIPT))
    old = Sealed(
        encrypt(key, padded(b"words"), bound),
        SUITE.encrypt(key, epoch.public, info=bound),
        SUITE.encrypt(key, holder, info=bound),
        epoch.name,
    )

    moved = opener.reseal(old, HERE, receipt_public=receipt_public(OTHER))

    assert opener.open(old, HERE) == b"words"
    assert open_with_receipt(old, HERE, RECEIPT) == b"words"
    assert open_with_receipt(moved, HERE, OTHER) == b"words"
    with pytest.raises(CannotOpenError):
        opener.open(old, Where("letter", "0191"))
