"""What may be shown, attacked by who knows all that is shown and the rule with it."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from fractions import Fraction
from itertools import combinations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.disclosure import K, Told, apart, dots, hides, quantile, split

Rule = Callable[..., Told[int]]


def every_population(parts: int, most: int) -> Iterator[dict[int, int]]:
    for counts in product(range(most + 1), repeat=parts):
        if sum(counts) <= most:
            yield dict(enumerate(counts))


def guesses(
    rule: Rule, parts: int, k: int, most: int
) -> Iterator[tuple[Told[int], list[dict[int, int]]]]:
    """Yield each thing that can be published, and all that may lie behind it.

    No attacker can know more than which populations give what was published.
    """
    behind: dict[object, tuple[Told[int], list[dict[int, int]]]] = {}
    for population in every_population(parts, most):
        if sum(population.values()) >= k:
            told = rule(population, k)
            key = (tuple(told.alone.items()), told.rest)
            behind.setdefault(key, (told, []))[1].append(population)
    yield from behind.values()


def found_out(
    rule: Rule, parts: int, k: int, most: int, *, leave: int = 0
) -> Iterator[tuple[Told[int], frozenset[int]]]:
    """Yield what betrays how many a small group of hidden parts is, more than nobody.

    What is published may add up to ``most`` less ``leave``: whoever lists populations
    up to ``most`` then knows all that lie behind it.
    """
    for told, populations in guesses(rule, parts, k, most):
        if (told.whole or told.at_least) > most - leave:
            continue
        hidden = [part for part in range(parts) if part not in told.alone]
        for size in range(1, len(hidden) + 1):
            for group in combinations(hidden, size):
                sums = {sum(p[part] for part in group) for p in populations}
                if len(sums) == 1 and 0 < min(sums) < k:
                    yield told, frozenset(group)


SIZES = [(2, 3, 20), (3, 3, 20), (4, 3, 15), (3, 4, 22), (2, 10, 48)]


@pytest.mark.parametrize(("parts", "k", "most"), SIZES)
def test_no_small_group_follows_from_parts_whose_whole_is_known(
    parts: int, k: int, most: int
) -> None:
    assert not list(found_out(split, parts, k, most))


@pytest.mark.parametrize(("parts", "k", "most"), SIZES)
def test_no_small_group_follows_from_parts_whose_whole_may_be_left_out(
    parts: int, k: int, most: int
) -> None:
    assert not list(found_out(apart, parts, k, most, leave=parts * k))


@pytest.mark.parametrize(("parts", "k", "most"), SIZES)
def test_a_hidden_number_may_be_any_from_one_to_nine(
    parts: int, k: int, most: int
) -> None:
    for told, populations in guesses(split, parts, k, most):
        for part in set(range(parts)) - told.alone.keys():
            values = {population[part] for population in populations}
            assert values >= set(range(1, k)) or min(values) >= k


def knowing_of(barren: frozenset[int]) -> Callable[[Rule], Rule]:
    """Return rules as they are met by who knows that two more parts hold nobody."""

    def with_empty_parts(rule: Rule) -> Rule:
        def found(counts: Mapping[int, int], k: int) -> Told[int]:
            told = rule({**counts, 98: 0, 99: 0}, k, barren=barren)
            return Told({p: n for p, n in told.alone.items() if p < 98}, told.rest)

        return found

    return with_empty_parts


@pytest.mark.parametrize("rule", [apart, split])
def test_who_knows_that_nobody_is_in_a_part_learns_no_more_of_the_others(
    rule: Rule,
) -> None:
    known = knowing_of(frozenset({98, 99}))(rule)
    unaware = knowing_of(frozenset())(rule)

    assert not list(found_out(known, 3, 4, 26, leave=12))
    assert list(found_out(unaware, 3, 4, 26, leave=12))


def without_a_second_part(counts: Mapping[int, int], k: int) -> Told[int]:
    """The rule as it would be if only what is small were left out."""
    alone = {part: count for part, count in counts.items() if count >= k}
    return Told(alone, sum(counts.values()) - sum(alone.values()))


def smallest_goes_too(counts: Mapping[int, int], k: int) -> Told[int]:
    """The rule as it is often done: the smallest shown part joins the hidden ones."""
    told = without_a_second_part(counts, k)
    if told.rest and told.rest < k and told.alone:
        least = min(told.alone, key=lambda part: told.alone[part])
        alone = {part: n for part, n in told.alone.items() if part != least}
        return Told(alone, told.rest + told.alone[least])
    return told


@pytest.mark.parametrize("careless", [without_a_second_part, smallest_goes_too])
def test_the_attack_finds_what_a_careless_rule_betrays(careless: Rule) -> None:
    assert list(found_out(careless, 3, 4, 24))


def test_one_hidden_part_takes_another_with_it() -> None:
    assert split({1: 40, 2: 30, 3: 3}) == Told({2: 30}, 43)


def test_too_few_are_not_hidden_by_one_that_is_little_larger() -> None:
    assert split({1: 12, 2: 30, 3: 3}) == Told({}, 45)


def test_parts_hide_each_other() -> None:
    assert split({1: 40, 2: 6, 3: 5, 4: 0}) == Told({1: 40}, 11)
    assert split({1: 40, 2: 9, 3: 9}) == Told({}, 58)


def test_nobody_is_told_where_nothing_is_hidden() -> None:
    told = split({1: 40, 2: 0, 3: 10})

    assert told.alone[2] == 0
    assert told.whole == 50


def test_a_whole_is_left_out_sooner_than_a_part_is_betrayed() -> None:
    told = apart({1: 40, 2: 3, 3: 0})

    assert told == Told({1: 40}, None)
    assert told.whole is None
    assert told.at_least == 40


@pytest.mark.parametrize(
    ("left", "parts", "hidden"),
    [(9, 5, False), (10, 3, True), (18, 3, True), (19, 3, False), (10, 1, False)],
)
def test_small_parts_stand_together_where_each_may_be_nobody(
    left: int, parts: int, hidden: bool
) -> None:
    assert hides(left, parts) is hidden


# Days


def test_a_dot_is_ten_answers_at_the_day_of_the_middle_one() -> None:
    assert dots(dict.fromkeys(range(25), 1)) == (6, 18)
    assert dots(dict.fromkeys(range(40), 1)) == (4, 14, 24, 34)
    assert dots({3: 9}) == ()
    assert dots({7: 30}) == (7, 7, 7)


def test_how_many_answers_came_on_a_day_does_not_follow_from_dots() -> None:
    k, most = 4, 13
    behind: dict[object, list[Mapping[int, int]]] = defaultdict(list)
    for days in every_population(4, most):
        count = sum(days.values())
        if count >= k:
            told = dots({day: n for day, n in days.items() if n}, k)
            behind[count, told].append(days)

    for populations in behind.values():
        for size in (1, 2, 3):
            for group in combinations(range(4), size):
                sums = {sum(days[day] for day in group) for days in populations}
                assert len(sums) > 1 or not 0 < min(sums) < k


def test_the_median_is_that_of_the_dots() -> None:
    assert quantile((30, 10, 20), 0.5) == 20
    assert quantile((30, 10, 20, 40), 0.25) == 15
    assert quantile((30, 10, 20, 40), 0.5) == 25
    assert quantile((30, 10, 20, 40), 0.75) == 35
    assert quantile((7,), 0.25) == 7
    assert quantile((), 0.5) is None


@given(st.integers(10, 400), st.integers(1, 9))
def test_the_median_of_even_days_is_right_to_within_two(count: int, step: int) -> None:
    days = {step * place: 1 for place in range(count)}

    told = quantile(dots(days), 0.5)

    assert told is not None
    assert abs(told - step * (count - 1) / 2) <= 2 * step


@given(st.dictionaries(st.integers(0, 90), st.integers(1, 30), min_size=1))
def test_half_of_the_answers_came_between_the_dots_around_the_median(
    days: dict[int, int],
) -> None:
    every = sorted(day for day, n in days.items() for _ in range(n))
    told = dots(days)
    median = quantile(told, 0.5)
    if median is None:
        return

    lower, upper = told[(len(told) - 1) // 2], told[len(told) // 2]
    assert lower <= every[(len(every) - 1) // 2] <= upper
    assert lower <= median <= upper


@given(st.dictionaries(st.integers(0, 200), st.integers(1, 30), max_size=40))
def test_there_is_a_dot_for_each_ten(days: dict[int, int]) -> None:
    told = dots(days)

    assert len(told) == sum(days.values()) // K
    assert list(told) == sorted(told)
    assert set(told) <= days.keys()


# All that is published, as one system of equations


Cell = tuple[str, str, str]
"""A company's law, an answer's timing, an outcome."""
Equation = tuple[frozenset[Cell], int]


def published(tables: Mapping[str, Mapping[Cell, int]]) -> Iterator[Equation]:
    """Yield each number that rows tell, as the cells that it is the sum of."""
    for cells in tables.values():
        timing = by(cells, 1)
        times = apart({t: sum(cells[c] for c in those) for t, those in timing.items()})
        yield from equations(times, timing)
        shown = [t for t, n in times.alone.items() if n]
        answered = {c: n for c, n in cells.items() if c[1] in shown}
        outcomes = by(answered, 2)
        told = split({o: sum(answered[c] for c in of) for o, of in outcomes.items()})
        yield from equations(told, outcomes)


def by(cells: Iterable[Cell], place: int) -> dict[str, frozenset[Cell]]:
    found: dict[str, set[Cell]] = defaultdict(set)
    for cell in cells:
        found[cell[place]].add(cell)
    return {name: frozenset(those) for name, those in found.items()}


def equations(
    told: Told[str], parts: Mapping[str, frozenset[Cell]]
) -> Iterator[Equation]:
    for part, count in told.alone.items():
        yield parts[part], count
    if told.rest is not None:
        rest = [cells for part, cells in parts.items() if part not in told.alone]
        yield frozenset().union(*rest), told.rest


def follows(wanted: frozenset[Cell], told: Iterable[frozenset[Cell]]) -> bool:
    """Return whether a sum is a combination of other sums, by exact elimination."""
    rows = [set_as_row(cells) for cells in told if cells]
    return rank([*rows, set_as_row(wanted)]) == rank(rows)


def set_as_row(cells: frozenset[Cell]) -> dict[Cell, Fraction]:
    return dict.fromkeys(sorted(cells), Fraction(1))


def rank(rows: Iterable[dict[Cell, Fraction]]) -> int:
    reduced: dict[Cell, dict[Cell, Fraction]] = {}
    for row in rows:
        left = dict(row)
        while left:
            lead = min(left)
            if lead not in reduced:
                reduced[lead] = {c: n / left[lead] for c, n in left.items()}
                break
            factor = left[lead]
            for cell, n in reduced[lead].items():
                left[cell] = left.get(cell, Fraction(0)) - factor * n
            left = {cell: n for cell, n in left.items() if n}
    return len(reduced)


COUNTS = st.one_of(st.just(0), st.integers(0, 12), st.integers(0, 40))


@settings(max_examples=60, deadline=None)
@given(st.lists(COUNTS, min_size=18, max_size=18))
def test_no_combination_of_figures_is_a_few_people(counts: list[int]) -> None:
    names = product(("one", "two"), ("in time", "late", "none"), "xyz")
    cells = dict(zip(names, counts, strict=True))
    tables = {
        law: {cell: n for cell, n in cells.items() if cell[0] == law}
        for law in ("one", "two")
        if sum(n for cell, n in cells.items() if cell[0] == law) >= K
    }
    told = [cells_of for cells_of, _ in published(tables)]

    for row in tables.values():
        groups = {
            *(frozenset({cell}) for cell in row),
            *(frozenset(pair) for pair in combinations(row, 2)),
            *by(row, 1).values(),
            *by(row, 2).values(),
        }
        for group in groups:
            if 0 < sum(row[cell] for cell in group) < K:
                assert not follows(group, told)


def test_the_elimination_finds_a_difference() -> None:
    a, b, c = (("one", "in time", name) for name in "abc")
    whole, two = frozenset({a, b, c}), frozenset({a, b})

    assert follows(frozenset({c}), [whole, two])
    assert not follows(frozenset({b}), [whole, two])
