"""Changes of cover by their cause."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from random import Random
from typing import Any

import pytest

from app.domain.changes import (
    Block,
    Cause,
    Change,
    Direction,
    Effect,
    Rewritten,
    Wanted,
    changes,
    effects,
)
from app.domain.chronicle import chronicle
from app.domain.coverage import Shift, researched
from app.domain.dated import Span
from app.domain.grounds import Verdict
from app.domain.laws import Confidence, Law
from app.domain.places import Place
from app.domain.vendors import (
    FactFrom,
    Offer,
    OfferRight,
    Order,
    OrderStatus,
    Registration,
    Vendor,
)
from app.rulebook.load import load_rulebook, read_vendors
from tests.made_up_vendors import Maker

RULEBOOK = load_rulebook()
LAWS, PLACES = RULEBOOK.pack.laws, RULEBOOK.places
VENDORS = {shape.slug: shape.value() for shape in read_vendors()}
KNOWN = researched(LAWS, PLACES)
CHECKED = date(2026, 11, 23)


def told(
    vendors: dict[str, Vendor], laws: Mapping[str, Law] | None = None, *codes: str
) -> tuple[Change, ...]:
    """Return every change for some places, or for all that were researched."""
    pack = LAWS if laws is None else laws
    places: tuple[Place, ...] = tuple(PLACES[code] for code in codes) or KNOWN
    turns = chronicle(vendors.values(), pack, PLACES, places)
    return changes(turns, pack, vendors)


EVERYTHING = told(VENDORS)


def named(name: str, found: tuple[Change, ...] = EVERYTHING) -> Change:
    [change] = [change for change in found if change.name == name]
    return change


def vendor(*said: Offer | Order, **more: Any) -> dict[str, Vendor]:
    """Return one vendor of which nothing is known but what it offers and owes."""
    one = replace(
        VENDORS["epsilon"],
        slug="one",
        offers=tuple(it for it in said if isinstance(it, Offer)),
        orders=tuple(it for it in said if isinstance(it, Order)),
        registrations=(),
    )
    return {"one": replace(one, **more)}


def offer(**more: Any) -> Offer:
    made = Offer(
        id="promise",
        right=OfferRight.DELETION,
        places=frozenset({"US-WY"}),
        words="It deletes.",
        sources=("https://vendor.example",),
        confidence=Confidence.HIGH,
        checked_on=CHECKED,
    )
    return replace(made, **more)


def order(*statuses: tuple[date, OrderStatus], **more: Any) -> Order:
    made = Order(
        id="ruling",
        by="Court",
        places=frozenset({"US-WY"}),
        statuses=statuses,
        words="It shall delete.",
        sources=("https://court.example",),
        confidence=Confidence.HIGH,
        checked_on=CHECKED,
    )
    return replace(made, **more)


def test_a_law_that_begins_is_one_change_with_all_its_answers() -> None:
    change = named("law-began:eu-gdpr:2018-05-25")

    assert change.cause is Cause.LAW_BEGAN
    assert change.directions == {Direction.GAINED}
    assert {"DE", "FR"} <= set(change.effects[0].places)
    assert "clearview-ai" in {v for e in change.effects for v in e.vendors}


@pytest.mark.parametrize(
    ("name", "cause"),
    [
        ("law-amended:ca-qc-law25:2023-09-22", Cause.LAW_AMENDED),
        ("law-amended:eu-gdpr:2021-01-01", Cause.LAW_AMENDED),
        ("law-ended:ch-fadp-1992:2023-09-01", Cause.LAW_ENDED),
        ("offered:clearview-ai:clearview-virginia:2023-01-01", Cause.OFFERED),
        ("withdrew:clearview-ai:clearview-eu:2023-11-01", Cause.WITHDREW),
        ("offer-unseen:clearview-ai:clearview-uk:2021-09-01", Cause.OFFER_UNSEEN),
        ("order-made:clearview-ai:italy-2022-02-10:2022-02-10", Cause.ORDER_MADE),
        ("order-moved:clearview-ai:italy-2022-02-10:2023-10-31", Cause.ORDER_MOVED),
        ("order-ended:clearview-ai:france-2021-11-26:2022-10-17", Cause.ORDER_ENDED),
    ],
)
def test_each_day_of_a_record_has_a_name_that_says_what_happened(
    name: str, cause: Cause
) -> None:
    assert named(name).cause is cause


def test_what_changed_no_answer_is_told_as_that() -> None:
    change = named("offered:clearview-ai:clearview-canada-opt-out:2020-07-11")

    assert change.effects == ()
    assert change.directions == {Direction.SAME}


def test_a_record_that_says_that_there_is_no_law_changes_nothing() -> None:
    absent = {law.id for law in LAWS.values() if law.absent}

    assert not absent & {change.record for change in EVERYTHING}


def test_names_are_never_given_twice() -> None:
    names = [change.name for change in EVERYTHING]

    assert len(names) == len(set(names))


def test_names_stay_when_other_companies_come() -> None:
    maker = Maker(Random(7), [place.code for place in KNOWN])
    more = {f"vendor-{n}": maker.vendor(f"vendor-{n}") for n in range(20)}

    grown = told({**more, **VENDORS})

    assert {change.name for change in EVERYTHING} <= {c.name for c in grown}


def test_they_stand_in_the_order_of_their_days() -> None:
    days = [change.on for change in EVERYTHING]

    assert days == sorted(days)


def test_an_offer_that_ends_on_its_last_known_day_was_withdrawn() -> None:
    last = date(2021, 12, 31)
    one = vendor(offer(span=Span(date(2020, 1, 1), last), known_until=last))

    names = [change.name for change in told(one, {}, "US-WY")]

    assert names == [
        "offered:one:promise:2020-01-01",
        "withdrew:one:promise:2022-01-01",
    ]


def test_an_offer_without_days_is_no_change() -> None:
    assert told(vendor(offer()), {}, "US-WY") == ()


def test_an_order_has_its_turns() -> None:
    ruling = order(
        (date(2020, 1, 1), OrderStatus.IN_FORCE),
        (date(2021, 1, 1), OrderStatus.APPEALED),
        (date(2022, 1, 1), OrderStatus.ENDED),
        span=Span(None, date(2023, 12, 31)),
    )

    found = told(vendor(ruling), {}, "US-WY")

    assert [(change.on.year, change.cause) for change in found] == [
        (2020, Cause.ORDER_MADE),
        (2021, Cause.ORDER_MOVED),
        (2022, Cause.ORDER_ENDED),
        (2024, Cause.ORDER_ENDED),
    ]
    assert found[2].directions == {Direction.SAME}


def test_a_company_that_enters_a_register_is_a_change_of_the_register() -> None:
    entry = Registration(
        place="US-CA", year=2026, span=Span(date(2026, 1, 15)), checked_on=CHECKED
    )
    facts = replace(VENDORS["epsilon"].facts, registered_broker_in=frozenset())
    one = vendor(registrations=(entry,), facts=facts)

    found = told(one, {"us-ca-delete-act": LAWS["us-ca-delete-act"]}, "US-CA")

    change = named("register:US-CA:2026-01-15", found)
    assert change.vendor is None
    assert change.places == {"US-CA"}
    assert change.effects[0].vendors == ("one",)


def test_a_company_that_became_another_is_a_change_of_its_own() -> None:
    moved = FactFrom(
        fact="seat",
        value=frozenset({"DE"}),
        first=date(2022, 1, 1),
        sources=("https://vendor.example/moved",),
        confidence=Confidence.HIGH,
        checked_on=CHECKED,
    )

    found = told(vendor(facts_from=(moved,)), LAWS, "US-WY")

    change = named("facts:one:2022-01-01", found)
    assert change.vendor == "one"
    assert change.directions == {Direction.GAINED}


def cells(*pairs: str) -> list[Shift]:
    return [
        Shift(vendor, place, Verdict.OFFERED, Verdict.ELIGIBLE, None)
        for vendor, _, place in (pair.partition(" ") for pair in pairs)
    ]


def test_answers_are_gathered_into_few_rectangles() -> None:
    [one] = effects(cells("a DE", "b DE", "a FR", "b FR"))

    assert one.blocks == (Block(("a", "b"), ("DE", "FR")),)
    assert (one.answers, one.vendors, one.places) == (4, ("a", "b"), ("DE", "FR"))


def test_by_places_where_that_makes_fewer() -> None:
    [one] = effects(cells("a DE", "a FR", "b DE", "c DE", "c FR", "c IT", "b IT"))

    assert sum(block.answers for block in one.blocks) == 7
    assert len(one.blocks) == 3


def test_by_companies_where_that_makes_fewer() -> None:
    [one] = effects(cells("a DE", "b FR", "a FR", "b DE", "a IT", "c IT"))

    found = {(v, p) for b in one.blocks for v in b.vendors for p in b.places}
    assert len(found) == one.answers == 6


GAIN = Effect(
    Verdict.NOT_ELIGIBLE, Verdict.ELIGIBLE, (Block(("a", "b"), ("DE", "US-WY")),)
)
LOSS = Effect(Verdict.OFFERED, Verdict.NOT_ELIGIBLE, (Block(("b",), ("US-WY",)),))
BOTH = Change(
    on=date(2020, 1, 1),
    cause=Cause.LAW_BEGAN,
    record="act",
    places=frozenset({"EU"}),
    effects=(GAIN, LOSS),
)
NONE = replace(BOTH, effects=())
ELSEWHERE = replace(
    NONE,
    cause=Cause.OFFERED,
    record="a:promise",
    vendor="a",
    places=frozenset({"EU"}),
)
FOR_ALL = replace(ELSEWHERE, places=frozenset({"*"}))
CORRECTED = replace(
    BOTH,
    cause=Cause.CORRECTED,
    record="20200101T000000000000Z",
    at=datetime(2020, 1, 1, tzinfo=UTC),
    rewritten=(Rewritten("c", None, None),),
)


def asked(change: Change, **wanted: object) -> Change | None:
    found = list(Wanted(**wanted).of([change], PLACES.around))  # type: ignore[arg-type]
    return found[0] if found else None


def some(*words: str) -> frozenset[str]:
    return frozenset(words)


def test_who_asks_for_nothing_gets_everything() -> None:
    for change in (BOTH, NONE, ELSEWHERE, CORRECTED):
        assert asked(change) == change


def test_only_the_answers_that_are_asked_for_are_left() -> None:
    found = asked(BOTH, vendors=some("b"), places=some("US-WY"))

    assert found is not None
    assert [e.blocks for e in found.effects] == [(Block(("b",), ("US-WY",)),)] * 2


@pytest.mark.parametrize(
    ("change", "wanted"),
    [
        (BOTH, {"vendors": some("c")}),
        (BOTH, {"places": some("BR")}),
        (BOTH, {"cause": Cause.OFFERED}),
        (BOTH, {"days": Span(date(2020, 1, 2))}),
        (BOTH, {"direction": Direction.SAME}),
        (BOTH, {"direction": Direction.CORRECTED}),
        (BOTH, {"direction": Direction.LOST, "vendors": some("a")}),
        (NONE, {"vendors": some("a")}),
        (NONE, {"direction": Direction.GAINED}),
        (NONE, {"places": some("US-WY")}),
        (CORRECTED, {"direction": Direction.GAINED}),
    ],
)
def test_what_is_not_asked_for_is_left_out(
    change: Change, wanted: dict[str, object]
) -> None:
    assert asked(change, **wanted) is None


@pytest.mark.parametrize(
    ("change", "wanted"),
    [
        (NONE, {"direction": Direction.SAME}),
        (NONE, {"places": some("DE", "US-WY")}),
        (ELSEWHERE, {"vendors": some("a")}),
        (FOR_ALL, {"places": some("US-WY")}),
        (CORRECTED, {"direction": Direction.CORRECTED}),
        (replace(CORRECTED, effects=()), {"vendors": some("c")}),
        (BOTH, {"days": Span(date(2020, 1, 1), date(2020, 1, 1))}),
    ],
)
def test_what_is_asked_for_stays(change: Change, wanted: dict[str, object]) -> None:
    assert asked(change, **wanted) == change


@pytest.mark.parametrize(
    ("direction", "effect"), [(Direction.GAINED, GAIN), (Direction.LOST, LOSS)]
)
def test_gains_and_losses_are_told_apart(direction: Direction, effect: Effect) -> None:
    found = asked(BOTH, direction=direction)

    assert found is not None
    assert found.effects == (effect,)


def test_a_correction_and_what_changed_no_answer_are_directions_of_their_own() -> None:
    corrected = replace(BOTH, cause=Cause.CORRECTED)

    assert corrected.direction_of(None) is Direction.CORRECTED
    assert BOTH.direction_of(None) is Direction.SAME
