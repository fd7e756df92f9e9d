"""What is written where two records turn out to be two after all."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from app.actions.draft_merger import parted
from app.actions.vendor_record import Record
from app.store.vendors import Written
from tests.post_office import NOON


def names(place: int, **document: Any) -> Written:
    """The names of a record, as its version written at one moment has them."""
    at = NOON + timedelta(seconds=place)
    return Written(UUID(int=place), "vendor", "", document, b"", at, "somebody")


def test_a_merger_that_is_taken_back_leaves_what_the_other_record_waits_for() -> None:
    merged = {"of": "other", "since": "2026-11-20", "why": "They are one."}
    ahead = {**merged, "of": "third", "since": "2026-12-01", "take": []}
    probe = Record(
        "probe", (names(1, name="Probe"), names(3, name="Probe", double=merged))
    )
    other = Record(
        "other",
        (
            names(2, name="Other"),
            names(3, name="Other", brands=["Probe"]),
            names(4, name="Other", brands=["Probe"], double=ahead),
        ),
    )

    found = {one.vendor: one.document for one in parted(probe, other, ())}

    assert found == {
        "probe": {"name": "Probe"},
        "other": {"name": "Other", "double": ahead},
    }
