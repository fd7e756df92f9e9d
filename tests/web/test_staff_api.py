"""Replies by API: a staff token, one reply for one key, and what is wrong by its name."""

from typing import Any
from uuid import UUID

import pytest

from app.actions.enrol_staff import new_token
from app.actions.prepare_filing import Filed
from app.domain.timeline import Status
from app.store.staff import Role
from tests.front_desk import FrontDesk
from tests.post_office import Office

BODY: dict[str, Any] = {
    "received_on": "2026-11-23",
    "kind": "refused",
    "denial_ground": "outside-jurisdiction",
    "text": "You live elsewhere.",
    "evidence": "letter",
    "vendor_reference": "CASE 17",
}


@pytest.fixture
def filed(office: Office) -> Filed:
    return office.sent()


def token(desk: FrontDesk, role: Role = Role.CASEWORKER) -> str:
    desk.link("robot@example.org", role)
    with desk.office.writing() as session:
        made = new_token(
            session, desk.keys, "Robot@example.org", "robot", at=desk.clock()
        )
    assert made is not None
    return made


def send(
    desk: FrontDesk,
    request_id: UUID | str,
    body: Any,
    *,
    bearer: str,
    key: str = "key-of-this-reply",
) -> Any:
    return desk.browser().post(
        f"/api/v1/requests/{request_id}/replies",
        json=body,
        headers={"Authorization": f"Bearer {bearer}", "Idempotency-Key": key},
    )


def test_a_reply_answers_with_the_request_as_it_stands(
    desk: FrontDesk, filed: Filed
) -> None:
    answer = send(desk, filed.requests[0].id, BODY, bearer=token(desk))

    assert answer.status_code == 201
    told = answer.json()
    assert told["id"] == str(filed.requests[0].id)
    assert told["status"] == "answered"
    assert told["outcome"] == "refused"
    assert told["denial_ground"] == "outside-jurisdiction"
    assert told["evidence"] == "letter"
    assert [e["kind"] for e in told["timeline"]] == [
        "filed",
        "confirmed",
        "sent",
        "refused",
    ]
    assert BODY["text"] not in answer.text
    assert BODY["vendor_reference"] not in answer.text


def test_one_key_records_one_reply(
    desk: FrontDesk, filed: Filed, office: Office
) -> None:
    bearer = token(desk)
    first, second = (
        send(desk, filed.requests[0].id, BODY, bearer=bearer) for _ in range(2)
    )
    other = send(desk, filed.requests[0].id, BODY | {"text": "No."}, bearer=bearer)

    assert first.json() == second.json()
    assert (second.status_code, other.status_code) == (201, 409)
    assert len(office.timeline(filed)) == 4


def test_a_reply_that_cannot_follow_is_409_and_changes_nothing(
    desk: FrontDesk, office: Office
) -> None:
    filed = office.file()
    answer = send(desk, filed.requests[0].id, BODY, bearer=token(desk))

    assert answer.status_code == 409
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["detail"] == "refused cannot follow unconfirmed"
    assert office.request(filed).status is Status.UNCONFIRMED
    assert len(office.timeline(filed)) == 1


@pytest.mark.parametrize("bearer", ["", "efs_" + "x" * 43, "é"])
def test_who_has_no_token_is_told_nothing(
    desk: FrontDesk, filed: Filed, bearer: str
) -> None:
    for request_id in (filed.requests[0].id, "nonsense"):
        answer = desk.browser().post(
            f"/api/v1/requests/{request_id}/replies",
            json=BODY,
            headers={
                b"Authorization": f"Bearer {bearer}".encode(),
                b"Idempotency-Key": b"key-of-this-reply",
            },
        )
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == "Bearer"


def test_a_session_is_no_token(desk: FrontDesk, filed: Filed) -> None:
    answer = desk.staff().post(
        f"/api/v1/requests/{filed.requests[0].id}/replies", json=BODY
    )
    assert answer.status_code == 401


def test_an_auditors_token_records_nothing(
    desk: FrontDesk, filed: Filed, office: Office
) -> None:
    bearer = token(desk, Role.AUDITOR)
    assert send(desk, filed.requests[0].id, BODY, bearer=bearer).status_code == 403
    assert desk.audit()[-1].action == "refused by role"
    assert len(office.timeline(filed)) == 3


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"kind": "vanished"}, "kind"),
        ({"kind": "withdrawn"}, "kind"),
        ({"denial_ground": None}, "denial_ground"),
        ({"denial_ground": "because"}, "denial_ground"),
        ({"kind": "deleted"}, "denial_ground"),
        ({"denial_ground": "other", "text": ""}, "text"),
        ({"received_on": None}, "received_on"),
        ({"received_on": 1795392000}, "received_on"),
        ({"received_on": "2026-11-23T00:00:00Z"}, "received_on"),
        ({"received_on": "2026-11-24"}, "received_on"),
        ({"received_on": "2026-11-21"}, "received_on"),
        ({"kind": "extended", "denial_ground": None}, "until"),
        ({"until": "2026-12-31"}, "until"),
        ({"evidence": "rumour"}, "evidence"),
        ({"vendor_reference": "x" * 201}, "vendor_reference"),
        ({"Zoë Quillfeather": 1}, "body"),
    ],
)
def test_what_is_wrong_is_named_and_never_repeated(
    desk: FrontDesk, filed: Filed, office: Office, change: dict[str, Any], field: str
) -> None:
    body = BODY | {"text": "Zoë Quillfeather"} | change
    answer = send(desk, filed.requests[0].id, body, bearer=token(desk))

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == field
    assert "Quillfeather" not in answer.text
    assert len(office.timeline(filed)) == 3


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"kind": "withdrawn"}, "kind is none that a vendor can say"),
        ({"evidence": "protocol"}, "evidence is none that a person can give"),
        ({"denial_ground": None}, "denial_ground is missing: a refusal has one"),
        ({"kind": "deleted"}, "denial_ground goes with a refusal alone"),
        (
            {"denial_ground": "other", "text": ""},
            "text is missing: another ground needs its words",
        ),
        (
            {"kind": "extended", "denial_ground": None},
            "until goes with an extension alone, and each has one",
        ),
        (
            {"kind": "extended", "denial_ground": None, "until": "2026-11-01"},
            "until lies before the reply",
        ),
    ],
)
def test_fields_that_do_not_go_together_are_told_what_would(
    desk: FrontDesk, filed: Filed, change: dict[str, Any], why: str
) -> None:
    answer = send(desk, filed.requests[0].id, BODY | change, bearer=token(desk))

    assert answer.json()["detail"] == why


def test_without_a_key_a_reply_is_refused(desk: FrontDesk, filed: Filed) -> None:
    assert (
        send(desk, filed.requests[0].id, BODY, bearer=token(desk), key="").status_code
        == 400
    )


def test_a_reply_to_nothing_is_404(desk: FrontDesk) -> None:
    assert send(desk, UUID(int=7), BODY, bearer=token(desk)).status_code == 404
