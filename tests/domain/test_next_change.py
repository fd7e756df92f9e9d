"""When a verdict changes next: as if every day on which a law changes were asked."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from random import Random

from hypothesis import given, settings, strategies

from app.domain.eligibility import Answer, Change, decide, question, verdict_on
from app.domain.facts import PersonFacts
from app.domain.grounds import RANK
from app.domain.laws import Law
from app.domain.vendors import Vendor
from tests import made_up_laws
from tests.made_up_laws import PLACES, Lawmaker
from tests.made_up_vendors import Maker


def day_by_day(
    place: str, vendor: Vendor, on: date, laws: Mapping[str, Law]
) -> Change | None:
    def answer(day: date) -> Answer:
        asked = question(place, vendor, PersonFacts(), day)
        return verdict_on(asked, day, laws, PLACES)

    today = answer(on)
    days = {day for law in laws.values() for day in law.changes()}
    for day in sorted(days.union(vendor.changes())):
        later = answer(day)
        if day > on and later.verdict is not today.verdict:
            better = min(today, later, key=lambda one: RANK[one.verdict])
            assert better.leading is not None
            return Change(day, later.verdict, better.leading.id)
    return None


@given(
    strategies.randoms(use_true_random=False),
    strategies.sampled_from(made_up_laws.DAYS),
)
@settings(max_examples=40, deadline=None)
def test_the_next_change_is_the_first_day_with_another_verdict(
    chance: Random, on: date
) -> None:
    laws = {name: Lawmaker(chance).law(name) for name in ("first", "second")}
    maker = Maker(chance, made_up_laws.CODES)
    vendor = replace(
        maker.vendor("probe"),
        offers=(maker.offer("offer"),),
        registrations=maker.registrations(),
    )

    for place in PLACES:
        asked = question(place.code, vendor, PersonFacts(), on)
        found = decide(asked, on, laws, PLACES).next_change
        assert found == day_by_day(place.code, vendor, on, laws)
