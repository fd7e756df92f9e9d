"""``efface demo``."""

import re
from pathlib import Path

from app import clock
from app.actions.file_request import file_request
from app.actions.filing_form import FilingBody
from app.actions.prepare_filing import prepare
from app.actions.read_filing import find_filing
from app.actions.record_reply import ReplyBody, record_reply
from app.commands.house import house
from app.domain.receipts import secret_of
from app.domain.timeline import OPEN, EventKind, Status
from app.store.audit import AuditEntry
from app.store.outbox import Message, MessageKind, State
from app.store.people import Filing
from app.store.requests import Request, TimelineEntry
from tests.commands.conftest import Efface


def test_nothing_is_made_up_beside_people(efface: Efface, used: Path) -> None:
    told = efface("demo --filings 3")

    assert told.code == 1
    assert "holds filings" in told.lines[0]


def test_a_year_of_answers_is_made_up(efface: Efface, used: Path) -> None:
    with house() as opened, opened.store.reading() as session:
        days = [filing.filed_on for filing in session.query(Filing)]
        kinds = {entry.kind for entry in session.query(TimelineEntry)}
        answered = session.query(Request).filter(Request.outcome.is_not(None)).count()

    assert len(days) == 12
    assert (max(days) - min(days)).days > 300
    assert {EventKind.FILED, EventKind.CONFIRMED, EventKind.SENT} < kinds
    assert answered


def test_the_queue_has_requests_of_every_kind(efface: Efface, folder: Path) -> None:
    told = efface("demo --filings 60")
    today = clock.now().date()

    with house() as opened, opened.store.reading() as session:
        made = session.query(Request).all()
        statuses = {request.status for request in made}
        due = [r.due for r in made if r.due is not None and r.status in OPEN]

    assert told.code == 0
    assert min(due) < today < max(due)
    assert {
        Status.SENT,
        Status.ACKNOWLEDGED,
        Status.IDENTITY_REQUESTED,
        Status.UNDELIVERABLE,
        Status.ANSWERED,
    } <= statuses


def test_it_says_how_to_look_at_one_and_what_to_do_next(
    efface: Efface, folder: Path
) -> None:
    told = efface("demo --filings 3")

    code = re.search(r"EF-[0-9A-Z-]{34}", told.out)
    assert code is not None
    assert "/track" in told.out
    assert "efface serve" in told.out
    with house() as opened, opened.store.reading() as session:
        assert find_filing(session, opened.keys, secret_of(code[0])) is not None


def test_its_audit_trail_is_in_the_order_of_its_days(
    efface: Efface, used: Path
) -> None:
    with house() as opened, opened.store.reading() as session:
        entries = session.query(AuditEntry).order_by(AuditEntry.seq)
        days = [entry.at for entry in entries if entry.action == "reply recorded"]

    assert days == sorted(days)


def test_nothing_of_it_leaves(efface: Efface, used: Path) -> None:
    with house() as opened, opened.store.reading() as session:
        states = {message.state for message in session.query(Message)}

    assert states == {State.CANCELLED}
    assert not list((used / "mail").rglob("*.eml"))


def test_its_chains_hold(efface: Efface, used: Path) -> None:
    assert efface("audit verify").code == 0


def test_nothing_of_it_leaves_later_either(efface: Efface, used: Path) -> None:
    """Its answers are overdue, and staff write down what vendors say."""
    with house() as opened, opened.store.writing() as session:
        waiting = session.query(Request).filter(Request.status == Status.SENT).first()
        assert waiting is not None
        reply = ReplyBody(received_on=clock.now().date(), kind=EventKind.DELETED)
        desk = opened.desk()
        record_reply(session, desk, waiting.id, reply, at=clock.now(), staff_id=None)

    assert efface("worker --once").code == 0

    with house() as opened, opened.store.reading() as session:
        kinds = {message.kind for message in session.query(Message)}
        states = {message.state for message in session.query(Message)}
    assert {MessageKind.OVERDUE, MessageKind.ANSWERED} < kinds
    assert states == {State.CANCELLED}
    assert not list((used / "mail").rglob("*.eml"))


def test_people_may_file_beside_it(efface: Efface, used: Path) -> None:
    body = FilingBody.model_validate(
        {
            "residence": "US-CA",
            "vendors": ["spokeo"],
            "resident": {"name": "A B", "email": "a@example.org"},
        }
    )
    with house() as opened, opened.store.writing() as session:
        file_request(
            session,
            opened.desk(),
            prepare(opened.desk(), body, at=clock.now()),
            at=clock.now(),
            caller=b"somebody",
        )

    assert efface("worker --once").code == 0

    assert len(list((used / "mail").rglob("*.eml"))) == 1
