"""Look the keys of a mail up again, which nobody answered for when it came."""

from datetime import datetime
from typing import Any
from uuid import UUID

from app.actions.desk import Desk
from app.actions.keep_mail import (
    CHECK_AGAIN,
    document_of,
    remember,
    suggested,
    was_replayed,
)
from app.actions.match_mail import match_mail
from app.actions.receive import Letterbox, look_at
from app.channels.mail_reader import Raw
from app.domain.authenticity import Authenticity, judge
from app.store import inbox, people
from app.store.opening import Opener
from app.store.sealing import CannotOpenError, Sealer
from app.store.session import Store


def check_mail(
    store: Store,
    desk: Desk,
    box: Letterbox,
    opener: Opener,
    mail_id: UUID,
    *,
    at: datetime,
) -> bool:
    """Look the keys of a mail up once more; return whether it is settled now."""
    with store.reading() as session:
        row = inbox.mail_by_id(session, mail_id)
        thing = row.thing if row else None
        size = row.size if row else 0
        content = _opened(opener, thing, mail_id) if thing else None
    if content is None:
        return _give_up(store, mail_id)
    raw = Raw(content.partition(b"\n")[2], size)
    mail = box.reader.read(raw)
    with store.reading() as session:
        match = match_mail(session, desk, mail)
    looked = look_at(box, raw, mail, match.domains)
    with store.writing() as session:
        row = inbox.mail_by_id(session, mail_id, hold=True)
        if row is None or row.thing is None or row.check_at is None:
            return True
        replayed = was_replayed(session, desk, mail, looked)
        judged = judge(
            mail,
            domains=match.domains,
            address=match.address,
            keys=looked.keys,
            checked=looked.checked,
            replayed=replayed,
            at=row.received_at,
        )
        remember(session, desk, (), looked, at=at)
        row.authenticity, row.doubts = judged.verdict, list(judged.doubts)
        later = judged.verdict is Authenticity.NOT_CHECKED
        wait = CHECK_AGAIN[row.checks : row.checks + 1]
        row.check_at = at + wait[0] if later and wait else None
        row.checks += 1
        suggestion = suggested(mail, row.kind, row.received_at)
        document = document_of(mail, suggestion, looked, size)
        sealer = Sealer(desk.keys.epoch, match.receipt_public)
        thing = sealer.seal(document + b"\n" + raw.content, inbox.place_of(mail_id))
        for name, value in people.columns(thing).items():
            setattr(row, name, value)
        return row.check_at is None


def _opened(opener: Opener, thing: Any, mail_id: UUID) -> bytes | None:
    try:
        return opener.open(thing, inbox.place_of(mail_id))
    except CannotOpenError:
        return None


def _give_up(store: Store, mail_id: UUID) -> bool:
    with store.writing() as session:
        row = inbox.mail_by_id(session, mail_id, hold=True)
        if row is not None:
            row.check_at = None
    return True
