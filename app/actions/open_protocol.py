"""Open what is sealed of the Data Rights Protocol. The worker's alone."""

import json
import secrets
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from app.actions.desk import Desk
from app.actions.protocol_rows import pair_of, place_of, row_place, seal_row
from app.channels.drp import Business
from app.store import requests
from app.store.opening import Opener
from app.store.protocol import (
    Oddity,
    ProtocolAnswer,
    ProtocolCallback,
    ProtocolRequest,
)
from app.store.sealing import CannotOpenError, Where

CALLBACK_BYTES = 24


def token_of(session: Session, opener: Opener, to: Business) -> str | None:
    """Return our token with a business; None where one must be asked for.

    One that no key here opens is asked for anew: that costs nothing.
    """
    pair = pair_of(session, to)
    if pair is None or pair.thing is None:
        return None
    try:
        return opener.open(pair.thing, place_of(pair)).decode()
    except CannotOpenError:
        return None


def begun(
    session: Session,
    desk: Desk,
    opener: Opener,
    told: Mapping[str, Any],
    message_id: UUID,
    key: tuple[UUID, UUID],
) -> tuple[ProtocolRequest, dict[str, Any]]:
    """Return the row of a request that is sent now, and what is sealed in it.

    The same for every try of one message; sent anew, it begins anew.
    """
    row = session.get(ProtocolRequest, key, with_for_update=True)
    if row is not None and row.message_id == message_id and row.thing is not None:
        return row, opened(opener, row)
    callback = secrets.token_urlsafe(CALLBACK_BYTES)
    content = {**told, "callback": callback, "request_id": None, "link": None}
    if row is None:
        row = ProtocolRequest(filing_id=key[0], id=key[1])
        session.add(row)
    row.message_id, row.failures = message_id, 0
    row.status = row.reason = row.expected_by = row.read_at = row.next_read = None
    seal_row(session, desk, row, content)
    session.flush()
    session.execute(
        delete(ProtocolCallback)
        .where(
            ProtocolCallback.filing_id == key[0], ProtocolCallback.request_id == key[1]
        )
        .execution_options(synchronize_session=False)
    )
    session.execute(
        insert(ProtocolCallback.__table__),
        {
            "token_hash": desk.keys.hash("callback", callback.encode()),
            "filing_id": key[0],
            "request_id": key[1],
        },
    )
    return row, content


def opened(opener: Opener, row: ProtocolRequest) -> dict[str, Any]:
    """Return what is sealed of a request.

    Raises:
        CannotOpenError: If the key that opens it is not here, or nothing is left.
    """
    if row.thing is None:
        raise CannotOpenError("nothing is left of it")
    return dict(json.loads(opener.open(row.thing, row_place(row))))


def hinted(session: Session, opener: Opener, request: requests.Request) -> str | None:
    """Return the id that a callback gave a request, before we knew one."""
    row = session.scalar(
        select(ProtocolAnswer).where(
            ProtocolAnswer.filing_id == request.filing_id,
            ProtocolAnswer.request_id == request.id,
            ProtocolAnswer.oddity == Oddity.HINT,
        )
    )
    if row is None or row.thing is None:
        return None
    try:
        where = Where("protocol_answer", str(row.id))
        found = json.loads(json.loads(opener.open(row.thing, where))["body"])
        given = found.get("request_id")
    except (CannotOpenError, ValueError, AttributeError):
        return None
    return str(given) if given else None
