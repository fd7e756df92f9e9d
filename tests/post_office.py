"""A portal that files, confirms and delivers, for tests of what leaves."""

import email
import email.policy
import re
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.actions.confirm_email import Confirmed, confirm_by_code
from app.actions.deliver import Post, claim_due, deliver
from app.actions.desk import Desk
from app.actions.file_request import file_request
from app.actions.filing_form import FilingBody
from app.actions.import_vendors import import_vendors
from app.actions.portal import Portal
from app.actions.prepare_filing import Filed, prepare
from app.actions.read_directory import read_directory
from app.actions.recover_receipt import look_up, to_look_up
from app.channels.base import Channel, Delivery
from app.channels.envelope import Envelope
from app.domain.receipts import secret_of
from app.domain.timeline import Event
from app.domain.vendors import Directory
from app.letters import Letters
from app.rulebook.load import load_rulebook
from app.rulebook.vendor_schema import VendorShape
from app.store import outbox, people, requests
from app.store.keys import Keys
from app.store.opening import Opener
from app.store.session import Store

TEMPLATES = Path(__file__).parent.parent / "templates"
LETTERS = Letters(TEMPLATES)
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
LATER = timedelta(minutes=20)
PROBE: Mapping[str, Any] = {
    "slug": "probe",
    "name": "Probe Data Incorporated",
    "seat": ["US-NY"],
    "sector": "data_broker",
    "data_sources": ["third_party"],
    "data_kinds": ["contact"],
    "zone": "America/New_York",
    "domains": ["probe.example.org"],
    "sources": ["https://probe.example.org/privacy"],
    "confidence": "medium",
    "checked_on": "2026-11-01",
    "routes": [{"kind": "email", "address": "privacy@probe.example.org"}],
}
TYPED = "Zoë Quillfeather"
MAILBOX = "zoe.quill@example.org"


@dataclass
class Scripted:
    """A way out that answers as it is told, and keeps what it was given."""

    answers: list[Delivery | BaseException] = field(default_factory=list)
    """The next answers, the first first; when there are none, all is accepted."""
    sent: list[Envelope] = field(default_factory=list)
    longest: timedelta = timedelta(seconds=10)
    watch: Callable[[], None] = lambda: None

    def send(self, envelope: Envelope) -> Delivery:
        """Take one mail."""
        self.watch()
        self.sent.append(envelope)
        answer = self.answers.pop(0) if self.answers else Delivery.DELIVERED
        if isinstance(answer, BaseException):
            raise answer
        return answer

    def to(self, mailbox: str) -> list[EmailMessage]:
        """Return the mails to one mailbox as they were read at the other end."""
        return [read(e.message.as_bytes()) for e in self.sent if e.recipient == mailbox]


def read(raw: bytes) -> EmailMessage:
    """Return a mail as its receiver parses it, with the line ends of a text file."""
    found = email.message_from_bytes(
        raw.replace(b"\r\n", b"\n"), policy=email.policy.default
    )
    assert isinstance(found, EmailMessage)
    return found


def words(mail: EmailMessage) -> str:
    """Return all that a mail says: its headers and each of its texts."""
    texts = [p.get_content() for p in mail.walk() if p.get_content_maintype() == "text"]
    return "\n".join([*map(str, mail.values()), *texts])


def code_in(mail: EmailMessage) -> str:
    """Return the six digits of a mail."""
    body = mail.get_body(("plain",))
    assert body is not None
    found = re.search(r"\b(\d{3}) (\d{3})\b", body.get_content())
    assert found is not None
    return found[1] + found[2]


@dataclass
class Office:
    """One portal with a worker's hands."""

    store: Store
    post: Post
    channel: Scripted

    def writing(self) -> AbstractContextManager[Session]:
        """Open a session that commits."""
        return self.store.writing()

    def file(self, *, at: datetime = NOON, **given: Any) -> Filed:
        """File with one vendor, by mail, unless told otherwise."""
        body = {
            "residence": "US-CA",
            "vendors": ["probe"],
            "resident": {"name": TYPED, "email": MAILBOX},
        }
        desk = self.post.desk
        prepared = prepare(desk, FilingBody.model_validate(body | given), at=at)
        with self.writing() as session:
            filed = file_request(
                session, desk, prepared, at=at, caller=secret_caller(given)
            )
        assert isinstance(filed, Filed)
        return filed

    def deliver(self, at: datetime = NOON) -> int:
        """Deliver until nothing is due any more."""
        total = 0
        while keys := claim_due(self.post, at=at):
            for key in keys:
                deliver(self.post, key, at=at)
            total += len(keys)
        return total

    def look_up(self, at: datetime = NOON) -> None:
        """Look for the filings of who lost a receipt, as the worker does."""
        with self.store.reading() as session:
            asking = to_look_up(session)
        for mailbox in asking:
            with self.writing() as session:
                look_up(session, mailbox, desk=self.post.desk, at=at)

    def confirm(self, filed: Filed, *, at: datetime = NOON) -> None:
        """Confirm by the mailed code."""
        self.deliver(at)
        [asking] = self.messages(filed, outbox.MessageKind.CONFIRM)
        mails = [read(e.message.as_bytes()) for e in self.channel.sent]
        [mail] = [m for m in mails if m["Message-ID"] == asking.message_id]
        code = code_in(mail)
        with self.writing() as session:
            done = confirm_by_code(session, self.post.desk, filed.filing, code, at=at)
        assert isinstance(done, Confirmed)

    def confirmed(self, *, at: datetime = NOON, **given: Any) -> Filed:
        """File and confirm; what was mailed so far is forgotten."""
        filed = self.file(at=at, **given)
        self.confirm(filed, at=at)
        self.channel.sent.clear()
        return filed

    def sent(self, *, at: datetime = NOON, **given: Any) -> Filed:
        """File, confirm and deliver the letter."""
        filed = self.confirmed(at=at, **given)
        self.deliver(at)
        self.channel.sent.clear()
        return filed

    def request(self, filed: Filed, place: int = 0) -> requests.Request:
        """Return a request's row as it stands."""
        with self.store.reading() as session:
            key = (filed.filing, filed.requests[place].id)
            found = session.get_one(requests.Request, key)
            session.expunge(found)
        return found

    def filing(self, filed: Filed) -> people.Filing:
        """Return a filing's row as it stands."""
        with self.store.reading() as session:
            found = session.get_one(people.Filing, filed.filing)
            session.expunge(found)
        return found

    def timeline(self, filed: Filed, place: int = 0) -> tuple[Event, ...]:
        """Return a request's events."""
        with self.store.reading() as session:
            return requests.timeline(session, filed.filing, filed.requests[place].id)

    def messages(
        self, filed: Filed, kind: outbox.MessageKind | None = None
    ) -> list[outbox.Message]:
        """Return what was queued for a filing."""
        with self.store.reading() as session:
            found = session.scalars(
                select(outbox.Message)
                .where(outbox.Message.filing_id == filed.filing)
                .order_by(outbox.Message.id)
            ).all()
            session.expunge_all()
        return [m for m in found if kind in {None, m.kind}]

    def receipt(self, filed: Filed) -> bytes:
        """Return the receipt's secret."""
        return secret_of(filed.receipt)

    def through(self, channel: Channel) -> Post:
        """Return the same post with another way out."""
        return replace(self.post, channel=channel)


def secret_caller(given: Mapping[str, Any]) -> bytes:
    """Return the caller's address: each filing from another, so that no limit meets."""
    return repr(sorted(given.items(), key=str)).encode()


def post_office(
    store: Store,
    keys: Keys,
    *,
    hold_minutes: int = 0,
    keep_days: int = 30,
    vendors: Iterable[Mapping[str, Any]] = (PROBE,),
    known: Directory | None = None,
) -> Office:
    """Return a portal over an open store; ``known`` vendors are not recorded again."""
    if known is None:
        with store.writing() as session:
            shapes = [VendorShape.model_validate(dict(vendor)) for vendor in vendors]
            import_vendors(session, shapes, at=NOON, by="import")
    with store.reading() as session:
        directory = read_directory(session, known)
    portal = Portal(
        base_url="http://testserver",
        operator="The Portal Society",
        operator_address=None,
        contact=None,
        mail_from="efface@portal.example.org",
        reply_domain="reply.example.org",
        hold_minutes=hold_minutes,
        keep_days=keep_days,
        production=False,
        release="0",
    )
    desk = Desk(load_rulebook(), directory, portal, keys, LETTERS)
    channel = Scripted()
    post = Post(
        store=store,
        desk=desk,
        opener=Opener(keys.epochs),
        channel=channel,
        owner="one",
        chance=lambda: 0.5,
    )
    return Office(store, post, channel)


def ids(filed: Filed) -> tuple[UUID, UUID]:
    """Return the key of a filing's first request."""
    return filed.filing, filed.requests[0].id
