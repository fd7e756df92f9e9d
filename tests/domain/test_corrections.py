"""What our record of a vendor said before."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from app.domain.changes import Cause, Change, Direction
from app.domain.corrections import Edited, Edition, corrected
from app.domain.coverage import researched
from app.domain.dated import Span
from app.domain.grounds import Verdict
from app.domain.laws import Confidence
from app.domain.vendors import Offer, OfferRight, Order, OrderStatus, Vendor
from app.rulebook.load import load_rulebook, read_vendors

RULEBOOK = load_rulebook()
LAWS, PLACES = RULEBOOK.pack.laws, RULEBOOK.places
KNOWN = researched(LAWS, PLACES)
AT = datetime(2026, 11, 23, 12, tzinfo=UTC)
TODAY, YESTERDAY = date(2026, 11, 23), date(2026, 11, 22)
[EPSILON] = [s.value() for s in read_vendors() if s.slug == "epsilon"]
EMPTY = replace(EPSILON, offers=(), orders=())
OFFER = Offer(
    id="promise",
    right=OfferRight.DELETION,
    places=frozenset({"US-WY"}),
    span=Span(date(2025, 1, 1)),
    words="It deletes.",
    sources=("https://vendor.example",),
    confidence=Confidence.HIGH,
    checked_on=date(2026, 1, 1),
)
ORDER = Order(
    id="ruling",
    by="Court",
    places=frozenset({"US-WY"}),
    statuses=((date(2025, 1, 1), OrderStatus.IN_FORCE),),
    words="It shall delete.",
    sources=("https://court.example",),
    confidence=Confidence.HIGH,
    checked_on=date(2026, 1, 1),
)


def of(*said: Offer | Order) -> Vendor:
    return replace(
        EMPTY,
        offers=tuple(it for it in said if isinstance(it, Offer)),
        orders=tuple(it for it in said if isinstance(it, Order)),
    )


def told(before: Vendor, after: Vendor) -> Change | None:
    return corrected(Edited(AT, (Edition(before, after),)), LAWS, PLACES, KNOWN)


def test_an_offer_that_was_written_down_late_is_a_correction() -> None:
    change = told(of(), of(OFFER))

    assert change is not None
    assert change.cause is Cause.CORRECTED
    assert change.name == "corrected:20261123T120000000000Z:2026-11-23"
    assert change.directions == {Direction.CORRECTED}
    assert change.vendors == {"epsilon"}
    [one] = change.rewritten
    assert (one.before, one.after) == (None, OFFER)
    [effect] = change.effects
    assert (effect.after, effect.places) == (Verdict.OFFERED, ("US-WY",))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(of(), of(replace(OFFER, span=Span(TODAY))), id="begins today"),
        pytest.param(
            of(OFFER),
            of(replace(OFFER, span=Span(date(2025, 1, 1), YESTERDAY))),
            id="ended yesterday",
        ),
        pytest.param(of(OFFER), of(replace(OFFER, known_until=YESTERDAY)), id="unseen"),
        pytest.param(of(OFFER), of(replace(OFFER, checked_on=TODAY)), id="looked"),
        pytest.param(
            of(ORDER),
            of(
                replace(
                    ORDER, statuses=(*ORDER.statuses, (TODAY, OrderStatus.APPEALED))
                )
            ),
            id="appealed today",
        ),
        pytest.param(
            of(),
            of(replace(ORDER, statuses=((TODAY, OrderStatus.IN_FORCE),))),
            id="made today",
        ),
    ],
)
def test_what_goes_on_is_no_correction(before: Vendor, after: Vendor) -> None:
    assert told(before, after) is None


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(of(OFFER), of(), id="taken out"),
        pytest.param(of(OFFER), of(replace(OFFER, words="It hides.")), id="words"),
        pytest.param(
            of(OFFER),
            of(replace(OFFER, span=Span(date(2025, 1, 1), date(2025, 12, 31)))),
            id="had ended",
        ),
        pytest.param(
            of(OFFER), of(replace(OFFER, known_until=date(2025, 12, 31))), id="unseen"
        ),
        pytest.param(
            of(OFFER), of(replace(OFFER, places=frozenset({"*"}))), id="everywhere"
        ),
        pytest.param(
            of(ORDER),
            of(
                replace(
                    ORDER, statuses=(*ORDER.statuses, (YESTERDAY, OrderStatus.ENDED))
                )
            ),
            id="ended the day before",
        ),
    ],
)
def test_what_was_not_so_is_a_correction(before: Vendor, after: Vendor) -> None:
    change = told(before, after)

    assert change is not None
    [one] = change.rewritten
    assert one.before is (before.offers or before.orders)[0]


def test_a_fact_is_a_correction_where_it_changes_an_answer() -> None:
    seat = replace(EMPTY.facts, seat=frozenset({"DE"}))
    change = told(EMPTY, replace(EMPTY, facts=seat))

    assert change is not None
    assert change.rewritten == ()
    assert "eligible" in {effect.after for effect in change.effects}


def test_another_fact_is_none() -> None:
    employees = replace(EMPTY.facts, employees=7)

    assert told(EMPTY, replace(EMPTY, facts=employees)) is None


def test_a_companys_other_words_are_none() -> None:
    assert told(EMPTY, replace(EMPTY, about="Another sentence.")) is None


def test_one_import_is_one_correction() -> None:
    late = Edition(of(), of(OFFER))
    other = Edition(
        replace(late.before, slug="other"), replace(late.after, slug="other")
    )

    change = corrected(Edited(AT, (late, other)), LAWS, PLACES, KNOWN)

    assert change is not None
    assert change.vendors == {"epsilon", "other"}
    assert change.effects[0].vendors == ("epsilon", "other")
