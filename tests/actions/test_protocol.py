"""Requests that go to companies' own systems, over real HTTP, and what comes back."""

import base64
import hashlib
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app.actions.erase_filing import erase_filing
from app.actions.hear_callback import hear_callback
from app.actions.import_vendors import import_vendors
from app.actions.keep_evidence import Given, read_evidence
from app.actions.look_at_protocol import try_again
from app.actions.protocol_rows import Learned, keep_pair, read_with_receipt
from app.actions.read_directory import read_directory
from app.actions.read_letters import read_letters
from app.actions.read_status import read_status, to_read
from app.actions.record_reply import Recorded, committed
from app.actions.reroute import CannotReroute, reroute
from app.actions.reseal import things_of
from app.actions.rotate_keys import pairs_behind, rotate_filing, rotate_pair
from app.actions.take_step import StepTaken, take_step
from app.actions.withdraw_request import withdraw_open
from app.channels.base import Delivery
from app.channels.drp import Agent, Business, Protocol, new_seed
from app.channels.outward import Outward
from app.domain.drp import REVOKED, Profile
from app.domain.own_steps import OwnStep
from app.domain.rerouting import Barrier
from app.domain.timeline import DenialGround, EventKind, Evidence, Outcome, Status
from app.rulebook.vendor_schema import VendorShape
from app.store.keys import begin_epoch
from app.store.outbox import KeptBack, MessageKind, State
from app.store.protocol import (
    Fault,
    Oddity,
    ProtocolAnswer,
    ProtocolCallback,
    ProtocolPair,
    ProtocolRequest,
)
from tests.post_office import MAILBOX, NOON, PROBE, TYPED, Office, ids
from tests.rights_server import RightsServer, rights_server

A_DAY = timedelta(days=1)
AGENT = "EFFACE-1"


class Agency:
    """A portal that is an agent, and the system of one company."""

    def __init__(self, office: Office, server: RightsServer, **route: Any) -> None:
        agent = Agent.of(AGENT, new_seed())
        server.keys[AGENT] = agent.verify_key
        self.server = server
        self.at = self.recorded_at = NOON
        server.now = lambda: self.at
        office.post = replace(
            office.post,
            desk=replace(
                office.post.desk,
                portal=replace(office.post.desk.portal, protocol=True),
            ),
            protocol=Protocol(agent, Outward(local=True, seconds=2)),
        )
        self.office = office
        self.reach(**route)

    def reach(self, **route: Any) -> None:
        """Record the company's route."""
        way = {
            "kind": "drp",
            "api_base": self.server.base,
            "business_id": "PROBE-1",
            **route,
        }
        shape = VendorShape.model_validate({**PROBE, "routes": [way]})
        self.recorded_at += timedelta(seconds=1)
        with self.office.writing() as session:
            import_vendors(session, [shape], at=self.recorded_at, by="import")
            directory = read_directory(session)
        desk = replace(self.office.post.desk, directory=directory)
        self.office.post = replace(self.office.post, desk=desk)

    def passes(self, time: timedelta) -> None:
        """Let time go by, and deliver and ask what is due."""
        self.at += time
        self.work()

    def work(self) -> None:
        """Deliver and ask what is due."""
        self.office.deliver(self.at)
        for key in to_read(self.office.post, at=self.at):
            read_status(self.office.post, key, at=self.at)

    def sent(self, **given: Any) -> Any:
        """File, confirm and send."""
        filed = self.office.confirmed(at=self.at, **given)
        self.work()
        return filed

    def row(self) -> ProtocolRequest:
        """The only request of the protocol, as it stands."""
        with self.office.store.reading() as session:
            found = session.scalars(select(ProtocolRequest)).one()
            session.expunge(found)
        return found

    def pair(self) -> ProtocolPair:
        """What is known between us and the company."""
        with self.office.store.reading() as session:
            found = session.scalars(select(ProtocolPair)).one()
            session.expunge(found)
        return found

    def odd(self) -> set[Oddity]:
        """What staff have to know."""
        with self.office.store.reading() as session:
            return set(session.scalars(select(ProtocolAnswer.oddity)))

    def content(self, filed: Any) -> dict[str, Any]:
        """What the resident can read of a request."""
        with self.office.store.reading() as session:
            key = (filed.filing, filed.requests[0].id)
            found = read_with_receipt(session, key, self.office.receipt(filed))
        assert found is not None
        return found


@pytest.fixture(scope="module")
def running() -> Iterator[RightsServer]:
    with rights_server() as server:
        yield server


@pytest.fixture
def server(running: RightsServer) -> RightsServer:
    running.begin_anew()
    return running


@pytest.fixture
def agency(office: Office, server: RightsServer) -> Agency:
    return Agency(office, server)


def test_a_request_reaches_the_companys_own_system(agency: Agency) -> None:
    filed = agency.sent()

    message = agency.server.one().message
    assert message["exercise"] == "deletion"
    assert message["regime"] == "ccpa"
    assert (message["name"], message["email"]) == (TYPED, MAILBOX)
    assert message["email_verified"] is True
    assert message["issued-at"] == "2026-11-23T12:00:00+00:00"
    assert message["expires-at"] == "2026-11-23T12:10:00+00:00"
    [asked] = agency.office.messages(filed, MessageKind.EXERCISE)
    assert message["agent-request-id"] == str(asked.id)
    assert agency.server.refusals == []
    request = agency.office.request(filed)
    assert request.status is Status.SENT
    assert agency.office.timeline(filed)[-1].evidence is Evidence.PROTOCOL
    assert not agency.office.channel.to("privacy@probe.example.org")


@pytest.fixture
def one(one_engine: object, agency: Agency) -> Agency:
    """The same, where the claim is not about the database."""
    return agency


def test_nothing_leaves_before_confirmation_nor_what_is_not_needed(
    office: Office, server: RightsServer
) -> None:
    agency = Agency(office, server, needs=["email"])
    office.file(at=NOON)
    agency.passes(timedelta(hours=1))
    assert server.calls == []

    agency.sent(resident={"name": "Ada Quill", "email": "ada@example.org"})

    said = set(server.one().message) - {"agent-id", "business-id", "drp.version"}
    assert said - {"issued-at", "expires-at", "agent-request-id"} == {
        "exercise", "regime", "status_callback", "email", "email_verified",
    }  # fmt: skip


def test_elsewhere_no_law_is_named(one: Agency) -> None:
    one.sent(residence="US-WA")

    assert "regime" not in one.server.one().message


def test_the_lite_form_has_no_callback_and_its_own_spelling(
    one_engine: object, office: Office, server: RightsServer
) -> None:
    server.version = "1.0.PS"
    agency = Agency(office, server, profile="1.0.PS")

    filed = agency.sent()
    with office.writing() as session:
        withdraw_open(session, office.post.desk, filed.filing, at=agency.at)
    agency.passes(timedelta(minutes=1))

    message = server.one().message
    assert "status_callback" not in message
    assert message["expires-at"] == "2026-11-23T12:15:00+00:00"
    assert server.count("DELETE", "") == 0


def test_a_server_may_want_a_slash_at_the_end(
    one_engine: object, office: Office, server: RightsServer
) -> None:
    server.slash = True
    filed = Agency(office, server, trailing_slash=True).sent()

    assert office.request(filed).status is Status.SENT


def test_a_portal_that_is_no_agent_leaves_it_to_the_resident(office: Office) -> None:
    way = {"kind": "drp", "api_base": "https://x.example.org", "business_id": "P"}
    mail = {"kind": "email", "address": "privacy@probe.example.org"}
    at = NOON
    for routes, status in (([way, mail], Status.SENT), ([way], Status.QUEUED)):
        at += timedelta(seconds=1)
        shape = VendorShape.model_validate({**PROBE, "routes": routes})
        with office.writing() as session:
            import_vendors(session, [shape], at=at, by="import")
            directory = read_directory(session)
        desk = replace(office.post.desk, directory=directory)
        office.post = replace(office.post, desk=desk)

        filed = office.sent(
            resident={"name": "Ada Quill", "email": f"{status}@example.org"}
        )

        assert office.request(filed).status is status


@pytest.mark.parametrize(
    ("says", "status", "outcome", "ground"),
    [
        (("in_progress", None), Status.ACKNOWLEDGED, None, None),
        (("fulfilled", ""), Status.ANSWERED, Outcome.DELETED, None),
        (("denied", "no_match"), Status.ANSWERED, Outcome.NOTHING_FOUND, None),
        (
            ("denied", "outside_jurisdiction"),
            Status.ANSWERED,
            Outcome.REFUSED,
            DenialGround.OUTSIDE_JURISDICTION,
        ),
        (("revoked", None), Status.WITHDRAWN, None, None),
        (("expired", None), Status.SENT, None, None),
    ],
)
def test_what_the_server_says_when_asked_counts_at_once(
    one: Agency,
    says: tuple[str, str | None],
    status: Status,
    outcome: Outcome | None,
    ground: DenialGround | None,
) -> None:
    filed = one.sent()
    one.server.says(*says)

    one.passes(4 * A_DAY)

    request = one.office.request(filed)
    assert (request.status, request.outcome) == (status, outcome)
    assert request.denial_ground is ground
    assert one.office.timeline(filed)[-1].evidence is Evidence.PROTOCOL
    assert (Oddity.EXPIRED in one.odd()) is (says[0] == "expired")
    assert (one.row().next_read is None) is (says[0] != "in_progress")


def test_a_server_is_asked_no_more_than_every_few_days(one: Agency) -> None:
    one.sent()
    one.server.says("in_progress")

    for _ in range(24 * 14):
        one.passes(timedelta(hours=1))

    assert 4 <= one.server.count("GET", "data-rights-request/") <= 5


def test_more_time_is_taken_from_a_promise_that_moves(one: Agency) -> None:
    filed = one.sent()
    one.server.says("in_progress", expected_by="2026-12-20T00:00:00")
    one.passes(4 * A_DAY)
    one.server.says(
        "in_progress",
        expected_by="2027-01-20T00:00:00+01:00",
        processing_details="We have more to look through.",
    )

    one.passes(4 * A_DAY)

    last = one.office.timeline(filed)[-1]
    assert last.kind is EventKind.EXTENDED
    assert str(last.until) == "2027-01-19"
    assert one.office.request(filed).extended_due is not None


def test_the_answer_is_kept_as_it_came_and_the_timeline_vouches_for_it(
    agency: Agency,
) -> None:
    filed = agency.sent()
    agency.server.says("fulfilled", processing_details="All of it is gone.")

    agency.passes(4 * A_DAY)

    raw = json.dumps(agency.server.one().document).encode()
    with agency.office.store.reading() as session:
        key, receipt = filed.requests[0].id, agency.office.receipt(filed)
        written = read_letters(session, filed.filing, key, receipt)
        [reply] = written.replies
        [file] = reply.files
        kept = read_evidence(session, filed.filing, key, file.id, receipt)
    assert isinstance(kept, Given)
    assert kept.content == raw
    assert reply.text == "All of it is gone."
    assert reply.vendor_reference == agency.server.one().document["request_id"]
    assert reply.nonce is not None
    assert file.sha256 == hashlib.sha256(raw).hexdigest()
    words = bytes.fromhex(reply.nonce) + committed(reply.text, [file])
    commitment = hashlib.sha256(words).digest()
    assert agency.office.timeline(filed)[-1].commitment == commitment


def test_proof_is_asked_for_with_a_link_that_the_resident_alone_reads(
    one: Agency,
) -> None:
    filed = one.sent()
    link = "https://prove.example.org/x?y=1"
    one.server.says("in_progress", "need_user_verification", user_verification_url=link)
    one.passes(4 * A_DAY)

    assert one.office.request(filed).status is Status.IDENTITY_REQUESTED
    with one.office.store.reading() as session:
        written = read_letters(
            session, filed.filing, filed.requests[0].id, one.office.receipt(filed)
        )
    theirs = one.server.one().document["request_id"]
    assert written.proof_at == f"{link}&request_id={theirs}"

    one.server.says("in_progress")
    one.passes(2 * A_DAY)
    assert one.office.request(filed).status is Status.ACKNOWLEDGED
    assert one.content(filed)["link"] is None


def test_a_callback_is_a_hint_and_no_answer(agency: Agency) -> None:
    filed = agency.sent()
    token = agency.content(filed)["callback"]
    lie = json.dumps({"status": "fulfilled"}).encode()
    agency.at += timedelta(minutes=5)

    with agency.office.writing() as session:
        known = [
            hear_callback(session, agency.office.post.desk, each, lie, at=agency.at)
            for each in (token, token, "x" * 32)
        ]
    assert known == [True, True, False]
    assert agency.office.request(filed).status is Status.SENT
    agency.work()
    assert agency.office.request(filed).status is Status.SENT

    agency.server.says("fulfilled")
    with agency.office.writing() as session:
        hear_callback(session, agency.office.post.desk, token, b"", at=agency.at)
    agency.work()
    assert agency.office.request(filed).outcome is Outcome.DELETED


def test_hints_without_end_are_not_followed(one: Agency) -> None:
    filed = one.sent()
    token = one.content(filed)["callback"]

    for _ in range(30):
        with one.office.writing() as session:
            hear_callback(session, one.office.post.desk, token, b"", at=one.at)
        one.work()

    assert one.server.count("GET", "data-rights-request/") <= 6


@pytest.mark.parametrize(
    ("after", "odd"),
    [
        pytest.param({"status": "in_progress"}, Oddity.NOT_NEXT, id="after an end"),
        pytest.param({"status": "done"}, Oddity.UNKNOWN_WORD, id="unknown"),
        pytest.param(
            {"status": "open", "request_id": "x"}, Oddity.OTHER_REQUEST, id="another"
        ),
        pytest.param(
            {"status": "open", "agent_request_id": "x"}, Oddity.OTHER_REQUEST, id="ours"
        ),
        pytest.param(b"<html>Oops</html>", Oddity.UNREADABLE, id="page"),
        pytest.param(b"", Oddity.UNREADABLE, id="nothing"),
        pytest.param(b"[1]", Oddity.UNREADABLE, id="list"),
        pytest.param(b"[" * 9999, Oddity.UNREADABLE, id="deep"),
    ],
)
def test_what_cannot_be_is_kept_for_staff_and_changes_nothing(
    one: Agency, after: Any, odd: Oddity
) -> None:
    filed = one.sent()
    one.server.says("fulfilled")
    one.passes(4 * A_DAY)
    before = one.office.timeline(filed)
    raw = after if isinstance(after, bytes) else json.dumps(after).encode()
    one.server.replaces = raw

    with one.office.writing() as session:
        token = one.content(filed)["callback"]
        hear_callback(session, one.office.post.desk, token, b"", at=one.at)
    one.work()

    assert one.office.timeline(filed) == before
    assert odd in one.odd()


def test_one_answer_for_the_pair_and_one_token_for_each_business(
    office: Office, server: RightsServer
) -> None:
    agency = Agency(office, server)
    server.businesses = ("PROBE-1", "PROBE-2")
    agency.sent()
    agency.sent(resident={"name": "Ada Quill", "email": "ada@example.org"})
    agency.reach(business_id="PROBE-2")
    agency.sent(resident={"name": "Bo Quill", "email": "bo@example.org"})

    assert server.count("POST", "/agent/") == 2
    with office.store.reading() as session:
        pairs = session.scalars(select(ProtocolPair)).all()
        sealed = [pair.sealed for pair in pairs]
    assert len(pairs) == 2
    for token in server.tokens:
        assert not any(token.encode() in (one or b"") for one in sealed)


def test_a_token_that_is_not_known_any_more_is_made_anew_once(one: Agency) -> None:
    one.sent()
    one.server.tokens.clear()

    filed = one.sent(resident={"name": "Ada Quill", "email": "ada@example.org"})

    assert one.office.request(filed).status is Status.SENT
    assert one.server.count("POST", "/agent/") == 2


@pytest.mark.parametrize(
    ("wrong", "fault"),
    [("refuses_setup", Fault.NO_TOKEN), ("forgets_tokens", Fault.NOT_OURS)],
)
def test_a_system_that_does_not_know_us_is_parked_until_somebody_says_so(
    one: Agency, wrong: str, fault: Fault
) -> None:
    setattr(one.server, wrong, True)
    filed = one.sent()
    calls = len(one.server.calls)
    for _ in range(5):
        one.passes(A_DAY)

    assert one.pair().fault is fault
    assert len(one.server.calls) == calls
    [message] = one.office.messages(filed, MessageKind.EXERCISE)
    assert message.kept_back is KeptBack.PARKED

    setattr(one.server, wrong, False)
    with one.office.writing() as session:
        try_again(
            session, one.server.base, "PROBE-1", at=one.at, staff_id=ids(filed)[0]
        )
    one.passes(A_DAY)
    assert one.office.request(filed).status is Status.SENT
    assert one.server.effects == 1


@pytest.mark.parametrize("status", [200, 500])
def test_a_page_instead_of_an_answer_leaves_it_unknown(
    one: Agency, status: int
) -> None:
    one.server.html = status
    filed = one.sent()

    [message] = one.office.messages(filed, MessageKind.EXERCISE)
    assert message.state is State.UNKNOWN
    assert one.odd() == {Oddity.REFUSED if status != 200 else Oddity.UNREADABLE}
    assert one.office.request(filed).status is Status.QUEUED

    one.server.html = None
    one.passes(timedelta(minutes=16))
    assert one.office.request(filed).status is Status.SENT
    assert one.server.effects == 1


def test_an_answer_that_is_lost_has_one_effect(agency: Agency) -> None:
    agency.server.drops = 1
    filed = agency.sent()
    assert agency.office.request(filed).status is Status.QUEUED

    agency.passes(timedelta(minutes=16))

    assert agency.office.request(filed).status is Status.SENT
    assert agency.server.effects == 1
    ours = [
        json.loads(base64.b64decode(body)[64:])["agent-request-id"]
        for (method, path), body in zip(
            agency.server.calls, agency.server.bodies, strict=True
        )
        if method == "POST" and path.endswith("data-rights-request")
    ]
    assert len(ours) == 2
    assert len(set(ours)) == 1


def test_a_callback_saves_sending_twice_where_the_server_would_take_it_twice(
    agency: Agency,
) -> None:
    agency.server.drops, agency.server.remembers = 1, False
    filed = agency.sent()
    kept = agency.server.one()
    token = kept.message["status_callback"].rpartition("/")[2]

    with agency.office.writing() as session:
        body = json.dumps(kept.document).encode()
        hear_callback(session, agency.office.post.desk, token, body, at=agency.at)
    agency.passes(timedelta(minutes=1))

    assert agency.office.request(filed).status is Status.SENT
    assert agency.server.effects == 1
    assert agency.content(filed)["request_id"] == kept.document["request_id"]


def test_a_server_that_takes_it_twice_is_shown(one: Agency) -> None:
    one.server.drops, one.server.remembers = 1, False
    filed = one.sent()
    kept = one.server.one()
    token = kept.message["status_callback"].rpartition("/")[2]
    other = json.dumps({"request_id": "no-such-request"}).encode()

    with one.office.writing() as session:
        hear_callback(session, one.office.post.desk, token, other, at=one.at)
    one.passes(timedelta(minutes=1))

    assert one.server.effects == 2
    assert Oddity.TWICE in one.odd()
    assert [e.kind for e in one.office.timeline(filed)].count(EventKind.SENT) == 1


def test_a_worker_that_is_killed_before_the_answer_has_one_effect(
    agency: Agency,
) -> None:
    filed = agency.office.confirmed(at=agency.at)
    post = agency.office.post
    assert post.protocol is not None

    class Killed(Protocol):
        def exercise(self, *given: Any, **more: Any) -> Any:
            super().exercise(*given, **more)
            raise KeyboardInterrupt

    killed = replace(
        post, protocol=Killed(post.protocol.agent, Outward(local=True, seconds=2))
    )
    [message] = agency.office.messages(filed, MessageKind.EXERCISE)
    agency.office.post = killed
    with pytest.raises(KeyboardInterrupt):
        agency.work()
    assert agency.server.effects == 1

    agency.office.post = replace(post, owner="two")
    agency.passes(post.lease + timedelta(minutes=1))
    agency.passes(timedelta(minutes=16))

    assert agency.office.request(filed).status is Status.SENT
    assert agency.server.effects == 1
    assert agency.server.one().document["agent_request_id"] == str(message.id)


def test_a_server_that_stalls_frees_the_worker(one: Agency) -> None:
    one.sent()
    one.server.stalls = 9
    post = one.office.post
    assert post.protocol is not None
    quick = Protocol(post.protocol.agent, Outward(local=True, seconds=0.3))
    one.office.post = replace(post, protocol=quick)

    one.passes(4 * A_DAY)

    assert one.row().failures == 1
    assert one.row().next_read is not None


def test_a_clock_that_is_far_off_is_shown(one: Agency) -> None:
    one.server.now = lambda: one.at - timedelta(minutes=20)

    filed = one.sent()

    assert one.office.request(filed).status is Status.QUEUED
    assert one.pair().skew == -1200
    assert one.pair().fault is Fault.NO_TOKEN
    assert one.server.refusals == ["set-up issued-at"]


def test_a_request_that_is_taken_back_is_revoked(agency: Agency) -> None:
    filed = agency.sent()

    with agency.office.writing() as session:
        withdraw_open(session, agency.office.post.desk, filed.filing, at=agency.at)
    agency.passes(timedelta(minutes=1))

    assert agency.server.one().document["status"] == "revoked"
    assert agency.office.request(filed).status is Status.WITHDRAWN
    row = agency.row()
    assert row.state == REVOKED
    assert row.next_read is None
    assert agency.server.refusals == []


def test_what_is_taken_back_while_it_leaves_is_revoked_too(one: Agency) -> None:
    filed = one.office.confirmed(at=one.at)
    one.server.drops = 1
    one.work()
    with one.office.writing() as session:
        withdraw_open(session, one.office.post.desk, filed.filing, at=one.at)
    one.passes(timedelta(minutes=16))
    one.passes(timedelta(minutes=16))

    assert one.office.request(filed).status is Status.WITHDRAWN
    assert one.server.effects == 1


def test_erasing_revokes_and_leaves_nothing(agency: Agency) -> None:
    filed = agency.sent()
    office, key = agency.office, filed.filing
    with office.writing() as session:
        fault = erase_filing(
            session, office.post.desk, key, office.receipt(filed), None, at=agency.at
        )
    assert fault is None

    agency.passes(timedelta(minutes=1))

    assert agency.server.one().document["status"] == "revoked"
    with office.store.reading() as session:
        assert things_of(session, key) == []
        assert session.scalars(select(ProtocolCallback)).all() == []
    assert agency.row().next_read is None


def test_keys_are_rotated_over_tokens_and_answers(agency: Agency) -> None:
    filed = agency.sent()
    office = agency.office
    desk, opener = office.post.desk, office.post.opener
    name = begin_epoch(desk.keys.epochs, agency.at, again=True)

    with office.writing() as session:
        for pair in pairs_behind(session, name, None):
            assert rotate_pair(session, pair, desk=desk, opener=opener)
        assert rotate_filing(session, filed.filing, desk=desk, opener=opener)

    with office.store.reading() as session:
        assert pairs_behind(session, name, None) == []
        assert {r.epoch for r, _ in things_of(session, filed.filing)} == {name}
    agency.server.says("fulfilled")
    agency.passes(4 * A_DAY)
    assert office.request(filed).outcome is Outcome.DELETED
    assert agency.server.count("POST", "/agent/") == 1


def test_an_end_that_was_one_request_too_many_may_be_sent_again(one: Agency) -> None:
    filed = one.sent()
    one.server.says("denied", "too_many_requests")
    one.passes(4 * A_DAY)
    assert one.office.request(filed).outcome is Outcome.REFUSED
    one.at += 40 * A_DAY

    with one.office.writing() as session:
        done = take_step(
            session,
            one.office.post.desk,
            filed.filing,
            filed.requests[0].id,
            OwnStep.AGAIN,
            on=None,
            sends=True,
            at=one.at,
        )
    assert isinstance(done, StepTaken)
    one.work()

    assert one.office.request(filed).status is Status.SENT
    assert one.server.effects == 2


@pytest.mark.usefixtures("one_engine")
def test_a_letter_that_came_back_goes_to_the_system_once_it_knows_us(
    agency: Agency,
) -> None:
    office, mail = agency.office, {"kind": "email", "address": "gone@example.org"}
    way = {"kind": "drp", "api_base": agency.server.base, "business_id": "PROBE-1"}
    shape = VendorShape.model_validate({**PROBE, "routes": [mail, way]})
    with office.writing() as session:
        import_vendors(session, [shape], at=NOON + A_DAY, by="import")
        directory = read_directory(session)
    desk = replace(office.post.desk, directory=directory)
    office.post = replace(office.post, desk=desk)
    filed = office.confirmed()
    office.channel.answers = [Delivery.REFUSED]
    office.deliver()

    def change(code: str) -> object:
        with office.writing() as session:
            return reroute(
                session,
                desk,
                filed.requests[0].id,
                code,
                at=agency.at,
                staff_id=filed.filing,
                shown=office.request(filed).events,
            )

    assert change("drp") == CannotReroute(Barrier.NO_TOKEN)
    known = Learned(token="one-token")
    to = Business(agency.server.base, "PROBE-1", Profile.FULL, trailing_slash=False)
    with office.writing() as session:
        keep_pair(session, desk, to, "probe", known, at=agency.at)
    agency.server.tokens["one-token"] = AGENT, "PROBE-1"

    assert isinstance(change("drp"), Recorded)
    agency.passes(timedelta(minutes=1))
    agency.passes(timedelta(hours=1))

    assert agency.server.one().message["email"] == MAILBOX
    assert office.request(filed).status is Status.SENT
    assert office.timeline(filed)[-1].evidence is Evidence.PROTOCOL
    assert len(office.channel.to("gone@example.org")) == 1, "the one that came back"
