"""G1: filings over real HTTP, to a server that is killed again and again.

What was acknowledged is there, once, and whole; what was not is there whole or not at
all. ``EFFACE_TEST_KILLS=200 EFFACE_TEST_FILINGS=50000`` is the full size.
"""

import os
import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from app.domain.receipts import secret_of
from app.store import outbox, people, requests
from app.store.keys import Keys, master_keys
from app.store.session import Store
from tests import postgres, ready
from tests.conftest import ENGINES, POSTGRES
from tests.endurance.children import Server, environment
from tests.endurance.filers import Crowd, Line, Told, by_api, filing, mailbox

pytestmark = pytest.mark.kills
KILLS = int(os.environ.get("EFFACE_TEST_KILLS", "2"))
FILINGS = int(os.environ.get("EFFACE_TEST_FILINGS", "100"))
FEWER = 3
"""A third of both on PostgreSQL, where a start takes three times as long."""
UNANSWERED = max(KILLS, 3)
AT_START = 10
"""Of so many kills, the first comes before the server answers."""
START = 1.5
"""Seconds within which that one comes."""
ONE_FILING = 0.03
"""Seconds over which a kill is spread, to hit a filing at any of its steps."""

PARTS = (
    people.Filing,
    people.Receipt,
    people.Person,
    people.Confirmation,
    people.Code,
    outbox.Message,
    requests.Request,
    requests.RequestNumber,
    requests.ReplyAddress,
    requests.TimelineEntry,
    requests.Letter,
)
WHOLE = (1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 1)
"""Rows in each of these of one filing with two companies, one reached by mail."""


@dataclass
class Portal:
    """An installation, and a look into its database from outside."""

    server: Server
    url: str
    folder: Path
    kills: int = KILLS
    filings: int = FILINGS

    def store(self) -> Store:
        """Open the database."""
        return Store(self.url)

    def keys(self) -> Keys:
        """Return the keys of this installation."""
        master = master_keys(None, self.folder / "master.key", create=False)
        return Keys(master, self.folder / "epochs")

    def efface(self, *words: str) -> None:
        """Run a command, which must succeed."""
        ready.run(words, environment(self.server.settings))


def portal_at(url: str, folder: Path, *words: str) -> Portal:
    """Return an installation behind a proxy, which says from where somebody comes."""
    settings = {
        "ENVIRONMENT": "production",
        "DATA_DIR": str(folder),
        "DATABASE_URL": url,
        "BASE_URL": "https://portal.example.org",
        "OPERATOR": "The Portal Society",
        "OPERATOR_ADDRESS": "1 Example Street",
        "CONTACT": "help@portal.example.org",
        "MAIL_URL": f"folder:{folder / 'mail'}",
        "MAIL_FROM": "efface@portal.example.org",
        "REPLY_DOMAIN": "reply.example.org",
        "METRICS_TOKEN": "a token of this test",
    }
    folder.mkdir()
    return Portal(Server(words, settings, folder / "log"), url, folder)


@pytest.fixture(params=ENGINES)
def portal(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Portal]:
    """A portal as it runs in production; on PostgreSQL, with two web processes."""
    folder = tmp_path / "data"
    if request.param == "sqlite":
        portal = portal_at(f"sqlite:///{folder / 'efface.db'}", folder)
        yield portal
        portal.server.kill()
        return
    with postgres.database(POSTGRES) as url:
        portal = portal_at(url, folder, "--workers", "2")
        portal.kills, portal.filings = max(KILLS // FEWER, 1), FILINGS // FEWER
        yield portal
        portal.server.kill()


@pytest.fixture
def alone(tmp_path: Path) -> Iterator[Portal]:
    """A portal whose web process alone writes."""
    folder = tmp_path / "data"
    portal = portal_at(f"sqlite:///{folder / 'efface.db'}", folder, "--no-worker")
    yield portal
    portal.server.kill()


def shapes(session: Session) -> dict[UUID, tuple[int, ...]]:
    """Return, for each filing that any row names, how many rows there are of it."""
    counted = []
    for part in PARTS:
        of = part.__table__.c["id" if part is people.Filing else "filing_id"]
        rows = session.execute(select(of, func.count()).group_by(of))
        counted.append(Counter({row[0]: row[1] for row in rows}))
    named = set().union(*counted)
    return {one: tuple(part[one] for part in counted) for one in named}


def by_mailbox(session: Session) -> dict[bytes | None, list[UUID]]:
    """Return the filings of each mailbox."""
    found: dict[bytes | None, list[UUID]] = {}
    for row in session.execute(
        select(people.Person.email_index, people.Person.filing_id)
    ):
        found.setdefault(row[0], []).append(row[1])
    return found


def is_as_told(session: Session, keys: Keys, told: Told, filing_id: UUID) -> bool:
    """Return whether a filing is found by all that somebody was told of it."""
    if told.document is None:
        draft = session.get(people.Draft, UUID(told.draft.removeprefix("/file/")))
        return draft is not None and draft.filing_id == filing_id
    receipt = keys.hash("receipt", secret_of(told.document["receipt"]))
    there = {(str(r.id), r.number) for r in requests.requests_of(session, filing_id)}
    return (
        told.document["filing"] == str(filing_id)
        and people.filing_of(session, (receipt,)) == filing_id
        and {(r["id"], r["number"]) for r in told.document["requests"]} == there
    )


def sound(store: Store) -> bool:
    """Return whether the engine finds its own files whole."""
    if not store.sqlite:
        return True
    with store.reading() as session:
        whole = session.scalars(text("PRAGMA integrity_check")).all()
        return (
            whole == ["ok"]
            and not session.execute(text("PRAGMA foreign_key_check")).all()
        )


def die_at_start(portal: Portal) -> None:
    """Be killed on the way to answering."""
    portal.server.start()
    time.sleep(random.uniform(0, START))
    portal.server.kill()


def die_at_work(portal: Portal, crowd: Crowd) -> None:
    """Answer for a while, and be killed in the middle of it."""
    portal.server.start()
    portal.server.answer()
    each = portal.filings // portal.kills
    crowd.reach(len(crowd.told) + random.randrange(2 * each))
    time.sleep(random.uniform(0, ONE_FILING))
    portal.server.kill()


def test_kills_lose_nothing_halve_nothing_and_double_nothing(portal: Portal) -> None:
    begun = time.monotonic()
    at_start = portal.kills // AT_START
    with filing(portal.server) as crowd:
        for number in range(portal.kills):
            if number % AT_START == 0 and number // AT_START < at_start:
                die_at_start(portal)
            else:
                die_at_work(portal, crowd)
        portal.server.start()
        portal.server.answer()
        crowd.reach(max(portal.filings, len(crowd.told) + 1))
        crowd.finish()
    portal.server.kill()
    took = time.monotonic() - begun

    keys, store = portal.keys(), portal.store()
    with store.reading() as session:
        filings, found = shapes(session), by_mailbox(session)
        lost, doubled = [], []
        for told in crowd.told:
            email = mailbox(told.number)
            these = found.pop(keys.hash("mailbox", email.encode()), [])
            doubled += these[1:]
            if not these or not is_as_told(session, keys, told, these[0]):
                lost.append(told)
    halves = [shape for shape in filings.values() if shape != WHOLE]
    whole = sound(store)
    store.close()
    by_pages = sum(told.document is None for told in crowd.told)
    print(  # noqa: T201 - the figure
        f"G1: {portal.kills} kills, {at_start} of them at start; {len(crowd.told)} filings"
        f" acknowledged, {by_pages} on the pages; {crowd.losses} not answered,"
        f" {crowd.replays} replayed; {len(lost)} lost, {len(halves)} in part,"
        f" {len(doubled)} twice; {took:.0f} s"
    )
    assert crowd.losses
    assert crowd.replays
    assert by_pages
    assert (lost, halves, doubled, crowd.changed) == ([], [], [], [])
    assert found == {}  # nothing that nobody was told of
    assert len(filings) == len(crowd.told)
    assert whole
    portal.efface("audit", "verify")


def filings_in(portal: Portal) -> list[tuple[int, ...]]:
    """Return the shape of each filing that left any trace."""
    store = portal.store()
    with store.reading() as session:
        found = list(shapes(session).values())
    store.close()
    return found


def test_what_is_answered_is_in_the_database_at_that_moment(alone: Portal) -> None:
    alone.server.start()
    alone.server.answer()
    line = Line(alone.server)

    answer = line.ask(by_api(1))
    alone.server.kill()

    line.close()
    assert answer is not None
    assert answer.status == 201
    assert filings_in(alone) == [WHOLE]


def test_what_is_not_answered_is_there_whole_or_not_at_all(alone: Portal) -> None:
    came = Counter[str]()
    kept = 0
    for life in range(UNANSWERED):
        alone.server.start()
        alone.server.answer()
        line = Line(alone.server)
        line.insist(by_api(3 * life))  # the first of a life takes longer than others
        begun = time.monotonic()
        line.insist(by_api(3 * life + 1))
        usual = time.monotonic() - begun
        kept += 2
        killing = threading.Timer(random.uniform(0, usual), alone.server.kill)
        killing.start()
        answer = line.ask(by_api(3 * life + 2))
        killing.join()
        line.close()

        there = filings_in(alone)
        assert there == [WHOLE] * len(there)
        more = len(there) - kept
        assert more == 1 if answer else more in {0, 1}
        came["answered" if answer else "there" if more else "nowhere"] += 1
        kept += more
    print(f"G1: killed while one filing was made: {dict(came)}")  # noqa: T201
