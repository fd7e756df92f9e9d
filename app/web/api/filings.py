"""Filing and following by programs (contract, section 5)."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import HTTPConnection

from app.actions.choose_vendors import Unfit
from app.actions.codes import (
    STATUS_OF_FAULT,
    CodeFault,
    NoCode,
    send_code,
)
from app.actions.confirm_email import confirm_by_code
from app.actions.erase_filing import erase_filing
from app.actions.file_request import Limited, OtherBody, file_request
from app.actions.filing_form import FilingBody
from app.actions.prepare_filing import Filed, prepare
from app.actions.read_filing import (
    FilingStanding,
    by_receipt,
    filing_document,
    find_filing,
)
from app.actions.withdraw_request import CannotWithdraw, withdraw_requests
from app.domain.receipts import MisreadError, read_receipt, secret_of
from app.store.people import CodePurpose
from app.web.api.bodies import body_of, openapi_body
from app.web.api.standing import CodeSentOut, FiledOut, FilingOut
from app.web.deps import Caller, DeskDep, Now, StoreDep, parts
from app.web.errors import Problem, too_many
from app.web.pages import json_of
from app.web.preparing import beside

router = APIRouter(prefix="/filings")
SHORTEST_KEY, LONGEST_KEY = 16, 200


class CodeBody(BaseModel):
    """A code, as it was mailed."""

    model_config = ConfigDict(extra="forbid")

    code: Annotated[str, Field(min_length=1, max_length=20)]


class PurposeBody(BaseModel):
    """What a code is wanted for."""

    model_config = ConfigDict(extra="forbid")

    purpose: Annotated[
        Literal[
            CodePurpose.CONFIRM,
            CodePurpose.READ,
            CodePurpose.WITHDRAW,
            CodePurpose.ERASE,
        ],
        Field(alias="for"),
    ]


class WithdrawalBody(CodeBody):
    """Which requests to take back."""

    requests: Annotated[list[UUID], Field(min_length=1, max_length=50)]


async def _secret(
    authorization: Annotated[str | None, Header()] = None,
) -> bytes:
    """Return the receipt's secret; whatever is wrong with it is told alike."""
    scheme, _, receipt = (authorization or "").partition(" ")
    try:
        if scheme.lower() != "bearer":
            raise MisreadError("no bearer")  # noqa: TRY301 - told like the others
        return secret_of(read_receipt(receipt))
    except MisreadError:
        raise _unknown_receipt() from None


Secret = Annotated[bytes, Depends(_secret)]


def _unknown_receipt() -> Problem:
    return Problem(
        401,
        "There is no filing for this receipt.",
        headers={"WWW-Authenticate": "Bearer"},
    )


async def _filing_id(connection: HTTPConnection, secret: Secret) -> UUID:
    here = parts(connection)
    found = await here.store.read(find_filing, here.keys, secret)
    if found is None:
        raise _unknown_receipt()
    return found


FilingId = Annotated[UUID, Depends(_filing_id)]


def _fault(fault: CodeFault) -> Problem:
    said = {
        CodeFault.WRONG: "The code is wrong.",
        CodeFault.USED: "The code was used already.",
        CodeFault.EXPIRED: "The code has expired; ask for a new one.",
        CodeFault.TOO_MANY: "Too many wrong codes; ask for a new one.",
        CodeFault.MISSING: "A fresh code from the confirmed mailbox is needed.",
    }
    headers = {"Retry-After": "60"} if fault is CodeFault.TOO_MANY else {}
    return Problem(STATUS_OF_FAULT[fault], said[fault], field="code", headers=headers)


@router.post(
    "",
    status_code=201,
    openapi_extra=openapi_body(FilingBody),
    responses={201: {"model": FiledOut}, 400: {}, 409: {}, 422: {}, 429: {}},
)
async def file(
    request: Request,
    store: StoreDep,
    desk: DeskDep,
    caller: Caller,
    at: Now,
    idempotency_key: Annotated[str | None, Header()] = None,
) -> Response:
    """File a deletion request to one or several vendors."""
    key = idempotency_key or ""
    if not SHORTEST_KEY <= len(key) <= LONGEST_KEY:
        raise Problem(400, "Idempotency-Key must be 16 to 200 characters long.")
    body = await body_of(request, FilingBody)
    ready = await beside(request, lambda: prepare(desk, body, at=at))
    filed = await store.write(
        file_request, desk, ready, at=at, caller=caller, idempotency_key=key
    )
    match filed:
        case Filed():
            return json_of(_document(filed), status=201)
        case Unfit(field, why, nearest):
            raise Problem(422, f"{field}: {why}", field=field, nearest=nearest)
        case Limited(seconds):
            raise too_many(seconds)
        case OtherBody():
            raise Problem(409, "This Idempotency-Key came with another body.")


def _document(filed: Filed) -> dict[str, Any]:
    asked: dict[str, Any] = (
        {} if filed.broadcast is None else {"broadcast": {"vendors": filed.broadcast}}
    )
    if filed.mandate is not None:
        asked["mandate"] = filed.mandate
    return asked | {
        "filing": str(filed.filing),
        "receipt": filed.receipt,
        "status": "unconfirmed",
        "confirm_by": filed.confirm_by.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "requests": [
            {
                "id": str(r.id),
                "number": r.number,
                "vendor": r.vendor,
                "route": r.route,
                "status": "unconfirmed",
                "verdict": r.verdict,
                "respond_due": None,
            }
            for r in filed.requests
        ],
    }


@router.get("/current", responses={200: {"model": FilingOut}, 401: {}})
async def current(secret: Secret, store: StoreDep, desk: DeskDep, at: Now) -> Response:
    """Tell where a filing stands; it holds nothing personal."""
    found = await store.read(by_receipt, desk.keys, secret)
    if found is None:
        raise _unknown_receipt()
    return json_of(_standing(found, at))


def _standing(found: FilingStanding, at: datetime) -> dict[str, Any]:
    return filing_document(found, at.date())


@router.post(
    "/current/confirmation",
    openapi_extra=openapi_body(CodeBody),
    responses={200: {"model": FilingOut}, 401: {}, 409: {}, 410: {}, 422: {}, 429: {}},
)
async def confirmation(
    request: Request,
    filing_id: FilingId,
    secret: Secret,
    store: StoreDep,
    desk: DeskDep,
    at: Now,
) -> Response:
    """Confirm with the code that was mailed."""
    body = await body_of(request, CodeBody)
    done = await store.write(confirm_by_code, desk, filing_id, body.code, at=at)
    if isinstance(done, CodeFault):
        raise _fault(done)
    return await current(secret, store, desk, at)


@router.post(
    "/current/codes",
    status_code=202,
    openapi_extra=openapi_body(PurposeBody),
    responses={202: {"model": CodeSentOut}, 401: {}, 409: {}, 422: {}, 429: {}},
)
async def codes(
    request: Request, filing_id: FilingId, store: StoreDep, desk: DeskDep, at: Now
) -> Response:
    """Mail a new code and void the older one."""
    body = await body_of(request, PurposeBody)
    sent = await store.write(send_code, desk, filing_id, body.purpose, at=at)
    if isinstance(sent, Limited):
        raise too_many(sent.seconds)
    if isinstance(sent, NoCode):
        raise Problem(409, "Nothing waits for such a code.", field="for")
    return json_of({"status": "sent"}, status=202)


@router.post(
    "/current/withdrawal",
    openapi_extra=openapi_body(WithdrawalBody),
    responses={
        200: {"model": FilingOut},
        401: {},
        403: {},
        409: {},
        410: {},
        422: {},
        429: {},
    },
)
async def withdrawal(
    request: Request,
    filing_id: FilingId,
    secret: Secret,
    store: StoreDep,
    desk: DeskDep,
    at: Now,
) -> Response:
    """Take requests back."""
    body = await body_of(request, WithdrawalBody)
    done = await store.write(
        withdraw_requests, desk, filing_id, body.code, body.requests, at=at
    )
    if isinstance(done, CodeFault):
        raise _fault(done)
    if isinstance(done, CannotWithdraw):
        raise Problem(409, "A request cannot be taken back.", field="requests")
    return await current(secret, store, desk, at)


@router.delete(
    "/current",
    status_code=204,
    responses={401: {}, 403: {}, 409: {}, 410: {}, 422: {}, 429: {}},
)
async def erase(
    filing_id: FilingId,
    secret: Secret,
    store: StoreDep,
    desk: DeskDep,
    at: Now,
    efface_code: Annotated[str | None, Header()] = None,
) -> Response:
    """Take back what is open and destroy everything personal."""
    if not efface_code:
        raise _fault(CodeFault.MISSING)
    fault = await store.write(erase_filing, desk, filing_id, secret, efface_code, at=at)
    if fault is not None:
        raise _fault(fault)
    return Response(status_code=204)
