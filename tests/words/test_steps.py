"""Due dates in words, and as the document that the command and the API answer with."""

from datetime import UTC, date, datetime
from string import Formatter

import pytest

from app.domain.deadlines import (
    AppealDue,
    Certainty,
    CountStep,
    Due,
    DueDates,
    Extended,
    PartDue,
)
from app.domain.laws import Purpose, Unit
from app.rulebook.load import load_rulebook
from app.words.catalog import translations
from app.words.steps import (
    FOR,
    PARTS,
    STEPS,
    WEEKDAYS,
    deadlines_document,
    step_sentence,
    steps_said,
    written,
)

ENGLISH = ("en", translations("en").gettext)
FRENCH = ("fr", translations("fr").gettext)
DAY, LATER = date(2026, 11, 23), date(2027, 1, 7)
SAID = [*STEPS.values(), *PARTS.values(), *FOR.values(), *WEEKDAYS.values()]


@pytest.mark.parametrize(
    ("step", "sentence"),
    [
        (CountStep("received", DAY), "2026-11-23 received: day 0"),
        (
            CountStep(
                "counted",
                LATER,
                count=45,
                unit=Unit.CALENDAR_DAYS,
                what="respond",
                start=DAY,
            ),
            "2027-01-07 last day to answer: 45 days after 2026-11-23",
        ),
        (
            CountStep(
                "counted",
                LATER,
                count=1,
                unit=Unit.MONTHS,
                what="broker retrieves list",
                start=DAY,
            ),
            (
                "2027-01-07 last day for the data broker to fetch the list: 1 month after"
                " 2026-11-23"
            ),
        ),
        (
            CountStep("rolled", date(2027, 2, 21), what="Sunday", to=LATER),
            "2027-02-21 is a day off (Sunday): moves to 2027-01-07",
        ),
        (
            CountStep("calendar", what="US", source="holidays 0.109"),
            (
                "days off: weekends and public holidays (United States, from the software"
                " “holidays”, version 0.109)"
            ),
        ),
        (
            CountStep("calendar", what="ca-federal", source="R.S.C. 1985, c. I-21"),
            "days off: those that the law itself names (R.S.C. 1985, c. I-21)",
        ),
        (
            CountStep("clock-starts", datetime(2026, 7, 3, 20, tzinfo=UTC)),
            "2026-07-03T20:00:00Z: from then on the hours are counted",
        ),
    ],
)
def test_a_step_reads_as_a_sentence(step: CountStep, sentence: str) -> None:
    assert step_sentence(step, ENGLISH) == sentence


@pytest.mark.parametrize("code", STEPS)
def test_every_step_can_be_said_of_every_value(code: str) -> None:
    step = CountStep(code, DAY, 2, Unit.WEEKS, "respond", DAY, LATER, "a list")

    assert "{" not in step_sentence(step, ENGLISH)


@pytest.mark.parametrize("language", ["fr", "es"])
@pytest.mark.parametrize("message", SAID)
def test_every_step_is_said_in_every_language(language: str, message: str) -> None:
    translated = translations(language).gettext(message)

    assert translated != message
    assert fields(translated) == fields(message)


def fields(message: str) -> set[str | None]:
    return {name for _, name, _, _ in Formatter().parse(message) if name}


def test_a_weekday_is_said_in_the_readers_language() -> None:
    step = CountStep("rolled", DAY, what="Sunday", to=LATER)

    assert "(dimanche)" in step_sentence(step, FRENCH)


def test_the_document_has_its_fields_in_the_order_of_the_contract() -> None:
    dates = DueDates(
        law="us-ca-ccpa",
        received=DAY,
        purpose=Purpose.DELETION,
        acknowledge=Due(DAY, LATER),
        respond=Due(DAY, LATER),
        extended=Extended(DAY, LATER, DAY),
        appeal=AppealDue(DAY, LATER, LATER),
        steps_within=(PartDue("notify furnisher", DAY, LATER),),
        complaint_until=Due(DAY, LATER),
        steps=(CountStep("received", DAY),),
        certainty=Certainty.FIRM,
    )

    document = deadlines_document(dates, ENGLISH)

    both = {"raw": "2026-11-23", "due": "2027-01-07"}
    assert list(document.items()) == [
        ("law", "us-ca-ccpa"),
        ("received", "2026-11-23"),
        ("acknowledge", both),
        ("respond", {**both, "purpose": "deletion"}),
        ("extended", {**both, "notice_by": "2026-11-23"}),
        ("appeal", {**both, "extended": "2027-01-07"}),
        ("steps_within", [{"what": "notify furnisher", **both}]),
        ("complaint_until", both),
        ("steps", ["2026-11-23 received: day 0"]),
        ("certainty", "firm"),
    ]


def test_what_a_law_does_not_fix_is_null() -> None:
    dates = DueDates(law="ch-fadp", received=DAY, appeal=AppealDue(DAY, DAY, None))

    document = deadlines_document(dates, ENGLISH)

    assert document["appeal"]["extended"] is None
    assert document["steps_within"] == []
    for name in ("acknowledge", "respond", "extended", "complaint_until"):
        assert document[name] is None


def test_a_moment_is_written_in_utc() -> None:
    moment = datetime.fromisoformat("2026-07-03T16:00:00-04:00")

    assert written(moment) == "2026-07-03T20:00:00Z"


def test_a_last_day_says_what_it_is_for() -> None:
    dates = DueDates(
        law="ca-pipeda",
        received=DAY,
        purpose=Purpose.CORRECTION,
        steps=(
            CountStep(
                "counted", LATER, 45, Unit.CALENDAR_DAYS, what="respond", start=DAY
            ),
        ),
    )

    (english,), (french,) = steps_said(dates, ENGLISH), steps_said(dates, FRENCH)

    assert "last day to answer a request to correct" in english
    assert "une demande de correction" in french


def test_steps_stand_by_date_and_remarks_stay_where_they_were_made() -> None:
    early, late = date(2026, 12, 8), date(2027, 1, 7)
    dates = DueDates(
        law="probe",
        received=DAY,
        steps=(
            CountStep("received", DAY),
            CountStep("calendar", what="US", source="holidays 0.109"),
            CountStep("counted", late, 1, Unit.MONTHS, what="respond", start=DAY),
            CountStep("unconfirmed"),
            CountStep("counted", early, 2, Unit.WEEKS, what="acknowledge", start=DAY),
        ),
    )

    days = [step.partition(" ")[0] for step in steps_said(dates, FRENCH)]

    assert [day.replace("\u00a0", " ") for day in days] == [
        "23 novembre 2026,",
        "jours",
        "8 décembre 2026,",
        "7 janvier 2027,",
        "le",
    ]


def test_a_step_that_a_law_names_is_said_in_every_language() -> None:
    named = {
        part.what
        for law in load_rulebook().pack.laws.values()
        for step in law.steps
        for part in step.deadlines.parts
    }

    assert named
    assert named <= {*PARTS}
