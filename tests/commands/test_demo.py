"""``efface demo``."""

from pathlib import Path

from app.commands.house import house
from app.domain.timeline import EventKind
from app.store.outbox import Message, State
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


def test_nothing_of_it_leaves(efface: Efface, used: Path) -> None:
    with house() as opened, opened.store.reading() as session:
        states = {message.state for message in session.query(Message)}

    assert states == {State.CANCELLED}
    assert not list((used / "mail").rglob("*.eml"))


def test_its_chains_hold(efface: Efface, used: Path) -> None:
    assert efface("audit verify").code == 0
