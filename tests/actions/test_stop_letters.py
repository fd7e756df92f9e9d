"""What a vendor's route wants: a pause, working hours, a permission in the letter."""

from dataclasses import replace
from datetime import timedelta

import pytest

from app.actions.deliver import claim_due, deliver
from app.actions.import_vendors import import_vendors
from app.actions.look_after import kept_back
from app.actions.read_directory import read_directory
from app.actions.stop_letters import resume_letters, stop_letters, stopped_vendors
from app.actions.withdraw_request import withdraw_open
from app.domain.timeline import Status
from app.rulebook.vendor_schema import VendorShape
from app.store.outbox import KeptBack
from tests.post_office import NOON, PROBE, Office, words

VENDOR = "privacy@probe.example.org"
HOUR = timedelta(hours=1)


def stop(office: Office) -> bool:
    with office.writing() as session:
        return stop_letters(session, "probe", at=NOON, by="command")


def resume(office: Office, hours: int) -> bool:
    with office.writing() as session:
        at = NOON + hours * HOUR
        return resume_letters(session, "probe", at=at, by="command")


def why(office: Office) -> list[tuple[str, KeptBack, int]]:
    with office.store.reading() as session:
        return [(k.vendor, k.why, k.letters) for k in kept_back(session)]


def works(office: Office, **route: object) -> None:
    """Let the vendor be at work at these hours."""
    routes = [{**PROBE["routes"][0], **route}]
    shape = VendorShape.model_validate({**PROBE, "routes": routes})
    with office.writing() as session:
        import_vendors(session, [shape], at=NOON, by="import")
    with office.store.reading() as session:
        directory = read_directory(session)
    desk = replace(office.post.desk, directory=directory)
    office.post = replace(office.post, desk=desk)


@pytest.mark.parametrize("needs", [False, True])
def test_the_permission_leaves_where_the_route_needs_it_alone(
    office: Office, needs: bool
) -> None:
    works(office, mandate=needs)
    helper = {"name": "Ada Helper", "email": "ada@example.org", "relation": "friend"}
    office.confirmed(on_behalf={**helper, "mandate_agreed_on": "2026-11-20"})

    office.deliver()

    [letter] = office.channel.to(VENDOR)
    assert ("Permission to act for me" in words(letter)) is needs


def test_what_is_stopped_waits_in_sight_and_leaves_when_it_may(office: Office) -> None:
    assert stop(office)
    filed = office.confirmed()
    other = office.confirmed(vendors=["acxiom"], residence="GB")
    assert not stop(office)

    for hours in range(0, 80, 7):
        office.deliver(NOON + hours * HOUR)

    assert office.channel.to(VENDOR) == []
    assert office.request(filed).status is Status.QUEUED
    assert office.request(other).status is Status.SENT
    assert why(office) == [("probe", KeptBack.STOPPED, 1)]
    with office.store.reading() as session:
        [line] = stopped_vendors(session)
    assert (line.vendor, line.since, line.letters) == ("probe", NOON, 1)

    assert resume(office, 78)
    assert not resume(office, 78)
    office.deliver(NOON + 78 * HOUR)

    assert len(office.channel.to(VENDOR)) == 1
    assert office.request(filed).status is Status.SENT


def test_what_is_stopped_can_be_taken_back(office: Office) -> None:
    filed = office.confirmed()
    stop(office)
    office.deliver()
    with office.writing() as session:
        withdraw_open(session, office.post.desk, filed.filing, at=NOON)

    resume(office, 1)
    office.deliver(NOON + HOUR)

    assert office.channel.to(VENDOR) == []
    assert office.request(filed).status is Status.WITHDRAWN


def test_a_letter_that_was_claimed_before_the_word_does_not_leave(
    office: Office,
) -> None:
    office.confirmed()
    keys = claim_due(office.post, at=NOON)
    stop(office)

    for key in keys:
        deliver(office.post, key, at=NOON)

    assert office.channel.to(VENDOR) == []


@pytest.mark.parametrize(
    ("hours", "left_after"),
    [
        pytest.param(None, 0, id="always"),
        pytest.param("06:00-18:00", 0, id="within"),
        pytest.param("09:00-17:00", 2, id="later that day"),
        pytest.param("05:00-06:30", 22, id="the next day"),
    ],
)
def test_letters_leave_when_the_vendor_is_at_work(
    office: Office, hours: str | None, left_after: int
) -> None:
    works(office, **({"hours": hours} if hours else {}))
    office.confirmed()  # at seven in the morning in New York

    for hour in range(24):
        office.deliver(NOON + hour * HOUR)
        if office.channel.to(VENDOR):
            break
        assert why(office) == [("probe", KeptBack.HOURS, 1)]

    assert hour == left_after
