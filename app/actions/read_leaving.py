"""Read why letters of a filing wait, and whether it is mailed about when they leave."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.actions.stop_news import wants_news
from app.store.outbox import ASKS, LIVE, KeptBack, Message


@dataclass(frozen=True, slots=True)
class Leaving:
    """What a person can be told of letters that did not leave yet."""

    kept_back: Mapping[UUID, tuple[KeptBack, datetime]]
    """Why and until when, by request; not here is one that leaves at once."""
    news: bool
    """Whether a mail comes when they have left."""


def read_leaving(session: Session, filing_id: UUID) -> Leaving:
    """Return why letters of a filing wait."""
    rows = session.execute(
        select(Message.request_id, Message.kept_back, Message.next_try).where(
            LIVE,
            Message.filing_id == filing_id,
            Message.kind.in_(ASKS),
            Message.kept_back.is_not(None),
        )
    )
    return Leaving(
        {one: (why, until) for one, why, until in rows if one and why},
        wants_news(session, filing_id),
    )
