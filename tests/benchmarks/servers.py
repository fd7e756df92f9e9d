"""The product, and beside it the least that the same framework could do."""

import multiprocessing
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Any, cast
from uuid import UUID

import uvicorn
from anyio import CapacityLimiter, to_thread
from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response
from fastapi.testclient import TestClient
from jinja2 import DictLoader, Environment
from sqlalchemy import Column, LargeBinary, MetaData, Table, Uuid, insert
from sqlalchemy.orm import Session

from app import clock
from app.commands.house import house
from app.commands.serve import listening
from app.commands.web_process import keep_what_is_here
from app.domain.vendors import Directory
from app.main import create_app
from app.settings import Settings
from app.store.base import new_id
from app.store.session import Store
from app.web.deps import Parts
from app.web.directory import LiveDirectory
from tests.benchmarks.cells import VENDORS
from tests.benchmarks.load import Server
from tests.made_up_vendors import Maker

Make = Callable[[], FastAPI]

BARE = Table(
    "bare",
    MetaData(),
    Column("id", Uuid, primary_key=True),
    Column("key", LargeBinary, unique=True),
    Column("body", LargeBinary),
)


@dataclass(frozen=True, slots=True)
class Product:
    """The portal as ``efface serve --no-worker`` makes it, in a folder of its own."""

    folder: Path
    database: str | None

    def __call__(self) -> FastAPI:
        settings = Settings(data_dir=self.folder, database_url=self.database)
        opened = house(settings).__enter__()  # open for as long as the process lives
        app = create_app(settings, store=opened.store, keys=opened.keys)
        keep_what_is_here()
        return app


@dataclass(frozen=True, slots=True)
class Many:
    """The same with 700 companies of which different things are known."""

    folder: Path
    database: str | None

    def __call__(self) -> FastAPI:
        app = Product(self.folder, self.database)()
        here: Parts = app.state.parts
        maker = Maker(Random(1), [place.code for place in here.rulebook.places])
        made = [maker.vendor(f"vendor-{n}") for n in range(VENDORS)]
        directory = Directory({vendor.slug: vendor for vendor in made}, version=1)
        app.state.parts = replace(here, directory=Unchanging(directory))
        return app


class Unchanging(LiveDirectory):
    """A directory that is not read from the database."""

    def __init__(self, directory: Directory) -> None:
        super().__init__()
        self._directory = directory

    async def current(self, store: Store, at: datetime) -> Directory:  # noqa: ARG002
        """Return the same each time."""
        return self._directory


@dataclass(frozen=True, slots=True)
class Ready:
    """A page of the portal, whose template is given the same rows each time."""

    folder: Path
    database: str | None
    path: str

    def __call__(self) -> FastAPI:
        app = Many(self.folder, self.database)()
        pages, seen = app.state.parts.pages, []
        show = pages.show

        def noting(
            request: Request, template: str, page: object, **more: object
        ) -> Response:
            seen.append((template, page, more))
            return cast("Response", show(request, template, page, **more))

        pages.show = noting
        TestClient(app, base_url="http://localhost").get(self.path)
        pages.show = show
        bare = FastAPI()

        @bare.get("/bare")
        async def ready(request: Request) -> Response:
            template, page, more = seen[-1]
            return cast("Response", show(request, template, page, **more))

        return bare


@dataclass(frozen=True, slots=True)
class BareInsert:
    """One row of three columns, one of them unique, committed by one hop.

    ``shared`` leaves SQLite's commits to the store, which lets those who wait share
    one; else each row is committed alone, as any application would.
    """

    folder: Path
    database: str | None
    shared: bool = False

    def __call__(self) -> FastAPI:
        self.folder.mkdir()
        settings = Settings(data_dir=self.folder, database_url=self.database)
        store = Store(settings.url, threads=settings.threads)
        BARE.metadata.create_all(store.writers)
        limiter = CapacityLimiter(1 if store.sqlite else settings.threads)
        app = FastAPI()

        def alone(key: bytes) -> UUID:
            with store.writing() as session:
                return insert_bare(session, key)

        @app.post("/bare", status_code=201)
        async def file(body: dict[str, Any]) -> dict[str, str]:
            key = str(body["resident"]["email"]).encode()
            if self.shared:
                return {"id": str(await store.write(insert_bare, key))}
            return {"id": str(await to_thread.run_sync(alone, key, limiter=limiter))}

        return app


def insert_bare(session: Session, key: bytes) -> UUID:
    """Insert the row."""
    id_ = new_id(clock.now())
    session.execute(insert(BARE), {"id": id_, "key": key, "body": bytes(500)})
    return id_


@dataclass(frozen=True, slots=True)
class BareJson:
    """A constant document, written down by the framework each time."""

    document: Any

    def __call__(self) -> FastAPI:
        app = FastAPI()

        @app.get("/bare")
        async def constant() -> JSONResponse:
            return JSONResponse(self.document)

        return app


@dataclass(frozen=True, slots=True)
class BarePage:
    """A template without a variable, rendered each time."""

    text: str

    def __call__(self) -> FastAPI:
        source = f"{{% raw %}}{self.text}{{% endraw %}}"
        template = Environment(
            loader=DictLoader({"page": source}), autoescape=True
        ).get_template("page")
        app = FastAPI()

        @app.get("/bare")
        async def constant() -> HTMLResponse:
            return HTMLResponse(template.render())

        return app


@contextmanager
def served(make: Make) -> Iterator[Server]:
    """Serve an application in a process of its own."""
    with listening("127.0.0.1", 0) as listener:
        child = multiprocessing.get_context("spawn").Process(
            target=_serve, args=(make, listener), daemon=True
        )
        child.start()
        try:
            yield Server(listener.getsockname()[1], child.pid or 0)
        finally:
            child.terminate()
            child.join()


def _serve(make: Make, listener: socket.socket) -> None:
    # As in production: behind a proxy that says who asks, without an access log.
    config = uvicorn.Config(
        make(),
        http="httptools",
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=True,
    )
    uvicorn.Server(config).run(sockets=[listener])
