"""Everything put together in one place."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI
from fastapi.middleware.gzip import GZipMiddleware
from fastapi.responses import Response
from fastapi.staticfiles import StaticFiles

from app import clock
from app.installation import APP, RELEASE, portal_of, shipped
from app.letters import Letters
from app.rulebook.load import load_rulebook
from app.settings import Settings
from app.store.keys import Keys
from app.store.replica import Replica
from app.store.session import Store
from app.web import errors, routes
from app.web.deps import Parts
from app.web.directory import LiveDirectory
from app.web.doorstep import Doorstep
from app.web.guard import Guard
from app.web.pages import Pages, Static
from app.web.tables import Tables

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send


class Forever(StaticFiles):
    """Files whose address changes with their bytes."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        """Return a file that need never be asked for again."""
        response = super().file_response(*args, **kwargs)
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response


class Application(FastAPI):
    """The framework's application behind our door, so that nothing passes beside it."""

    guard: Guard | None = None

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        """Let a request through the door."""
        if self.guard is None:
            raise RuntimeError("create_app puts the door in")
        scope["app"] = self  # a page of the door looks for what else there is
        await self.guard(scope, receive, send)


def create_app(
    settings: Settings,
    *,
    store: Store,
    keys: Keys,
    replica: Store | None = None,
    now: Callable[[], datetime] = clock.now,
) -> FastAPI:
    """Return the web application over an open store, and over its copy if there is one."""
    portal = portal_of(settings)
    static = Static.of(APP / "web" / "static")
    pages = Pages(shipped("templates"), static, portal)

    @asynccontextmanager
    async def life(_: FastAPI) -> AsyncIterator[None]:
        yield

    app = Application(
        title="Efface",
        version=RELEASE,
        lifespan=life,
        openapi_url="/api/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.state.parts = Parts(
        store=store,
        keys=keys,
        rulebook=load_rulebook(),
        directory=LiveDirectory(),
        tables=Tables(),
        pages=pages,
        letters=Letters(shipped("templates")),
        portal=portal,
        now=now,
        replica=Replica(replica) if replica else None,
    )
    routes.include(app)
    packed = GZipMiddleware(Forever(directory=static.folder))
    app.mount(static.prefix, packed, name="static")
    errors.install(app, pages)
    app.guard = Guard(
        Doorstep(super(Application, app).__call__, lambda: app.state.parts),
        base_url=portal.base_url,
        refusal=errors.Refuses(pages),
    )
    return app
