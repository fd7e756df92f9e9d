"""Companies to look at, queued once on the day on which a law begins."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from app.actions.import_vendors import import_vendors
from app.actions.queue_checks import QUEUED
from app.rulebook.vendor_schema import VendorShape
from app.store.audit import AuditEntry
from app.store.checks import RecordTurn, VendorCheck
from app.store.keys import Keys
from app.store.session import Store
from app.worker import Worker
from tests.conftest import FakeClock
from tests.post_office import PROBE, Office, post_office

CHILE = datetime(2026, 12, 1, 9, tzinfo=UTC)
"""The day on which Chile's new law begins (``cl-21719``) and the old one ends."""
EVE = CHILE - timedelta(days=1)
LAWS = ["law:cl-19628-old", "law:cl-21719"]


@pytest.fixture
def office(store: Store, keys: Keys) -> Office:
    office = post_office(store, keys)
    with office.writing() as session:
        for slug, places in (("santiago", ["CL"]), ("elsewhere", ["DE"])):
            shape = VendorShape.model_validate(
                {
                    **PROBE,
                    "slug": slug,
                    "sector": "individual",
                    "routes": [
                        {
                            "kind": "email",
                            "address": "privacy@probe.example.org",
                            "places": places,
                        }
                    ],
                }
            )
            import_vendors(session, [shape], at=EVE, by="bundled")
    return office


def works(office: Office, at: datetime) -> None:
    """Let a worker that has just started do all that is due at a moment."""
    Worker(office.post, FakeClock(at), FakeClock(at)).once()


def queued(office: Office) -> dict[str, list[str]]:
    """Return the companies to look at, by the record that turned."""
    found: dict[str, list[str]] = {}
    with office.store.reading() as session:
        rows = session.execute(
            select(RecordTurn.record, VendorCheck.vendor)
            .join(VendorCheck, VendorCheck.turn_id == RecordTurn.id)
            .where(RecordTurn.day == CHILE.date())
            .order_by(RecordTurn.record, VendorCheck.vendor)
        )
        for record, vendor in rows:
            found.setdefault(record, []).append(vendor)
    return found


def test_nothing_is_queued_before_the_day(office: Office) -> None:
    works(office, EVE)

    assert queued(office) == {}


def test_on_the_day_those_are_queued_whose_answer_changes_or_who_name_the_place(
    office: Office,
) -> None:
    works(office, CHILE)

    found = queued(office)
    assert sorted(found) == LAWS
    assert "santiago" in found["law:cl-21719"]
    assert "clearview-ai" in found["law:cl-21719"]
    assert not any("elsewhere" in vendors for vendors in found.values())


def test_each_is_queued_once_over_restarts_and_days(office: Office) -> None:
    for days in (0, 0, 1, 30):
        works(office, CHILE + timedelta(days=days))

    found = queued(office)
    assert all(len(set(vendors)) == len(vendors) for vendors in found.values())
    with office.store.reading() as session:
        told = session.scalars(
            select(AuditEntry.subject)
            .where(AuditEntry.action == QUEUED, AuditEntry.subject.in_(LAWS))
            .order_by(AuditEntry.seq)
        ).all()
    assert sorted(told) == LAWS


def test_days_that_were_missed_are_made_up_for(office: Office) -> None:
    works(office, CHILE + timedelta(days=60))

    assert sorted(queued(office)) == LAWS


def test_who_was_checked_since_is_left_out(office: Office) -> None:
    late = {**PROBE, "slug": "santiago", "checked_on": "2026-12-01"}
    with office.writing() as session:
        shape = VendorShape.model_validate(late)
        import_vendors(session, [shape], at=CHILE, by="editor")

    works(office, CHILE)

    assert not any("santiago" in vendors for vendors in queued(office).values())
