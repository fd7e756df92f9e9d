"""Receive mail: read apart, match, judge, keep; then mark it in the mailbox.

Nothing is marked that is not kept, and what is read twice counts once. A mail moves no
request, but for a letter of ours that came back for good.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog

from app.actions.desk import Desk
from app.actions.keep_mail import Came, Looked, digest_of, keep
from app.actions.match_mail import match_mail
from app.channels.dns_keys import Lookup
from app.channels.mail_in import Inbox
from app.channels.mail_reader import MailReader, Raw
from app.domain.authenticity import worth_checking
from app.domain.mails import Mail
from app.store import inbox
from app.store.session import Store

log = structlog.get_logger()

AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class Letterbox:
    """Where mail comes in, who reads it, and where keys are looked up."""

    inbox: Inbox
    reader: MailReader
    look_up: Lookup


def receive(
    store: Store, desk: Desk, box: Letterbox, *, at: datetime, limit: int = AT_ONCE
) -> int:
    """Note what came in, ``limit`` mails at most; return how many were noted.

    One that cannot be noted is left in the mailbox, and keeps no other from it.

    Raises:
        InboxError: If the mailbox cannot be read now.
    """
    count = 0
    try:
        for arrived in box.inbox.arrived():
            try:
                note(store, desk, box, arrived.raw, at=at)
            except Exception as wrong:
                log.exception("mail not noted", why=type(wrong).__name__)
                continue
            box.inbox.done(arrived.key)
            count += 1
            if count == limit:
                break
    finally:
        box.inbox.close()
    return count


def note(store: Store, desk: Desk, box: Letterbox, raw: Raw, *, at: datetime) -> Came:
    """Read a mail and keep it, with no transaction open while it is read."""
    same = digest_of(b"mail", raw.content)
    with store.reading() as session:
        if inbox.was_seen(session, desk.keys.candidates("mail seen", same)):
            return Came.TWICE
    mail = box.reader.read(raw)
    with store.reading() as session:
        match = match_mail(session, desk, mail)
    looked = look_at(box, raw, mail, match.domains)
    with store.writing() as session:
        return keep(session, desk, raw, mail, match, looked, same=same, at=at)


def look_at(box: Letterbox, raw: Raw, mail: Mail, domains: Sequence[str]) -> Looked:
    """Look up the keys of enrolled domains alone, and check what they signed."""
    names = {signature.key_name for signature in worth_checking(mail, domains)}
    keys = {name: box.look_up(name) for name in sorted(names)}
    known = {name: key for name, key in keys.items() if key}
    checked = box.reader.verify(raw, known) if known and raw.whole else {}
    return Looked(keys, checked)
