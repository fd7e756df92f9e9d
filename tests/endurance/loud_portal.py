"""A portal that logs all that it can, and fails at every step of a whole journey.

Run by ``test_what_is_logged`` in a process of its own: what is logged is all that the
process says. The exceptions that it is made to meet hold everything that may not be
said; a file names that, for the test to look for.
"""

import json
import logging
import sys
import threading
import warnings
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any

import httpx2
import jinja2
import structlog
import uvicorn
from sqlalchemy import Engine, event

from app.actions.import_vendors import record_bundled
from app.commands.logs import set_up
from app.main import create_app
from app.settings import Settings
from app.store.keys import Keys, begin_epoch, master_keys
from app.store.session import Store
from tests.conftest import NOON, FakeClock, migrate
from tests.post_office import post_office
from tests.whole_journey import STEPS, Journey


class ForcedError(Exception):
    """A failure whose words hold everything that is secret."""


def log_all() -> None:
    """Log as the portal does, and every level of every library."""
    set_up()
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.DEBUG)
    )
    logging.captureWarnings(capture=True)
    warnings.simplefilter("default")
    for name in [None, *logging.root.manager.loggerDict]:
        logging.getLogger(name).setLevel(logging.DEBUG)


@contextmanager
def serving(app: Any) -> Iterator[str]:
    """Serve as ``efface serve`` does, and give the address."""
    config = uvicorn.Config(
        app,
        port=0,
        http="httptools",
        access_log=False,
        log_config=None,
        log_level="debug",
    )
    server = uvicorn.Server(config)
    socket = config.bind_socket()
    thread = threading.Thread(target=server.run, kwargs={"sockets": [socket]})
    thread.start()
    try:
        yield f"http://127.0.0.1:{socket.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()


@contextmanager
def heard(name: str, failing_from: int, words: str) -> Iterator[None]:
    """Fail at what the database is asked, from the given time on."""
    times = 0

    def fail(*_: Any) -> None:
        nonlocal times
        times += 1
        if times >= failing_from:
            raise ForcedError(words)

    event.listen(Engine, name, fail)
    try:
        yield
    finally:
        event.remove(Engine, name, fail)


@contextmanager
def no_page(words: str) -> Iterator[None]:
    """Fail at each page, also at the one that says that something failed."""
    render = jinja2.Template.render

    def fail(*_: Any, **__: Any) -> str:
        raise ForcedError(words)

    jinja2.Template.render = fail  # type: ignore[method-assign]
    try:
        yield
    finally:
        jinja2.Template.render = render  # type: ignore[method-assign]


@contextmanager
def no_mail(journey: Journey, words: str) -> Iterator[None]:
    """Fail at each mail."""
    answers = journey.office.channel.answers
    answers.extend(ForcedError(words) for _ in range(20))
    try:
        yield
    finally:
        answers.clear()


def faults(journey: Journey) -> tuple[AbstractContextManager[None], ...]:
    """Return the ways in which a step is made to fail."""
    words = " ".join(sorted(journey.canaries()))
    return (
        heard("before_cursor_execute", 4, words),
        no_page(words),
        no_mail(journey, words),
        heard("commit", 1, words),
        heard("before_cursor_execute", 1, words),
    )


def portal(folder: Path, clock: FakeClock) -> tuple[Any, Store, Keys]:
    """Return a new portal in a folder."""
    settings = Settings(data_dir=folder, metrics_token=None)
    migrate(settings.url)
    begin_epoch(folder / "epochs", NOON)
    keys = Keys(
        master_keys(None, folder / "master.key", create=True), folder / "epochs"
    )
    store = Store(settings.url)
    with store.writing() as session:
        record_bundled(session, at=NOON)
    return create_app(settings, store=store, keys=keys, now=clock), store, keys


def main(folder: Path, told: Path, times: int) -> None:
    """Take the journey, failing so often at every step before it is taken."""
    log_all()
    clock = FakeClock(NOON)
    app, store, keys = portal(folder, clock)
    forced = 0
    with serving(app) as address:
        office = post_office(store, keys)
        # The server closes a connection on which something failed: keep none.
        browser_of = partial(
            httpx2.Client, base_url=address, headers={"Connection": "close"}, timeout=60
        )
        journey = Journey(office, clock, keys, browser_of)
        log_all()  # the loggers that have come into being since
        for place, step in enumerate(STEPS):
            for time in range(times):
                ways = faults(journey)
                with ways[(place + time) % len(ways)], suppress(Exception):
                    step(journey)
                forced += 1
            step(journey)
        metrics = httpx2.get(f"{address}/metrics").text
    store.close()
    said = {
        "forced": forced,
        "metrics": metrics,
        "canaries": sorted(journey.canaries()),
    }
    told.write_text(json.dumps(said), "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
