"""California's own platform: what to enter, and the DROP ID that is kept sealed."""

import re
from datetime import timedelta

from sqlalchemy import select

from app.actions.erase_filing import destroy_personal
from app.store import people
from app.store.session import Store
from tests.conftest import FakeClock
from tests.web.filing import BY_FORM, MAILBOX, TYPED, Resident

PAGE = "/track/drop"
ID = "DROP-4821-AB"


def noted(resident: Resident, **typed: str) -> str:
    """Open the page, and write down the DROP ID."""
    resident.browser.post(PAGE, data={"code": resident.fresh_code(PAGE)})
    form = {"drop_id": ID, "lodged_on": "2026-11-20", **typed}
    return resident.browser.post(PAGE, data=form).text


def test_the_platform_is_offered_to_residents_of_california_alone(
    resident: Resident,
) -> None:
    resident.confirmed(BY_FORM)
    there = resident.browser.get("/track").text
    draft = resident.filed(BY_FORM, residence="DE")
    resident.browser.post("/confirm", data={"draft": draft, "code": resident.code()})
    elsewhere = resident.browser.get("/track").text

    assert PAGE in there
    assert PAGE not in elsewhere
    assert resident.browser.get(PAGE).status_code == 404


def test_the_steps_and_the_days_are_there_without_a_code(resident: Resident) -> None:
    resident.confirmed(BY_FORM)

    page = resident.browser.get(PAGE).text.replace("\u00a0", " ")

    assert 'href="https://privacy.ca.gov/drop/"' in page
    assert "7 January 2027" in page  # 45 days from 23 November 2026
    assert "22 February 2027" in page  # 90 days; the day before is a Sunday
    assert TYPED not in page


def test_what_to_enter_is_shown_as_typed_and_as_it_is_compared(
    resident: Resident,
) -> None:
    resident.confirmed(BY_FORM)
    resident.browser.post(PAGE, data={"code": resident.fresh_code(PAGE)})

    page = resident.browser.get(PAGE).text

    assert TYPED in page
    assert "zoe quillfeather" in page
    assert MAILBOX in page


def test_a_drop_id_is_kept_with_its_days(resident: Resident) -> None:
    resident.confirmed(BY_FORM)

    page = noted(resident).replace("\u00a0", " ")

    assert ID in page
    assert "20 November 2026" in page
    assert "4 January 2027" in page
    assert "18 February 2027" in page


def test_a_drop_id_typed_into_a_page_that_shut_is_kept_with_the_next_code(
    one_engine: Store, resident: Resident, now: FakeClock
) -> None:
    resident.confirmed(BY_FORM)
    resident.browser.post(PAGE, data={"code": resident.fresh_code(PAGE)})
    now.at += timedelta(minutes=16)
    typed = {"drop_id": ID, "lodged_on": "2026-11-20"}

    shut = resident.browser.post(PAGE, data=typed)
    asked = resident.browser.post(PAGE, data={**typed, "do": "mail"})
    again = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', asked.text))
    page = resident.browser.post(PAGE, data={**again, "code": resident.code()})

    assert shut.status_code == 403
    assert ID in shut.text
    assert f'<b class="number">{ID}</b>' in page.text


def test_a_drop_id_can_be_put_right(resident: Resident) -> None:
    resident.confirmed(BY_FORM)
    noted(resident)

    page = resident.browser.post(
        PAGE, data={"drop_id": "DROP-9", "lodged_on": "2026-11-21"}
    ).text

    assert "DROP-9" in page
    assert ID not in page


def test_what_cannot_be_is_said_at_its_field(resident: Resident) -> None:
    resident.confirmed(BY_FORM)

    page = noted(resident, drop_id=" ", lodged_on="2025-12-31")

    assert "Enter the DROP ID as the page of the state shows it" in page
    assert "Enter a day from 1 January 2026 until today" in page


def test_a_drop_id_stands_nowhere_in_the_clear(
    resident: Resident, store: Store
) -> None:
    resident.confirmed(BY_FORM)
    noted(resident)

    with store.reading() as session:
        row = session.scalars(select(people.DropFiling)).one()

    assert row.sealed is not None
    assert ID.encode() not in row.sealed


def test_a_drop_id_goes_with_everything_personal(
    resident: Resident, store: Store, now: FakeClock
) -> None:
    resident.confirmed(BY_FORM)
    noted(resident)

    with store.writing() as session:
        filing = session.scalars(select(people.Filing.id)).one()
        destroy_personal(session, filing, at=now())

    with store.reading() as session:
        assert session.scalars(select(people.DropFiling)).all() == []
