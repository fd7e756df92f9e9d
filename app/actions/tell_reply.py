"""The resident records what a vendor wrote to them, with what proves it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.actions.desk import Desk
from app.actions.file_request import OtherBody
from app.actions.keep_evidence import is_saved, unsaved
from app.actions.record_reply import (
    CannotFollow,
    MovedOn,
    NotThatDay,
    Recorded,
    ReplyBody,
    UnknownRequest,
    record_reply,
)
from app.domain.timeline import Actor
from app.store import people, requests


@dataclass(frozen=True, slots=True)
class FilesGone:
    """A file of the form waits no longer, or cannot be opened yet: nothing was saved."""


def tell_reply(
    session: Session,
    desk: Desk,
    filing_id: UUID,
    request_id: UUID,
    receipt: bytes,
    body: ReplyBody,
    files: Sequence[UUID],
    *,
    at: datetime,
    nonce: str,
    shown: int,
) -> (
    Recorded
    | CannotFollow
    | NotThatDay
    | UnknownRequest
    | OtherBody
    | MovedOn
    | FilesGone
):
    """Record a reply as staff do, told by the resident; sent twice it is saved once.

    It moves legal clocks: who tells it has proved the mailbox.
    """
    filing = people.held(session, filing_id)
    if filing.purged_at is not None or not requests.locked(
        session, filing_id, request_id
    ):
        return UnknownRequest()
    waiting = unsaved(session, filing_id, request_id, receipt, files)
    saved = is_saved(session, filing_id, request_id, files)
    if {*files} - {file.id for file in waiting} - saved:
        return FilesGone()
    return record_reply(
        session,
        desk,
        request_id,
        body,
        at=at,
        staff_id=None,
        idempotency_key=nonce,
        shown=shown,
        told_by=Actor.RESIDENT,
        files=waiting,
    )
