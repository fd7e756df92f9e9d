"""What laws do to a count of days: each rule on a law made up for it (contract, D1-D9)."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.calendars import SATURDAY, WEEKEND, Calendar, every_week, no_holidays
from app.domain.dated import Span
from app.domain.deadlines import (
    Certainty,
    Due,
    DueDates,
    Moments,
    NotInForceError,
    contradiction,
    count,
    farthest,
    for_request,
)
from app.domain.due_dates import NOTHING_ELSE
from app.domain.laws import (
    Appeal,
    Clock,
    Complaint,
    Confidence,
    CountedFrom,
    Deadlines,
    Extension,
    Law,
    PartStep,
    Period,
    Purpose,
    Regulator,
    Reliability,
    Right,
    RightKind,
    Roll,
    RollRule,
    Status,
    Step,
    Unit,
)
from app.domain.periods import add, months_later

MONDAY = date(2026, 11, 23)
FIRST_DAY = date(2020, 1, 1)
A_DAY = timedelta(days=1)
ROLLS = Roll(rule=RollRule.NEXT_WORKING_DAY)
HOLIDAYS = {
    "XX": {date(2026, 12, 25): "Christmas Day"},
    "XX-YY": {date(2026, 12, 23): "Regional Day"},
    "EE": {date(2026, 12, 8): "Feast of the Moon (estimated)"},
}


def days(n: int, **more: Any) -> Period:
    return Period(count=n, unit=Unit.CALENDAR_DAYS, **more)


def months(n: int, **more: Any) -> Period:
    return Period(count=n, unit=Unit.MONTHS, **more)


def working_days(n: int, **more: Any) -> Period:
    return Period(count=n, unit=Unit.BUSINESS_DAYS, **more)


def hours(n: int) -> Period:
    return Period(count=n, unit=Unit.HOURS)


def law(
    respond: Period | None = None,
    *,
    places: tuple[str, ...] = ("XX",),
    ended: date | None = None,
    certain: bool = True,
    complaint: Complaint | None = None,
    **deadlines: Any,
) -> Law:
    given = {"reliability": Reliability.YES, "roll": ROLLS, **deadlines}
    step = Step(
        start=FIRST_DAY,
        citation="s. 1",
        certain=certain,
        complaint=complaint,
        deadlines=Deadlines(purpose=Purpose.DELETION, respond=respond, **given),
    )
    return Law(
        id="xx-act",
        name="The Act",
        short_name="Act",
        status=Status.IN_FORCE,
        places={code: Span() for code in places},
        steps=(step,),
        ended=ended,
        regulator=Regulator(name="The Regulator"),
        citation="s. 1",
        sources=("https://example.org/act",),
        confidence=Confidence.HIGH,
        checked_on=MONDAY,
    )


def calendar_of(code: str) -> Calendar:
    known = HOLIDAYS.get(code, {})

    def of_year(year: int) -> Mapping[date, str]:
        return {day: name for day, name in known.items() if day.year == year}

    return Calendar(code, every_week(WEEKEND), of_year, "a list", warns=code == "XX")


def counted(law: Law, received: date = MONDAY, **more: Any) -> DueDates:
    since = Moments(**{k: more.pop(k) for k in list(more) if k not in OF_COUNT})
    return count(law, received, calendar_of, since=since, **more)


OF_COUNT = {"calendar", "zone", "right"}


def codes(dates: DueDates) -> list[str]:
    return [step.code for step in dates.steps]


# What is counted at all, and how firm it is (D1, D4).


def test_an_answer_is_due_after_the_days_of_the_law() -> None:
    dates = counted(law(days(45)))

    assert dates.respond == Due(date(2027, 1, 7), date(2027, 1, 7))
    assert dates.purpose is Purpose.DELETION
    assert dates.certainty is Certainty.FIRM
    assert codes(dates) == ["received", "calendar", "regions-differ", "counted"]


@pytest.mark.parametrize(
    ("respond", "reliability", "why"),
    [
        pytest.param(days(45), Reliability.NO, "not-reliable", id="unreliable"),
        pytest.param(days(45), Reliability.NO_NUMBER, "no-number", id="no number"),
        pytest.param(None, Reliability.YES, "no-number", id="no period"),
        pytest.param(None, Reliability.NO, "no-number", id="neither"),
        pytest.param(
            days(90, since=MONDAY + A_DAY),
            Reliability.YES,
            "no-number-yet",
            id="a number from tomorrow",
        ),
    ],
)
def test_what_cannot_be_counted_is_nothing(
    respond: Period | None, reliability: Reliability, why: str
) -> None:
    dates = counted(
        law(
            respond,
            reliability=reliability,
            acknowledge=days(5),
            extension=Extension(period=days(45)),
            complaint=Complaint(to="it", silence_is_refusal=True, time_limit=days(30)),
        )
    )

    assert dates == DueDates(law="xx-act", received=MONDAY, steps=dates.steps)
    assert codes(dates) == ["received", why]


def test_a_number_counts_from_the_day_since_which_it_exists() -> None:
    assert counted(law(days(90, since=MONDAY))).respond is not None


@pytest.mark.parametrize(
    ("act", "why"),
    [
        pytest.param(
            law(days(45), reliability=Reliability.CHECK), "unconfirmed", id="memory"
        ),
        pytest.param(law(days(45, binding=False)), "only-recommended", id="advice"),
        pytest.param(law(days(45), certain=False), "first-day-unsure", id="first day"),
    ],
)
def test_doubt_about_the_law_makes_a_date_indicative(act: Law, why: str) -> None:
    dates = counted(act)

    assert dates.respond == counted(law(days(45))).respond
    assert dates.certainty is Certainty.INDICATIVE
    assert codes(dates)[-1] == why


def test_only_the_answer_decides_how_firm_it_is() -> None:
    guess = date(2026, 12, 8)
    act = law(
        days(14),
        places=("EE",),
        acknowledge=working_days(12),
        extension=Extension(period=days(1)),
        parts=(PartStep(what="fetch", period=days(15)),),
        complaint=Complaint(to="it", silence_is_refusal=True, time_limit=days(1)),
        appeal=Appeal(response=days(1)),
    )

    dates = counted(act, appeal_received=guess - A_DAY)

    assert dates.respond == Due(date(2026, 12, 7), date(2026, 12, 7))
    assert dates.extended is not None
    assert dates.extended.due == guess + A_DAY
    assert dates.certainty is Certainty.FIRM


# How an extension is counted (D2).


@pytest.mark.parametrize(
    ("respond", "extension", "raw"),
    [
        pytest.param(
            days(45), Extension(period=days(45)), date(2027, 2, 21), id="one period"
        ),
        pytest.param(
            months(1), Extension(period=months(2)), date(2027, 2, 23), id="months"
        ),
        pytest.param(
            days(30, first_day_counts=True),
            Extension(period=days(15)),
            date(2027, 1, 6),
            id="the first day counts once",
        ),
        pytest.param(
            days(45),
            Extension(period=days(90), adds=False),
            date(2027, 2, 21),
            id="instead of the first",
        ),
        pytest.param(
            days(27),
            Extension(
                period=working_days(8), counted_from=CountedFrom.END_OF_FIRST_PERIOD
            ),
            date(2026, 12, 31),
            id="stacked on the first",
        ),
        pytest.param(
            days(45), Extension(period=months(1)), date(2027, 2, 7), id="mixed units"
        ),
    ],
)
def test_an_extension_is_counted_as_the_law_has_it(
    respond: Period, extension: Extension, raw: date
) -> None:
    dates = counted(law(respond, extension=extension))

    assert dates.extended is not None
    assert dates.respond is not None
    assert dates.extended.raw == raw
    assert dates.extended.notice_by == dates.respond.due


def test_an_extension_rolls_once_at_its_end() -> None:
    # 6 December is a Sunday: the second month does not start on the Monday after.
    act = law(months(1), extension=Extension(period=months(2)))

    dates = counted(act, date(2026, 11, 6))

    assert dates.respond == Due(date(2026, 12, 6), date(2026, 12, 7))
    assert dates.extended is not None
    assert (dates.extended.raw, dates.extended.due) == (
        date(2027, 2, 6),
        date(2027, 2, 8),
    )


def test_an_extension_may_have_to_be_announced_earlier() -> None:
    extension = Extension(period=days(45), notice_within=days(10))

    dates = counted(law(days(45), extension=extension))

    assert dates.extended is not None
    assert dates.extended.notice_by == date(2026, 12, 3)


def test_an_extension_may_need_no_announcement() -> None:
    extension = Extension(period=days(45), announced=False)

    dates = counted(law(days(45), extension=extension))

    assert dates.extended is not None
    assert dates.extended.notice_by is None


# What stops a clock, and what starts it (D3).

ASKED, GIVEN = date(2026, 12, 1), date(2026, 12, 11)
PAUSES = law(days(45), clock=Clock.PAUSES, extension=Extension(period=days(45)))
RESTARTS = law(days(45), clock=Clock.RESTARTS)
VERIFIED = law(days(45), clock=Clock.STARTS_AT_VERIFICATION)
LAST = date(2027, 1, 7)


@pytest.mark.parametrize(
    ("act", "happened", "raw", "certainty"),
    [
        pytest.param(
            law(days(45)), {"identity_asked": ASKED}, LAST, "firm", id="runs on"
        ),
        pytest.param(PAUSES, {}, LAST, "firm", id="pauses: not asked"),
        pytest.param(
            PAUSES, {"identity_asked": ASKED}, LAST, "indicative", id="pauses: open"
        ),
        pytest.param(
            PAUSES,
            {"identity_asked": ASKED, "identity_given": GIVEN},
            LAST + 10 * A_DAY,
            "firm",
            id="pauses: ten days",
        ),
        pytest.param(
            PAUSES,
            {"identity_asked": ASKED, "identity_given": ASKED},
            LAST,
            "firm",
            id="pauses: given at once",
        ),
        pytest.param(
            PAUSES,
            {"identity_asked": GIVEN, "identity_given": ASKED},
            LAST,
            "firm",
            id="pauses: given before it was asked",
        ),
        pytest.param(
            PAUSES, {"identity_given": GIVEN}, LAST, "firm", id="pauses: never asked"
        ),
        pytest.param(
            PAUSES,
            {"identity_asked": LAST + A_DAY},
            LAST,
            "firm",
            id="pauses: too late",
        ),
        pytest.param(RESTARTS, {}, LAST, "firm", id="restarts: not asked"),
        pytest.param(
            RESTARTS, {"identity_asked": ASKED}, LAST, "indicative", id="restarts: open"
        ),
        pytest.param(
            RESTARTS,
            {"identity_asked": ASKED, "identity_given": GIVEN},
            GIVEN + 45 * A_DAY,
            "firm",
            id="restarts: given",
        ),
        pytest.param(
            RESTARTS,
            {"identity_given": MONDAY - A_DAY},
            LAST,
            "firm",
            id="restarts: given with the request",
        ),
        pytest.param(VERIFIED, {}, LAST, "indicative", id="not verified"),
        pytest.param(
            VERIFIED,
            {"authenticated": GIVEN},
            GIVEN + 45 * A_DAY,
            "firm",
            id="verified",
        ),
    ],
)
def test_a_clock_does_what_its_law_says(
    act: Law, happened: dict[str, date], raw: date, certainty: str
) -> None:
    dates = counted(act, **happened)

    assert dates.respond is not None
    assert dates.respond.raw == raw
    assert dates.certainty == certainty


def test_a_pause_moves_the_extension_and_its_notice_too() -> None:
    still = counted(PAUSES, identity_asked=ASKED, identity_given=GIVEN)
    plain = counted(PAUSES)

    assert still.extended is not None
    assert plain.extended is not None
    assert still.respond is not None
    assert still.extended.raw == plain.extended.raw + 10 * A_DAY
    assert still.extended.notice_by == still.respond.due


def test_a_clock_may_wait_for_a_day_of_its_own() -> None:
    opens = date(2027, 2, 1)
    act = law(
        days(90, not_before=opens),
        parts=(
            PartStep(what="fetch", period=days(45, not_before=opens)),
            PartStep(what="look", period=days(10)),
            PartStep(what="delete", period=None),
        ),
    )

    early, late = counted(act), counted(act, opens + A_DAY)

    assert early.respond == counted(act, opens).respond
    assert "not-before" in codes(early)
    assert [part.raw for part in early.steps_within] == [
        opens + 45 * A_DAY,
        opens + 10 * A_DAY,
    ]
    assert [part.raw for part in late.steps_within] == [
        opens + 46 * A_DAY,
        opens + 11 * A_DAY,
    ]


def test_a_step_inside_may_wait_longer_than_the_answer() -> None:
    opens = date(2027, 2, 1)
    fetch = PartStep(what="fetch", period=days(45, not_before=opens))

    dates = counted(law(days(90), parts=(fetch,)))

    assert dates.steps_within[0].raw == opens + 45 * A_DAY


# How a due day leaves a day off (D5, D6).


@pytest.mark.parametrize(
    ("rule", "due", "certainty"),
    [
        (RollRule.NEXT_WORKING_DAY, date(2026, 12, 28), "firm"),
        (RollRule.BUSINESS_DAYS_ONLY, date(2026, 12, 28), "firm"),
        (RollRule.UNKNOWN, date(2026, 12, 25), "indicative"),
        (RollRule.NONE, date(2026, 12, 25), "firm"),
    ],
)
def test_a_day_off_is_left_only_where_the_law_says_so(
    rule: RollRule, due: date, certainty: str
) -> None:
    dates = counted(law(days(32), roll=Roll(rule=rule)))

    assert dates.respond == Due(date(2026, 12, 25), due)
    assert dates.certainty == certainty


@pytest.mark.parametrize(
    ("n", "due", "certainty"),
    [
        pytest.param(31, date(2026, 12, 24), "firm", id="a Thursday"),
        pytest.param(32, date(2026, 12, 26), "indicative", id="Christmas"),
        pytest.param(33, date(2026, 12, 26), "indicative", id="a Saturday"),
        pytest.param(34, date(2026, 12, 28), "firm", id="a Sunday"),
    ],
)
def test_a_law_that_does_not_name_its_holidays_leaves_saturday_open(
    n: int, due: date, certainty: str
) -> None:
    dates = counted(law(days(n), roll=Roll(rule=RollRule.NEXT_NON_HOLIDAY)))

    assert dates.respond is not None
    assert dates.respond.due == due
    assert dates.certainty == certainty


def test_an_unknown_rule_about_days_off_does_no_harm_on_a_working_day() -> None:
    act = law(days(31), roll=Roll(rule=RollRule.UNKNOWN))

    assert counted(act).certainty is Certainty.FIRM


def test_the_calendar_that_is_asked_for_is_used() -> None:
    dates = counted(law(days(30)), calendar="XX-YY")

    assert dates.respond == Due(date(2026, 12, 23), date(2026, 12, 24))
    assert "regions-differ" not in codes(dates)


def test_a_law_that_names_its_days_is_counted_by_them() -> None:
    own = Roll(rule=RollRule.NEXT_WORKING_DAY, calendar="XX-YY")

    dates = counted(law(days(30), roll=own), calendar="XX")

    assert dates.respond == Due(date(2026, 12, 23), date(2026, 12, 24))


@pytest.mark.parametrize(
    ("n", "due", "certainty"),
    [
        pytest.param(30, date(2026, 12, 23), "indicative", id="a holiday of one"),
        pytest.param(31, date(2026, 12, 24), "firm", id="a holiday of none"),
        pytest.param(33, date(2026, 12, 28), "firm", id="a weekend"),
    ],
)
def test_several_places_have_only_weekends(n: int, due: date, certainty: str) -> None:
    dates = counted(law(days(n), places=("XX", "XX-YY")))

    assert dates.respond is not None
    assert dates.respond.due == due
    assert dates.certainty == certainty
    assert dates.steps[1].code == "weekends-alone"


def test_an_unknown_rule_and_a_holiday_of_one_place_are_not_firm() -> None:
    act = law(days(30), places=("XX", "XX-YY"), roll=Roll(rule=RollRule.UNKNOWN))

    assert counted(act).certainty is Certainty.INDICATIVE


@pytest.mark.parametrize(
    ("respond", "certainty"),
    [
        pytest.param(days(15), "indicative", id="ends on a guess"),
        pytest.param(days(16), "firm", id="ends after it"),
        pytest.param(working_days(11), "indicative", id="skips a guess"),
        pytest.param(working_days(10), "firm", id="ends before it"),
    ],
)
def test_a_holiday_that_is_a_guess_makes_a_date_indicative(
    respond: Period, certainty: str
) -> None:
    assert counted(law(respond, places=("EE",))).certainty == certainty


def test_working_days_name_the_holidays_that_they_leave_out() -> None:
    dates = counted(law(working_days(25)))

    skipped = [step for step in dates.steps if step.code == "skipped"]
    assert [(step.day, step.what) for step in skipped] == [
        (date(2026, 12, 25), "Christmas Day")
    ]


# How hours and moments are counted (D7).


@pytest.mark.parametrize(
    ("received", "end"),
    [
        pytest.param(
            datetime(2026, 7, 3, 16, tzinfo=timezone(timedelta(hours=-4))),
            datetime(2026, 7, 5, 20, tzinfo=UTC),
            id="a moment",
        ),
        pytest.param(
            date(2026, 7, 3), datetime(2026, 7, 6, 0, tzinfo=UTC), id="a plain day"
        ),
    ],
)
def test_hours_end_at_a_moment_and_do_not_roll(received: date, end: datetime) -> None:
    dates = counted(law(hours(48)), received)

    assert dates.respond == Due(end, end)
    assert dates.certainty is Certainty.FIRM


def test_a_plain_day_ends_in_the_zone_of_the_law() -> None:
    dates = counted(law(hours(24)), date(2026, 7, 3), zone=ZoneInfo("Asia/Dubai"))

    assert dates.respond is not None
    assert dates.respond.due == datetime(2026, 7, 4, 20, tzinfo=UTC)


def test_hours_that_wait_for_verification_run_from_it() -> None:
    act = law(hours(48), clock=Clock.STARTS_AT_VERIFICATION)
    moment = datetime(2026, 7, 3, 20, tzinfo=UTC)

    waiting = counted(act, moment)
    same_day = counted(act, moment, authenticated=moment.date())
    later = counted(act, moment, authenticated=date(2026, 7, 5))

    assert waiting.certainty is Certainty.INDICATIVE
    assert waiting.respond is not None
    assert waiting.respond.due == moment + timedelta(hours=48)
    assert same_day.certainty is Certainty.FIRM
    assert same_day.respond is not None
    assert same_day.respond.due == datetime(2026, 7, 6, tzinfo=UTC)
    assert later.respond is not None
    assert later.respond.due == datetime(2026, 7, 8, tzinfo=UTC)


def test_a_law_in_days_takes_the_local_date_of_a_moment() -> None:
    tokyo = datetime(2026, 11, 23, 1, tzinfo=timezone(timedelta(hours=9)))

    dates = counted(law(days(45)), tokyo)

    assert dates.received == MONDAY
    assert dates.respond == counted(law(days(45))).respond


# What follows the answer (D8).

SILENCE = Complaint(to="it", silence_is_refusal=True, time_limit=days(30))


@pytest.mark.parametrize(
    ("complaint", "until"),
    [
        pytest.param(SILENCE, Due(date(2027, 1, 23), date(2027, 1, 25)), id="silence"),
        pytest.param(replace(SILENCE, silence_is_refusal=False), None, id="refusals"),
        pytest.param(replace(SILENCE, time_limit=None), None, id="no limit"),
        pytest.param(None, None, id="no complaint"),
    ],
)
def test_a_complaint_runs_from_the_due_day_where_silence_refuses(
    complaint: Complaint | None, until: Due | None
) -> None:
    dates = counted(law(days(31), complaint=complaint))

    assert dates.complaint_until == until


@pytest.mark.parametrize(
    ("complaint", "answered", "until"),
    [
        pytest.param(SILENCE, date(2026, 12, 3), date(2027, 1, 4), id="refused early"),
        pytest.param(SILENCE, date(2027, 1, 9), date(2027, 1, 25), id="after silence"),
        pytest.param(
            replace(SILENCE, silence_is_refusal=False),
            date(2027, 1, 9),
            date(2027, 2, 8),
            id="only a refusal counts",
        ),
    ],
)
def test_a_complaint_runs_from_the_answer_that_came_first(
    complaint: Complaint, answered: date, until: date
) -> None:
    dates = counted(law(days(31), complaint=complaint), answered=answered)

    assert dates.complaint_until is not None
    assert dates.complaint_until.due == until


APPEALED = date(2026, 12, 5)


@pytest.mark.parametrize(
    ("appeal", "happened", "ends"),
    [
        pytest.param(
            Appeal(response=days(45)),
            APPEALED,
            (date(2027, 1, 19), date(2027, 1, 19), None),
            id="no extension",
        ),
        pytest.param(
            Appeal(response=days(45), extension=days(60)),
            APPEALED,
            (date(2027, 1, 19), date(2027, 1, 19), date(2027, 3, 22)),
            id="extension",
        ),
        pytest.param(
            Appeal(response=days(45), extension=months(1)),
            APPEALED,
            (date(2027, 1, 19), date(2027, 1, 19), date(2027, 2, 19)),
            id="extension in another unit",
        ),
        pytest.param(Appeal(response=days(45)), None, None, id="no appeal came"),
        pytest.param(Appeal(response=None), APPEALED, None, id="no number"),
        pytest.param(None, APPEALED, None, id="no appeal in the law"),
    ],
)
def test_an_appeal_runs_from_its_own_receipt(
    appeal: Appeal | None, happened: date | None, ends: tuple[date, ...] | None
) -> None:
    dates = counted(law(days(45), appeal=appeal), appeal_received=happened)

    found = dates.appeal
    assert (found and (found.raw, found.due, found.extended)) == ends


def test_an_appeal_is_counted_where_the_answer_has_no_number() -> None:
    dates = counted(law(appeal=Appeal(response=days(45))), appeal_received=APPEALED)

    assert dates.appeal is not None
    assert dates.certainty is Certainty.NONE


# On which days a law counts at all (D9).


@pytest.mark.parametrize(
    ("act", "received", "says"),
    [
        pytest.param(
            law(days(45)), FIRST_DAY - A_DAY, "it counts from 2020-01-01", id="before"
        ),
        pytest.param(
            law(days(45), ended=MONDAY - A_DAY),
            MONDAY,
            "it counts from 2020-01-01 to 2026-11-22",
            id="after its end",
        ),
        pytest.param(
            replace(law(), steps=()), MONDAY, "from no known day", id="a bill"
        ),
    ],
)
def test_a_day_outside_the_law_is_refused_and_its_days_named(
    act: Law, received: date, says: str
) -> None:
    with pytest.raises(NotInForceError, match=says):
        counted(act, received)


def test_a_law_counts_on_its_first_and_its_last_day() -> None:
    act = law(days(45), ended=MONDAY)

    assert counted(act, FIRST_DAY).respond is not None
    assert counted(act, MONDAY).respond is not None


# Each right has its own period, or the law's where that is its purpose (D1).


def right(kind: RightKind, **more: Any) -> Right:
    return Right(kind=kind, citation="s. 2", **more)


@pytest.mark.parametrize(
    ("asked", "due", "extended"),
    [
        pytest.param(None, date(2026, 12, 23), date(2027, 1, 4), id="the law's own"),
        pytest.param(
            right(RightKind.ERASURE),
            date(2026, 12, 23),
            date(2027, 1, 4),
            id="a right without a period of its own",
        ),
        pytest.param(
            right(RightKind.ERASURE, respond=days(10)),
            date(2026, 12, 3),
            None,
            id="another period, without an extension",
        ),
        pytest.param(
            right(
                RightKind.CORRECTION,
                respond=days(10),
                extension=Extension(period=days(5)),
            ),
            date(2026, 12, 3),
            date(2026, 12, 8),
            id="another purpose, with an extension of its own",
        ),
        pytest.param(
            right(RightKind.CORRECTION), None, None, id="another purpose, no period"
        ),
        pytest.param(
            right(RightKind.ERASURE, no_period=True),
            None,
            None,
            id="the same purpose, for which the law fixes none",
        ),
    ],
)
def test_a_request_is_counted_by_its_right(
    asked: Right | None, due: date | None, extended: date | None
) -> None:
    act = law(days(30), extension=Extension(period=days(10)))

    dates = counted(act, right=asked)

    assert (dates.respond.due if dates.respond else None) == due
    assert (dates.extended.due if dates.extended else None) == extended


# Which calendar counts for a request that was sent (D6).

TWO = law(days(30), places=("XX", "XX-YY"), extension=Extension(period=days(2)))
"""Due on 23 December, extended to the 25th."""


def sent(act: Law, residence: str, seat: str | None) -> DueDates:
    return for_request(
        act, MONDAY, calendar_of, residence=residence, seat=seat, right=None
    )


@pytest.mark.parametrize(
    ("residence", "seat", "due"),
    [
        pytest.param("XX-YY", None, date(2026, 12, 24), id="residence alone"),
        pytest.param("XX-YY", "XX-YY", date(2026, 12, 24), id="both the same"),
        pytest.param("ZZ", "XX-YY", date(2026, 12, 24), id="lives elsewhere"),
        pytest.param("XX", "XX-YY", date(2026, 12, 23), id="residence is earlier"),
        pytest.param("XX-YY", "XX", date(2026, 12, 23), id="seat is earlier"),
    ],
)
def test_of_two_calendars_the_earlier_day_is_due(
    residence: str, seat: str | None, due: date
) -> None:
    dates = sent(TWO, residence, seat)

    assert dates.respond is not None
    assert dates.respond.due == due


@pytest.mark.parametrize(
    ("residence", "seat"), [("XX", "XX-YY"), ("XX-YY", "XX")], ids=str
)
def test_both_days_stand_in_the_steps(residence: str, seat: str) -> None:
    dates = sent(TWO, residence, seat)

    assert [
        (step.day, step.what, step.to, step.source)
        for step in dates.steps
        if step.code == "calendars-differ"
    ] == [
        (date(2026, 12, 23), "respond", date(2026, 12, 24), "XX-YY"),
        (date(2026, 12, 25), "extended", date(2026, 12, 28), "XX-YY"),
    ]


def test_the_earlier_extension_is_shown_with_the_earlier_notice() -> None:
    dates = sent(TWO, "XX-YY", "XX")

    assert dates.extended is not None
    assert dates.extended.due == date(2026, 12, 25)
    assert dates.extended.notice_by == date(2026, 12, 23)


def test_calendars_that_agree_leave_no_step() -> None:
    act = law(days(10), places=("XX", "XX-YY"))

    assert "calendars-differ" not in codes(sent(act, "XX-YY", "XX"))


def test_a_law_without_a_number_has_none_in_any_calendar() -> None:
    assert sent(law(places=("XX", "XX-YY")), "XX-YY", "XX").respond is None


# How a period is added to a day.


@pytest.mark.parametrize(
    ("start", "period", "end"),
    [
        (date(2026, 1, 31), months(1), date(2026, 2, 28)),
        (date(2028, 1, 31), months(1), date(2028, 2, 29)),
        (date(2028, 2, 29), months(1), date(2028, 3, 29)),
        (date(2026, 3, 31), months(3), date(2026, 6, 30)),
        (date(2026, 12, 31), months(2), date(2027, 2, 28)),
        (date(2026, 11, 30), months(1), date(2026, 12, 30)),
        (date(2026, 1, 31), months(1, month_end_runs_over=True), date(2026, 3, 1)),
        (date(2028, 1, 30), months(1, month_end_runs_over=True), date(2028, 3, 1)),
        (date(2026, 1, 28), months(1, month_end_runs_over=True), date(2026, 2, 28)),
        (date(2028, 2, 29), Period(count=1, unit=Unit.YEARS), date(2029, 2, 28)),
        (date(2028, 2, 29), Period(count=4, unit=Unit.YEARS), date(2032, 2, 29)),
        (MONDAY, Period(count=4, unit=Unit.WEEKS), date(2026, 12, 21)),
        (MONDAY, days(10), date(2026, 12, 3)),
        (MONDAY, days(10, clear_days=True), date(2026, 12, 4)),
        (MONDAY, days(10, first_day_counts=True), date(2026, 12, 2)),
        (MONDAY, working_days(5), date(2026, 11, 30)),
        (MONDAY, working_days(5, first_day_counts=True), date(2026, 11, 27)),
        (MONDAY - A_DAY, working_days(5, first_day_counts=True), date(2026, 11, 27)),
        (MONDAY, working_days(1, first_day_counts=True), MONDAY),
    ],
)
def test_a_period_ends_where_the_statute_has_it(
    start: date, period: Period, end: date
) -> None:
    assert add(start, period, calendar_of("XX")) == end


@pytest.mark.parametrize(
    ("period", "says"),
    [(days(0), "at least one long"), (hours(1), "hours run from a moment")],
)
def test_a_period_that_cannot_be_counted_is_refused(period: Period, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        add(MONDAY, period, calendar_of("XX"))


@pytest.mark.parametrize("period", [days(45), months(1), months(13), working_days(30)])
def test_nothing_is_due_after_the_year_9999(period: Period) -> None:
    with pytest.raises(OverflowError):
        counted(law(period), date(9999, 12, 20))


def test_a_month_that_lacks_the_day_is_named_in_the_steps() -> None:
    assert "short-month" in codes(counted(law(months(1)), date(2026, 1, 31)))
    assert "short-month" not in codes(counted(law(months(1)), date(2026, 1, 28)))


def test_clear_days_and_first_days_are_named_in_the_steps() -> None:
    assert "counted-in-clear-days" in codes(counted(law(days(9, clear_days=True))))
    assert "counted-with-first-day" in codes(
        counted(law(days(9, first_day_counts=True)))
    )


# What holds for every law in days.

PERIODS = st.builds(
    Period,
    count=st.integers(1, 90),
    unit=st.sampled_from(
        [Unit.CALENDAR_DAYS, Unit.BUSINESS_DAYS, Unit.WEEKS, Unit.MONTHS]
    ),
    first_day_counts=st.booleans(),
    month_end_runs_over=st.booleans(),
)
DAYS = st.dates(FIRST_DAY, date(2090, 1, 1))
ROLLING = st.sampled_from(list(RollRule))


@given(PERIODS, DAYS, ROLLING, st.integers(1, 90))
def test_a_due_day_is_never_early_nor_off(
    period: Period, received: date, rule: RollRule, more: int
) -> None:
    extension = Extension(period=replace(period, count=more))
    act = law(period, roll=Roll(rule=rule), extension=extension)

    dates = counted(act, received)

    assert dates.respond is not None
    assert dates.extended is not None
    for end in (dates.respond, dates.extended):
        assert end.raw <= end.due
        if rule in {RollRule.UNKNOWN, RollRule.NONE}:
            assert end.raw == end.due
        else:
            assert calendar_of("XX").is_open(end.due) or (
                rule is RollRule.NEXT_NON_HOLIDAY and end.due.weekday() == SATURDAY
            )
    assert dates.respond.raw < dates.extended.raw
    assert dates.respond.due <= dates.extended.due
    assert dates.steps[0].code == "received"


@given(PERIODS, DAYS, st.integers(0, 40), ROLLING)
def test_who_asks_later_is_not_answered_earlier(
    period: Period, received: date, later: int, rule: RollRule
) -> None:
    act = law(period, roll=Roll(rule=rule))

    one, two = counted(act, received), counted(act, received + later * A_DAY)

    assert one.respond is not None
    assert two.respond is not None
    assert one.respond.raw <= two.respond.raw
    assert one.respond.due <= two.respond.due


@given(DAYS, st.integers(0, 44), st.integers(0, 60))
def test_a_pause_is_as_long_as_the_wait(received: date, asked: int, wait: int) -> None:
    plain = counted(PAUSES, received)
    still = counted(
        PAUSES,
        received,
        identity_asked=received + asked * A_DAY,
        identity_given=received + (asked + wait) * A_DAY,
    )

    assert plain.respond is not None
    assert still.respond is not None
    assert still.respond.raw == plain.respond.raw + wait * A_DAY
    assert still.certainty is Certainty.FIRM


@given(DAYS, st.integers(0, 500))
def test_months_end_at_most_a_day_into_the_next_month(day: date, n: int) -> None:
    clipped = months_later(day, n, over=False)
    over = months_later(day, n, over=True)

    assert (clipped.year * 12 + clipped.month) - (day.year * 12 + day.month) == n
    assert over - clipped in {timedelta(0), A_DAY}
    assert (over == clipped) == (clipped.day == day.day)


def test_the_calendar_is_not_asked_where_hours_are_counted() -> None:
    empty = Calendar("XX", every_week(WEEKEND), no_holidays)

    dates = count(law(hours(1)), MONDAY, lambda _: empty)

    assert codes(dates) == ["received", "clock-starts", "counted"]


def test_no_date_follows_from_a_record_that_there_is_no_law() -> None:
    none = replace(law(hours(24)), status=Status.NO_GENERAL_LAW, steps=())

    with pytest.raises(NotInForceError, match="there is no law, so no date follows"):
        counted(none, date(2026, 7, 3))


@pytest.mark.parametrize(
    ("happened", "told"),
    [
        ({"identity_asked": -1}, ("identity_asked", "received")),
        ({"authenticated": -1}, ("authenticated", "received")),
        ({"appeal_received": -1}, ("appeal_received", "received")),
        (
            {"identity_asked": 3, "identity_given": 2},
            ("identity_given", "identity_asked"),
        ),
        ({"identity_asked": 0, "identity_given": 0, "authenticated": 0}, None),
        pytest.param({"identity_given": -1}, None, id="proof that nobody asked for"),
        ({}, None),
    ],
)
def test_what_cannot_come_before_something_is_told(
    happened: dict[str, int], told: tuple[str, str] | None
) -> None:
    since = Moments(**{n: MONDAY + timedelta(by) for n, by in happened.items()})

    assert contradiction(MONDAY, since) == told


def test_a_moment_may_lie_on_the_day_before_somewhere_else() -> None:
    in_berlin = datetime(2026, 7, 4, 1, tzinfo=timezone(timedelta(hours=2)))
    at = Moments(authenticated=date(2026, 7, 3))

    assert contradiction(in_berlin, at) is None
    assert contradiction(in_berlin + timedelta(hours=14), at) == (
        "authenticated",
        "received",
    )


def test_what_is_too_far_away_is_the_latest_day() -> None:
    soon, late = date(2026, 11, 23), date(9999, 12, 31)

    assert farthest(late, NOTHING_ELSE) == "received"
    assert farthest(soon, Moments(appeal_received=late)) == "appeal_received"
