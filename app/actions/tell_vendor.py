"""Tell a vendor that a request is taken back: by its number, without a person."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from app.actions.desk import Desk
from app.actions.mail_out import queue_mail
from app.domain.vendors import RouteKind
from app.letters import WithdrawalFacts
from app.store import requests
from app.store.outbox import MessageKind


def tell_withdrawn(
    session: Session, desk: Desk, request: requests.Request, *, on: date, at: datetime
) -> bool:
    """Queue the notice to a vendor that has the request; return whether it has it.

    A filing that is being erased calls this after its data is destroyed: the notice
    holds nothing of it.
    """
    vendor = desk.directory.vendors.get(request.vendor)
    if request.sent_on is None or request.route is not RouteKind.EMAIL or not vendor:
        return False
    route = next(
        (r for r in vendor.routes if r.kind is RouteKind.EMAIL and on in r.span), None
    )
    if route is None or route.address is None:
        return False
    notice = desk.letters.withdrawal(
        WithdrawalFacts(
            vendor=vendor.name,
            language=vendor.language,
            number=request.number,
            sent_on=request.sent_on,
            reply_address=f"{request.reply_to}@{desk.portal.reply_domain}",
            on=on,
            operator=desk.portal.operator,
        )
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
