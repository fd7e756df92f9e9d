"""Files that are evidence of a reply: sealed before it is saved, or together with it."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, exists, insert, select, update
from sqlalchemy.orm import Session

from app.actions.desk import Desk
from app.domain.timeline import Evidence
from app.store import people, requests
from app.store.base import new_id
from app.store.people import columns
from app.store.sealing import CannotOpenError, Sealer, Where, open_with_receipt

MOST_FILES = 5
"""Of one request, given by its resident."""
ANSWER = "json"
"""The kind of an answer that we fetched from a company's own system, as it came."""
UNSAVED_LIVES = timedelta(days=1)
"""As long as a draft (contract, section 8)."""


@dataclass(frozen=True, slots=True)
class Given:
    """A file as it is to be kept: checked, and a picture drawn anew."""

    name: str
    content: bytes

    @property
    def kind(self) -> str:
        """How its name ends, which was told by its bytes."""
        return self.name.rpartition(".")[2]

    def sealable(self) -> bytes:
        """Return it as it is sealed: its name on the first line, then its bytes."""
        return json.dumps({"name": self.name}).encode() + b"\n" + self.content

    @classmethod
    def read(cls, content: bytes) -> "Given":
        """Return the file that was sealed so."""
        head, _, rest = content.partition(b"\n")
        return cls(json.loads(head)["name"], rest)


@dataclass(frozen=True, slots=True)
class Kept:
    """What is known of a kept file without opening it."""

    id: UUID
    name: str
    size: int
    sha256: str

    def document(self) -> dict[str, Any]:
        """Return it as it stands, sealed, in the reply that it is evidence of."""
        return asdict(self) | {"id": str(self.id)}

    @classmethod
    def read(cls, document: Mapping[str, Any]) -> "Kept":
        """Return what such a document says."""
        return cls(
            UUID(document["id"]),
            document["name"],
            document["size"],
            document["sha256"],
        )


@dataclass(frozen=True, slots=True)
class TooMany:
    """The request has as many files as it may have; nothing was kept."""


@dataclass(frozen=True, slots=True)
class NotKept:
    """That it was given is known, and nothing more: backups hold no pictures."""


def keep_evidence(
    session: Session,
    desk: Desk,
    filing_id: UUID,
    request_id: UUID,
    files: Sequence[Given],
    *,
    beside: Sequence[UUID] = (),
    dropped: Sequence[UUID] = (),
    at: datetime,
) -> tuple[UUID, ...] | TooMany:
    """Seal files for a reply that is not saved yet, and return their ids.

    ``beside`` names those that the form has already, ``dropped`` those that were taken
    out of it. What another form waits to save makes room only where there is none.
    """
    filing = people.held(session, filing_id)
    if filing.purged_at is not None:
        return ()
    _destroy(session, filing_id, request_id, [d for d in dropped if d not in beside])
    there = files_there(session, filing_id, request_id)
    over = len(there) + len(files) - MOST_FILES
    others = [one for one, place in there if place is None and one not in beside]
    if over > len(others):
        return TooMany()
    _destroy(session, filing_id, request_id, others[: max(over, 0)])
    given = []
    for file in files:
        file_id = new_id(at)
        seal_file(session, desk, filing, request_id, file_id, file, None, at=at)
        given.append(file_id)
    return tuple(given)


def _destroy(
    session: Session, filing_id: UUID, request_id: UUID, ids: Sequence[UUID]
) -> None:
    """Destroy files of a request whose reply was not saved."""
    if ids:
        session.execute(
            delete(requests.EvidenceFile)
            .where(
                requests.EvidenceFile.filing_id == filing_id,
                requests.EvidenceFile.request_id == request_id,
                requests.EvidenceFile.place.is_(None),
                requests.EvidenceFile.id.in_(ids),
            )
            .execution_options(synchronize_session=False)
        )


def is_saved(
    session: Session, filing_id: UUID, request_id: UUID, ids: Sequence[UUID]
) -> frozenset[UUID]:
    """Return which of some files are behind an entry of the timeline already."""
    found = select(requests.EvidenceFile.id).where(
        requests.EvidenceFile.filing_id == filing_id,
        requests.EvidenceFile.request_id == request_id,
        requests.EvidenceFile.place.is_not(None),
        requests.EvidenceFile.id.in_(ids),
    )
    return frozenset(session.scalars(found))


def files_there(
    session: Session, filing_id: UUID, request_id: UUID, *, by_vendor: bool = False
) -> Sequence[tuple[UUID, int | None]]:
    """Return the files that the resident gave, or the vendor with its own answers.

    Each with the entry that it is behind, the oldest first. Neither takes room from the
    other, nor does what a vendor's system answered.
    """
    file, entry = requests.EvidenceFile, requests.TimelineEntry
    answered = exists().where(
        entry.filing_id == file.filing_id,
        entry.request_id == file.request_id,
        entry.place == file.place,
        entry.evidence == Evidence.VENDOR_LINK,
    )
    found = session.execute(
        select(file.id, file.place)
        .where(
            file.filing_id == filing_id,
            file.request_id == request_id,
            file.sealed.is_not(None),
            file.kind.is_distinct_from(ANSWER),
            answered if by_vendor else ~answered,
        )
        .order_by(file.id)
    )
    return [(row.id, row.place) for row in found]


def kept_as(file: Given, *, at: datetime) -> Kept:
    """Return what will be known of a file once it is sealed."""
    return Kept(new_id(at), file.name, len(file.content), _digest(file.content))


def enclose(
    session: Session,
    desk: Desk,
    request: requests.Request,
    files: Mapping[Kept, Given],
    *,
    at: datetime,
) -> None:
    """Seal files behind the newest entry of a request's timeline, which they came with."""
    filing, place = people.held(session, request.filing_id), request.events
    for kept, file in files.items():
        seal_file(session, desk, filing, request.id, kept.id, file, place, at=at)


def seal_file(
    session: Session,
    desk: Desk,
    filing: people.Filing,
    request_id: UUID,
    file_id: UUID,
    file: Given,
    place: int | None,
    *,
    at: datetime,
) -> None:
    """Seal a file behind an entry; without one it waits for its reply to be saved."""
    where = Where("evidence", str(file_id))
    sealer = Sealer(desk.keys.epoch, filing.receipt_public)
    session.execute(
        insert(requests.EvidenceFile.__table__),
        {
            "filing_id": filing.id,
            "id": file_id,
            "request_id": request_id,
            "place": place,
            "given_at": at,
            "kind": file.kind,
            **columns(sealer.seal(file.sealable(), where)),
        },
    )


def unsaved(
    session: Session,
    filing_id: UUID,
    request_id: UUID,
    receipt: bytes,
    only: Sequence[UUID] | None = None,
) -> tuple[Kept, ...]:
    """Return the files that wait for their reply to be saved, in the order of giving."""
    found = session.scalars(
        select(requests.EvidenceFile)
        .where(
            requests.EvidenceFile.filing_id == filing_id,
            requests.EvidenceFile.request_id == request_id,
            requests.EvidenceFile.place.is_(None),
        )
        .order_by(requests.EvidenceFile.id)
    )
    rows = [row for row in found if only is None or row.id in only]
    opened = ((row.id, _opened(row, receipt)) for row in rows)
    return tuple(
        Kept(file_id, file.name, len(file.content), _digest(file.content))
        for file_id, file in opened
        if file is not None
    )


def read_evidence(
    session: Session,
    filing_id: UUID,
    request_id: UUID,
    evidence_id: UUID,
    receipt: bytes,
) -> Given | NotKept | None:
    """Return a file, opened with its filing's receipt; None where there is none."""
    row = session.get(requests.EvidenceFile, (filing_id, evidence_id))
    if row is None or row.request_id != request_id:
        return None
    return _opened(row, receipt) if row.thing else NotKept()


def put_behind(
    session: Session,
    request: requests.Request,
    files: Sequence[Kept],
    *,
    place: int | None = None,
) -> None:
    """Put files behind an entry of a request's timeline, by default the newest."""
    if files:
        session.execute(
            update(requests.EvidenceFile)
            .where(
                requests.EvidenceFile.filing_id == request.filing_id,
                requests.EvidenceFile.request_id == request.id,
                requests.EvidenceFile.id.in_([file.id for file in files]),
            )
            .values(place=request.events if place is None else place)
            .execution_options(synchronize_session=False)
        )


def keep_fetched(
    session: Session,
    desk: Desk,
    filing: people.Filing,
    request: requests.Request,
    kept: Kept,
    content: bytes,
    *,
    at: datetime,
) -> None:
    """Seal an answer that we fetched, behind the newest entry of its timeline."""
    file = Given(kept.name, content)
    sealer = Sealer(desk.keys.epoch, filing.receipt_public)
    where = Where("evidence", str(kept.id))
    session.execute(
        insert(requests.EvidenceFile.__table__),
        {
            "filing_id": filing.id,
            "id": kept.id,
            "request_id": request.id,
            "place": request.events,
            "given_at": at,
            "kind": file.kind,
            **columns(sealer.seal(file.sealable(), where)),
        },
    )


def fetched(content: bytes, *, at: datetime) -> Kept:
    """Return what is known of an answer that we fetched."""
    return Kept(new_id(at), f"answer.{ANSWER}", len(content), _digest(content))


def forget_unsaved(session: Session, *, at: datetime) -> int:
    """Destroy the files whose reply was not saved in a day."""
    gone = session.execute(
        delete(requests.EvidenceFile)
        .where(
            requests.EvidenceFile.place.is_(None),
            requests.EvidenceFile.given_at <= at - UNSAVED_LIVES,
        )
        .returning(requests.EvidenceFile.id)
        .execution_options(synchronize_session=False)
    )
    return len(gone.all())


def _opened(row: requests.EvidenceFile, receipt: bytes) -> Given | None:
    if row.thing is None:
        return None
    try:
        content = open_with_receipt(row.thing, Where("evidence", str(row.id)), receipt)
    except CannotOpenError:
        return None
    return Given.read(content)


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
