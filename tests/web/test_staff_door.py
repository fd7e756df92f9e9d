"""The door of the staff pages: enrol once, sign in, stay, leave."""

import re
from datetime import timedelta
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, select

from app.actions.enrol_staff import NoEnrolment, enrol, first_enrolment
from app.main import create_app
from app.settings import Settings
from app.store.keys import Keys
from app.store.session import Store
from app.store.staff import Role, Staff, StaffSession
from tests.conftest import FakeClock
from tests.front_desk import PASSWORD, FrontDesk
from tests.post_office import Office

pytestmark = pytest.mark.usefixtures("one_engine")

CLERK = "clerk@example.org"


def members(store: Store) -> list[tuple[str, Role]]:
    with store.reading() as session:
        return [(m.email, m.role) for m in session.scalars(select(Staff))]


def test_looking_at_an_enrolment_link_uses_nothing_up(desk: FrontDesk) -> None:
    link, browser = desk.link(CLERK), desk.browser()

    for _ in range(3):
        assert CLERK in browser.get(link).text
    done = browser.post(link, data={"password": PASSWORD})

    assert done.headers["location"] == "/staff/sign-in?enrolled=1"
    assert desk.sign_in(browser, CLERK).headers["location"] == "/staff/"


def test_an_enrolment_link_works_once(desk: FrontDesk) -> None:
    link, browser = desk.link(CLERK), desk.browser()
    browser.post(link, data={"password": PASSWORD})

    assert browser.get(link).status_code == 404
    assert browser.post(link, data={"password": "another password"}).status_code == 404
    assert desk.sign_in(browser, CLERK, "another password").status_code == 422


def test_an_enrolment_link_lives_72_hours(desk: FrontDesk) -> None:
    link, browser = desk.link(CLERK), desk.browser()
    desk.passes(hours=72)
    assert browser.get(link).status_code == 200
    desk.passes(seconds=1)
    assert browser.get(link).status_code == 404


def test_the_first_one_names_themselves_and_may_do_everything(
    desk: FrontDesk, store: Store, keys: Keys
) -> None:
    with store.writing() as session:
        token = first_enrolment(session, keys, at=desk.clock())
    browser = desk.browser()

    wrong = browser.post(
        f"/staff/enrol/{token}", data={"email": "no", "password": PASSWORD}
    )
    browser.post(
        f"/staff/enrol/{token}",
        data={"email": " Boss@Example.org ", "password": PASSWORD},
    )

    assert wrong.status_code == 422
    assert members(store) == [("boss@example.org", Role.ADMIN)]
    assert desk.sign_in(browser, "BOSS@example.org").status_code == 303
    with store.writing() as session:
        assert first_enrolment(session, keys, at=desk.clock()) is None


@pytest.mark.parametrize("password", ["eleven sign", "x" * 201])
def test_a_password_is_12_to_200_signs_and_the_typed_address_stays(
    desk: FrontDesk, store: Store, keys: Keys, password: str
) -> None:
    with store.writing() as session:
        token = first_enrolment(session, keys, at=desk.clock())

    answer = desk.browser().post(
        f"/staff/enrol/{token}",
        data={"email": "boss@example.org", "password": password},
    )

    assert answer.status_code == 422
    assert 'value="boss@example.org"' in answer.text
    assert password not in answer.text
    assert members(store) == []


def test_a_password_is_taken_as_it_is_typed(desk: FrontDesk) -> None:
    link, browser = desk.link(CLERK), desk.browser()
    password = "  spaces and ünïcode  "
    browser.post(link, data={"password": password})

    assert desk.sign_in(browser, CLERK, password.strip()).status_code == 422
    assert desk.sign_in(browser, CLERK, password).status_code == 303


def test_a_new_password_ends_older_sessions_and_older_links(desk: FrontDesk) -> None:
    browser = desk.staff()
    older, newer = desk.link(CLERK), desk.link(CLERK)

    desk.browser().post(newer, data={"password": "a quite different one"})

    assert browser.get("/staff/").headers["location"].startswith("/staff/sign-in")
    assert desk.browser().get(older).status_code == 404


def test_a_stranger_and_a_wrong_password_get_the_same_answer_for_the_same_work(
    desk: FrontDesk, store: Store
) -> None:
    desk.enrolled(CLERK)
    desk.sign_in(desk.browser(), "first@example.org", "whoever knocks first")
    answers, work = [], []
    for email in (CLERK, "ghost@example.org"):
        done: list[str] = []

        def note(*told: object, done: list[str] = done) -> None:
            done.append(re.sub(r"\d+|\?", "", str(told[2])))

        event.listen(store.writers, "before_cursor_execute", note)
        answer = desk.sign_in(desk.browser(), email, "not the password")
        event.remove(store.writers, "before_cursor_execute", note)
        answers.append((answer.status_code, answer.text.replace(email, "")))
        work.append(done)

    assert answers[0] == answers[1]
    assert answers[0][0] == 422
    assert work[0] == work[1]
    assert [e.actor == "stranger" for e in desk.audit()[-2:]] == [False, True]


@pytest.mark.parametrize(
    ("target", "then"),
    [
        ("/staff/audit?before=9", "/staff/audit?before=9"),
        ("https://evil.example/staff/", "/staff/"),
        ("//evil.example/staff/", "/staff/"),
        ("/staff//evil.example", "/staff/"),
        ("/staff/\\evil.example", "/staff/"),
        ("/track", "/staff/"),
        ("/staff/\r\nSet-Cookie: x=1", "/staff/"),
    ],
)
def test_signing_in_leads_back_to_a_page_of_staff_and_nowhere_else(
    desk: FrontDesk, target: str, then: str
) -> None:
    desk.enrolled(CLERK)
    answer = desk.sign_in(desk.browser(), CLERK, next=target)
    assert answer.headers["location"] == then


def test_a_page_that_was_asked_for_comes_after_signing_in(desk: FrontDesk) -> None:
    desk.enrolled(CLERK)
    browser = desk.browser()

    sent = browser.get("/staff/audit?before=9").headers["location"]
    page = browser.get(sent).text

    assert 'name="next" value="/staff/audit?before=9"' in page


def test_a_session_ends_after_half_an_hour_without_use(desk: FrontDesk) -> None:
    browser = desk.staff()
    for _ in range(3):
        desk.passes(minutes=30)
        assert browser.get("/staff/").status_code == 200
    desk.passes(minutes=30, seconds=1)
    assert browser.get("/staff/").status_code == 303


def test_a_session_ends_after_twelve_hours_however_busy(desk: FrontDesk) -> None:
    browser = desk.staff()
    for _ in range(24):
        desk.passes(minutes=30)
        assert browser.get("/staff/").status_code == 200
    desk.passes(seconds=1)
    assert browser.get("/staff/").status_code == 303


def test_that_somebody_is_here_is_written_at_most_once_a_minute(
    desk: FrontDesk, store: Store
) -> None:
    browser = desk.staff()
    began = desk.clock()

    def last_seen() -> timedelta:
        with store.reading() as session:
            seen = session.scalar(select(StaffSession.last_seen))
        assert seen is not None
        waited: timedelta = seen - began
        return waited

    desk.passes(seconds=60)
    browser.get("/staff/")
    assert last_seen() == timedelta(0)
    desk.passes(seconds=1)
    browser.get("/staff/")
    assert last_seen() == timedelta(seconds=61)


def test_signing_out_ends_the_session_itself(desk: FrontDesk) -> None:
    browser = desk.staff()
    token = browser.cookies["staff"]

    browser.get("/staff/sign-out")
    assert browser.get("/staff/").status_code == 200
    browser.post("/staff/sign-out")

    again = desk.browser()
    again.cookies.set("staff", token)
    assert again.get("/staff/").status_code == 303
    assert desk.audit()[-1].action == "signed out"


def test_a_disabled_member_is_out_at_once(desk: FrontDesk, store: Store) -> None:
    browser = desk.staff()
    with store.writing() as session:
        member = session.scalar(select(Staff))
        assert member is not None
        member.disabled_at = desk.clock()

    assert browser.get("/staff/").status_code == 303
    assert desk.sign_in(desk.browser(), CLERK).status_code == 422


def test_the_token_stands_nowhere_in_the_database(
    desk: FrontDesk, store: Store
) -> None:
    token = desk.staff().cookies["staff"]
    with store.reading() as session:
        kept = session.scalars(select(StaffSession.token_hash)).all()
    assert len(kept) == 1
    assert token.encode() not in kept[0]


def test_the_last_time_is_shown(desk: FrontDesk) -> None:
    first = desk.staff()
    assert "the first time that you signed in" in first.get("/staff/").text

    desk.passes(days=1)
    desk.sign_in(first, CLERK)
    assert "on 23\u00a0November\u00a02026 at 12:00 UTC" in first.get("/staff/").text


def test_guessing_is_limited_by_account(desk: FrontDesk) -> None:
    desk.enrolled(CLERK)
    browser = desk.browser()
    tries = [desk.sign_in(browser, CLERK, f"guess {n}").status_code for n in range(11)]

    assert tries == [422] * 10 + [429]
    refused = desk.sign_in(browser, CLERK)
    assert refused.status_code == 429
    wait = int(refused.headers["retry-after"])
    desk.passes(seconds=wait)
    assert desk.sign_in(browser, CLERK).status_code == 303


def test_guessing_is_limited_by_address(desk: FrontDesk) -> None:
    browser = desk.browser()
    tries = [
        desk.sign_in(browser, f"{n}@example.org", "guess").status_code
        for n in range(31)
    ]
    assert tries == [422] * 30 + [429]


def test_who_is_right_uses_no_try_up(desk: FrontDesk) -> None:
    desk.enrolled(CLERK)
    browser = desk.browser()
    assert {desk.sign_in(browser, CLERK).status_code for _ in range(35)} == {303}


def cookies(answer: Any) -> dict[str, dict[str, str]]:
    """Return the cookies that an answer leaves, with what it says about each."""
    left = {}
    for header in answer.headers.get_list("set-cookie"):
        [(name, found)] = SimpleCookie(header).items()
        left[name] = {k: v for k, v in found.items() if v}
    return left


def test_by_https_the_cookie_belongs_to_this_host_alone(
    office: Office, keys: Keys, store: Store, now: FakeClock, tmp_path: Path
) -> None:
    base = "https://portal.example.org"
    app = create_app(
        Settings(data_dir=tmp_path, base_url=base), store=store, keys=keys, now=now
    )
    desk = FrontDesk(office, app, now, keys, base)
    desk.enrolled(CLERK)
    left = cookies(desk.sign_in(desk.browser(), CLERK))
    desk.close()

    assert set(left) == {"__Host-staff", "__Host-device"}
    for about in left.values():
        assert about["samesite"] == "strict"
        assert about["path"] == "/"
        assert {"secure", "httponly"} <= set(about)
        assert "domain" not in about


def test_by_http_the_cookie_has_a_plain_name(desk: FrontDesk) -> None:
    desk.enrolled(CLERK)
    left = cookies(desk.sign_in(desk.browser(), CLERK))

    assert set(left) == {"staff", "device"}
    assert {about["samesite"] for about in left.values()} == {"strict"}
    assert all("httponly" in about for about in left.values())


def test_the_first_one_cannot_take_somebodys_address(
    desk: FrontDesk, store: Store, keys: Keys
) -> None:
    with store.writing() as session:
        token = first_enrolment(session, keys, at=desk.clock())
    desk.link(CLERK)

    answer = desk.browser().post(
        f"/staff/enrol/{token}", data={"email": CLERK, "password": PASSWORD}
    )

    assert answer.status_code == 422
    assert "is there already" in answer.text
    assert members(store) == [(CLERK, Role.CASEWORKER)]


def test_of_two_browsers_with_one_link_the_first_wins(
    desk: FrontDesk, store: Store
) -> None:
    link = desk.link(CLERK)
    token = link.rpartition("/")[2]
    with store.writing() as session:
        for n, expected in enumerate((CLERK, NoEnrolment())):
            done = enrol(
                session,
                desk.office.post.desk,
                token,
                email="",
                password_hash=f"{n}",
                at=desk.clock(),
            )
            assert done == expected


def test_who_is_disabled_cannot_enrol_again(desk: FrontDesk, store: Store) -> None:
    link = desk.link(CLERK)
    with store.writing() as session:
        member = session.scalar(select(Staff))
        assert member is not None
        member.disabled_at = desk.clock()
    assert desk.browser().get(link).status_code == 404
