"""Show who a request is about: with a reason, on record, in this browser alone."""

import base64
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict

from app.actions.record_reply import UnknownRequest
from app.actions.reveal_identity import (
    REVEALED_FOR,
    Asked,
    NobodyLeft,
    Reason,
    ask_reveal,
    new_reveal_key,
)
from app.actions.sign_in import Wait
from app.web.deps import DeskDep, Now, PagesDep, StoreDep
from app.web.errors import Problem
from app.web.forms import Filled, form_of
from app.web.staff.gate import Caseworker, StaffRoute, keep_secret
from app.web.staff.requests import Typed, found, show
from app.words.marks import mark

router = APIRouter(prefix="/requests", route_class=StaffRoute)

NO_REASON = mark("Choose a reason to show the person")
NOBODY = mark("Nothing is left of the person to show")


class RevealForm(BaseModel):
    """Why somebody wants to see who it is."""

    model_config = ConfigDict(extra="ignore")

    reason: Reason


Form = Annotated[Filled[RevealForm], Depends(form_of(RevealForm))]


@router.post("/{name}/reveals")
async def reveal(
    request: Request,
    name: str,
    form: Form,
    member: Caseworker,
    store: StoreDep,
    desk: DeskDep,
    pages: PagesDep,
    at: Now,
) -> Response:
    """Ask the worker to open the person to this browser."""
    file = await found(store, desk, name, member, at)
    if form.model is None:
        typed = Typed({}, {"reason": NO_REASON})
        return show(request, pages, desk, file, member, at, typed, status=422)
    private, public = new_reveal_key()
    done = await store.write(
        ask_reveal,
        desk.keys,
        file.request.id,
        form.model.reason,
        public,
        at=at,
        staff_id=member.id,
    )
    match done:
        case Wait(seconds):
            raise Problem(429, "Too many.", headers={"Retry-After": str(seconds)})
        case UnknownRequest():
            raise Problem(404, "There is no such request.")
        case NobodyLeft():
            typed = Typed({}, {"reason": NOBODY})
            return show(request, pages, desk, file, member, at, typed, status=409)
        case Asked(reveal_id):
            response = pages.go(f"/staff/requests/{file.request.number}?look=1#person")
            keep_secret(
                response,
                desk.portal,
                f"reveal-{reveal_id.hex}",
                base64.urlsafe_b64encode(private).decode(),
                int(REVEALED_FOR.total_seconds()),
            )
            return response
