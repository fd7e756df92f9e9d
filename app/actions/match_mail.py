"""Find the request that a mail is about, and the vendor that it seems to be from."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from app.actions.desk import Desk
from app.actions.record_reply import reference_hashes
from app.domain.mails import Mail
from app.domain.suggestions import numbers_in, references_in
from app.domain.vendors import Directory
from app.store import outbox, people, requests
from app.store.inbox import MatchedBy


@dataclass(frozen=True, slots=True)
class Match:
    """What is known of where a mail belongs."""

    filing_id: UUID | None = None
    request_id: UUID | None = None
    by: MatchedBy | None = None
    address: str | None = None
    """The reply address of the request."""
    vendor: str | None = None
    domains: tuple[str, ...] = ()
    """Those that the vendor asked has enrolled."""
    receipt_public: bytes | None = None
    near: tuple[str, ...] = ()
    """Numbers of requests that it names, or could as well be about."""
    forgotten: bool = False
    """Whether all that was personal of the request is destroyed."""


def match_mail(session: Session, desk: Desk, mail: Mail) -> Match:
    """Return where a mail belongs: by its address, what it answers, its subject."""
    sender = vendor_of_domain(desk.directory, mail.sender_domain)
    ways = (
        (MatchedBy.REPLY_ADDRESS, _by_address(session, desk, mail)),
        (MatchedBy.OUR_MESSAGE_ID, _by_message_id(session, mail)),
        (MatchedBy.VENDOR_REFERENCE, _by_reference(session, desk, mail)),
    )
    for by, found in ways:
        if len(found) == 1:
            return _matched(session, desk, found[0], by, sender)
        if found:  # nobody but a person knows which of them is meant
            return Match(vendor=sender, near=tuple(r.number for r in found))
    return Match(vendor=sender, near=_named(session, mail))


def vendor_of_domain(directory: Directory, domain: str) -> str | None:
    """Return the vendor that has a domain, or one above it."""
    if not domain:
        return None
    return next(
        (
            slug
            for slug, vendor in directory.vendors.items()
            if any(
                domain == own or domain.endswith(f".{own}") for own in vendor.domains
            )
        ),
        None,
    )


def _matched(
    session: Session,
    desk: Desk,
    request: requests.Request,
    by: MatchedBy,
    sender: str | None,
) -> Match:
    filing = session.get_one(people.Filing, request.filing_id)
    if filing.purged_at is not None:
        return Match(vendor=sender, near=(request.number,), forgotten=True)
    vendor = desk.directory.vendor(request.vendor)
    return Match(
        filing_id=request.filing_id,
        request_id=request.id,
        by=by,
        address=f"{request.reply_to}@{desk.portal.reply_domain}".lower(),
        vendor=request.vendor,
        domains=vendor.domains if vendor else (),
        receipt_public=filing.receipt_public,
    )


def _by_address(session: Session, desk: Desk, mail: Mail) -> list[requests.Request]:
    ending = f"@{desk.portal.reply_domain}".lower()
    locals_ = (a.removesuffix(ending) for a in mail.addressed if a.endswith(ending))
    return _each(requests.by_reply_address(session, local) for local in locals_)


def _by_message_id(session: Session, mail: Mail) -> list[requests.Request]:
    letters = (outbox.letter_of(session, one) for one in mail.refers_to)
    keys = ((m.filing_id, m.request_id) for m in letters if m is not None)
    return _each(session.get(requests.Request, key) for key in keys)


def _by_reference(session: Session, desk: Desk, mail: Mail) -> list[requests.Request]:
    """Return the requests that a vendor calls so, where it is that vendor who writes.

    A reference is a short name that anybody may use.
    """
    found: list[requests.Request] = []
    for name in references_in(mail.subject):
        hashes = reference_hashes(desk, name)
        for request in requests.by_vendor_reference(session, hashes):
            vendor = desk.directory.vendor(request.vendor)
            if vendor is not None and mail.sender_domain in vendor.domains:
                found.append(request)
    return _each(found)


def _named(session: Session, mail: Mail) -> tuple[str, ...]:
    named = numbers_in((mail.subject, mail.text))
    return tuple(n for n in named if requests.by_number(session, n) is not None)


def _each(found: Iterable[requests.Request | None]) -> list[requests.Request]:
    return list({r.id: r for r in found if r is not None}.values())
