"""Who may reach what: every page of staff, listed from the application itself."""

import itertools
import re
from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute, iter_route_contexts

from app.store.staff import Role
from tests.front_desk import FrontDesk
from tests.post_office import Office

DOOR = {"/staff/sign-in", "/staff/enrol/{token}"}
SAFE = {"GET", "HEAD"}
AUDITOR_MAY_POST = {"/staff/sign-out", "/staff/find"}


def pages(app: FastAPI) -> Iterator[tuple[str, str]]:
    for context in iter_route_contexts(app.routes):
        route = context.original_route
        if isinstance(route, APIRoute) and str(context.path).startswith("/staff"):
            yield from ((method, str(context.path)) for method in route.methods or ())


def address(path: str, number: str = "R-0000-0000") -> str:
    filled = path.replace("{name}", number).replace("{place}", "3")
    return re.sub(r"\{\w+\}", "x", filled)


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


def test_an_auditor_reads_and_changes_nothing(
    app: FastAPI, desk: FrontDesk, office: Office
) -> None:
    number = office.sent(at=desk.clock()).requests[0].number
    auditor = desk.staff(Role.AUDITOR, "auditor@example.org")
    before = len(desk.audit())

    for method, path in pages(app):
        if path in DOOR or path in AUDITOR_MAY_POST:
            continue
        answer = auditor.request(method, address(path, number))
        if method in SAFE:
            assert answer.status_code in {200, 303, 404}, path
        else:
            assert answer.status_code == 403, (method, path)
    assert len(desk.audit()) == before
    page = auditor.get(f"/staff/requests/{number}").text
    assert "Show the person" not in page
    assert "See the effect" not in page


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
@pytest.mark.parametrize("origin", [OURS, "null", FOREIGN, None])
@pytest.mark.parametrize(
    "site", ["same-origin", "same-site", "cross-site", "none", None]
)
def test_a_form_of_another_site_does_nothing(
    app: FastAPI, desk: FrontDesk, site: str | None, origin: str | None
) -> None:
    browser = desk.staff(Role.ADMIN)
    allowed = (
        site in {"same-origin", "none"} if site is not None else origin in {OURS, None}
    )
    headers = {"sec-fetch-site": site, "origin": origin}
    told = {name: value for name, value in headers.items() if value is not None}
    unsafe = sorted(p for m, p in pages(app) if m not in SAFE)

    for path in (p for p in unsafe if p != "/staff/sign-out"):
        answer = browser.post(address(path), headers=told)
        assert (answer.status_code == 403) is not allowed, path
    assert browser.get("/staff/").status_code == 200


def test_every_answer_of_staff_pages_is_for_now_alone(
    app: FastAPI, desk: FrontDesk, office: Office
) -> None:
    number = office.sent(at=desk.clock()).requests[0].number
    browser = desk.staff()
    for method, path in itertools.chain(pages(app)):
        if path == "/staff/sign-out":
            continue
        answer = browser.request(method, address(path, number))
        assert answer.headers["cache-control"] == "no-store", path
        assert "content-security-policy" in answer.headers
        assert answer.status_code < 500, path
