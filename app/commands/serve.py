"""Run the web server and the worker."""

import os
import secrets
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from types import FrameType

import typer

from app import clock
from app.actions.deliver import Post
from app.actions.enrol_staff import first_enrolment
from app.actions.pace import Pace
from app.actions.receive import Letterbox
from app.channels.dns_keys import look_up
from app.channels.drp import Protocol
from app.channels.email import MailUrlError, channel_for
from app.channels.inbox import InboxUrlError, inbox_for
from app.channels.mail_reader import MailReader
from app.channels.outward import Outward
from app.channels.signing import SigningError, signer_for
from app.commands.database import replica, settings_or_refuse
from app.commands.house import House, house
from app.commands.logs import set_up
from app.commands.protocol import agent_of
from app.commands.saying import misused, refuse
from app.commands.web_process import keep_what_is_here, web_process
from app.settings import Settings
from app.store.opening import Opener
from app.store.session import Store
from app.worker import Worker

GRACE = 5
"""Seconds in which requests that are being answered may finish."""
PROMPT = 15
"""Seconds in which one of several web processes answers its parent, or is replaced.

With the five of the library, a busy machine replaces for ever what has not begun.
"""
PARTING = 3
"""Seconds for which the worker's last message is waited for; then it is tried again."""


def serve(host: str, port: int, *, workers: int, with_worker: bool) -> None:
    """Run the portal until it is told to stop."""
    settings = settings_or_refuse()
    if workers > 1 and settings.embedded:
        refuse("SQLite has one writer: --workers above 1 needs PostgreSQL")
    set_up()
    with listening(host, port) as listener:
        port = listener.getsockname()[1]
        if "base_url" not in settings.model_fields_set:
            local = {"base_url": f"http://localhost:{port}"}
            settings = settings.model_copy(update=local)
        with house(settings) as opened, replica(settings) as copy:
            worker = worker_of(opened, clock.now) if with_worker else None
            _greet(opened, port)
            with _working(worker):
                _answer(opened, copy, listener, workers)


@contextmanager
def listening(host: str, port: int) -> Iterator[socket.socket]:
    """Open the door; who comes before the greeting is over waits a little."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # The protocol is named: only then does asyncio switch Nagle's algorithm off, which
    # holds every answer on a kept connection back for 40 ms.
    with socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
            listener.listen()
        except OSError as wrong:
            refuse(f"cannot listen on {host}:{port}: {wrong.strerror}")
        yield listener


@contextmanager
def _working(worker: Worker | None) -> Iterator[None]:
    """Run the worker in a thread; at the end, wait a little for what it is sending."""
    if worker is None:
        yield
        return
    thread = threading.Thread(target=worker.run, name="worker", daemon=True)
    thread.start()
    try:
        yield
    finally:
        worker.stop()
        thread.join(PARTING)


def _answer(
    opened: House, copy: Store | None, listener: socket.socket, workers: int
) -> None:
    """Answer requests until a signal comes: in this process, or in several."""
    # Half of what a command takes to start: the worker alone needs none of it.
    import uvicorn
    from uvicorn.supervisors import Multiprocess

    from app.main import create_app

    settings = opened.settings
    made = (
        create_app(settings, store=opened.store, keys=opened.keys, replica=copy)
        if workers == 1
        else partial(web_process, settings)
    )
    config = uvicorn.Config(
        made,
        factory=workers > 1,
        workers=workers,
        http="httptools",
        access_log=False,
        log_config=None,
        timeout_graceful_shutdown=GRACE,
        timeout_worker_healthcheck=PROMPT,
        server_header=False,
        proxy_headers=settings.production,
    )
    if workers > 1:
        Multiprocess(config, sockets=[listener]).run()
        return
    server = uvicorn.Server(config)

    def stop(_: int, __: FrameType | None) -> None:
        server.should_exit = True

    # The server raises the signal once more when it has ended: without a handler the
    # process would die of it, and the worker in the middle of a message.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    keep_what_is_here()
    server.run(sockets=[listener])


def _greet(opened: House, port: int) -> None:
    """Print where the portal is, and how the first staff member enrols."""
    typer.echo(f"Efface runs at http://localhost:{port}")
    if opened.settings.base_url.rstrip("/") != f"http://localhost:{port}":
        typer.echo(f"Its public address is {opened.settings.base_url}")
    with opened.store.writing() as session:
        token = first_enrolment(session, opened.keys, at=clock.now())
    if token is not None:
        typer.echo("The first staff member enrols here, once:")
        typer.echo(opened.portal.link(f"/staff/enrol/{token}"))
    if opened.settings.mail_address.startswith("folder:"):
        folder = opened.settings.mail_address.removeprefix("folder:")
        typer.echo(f"Mail is written to {folder}")


def worker_of(opened: House, now: Callable[[], datetime]) -> Worker:
    """Return the worker of an installation."""
    try:
        settings = opened.settings
        sign = signer_for(settings.dkim_key, settings.dkim_selector, settings.mail_from)
        channel = channel_for(settings.mail_address, sign)
        box = letterbox(settings)
    except (MailUrlError, SigningError, InboxUrlError) as wrong:
        refuse(str(wrong))
    post = Post(
        store=opened.store,
        desk=opened.desk(),
        opener=Opener(opened.settings.epochs_dir),
        channel=channel,
        pace=Pace(opened.settings.vendor_letters),
        protocol=protocol_of(opened.settings),
        outward=Outward(local=not settings.production, seconds=5),
        owner=f"{os.getpid()}-{secrets.token_hex(4)}",
    )
    return Worker(post, now, box=box)


def letterbox(settings: Settings) -> Letterbox | None:
    """Return where mail comes in; None where nothing does.

    Raises:
        InboxUrlError: If the address is none that we know, or not safe.
    """
    if settings.inbox_url is None:
        return None
    inbox = inbox_for(settings.inbox_url, production=settings.production)
    return Letterbox(inbox, MailReader(), look_up)


def protocol_of(settings: Settings) -> Protocol | None:
    """Return the way out to vendors' own systems; None where we are no agent."""
    agent = agent_of(settings)
    if agent is None:
        return None
    return Protocol(agent, Outward(local=not settings.production))


def work(*, once: bool, now: str | None) -> None:
    """Run the worker alone."""
    settings = settings_or_refuse()
    if now is not None and settings.production:
        refuse("--now is refused in production")
    told = _clock(now)
    set_up()
    with house(settings) as opened:
        worker = worker_of(opened, told)
        if once:
            try:
                worker.once()
            except TimeoutError as busy:
                refuse(str(busy))
            return

        def stop(_: int, __: FrameType | None) -> None:
            worker.stop()

        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)
        worker.run()


YEARS = (2000, 9000)
"""Within them every deadline can be counted."""


def _clock(now: str | None) -> Callable[[], datetime]:
    if now is None:
        return clock.now
    try:
        moment = datetime.fromisoformat(now)
    except ValueError:
        misused(f"--now: {now!r} is no moment such as 2026-11-23T09:00:00+00:00")
    if moment.tzinfo is None:
        misused(f"--now: {now!r} needs an offset such as +00:00")
    if not YEARS[0] <= moment.year <= YEARS[1]:
        misused(f"--now: {now!r} is too far away")
    return lambda: moment
