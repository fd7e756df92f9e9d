"""Tell a mailbox of a vendor that letters go there no more.

Who wants letters for another could have the address changed; whoever has had it until
then is the first to notice.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from app.actions.desk import Desk
from app.actions.mail_out import mail_row
from app.domain.vendors import RouteKind
from app.letters import LeftFacts, Letter
from app.store.outbox import Message, MessageKind
from app.store.vendors import RouteRow, Written


def tell_left_mailboxes(
    session: Session,
    desk: Desk,
    written: Sequence[Written],
    mailboxes: Sequence[str],
    *,
    at: datetime,
) -> None:
    """Queue a mail to each mailbox.

    The outbox knows it by the version that named it: there it stands in the open.
    """
    for mailbox in mailboxes:
        version = next(
            one
            for one in reversed(written)
            if one.part == "route"
            and one.document is not None
            and one.document["kind"] == RouteKind.EMAIL
            and one.document.get("address") == mailbox
        )
        row = mail_row(
            desk,
            version.id,
            MessageKind.ADDRESS_LEFT,
            dedupe=f"left {at.isoformat()}",
            at=at,
        )
        session.execute(insert(Message.__table__), row)


def mail_to_left(session: Session, desk: Desk, version_id: UUID) -> tuple[str, Letter]:
    """Return the mailbox that a version of a way named, and what it is told."""
    version = session.execute(
        select(RouteRow.vendor, RouteRow.document).where(RouteRow.id == version_id)
    ).one()
    left_at = session.scalar(
        select(Message.created_at)
        .where(Message.filing_id == version_id)
        .order_by(Message.created_at.desc())
    )
    assert version.document is not None  # noqa: S101 - it named a mailbox
    assert left_at is not None  # noqa: S101 - its mail is in the outbox
    vendor = desk.directory.vendor(version.vendor)
    portal = desk.portal
    facts = LeftFacts(
        vendor=vendor.name if vendor else version.vendor,
        language=vendor.language if vendor else "en",
        page=portal.link(f"/vendors/{version.vendor}"),
        contact=portal.contact or portal.mail_from,
        on=left_at.date(),
        operator=portal.operator,
    )
    return str(version.document["address"]), desk.letters.address_left(facts)
