"""Two days side by side."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from app.domain.changes import Cause, Change, Direction, changes
from app.domain.chronicle import chronicle
from app.domain.comparison import Difference, differences
from app.domain.coverage import Coverage, cover
from app.domain.grounds import Verdict
from app.rulebook.load import load_rulebook, read_vendors

RULEBOOK = load_rulebook()
LAWS, PLACES = RULEBOOK.pack.laws, RULEBOOK.places
SOME = [PLACES[code] for code in ("DE", "CH", "US-VA", "CA-ON")]
VENDORS = [s.value() for s in read_vendors() if s.slug in {"clearview-ai", "epsilon"}]
FIRST, LAST = date(2020, 7, 6), date(2026, 11, 27)


def table(on: date) -> Coverage:
    return cover(VENDORS, on, LAWS, PLACES, SOME)


def told() -> tuple[Change, ...]:
    turns = chronicle(VENDORS, LAWS, PLACES, SOME)
    return changes(turns, LAWS, {vendor.slug: vendor for vendor in VENDORS})


def between(
    first: date,
    last: date,
    more: tuple[Change, ...] = (),
    *,
    cause: Cause | None = None,
    direction: Direction | None = None,
) -> list[Difference]:
    every = (*told(), *more)
    found = differences(
        table(first), table(last), every, cause=cause, direction=direction
    )
    return list(found)


def test_only_what_differs_is_told_each_with_what_happened_to_it() -> None:
    found = between(FIRST, LAST)

    assert {one.residence for one in found} == {"CH", "US-VA"}
    [virginia] = [
        one
        for one in found
        if one.residence == "US-VA" and "clearview-ai" in one.vendors
    ]
    assert virginia.after is Verdict.OFFERED
    assert virginia.gained
    assert "offered:clearview-ai:clearview-virginia:2023-01-01" in {
        change.name for change in virginia.because
    }


def test_a_cause_leaves_the_answers_to_which_it_happened() -> None:
    def cells(those: Iterable[Difference]) -> set[tuple[str, str]]:
        return {(one.residence, vendor) for one in those for vendor in one.vendors}

    every, some = between(FIRST, LAST), between(FIRST, LAST, cause=Cause.OFFERED)

    assert ("US-VA", "clearview-ai") in cells(some) < cells(every)
    assert all(
        any(change.cause is Cause.OFFERED for change in one.because) for one in some
    )
    assert between(FIRST, LAST, cause=Cause.LAW_ENDED) == []


def test_a_direction_leaves_what_is_better_or_worse() -> None:
    gained = between(FIRST, LAST, direction=Direction.GAINED)
    lost = between(FIRST, LAST, direction=Direction.LOST)

    assert gained
    assert all(one.gained for one in gained)
    assert not any(one.gained for one in lost)
    assert len(gained) + len(lost) == len(between(FIRST, LAST))
    assert between(FIRST, LAST, direction=Direction.SAME) == []


def test_what_happened_outside_the_days_is_no_reason() -> None:
    days = {change.on for one in between(FIRST, LAST) for change in one.because}

    assert days
    assert min(days) > FIRST
    assert max(days) <= LAST


def test_the_other_way_round_it_is_lost() -> None:
    back = list(differences(table(LAST), table(FIRST), told()))

    assert back
    assert not any(one.gained for one in back)
    assert all(one.because == () for one in back)


def test_a_correction_of_our_record_is_nothing_that_happened() -> None:
    plain = between(FIRST, LAST)
    named = {change.name: change for one in plain for change in one.because}
    law = next(change for change in named.values() if change.cause is Cause.LAW_BEGAN)
    ours = replace(law, cause=Cause.CORRECTED, record="20240101T000000000000Z")

    assert between(FIRST, LAST, (ours,)) == plain


def test_the_same_day_twice_differs_in_nothing() -> None:
    assert between(LAST, LAST) == []
