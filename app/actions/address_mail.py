"""Open what was sealed and write the mail that leaves. The worker's alone."""

import json
from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.actions.complete_answer import completed
from app.actions.desk import Desk
from app.actions.enrol_staff import new_link
from app.actions.prepare_filing import MANDATE, MANDATE_MAILED
from app.actions.read_heads import last_head
from app.actions.reply_links import SEALED_AS
from app.actions.stop_news import keep_link, stop_path, stop_token
from app.actions.tell_left_mailbox import mail_to_left
from app.actions.tell_of_list import mail_of
from app.actions.worth_sending import NEWS, Other
from app.channels.envelope import Envelope, compose
from app.store import people, requests
from app.store.corrections import Correction, CorrectionMail, address_of
from app.store.opening import Opener
from app.store.outbox import (
    TO_SENDER,
    TO_STAFF,
    TO_VENDOR,
    TO_WATCHER,
    Message,
    MessageKind,
)
from app.store.sealing import Where
from app.store.staff import Staff
from app.store.watches import HEADS, Watch, place_of
from app.words.languages import day_in_words

SEVERAL = "news"
"""The mail that tells of several things."""
WATCHED = "watch_several"
"""The mail that tells of several watches."""


class DestroyedError(ValueError):
    """What the message was made of has been destroyed; it can never leave."""


class UnreachableError(ValueError):
    """The vendor has no route any more by which the message could leave."""


def addressed(
    session: Session,
    desk: Desk,
    opener: Opener,
    message: Message,
    tells: Sequence[Other],
    *,
    at: datetime,
) -> Envelope:
    """Return a message as it leaves now; news ``tells`` of others with it.

    Raises:
        CannotOpenError: If the key that opens it is not here.
        DestroyedError: If there is nothing left to open.
        UnreachableError: If its vendor has no route for it any more.
        MailRefusedError: If it would not be what it says.
    """
    if message.kind in TO_VENDOR:
        return _to_vendor(session, desk, opener, message, at=at)
    if message.kind in TO_WATCHER:
        return _to_watcher(session, desk, opener, message, tells, at=at)
    if message.kind in TO_SENDER:
        return _to_sender(session, desk, opener, message, at=at)
    if message.kind is MessageKind.LIST_WAITS:
        return _of_list(session, desk, message, at=at)
    if message.kind is MessageKind.ADDRESS_LEFT:
        return _to_left_mailbox(session, desk, message, at=at)
    if message.kind in TO_STAFF:
        return _to_staff(session, desk, message, at=at)
    return _to_resident(session, desk, opener, message, tells, at=at)


def _to_vendor(
    session: Session, desk: Desk, opener: Opener, message: Message, *, at: datetime
) -> Envelope:
    """Return a letter, text alone, with its request's own reply address."""
    if message.kind is MessageKind.ANSWER:
        return _answer(session, desk, opener, message, at=at)
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
    if message.kind is MessageKind.LETTER and message.thing is not None:
        # Sent again by staff: the same words, to the address that is known since.
        content |= _opened(opener, message, Where("outbox", str(message.id)))
    return compose(
        sender=desk.portal.mail_from,
        recipient=content["to"],
        subject=content["subject"],
        text=content["text"],
        message_id=message.message_id,
        at=at,
        reply_to=f"{request.reply_to}@{desk.portal.reply_domain}",
    )


def _answer(
    session: Session, desk: Desk, opener: Opener, message: Message, *, at: datetime
) -> Envelope:
    """Return what a member answers to a mail, in the thread of that mail."""
    key = (message.filing_id, message.request_id)
    request = session.get_one(requests.Request, key)
    letter = session.get_one(requests.Letter, (message.filing_id, message.letter_id))
    content = _opened(opener, letter, Where("letter", str(letter.id)))
    answer = completed(session, desk, opener, letter, content)
    return compose(
        sender=desk.portal.mail_from,
        recipient=answer.to,
        subject=answer.subject,
        text=answer.text,
        message_id=message.message_id,
        at=at,
        reply_to=f"{request.reply_to}@{desk.portal.reply_domain}",
        answers=answer.answers,
        by_hand=True,
    )


def _of_list(
    session: Session, desk: Desk, message: Message, *, at: datetime
) -> Envelope:
    """Return the mail that tells a vendor of its list; it holds nothing sealed.

    Raises:
        UnreachableError: If no mail reaches the vendor any more.
    """
    found = mail_of(session, desk, message.filing_id)
    if found is None:
        raise UnreachableError("no mail reaches it any more")
    address, letter = found
    return compose(
        sender=desk.portal.mail_from,
        recipient=address,
        subject=letter.subject,
        text=letter.text,
        message_id=message.message_id,
        at=at,
    )


def _to_left_mailbox(
    session: Session, desk: Desk, message: Message, *, at: datetime
) -> Envelope:
    """Return the mail that tells a vendor's mailbox that letters go there no more."""
    address, letter = mail_to_left(session, desk, message.filing_id)
    return compose(
        sender=desk.portal.mail_from,
        recipient=address,
        subject=letter.subject,
        text=letter.text,
        message_id=message.message_id,
        at=at,
    )


def _to_resident(
    session: Session,
    desk: Desk,
    opener: Opener,
    message: Message,
    tells: Sequence[Other],
    *,
    at: datetime,
) -> Envelope:
    """Return a mail to the resident: no vendor's name, nothing that they typed."""
    filing = session.get_one(people.Filing, message.filing_id)
    where = Where("outbox", str(message.id))
    secret = _opened(opener, message, where) if message.thing else {}
    waits = filing.status is people.FilingStatus.UNCONFIRMED
    address, stop, agrees = secret.get("to"), "", ""
    if waits and filing.on_behalf:
        agrees = _agrees_to(_person(session, opener, message.filing_id))
    if address is None:
        document = _person(session, opener, message.filing_id)
        # The mailbox that the filing's codes went to, and no other.
        address = str(document["resident"]["email"])
        if message.kind in NEWS:
            stop = _stop_link(session, desk, document.get(SEALED_AS), filing.id)
    code = secret.get("code", "")
    page = "/confirm/" if message.kind is MessageKind.CONFIRM else "/cancel/"
    mail = desk.letters.mail(
        SEVERAL if tells else message.kind,
        filing.language,
        happened_to=_happened(message, filing, tells),
        code=f"{code[:3]} {code[3:]}",
        link=desk.portal.link(f"{page}{secret.get('token', '')}"),
        time=secret.get("time", ""),
        late=int(secret.get("late", "0")),
        track=desk.portal.link("/track"),
        confirmed=not waits,
        agrees=agrees,
        stop=stop,
    )
    return compose(
        sender=desk.portal.mail_from,
        recipient=address,
        subject=mail.subject,
        text=mail.text,
        html=mail.html,
        message_id=message.message_id,
        at=at,
        stop=stop or None,
    )


def _agrees_to(document: dict[str, Any]) -> str:
    """Return the text of ours that the person agrees to by confirming, if there is one."""
    return str(document[MANDATE]) if document.get(MANDATE_MAILED) else ""


def _happened(
    message: Message, filing: people.Filing, tells: Sequence[Other]
) -> list[tuple[str, list[MessageKind]]]:
    """Return what happened, by the day of each filing; that of one alone is not said."""
    kinds = {filing.id: {message.kind}}
    days = {filing.id: filing.filed_on}
    for other in tells:
        kinds.setdefault(other.filing_id, set()).add(other.kind)
        days[other.filing_id] = other.day
    return [
        (
            day_in_words(days[one], filing.language) if len(days) > 1 else "",
            [kind for kind in MessageKind if kind in kinds[one]],
        )
        for one in sorted(days, key=lambda one: (days[one], one))
    ]


def _stop_link(
    session: Session, desk: Desk, secret: str | None, filing_id: UUID
) -> str:
    """Return the link that ends this news; none where the filing has no secret for it."""
    if secret is None:
        return ""
    token = stop_token(secret)
    keep_link(session, desk.keys, token, filing_id)
    return desk.portal.link(stop_path(token))


def _to_watcher(
    session: Session,
    desk: Desk,
    opener: Opener,
    message: Message,
    tells: Sequence[Other],
    *,
    at: datetime,
) -> Envelope:
    """Return a mail about a watch, or several: it names neither place nor company."""
    watch = session.get_one(Watch, message.filing_id)
    secret = _opened(opener, watch, place_of(watch.id))
    page = desk.portal.link(f"/watch/{secret['token']}")
    news = message.kind is not MessageKind.WATCH_CONFIRM
    told = _watches(session, [watch.id, *(one.filing_id for one in tells)])
    several = len(told) > 1
    stop = f"{page}/stop?all=yes" if several else f"{page}/stop"
    kinds = {message.kind, *(one.kind for one in tells)}
    mail = desk.letters.mail(
        WATCHED if several else message.kind,
        watch.language,
        link=page,
        links=[_link_of(desk, opener, one) for one in told],
        right=MessageKind.WATCH_RIGHT in kinds,
        stop=stop,
        heads=watch.residence == HEADS,
        **_head(session, desk, message, watch.language),
    )
    return compose(
        sender=desk.portal.mail_from,
        recipient=secret["to"],
        subject=mail.subject,
        text=mail.text,
        html=mail.html,
        message_id=message.message_id,
        at=at,
        stop=stop if news else None,
    )


def _watches(session: Session, ids: Collection[UUID]) -> Sequence[Watch]:
    """Return watches, the oldest first; who stopped one meanwhile hears nothing of it."""
    return session.scalars(
        select(Watch).where(Watch.id.in_(ids)).order_by(Watch.id)
    ).all()


def _link_of(desk: Desk, opener: Opener, watch: Watch) -> str:
    secret = _opened(opener, watch, place_of(watch.id))
    return desk.portal.link(f"/watch/{secret['token']}")


def _to_sender(
    session: Session, desk: Desk, opener: Opener, message: Message, *, at: datetime
) -> Envelope:
    """Return a mail about a correction: it names no record, and nothing that was typed."""
    row = session.get_one(CorrectionMail, message.filing_id)
    secret = _opened(opener, row, address_of(row.id))
    own = desk.portal.link(f"/corrections/mail/{secret['token']}")
    news = message.kind is MessageKind.CORRECTION_NEWS
    number = session.get_one(Correction, row.id).number
    mail = desk.letters.mail(
        message.kind,
        row.language,
        link=desk.portal.link(f"/corrections/{number}") if news else own,
        stop=f"{own}/stop",
    )
    return compose(
        sender=desk.portal.mail_from,
        recipient=secret["to"],
        subject=mail.subject,
        text=mail.text,
        html=mail.html,
        message_id=message.message_id,
        at=at,
        stop=f"{own}/stop" if news else None,
    )


def _to_staff(
    session: Session, desk: Desk, message: Message, *, at: datetime
) -> Envelope:
    """Return a mail to a member of staff.

    The link of an invitation is made as it leaves, so that it lies nowhere meanwhile.
    """
    member = session.get_one(Staff, message.filing_id)
    link = desk.portal.link("/staff/account")
    if message.kind is MessageKind.STAFF_INVITED:
        token = new_link(session, desk.keys, member, at=at)
        link = desk.portal.link(f"/staff/enrol/{token}")
    when = message.created_at.astimezone(UTC)
    mail = desk.letters.mail(
        message.kind,
        member.language,
        link=link,
        day=day_in_words(when.date(), member.language),
        time=f"{when:%H:%M}",
    )
    return compose(
        sender=desk.portal.mail_from,
        recipient=member.email,
        subject=mail.subject,
        text=mail.text,
        html=mail.html,
        message_id=message.message_id,
        at=at,
    )


def _head(
    session: Session, desk: Desk, message: Message, language: str
) -> dict[str, object]:
    """Return what the mail of a day's head says: the newest one, as it leaves."""
    head = last_head(session) if message.kind is MessageKind.WATCH_HEAD else None
    if head is None:
        return {}
    return {
        "number": head.number,
        "day": day_in_words(head.at.date(), language),
        "document": json.dumps(head.document),
        "check": desk.portal.link("/help/heads"),
    }


def _person(session: Session, opener: Opener, filing_id: UUID) -> dict[str, Any]:
    person = session.get_one(people.Person, filing_id)
    return _opened(opener, person, Where("person", str(filing_id)))


def _opened(opener: Opener, row: people.SealedColumns, where: Where) -> dict[str, Any]:
    if row.thing is None:
        raise DestroyedError("nothing is left of it")
    opened: dict[str, Any] = json.loads(opener.open(row.thing, where))
    return opened
