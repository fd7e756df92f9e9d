"""Read why letters of a filing wait, and whether it is mailed about when they leave."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.actions.stop_news import wants_news
from app.store.outbox import ASKS, LIVE, KeptBack, Message


@dataclass(frozen=True, slots=True)
class Leaving:
    """What a person can be told of letters that did not leave yet."""

    kept_back: Mapping[UUID, KeptBack]
    """Why, by request; not here is one that leaves as soon as its turn comes."""
    news: bool
    """Whether a mail comes when they have left."""


def read_leaving(session: Session, filing_id: UUID) -> Leaving:
    """Return why letters of a filing wait."""
    rows = session.execute(
        select(Message.request_id, Message.kept_back).where(
            LIVE,
            Message.filing_id == filing_id,
            Message.kind.in_(ASKS),
            Message.kept_back.is_not(None),
        )
    )
    return Leaving(
        {request_id: why for request_id, why in rows if request_id and why},
        wants_news(session, filing_id),
    )
