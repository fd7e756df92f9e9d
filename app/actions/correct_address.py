"""Correct the address of a filing that nobody has confirmed yet: it is filed anew."""

import json
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.actions.choose_vendors import Unfit, Why
from app.actions.desk import Desk
from app.actions.drafts import keep_filed, read_draft
from app.actions.expire import end_unconfirmed
from app.actions.file_request import Limited, OtherBody, file_request
from app.actions.filing_form import FilingBody
from app.actions.prepare_filing import MANDATE, MANDATE_MAILED, Filed, prepare
from app.actions.reply_links import SEALED_AS
from app.actions.send_draft import what_stays
from app.domain.receipts import secret_of
from app.store import people
from app.store.people import FilingStatus
from app.store.sealing import Where, open_with_receipt


def correct_address(
    session: Session,
    desk: Desk,
    secret: bytes,
    draft_id: UUID,
    email: str,
    *,
    at: datetime,
    caller: bytes,
) -> Filed | Unfit | Limited | OtherBody:
    """File the same again with another mailbox, and end the filing of the wrong one.

    The person can be opened here because the draft holds the receipt; the new filing is
    prepared from it within the transaction. The code and
    the link that went to the wrong mailbox stop working. The same address again, as by
    a second press of the button, changes nothing.
    """
    session.get(people.Draft, draft_id, with_for_update=True)
    draft = read_draft(session, secret, draft_id, at=at)
    if draft is None or draft.filing is None:
        return Unfit("draft", Why.GONE)
    if email == draft.content["email"]:
        return Unfit("email", Why.SAME)
    filing = people.held(session, draft.filing)
    person = session.get_one(people.Person, draft.filing)
    if filing.status is not FilingStatus.UNCONFIRMED or person.thing is None:
        return Unfit("draft", Why.CONFIRMED)
    opened = open_with_receipt(
        person.thing,
        Where("person", str(filing.id)),
        secret_of(draft.content["receipt"]),
    )
    typed = json.loads(opened)
    typed["resident"]["email"] = email
    for anew in (MANDATE, MANDATE_MAILED, SEALED_AS):  # written anew
        typed.pop(anew, None)
    kept = ("residence", "vendors", "broadcast", "language", "asks")
    again = {k: draft.content[k] for k in kept if k in draft.content}
    body = FilingBody.model_validate({**typed, **again})
    filed = file_request(
        session, desk, prepare(desk, body, at=at), at=at, caller=caller
    )
    if isinstance(filed, Filed):
        content = what_stays(body, filed)
        keep_filed(session, secret, draft_id, content, filing=filed.filing, at=at)
        # Only now: what still belongs to the filing goes with it, drafts included.
        end_unconfirmed(session, filing, at=at)
    return filed
