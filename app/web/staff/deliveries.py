"""Settle a delivery of which it is not known whether it arrived."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, field_validator

from app.actions.settle_unknown import (
    Found,
    NothingToSettle,
    NotOnThatDay,
    Settled,
    settle_unknown,
)
from app.actions.written_day import WrittenDay
from app.web.deps import DeskDep, Now, PagesDep, StoreDep
from app.web.forms import Filled, form_of
from app.web.staff.gate import MemberDep, StaffRoute
from app.web.staff.requests import Typed, found, show
from app.words.marks import mark

router = APIRouter(prefix="/requests", route_class=StaffRoute)

WRONG = {
    "found": mark("Choose what you found"),
    "arrived_on": mark("Enter a day from the writing of the letter until today"),
}
SETTLED_ALREADY = mark("Somebody has settled this meanwhile; nothing was changed")


class DeliveryForm(BaseModel):
    """What somebody found about a letter."""

    model_config = ConfigDict(extra="ignore")

    message: UUID
    found: Found
    arrived_on: WrittenDay | None = None

    @field_validator("arrived_on", mode="before")
    @classmethod
    def _left_out(cls, typed: object) -> object:
        return typed or None


Form = Annotated[Filled[DeliveryForm], Depends(form_of(DeliveryForm))]


@router.post("/{name}/deliveries")
async def settle(
    request: Request,
    name: str,
    form: Form,
    member: MemberDep,
    store: StoreDep,
    desk: DeskDep,
    pages: PagesDep,
    at: Now,
) -> Response:
    """Write down whether a letter arrived; it is on record with who says so."""
    file = await found(store, desk, name, member, at)
    sent = form.model
    if sent is None:
        errors = {n: WRONG[n] for n in form.errors if n in WRONG} or {
            "found": WRONG["found"]
        }
        typed = Typed(dict(form.values), errors)
        return show(request, pages, desk, file, member, at, typed, status=422)
    done = await store.write(
        settle_unknown,
        desk,
        file.request.id,
        sent.message,
        sent.found,
        on=sent.arrived_on,
        at=at,
        staff_id=member.id,
    )
    match done:
        case Settled():
            return pages.go(f"/staff/requests/{file.request.number}")
        case NotOnThatDay():
            typed = Typed(dict(form.values), {"arrived_on": WRONG["arrived_on"]})
            return show(request, pages, desk, file, member, at, typed, status=422)
        case NothingToSettle():
            typed = Typed({}, {"person": SETTLED_ALREADY})
            return show(request, pages, desk, file, member, at, typed, status=409)
