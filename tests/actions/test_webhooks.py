"""Webhooks over real HTTP: signed, called again until taken, ended by 410."""

import hmac
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select, update

from app.actions.announce import announce, set_webhook
from app.actions.call_webhooks import TRIES, call_webhooks, hooks_behind, rotate_hook
from app.channels.outward import Outward
from app.domain.webhooks import HookEvent
from app.store.keys import Keys, begin_epoch
from app.store.session import Store
from app.store.webhooks import Webhook, WebhookCall
from tests.broker import Broker, broker_of
from tests.conftest import FakeClock


@dataclass
class Called:
    """A program that is called: what came, and what it answers next."""

    url: str = ""
    answers: list[int] = field(default_factory=list)
    came: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    def documents(self) -> list[dict[str, object]]:
        return [json.loads(body) for _, body in self.came]


@contextmanager
def program() -> Iterator[Called]:
    called = Called()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            called.came.append((dict(self.headers), body))
            self.send_response(called.answers.pop(0) if called.answers else 204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    called.url = f"http://127.0.0.1:{server.server_port}/hook"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield called
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def broker(store: Store, keys: Keys, now: FakeClock, client: TestClient) -> Broker:
    """A vendor with a key, beside a portal that may call out."""
    broker = broker_of(store, keys, now, client)
    outward = Outward(local=True, seconds=2)
    broker.office.post = replace(broker.office.post, outward=outward)
    return broker


def listens(broker: Broker, called: Called, vendor: str | None) -> bytes:
    with broker.office.writing() as session:
        made = set_webhook(session, broker.keys, vendor, called.url, at=broker.now())
    assert made is not None
    return made.encode()


def test_a_vendor_is_called_when_its_list_is_ready(broker: Broker) -> None:
    with program() as called, program() as operator:
        secret = listens(broker, called, "probe")
        listens(broker, operator, None)
        filed = broker.office.sent()
        broker.turn()
        broker.answer({broker.item(filed, "E001"): 3})
        broker.turn()

    [(head, body)] = called.came
    told = json.loads(body)
    assert {k: told[k] for k in ("type", "vendor", "until", "list")} == {
        "type": "batch.ready",
        "vendor": "probe",
        "until": 1,
        "list": "http://testserver/api/v1/matching/probe?since=0",
    }
    signed = f"{head['Efface-Timestamp']}.".encode() + body
    right = hmac.new(secret, signed, sha256).hexdigest()
    assert head["Efface-Signature"] == f"sha256={right}"
    assert head["Efface-Timestamp"] == str(int(broker.now().timestamp()))
    kinds = [one["type"] for one in operator.documents()]
    assert kinds == ["batch.ready", "answers.received"]
    assert operator.documents()[0]["event"] == told["event"]


def test_who_does_not_take_a_call_is_called_again(broker: Broker) -> None:
    with program() as called:
        listens(broker, called, "probe")
        called.answers = [500, 302]
        broker.office.sent()
        broker.turn()
        broker.turn()
        assert len(called.came) == 1
        for _ in range(4):
            broker.now.at += timedelta(minutes=10)
            broker.turn()

    deliveries = [head["Efface-Delivery-Id"] for head, _ in called.came]
    assert len(deliveries) == 3
    assert len(set(deliveries)) == 1
    assert len({head["Efface-Timestamp"] for head, _ in called.came}) == 3


def test_nobody_is_called_for_ever(one_engine: Store, broker: Broker) -> None:
    with program() as called:
        listens(broker, called, "probe")
        called.answers = [500] * 2 * TRIES
        broker.office.sent()
        broker.turn()
        for _ in range(2 * TRIES):
            broker.now.at += timedelta(hours=8)
            call_webhooks(broker.office.post, at=broker.now())

    assert len(called.came) == TRIES


def test_who_answers_gone_or_is_ended_is_called_no_more(
    one_engine: Store, broker: Broker
) -> None:
    with program() as gone, program() as ended:
        listens(broker, gone, "probe")
        listens(broker, ended, None)
        gone.answers = [410]
        broker.office.sent()
        broker.turn()
        with broker.office.writing() as session:
            set_webhook(session, broker.keys, None, None, at=broker.now())
        broker.office.sent(at=broker.now(), resident=other())
        broker.night()

    assert (len(gone.came), len(ended.came)) == (1, 1)
    with broker.office.store.reading() as session:
        assert [hook.thing for hook in session.scalars(select(Webhook))] == [None] * 2


def test_a_secret_that_does_not_open_keeps_no_other_program_waiting(
    broker: Broker,
) -> None:
    with program() as broken, program() as called:
        listens(broker, broken, None)
        with broker.office.writing() as session:
            session.execute(update(Webhook).values(key_epoch=b"damaged"))
        listens(broker, called, "probe")
        broker.office.sent()
        broker.turn()
        broker.turn()

    assert (len(broken.came), len(called.came)) == (0, 1)
    with broker.office.store.reading() as session:
        tries = session.scalars(select(WebhookCall.attempts)).all()
    assert tries == [1, 1]


def test_an_address_that_fails_is_called_once_and_then_left_alone_for_a_while(
    one_engine: Store, broker: Broker
) -> None:
    with program() as called:
        listens(broker, called, None)
        with broker.office.writing() as session:
            for _ in range(3):
                announce(
                    session, HookEvent.ANSWERS_RECEIVED, "probe", {}, at=broker.now()
                )
        called.answers = [500]
        call_webhooks(broker.office.post, at=broker.now())
        call_webhooks(broker.office.post, at=broker.now())
        assert len(called.came) == 1
        broker.now.at += timedelta(minutes=10)
        call_webhooks(broker.office.post, at=broker.now())

    assert len(called.documents()) == 4
    assert len({one["event"] for one in called.documents()}) == 3


def other() -> dict[str, str]:
    return {"name": "Somebody Else", "email": "else@example.org"}


def test_a_secret_outlives_its_epoch(one_engine: Store, broker: Broker) -> None:
    keys, post = broker.keys, broker.office.post
    with program() as called:
        secret = listens(broker, called, "probe")
        name = begin_epoch(keys.epochs, broker.now(), again=True)
        with broker.office.writing() as session:
            [hook] = hooks_behind(session, name, None)
            assert rotate_hook(session, hook, desk=post.desk, opener=post.opener)
            assert not hooks_behind(session, name, None)
        broker.office.sent()
        broker.turn()

    [(head, body)] = called.came
    signed = f"{head['Efface-Timestamp']}.".encode() + body
    right = hmac.new(secret, signed, sha256).hexdigest()
    assert head["Efface-Signature"] == f"sha256={right}"
