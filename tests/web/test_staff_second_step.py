"""The second step: codes and recovery codes, proofs, and who may go without."""

import re
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pyotp
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from app.actions.one_time_codes import seal_codes_anew, use_code
from app.actions.own_account import make_token
from app.store.keys import Keys, master_keys
from app.store.sealing import CannotOpenError
from app.store.session import Store
from app.store.staff import CodeSecret, RecoveryCode, Staff, StaffSession
from tests.front_desk import PASSWORD, FrontDesk
from tests.post_office import Office

pytestmark = pytest.mark.usefixtures("one_engine")

CLERK = "clerk@example.org"


def code_of(secret: str, desk: FrontDesk) -> str:
    return pyotp.TOTP(secret).at(desk.clock())


def set_up(desk: FrontDesk, browser: TestClient) -> tuple[str, list[str]]:
    """Add one-time codes; return what they are computed from, and the recovery codes."""
    browser.post("/staff/account/codes", data={"name": "codes"})
    page = browser.get("/staff/account/codes").text
    found = re.search(r'<code class="digest">([A-Z2-7 ]+)</code>', page)
    assert found is not None
    secret = found[1].replace(" ", "")
    shown = browser.post(
        "/staff/account/codes/confirm", data={"code": code_of(secret, desk)}
    )
    assert shown.status_code == 200, shown.text
    return secret, re.findall(r"<li><code>([\w-]+)</code></li>", shown.text)


def type_code(browser: TestClient, code: str, **more: str) -> Any:
    return browser.post("/staff/sign-in/code", data={"code": code, **more})


def test_after_the_password_a_code_opens_the_door_and_each_step_once(
    desk: FrontDesk,
) -> None:
    secret, _ = set_up(desk, desk.staff())
    desk.passes(seconds=30)
    code, browser = code_of(secret, desk), desk.browser()

    half = desk.sign_in(browser, CLERK, next="/staff/laws")
    assert half.headers["location"] == "/staff/sign-in/code?next=/staff/laws"
    assert browser.get("/staff/").headers["location"].startswith("/staff/sign-in")
    assert type_code(browser, "000000").status_code == 422
    done = type_code(browser, f"{code[:3]} {code[3:]}", next="/staff/laws")
    assert done.headers["location"] == "/staff/laws"
    assert browser.get("/staff/").status_code == 200

    other = desk.browser()
    desk.sign_in(other, CLERK)
    assert type_code(other, code).status_code == 422  # the same step again
    desk.passes(seconds=30)
    assert type_code(other, code).status_code == 422  # an older one
    assert type_code(other, code_of(secret, desk)).status_code == 303
    assert [e.action for e in desk.audit() if "refused" in e.action] == [
        "code refused"
    ] * 3


def test_a_recovery_code_does_as_well_once_and_its_owner_is_told(
    desk: FrontDesk, office: Office, store: Store
) -> None:
    _, codes = set_up(desk, desk.staff())
    _, others = set_up(desk, desk.staff(email="other@example.org"))
    office.deliver(at=desk.clock())
    office.channel.sent.clear()
    assert len(codes) == 10

    first, second = desk.browser(), desk.browser()
    for browser in (first, second):
        desk.sign_in(browser, CLERK)
    assert type_code(first, others[0]).status_code == 422
    assert type_code(first, codes[0].lower()).status_code == 303
    assert type_code(second, codes[0]).status_code == 422
    assert "9 recovery codes are left" in first.get("/staff/account").text
    office.deliver(at=desk.clock())
    assert sorted(mail["Subject"] for mail in office.channel.to(CLERK)) == [
        "A recovery code was used",
        "Signed in on a new device",
    ]
    with store.reading() as session:
        kept = b"".join(session.scalars(select(RecoveryCode.code_hash)))
    assert codes[1].replace("-", "").encode() not in kept


def test_a_right_password_from_somewhere_unknown_without_a_code_is_told_of(
    desk: FrontDesk, office: Office
) -> None:
    browser, owner, stranger = desk.staff(), desk.browser(), desk.browser()
    secret, _ = set_up(desk, browser)
    for other in (owner, stranger):
        desk.passes(minutes=1)
        desk.sign_in(other, CLERK)
    assert type_code(owner, code_of(secret, desk)).status_code == 303

    desk.passes(minutes=11)
    office.deliver(at=desk.clock())

    subjects = [mail["Subject"] for mail in office.channel.to(CLERK)]
    assert subjects.count("Somebody gave your password") == 1
    assert [e.action for e in desk.audit()].count("password right") == 2


def test_five_wrong_codes_ask_for_the_password_again(desk: FrontDesk) -> None:
    secret, _ = set_up(desk, desk.staff())
    desk.passes(seconds=30)
    browser = desk.browser()
    desk.sign_in(browser, CLERK)

    pages = [type_code(browser, "000000").text for _ in range(5)]

    assert ["too many wrong codes" in page for page in pages] == [False] * 4 + [True]
    page = type_code(browser, code_of(secret, desk)).text
    assert "Begin again with your password" in page


def test_the_second_step_waits_ten_minutes(desk: FrontDesk) -> None:
    secret, _ = set_up(desk, desk.staff())
    browser = desk.browser()
    desk.sign_in(browser, CLERK)
    desk.passes(minutes=10, seconds=1)
    assert "took too long" in type_code(browser, code_of(secret, desk)).text


def test_what_codes_are_computed_from_stands_nowhere_in_the_open(
    desk: FrontDesk, store: Store
) -> None:
    secret, _ = set_up(desk, desk.staff())
    with store.reading() as session:
        row = session.scalar(select(CodeSecret))
        assert row is not None
        assert secret.encode() not in row.sealed
    told = repr([(e.action, e.subject, e.detail) for e in desk.audit()])
    assert secret not in told
    assert desk.browser().get("/staff/account/codes").status_code == 303


def test_a_new_link_sets_a_password_and_leaves_the_second_step(desk: FrontDesk) -> None:
    set_up(desk, desk.staff())
    browser = desk.browser()
    browser.post(desk.link(CLERK), data={"password": "a quite different one"})
    answer = desk.sign_in(browser, CLERK, "a quite different one")
    assert answer.headers["location"].startswith("/staff/sign-in/code")


def unsent(page: str) -> dict[str, str]:
    found = re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page)
    return {name: unescape(value) for name, value in found}


def test_what_is_sensitive_asks_again_after_ten_minutes_and_loses_nothing(
    desk: FrontDesk, office: Office
) -> None:
    number = office.sent(at=desk.clock()).requests[0].number
    browser = desk.staff()
    form = {"reason": "complaint"}
    desk.passes(minutes=10, seconds=1)

    asked = browser.post(f"/staff/requests/{number}/reveals", data=form)
    assert asked.status_code == 403
    assert "Is it still you?" in asked.text
    kept = unsent(asked.text)
    assert (
        browser.post("/staff/prove", data=kept | {"password": "no"}).status_code == 422
    )
    proved = browser.post("/staff/prove", data=kept | {"password": PASSWORD})
    assert f'action="/staff/requests/{number}/reveals"' in proved.text
    done = browser.post(f"/staff/requests/{number}/reveals", data=unsent(proved.text))
    assert done.headers["location"].startswith(f"/staff/requests/{number}?look=1")
    assert [e.action for e in desk.audit()[-3:]] == [
        "proof refused",
        "proved again",
        "identity shown",
    ]


def test_a_code_proves_as_well_as_the_password(desk: FrontDesk) -> None:
    browser = desk.staff()
    secret, _ = set_up(desk, browser)
    desk.passes(minutes=11)
    form = {"code": code_of(secret, desk), "next": "/staff/account/codes"}
    assert browser.post("/staff/prove", data=form).status_code == 303
    assert browser.get("/staff/account/codes").headers["location"] == "/staff/account"
    again = browser.post("/staff/prove", data=form)
    assert again.status_code == 422


def test_strangers_who_guess_lock_nobody_out_who_has_been_here_before(
    desk: FrontDesk,
) -> None:
    browser, colleague = desk.staff(), desk.staff(email="other@example.org")
    browser.post("/staff/sign-out")
    stranger = desk.browser()
    guesses = [desk.sign_in(stranger, CLERK, "guess").status_code for _ in range(11)]

    assert guesses[-1] == 429
    assert desk.sign_in(colleague, CLERK).status_code == 429
    for n in range(20):  # and all that the address has
        desk.sign_in(stranger, f"{n}@example.org", "guess")
    assert desk.sign_in(desk.browser(), CLERK).status_code == 429
    assert desk.sign_in(browser, CLERK).status_code == 303
    own = [desk.sign_in(browser, CLERK, "guess").status_code for _ in range(11)]
    assert own[-1] == 429


def test_a_browser_that_was_not_known_is_told_of_by_mail(
    desk: FrontDesk, office: Office
) -> None:
    browser = desk.staff()
    desk.sign_in(browser, CLERK)
    office.deliver(at=desk.clock())
    assert office.channel.to(CLERK) == []  # the first one, and again the same

    desk.sign_in(desk.browser(), CLERK)
    office.deliver(at=desk.clock())
    [mail] = office.channel.to(CLERK)
    assert mail["Subject"] == "Signed in on a new device"


def test_a_password_is_changed_by_who_knows_it_and_ends_the_other_sessions(
    desk: FrontDesk, office: Office
) -> None:
    browser, other = desk.staff(), desk.browser()
    desk.sign_in(other, CLERK)
    new = "a quite different one"

    for form, told in (
        ({"present": "no", "password": new}, "not your present password"),
        ({"present": PASSWORD, "password": "password1234"}, "easy to guess"),
        ({"present": PASSWORD, "password": "clerk@example.org"}, "easy to guess"),
        ({"present": PASSWORD, "password": "Efface2026!!"}, "easy to guess"),
    ):
        answer = browser.post("/staff/account/password", data=form)
        assert answer.status_code == 422
        assert told in answer.text
    form = {"present": PASSWORD, "password": new}
    link = desk.link(CLERK)
    assert browser.post("/staff/account/password", data=form).status_code == 303
    assert desk.browser().get(link).status_code == 404

    assert browser.get("/staff/").status_code == 200
    assert other.get("/staff/").status_code == 303
    assert desk.sign_in(other, CLERK, new).status_code == 303
    office.deliver(at=desk.clock())
    assert "Your password was changed" in {
        m["Subject"] for m in office.channel.to(CLERK)
    }


def test_sessions_are_listed_and_ended_one_by_one_or_all_at_once(
    desk: FrontDesk, store: Store, keys: Keys
) -> None:
    browser, other, third = desk.staff(), desk.browser(), desk.browser()
    phone = "Mozilla/5.0 (Android 15; Mobile) Gecko/140.0 Firefox/140.0"
    other.headers["user-agent"] = phone
    desk.sign_in(other, CLERK)
    desk.sign_in(third, CLERK)

    page = browser.get("/staff/account").text
    assert page.count("this one") == 1
    assert "Firefox, Android" in page
    with store.reading() as session:
        found = session.scalar(
            select(StaffSession.token_hash).where(StaffSession.agent != "")
        )
    assert found is not None
    browser.post("/staff/account/sessions", data={"handle": found.hex()})
    assert other.get("/staff/").status_code == 303
    assert third.get("/staff/").status_code == 200

    made = browser.post("/staff/account/tokens", data={"name": "import"}).text
    [token] = re.findall(r"efs_[\w-]+", made)
    assert "ends your tokens for programs, too" in browser.get("/staff/account").text

    assert browser.post("/staff/account/sessions/all").status_code == 303
    assert is_known(third, token) is False
    assert third.get("/staff/").status_code == 303
    assert browser.get("/staff/").status_code == 303


def is_known(program: TestClient, token: str) -> bool:
    """Return whether a program still gets in with a token."""
    address = "/api/v1/requests/01a20846-fe00-70ca-ab26-dff013924058/replies"
    held = {"Authorization": f"Bearer {token}"}
    status = program.post(address, headers=held).status_code
    assert status in {400, 401}  # 400: it is known, and no key is given
    return bool(status == 400)


def test_an_account_says_when_a_program_last_used_a_token(desk: FrontDesk) -> None:
    browser, program = desk.staff(), desk.browser()
    made = browser.post("/staff/account/tokens", data={"name": "import"}).text
    [token] = re.findall(r"efs_[\w-]+", made)
    assert "not used yet" in browser.get("/staff/account").text

    desk.passes(hours=1)
    assert is_known(program, token)
    desk.passes(minutes=5)
    assert is_known(program, token)

    desk.sign_in(browser, "clerk@example.org")
    assert re.search(
        r"last used\s+<time datetime=\"2026-11-23T13:00",
        browser.get("/staff/account").text,
    )
    desk.passes(minutes=6)
    assert is_known(program, token)
    assert re.search(
        r"last used\s+<time datetime=\"2026-11-23T13:11",
        browser.get("/staff/account").text,
    )


def test_a_new_password_ends_the_tokens_and_says_so_first(desk: FrontDesk) -> None:
    browser, program, other = desk.staff(), desk.browser(), desk.browser()
    desk.sign_in(other, CLERK)
    made = browser.post("/staff/account/tokens", data={"name": "import"}).text
    [token] = re.findall(r"efs_[\w-]+", made)
    assert "and so do your tokens for programs" in browser.get("/staff/account").text

    form = {"present": PASSWORD, "password": "another long enough phrase 7"}
    assert browser.post("/staff/account/password", data=form).status_code == 303

    assert not is_known(program, token)
    with desk.office.writing() as session:
        # What came through the door just before is too late as well.
        who = session.scalars(select(Staff.id).where(Staff.email == CLERK)).one()
        ended, here = other.cookies["staff"], desk.office.post.desk
        assert make_token(session, here, who, ended, "late", at=desk.clock()) is None


def test_a_token_is_shown_once_and_revoked(desk: FrontDesk) -> None:
    browser, program = desk.staff(), desk.browser()
    assert browser.post("/staff/account/tokens", data={"name": " "}).status_code == 422
    page = browser.post("/staff/account/tokens", data={"name": "import"}).text
    token = re.search(r"efs_[\w-]+", page)
    assert token is not None
    address = "/api/v1/requests/01a20846-fe00-70ca-ab26-dff013924058/replies"
    held = {"Authorization": f"Bearer {token[0]}"}

    account = browser.get("/staff/account").text
    assert token[0] not in account
    assert program.post(address, headers=held).status_code == 400  # no key: it is known
    handle = unsent(account.partition("/staff/account/tokens/revoke")[2])["handle"]
    browser.post("/staff/account/tokens/revoke", data={"handle": handle})
    assert program.post(address, headers=held).status_code == 401


def test_in_production_nothing_opens_before_there_is_a_second_step(
    production: FrontDesk,
) -> None:
    desk = production
    browser = desk.staff()
    assert browser.get("/staff/").headers["location"] == "/staff/account"
    assert "Add one now" in browser.get("/staff/account").text
    assert browser.post("/staff/find", data={"find": "x"}).status_code == 303

    other = desk.browser()
    desk.sign_in(other, CLERK)
    secret, codes = set_up(desk, browser)
    assert browser.get("/staff/").status_code == 200
    assert len(codes) == 10
    assert (
        other.get("/staff/account").status_code == 303
    )  # it has to be shown there too
    last = browser.post("/staff/account/codes/remove", data={"name": "codes"})
    assert last.status_code == 422
    assert "Add another one before" in last.text

    desk.clock.at += timedelta(seconds=30)
    desk.sign_in(other, CLERK)
    assert type_code(other, code_of(secret, desk)).status_code == 303


def test_codes_outlive_the_master_key_under_which_they_were_sealed(
    desk: FrontDesk, store: Store, tmp_path: Path
) -> None:
    secret, _ = set_up(desk, desk.staff())
    older = master_keys(None, tmp_path / "master.key", create=False)
    newer = (bytes(range(32)),)
    folder = desk.keys.epochs

    with store.writing() as session:
        assert seal_codes_anew(session, Keys((*newer, *older), folder)) == 1
    desk.passes(seconds=30)
    with store.writing() as session:
        [row] = session.scalars(select(CodeSecret))
        code = code_of(secret, desk)
        with pytest.raises(CannotOpenError):
            use_code(session, desk.keys, row.staff_id, code, at=desk.clock())
        keys = Keys(newer, folder)
        assert use_code(session, keys, row.staff_id, code, at=desk.clock())
