"""Who looks after the portal, and its worker, read the outbox by what is alive in it."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event, text
from sqlalchemy.orm import Session

from app.actions.look_after import kept_back, outbox_figures
from app.actions.queue import Wanted, read_queue
from app.store import outbox
from app.store.session import Store
from tests.filings import NOON
from tests.post_office import Office

WHOLE = re.compile(r"SCAN outbox$|Seq Scan on outbox")
QUESTIONS: dict[str, Callable[[Session], object]] = {
    "claim": lambda session: outbox.claim(session, at=NOON, owner="one"),
    "anything due": lambda session: outbox.anything_due(session, at=NOON),
    "free the dead": lambda session: outbox.let_go_of_others(session, owner="one"),
    "figures": lambda session: outbox_figures(session, at=NOON),
    "kept back": kept_back,
    "queue": lambda session: read_queue(session, Wanted(), None, today=NOON.date()),
}


@contextmanager
def asked(store: Store) -> Iterator[list[tuple[str, Any]]]:
    """Give the statements that are asked of the outbox, with their values."""
    said: list[tuple[str, Any]] = []

    def note(_c: object, _k: object, statement: str, values: Any, *_: object) -> None:
        if "outbox" in statement:
            said.append((statement, values))

    event.listen(store.writers, "before_cursor_execute", note)
    yield said
    event.remove(store.writers, "before_cursor_execute", note)


@pytest.mark.parametrize("question", QUESTIONS)
def test_what_has_long_left_is_not_read(office: Office, question: str) -> None:
    office.confirmed()
    store = office.store
    with asked(store) as statements, store.writing() as session:
        QUESTIONS[question](session)
    assert statements

    with store.writers.connect() as connection:
        if not store.sqlite:  # a table this small is read whole, unless that is barred
            connection.execute(text("SET LOCAL enable_seqscan = off"))
            connection.execute(text("SET LOCAL plan_cache_mode = force_generic_plan"))
        explain = "EXPLAIN QUERY PLAN " if store.sqlite else "EXPLAIN "
        plans = [
            [
                str(row[-1])
                for row in connection.exec_driver_sql(explain + asked_for, given)
            ]
            for asked_for, given in statements
        ]
    # Of two tables this small PostgreSQL may join either to the other.
    either = question == "kept back" and not store.sqlite
    assert either or "ix_outbox_due" in " ".join(plans[0])
    assert not [step for plan in plans for step in plan if WHOLE.search(step)]


def test_the_figures_count_what_waits(office: Office) -> None:
    office.file()
    office.confirmed(resident={"name": "A B", "email": "other@example.org"})

    with office.store.reading() as session:
        figures = outbox_figures(session, at=NOON)

    assert (figures.waiting, figures.unknown, figures.kept_back) == (1, 0, 0)
