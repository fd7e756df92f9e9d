"""File a draft: once, however often its button is pressed."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.actions.choose_vendors import Unfit, Why
from app.actions.desk import Desk
from app.actions.drafts import keep_filed, read_draft
from app.actions.file_request import Limited, OtherBody, file_request
from app.actions.filing_form import FilingBody
from app.actions.prepare_filing import Filed, Prepared
from app.store import people


def file_draft(
    session: Session,
    desk: Desk,
    prepared: Prepared,
    secret: bytes,
    draft_id: UUID,
    *,
    at: datetime,
    caller: bytes,
) -> Filed | Unfit | Limited | OtherBody:
    """File a draft and keep its receipt in it, under the key of the cookie alone.

    What was typed is taken out of the draft; from now on it stands sealed in the
    filing. A second press finds the filing of the first.
    """
    session.get(people.Draft, draft_id, with_for_update=True)
    draft = read_draft(session, secret, draft_id, at=at)
    if draft is None:
        return Unfit("draft", Why.GONE)
    if draft.filing is not None:
        return Filed(draft.filing, draft.content.get("receipt", ""), at, ())
    filed = file_request(session, desk, prepared, at=at, caller=caller)
    if isinstance(filed, Filed):
        content = what_stays(prepared.body, filed)
        keep_filed(session, secret, draft_id, content, filing=filed.filing, at=at)
    return filed


def what_stays(body: FilingBody, filed: Filed) -> dict[str, Any]:
    """Return what a draft still holds once it was filed."""
    return {
        "receipt": filed.receipt,
        "email": body.resident.email,
        "residence": body.residence,
        "vendors": body.vendors,
        "broadcast": body.broadcast,
        "language": body.language,
        "asks": body.asks,
    }
