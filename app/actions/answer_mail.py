"""A member answers a vendor's mail: once, in the request's thread, with nobody in it.

The words begin as one of a few texts in the language of the letter, and leave as the
member wrote them. What they may need below, the letter itself or the address at which
the vendor answers, the worker adds: only it can read them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import cast
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from app.actions.desk import Desk
from app.actions.mail_out import queue_mail
from app.actions.prepare_filing import letter_row
from app.actions.send_again import address_today
from app.actions.sort_mail import NoSuchMail, note_sorting
from app.domain.authenticity import Authenticity
from app.domain.mail_kinds import MailKind
from app.domain.timeline import Status
from app.letters import ANSWERS, Letter, LetterKind, NoticeFacts, has_controls
from app.store import inbox, people, requests
from app.store.inbox import InboxMessage, MailState
from app.store.outbox import Message, MessageKind, State
from app.store.sealing import Sealer

LONGEST = 4000
ANSWERED = frozenset({MailKind.WORDS, MailKind.GENERATED})
"""Kinds of mail that are answered: no program that answers whatever comes."""
ANSWERS_MAIL = "answers"
"""Where in a sealed letter stands which mail it answers."""
BELOW_IT = "below"
"""Where in it stands what the worker adds."""
OVER = frozenset({Status.WITHDRAWN, Status.EXPIRED, Status.UNCONFIRMED})
"""Where a request asks for nothing, and nothing is said of it."""


class Below(StrEnum):
    """What the worker adds below an answer."""

    LETTER = "letter"
    LINK = "link"


BELOW: Mapping[LetterKind, Below] = {
    LetterKind.GIVEN_ALREADY: Below.LETTER,
    LetterKind.USE_LINK: Below.LINK,
}


class To(StrEnum):
    """To whom an answer goes."""

    SENDER = "sender"
    """Who wrote the mail: only where it is proved that the vendor did."""
    KNOWN = "known"
    """The vendor's address in the directory."""


@dataclass(frozen=True, slots=True)
class AnswerText:
    """What a member answers."""

    kind: LetterKind
    to: To
    text: str
    done: bool
    """Whether the mail needs nothing more from anybody here."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What an answer says before somebody changes it."""

    kind: LetterKind
    text: str
    below: Below | None


@dataclass(frozen=True, slots=True)
class AnswerSheet:
    """What can be answered to a mail, and where it goes."""

    request_id: UUID
    number: str
    language: str
    """That of the letter."""
    drafts: tuple[Draft, ...]
    to: tuple[To, ...]
    known: str | None
    """The vendor's address in the directory."""
    sent_on: date
    until: date | None
    """The last day on which the vendor can answer on its link, if it has one."""
    done: bool
    """Whether nothing seems to be recorded from the mail."""


@dataclass(frozen=True, slots=True)
class AnswerGiven:
    """An answer that was given, and what became of it."""

    at: datetime
    state: State


@dataclass(frozen=True, slots=True)
class Answered:
    """It is queued."""


@dataclass(frozen=True, slots=True)
class AnsweredBefore:
    """Somebody answered this mail already; nothing was queued."""


@dataclass(frozen=True, slots=True)
class CannotAnswer:
    """There is nobody to answer, or nothing to say of where the request stands."""


def answer_given(session: Session, mail: InboxMessage) -> AnswerGiven | None:
    """Return the answer that was given to a mail."""
    found = session.execute(
        select(Message.created_at, Message.state).where(
            Message.filing_id == mail.filing_id, Message.dedupe == _dedupe(mail.id)
        )
    ).one_or_none()
    return AnswerGiven(*found) if found else None


def may_answer(session: Session, mail: InboxMessage) -> bool:
    """Return whether a mail can be answered, if its vendor can be reached."""
    request = _request_of(session, mail)
    return request is not None and answer_given(session, mail) is None


def answer_sheet(
    session: Session, desk: Desk, mail_id: UUID, *, today: date
) -> AnswerSheet | AnsweredBefore | CannotAnswer | NoSuchMail:
    """Return what can be answered to a mail."""
    mail = inbox.mail_by_id(session, mail_id)
    if mail is None:
        return NoSuchMail()
    if answer_given(session, mail) is not None:
        return AnsweredBefore()
    request = _request_of(session, mail)
    ways = _ways(session, desk, mail, request, today) if request else {}
    if request is None or request.sent_on is None or not ways:
        return CannotAnswer()
    language = _language(session, request)
    vendor = desk.directory.vendor(request.vendor)
    assert vendor is not None  # noqa: S101 - or there was no way to answer
    facts = NoticeFacts(
        vendor=vendor.name,
        language=language,
        number=request.number,
        sent_on=request.sent_on,
        reply_address=f"{request.reply_to}@{desk.portal.reply_domain}",
        on=today,
        operator=desk.portal.operator,
    )
    until = _link_until(session, request)
    linked = until is not None and today <= until
    kinds = [k for k in ANSWERS if linked or BELOW.get(k) is not Below.LINK]
    return AnswerSheet(
        request_id=request.id,
        number=request.number,
        language=language,
        drafts=tuple(
            Draft(kind, desk.letters.answer(kind, facts).text, BELOW.get(kind))
            for kind in kinds
        ),
        to=tuple(ways),
        known=ways.get(To.KNOWN),
        sent_on=request.sent_on,
        until=until,
        done=mail.suggested_kind is None,
    )


def answer_mail(
    session: Session,
    desk: Desk,
    mail_id: UUID,
    body: AnswerText,
    *,
    at: datetime,
    staff_id: UUID,
) -> Answered | AnsweredBefore | CannotAnswer | NoSuchMail:
    """Queue an answer to a mail, and keep it beside the request's letters."""
    seen = inbox.mail_by_id(session, mail_id)
    if seen is None:
        return NoSuchMail()
    if seen.request_id is not None:
        requests.locked(session, seen.filing_id, seen.request_id)
    mail = inbox.mail_by_id(session, mail_id, hold=True)
    sheet = answer_sheet(session, desk, mail_id, today=at.date())
    if mail is None or not isinstance(sheet, AnswerSheet):
        return NoSuchMail() if isinstance(sheet, AnswerSheet) else sheet
    kinds = {draft.kind for draft in sheet.drafts}
    if body.to not in sheet.to or body.kind not in kinds or not sayable(body.text):
        return CannotAnswer()
    filing = session.get_one(people.Filing, mail.filing_id)
    row = letter_row(
        filing.id,
        sheet.request_id,
        Letter(sheet.language, sheet.number, body.text),
        sheet.known if body.to is To.KNOWN else None,
        Sealer(desk.keys.epoch, filing.receipt_public),
        kind=body.kind,
        answers={ANSWERS_MAIL: str(mail.id), BELOW_IT: BELOW.get(body.kind)},
        at=at,
    )
    session.execute(insert(requests.Letter.__table__), row)
    queue_mail(
        session,
        desk,
        filing.id,
        MessageKind.ANSWER,
        dedupe=_dedupe(mail.id),
        request_id=sheet.request_id,
        letter_id=cast("UUID", row["id"]),
        at=at,
    )
    note_sorting(session, "mail answered", sheet.number, mail.id, at, staff_id)
    if body.done and mail.state is MailState.WAITING:
        mail.state = MailState.SETTLED
        inbox.destroy_if_read(session, mail)
    return Answered()


def sayable(text: str) -> bool:
    """Return whether a text is short enough for an answer, and no signs turn it around."""
    plain = text.replace("\n", "").replace("\t", "")
    return 0 < len(text) <= LONGEST and not has_controls(plain)


def _dedupe(mail_id: UUID) -> str:
    return f"answer {mail_id}"


def _request_of(session: Session, mail: InboxMessage) -> requests.Request | None:
    """Return the request of a mail that can be answered, as far as the mail goes."""
    if mail.request_id is None or mail.thing is None or mail.kind not in ANSWERED:
        return None
    request = session.get(requests.Request, (mail.filing_id, mail.request_id))
    asks = request is not None and request.sent_on and request.status not in OVER
    return request if asks else None


def _ways(
    session: Session,
    desk: Desk,
    mail: InboxMessage,
    request: requests.Request,
    today: date,
) -> dict[To, str | None]:
    """Return to whom an answer can go; who is not proved to be the vendor gets none."""
    ways: dict[To, str | None] = {}
    if desk.directory.vendor(request.vendor) is None:
        return ways
    if mail.authenticity is Authenticity.AUTHENTIC:
        ways[To.SENDER] = None
    filing = session.get_one(people.Filing, request.filing_id)
    known = address_today(desk, request, filing.residence, today)
    if known is not None:
        ways[To.KNOWN] = known
    return ways if filing.purged_at is None else {}


def _link_until(session: Session, request: requests.Request) -> date | None:
    link = requests.ReplyLink
    return session.scalar(
        select(link.until).where(
            link.filing_id == request.filing_id, link.request_id == request.id
        )
    )


def _language(session: Session, request: requests.Request) -> str:
    """Return the language of the newest letter that asks."""
    letter = requests.Letter
    found = session.scalar(
        select(letter.language)
        .where(
            letter.filing_id == request.filing_id,
            letter.request_id == request.id,
            letter.kind.in_((LetterKind.REQUEST, requests.OWN_REQUEST)),
        )
        .order_by(letter.id.desc())
        .limit(1)
    )
    return found or "en"
