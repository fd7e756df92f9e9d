"""The people on the staff side: invited, given roles, shut out, helped."""

import re
from uuid import UUID

import pytest
from sqlalchemy import select

from app.store.session import Store
from app.store.staff import Role, Staff
from tests.front_desk import PASSWORD, FrontDesk
from tests.post_office import Office, words

BOSS, CLERK = "boss@example.org", "clerk@example.org"


def id_of(store: Store, email: str) -> UUID:
    with store.reading() as session:
        return session.scalars(select(Staff.id).where(Staff.email == email)).one()


def test_who_is_invited_gets_a_mail_with_a_link_and_either_link_works_once(
    desk: FrontDesk, office: Office
) -> None:
    boss = desk.staff(Role.ADMIN, BOSS)
    form = {"email": CLERK, "role": "editor"}
    page = boss.post("/staff/people?lang=fr", data=form)
    shown = re.search(r"/staff/enrol/[\w-]+", page.text)
    office.deliver(at=desk.clock())
    [mail] = office.channel.to(CLERK)
    assert mail["Subject"] == "Votre accès à Efface"
    mailed = re.search(r"/staff/enrol/[\w-]+", words(mail))
    assert shown is not None
    assert mailed is not None
    assert shown[0] != mailed[0]

    assert CLERK in desk.browser().get(shown[0]).text
    desk.browser().post(mailed[0], data={"password": PASSWORD})
    assert desk.browser().get(shown[0]).status_code == 404
    assert desk.sign_in(desk.browser(), CLERK).status_code == 303
    assert "editor" in boss.get("/staff/people?lang=en").text
    assert shown[0] not in boss.get("/staff/people").text


def test_who_is_disabled_is_out_at_once_with_their_tokens_and_links(
    desk: FrontDesk, store: Store
) -> None:
    boss, clerk = desk.staff(Role.ADMIN, BOSS), desk.staff()
    link, member = desk.link(CLERK), id_of(store, CLERK)
    made = clerk.post("/staff/account/tokens", data={"name": "import"}).text
    token = re.search(r"efs_[\w-]+", made)
    assert token is not None

    assert boss.post(f"/staff/people/{member}/disable").status_code == 303
    assert clerk.get("/staff/").headers["location"].startswith("/staff/sign-in")
    assert desk.browser().get(link).status_code == 404
    assert desk.sign_in(clerk, CLERK).status_code == 422
    again = boss.post("/staff/people", data={"email": CLERK, "role": "editor"})
    assert "This person is disabled" in again.text
    assert boss.post(f"/staff/people/{member}/enable").status_code == 303
    assert desk.sign_in(clerk, CLERK).status_code == 303
    answer = desk.browser().post(
        f"/api/v1/requests/{member}/replies",
        headers={"Authorization": f"Bearer {token[0]}"},
    )
    assert answer.status_code == 401
    assert [(e.action, e.subject) for e in desk.audit() if "abled" in e.action] == [
        ("staff disabled", CLERK),
        ("staff enabled", CLERK),
    ]


@pytest.mark.usefixtures("one_engine")
def test_a_role_counts_from_the_next_press(desk: FrontDesk, store: Store) -> None:
    boss, clerk = desk.staff(Role.ADMIN, BOSS), desk.staff()
    member = id_of(store, CLERK)
    assert clerk.get("/staff/people").status_code == 403
    boss.post(f"/staff/people/{member}/role", data={"role": "admin"})
    assert clerk.get("/staff/people").status_code == 200
    boss.post(f"/staff/people/{member}/end-sessions", data={"email": CLERK})
    assert clerk.get("/staff/people").status_code == 303


def test_the_last_administrator_stays_one(desk: FrontDesk, store: Store) -> None:
    boss = desk.staff(Role.ADMIN, BOSS)
    member = id_of(store, BOSS)
    desk.link("idle@example.org", Role.ADMIN)  # invited, and never here

    for path, form in (
        (f"/{member}/disable", {}),
        (f"/{member}/role", {"role": "editor"}),
        ("", {"email": BOSS, "role": "caseworker"}),
    ):
        answer = boss.post(f"/staff/people{path}", data=form)
        assert answer.status_code == 409, path
        assert "Nobody would be left" in answer.text
    assert boss.get("/staff/people").status_code == 200

    desk.enrolled("other@example.org", Role.ADMIN)
    assert boss.post(f"/staff/people/{member}/disable").status_code == 303
    assert boss.get("/staff/people").status_code == 303


@pytest.mark.usefixtures("one_engine")
def test_a_second_step_that_is_lost_is_taken_away(
    desk: FrontDesk, store: Store, office: Office
) -> None:
    boss = desk.staff(Role.ADMIN, BOSS)
    clerk, other = desk.staff(), desk.browser()
    clerk.post("/staff/account/codes", data={"name": "codes"})
    with office.writing() as session:
        member = id_of(store, CLERK)
        session.connection().exec_driver_sql(
            "UPDATE code_secret SET confirmed_at = created_at"
        )
    assert "/sign-in/code" in desk.sign_in(other, CLERK).headers["location"]

    boss.post(f"/staff/people/{member}/reset-factor", data={"email": CLERK})

    assert clerk.get("/staff/").status_code == 303
    assert desk.sign_in(other, CLERK).headers["location"] == "/staff/"
    office.deliver(at=desk.clock())
    subjects = [m["Subject"] for m in office.channel.to(CLERK)]
    assert subjects[0] == "Your second step was changed"


@pytest.mark.usefixtures("one_engine")
def test_a_token_ends_with_whatever_shuts_an_intruder_out_and_is_told_of(
    desk: FrontDesk, store: Store, office: Office
) -> None:
    boss, clerk, program = desk.staff(Role.ADMIN, BOSS), desk.staff(), desk.browser()
    member = id_of(store, CLERK)

    def has_new_password() -> None:
        desk.browser().post(desk.link(CLERK), data={"password": PASSWORD})

    def loses(what: str) -> None:
        boss.post(f"/staff/people/{member}/{what}", data={"email": CLERK})

    for shut in (
        has_new_password,
        lambda: loses("end-sessions"),
        lambda: loses("reset-factor"),
    ):
        made = clerk.post("/staff/account/tokens", data={"name": "import"}).text
        [token] = re.findall(r"efs_[\w-]+", made)
        held = {"Authorization": f"Bearer {token}"}
        address = f"/api/v1/requests/{member}/replies"
        assert program.post(address, headers=held).status_code == 400  # it is known
        shut()
        assert program.post(address, headers=held).status_code == 401
        desk.sign_in(clerk, CLERK)

    office.deliver(at=desk.clock())
    subjects = [mail["Subject"] for mail in office.channel.to(CLERK)]
    assert subjects.count("A token for programs was made") == 3


@pytest.mark.usefixtures("one_engine")
@pytest.mark.parametrize(
    ("form", "told"),
    [
        ({"email": "no", "role": "editor"}, "Enter one e-mail address"),
        ({"email": CLERK}, "Choose what they may do"),
        ({"email": CLERK, "role": "king"}, "Choose what they may do"),
    ],
)
def test_an_invitation_says_what_is_missing_and_keeps_the_rest(
    desk: FrontDesk, form: dict[str, str], told: str
) -> None:
    boss = desk.staff(Role.ADMIN, BOSS)
    answer = boss.post("/staff/people", data=form)
    assert answer.status_code == 422
    assert told in answer.text
    assert f'value="{form["email"]}"' in answer.text


@pytest.mark.usefixtures("one_engine")
def test_changing_people_needs_a_fresh_proof(desk: FrontDesk, store: Store) -> None:
    boss = desk.staff(Role.ADMIN, BOSS)
    desk.enrolled(CLERK)
    desk.passes(minutes=11)
    path = f"/staff/people/{id_of(store, CLERK)}/disable"
    assert boss.post(path, data={"email": CLERK}).status_code == 403
    assert boss.post(path).headers["location"] == "/staff/prove?next=/staff/people"
    assert desk.sign_in(desk.browser(), CLERK).status_code == 303
