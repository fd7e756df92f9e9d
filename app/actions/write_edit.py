"""Write what was said of a vendor: dated, attributed, and never over anything."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.actions.desk import Desk
from app.actions.edit_case import Case, effect_of
from app.actions.tell_left_mailbox import tell_left_mailboxes
from app.actions.vendor_record import Thing
from app.domain.record_acts import Act
from app.store import audit, vendors
from app.store.vendors import Version

AUDITED = {
    Act.NEW: "company added",
    Act.NAMES: "company renamed",
    Act.FACT: "fact of a company changed",
    Act.ROUTE: "way to a company changed",
    Act.OFFER: "offer of a company changed",
    Act.ORDER: "order on a company changed",
    Act.STRIKE: "struck from a company",
    Act.RETIRE: "company retired",
    Act.MERGE: "companies merged",
    Act.PART: "companies parted",
}
"""What the audit trail calls each act."""


def write(
    session: Session,
    desk: Desk,
    case: Case,
    *,
    at: datetime,
    by: UUID | str,
    actor: str = "",
) -> None:
    """Add the rows, tell whose mailbox is left, and let every copy in memory know.

    The rows are of who wrote them; where a second person looked, or the day had to
    come, the audit trail has as ``actor`` who let them count.
    """
    draft = case.draft
    effect = effect_of(session, desk, case, today=at.date())
    for part, versions in _versions(draft.things, at=at, by=by).items():
        vendors.add_all(session, part, versions)
    vendors.count_change(session)
    tell_left_mailboxes(
        session, desk, case.written, () if effect.begins else effect.told, at=at
    )
    audit.append(
        session,
        at=at,
        actor=actor or str(by),
        action=AUDITED[draft.act],
        subject=draft.slug,
        name=draft.name,
    )


def _versions(
    things: Iterable[Thing], *, at: datetime, by: UUID | str
) -> dict[str, list[Version]]:
    found: dict[str, list[Version]] = {}
    for thing in things:
        found.setdefault(thing.part, []).append(
            vendors.version_of(
                thing.vendor,
                thing.key,
                thing.document,
                at=at,
                by=thing.said_by or str(by),
            )
        )
    return found
