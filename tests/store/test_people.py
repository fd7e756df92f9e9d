"""Filings are found by keyed hashes alone."""

from sqlalchemy import select

from app.store.base import new_id
from app.store.keys import Keys
from app.store.people import Receipt, filing_of
from app.store.session import Store
from app.store.staff import Role, Staff, anybody_enrolled
from tests.filings import NOON, make_filing

OLD, NEW = bytes(range(32)), bytes(range(32, 64))


def test_a_receipt_leads_to_its_filing_and_stands_nowhere(
    store: Store, keys: Keys
) -> None:
    with store.writing() as session:
        mine, _ = make_filing(session, keys), make_filing(session, keys)

    with store.reading() as session:
        assert filing_of(session, keys.candidates("receipt", mine.secret)) == mine.id
        assert filing_of(session, keys.candidates("receipt", b"EF0")) is None
        assert filing_of(session, ()) is None
        hashes = session.scalars(select(Receipt.hash)).all()
    assert mine.secret not in hashes


def test_a_receipt_of_an_older_master_key_still_leads_to_its_filing(
    store: Store, keys: Keys
) -> None:
    with store.writing() as session:
        made = make_filing(session, Keys((OLD,), keys.epochs))
    both, new = Keys((NEW, OLD), keys.epochs), Keys((NEW,), keys.epochs)

    with store.reading() as session:
        assert filing_of(session, both.candidates("receipt", made.secret)) == made.id
        assert filing_of(session, new.candidates("receipt", made.secret)) is None


def test_nobody_has_enrolled_until_somebody_has(store: Store) -> None:
    with store.writing() as session:
        member = Staff(
            id=new_id(NOON),
            email="staff@example.org",
            role=Role.ADMIN,
            password_hash=None,
            enrolled_at=None,
            disabled_at=None,
            last_sign_in=None,
        )
        session.add(member)
        assert not anybody_enrolled(session)
        member.enrolled_at = NOON
        assert anybody_enrolled(session)
