"""Open a mail, or a file that hangs on it, for who gave a reason: to them alone.

What a stranger sent is taken apart in a process that has little to break, with no
transaction open meanwhile.
"""

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

import anyio
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.actions.keep_evidence import Given
from app.channels.mail_reader import MailReader, Raw
from app.channels.uploads import Checked, Redrawing
from app.store import inbox
from app.store.opening import Opener
from app.store.sealing import CannotOpenError, seal_to
from app.store.session import Store
from app.store.staff import Reveal

AT_ONCE = 5


@dataclass(frozen=True, slots=True)
class Tools:
    """What opens mails, and who reads them and draws their pictures anew."""

    opener: Opener
    reader: MailReader
    redrawing: Redrawing


@dataclass(frozen=True, slots=True)
class _Asked:
    id: UUID
    mail_id: UUID
    file: int | None
    public_key: bytes


def answer_mail_reveals(store: Store, tools: Tools, *, at: datetime) -> int:
    """Answer what waits to be seen of mails; return how much that was."""
    with store.reading() as session:
        waiting = _waiting(session, at)
    for asked in waiting:
        with store.reading() as session:
            sealed = _opened(session, tools.opener, asked.mail_id)
        content = b"" if sealed is None else _content(tools, asked, *sealed)
        with store.writing() as session:
            reveal = session.get(Reveal, asked.id, with_for_update=True)
            if reveal is not None:
                reveal.answer = seal_to(content, asked.public_key, asked.id.bytes)
                reveal.answered_at = at
    return len(waiting)


def _waiting(session: Session, at: datetime) -> list[_Asked]:
    rows = session.execute(
        select(Reveal.id, Reveal.mail_id, Reveal.mail_file, Reveal.public_key)
        .where(
            Reveal.answered_at.is_(None),
            Reveal.mail_id.is_not(None),
            Reveal.expires_at > at,
        )
        .limit(AT_ONCE)
    )
    return [_Asked(i, mail, file, key) for i, mail, file, key in rows if mail]


def _opened(
    session: Session, opener: Opener, mail_id: UUID
) -> tuple[dict[str, object], Raw] | None:
    """Return what was read of a mail, and its bytes; None where it is gone."""
    row = inbox.mail_by_id(session, mail_id)
    if row is None or row.thing is None:
        return None
    try:
        opened = opener.open(row.thing, inbox.place_of(mail_id))
    except CannotOpenError:
        return None
    document, _, content = opened.partition(b"\n")
    return json.loads(document), Raw(content, row.size)


def _content(
    tools: Tools, asked: _Asked, document: dict[str, object], raw: Raw
) -> bytes:
    if asked.file is None:
        files = [asdict(one) for one in tools.reader.files(raw)]
        return json.dumps({**document, "hanging": files}).encode()
    taken = tools.reader.file(raw, asked.file)
    if taken is None:
        return b""
    handed = anyio.run(tools.redrawing.handed_out, taken)
    if not isinstance(handed, Checked):
        return b""
    return Given(handed.name, handed.content).sealable()
