"""Where companies' own systems say that there is news of a request."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.actions.hear_callback import hear_callback
from app.web.deps import DeskDep, Now, StoreDep
from app.web.errors import Problem

router = APIRouter()

LARGEST = 64_000


@router.post("/drp/callback/{token}")
async def callback(
    request: Request, token: str, store: StoreDep, desk: DeskDep, at: Now
) -> Response:
    """Take a hint; whatever it says, the answer to a known address is the same."""
    body = await request.body()
    known = await store.write(hear_callback, desk, token, body[:LARGEST], at=at)
    if not known:
        raise Problem(404, "There is no such address.")
    return Response(status_code=200)
