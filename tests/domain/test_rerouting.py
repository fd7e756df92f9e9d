"""Which other ways a request may take, and why not the others."""

from dataclasses import replace

import pytest

from app.domain.rerouting import Barrier, Case, Stays, choices, stays
from app.domain.timeline import Status
from app.domain.vendors import Demand, Identifier, Route, RouteKind
from app.domain.ways import ByOneself, Way

MAIL = Route(kind=RouteKind.EMAIL, address="privacy@probe.example.org")
FORM = Route(kind=RouteKind.WEBFORM, url="https://probe.example.org/form")
POST = Route(kind=RouteKind.LETTER, address="1 Example Street")
SYSTEM = Route(
    kind=RouteKind.DRP, api_base="https://api.probe.example.org", business_id="probe"
)
KNOWN = frozenset({("https://api.probe.example.org", "probe")})
BOUNCED = Case(
    status=Status.UNDELIVERABLE,
    way=Way(RouteKind.EMAIL),
    agent_allowed=True,
    carried=True,
    is_agent=True,
    known_to=KNOWN,
    parked=frozenset(),
    asked_for=frozenset({Identifier.NAME, Identifier.EMAIL}),
)


def barriers(case: Case, *routes: Route) -> dict[str, Barrier | None]:
    return {one.code: one.barrier for one in choices(routes, case)}


def test_a_bounced_letter_can_go_by_form_post_and_system() -> None:
    assert barriers(BOUNCED, MAIL, FORM, POST, SYSTEM) == {
        "email": Barrier.TAKEN,
        "webform": None,
        "webform-self": None,
        "letter": None,
        "letter-self": None,
        "drp": None,
    }


@pytest.mark.parametrize(
    ("known", "why"),
    [
        pytest.param({"is_agent": False}, Barrier.NO_PROTOCOL, id="no agent"),
        pytest.param({"carried": False}, Barrier.NO_WORDS, id="a correction"),
        pytest.param({"known_to": frozenset()}, Barrier.NO_TOKEN, id="no token"),
        pytest.param({"parked": KNOWN}, Barrier.PARKED, id="parked"),
        pytest.param({"agent_allowed": False}, None, id="who speaks it takes agents"),
    ],
)
def test_its_system_takes_what_the_protocol_carries_of_agents_that_it_knows(
    known: dict[str, object], why: Barrier | None
) -> None:
    case = replace(BOUNCED, **known)  # type: ignore[arg-type]
    assert barriers(case, SYSTEM) == {"drp": why}


def test_where_nobody_else_may_ask_only_the_person_sends_it() -> None:
    case = replace(
        BOUNCED,
        way=Way(RouteKind.LETTER, ByOneself.NO_AGENT),
        status=Status.QUEUED,
        agent_allowed=False,
    )
    assert barriers(case, MAIL, FORM) == {
        "email": Barrier.NO_AGENT,
        "letter-self": Barrier.TAKEN,
        "webform": Barrier.NO_AGENT,
        "webform-self": None,
    }


def test_what_the_person_was_not_asked_for_keeps_us_but_not_them() -> None:
    needy = replace(FORM, needs=frozenset({Identifier.NAME, Identifier.BIRTH_DATE}))
    assert barriers(BOUNCED, needy) == {
        "webform": Barrier.NOT_ASKED,
        "webform-self": None,
    }
    given = replace(BOUNCED, asked_for=BOUNCED.asked_for | {Identifier.BIRTH_DATE})
    assert barriers(given, needy)["webform"] is None


def test_a_route_that_demands_proof_is_the_persons_alone() -> None:
    strict = replace(MAIL, demands=frozenset({Demand.FACE_PHOTO}))
    [one] = choices([strict], BOUNCED)
    assert one.way == Way(RouteKind.WEBFORM, ByOneself.PROOF)
    assert one.barrier is None


@pytest.mark.parametrize(
    ("known", "why"),
    [
        pytest.param({}, None, id="bounced"),
        pytest.param({"status": Status.QUEUED}, None, id="not sent yet"),
        pytest.param({"status": Status.UNCONFIRMED}, Stays.UNCONFIRMED, id="early"),
        pytest.param({"status": Status.SENT}, Stays.ARRIVED, id="sent"),
        pytest.param({"status": Status.ANSWERED}, Stays.ARRIVED, id="answered"),
        pytest.param({"status": Status.WITHDRAWN}, Stays.OVER, id="taken back"),
        pytest.param({"leaving": True}, Stays.LEAVING, id="leaving"),
        pytest.param({"forgotten": True}, Stays.FORGOTTEN, id="forgotten"),
        pytest.param({"way": Way(RouteKind.MATCHING)}, Stays.LISTED, id="on a list"),
    ],
)
def test_a_request_keeps_its_way_unless_it_is_known_not_to_have_arrived(
    known: dict[str, object], why: Stays | None
) -> None:
    assert stays(replace(BOUNCED, **known)) is why  # type: ignore[arg-type]
