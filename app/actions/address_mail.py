"""Open what was sealed and write the mail that leaves. The worker's alone."""

import json
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.actions.desk import Desk
from app.actions.worth_sending import Turn
from app.channels.envelope import Envelope, compose
from app.store import people, requests
from app.store.opening import Opener
from app.store.outbox import TO_VENDOR, TO_WATCHER, Message, MessageKind
from app.store.sealing import Where
from app.store.watches import Watch, place_of


class DestroyedError(ValueError):
    """What the message was made of has been destroyed; it can never leave."""


def addressed(
    session: Session,
    desk: Desk,
    opener: Opener,
    message: Message,
    turn: Turn,
    *,
    at: datetime,
) -> Envelope:
    """Return a message as it leaves now.

    Raises:
        CannotOpenError: If the key that opens it is not here.
        DestroyedError: If there is nothing left to open.
        MailRefusedError: If it would not be what it says.
    """
    if message.kind in TO_VENDOR:
        return _to_vendor(session, desk, opener, message, at=at)
    if message.kind in TO_WATCHER:
        return _to_watcher(session, desk, opener, message, at=at)
    return _to_resident(session, desk, opener, message, turn, at=at)


def _to_vendor(
    session: Session, desk: Desk, opener: Opener, message: Message, *, at: datetime
) -> Envelope:
    """Return a letter, text alone, with its request's own reply address."""
    key = (message.filing_id, message.request_id)
    request = session.get_one(requests.Request, key)
    row: people.SealedColumns = message
    where = Where("outbox", str(message.id))
    if message.kind is MessageKind.LETTER:
        letter = session.get_one(
            requests.Letter, (message.filing_id, message.letter_id)
        )
        row, where = letter, Where("letter", str(letter.id))
    content = _opened(opener, row, where)
    return compose(
        sender=desk.portal.mail_from,
        recipient=content["to"],
        subject=content["subject"],
        text=content["text"],
        message_id=message.message_id,
        at=at,
        reply_to=f"{request.reply_to}@{desk.portal.reply_domain}",
    )


def _to_resident(
    session: Session,
    desk: Desk,
    opener: Opener,
    message: Message,
    turn: Turn,
    *,
    at: datetime,
) -> Envelope:
    """Return a mail to the resident: no vendor's name, nothing that they typed."""
    filing = session.get_one(people.Filing, message.filing_id)
    where = Where("outbox", str(message.id))
    secret = _opened(opener, message, where) if message.thing else {}
    address = secret.get("to") or _mailbox(session, opener, message.filing_id)
    code = secret.get("code", "")
    page = "/confirm/" if message.kind is MessageKind.CONFIRM else "/cancel/"
    mail = desk.letters.mail(
        MessageKind.ANSWERED if turn is Turn.GATHER else message.kind,
        filing.language,
        code=f"{code[:3]} {code[3:]}",
        link=desk.portal.link(f"{page}{secret.get('token', '')}"),
        time=secret.get("time", ""),
        track=desk.portal.link("/track"),
        confirmed=filing.status is not people.FilingStatus.UNCONFIRMED,
    )
    return compose(
        sender=desk.portal.mail_from,
        recipient=address,
        subject=mail.subject,
        text=mail.text,
        html=mail.html,
        message_id=message.message_id,
        at=at,
    )


def _to_watcher(
    session: Session, desk: Desk, opener: Opener, message: Message, *, at: datetime
) -> Envelope:
    """Return a mail about a watch: it names neither the place nor the company."""
    watch = session.get_one(Watch, message.filing_id)
    secret = _opened(opener, watch, place_of(watch.id))
    page = desk.portal.link(f"/watch/{secret['token']}")
    news = message.kind is not MessageKind.WATCH_CONFIRM
    mail = desk.letters.mail(
        message.kind, watch.language, link=page, stop=f"{page}/stop"
    )
    return compose(
        sender=desk.portal.mail_from,
        recipient=secret["to"],
        subject=mail.subject,
        text=mail.text,
        html=mail.html,
        message_id=message.message_id,
        at=at,
        stop=f"{page}/stop" if news else None,
    )


def _mailbox(session: Session, opener: Opener, filing_id: UUID) -> str:
    """Return the mailbox that the filing's codes went to, and no other."""
    person = session.get_one(people.Person, filing_id)
    document = _opened(opener, person, Where("person", str(filing_id)))
    return str(document["resident"]["email"])


def _opened(opener: Opener, row: people.SealedColumns, where: Where) -> dict[str, Any]:
    if row.thing is None:
        raise DestroyedError("nothing is left of it")
    opened: dict[str, Any] = json.loads(opener.open(row.thing, where))
    return opened
