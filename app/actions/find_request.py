"""Find a request by any of the names that people call it by."""

from enum import StrEnum
from uuid import UUID

from sqlalchemy.orm import Session

from app.actions.desk import Desk
from app.actions.record_reply import reference_hashes
from app.domain.receipts import MisreadError, read_number
from app.store import requests

LONGEST_NAME = 300
RECEIPT_LENGTHS = range(26, 32)
"""Signs of a tracking code without its hyphens, a few too few or one too many."""


class NotFound(StrEnum):
    """Why no request was found."""

    NONE = "there is none of this name"
    RECEIPT = "this is a resident's tracking code, which is theirs alone"
    SEVERAL = "several requests have this name"


def find_request(
    session: Session, desk: Desk, name: str
) -> requests.Request | NotFound:
    """Return the request of an id, a number, a reply address or a vendor's reference.

    For use inside an action alone: what it returns is a row.
    """
    name = name.strip()[:LONGEST_NAME]
    if "\0" in name:  # PostgreSQL takes no text with it
        return NotFound.NONE
    if looks_like_receipt(name):
        return NotFound.RECEIPT
    found = _by_id(session, name) or _by_number(session, name)
    if found is None:
        local = name.removeprefix("mailto:").partition("@")[0]
        found = requests.by_reply_address(session, local)
    if found is not None:
        return found
    called = requests.by_vendor_reference(session, reference_hashes(desk, name))
    if len(called) > 1:
        return NotFound.SEVERAL
    return called[0] if called else NotFound.NONE


def number_of(session: Session, desk: Desk, name: str) -> str | NotFound:
    """Return the number of the request that is called by a name."""
    found = find_request(session, desk, name)
    return found if isinstance(found, NotFound) else found.number


def looks_like_receipt(text: str) -> bool:
    """Return whether somebody typed a tracking code, be it a wrong one."""
    folded = "".join(text.upper().split()).replace("-", "")
    return (
        folded.startswith("EF") and folded.isalnum() and len(folded) in RECEIPT_LENGTHS
    )


def _by_id(session: Session, name: str) -> requests.Request | None:
    try:
        return requests.by_id(session, UUID(name))
    except ValueError:
        return None


def _by_number(session: Session, name: str) -> requests.Request | None:
    try:
        return requests.by_number(session, read_number(name))
    except MisreadError:
        return None
