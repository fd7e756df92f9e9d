"""Tell a vendor that a request is taken back: by its number, without a person."""

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from app.actions.desk import Desk
from app.actions.find_route import route_of
from app.actions.mail_out import queue_mail
from app.domain.drp import Profile
from app.domain.vendors import RouteKind, Vendor
from app.domain.ways import HandWork
from app.letters import Letter, NoticeFacts
from app.store import people, requests
from app.store.outbox import MessageKind
from app.store.protocol import ProtocolRequest


def tell_withdrawn(
    session: Session,
    desk: Desk,
    request: requests.Request,
    *,
    at: datetime,
    left_on: date | None = None,
    protocol: Mapping[str, Any] | None = None,
) -> bool:
    """Queue the notice to a vendor that has the request; return whether it has it.

    It goes the way that the letter went: where one of us typed or posted that, somebody
    here gets the work to do so again. A filing that is being erased calls this after
    its data is destroyed: the notice holds nothing of it.

    Args:
        session: Whose caller holds the request.
        desk: What the notice is written with.
        request: The request that is taken back.
        at: When that is.
        left_on: The day of a letter that left, or may have, without coming to be in
            the timeline.
        protocol: What leads to the request in a vendor's own system, where the worker
            will not be able to read that any more.
    """
    if request.route is RouteKind.DRP:
        return _revoke(session, desk, request, protocol, at=at)
    if request.told.get(requests.BY_HAND):
        return _leave_to_one_of_us(request)
    vendor = desk.directory.vendor(request.vendor)
    sent_on = left_on or request.sent_on
    if sent_on is None or request.route is not RouteKind.EMAIL or vendor is None:
        return False
    filing = session.get_one(people.Filing, request.filing_id)
    route = route_of(
        desk,
        request.vendor,
        request.route,
        request.told,
        residence=filing.residence,
        filed_on=filing.filed_on,
    )
    if route is None or route.address is None:
        return False
    language = vendor.language_for(route, filing.language)
    notice = withdrawal_notice(
        desk, request, vendor, language, sent_on=sent_on, on=at.date()
    )
    queue_mail(
        session,
        desk,
        request.filing_id,
        MessageKind.WITHDRAWAL,
        dedupe=f"withdrawal {request.id} {request.events}",
        secret={"to": route.address, "subject": notice.subject, "text": notice.text},
        request_id=request.id,
        at=at,
    )
    return True


def withdrawal_notice(
    desk: Desk,
    request: requests.Request,
    vendor: Vendor,
    language: str,
    *,
    sent_on: date,
    on: date,
) -> Letter:
    """Return what a vendor is told of a request that is taken back."""
    return desk.letters.withdrawal(
        NoticeFacts(
            vendor=vendor.name,
            language=language,
            number=request.number,
            sent_on=sent_on,
            reply_address=f"{request.reply_to}@{desk.portal.reply_domain}",
            on=on,
            operator=desk.portal.operator,
        )
    )


def _leave_to_one_of_us(request: requests.Request) -> bool:
    if request.sent_on is None:
        return False
    request.by_hand = HandWork.TELL
    return True


def _revoke(
    session: Session,
    desk: Desk,
    request: requests.Request,
    protocol: Mapping[str, Any] | None,
    *,
    at: datetime,
) -> bool:
    """Queue the revocation of what a vendor's own system has; at best it comes in time.

    The lite form of the protocol has none.
    """
    row = session.get(ProtocolRequest, (request.filing_id, request.id))
    known = row is not None and (row.status is not None or protocol is not None)
    if not known or (protocol and protocol["to"]["profile"] != Profile.FULL):
        return False
    queue_mail(
        session,
        desk,
        request.filing_id,
        MessageKind.REVOCATION,
        dedupe=f"revocation {request.id} {request.events}",
        secret={"protocol": json.dumps(dict(protocol))} if protocol else None,
        request_id=request.id,
        at=at,
    )
    return True
