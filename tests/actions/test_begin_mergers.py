"""A merger begins on its day, whoever said that it comes, and only then."""

from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from app.actions.begin_mergers import begin_merger
from app.actions.foresee_mergers import directories_ahead
from app.actions.import_vendors import import_vendors
from app.actions.read_directory import read_directory
from app.actions.vendor_record import record_of
from app.rulebook.vendor_schema import VendorShape
from tests.post_office import NOON, PROBE, Office

DAY = timedelta(days=1)


def waiting(slug: str, of: str, **change: Any) -> VendorShape:
    """A company whose record becomes the double of another in two days."""
    since = (NOON + 2 * DAY).date().isoformat()
    said = {"why": "They are one.", "source": "https://probe.example.org/about"}
    double = {"of": of, "since": since, "take": ["offer"], **said, **change}
    known = {**PROBE, "slug": slug, "name": slug.title(), "double": double}
    return VendorShape.model_validate(known)


@pytest.mark.parametrize("change", [{"source": None}, {"take": ["name"]}])
def test_what_could_not_begin_is_not_read(change: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        waiting("probe", of="other", **change)


@pytest.mark.parametrize("days", [None, 2], ids=["taken back", "begun"])
def test_what_is_written_while_the_days_ahead_are_read_stops_no_page(
    office: Office, days: int | None
) -> None:
    other = VendorShape.model_validate({**PROBE, "slug": "other", "name": "Other"})
    at = NOON + timedelta(seconds=1)
    with office.writing() as session:
        import_vendors(
            session, [other, waiting("probe", of="other")], at=at, by="import"
        )
    with office.store.reading() as session:
        seen = read_directory(session)
    assert [since for since, _ in seen.later] == [(NOON + 2 * DAY).date()]
    if days is not None:
        assert begins(office, "probe", days=days)
    else:
        plain = VendorShape.model_validate(PROBE)
        with office.writing() as session:
            import_vendors(session, [plain], at=at + DAY, by="import")

    with office.store.reading() as session:
        assert list(directories_ahead(session, seen)) == []


def begins(office: Office, slug: str, *, days: int) -> bool:
    with office.writing() as session:
        return begin_merger(session, slug, desk=office.post.desk, at=NOON + days * DAY)


def test_what_an_import_said_begins_on_its_day_once_and_never_with_itself(
    office: Office,
) -> None:
    both = [waiting("probe", of="other"), waiting("other", of="probe")]
    with office.writing() as session:
        import_vendors(session, both, at=NOON + timedelta(seconds=1), by="import")
    assert not begins(office, "probe", days=1)

    assert begins(office, "probe", days=2)

    assert not begins(office, "probe", days=2)
    assert not begins(office, "other", days=2), "they are one already"
    with office.store.reading() as session:
        probe, other = record_of(session, "probe"), record_of(session, "other")
    assert probe.is_double
    assert not other.is_double
    assert probe.written[-1].recorded_by == "import"
