"""Recompute every hash chain and every signed head, and name what was tampered with.

A chain tells which row does not fit. Which field it was can often be told, too: with the
right word put back, the row's hash fits again.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import groupby
from typing import Any, Generic, TypeVar
from uuid import UUID

from sqlalchemy import Select, String, func, select, type_coerce
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.actions.read_heads import Head
from app.domain.timeline import (
    NO_LINK,
    Actor,
    DenialGround,
    Event,
    EventKind,
    Evidence,
    Outcome,
    Status,
    link,
    replay,
)
from app.domain.vendors import RouteKind
from app.store.audit import AuditEntry, audit_link
from app.store.base import Base
from app.store.heads import (
    NO_HEAD,
    SignedHead,
    SignedTimeline,
    Tip,
    line_hash,
    signed_by,
    tips_hash,
)
from app.store.requests import EVENT_FIELDS, Request, TimelineEntry
from app.words.staff import ACTORS, DONE

BATCH = 500
REQUESTS = 200
NAMED = 100
"""So many rows are named at most."""
WORDS = 10_000
"""So many words of the trail are tried for the one that was there before."""
NEAR = 400
"""Days around a day, and places around a place, that are tried."""
UNREADABLE = (LookupError, ValueError)
"""What is raised by a row that holds what no release wrote."""
FOLLOWS = ("status", "outcome", "denial_ground", "evidence", "sent_on")
"""What a request says of itself beside its timeline."""
NOT_TOLD = "a field was changed, or more than one"

R = TypeVar("R", AuditEntry, TimelineEntry)


@dataclass(frozen=True, slots=True)
class Fault:
    """A row that does not fit, and what is wrong with it."""

    row: str
    why: str

    def __str__(self) -> str:
        """Return both in one line."""
        return f"{self.row}: {self.why}"


@dataclass(frozen=True, slots=True)
class Verified:
    """What was checked, and what does not fit, in the order in which it was found."""

    rows: int
    heads: int
    faults: tuple[Fault, ...]
    upto: int = 0
    """The newest entry of the audit trail that was seen."""


@dataclass(frozen=True, slots=True)
class _Mark:
    """What a head says of one row."""

    hash: bytes
    by: str


@dataclass(frozen=True, slots=True)
class _Chain(Generic[R]):
    """How the rows of one chain are called, computed and explained."""

    name: Callable[[str], str]
    hashed: Callable[[R, bytes], bytes]
    field: Callable[[R, bytes], str]
    unreadable: Callable[[int], str]


def verify_chains(
    session: Session, keys: Sequence[bytes] = (), given: Head | None = None
) -> Verified:
    """Check every row of the chains against its neighbours and against the heads.

    Args:
        session: One that sees one moment (``one_moment``).
        keys: Public halves of the keys that may have signed. Where none is known, each
            head is checked by the key that stands in it.
        given: A head that somebody kept elsewhere.
    """
    faults: list[Fault] = []
    heads, marks = _heads(session, keys, given, faults)
    rows = _audit(session, marks, faults) + _timelines(session, faults)
    upto = session.scalar(select(func.max(AuditEntry.seq))) or 0
    return Verified(rows, heads, tuple(faults[:NAMED]), upto)


# Heads


def _heads(
    session: Session, keys: Sequence[bytes], given: Head | None, faults: list[Fault]
) -> tuple[int, dict[int, _Mark]]:
    """Check the heads; return how many there are, and what they say of the trail."""
    marks: dict[int, _Mark] = {}
    previous, covered, expected = NO_HEAD, NO_HEAD, 1
    tips, found = _Tips(session), None
    for head in _heads_in_order(session):
        name = f"signed head {head.number}"
        follows = head.previous == previous
        if head.number != expected:
            faults.append(
                Fault(_several("signed head", expected, head.number - 1), "missing")
            )
        elif not follows:
            faults.append(Fault(name, "it does not follow the one before"))
        if keys and head.key not in keys:
            faults.append(Fault(name, "another key signed it"))
        elif not signed_by(head.key, head.line, head.signature):
            faults.append(Fault(name, f"its signature does not fit: {NOT_TOLD}"))
        else:
            marks[head.audit_seq] = _Mark(head.audit_hash, name)
        if head.timelines_hash != tips_hash(covered, tips.of(head.number)):
            faults.append(
                Fault(name, "what is kept of the timelines it covers was changed")
            )
        previous, covered, expected = (
            line_hash(head.line),
            head.timelines_hash,
            head.number + 1,
        )
        if given is not None and given.number == head.number:
            found = head.line
    tips.close()
    if given is not None:
        _hold_against(given, found, keys, marks, faults)
    return expected - 1, marks


def _heads_in_order(session: Session) -> Iterator[SignedHead]:
    rows = select(SignedHead).order_by(SignedHead.number)
    yield from session.scalars(rows.execution_options(yield_per=BATCH))


class _Tips:
    """The ends of timelines that heads cover, read along with the heads."""

    def __init__(self, session: Session) -> None:
        self._rows = session.execute(
            select(
                SignedTimeline.head,
                SignedTimeline.request_id,
                SignedTimeline.place,
                SignedTimeline.hash,
            )
            .order_by(SignedTimeline.head, SignedTimeline.request_id)
            .execution_options(yield_per=BATCH)
        )
        self._groups = groupby(self._rows, key=lambda row: row.head)
        self._at: tuple[int, list[Tip]] = (0, [])

    def of(self, head: int) -> list[Tip]:
        """Return those of a head; heads are asked for in their order."""
        while self._at[0] < head:
            found = next(self._groups, None)
            if found is None:
                return []
            self._at = found[0], [Tip(*row[1:]) for row in found[1]]
        return self._at[1] if self._at[0] == head else []

    def close(self) -> None:
        """Let go of the cursor: without heads nobody comes to its end."""
        self._rows.close()


def _hold_against(
    given: Head,
    found: str | None,
    keys: Sequence[bytes],
    marks: dict[int, _Mark],
    faults: list[Fault],
) -> None:
    """Hold a head that was kept elsewhere against what is here."""
    name = f"the head {given.number} that was given"
    if (keys and given.key not in keys) or not given.signed:
        faults.append(Fault(name, "no key of this portal signed it"))
        return
    if found is None:
        faults.append(Fault(f"signed head {given.number}", "missing"))
    elif found != given.line:
        faults.append(Fault(f"signed head {given.number}", f"{name} is another one"))
    marks[given.audit_seq] = _Mark(given.audit_hash, name)


# Both kinds of chains


def _follow(
    chain: _Chain[R],
    rows: Iterable[tuple[int, R | None]],
    marks: Mapping[int, _Mark],
    faults: list[Fault],
) -> tuple[int, int, bytes | None]:
    """Check one chain; return how many rows it has, its last place, and its end."""
    previous: bytes | None = NO_LINK
    expected, count = 1, 0
    for (place, row), after in _ahead(rows):
        name = chain.name(str(place))
        if place != expected:
            faults.append(Fault(chain.name(_span(expected, place - 1)), "missing"))
            previous = None
        expected, count = place + 1, count + 1
        if row is None:
            faults.append(Fault(name, chain.unreadable(place)))
            previous = None
            continue
        before = row.previous if previous is None else previous
        hashed, stored = chain.hashed(row, before), row.hash
        mark = marks.get(place)
        following = after.previous if after else mark and mark.hash
        if stored == hashed and row.previous != before:
            faults.append(Fault(name, "its previous was changed"))
        elif stored != hashed and following == hashed:
            faults.append(Fault(name, "its hash was changed"))
            stored = hashed
        elif stored != hashed and len(faults) < NAMED:
            faults.append(Fault(name, chain.field(row, before)))
        if mark and mark.hash != stored:
            faults.append(Fault(name, f"{mark.by} names another"))
        previous = stored
    last = max(marks, default=0)
    if last >= expected:
        why = f"the end was cut off: {marks[last].by} names it"
        faults.append(Fault(chain.name(_span(expected, last)), why))
    return count, expected - 1, previous


def _ahead(
    rows: Iterable[tuple[int, R | None]],
) -> Iterator[tuple[tuple[int, R | None], R | None]]:
    """Yield each row with the one after it."""
    behind = None
    for pair in rows:
        if behind is not None:
            yield behind, pair[1]
        behind = pair
    if behind is not None:
        yield behind, None


def _span(first: int, last: int) -> str:
    return str(first) if first == last else f"{first} to {last}"


def _several(what: str, first: int, last: int) -> str:
    return f"{what} {_span(first, last)}"


def _one_by_one(
    session: Session, chosen: Select[R], key: InstrumentedAttribute[int]
) -> list[tuple[int, R | None]]:
    """Return rows of which some cannot be read: those as None."""
    found: list[tuple[int, R | None]] = []
    for place in session.scalars(chosen.with_only_columns(key)).all():
        try:
            row = session.scalars(chosen.where(key == place)).one()
        except UNREADABLE:
            row = None
        found.append((place, row))
    return found


def _unreadable(session: Session, table: type[Base], *where: Any) -> str:
    """Return which fields of a row cannot be read."""
    names = []
    for column in table.__table__.c:
        try:
            session.scalar(select(column).where(*where))
        except UNREADABLE:
            names.append(column.name)
    return f"its {' and '.join(names)} was changed, and cannot be read"


def _explained(
    row_hash: bytes,
    hashed: Callable[..., bytes],
    candidates: Mapping[str, Iterable[object]],
) -> str:
    """Return which field was changed: the one whose old value makes the hash fit."""
    for name, values in candidates.items():
        for value in values:
            if hashed(**{name: value}) == row_hash:
                return f"its {name} was changed; it was {value}"
    return NOT_TOLD


# The audit trail


def _audit(session: Session, marks: Mapping[int, _Mark], faults: list[Fault]) -> int:
    words: dict[str, list[Any]] = {}

    def field(row: AuditEntry, previous: bytes) -> str:
        if _entry_hash(row, previous=row.previous) == row.hash:
            return "it does not follow the one before"
        if not words:
            words.update(_words(session))
        near = range(max(1, row.seq - NEAR), row.seq + NEAR)
        for seq in near:
            if _entry_hash(row, previous=row.previous, seq=seq) == row.hash:
                return f"its seq was changed; it was {seq}"

        def hashed(**other: Any) -> bytes:
            return _entry_hash(row, **{"previous": previous, **other})

        return _explained(row.hash, hashed, words)

    chain: _Chain[AuditEntry] = _Chain(
        name=lambda places: f"audit entry {places}",
        hashed=lambda row, previous: _entry_hash(row, previous=previous),
        field=field,
        unreadable=lambda seq: _unreadable(session, AuditEntry, AuditEntry.seq == seq),
    )
    count, _, _ = _follow(chain, _entries(session), marks, faults)
    return count


def _entries(session: Session) -> Iterator[tuple[int, AuditEntry | None]]:
    """Yield the trail from its beginning."""
    seq = 0
    while True:
        page = (
            select(AuditEntry)
            .where(AuditEntry.seq > seq)
            .order_by(AuditEntry.seq)
            .limit(BATCH)
        )
        found: Sequence[tuple[int, AuditEntry | None]]
        try:
            found = [(row.seq, row) for row in session.scalars(page)]
        except UNREADABLE:
            found = _one_by_one(session, page, AuditEntry.seq)
        if not found:
            return
        yield from found
        seq = found[-1][0]


def _entry_hash(row: AuditEntry, *, previous: bytes, **other: Any) -> bytes:
    fields = {
        "seq": row.seq,
        "at": row.at,
        "actor": row.actor,
        "action": row.action,
        "subject": row.subject,
        "detail": row.detail,
    }
    return audit_link(previous, **{**fields, **other})


def _words(session: Session) -> dict[str, list[Any]]:
    """Return what may have stood in an entry, by field: known words, and others'."""
    columns = (AuditEntry.actor, AuditEntry.action, AuditEntry.subject, AuditEntry.at)
    known = {"actor": ACTORS, "action": DONE}
    return {
        column.key: [
            *known.get(column.key, ()),
            *session.scalars(select(column).distinct().limit(WORDS)),
        ]
        for column in columns
    }


# Timelines


def _timelines(session: Session, faults: list[Fault]) -> int:
    counted = 0
    raw = [type_coerce(getattr(Request, name), String).label(name) for name in FOLLOWS]
    rows = session.execute(
        select(
            Request.filing_id,
            Request.id,
            Request.number,
            Request.events,
            Request.head,
            *raw,
        )
        .order_by(Request.id)
        .execution_options(yield_per=REQUESTS)
    )
    for some in rows.partitions():
        marks = _covered(session, [request.id for request in some])
        for request in some:
            counted += _timeline(session, request, marks.get(request.id, {}), faults)
    _without_request(session, faults)
    return counted


def _covered(session: Session, ids: Sequence[UUID]) -> dict[UUID, dict[int, _Mark]]:
    """Return what heads say of timelines, by request and place."""
    rows = session.scalars(
        select(SignedTimeline).where(SignedTimeline.request_id.in_(ids))
    )
    found: dict[UUID, dict[int, _Mark]] = {}
    for row in rows:
        mark = _Mark(row.hash, f"signed head {row.head}")
        found.setdefault(row.request_id, {})[row.place] = mark
    return found


def _timeline(
    session: Session,
    request: Any,
    covered: Mapping[int, _Mark],
    faults: list[Fault],
) -> int:
    of_request = (
        TimelineEntry.filing_id == request.filing_id,
        TimelineEntry.request_id == request.id,
    )
    chosen = select(TimelineEntry).where(*of_request).order_by(TimelineEntry.place)
    rows: Sequence[tuple[int, TimelineEntry | None]]
    try:
        rows = [(row.place, row) for row in session.scalars(chosen)]
    except UNREADABLE:
        rows = _one_by_one(session, chosen, TimelineEntry.place)
    moments = [row.at for _, row in rows if row]

    def unreadable(place: int) -> str:
        this = TimelineEntry.place == place
        return _unreadable(session, TimelineEntry, *of_request, this)

    chain: _Chain[TimelineEntry] = _Chain(
        name=lambda places: f"timeline entry {places} of {request.number}",
        hashed=_event_hash,
        field=lambda row, previous: _event_field(row, previous, moments),
        unreadable=unreadable,
    )
    end = {request.events: _Mark(request.head, "its request")} if request.events else {}
    before = len(faults)
    count, last, hashed = _follow(chain, rows, {**end, **covered}, faults)
    if last == request.events and hashed != request.head and last in covered:
        faults.append(Fault(chain.name(str(last)), "its request names another"))
    if last > request.events:
        name = chain.name(_span(request.events + 1, last))
        faults.append(Fault(name, "its request does not know it"))
    if len(faults) == before:
        _standing(request, [_event(row) for _, row in rows if row], faults)
    return count


def _event(row: TimelineEntry) -> Event:
    return Event(**{name: getattr(row, name) for name in EVENT_FIELDS})


def _event_hash(row: TimelineEntry, previous: bytes) -> bytes:
    return link(previous, _event(row), request=str(row.request_id), place=row.place)


def _event_field(row: TimelineEntry, previous: bytes, moments: list[Any]) -> str:
    """Return which field of an entry was changed, if one alone was."""
    event, request = _event(row), str(row.request_id)
    if _event_hash(row, row.previous) == row.hash:
        return "it does not follow the one before"
    for place in range(1, row.place + NEAR):
        if link(row.previous, event, request=request, place=place) == row.hash:
            return f"its place was changed; it was {place}"

    def hashed(**other: Any) -> bytes:
        return link(previous, replace(event, **other), request=request, place=row.place)

    days = [
        row.at.date() + timedelta(days) for days in sorted(range(-NEAR, NEAR), key=abs)
    ]
    candidates: dict[str, Iterable[object]] = {
        "kind": EventKind,
        "by": Actor,
        "outcome": (None, *Outcome),
        "denial_ground": (None, *DenialGround),
        "evidence": (None, *Evidence),
        "resumes": (None, *Status),
        "retracts": (None, *range(1, row.place)),
        "on": (None, *days),
        "until": (None, *days),
        "commitment": (None,),
        "route": (None, *RouteKind),
        "at": moments,
    }
    return _explained(row.hash, hashed, candidates)


def _standing(request: Any, events: Sequence[Event], faults: list[Fault]) -> None:
    """Say where a request stands elsewhere than its timeline leads."""
    try:
        standing = replay(events)
    except ValueError:
        faults.append(
            Fault(f"the timeline of {request.number}", "no such steps follow")
        )
        return
    for name in FOLLOWS:
        kept, follows = getattr(request, name), getattr(standing, name)
        if (kept and str(kept)) != (follows and str(follows)):
            why = "its timeline leads elsewhere"
            faults.append(Fault(f"the {name} of {request.number}", why))


def _without_request(session: Session, faults: list[Fault]) -> None:
    """Name the timelines whose request is gone."""
    for table, by in ((SignedTimeline, "signed heads name"), (TimelineEntry, "it has")):
        there = select(Request.id).where(Request.id == table.request_id)
        lost = select(table.request_id).where(~there.exists()).distinct().limit(NAMED)
        faults += [
            Fault(f"the request {request_id}", f"missing: {by} its timeline")
            for request_id in session.scalars(lost)
        ]
