"""Vendor replies from staff programs (contract, section 5)."""

from collections.abc import Awaitable, Callable
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Request
from fastapi.responses import Response
from starlette.requests import HTTPConnection

from app.actions.file_request import OtherBody
from app.actions.read_filing import request_document
from app.actions.record_reply import (
    CannotFollow,
    MovedOn,
    NotThatDay,
    Recorded,
    ReplyBody,
    UnknownRequest,
    record_reply,
)
from app.actions.sign_in import Member, holder, note_use, was_used_lately
from app.web.api.bodies import body_of, openapi_body
from app.web.deps import DeskDep, Now, StoreDep, parts
from app.web.errors import Problem
from app.web.pages import json_of
from app.web.staff.gate import allow
from app.web.staff.policy import rule_of

router = APIRouter(prefix="/requests")
TAKEN = "/api/v1/requests/{request_id}/replies"


def holder_for(method: str, path: str) -> Callable[..., Awaitable[Member]]:
    """Return a dependency: whose token this is, who may use an address.

    Every token that is none is told alike.
    """
    rule = rule_of(method, path)

    async def member_of(
        connection: HTTPConnection,
        authorization: Annotated[str | None, Header()] = None,
    ) -> Member:
        scheme, _, token = (authorization or "").partition(" ")
        here = parts(connection)
        member = None
        if scheme.lower() == "bearer" and token:
            member = await here.store.read(holder, here.keys, token)
        if member is None:
            raise Problem(
                401, "A staff token is needed.", headers={"WWW-Authenticate": "Bearer"}
            )
        await allow(connection, member, rule, f"{method} {path}")
        at = here.now()
        if not await here.store.read(was_used_lately, here.keys, token, at=at):
            await here.store.write(note_use, here.keys, token, at=at)
        return member

    return member_of


@router.post(
    "/{request_id}/replies",
    status_code=201,
    openapi_extra=openapi_body(ReplyBody),
    responses={400: {}, 401: {}, 403: {}, 404: {}, 409: {}, 422: {}},
)
async def reply(
    request: Request,
    request_id: UUID,
    member: Annotated[Member, Depends(holder_for("POST", TAKEN))],
    store: StoreDep,
    desk: DeskDep,
    at: Now,
    idempotency_key: Annotated[str | None, Header()] = None,
) -> Response:
    """Record what a vendor answered."""
    if not idempotency_key:
        raise Problem(400, "Idempotency-Key is missing.")
    body = await body_of(request, ReplyBody)
    done = await store.write(
        record_reply,
        desk,
        request_id,
        body,
        at=at,
        staff_id=member.id,
        idempotency_key=idempotency_key,
    )
    match done:
        case Recorded(standing):
            return json_of(request_document(standing, at.date()), status=201)
        case CannotFollow():
            raise Problem(409, done.why, field="kind")
        case NotThatDay():
            raise Problem(
                422,
                "received_on is neither before the sending nor after today",
                field="received_on",
            )
        case OtherBody():
            raise Problem(409, "The same Idempotency-Key came with another reply.")
        case MovedOn():
            raise Problem(409, "Something else was recorded meanwhile.")
        case UnknownRequest():
            raise Problem(404, "There is no such request.")
