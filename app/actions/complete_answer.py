"""Complete an answer to a vendor's mail as it leaves. The worker's alone."""

import json
import re
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.actions.answer_mail import ANSWERS_MAIL, BELOW_IT, Below
from app.actions.desk import Desk
from app.actions.reply_links import SEALED_AS, last_day, path_of, token_of
from app.letters import LetterKind
from app.store import inbox, people, requests
from app.store.opening import Opener
from app.store.sealing import CannotOpenError, Sealer, Where

MESSAGE_ID = re.compile(r"<[^\s<>@]{1,120}@[^\s<>@]{1,120}>")
LONGEST_SUBJECT = 150
AGAIN = re.compile(r"(?i)^(?:re|aw|sv|tr)\s*:")


class NobodyToAnswerError(ValueError):
    """The mail is gone, or it does not name the one mailbox of its sender."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as it leaves."""

    to: str
    subject: str
    text: str
    answers: str | None
    """The Message-ID of the mail, where it has a readable one."""


def completed(
    session: Session,
    desk: Desk,
    opener: Opener,
    letter: requests.Letter,
    content: dict[str, Any],
) -> Answer:
    """Return an answer whole, and keep it so: what left is what its resident reads.

    Raises:
        NobodyToAnswerError: If there is nobody to send it to.
    """
    mail = _mail(session, opener, UUID(content[ANSWERS_MAIL]))
    request = session.get_one(requests.Request, (letter.filing_id, letter.request_id))
    if content["to"] is None:
        content["to"] = _sender(desk, request, mail)
    content["subject"] = _subject(mail.get("subject", ""), content["subject"])
    content["text"] = _with_below(session, desk, opener, letter, content)
    content[BELOW_IT] = None
    filing = session.get_one(people.Filing, letter.filing_id)
    thing = Sealer(desk.keys.epoch, filing.receipt_public).seal(
        json.dumps(content, ensure_ascii=False).encode(),
        Where("letter", str(letter.id)),
    )
    for name, value in people.columns(thing).items():
        setattr(letter, name, value)
    named = mail.get("message_id", "")
    return Answer(
        to=content["to"],
        subject=content["subject"],
        text=content["text"],
        answers=named if MESSAGE_ID.fullmatch(named) and named.isascii() else None,
    )


def _mail(session: Session, opener: Opener, mail_id: UUID) -> dict[str, Any]:
    """Return what was read of the mail; nothing, where that is gone."""
    row = inbox.mail_by_id(session, mail_id)
    if row is None or row.thing is None:
        return {}
    try:
        opened = opener.open(row.thing, inbox.place_of(mail_id))
    except CannotOpenError:
        return {}
    found: dict[str, Any] = json.loads(opened.partition(b"\n")[0])
    return found


def _sender(desk: Desk, request: requests.Request, mail: dict[str, Any]) -> str:
    vendor = desk.directory.vendor(request.vendor)
    own = vendor.domains if vendor else ()
    named = [one for one in mail.get("sender", ()) if one.rpartition("@")[2] in own]
    if len(named) != 1:
        raise NobodyToAnswerError("the mail does not name one mailbox of the vendor")
    return str(named[0])


def _subject(theirs: str, number: str) -> str:
    """Return the subject of their mail, by which their own system knows it again."""
    plain = " ".join("".join(s if s.isprintable() else " " for s in theirs).split())
    said = plain or number
    return (said if AGAIN.match(said) else f"Re: {said}")[:LONGEST_SUBJECT].rstrip()


def _with_below(
    session: Session,
    desk: Desk,
    opener: Opener,
    letter: requests.Letter,
    content: dict[str, Any],
) -> str:
    text: str = content["text"]
    match content[BELOW_IT]:
        case Below.LETTER:
            return _quoting(session, desk, opener, letter, text)
        case Below.LINK:
            return _linking(session, desk, opener, letter, text)
        case _:
            return text


def _quoting(
    session: Session, desk: Desk, opener: Opener, letter: requests.Letter, text: str
) -> str:
    table = requests.Letter
    asked = session.scalar(
        select(table)
        .where(
            table.filing_id == letter.filing_id,
            table.request_id == letter.request_id,
            table.kind.in_((LetterKind.REQUEST, requests.OWN_REQUEST)),
        )
        .order_by(table.id.desc())
        .limit(1)
    )
    if asked is None or asked.thing is None:
        raise NobodyToAnswerError("nothing is left of the letter")
    where = Where("letter", str(asked.id))
    quoted: dict[str, Any] = json.loads(opener.open(asked.thing, where))
    request = session.get_one(requests.Request, (letter.filing_id, letter.request_id))
    on = request.sent_on or asked.created_at.date()
    return desk.letters.quoting(text, quoted["text"], letter.language, on=on)


def _linking(
    session: Session, desk: Desk, opener: Opener, letter: requests.Letter, text: str
) -> str:
    person = session.get_one(people.Person, letter.filing_id)
    where = Where("person", str(letter.filing_id))
    sealed = json.loads(opener.open(person.thing, where)) if person.thing else {}
    secret = sealed.get(SEALED_AS)
    if secret is None:
        raise NobodyToAnswerError("the request has no link for its vendor")
    filing = session.get_one(people.Filing, letter.filing_id)
    link = desk.portal.link(path_of(token_of(secret, letter.request_id)))
    until = last_day(filing.filed_on)
    return desk.letters.linking(text, link, letter.language, until=until)
