"""Tell a vendor that a request is taken back: by its number, without a person."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from app.actions.desk import Desk
from app.actions.mail_out import queue_mail
from app.domain.vendors import RouteKind
from app.letters import WithdrawalFacts
from app.store import people, requests
from app.store.outbox import MessageKind


def tell_withdrawn(
    session: Session,
    desk: Desk,
    request: requests.Request,
    *,
    at: datetime,
    left_on: date | None = None,
) -> bool:
    """Queue the notice to a vendor that has the request; return whether it has it.

    It goes the way that the letter went. ``left_on`` is the day of a letter that left,
    or may have, without coming to be in the timeline. A filing that is being erased
    calls this after its data is destroyed: the notice holds nothing of it.
    """
    vendor = desk.directory.vendors.get(request.vendor)
    sent_on = left_on or request.sent_on
    if sent_on is None or request.route is not RouteKind.EMAIL or vendor is None:
        return False
    filing = session.get_one(people.Filing, request.filing_id)
    around = desk.rulebook.places.around(filing.residence)
    route = vendor.route_on(filing.filed_on, around)
    if route is None or route.address is None:
        return False
    notice = desk.letters.withdrawal(
        WithdrawalFacts(
            vendor=vendor.name,
            language=vendor.language_for(route, filing.language),
            number=request.number,
            sent_on=sent_on,
            reply_address=f"{request.reply_to}@{desk.portal.reply_domain}",
            on=at.date(),
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
