"""Prepare a filing beside the event loop, for the pages and the API alike."""

from datetime import datetime

from anyio import to_thread
from starlette.requests import HTTPConnection

from app.actions.desk import Desk
from app.actions.filing_form import FilingBody
from app.actions.prepare_filing import Prepared, prepare
from app.web.deps import parts


async def prepared(
    connection: HTTPConnection, desk: Desk, body: FilingBody, *, at: datetime
) -> Prepared:
    """Return a filing that only has to be written down, or why there can be none.

    Many companies take long, and who asks too often is known only once it is written:
    one thread does it, so that nobody who looks at a page waits for it.
    """
    return await to_thread.run_sync(
        lambda: prepare(desk, body, at=at), limiter=parts(connection).preparer
    )
