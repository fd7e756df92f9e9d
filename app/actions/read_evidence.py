"""The evidence file of a request: its timeline with hashes, letters, answers.

Whoever gets it can compute each hash again with standard tools, trusting nobody
(``/help/evidence`` shows how). Opened with the receipt, which only the resident has.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.actions.desk import Desk
from app.actions.one_moment import one_moment
from app.actions.read_filing import FilingStanding, RequestStanding, read_filing
from app.actions.read_letters import LetterRead, ReplyRead, Written, read_letters
from app.actions.record_reply import committed
from app.actions.set_dates import dates_of
from app.domain.deadlines import DueDates
from app.domain.timeline import Actor, EventKind, chained, living
from app.store import requests

FORM = "efface evidence 2"
CHECK = """\
import hashlib, json
file, last, bare = json.load(open("evidence.json", encoding="utf-8")), bytes(32), 0
for place, entry in enumerate(file["timeline"], start=1):
    line = json.dumps(entry["fields"], sort_keys=True, separators=(",", ":"))
    last = hashlib.sha256(last + line.encode()).digest()
    assert (entry["fields"]["place"], entry["hash"]) == (place, last.hex()), f"entry {place}"
    said = bytes.fromhex(entry["nonce"] or "") + (entry["words"] or "").encode()
    told, bare = hashlib.sha256(said).hexdigest(), bare + bool(entry["fields"]["commitment"] and not said)
    assert not said or told == entry["fields"]["commitment"], f"the words of entry {place}"
print("Everything fits." if last.hex() == file["head"] else "The end is missing.", last.hex(), "-", bare, "without words")"""
"""The ten lines with which anybody checks the document, in Python alone."""


@dataclass(frozen=True, slots=True)
class Dossier:
    """All that is recorded of one request, as of one moment."""

    filing: FilingStanding
    request: RequestStanding
    hashes: tuple[bytes, ...]
    """Of each entry of its timeline."""
    written: Written
    dates: DueDates | None

    @property
    def left_from_here(self) -> bool:
        """Whether the portal's own letter is known to have left."""
        return any(
            event.kind is EventKind.SENT and event.by is not Actor.RESIDENT
            for event in living(self.request.timeline)
        )


def read_dossier(
    session: Session, desk: Desk, filing_id: UUID, request_id: UUID, receipt: bytes
) -> Dossier:
    """Return all that is recorded of one request."""
    one_moment(session)
    filing = read_filing(session, filing_id)
    request = next(r for r in filing.requests if r.id == request_id)
    return Dossier(
        filing=filing,
        request=request,
        hashes=_hashes(session, filing.id, request_id),
        written=read_letters(session, filing.id, request_id, receipt),
        dates=dates_of(
            desk.rulebook,
            desk.directory,
            residence=filing.residence,
            vendor=request.vendor,
            law=request.law,
            told=request.told,
            events=request.timeline,
        ),
    )


def evidence_document(dossier: Dossier, desk: Desk, *, at: datetime) -> dict[str, Any]:
    """Return the evidence file as a document; ``timeline`` is what its hashes cover."""
    request, written = dossier.request, dossier.written
    words = {reply.place: reply for reply in written.replies}
    entries = zip(request.timeline, dossier.hashes, strict=True)
    timeline = [
        {
            "fields": chained(event, request=str(request.id), place=place),
            "hash": hashed.hex(),
            **_words(words.get(place)),
        }
        for place, (event, hashed) in enumerate(entries, start=1)
    ]
    return {
        "form": FORM,
        "made_at": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "portal": desk.portal.base_url,
        "operator": desk.portal.operator,
        "how_to_check": desk.portal.link("/help/evidence"),
        **_standing(desk, dossier.filing, request),
        "timeline": timeline,
        "head": timeline[-1]["hash"],
        "vendor_references": [
            {"place": reply.place, "vendor_reference": reply.vendor_reference}
            for reply in written.replies
            if reply.vendor_reference
        ],
        "notes": [_note(reply) for reply in written.replies if reply.note],
        "letters": [
            _letter(letter, left_from_here=dossier.left_from_here)
            for letter in written.letters
        ],
        "not_opened": written.shut,
    }


def _hashes(session: Session, filing_id: UUID, request_id: UUID) -> tuple[bytes, ...]:
    """Return the hashes as they stand there, not as they would be computed now."""
    entry = requests.TimelineEntry
    found = (
        select(entry.hash)
        .where(entry.filing_id == filing_id, entry.request_id == request_id)
        .order_by(entry.place)
    )
    return tuple(session.scalars(found))


def _standing(
    desk: Desk, filing: FilingStanding, request: RequestStanding
) -> dict[str, Any]:
    vendor = desk.directory.vendor(request.vendor)
    return {
        "request": str(request.id),
        "number": request.number,
        "vendor": request.vendor,
        "vendor_name": vendor.name if vendor else request.vendor,
        "residence": filing.residence,
        "filed_on": filing.filed_on.isoformat(),
        "law_pack": filing.rulebook,
        "verdict": request.verdict,
        "law": request.law,
        "told_at_filing": request.told,
        "status": request.status,
        "outcome": request.outcome,
        "denial_ground": request.denial_ground,
        "evidence": request.evidence,
        "sent_on": _day(request.sent_on),
        "respond_due": _day(request.respond_due),
        "extended_due": _day(request.extended_due),
        "complaint_until": _day(request.complaint_until),
        "certainty": request.certainty,
    }


def _words(reply: ReplyRead | None) -> dict[str, str | None]:
    """Return what an entry commits to, and the nonce that its commitment needs.

    These are the words, with the digests of the files that were given with them.
    """
    if reply is None:
        return {"words": None, "nonce": None}
    said = committed(reply.text or "", reply.files, reply.form)
    return {"words": said.decode(), "nonce": reply.nonce}


def _note(reply: ReplyRead) -> dict[str, Any]:
    """Return a message that stands beside the timeline; no hash covers it."""
    return {
        "received_on": reply.received_on.isoformat(),
        "text": reply.text,
        "files": [file.sha256 for file in reply.files],
    }


def _letter(letter: LetterRead, *, left_from_here: bool) -> dict[str, str | None]:
    """Return a letter; ``sent_by`` is null where it is not known to have left."""
    by_us = "portal" if left_from_here else None
    return {
        "kind": "request" if letter.own else letter.kind,
        "sent_by": "resident" if letter.own else by_us,
        "language": letter.language,
        "written_at": letter.written_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "to": letter.to,
        "subject": letter.subject,
        "text": letter.text,
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
