"""Who may reach what: every page of staff, listed from the application itself."""

import itertools
import re
from collections.abc import Iterator

import pytest
from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute, iter_route_contexts

from app.store.staff import Role
from app.web.staff.gate import StaffRoute
from app.web.staff.policy import POLICY, held_by, rule_of
from tests.front_desk import FrontDesk
from tests.post_office import Office

SAFE = {"GET", "HEAD"}
ENDS = ("/staff/sign-out", "/staff/account/sessions/all")
"""After these nobody is signed in any more."""
DOOR = {path for (_, path), rule in POLICY.items() if rule.roles is None}


def pages(app: FastAPI) -> Iterator[tuple[str, str]]:
    for context in iter_route_contexts(app.routes):
        route = context.original_route
        if isinstance(route, APIRoute) and str(context.path).startswith("/staff"):
            yield from ((method, str(context.path)) for method in route.methods or ())


def address(path: str, number: str = "R-0000-0000") -> str:
    filled = path.replace("{name}", number).replace("{place}", "3")
    filled = filled.replace("{act}", "enable")
    return re.sub(r"\{\w+\}", "x", filled)


@pytest.mark.usefixtures("one_engine")
def test_nobody_reaches_a_page_without_a_session(app: FastAPI, desk: FrontDesk) -> None:
    behind = [(m, p) for m, p in pages(app) if p not in DOOR]
    assert len(behind) >= 14

    for method, path in behind:
        answer = desk.browser().request(method, address(path))
        assert answer.status_code == 303, (method, path)
        assert answer.headers["location"].startswith("/staff/sign-in?next="), path
        assert answer.headers["cache-control"] == "no-store"


def test_a_forged_session_opens_nothing(desk: FrontDesk) -> None:
    browser = desk.browser()
    browser.cookies.set("staff", "A" * 43)
    assert browser.get("/staff/").status_code == 303


@pytest.mark.usefixtures("one_engine")
@pytest.mark.parametrize("role", Role)
def test_each_role_reaches_what_the_policy_says_and_nothing_else(
    app: FastAPI, desk: FrontDesk, office: Office, role: Role
) -> None:
    number = office.sent(at=desk.clock()).requests[0].number
    browser = desk.staff(role, "somebody@example.org")
    forbidden = []

    for method, path in pages(app):
        rule = rule_of(method, path)
        if rule.roles is None or path in ENDS:
            continue
        answer = browser.request(method, address(path, number))
        assert answer.status_code != 500, (method, path)
        assert (answer.status_code == 403) is (role not in rule.roles), (method, path)
        assert "/sign-in" not in answer.headers.get("location", ""), (method, path)
        if role not in rule.roles:
            forbidden.append(f"{method} {path}")

    noted = [e for e in desk.audit() if e.action == "refused by role"]
    assert [e.subject for e in noted] == forbidden
    assert (len(forbidden) > 0) is (role is not Role.ADMIN)


def test_an_address_of_which_nobody_said_who_may_use_it_is_no_address() -> None:
    with pytest.raises(LookupError, match="GET /staff/new stands in no policy"):
        APIRouter(route_class=StaffRoute).get("/new")(lambda: None)
    with pytest.raises(LookupError, match="/staff/audit"):
        held_by(key for key in POLICY if key[1] != "/staff/audit")


def test_a_page_of_a_request_offers_an_auditor_nothing_to_do(
    desk: FrontDesk, office: Office
) -> None:
    number = office.sent(at=desk.clock()).requests[0].number
    auditor = desk.staff(Role.AUDITOR, "auditor@example.org")
    page = auditor.get(f"/staff/requests/{number}").text
    assert "Show the person" not in page
    assert "See the effect" not in page


@pytest.mark.usefixtures("one_engine")
@pytest.mark.parametrize("role", [Role.CASEWORKER, Role.EDITOR, Role.ADMIN])
def test_whoever_is_no_auditor_may_record(
    desk: FrontDesk, office: Office, role: Role
) -> None:
    number = office.sent(at=desk.clock()).requests[0].number
    page = desk.staff(role).get(f"/staff/requests/{number}").text
    assert "Show the person" in page
    assert "See the effect" in page


OURS, FOREIGN = "http://testserver", "https://evil.example"


@pytest.mark.usefixtures("one_engine")
@pytest.mark.parametrize(
    "site", ["same-origin", "same-site", "cross-site", "none", None]
)
def test_a_form_of_another_site_does_nothing(
    app: FastAPI, desk: FrontDesk, site: str | None
) -> None:
    browser = desk.staff(Role.ADMIN)
    unsafe = sorted(p for m, p in pages(app) if m not in SAFE and p not in ENDS)

    for origin in (OURS, "null", FOREIGN, None):
        allowed = (
            site in {"same-origin", "none"}
            if site is not None
            else origin in {OURS, None}
        )
        headers = {"sec-fetch-site": site, "origin": origin}
        told = {name: value for name, value in headers.items() if value is not None}
        for path in unsafe:
            answer = browser.post(address(path), headers=told)
            assert (answer.status_code == 403) is not allowed, (path, origin)
    assert browser.get("/staff/").status_code == 200


@pytest.mark.usefixtures("one_engine")
def test_every_answer_of_staff_pages_is_for_now_alone(
    app: FastAPI, desk: FrontDesk, office: Office
) -> None:
    number = office.sent(at=desk.clock()).requests[0].number
    browser = desk.staff()
    for method, path in itertools.chain(pages(app)):
        if path in ENDS:
            continue
        answer = browser.request(method, address(path, number))
        assert answer.headers["cache-control"] == "no-store", path
        assert "content-security-policy" in answer.headers
        assert answer.status_code < 500, path
