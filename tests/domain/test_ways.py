"""Whose hands a request leaves, and why."""

from dataclasses import replace
from datetime import date

import pytest

from app.domain.eligibility import Answer
from app.domain.facts import Asks, Capacity, PersonFacts, VendorFacts
from app.domain.grounds import Ground, Verdict
from app.domain.laws import Confidence, RightKind
from app.domain.timeline import Status
from app.domain.vendors import Demand, Offer, OfferRight, Route, RouteKind, Vendor
from app.domain.ways import (
    ByOneself,
    HandWork,
    Way,
    agent_allowed,
    hand_work,
    leads,
    leaves_by_us,
    protocol_carries,
    way_to,
)
from tests.domain.test_basis import DELETES, ERASURE, MAYBE, law, rests

DAY = date(2026, 11, 23)
MAIL = Route(kind=RouteKind.EMAIL, address="privacy@probe.example")
BY_US = Way(RouteKind.EMAIL)
ALONE = Way(RouteKind.LETTER, ByOneself.NO_AGENT)
SILENT = replace(MAYBE, agent_allowed=None)
LETS_NOBODY = replace(MAYBE, agent_allowed=False)
LETS_ASK = replace(law(ERASURE, Verdict.ELIGIBLE), agent_allowed=True)
STOPS = law(RightKind.OPT_OUT, Verdict.OPT_OUT_ONLY)


def probe(*, agents: bool | None) -> Vendor:
    offer = Offer(
        id="offer",
        right=OfferRight.DELETION,
        places=frozenset({"*"}),
        words="It deletes.",
        agents=agents,
        sources=("https://probe.example",),
        confidence=Confidence.HIGH,
        checked_on=DAY,
    )
    return Vendor(
        slug="probe",
        name="Probe",
        facts=VendorFacts(),
        offers=(offer,),
        checked_on=DAY,
    )


def way(*grounds: Ground, route: Route = MAIL, agents: bool | None = None) -> Way:
    answer = Answer(
        residence="XX",
        vendor="probe",
        on=DAY,
        verdict=Verdict.UNCERTAIN,
        grounds=grounds,
    )
    return way_to(probe(agents=agents), route, answer, rests(*grounds))


@pytest.mark.parametrize(
    ("grounds", "taken"),
    [
        pytest.param([LETS_NOBODY], ALONE, id="the law lets nobody else ask"),
        pytest.param([SILENT], BY_US, id="the law is unclear"),
        pytest.param([LETS_ASK], BY_US, id="the law lets others ask"),
        pytest.param([LETS_ASK, LETS_NOBODY], BY_US, id="the surer law lets them"),
        pytest.param([DELETES], BY_US, id="an offer alone"),
        pytest.param([DELETES, LETS_NOBODY], ALONE, id="beside an offer"),
        pytest.param([replace(STOPS, agent_allowed=True)], BY_US, id="an opt-out"),
        pytest.param([replace(STOPS, agent_allowed=False)], ALONE, id="none for it"),
        pytest.param([], BY_US, id="goodwill"),
    ],
)
def test_what_the_law_lets_nobody_else_ask_for_is_sent_by_the_person(
    grounds: list[Ground], taken: Way
) -> None:
    assert way(*grounds) == taken


@pytest.mark.parametrize(
    ("agents", "taken"), [(True, BY_US), (False, ALONE), (None, ALONE)]
)
def test_a_company_that_takes_agents_gets_the_letter_from_us(
    agents: bool | None, taken: Way
) -> None:
    assert way(DELETES, LETS_NOBODY, agents=agents) == taken


def test_an_offer_for_other_places_takes_nobodys_agent() -> None:
    elsewhere = replace(DELETES, outcome=Verdict.NOT_ELIGIBLE)

    assert way(elsewhere, LETS_NOBODY, agents=True) == ALONE


@pytest.mark.parametrize(
    ("route", "taken"),
    [
        (
            replace(MAIL, demands=frozenset({Demand.FACE_PHOTO})),
            Way(RouteKind.WEBFORM, ByOneself.PROOF),
        ),
        (
            Route(kind=RouteKind.WEBFORM, url="https://probe.example/form"),
            Way(RouteKind.WEBFORM, ByOneself.ROUTE),
        ),
    ],
)
def test_a_way_that_is_the_persons_own_anyway_says_why(
    route: Route, taken: Way
) -> None:
    assert way(LETS_NOBODY, route=route) == taken


@pytest.mark.parametrize(
    ("agents", "allowed"), [(None, False), (False, False), (True, True)]
)
def test_whether_somebody_else_may_ask_is_known_whatever_the_route(
    agents: bool | None, allowed: bool
) -> None:
    answer = Answer(
        residence="XX",
        vendor="probe",
        on=DAY,
        verdict=Verdict.OFFERED,
        grounds=(DELETES, LETS_NOBODY),
    )

    found = agent_allowed(probe(agents=agents), answer, rests(DELETES, LETS_NOBODY))

    assert found is allowed


@pytest.mark.parametrize(
    ("beside", "asks", "alone"),
    [
        ([LETS_ASK], Asks.OPT_OUT, True),
        ([SILENT], Asks.OPT_OUT, True),
        ([LETS_NOBODY], Asks.OPT_OUT, False),
        ([], Asks.OPT_OUT, False),
        ([LETS_ASK], Asks.DELETION, False),
    ],
)
def test_the_law_on_opting_out_may_be_the_one_that_lets_nobody_else_ask(
    beside: list[Ground], asks: Asks, alone: bool
) -> None:
    stops = replace(STOPS, agent_allowed=False)

    assert rests(stops, *beside, asks=asks).nobody_else_opts_out is alone


def test_a_system_is_written_to_where_we_are_an_agent() -> None:
    system = Route(kind=RouteKind.DRP, api_base="https://api.probe.example")
    vendor, invoked = probe(agents=None), rests(LETS_NOBODY)
    answer = Answer(
        residence="XX",
        vendor="probe",
        on=DAY,
        verdict=Verdict.UNCERTAIN,
        grounds=(LETS_NOBODY,),
    )

    taken = way_to(vendor, system, answer, invoked, protocol=True)

    assert taken == Way(RouteKind.DRP)
    assert way(LETS_NOBODY, route=system) == Way(RouteKind.DRP, ByOneself.ROUTE)


@pytest.mark.parametrize(
    ("asks", "capacity", "carries"),
    [
        (Asks.DELETION, None, True),
        (Asks.OPT_OUT, Capacity.CONSUMER, True),
        (Asks.CORRECTION, None, False),
        (Asks.DELETION, Capacity.PARENT_OF_CHILD, False),
    ],
)
def test_the_protocol_has_words_for_some_requests_alone(
    asks: Asks, capacity: Capacity | None, carries: bool
) -> None:
    person = replace(PersonFacts(), capacity=capacity)

    assert protocol_carries(asks, person) is carries


def test_a_route_that_comes_last_is_taken_where_there_is_no_other() -> None:
    system = Route(kind=RouteKind.DRP, api_base="https://api.probe.example")
    both = replace(probe(agents=None), routes=(system, MAIL))
    one = replace(both, routes=(system,))

    assert both.route_on(DAY, frozenset()) is system
    assert both.route_on(DAY, frozenset(), protocol=False) is MAIL
    assert one.route_on(DAY, frozenset(), protocol=False) is system


def test_who_sends_it_follows_from_what_the_person_was_told() -> None:
    assert leaves_by_us(RouteKind.EMAIL, ByOneself.PROOF)
    assert leaves_by_us(RouteKind.DRP, None)
    assert not leaves_by_us(RouteKind.DRP, ByOneself.ROUTE)
    assert not leaves_by_us(RouteKind.LETTER, None)


def test_what_one_of_us_types_or_posts_leaves_by_us() -> None:
    form = Way(RouteKind.WEBFORM)

    assert form.by_hand
    assert not BY_US.by_hand
    assert leaves_by_us(RouteKind.WEBFORM, None, by_hand=True)


def test_a_way_is_one_by_the_route_that_it_takes() -> None:
    proof = Route(
        kind=RouteKind.WEBFORM,
        url="https://probe.example/form",
        demands=frozenset({Demand.FACE_PHOTO}),
    )

    assert leads(MAIL, BY_US)
    assert leads(MAIL, ALONE), "the person writes to the same mailbox"
    assert leads(proof, Way(RouteKind.WEBFORM, ByOneself.PROOF))
    assert not leads(proof, Way(RouteKind.WEBFORM))


@pytest.mark.parametrize(
    ("was", "status", "by_hand", "sent", "work"),
    [
        pytest.param(None, "queued", True, False, "send", id="it goes by hand now"),
        pytest.param(None, "queued", False, False, None, id="a program sends it"),
        pytest.param("send", "sent", True, True, None, id="it was sent"),
        pytest.param("send", "withdrawn", True, False, None, id="it never was"),
        pytest.param(
            "tell", "withdrawn", True, True, "tell", id="somebody has to tell"
        ),
        pytest.param("tell", "closed", True, True, "tell", id="also once it is closed"),
        pytest.param("tell", "withdrawn", True, False, None, id="it was not sent"),
        pytest.param("tell", "acknowledged", True, True, None, id="it goes on"),
        pytest.param("tell", "queued", True, False, "send", id="it is asked again"),
    ],
)
def test_what_is_to_be_done_by_hand_follows_from_where_a_request_stands(
    was: str | None, status: str, by_hand: bool, sent: bool, work: str | None
) -> None:
    before = HandWork(was) if was else None
    found = hand_work(before, Status(status), by_hand=by_hand, sent=sent)

    assert found == work
