"""Read one request as staff see it: everything but who it is about."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.actions.check_eligibility import UnknownValueError, check_vendor
from app.actions.desk import Desk
from app.actions.find_request import NotFound, find_request
from app.actions.find_route import REROUTED, route_of, way_of
from app.actions.look_at_protocol import ByProtocol, by_protocol
from app.actions.note_request import StaffNoteKept, notes_of
from app.actions.read_filing import RequestStanding, standing_of
from app.actions.reroute import ways_now
from app.actions.retract_entry import day_may_go, retractable
from app.actions.reveal_identity import AskedFile, Pending, asked_files, pending
from app.actions.send_again import may_send_again
from app.actions.send_by_hand import waits_for_hand
from app.actions.set_dates import dates_of, longest
from app.actions.settle_unknown import UnknownDelivery, unknown_delivery
from app.actions.staff_members import Colleague, colleagues
from app.actions.tell_by_hand import ToTell, what_to_tell
from app.domain.deadlines import DueDates
from app.domain.facts import Asks, PersonFacts
from app.domain.grounds import Verdict
from app.domain.rerouting import code_of
from app.domain.timeline import Status
from app.domain.vendors import Route
from app.letters import ANSWERS, LetterKind, is_reviewed
from app.store import people, requests
from app.store.inbox import mails_about


@dataclass(frozen=True, slots=True)
class LetterSent:
    """A letter, without its words."""

    id: UUID
    language: str
    written_on: date
    reviewed: bool
    """Whether a native reader has read its wording."""
    own: bool
    """Whether it was prepared here and the resident sent it."""
    answer: bool
    """Whether staff wrote it in answer to a mail."""


@dataclass(frozen=True, slots=True)
class ReplyKept:
    """The words of a reply, still closed."""

    id: UUID
    place: int
    received_on: date


@dataclass(frozen=True, slots=True)
class FileKept:
    """A file that the resident gave, still closed."""

    id: UUID
    place: int
    kind: str | None
    size: int | None
    """In bytes, nearly; None where a backup left it out."""
    given_on: date
    asked: AskedFile | None
    """What came of it where this member asked for it."""


@dataclass(frozen=True, slots=True)
class RequestFile:
    """One request, with nothing of the person."""

    request: RequestStanding
    residence: str
    language: str
    filed_on: date
    on_behalf: bool
    forgotten: bool
    """Whether what was personal has been destroyed."""
    dates: DueDates | None
    longest: date | None
    letters: tuple[LetterSent, ...]
    replies: tuple[ReplyKept, ...]
    files: tuple[FileKept, ...]
    head: str
    """The last hash of its timeline, in hex."""
    retractable: frozenset[int]
    """Places of the timeline that can be taken back."""
    pending: Pending | None
    unknown: UnknownDelivery | None
    """A letter of which a person must find out whether it arrived."""
    protocol: ByProtocol | None
    """Where it stands by the company's own system, if it went there."""
    events: int
    """Length of its timeline: what each form of the page was shown with."""
    who: UUID | None
    """The member who looks after it."""
    people: tuple[Colleague, ...]
    """Those to whom it can be given."""
    notes: tuple[StaffNoteKept, ...]
    unseen: int | None
    """Place of an answer on the vendor's link at which nobody has looked."""
    mails: int
    """Mails about it that wait to be read."""
    again_to: str | None
    """The address to which its letter can go once more, where it came back."""
    may_reroute: bool
    """Whether it may take another way to its vendor."""
    way: str | None
    """The code of the way to which it was changed, if it was."""
    by_hand: Route | None
    """The route by which one of us is to send it, if it waits for that."""
    to_tell: ToTell | None
    """What one of us is to tell the company, where it is taken back."""
    rules: str
    """Fingerprint of the laws by which it was filed."""
    today: Verdict | None
    """The answer that the person would get today, of whom only the place is known."""


def read_request(
    session: Session, desk: Desk, name: str, *, staff_id: UUID, at: datetime
) -> RequestFile | None:
    """Return the request of a number or an id."""
    row = find_request(session, desk, name)
    if isinstance(row, NotFound):
        return None
    filing = session.get_one(people.Filing, row.filing_id)
    request = standing_of(session, row)
    dates = dates_of(
        desk.rulebook,
        desk.directory,
        residence=filing.residence,
        vendor=row.vendor,
        law=row.law,
        told=row.told,
        events=request.timeline,
    )
    return RequestFile(
        request=request,
        residence=filing.residence,
        language=filing.language,
        filed_on=filing.filed_on,
        on_behalf=filing.on_behalf,
        forgotten=filing.purged_at is not None,
        dates=dates,
        longest=longest(dates),
        letters=_letters(session, row),
        replies=_replies(session, row),
        files=_files(session, row, staff_id, at),
        head=row.head.hex(),
        retractable=retractable(request.timeline, by_hand=day_may_go(row)),
        pending=pending(session, row, staff_id, at=at),
        unknown=unknown_delivery(session, row),
        protocol=by_protocol(session, row),
        events=row.events,
        who=row.assigned_to,
        people=colleagues(session),
        notes=notes_of(session, row),
        unseen=row.unseen,
        mails=mails_about(session, row.filing_id, row.id),
        again_to=may_send_again(session, desk, row, at.date()),
        may_reroute=_may_reroute(session, desk, row, at),
        way=code_of(way_of(row.route, row.told)) if REROUTED in row.told else None,
        by_hand=_by_hand(desk, filing, row),
        to_tell=what_to_tell(desk, filing, row, at=at),
        rules=filing.rulebook,
        today=_verdict_today(desk, filing, row, at.date()),
    )


def _may_reroute(
    session: Session, desk: Desk, row: requests.Request, at: datetime
) -> bool:
    if row.status not in {Status.QUEUED, Status.UNDELIVERABLE}:
        return False
    now = ways_now(session, desk, row, at=at)
    return now.stays is None and any(one.barrier is None for one in now.choices)


def _by_hand(desk: Desk, filing: people.Filing, row: requests.Request) -> Route | None:
    if not waits_for_hand(row):
        return None
    return route_of(
        desk,
        row.vendor,
        row.route,
        row.told,
        residence=filing.residence,
        filed_on=filing.filed_on,
    )


def _verdict_today(
    desk: Desk, filing: people.Filing, row: requests.Request, today: date
) -> Verdict | None:
    try:
        answer, _ = check_vendor(
            desk.rulebook,
            desk.directory,
            residence=filing.residence,
            vendor=row.vendor,
            person=PersonFacts(asks=Asks(filing.asks)),
            on=today,
        )
    except UnknownValueError:
        return None
    return answer.verdict


def _letters(session: Session, row: requests.Request) -> tuple[LetterSent, ...]:
    table = requests.Letter
    found = session.execute(
        select(table.id, table.kind, table.language, table.created_at)
        .where(table.filing_id == row.filing_id, table.request_id == row.id)
        .order_by(table.id)
    )
    return tuple(
        _sent(i, language, at.date(), own=kind == requests.OWN_REQUEST, kind=kind)
        for i, kind, language, at in found
    )


def _sent(i: UUID, language: str, day: date, *, own: bool, kind: str) -> LetterSent:
    worded = LetterKind.REQUEST if own else kind
    answer = kind in ANSWERS
    return LetterSent(i, language, day, is_reviewed(worded, language), own, answer)


def _replies(session: Session, row: requests.Request) -> tuple[ReplyKept, ...]:
    table = requests.Reply
    found = session.execute(
        select(table.id, table.place, table.received_on)
        .where(table.filing_id == row.filing_id, table.request_id == row.id)
        .order_by(table.place)
    )
    return tuple(ReplyKept(*one) for one in found)


def _files(
    session: Session, row: requests.Request, staff_id: UUID, at: datetime
) -> tuple[FileKept, ...]:
    table = requests.EvidenceFile
    size = func.length(table.sealed)
    found = session.execute(
        select(table.id, table.place, table.kind, size, table.given_at)
        .where(table.filing_id == row.filing_id, table.request_id == row.id)
        .where(table.place.is_not(None))
        .order_by(table.place, table.id)
    )
    asked = asked_files(session, row, staff_id, at=at)
    return tuple(
        FileKept(i, place or 0, kind, length, given.date(), asked.get(i))
        for i, place, kind, length, given in found
    )
