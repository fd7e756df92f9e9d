"""The matching list: vendors with a key fetch hashed identifiers and answer in bulk.

Lists, rules and codes are those of California's platform (DROP), so that a program
written for it needs another address and little else.
"""

import csv
import io
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import HTTPConnection

from app.actions.answer_list import (
    MOST_ROWS,
    Given,
    NotAnswersError,
    answer_list,
    read_rows,
)
from app.actions.file_request import Limited, OtherBody
from app.actions.read_list import (
    MatchingList,
    NoKey,
    admit_vendor,
    mark_fetched,
    read_list,
)
from app.domain.matching import ListType
from app.web.api.bodies import body_of, openapi_body
from app.web.deps import KeysDep, Now, StoreDep, once, parts
from app.web.errors import Problem
from app.web.guard import gets_no_body
from app.web.pages import json_of

router = APIRouter(prefix="/matching")
CSV = "text/csv"
HEADER = ("ID", "Hash", "ListType")
"""Of the platform's files; the last column where not all are of one list."""
FARTHEST = 2**31 - 1
SHORTEST_NAME, LONGEST_NAME = 8, 200
Cell = Annotated[str, Field(max_length=40)]


class ItemOut(BaseModel):
    """One identifier that waits for an answer."""

    id: str
    list: ListType
    hash: str


class GoneOut(BaseModel):
    """One identifier that was taken back."""

    id: str
    list: ListType


class MatchingOut(BaseModel):
    """What waits for a vendor."""

    vendor: str
    rules: str
    hash: str
    until: int
    items: list[ItemOut]
    removed: list[GoneOut]


class AnswerBody(BaseModel):
    """What is answered of an item, or of a request."""

    model_config = ConfigDict(extra="forbid", coerce_numbers_to_str=True)

    id: Cell
    status: Cell
    """A code of the platform, or a word for an answer of ours."""
    denial_ground: Cell = ""
    until: Cell = ""


class AnswersBody(BaseModel):
    """Answers in bulk."""

    model_config = ConfigDict(extra="forbid")

    answers: Annotated[list[AnswerBody], Field(min_length=1, max_length=MOST_ROWS)]


class RejectedOut(BaseModel):
    """A row that was not taken, counted from one, and why."""

    row: int
    why: str


class KeptOut(BaseModel):
    """What came of an upload."""

    accepted: int
    unchanged: int
    rejected: list[RejectedOut]


async def _key(
    connection: HTTPConnection,
    vendor: str,
    authorization: Annotated[str | None, Header()] = None,
    x_api_key: Annotated[str | None, Header()] = None,
) -> str:
    """Return the vendor's key; every wrong one is told alike."""
    scheme, _, bearer = (authorization or "").partition(" ")
    key = x_api_key or (bearer if scheme.lower() == "bearer" else "")
    here = parts(connection)
    admitted = await here.store.write(
        admit_vendor, here.keys, vendor, key, at=here.now()
    )
    match admitted:
        case NoKey.UNKNOWN:
            raise Problem(
                401, "A vendor's key is needed.", headers={"WWW-Authenticate": "Bearer"}
            )
        case NoKey.OF_ANOTHER:
            raise Problem(403, "This key is another vendor's.")
        case Limited(seconds):
            raise Problem(
                429, "Too many for now.", headers={"Retry-After": str(seconds)}
            )
        case None:
            return key


Key = Annotated[str, Depends(_key)]
Only = Annotated[ListType | None, Query(alias="list")]
Since = Annotated[int, Query(ge=0, le=FARTHEST)]
REFUSALS: dict[int | str, dict[str, Any]] = {401: {}, 403: {}, 422: {}, 429: {}}


@router.get("/{vendor}.csv", responses={**REFUSALS, 200: {"content": {CSV: {}}}})
async def matching_csv(
    request: Request,
    vendor: str,
    key: Key,
    store: StoreDep,
    keys: KeysDep,
    at: Now,
    only: Only = None,
    since: Since = 0,
    keyed: bool = False,
    removed: bool = False,
) -> Response:
    """Give the list as the platform's files are: of one list, or what was taken back."""
    once(request)
    found = await store.read(
        read_list, keys, vendor, key, only=only, since=since, keyed=keyed
    )
    if only is None and not removed and not gets_no_body(request):
        await store.write(
            mark_fetched, keys, vendor, key, since=since, until=found.until, at=at
        )
    name = "Removed" if removed else only or "All"
    text = _table(found, removed=removed, typed=removed or only is None)
    return Response(
        text,
        media_type=f"{CSV}; charset=utf-8",
        headers={
            "Efface-Until": str(found.until),
            "Content-Disposition": (
                f'attachment; filename="{vendor}_{found.until}_{name}.csv"'
            ),
        },
    )


def _table(found: MatchingList, *, removed: bool, typed: bool) -> str:
    out = io.StringIO()
    # For programs: a guard against formulas would change the hashes that begin with +.
    writer = csv.writer(out, lineterminator="\r\n")
    if removed:
        rows = [(one.id, "", one.list) for one in found.removed]
    else:
        rows = [(one.id, one.hash, one.list) for one in found.items]
    wide = len(HEADER) if typed else len(HEADER) - 1
    writer.writerows(row[:wide] for row in (HEADER, *rows))
    return out.getvalue()


@router.get("/{vendor}", responses={**REFUSALS, 200: {"model": MatchingOut}})
async def matching(
    request: Request,
    vendor: str,
    key: Key,
    store: StoreDep,
    keys: KeysDep,
    at: Now,
    only: Only = None,
    since: Since = 0,
    keyed: bool = False,
) -> Response:
    """Give what waits for a vendor, as hashed identifiers.

    ``since`` is the ``until`` of an earlier answer, with whichever key: then only what
    came later is given, and what was taken back since; that may name what was never
    fetched. A new key gets all that waits anew, under the same ids, whatever ``since``.
    ``keyed`` hashes under the vendor's key, too.
    """
    once(request)
    found = await store.read(
        read_list, keys, vendor, key, only=only, since=since, keyed=keyed
    )
    if only is None and not gets_no_body(request):
        await store.write(
            mark_fetched, keys, vendor, key, since=since, until=found.until, at=at
        )
    return json_of(
        {
            "vendor": vendor,
            "rules": found.rules,
            "hash": found.hash,
            "until": found.until,
            "items": [
                {"id": one.id, "list": one.list, "hash": one.hash}
                for one in found.items
            ],
            "removed": [{"id": one.id, "list": one.list} for one in found.removed],
        }
    )


def _both_bodies() -> dict[str, Any]:
    described: dict[str, Any] = openapi_body(AnswersBody)
    described["requestBody"]["content"][CSV] = {"schema": {"type": "string"}}
    return described


@router.post(
    "/{vendor}/answers",
    status_code=202,
    dependencies=[Depends(_key)],
    openapi_extra=_both_bodies(),
    responses={**REFUSALS, 202: {"model": KeptOut}, 400: {}, 409: {}},
)
async def answers(
    request: Request,
    vendor: str,
    store: StoreDep,
    keys: KeysDep,
    at: Now,
    file: Annotated[str | None, Query()] = None,
    idempotency_key: Annotated[str | None, Header()] = None,
) -> Response:
    """Take answers in bulk, once for each name of a file or Idempotency-Key."""
    name = file or idempotency_key or ""
    if not SHORTEST_NAME <= len(name) <= LONGEST_NAME:
        raise Problem(
            400, "The name of the file, or an Idempotency-Key, has 8 to 200 signs."
        )
    rows = await _rows(request)
    kept = await store.write(answer_list, keys, vendor, rows, name, at=at)
    if isinstance(kept, OtherBody):
        raise Problem(409, "The same name came with other answers.")
    return json_of(
        {
            "accepted": kept.accepted,
            "unchanged": kept.unchanged,
            "rejected": [{"row": one.row, "why": one.why} for one in kept.rejected],
        },
        status=202,
    )


async def _rows(request: Request) -> list[Given]:
    kind = request.headers.get("content-type", "").partition(";")[0].strip()
    if kind.lower() != CSV:
        body = await body_of(request, AnswersBody)
        return [
            Given(one.id, one.status, one.denial_ground, one.until)
            for one in body.answers
        ]
    try:
        rows = read_rows((await request.body()).decode())
    except UnicodeDecodeError:
        raise Problem(422, "the body is not UTF-8", field="body") from None
    except NotAnswersError as wrong:
        raise Problem(422, str(wrong), field="body") from None
    if not 0 < len(rows) <= MOST_ROWS:
        raise Problem(422, f"the body has 1 to {MOST_ROWS:,} rows", field="body")
    return rows
