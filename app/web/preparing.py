"""Work for a filing beside the event loop, for the pages and the API alike."""

from collections.abc import Callable
from typing import TypeVar

from anyio import to_thread
from starlette.requests import HTTPConnection

from app.web.deps import parts

Made = TypeVar("Made")


async def beside(connection: HTTPConnection, work: Callable[[], Made]) -> Made:
    """Return what ``work`` makes: it chooses the companies, or writes letters.

    Many companies take long, and who asks too often is known only once it is written:
    one thread does it, so that nobody who looks at a page waits for it.
    """
    return await to_thread.run_sync(work, limiter=parts(connection).preparer)
