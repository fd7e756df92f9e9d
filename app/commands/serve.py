"""Run the web server and the worker."""

import os
import secrets
import signal
import socket
import threading
from collections.abc import Callable
from datetime import datetime
from types import FrameType

import typer
import uvicorn

from app import clock
from app.actions.deliver import Post
from app.actions.enrol_staff import first_enrolment
from app.channels.email import MailUrlError, channel_for
from app.commands.house import House, house, settings_or_refuse
from app.commands.logs import set_up
from app.commands.saying import misused, refuse
from app.main import create_app, portal_of
from app.store.opening import Opener
from app.worker import Worker

GRACE = 5
"""Seconds in which requests that are being answered may finish."""


def serve(host: str, port: int, *, workers: int, with_worker: bool) -> None:
    """Run the portal until it is told to stop."""
    settings = settings_or_refuse()
    if workers < 1:
        misused("--workers: at least 1")
    if workers > 1:
        if settings.embedded:
            refuse("SQLite has one writer: --workers above 1 needs PostgreSQL")
        refuse("run one `efface serve` for each web process behind your proxy")
    set_up()
    if "base_url" not in settings.model_fields_set:
        settings = settings.model_copy(update={"base_url": f"http://localhost:{port}"})
    with house() as opened:
        here = House(settings, opened.store, opened.keys, portal_of(settings))
        _run(here, _listen(host, port), with_worker=with_worker)


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as wrong:
        refuse(f"cannot listen on {host}:{port}: {wrong.strerror}")
    return listener


def _run(opened: House, listener: socket.socket, *, with_worker: bool) -> None:
    app = create_app(opened.settings, store=opened.store, keys=opened.keys)
    server = uvicorn.Server(
        uvicorn.Config(
            app,
            http="httptools",
            access_log=False,
            log_config=None,
            timeout_graceful_shutdown=GRACE,
            server_header=False,
            proxy_headers=opened.settings.production,
        )
    )
    worker = worker_of(opened, clock.now) if with_worker else None
    thread = threading.Thread(target=worker.run, name="worker") if worker else None
    _greet(opened, listener.getsockname()[1])
    if thread is not None:
        thread.start()
    try:
        server.run(sockets=[listener])
    finally:
        if worker is not None and thread is not None:
            worker.stop()
            thread.join()


def _greet(opened: House, port: int) -> None:
    """Print where the portal is, and how the first staff member enrols."""
    typer.echo(f"Efface runs at http://localhost:{port}")
    if opened.settings.base_url.rstrip("/") != f"http://localhost:{port}":
        typer.echo(f"Its public address is {opened.settings.base_url}")
    with opened.store.writing() as session:
        token = first_enrolment(session, opened.keys, at=clock.now())
    if token is not None:
        typer.echo("The first staff member enrols here, once:")
        typer.echo(f"{opened.settings.base_url.rstrip('/')}/staff/enrol/{token}")
    if opened.settings.mail_address.startswith("folder:"):
        folder = opened.settings.mail_address.removeprefix("folder:")
        typer.echo(f"Mail is written to {folder}")


def worker_of(opened: House, now: Callable[[], datetime]) -> Worker:
    """Return the worker of an installation."""
    try:
        channel = channel_for(opened.settings.mail_address)
    except MailUrlError as wrong:
        refuse(str(wrong))
    post = Post(
        store=opened.store,
        desk=opened.desk(),
        opener=Opener(opened.settings.epochs_dir),
        channel=channel,
        owner=f"{os.getpid()}-{secrets.token_hex(4)}",
    )
    return Worker(post, now)


def work(*, once: bool, now: str | None) -> None:
    """Run the worker alone."""
    settings = settings_or_refuse()
    if now is not None and settings.production:
        refuse("--now is refused in production")
    set_up()
    with house() as opened:
        worker = worker_of(opened, _clock(now))
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


def _clock(now: str | None) -> Callable[[], datetime]:
    if now is None:
        return clock.now
    try:
        moment = datetime.fromisoformat(now)
    except ValueError:
        misused(f"--now: {now!r} is no moment such as 2026-11-23T09:00:00+00:00")
    if moment.tzinfo is None:
        misused(f"--now: {now!r} needs an offset such as +00:00")
    return lambda: moment
