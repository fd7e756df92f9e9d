"""G5: after the whole life of a request no raw file holds anything of the person."""

import gzip
from collections.abc import Callable, Iterator, MutableMapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from structlog.testing import capture_logs

from app.actions.back_up import back_up
from app.actions.codes import send_code
from app.actions.drafts import begin_draft
from app.actions.file_request import file_request
from app.actions.filing_form import FilingBody
from app.actions.import_vendors import import_vendors
from app.actions.prepare_filing import Filed, prepare
from app.actions.read_directory import read_directory
from app.rulebook.vendor_schema import VendorShape
from app.store.people import CodePurpose
from app.store.session import HEAD, Store
from tests.canaries import hits, log_position, packed, postgres_files, sqlite_files
from tests.front_desk import FrontDesk, hidden
from tests.post_office import PROBE, Office, code_in, read
from tests.web.watching import FORM, Watcher

PERSON: dict[str, Any] = {
    "name": "Zyxolotl Quennell-Vandermark",
    "email": "zyxolotl.canary@quennell.example",
    "other_names": ["Mirabelle Xanthoupolis"],
    "other_emails": ["mirabelle.canary@xanthou.example"],
    "phones": ["+1 555 0173 8846"],
    "addresses": ["17 Ouroboros Crescent, Zanthorville"],
    "birth_date": "1931-02-27",
}
AGENT: dict[str, Any] = {
    "name": "Thorvald Umbrequist",
    "email": "thorvald.canary@umbre.example",
    "relation": "godfather-of-zyxolotl",
    "mandate_agreed_on": "2026-11-02",
}
CURIOUS = {
    **PROBE,
    "slug": "curious",
    "name": "Curious Data Incorporated",
    "routes": [
        {
            "kind": "email",
            "address": "privacy@curious.example.org",
            "needs": [*PERSON],
        }
    ],
}
"""A vendor that asks for all that a person can be asked for."""
REPLY = {
    "kind": "refused",
    "denial_ground": "other",
    "received_on": "2026-11-23",
    "evidence": "mail",
    "text": "Our ledger knows the canary Ørsted-Plover well",
    "vendor_reference": "CANARY-REF-66817",
}
NOT_SAID = {"mandate_agreed_on", "birth_date"}
"""Days: as bytes they could be any day. They stand beside the rest, sealed with it."""

Files = Callable[[], dict[str, bytes]]


@pytest.fixture
def logged() -> Iterator[list[MutableMapping[str, Any]]]:
    with capture_logs() as entries:
        yield entries


@pytest.fixture
def files(store: Store) -> Files:
    """Give all the bytes that the database has on its disk."""
    if store.sqlite:
        return lambda: sqlite_files(store)
    since = log_position(store)
    return lambda: postgres_files(store, since)


def words_of(*documents: dict[str, Any]) -> set[str]:
    given = [v for d in documents for k, v in d.items() if k not in NOT_SAID]
    return {word for v in given for word in (v if isinstance(v, list) else [v])}


def test_the_search_finds_what_is_there(store: Store, files: Files) -> None:
    planted = {"Plainly Planted Canary", "packed-away-canary"}
    kind = "BLOB" if store.sqlite else "BYTEA"
    with store.writers.begin() as connection:
        connection.exec_driver_sql(f"CREATE TABLE planted (word TEXT, more {kind})")
        more = packed("packed-away-canary")
        values = {"word": "Plainly Planted Canary", "more": more}
        sql = text("INSERT INTO planted VALUES (:word, :more)")
        connection.execute(sql, values)
    try:
        found = {name: set(hits(raw, planted)) for name, raw in files().items()}
    finally:
        with store.writers.begin() as connection:
            connection.exec_driver_sql("DROP TABLE planted")

    logs = [n for n, words in found.items() if words and "wal" in n]
    assert logs
    if not store.sqlite:
        assert [n for n, words in found.items() if words == planted and "base/" in n]


def a_whole_life(desk: FrontDesk, office: Office) -> tuple[Filed, set[str]]:
    """File for somebody, confirm, send, answer, reveal; return also what was secret."""
    body = FilingBody.model_validate(
        {
            "residence": "US-CA",
            "vendors": ["curious", "probe"],
            "resident": PERSON,
            "on_behalf": AGENT,
        }
    )
    with office.writing() as session:
        import_vendors(
            session, [VendorShape.model_validate(CURIOUS)], at=desk.clock(), by="import"
        )
        new_desk = replace(office.post.desk, directory=read_directory(session))
    office.post = replace(office.post, desk=new_desk)
    with office.writing() as session:
        begin_draft(session, b"d" * 32, body.model_dump(mode="json"), at=desk.clock())
        filed = file_request(
            session,
            office.post.desk,
            prepare(office.post.desk, body, at=desk.clock()),
            at=desk.clock(),
            caller=b"192.0.2.77",
            idempotency_key="canary-key-883114",
        )
    assert isinstance(filed, Filed)
    office.confirm(filed, at=desk.clock())
    office.deliver()
    with office.writing() as session:
        send_code(
            session, office.post.desk, filed.filing, CodePurpose.READ, at=desk.clock()
        )
    office.deliver()
    mails = [read(one.message.as_bytes()) for one in office.channel.sent]
    code = code_in(mails[-1])
    browser = desk.staff()
    page = f"/staff/requests/{filed.requests[0].number}"
    preview = browser.post(f"{page}/preview", data=REPLY).text
    more = {name: hidden(preview, name) for name in ("shown", "nonce")}
    assert browser.post(f"{page}/replies", data=REPLY | more).status_code == 303
    browser.post(f"{page}/reveals", data={"reason": "complaint"})
    desk.worker_answers()
    assert PERSON["name"] in browser.get(page).text
    session_token = browser.cookies["staff"]
    bare = filed.receipt.replace("-", "")
    return filed, {filed.receipt, bare, code, "192.0.2.77", session_token} | {
        "canary-key-883114"
    }


def test_no_raw_file_and_no_log_holds_who_watches(
    desk: FrontDesk,
    office: Office,
    files: Files,
    logged: list[MutableMapping[str, Any]],
) -> None:
    mailbox = PERSON["email"]
    watcher = Watcher(desk.browser(), office, desk.clock)
    asked = watcher.browser.post("/watch", data=FORM | {"email": mailbox})
    assert asked.status_code == 200
    watcher.works()
    link = watcher.link()
    watcher.browser.post(link)
    watcher.promises(**{"from": "2026-11-01"})
    watcher.passes(minutes=2)
    assert len(office.channel.to(mailbox)) == 2
    kept = files()
    watcher.browser.post(f"{link}/stop")
    after = {f"{name} afterwards": raw for name, raw in files().items()}

    secrets = {mailbox, link.rpartition("/")[2]}
    everything = kept | after | {"what was logged": repr(logged).encode()}
    found = {name for name, raw in everything.items() if hits(raw, secrets)}
    assert found == set()


def test_no_raw_file_and_no_log_holds_anything_of_the_person(
    desk: FrontDesk,
    office: Office,
    files: Files,
    tmp_path: Path,
    logged: list[MutableMapping[str, Any]],
) -> None:
    _, more = a_whole_life(desk, office)
    secrets = more | words_of(
        PERSON, AGENT, {k: REPLY[k] for k in ("text", "vendor_reference")}
    )
    backup = tmp_path / "backup.gz"
    with office.store.reading() as session:
        back_up(session, backup, head=HEAD, at=desk.clock())

    everything = files() | {
        "backup": backup.read_bytes(),
        "its rows": gzip.decompress(backup.read_bytes()),
        "what was logged": repr(logged).encode(),
        "the trail": repr([(e.subject, e.detail) for e in desk.audit()]).encode(),
    }

    assert sum(map(len, everything.values())) > 100_000
    assert {
        n: found for n, raw in everything.items() if (found := hits(raw, secrets))
    } == {}
