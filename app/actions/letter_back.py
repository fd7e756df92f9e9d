"""Write down that a letter of ours came back, where the report proves that it is ours."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.actions.desk import Desk
from app.actions.match_mail import Match
from app.actions.settle_letter import letter_failed
from app.domain.mail_kinds import MailKind, bounce_of
from app.domain.mails import Mail
from app.domain.timeline import EventKind
from app.store import outbox, people, requests
from app.store.inbox import MatchedBy
from app.store.outbox import WRITES, Message, State


def came_back(
    session: Session, desk: Desk, mail: Mail, kind: MailKind, *, at: datetime
) -> Match | None:
    """Record that a letter did not arrive, if that is for good; return which it was.

    Only where the report quotes the Message-ID of the newest letter of a request: who
    never had the letter cannot know it, and an older one says nothing of the present.
    """
    bounce = bounce_of(mail)
    letters = [
        outbox.letter_of(session, one) for one in (bounce.quoted if bounce else ())
    ]
    found = next((letter for letter in letters if letter is not None), None)
    if found is None or found.request_id is None:
        return None
    key = (found.filing_id, found.request_id)
    request = requests.locked(session, *key)
    filing = session.get_one(people.Filing, found.filing_id)
    message = session.get_one(
        Message,
        (found.filing_id, found.id),
        with_for_update=True,
        populate_existing=True,
    )
    if request is None or filing.purged_at is not None:
        return None
    settled = message.state not in {State.SENDING, State.CANCELLED}
    newest = _is_newest(session, message) and not _took_another_way(session, message)
    if kind is MailKind.BOUNCE and settled and newest:
        if message.state is not State.DONE:
            outbox.settle(message, State.FAILED, at=at)
        letter_failed(session, desk, message, at=at)
    vendor = desk.directory.vendor(request.vendor)
    return Match(
        *key,
        by=MatchedBy.OUR_MESSAGE_ID,
        address=f"{request.reply_to}@{desk.portal.reply_domain}".lower(),
        vendor=request.vendor,
        domains=vendor.domains if vendor else (),
        receipt_public=filing.receipt_public,
    )


def _is_newest(session: Session, message: Message) -> bool:
    newest = session.scalar(
        select(Message.id)
        .where(
            Message.filing_id == message.filing_id,
            Message.request_id == message.request_id,
            Message.kind.in_(WRITES),
        )
        .order_by(Message.id.desc())
        .limit(1)
    )
    return newest == message.id


def _took_another_way(session: Session, message: Message) -> bool:
    """Return whether a request was given another way after a letter was queued."""
    entry = requests.TimelineEntry
    changed = session.scalar(
        select(func.max(entry.at)).where(
            entry.filing_id == message.filing_id,
            entry.request_id == message.request_id,
            entry.kind == EventKind.REROUTED,
        )
    )
    return changed is not None and message.created_at < changed
