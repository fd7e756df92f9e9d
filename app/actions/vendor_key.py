"""Give a vendor's programs a key, and know a vendor by it."""

import secrets
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.store import audit
from app.store.keys import Keys
from app.store.sealing import receipt_public
from app.store.vendors import VendorKey

PURPOSE = "vendor key"


def new_vendor_key(session: Session, keys: Keys, vendor: str, *, at: datetime) -> str:
    """Return a new key of a vendor, shown once; the one before ends with it.

    What is to wait for the vendor is sealed to the public half that stays here.
    """
    made = f"efv_{secrets.token_urlsafe(32)}"
    session.execute(
        update(VendorKey)
        .where(VendorKey.vendor == vendor, VendorKey.revoked_at.is_(None))
        .values(revoked_at=at)
        .execution_options(synchronize_session=False)
    )
    session.add(
        VendorKey(
            key_hash=keys.hash(PURPOSE, made.encode()),
            vendor=vendor,
            public=receipt_public(made.encode()),
            created_at=at,
            revoked_at=None,
        )
    )
    audit.append(
        session, at=at, actor="command", action="vendor key made", subject=vendor
    )
    return made


def key_holder(session: Session, keys: Keys, key: str) -> str | None:
    """Return the slug of the vendor whose key this is; None where it is nobody's."""
    hashes = keys.candidates(PURPOSE, key.encode())
    return session.scalar(
        select(VendorKey.vendor).where(
            VendorKey.key_hash.in_(hashes), VendorKey.revoked_at.is_(None)
        )
    )


def with_key(session: Session) -> frozenset[str]:
    """Return the vendors whose programs have a key."""
    live = select(VendorKey.vendor).where(VendorKey.revoked_at.is_(None))
    return frozenset(session.scalars(live))
