"""A vendor answers its matching list in bulk; what it says is kept, row by row.

The worker records it (:mod:`app.actions.take_list_answers`), one request at a time:
thousands of timelines are not written while somebody waits.
"""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Table, exists, insert, select
from sqlalchemy.orm import Session

from app.actions.announce import announce
from app.actions.file_request import OtherBody
from app.domain.matching import Code, code_from, read_id
from app.domain.receipts import MisreadError
from app.domain.timeline import REPLY_KINDS, DenialGround, EventKind
from app.domain.vendors import RouteKind
from app.domain.webhooks import HookEvent
from app.domain.written_days import day_from
from app.store import broadcasts, matching, people, requests
from app.store.base import new_id, take_place
from app.store.keys import Keys
from app.store.sealing import decrypt, encrypt, key_from

MOST_ROWS = 10_000
AT_ONCE = 500
"""Numbers in one statement."""
KNOWN_FOR = timedelta(days=90)
"""For which the same name of a file, or the same key, is the same answer."""
FURTHEST_WEST = timedelta(hours=12)
"""By which the latest clock on Earth is behind UTC."""
PLAIN, FULL = ("Id", "Status"), ("Id", "Status", "Ground", "Until")
"""The header of the platform's files, and one with all that our words need."""


class NotAnswersError(ValueError):
    """The file is no table of answers; the message says why."""


@dataclass(frozen=True, slots=True)
class Given:
    """One row as it was given; nothing of it has been looked at."""

    id: str
    status: str
    ground: str = ""
    until: str = ""


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that is not taken: the place in what was given, counted from one."""

    row: int
    why: str


@dataclass(frozen=True, slots=True)
class Kept:
    """What came of an upload."""

    accepted: int
    unchanged: int
    rejected: tuple[Rejected, ...]


def read_rows(text: str) -> list[Given]:
    """Return the rows of a CSV file.

    Raises:
        NotAnswersError: If it has not one of the two headers, or a row of other length.
    """
    try:
        header, *rows = csv.reader(
            io.StringIO(text.removeprefix("\ufeff")), strict=True
        )
    except (csv.Error, ValueError):
        raise NotAnswersError("the body is no table of answers") from None
    if tuple(header) not in {PLAIN, FULL}:
        raise NotAnswersError(f"the header is neither {','.join(PLAIN)} nor all four")
    rows = [row for row in rows if row]
    if any(len(row) != len(header) for row in rows):
        raise NotAnswersError("a row has more or fewer cells than the header")
    return [Given(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class _Said:
    """What a row says, whoever it is about."""

    code: Code | None = None
    kind: EventKind | None = None
    ground: DenialGround | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class _Answer:
    row: int
    number: str
    suffix: str | None
    said: _Said
    found: "_Listed | None" = None


def answer_list(
    session: Session,
    keys: Keys,
    vendor: str,
    rows: Sequence[Given],
    name: str,
    *,
    at: datetime,
) -> Kept | OtherBody:
    """Keep the answers of a vendor; the same ``name`` with the same rows keeps nothing.

    A row that repeats what was last answered of an item changes nothing either.
    """
    body = json.dumps([asdict(row) for row in rows]).encode()
    told = _told_before(session, keys, vendor, name, body, at=at)
    if told is not None:
        return told
    earliest = (at - FURTHEST_WEST).date()
    read = [_read(place, row, earliest) for place, row in enumerate(rows, start=1)]
    wrong = [one for one in read if isinstance(one, Rejected)]
    numbers = {one.number for one in _answers(read)}
    listed = _listed(session, vendor, numbers)
    listed |= _broadcast(session, vendor, numbers - listed.keys())
    new, same, seen = [], 0, set[tuple[str, str | None]]()
    for one in _answers(read):
        found = listed.get(one.number)
        if found is None or (one.suffix and one.suffix not in found.items):
            wrong.append(Rejected(one.row, "id: there is none on your list"))
        elif (one.number, one.suffix) in seen:
            wrong.append(Rejected(one.row, "id: it stands there twice"))
        elif one.said == found.last.get(one.suffix):
            same += 1
        else:
            new.append(replace(one, found=found))
        seen.add((one.number, one.suffix))
    _keep(session, vendor, new, at=at)
    kept = Kept(len(new), same, tuple(sorted(wrong, key=lambda one: one.row)))
    _remember(session, keys, vendor, name, body, kept, at=at)
    if new:
        count = {"accepted": len(new)}
        announce(session, HookEvent.ANSWERS_RECEIVED, vendor, count, at=at)
    return kept


def _answers(read: Iterable[_Answer | Rejected]) -> Iterator[_Answer]:
    return (one for one in read if isinstance(one, _Answer))


def _read(place: int, row: Given, earliest: date) -> _Answer | Rejected:
    try:
        number, suffix = read_id(row.id)
    except MisreadError:
        return Rejected(place, "id: is neither an item's nor a request's")
    said = _said(row, earliest)
    if isinstance(said, str):
        return Rejected(place, said)
    if said.code is not None and suffix is None:
        return Rejected(place, "status: a code is about an item, not about a request")
    # Our words are about the request, whichever of its items they stand beside.
    return _Answer(place, number, suffix if said.code is not None else None, said)


def _said(row: Given, earliest: date) -> _Said | str:
    """Return what a row says, or what is wrong with it.

    Nobody takes more time until a day that is over, wherever it is ``earliest`` yet.
    """
    code = code_from(row.status)
    if code is not None:
        return "ground: goes with a refusal alone" if row.ground else _Said(code)
    kind = row.status.strip()
    if kind not in REPLY_KINDS:
        return "status: is neither a code from 2 to 5 nor a word for an answer"
    if (kind == EventKind.REFUSED) != bool(row.ground):
        return "ground: goes with a refusal, and with nothing else"
    if row.ground and row.ground not in set(DenialGround) - {DenialGround.OTHER}:
        return "ground: is none of the known words"
    if (kind == EventKind.EXTENDED) != bool(row.until):
        return "until: goes with an extension, and with nothing else"
    try:
        until = day_from(row.until) if row.until else None
    except ValueError:
        return "until: is not a day such as 2026-11-23"
    if until is not None and until < earliest:
        return "until: lies before today"
    ground = DenialGround(row.ground) if row.ground else None
    return _Said(None, EventKind(kind), ground, until)


@dataclass(frozen=True, slots=True)
class _Listed:
    """A request on the vendor's list."""

    filing_id: UUID
    request_id: UUID | None
    """None for a broadcast of which no request was made yet."""
    items: frozenset[str]
    last: dict[str | None, _Said]
    """What was answered last of each item, and of the request, since it was listed."""


def _listed(session: Session, vendor: str, numbers: set[str]) -> dict[str, _Listed]:
    row, listing = requests.RequestNumber, matching.Listing
    found: dict[str, _Listed] = {}
    wanted = sorted(numbers)
    for start in range(0, len(wanted), AT_ONCE):
        some = select(row.number, listing).join(
            listing,
            (listing.filing_id == row.filing_id)
            & (listing.request_id == row.request_id),
        )
        some = some.where(
            row.number.in_(wanted[start : start + AT_ONCE]), listing.vendor == vendor
        )
        for number, one in session.execute(some):
            found[number] = _Listed(
                one.filing_id, one.request_id, frozenset(one.items.split()), {}
            )
        _add_last(session, vendor, some.with_only_columns(row.number), found)
    return found


def _last_said(
    session: Session, vendor: str, filings: Sequence[UUID]
) -> dict[UUID, dict[str | None, _Said]]:
    """Return what a vendor answered last of broadcasts, item by item."""
    row, request = broadcasts.BroadcastAnswer, requests.Request
    given = matching.ListAnswer
    waiting = select(row).where(row.filing_id.in_(filings), row.vendor == vendor)
    taken = (
        select(given)
        .join(
            request,
            (request.filing_id == given.filing_id) & (request.id == given.request_id),
        )
        .where(
            given.filing_id.in_(filings),
            request.vendor == vendor,
            request.route == RouteKind.MATCHING,
        )
    )
    said: dict[UUID, dict[str | None, _Said]] = {}
    for one in (
        *session.scalars(taken.order_by(given.id)),
        *session.scalars(waiting.order_by(row.id)),
    ):
        said.setdefault(one.filing_id, {})[one.item] = _as_said(one)
    return said


def _as_said(one: matching.ListAnswer | broadcasts.BroadcastAnswer) -> _Said:
    code = Code(one.code) if one.code is not None else None
    return _Said(code, one.kind, one.denial_ground, one.until)


def _add_last(
    session: Session, vendor: str, numbers: Any, found: dict[str, _Listed]
) -> None:
    row, listing, answer = requests.Request, matching.Listing, matching.ListAnswer
    given = (
        select(row.number, answer)
        .join(row, (row.filing_id == answer.filing_id) & (row.id == answer.request_id))
        .join(
            listing,
            (listing.filing_id == row.filing_id) & (listing.request_id == row.id),
        )
        .where(
            listing.vendor == vendor,
            row.number.in_(numbers),
            answer.received_at >= listing.listed_at,
        )
        .order_by(answer.id)
    )
    for number, one in session.execute(given):
        found[number].last[one.item] = _as_said(one)


def _broadcast(session: Session, vendor: str, numbers: set[str]) -> dict[str, _Listed]:
    """Return the broadcasts of these numbers that the vendor got."""
    row, held = broadcasts.Broadcast, broadcasts.BatchDrawer
    apart = requests.Request
    found: dict[str, _Listed] = {}
    wanted = sorted(numbers)
    for start in range(0, len(wanted), AT_ONCE):
        some = (
            select(row.number, row.filing_id, row.items, apart.id)
            .join(requests.RequestNumber, requests.RequestNumber.number == row.number)
            .outerjoin(
                apart,
                (apart.filing_id == row.filing_id)
                & (apart.vendor == vendor)
                & (apart.route == RouteKind.MATCHING),
            )
            .where(
                requests.RequestNumber.number.in_(wanted[start : start + AT_ONCE]),
                exists().where(
                    held.vendor == vendor,
                    held.circle == row.circle,
                    held.version == row.version,
                    held.drawer == row.drawer,
                ),
            )
        )
        rows = session.execute(some).all()
        said = _last_said(session, vendor, [row[1] for row in rows])
        for number, filing_id, items, request_id in rows:
            last = said.get(filing_id, {})
            found[number] = _Listed(
                filing_id, request_id, frozenset(items.split()), last
            )
    return found


def _keep(
    session: Session, vendor: str, new: Iterable[_Answer], *, at: datetime
) -> None:
    """Write the answers down: of a request, or until there is one, of a broadcast."""
    rows: dict[Table, list[dict[str, Any]]] = {}
    for one in new:
        assert one.found is not None  # noqa: S101 - found on the list
        made = one.found.request_id
        row: dict[str, Any] = {
            "filing_id": one.found.filing_id,
            "id": new_id(at),
            "item": one.suffix,
            "code": one.said.code,
            "kind": one.said.kind,
            "denial_ground": one.said.ground,
            "until": one.said.until,
            "received_at": at,
        }
        if made is None:
            whole = broadcasts.BroadcastAnswer.__table__
            rows.setdefault(whole, []).append(row | {"vendor": vendor})
        else:
            row |= {"request_id": made, "taken_at": None}
            rows.setdefault(matching.ListAnswer.__table__, []).append(row)
    for table, some in rows.items():
        session.connection().execute(insert(table), some)


# The same name, the same answer


def _name_hash(keys: Keys, vendor: str, name: str) -> tuple[bytes, ...]:
    return keys.candidates("list answers", f"{vendor}\0{name}".encode())


def _told_before(
    session: Session, keys: Keys, vendor: str, name: str, body: bytes, *, at: datetime
) -> Kept | OtherBody | None:
    hashes = _name_hash(keys, vendor, name)
    found = people.told_before(session, hashes, at=at)
    if found is None:
        return None
    if found.body_hash not in keys.candidates("list answers body", body):
        return OtherBody()
    opened = json.loads(
        decrypt(_answer_key(vendor, name), found.sealed_answer, found.key_hash)
    )
    wrong = tuple(Rejected(**one) for one in opened["rejected"])
    return Kept(opened["accepted"], opened["unchanged"], wrong)


def _remember(
    session: Session,
    keys: Keys,
    vendor: str,
    name: str,
    body: bytes,
    kept: Kept,
    *,
    at: datetime,
) -> None:
    newest = _name_hash(keys, vendor, name)[0]
    content = json.dumps(asdict(kept)).encode()
    row = {
        "key_hash": newest,
        "body_hash": keys.hash("list answers body", body),
        "sealed_answer": encrypt(_answer_key(vendor, name), content, newest),
        "expires_at": at + KNOWN_FOR,
    }
    take_place(session, people.Idempotency.__table__, row, over="expires_at", at=at)


def _answer_key(vendor: str, name: str) -> bytes:
    return key_from(f"{vendor}\0{name}".encode(), "list answers")
