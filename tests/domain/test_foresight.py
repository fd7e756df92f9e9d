"""What a change to a record changes for people: where, and from when."""

from dataclasses import replace
from datetime import date

import pytest

from app.domain.dated import Span
from app.domain.facts import VendorFacts
from app.domain.foresight import (
    Difference,
    days_to_look_at,
    goes_another_way,
    is_weighty,
    mailboxes_left,
    outlook,
)
from app.domain.grounds import Verdict
from app.domain.laws import Confidence
from app.domain.places import Place, Places
from app.domain.vendors import Offer, OfferRight, Route, RouteKind, Vendor

TODAY = date(2026, 11, 23)
PLACES = Places.of(
    Place(code=code, name=code, zone="UTC") for code in ("AA", "BB", "CC")
)
BARE = Vendor(slug="probe", name="Probe", facts=VendorFacts(), checked_on=TODAY)
OFFER = Offer(
    id="form",
    right=OfferRight.DELETION,
    places=frozenset({"AA", "BB"}),
    words="We delete.",
    sources=("https://probe.example",),
    confidence=Confidence.HIGH,
    checked_on=TODAY,
)
OFFERED = replace(BARE, offers=(OFFER,))
MAIL = Route(kind=RouteKind.EMAIL, address="a@probe.example")
HERE = frozenset({"AA"})


def found(
    before: Vendor | None, after: Vendor | None, on: date = TODAY
) -> tuple[Difference, ...]:
    return outlook(before, after, on, {}, PLACES, list(PLACES)).differences


def test_places_are_gained_and_lost_by_what_was_and_what_will_be() -> None:
    elsewhere = replace(OFFER, places=frozenset({"BB", "CC"}))
    gained, lost = found(OFFERED, replace(BARE, offers=(elsewhere,)))

    assert (gained.gains, gained.places, gained.after) == (
        True,
        ("CC",),
        Verdict.OFFERED,
    )
    assert (lost.gains, lost.places, lost.before) == (False, ("AA",), Verdict.OFFERED)


def test_a_vendor_that_comes_or_goes_gives_and_takes_what_it_offers() -> None:
    came, went = found(None, OFFERED)[0], found(OFFERED, None)[0]

    assert (came.before, came.gains, came.places) == (None, True, ("AA", "BB"))
    assert (went.after, went.gains) == (None, False)
    assert Difference.rank(None) == Difference.rank(Verdict.NOT_ELIGIBLE)


def test_what_says_the_same_changes_nothing() -> None:
    assert found(OFFERED, replace(OFFERED, name="Another")) == ()


def test_the_days_are_today_and_those_of_what_differs() -> None:
    later = replace(OFFER, span=Span(date(2027, 1, 1), date(2027, 6, 30)))

    assert days_to_look_at(OFFERED, OFFERED, TODAY) == (TODAY,)
    assert days_to_look_at(BARE, replace(BARE, offers=(later,)), TODAY) == (
        TODAY,
        date(2027, 1, 1),
        date(2027, 7, 1),
    )
    assert days_to_look_at(None, replace(BARE, offers=(later,)), TODAY)[1] == date(
        2027, 1, 1
    )
    assert days_to_look_at(replace(BARE, offers=(later,)), None, TODAY)[1] == date(
        2027, 1, 1
    )


@pytest.mark.parametrize(
    ("after", "left"),
    [
        pytest.param(replace(BARE, routes=(MAIL,)), (), id="the same"),
        pytest.param(BARE, ("a@probe.example",), id="none"),
        pytest.param(None, ("a@probe.example",), id="no vendor"),
        pytest.param(
            replace(BARE, routes=(replace(MAIL, span=Span(None, date(2026, 11, 22))),)),
            ("a@probe.example",),
            id="ended",
        ),
        pytest.param(
            replace(BARE, routes=(MAIL,), closed_on=date(2026, 11, 22)),
            ("a@probe.example",),
            id="closed",
        ),
    ],
)
def test_a_mailbox_is_left_when_letters_go_there_no_more(
    after: Vendor | None, left: tuple[str, ...]
) -> None:
    assert mailboxes_left(replace(BARE, routes=(MAIL,)), after, TODAY) == left


def test_a_way_is_another_where_its_address_is() -> None:
    before = replace(BARE, routes=(MAIL,))
    other = replace(MAIL, address="b@probe.example")

    assert not goes_another_way(before, before, TODAY, HERE)
    assert goes_another_way(before, replace(BARE, routes=(other,)), TODAY, HERE)
    assert goes_another_way(before, BARE, TODAY, HERE)
    assert goes_another_way(None, before, TODAY, HERE)


@pytest.mark.parametrize(
    ("after", "weighs"),
    [
        pytest.param(replace(OFFERED, name="Another"), False, id="a name"),
        pytest.param(replace(OFFERED, routes=(MAIL,)), True, id="a way"),
        pytest.param(replace(OFFERED, domains=("a.example",)), True, id="a site"),
        pytest.param(replace(OFFERED, closed_on=TODAY), True, id="its end"),
        pytest.param(None, True, id="no vendor"),
    ],
)
def test_what_moves_letters_weighs(after: Vendor | None, weighs: bool) -> None:
    assert is_weighty(OFFERED, after) is weighs
