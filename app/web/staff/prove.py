"""Who it is, once more, before what is sensitive: nothing that was typed is lost by it."""

from datetime import datetime
from typing import Annotated

from anyio import to_thread
from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict

from app.actions.desk import Desk
from app.actions.passkeys import ask_for_passkey
from app.actions.second_step import begin_proof, finish_proof
from app.actions.sign_in import Knock, Member, Wait, fits
from app.store.session import Store
from app.web.deps import DeskDep, Now, PagesDep, StoreDep, parts
from app.web.errors import too_many
from app.web.forms import Filled, form_of
from app.web.pages import language_of
from app.web.staff.gate import (
    KnockDep,
    MemberDep,
    ProveView,
    StaffRoute,
    Token,
    safe_target,
)
from app.web.staff.unsent import unsent_in
from app.words.catalog import translations
from app.words.marks import mark

router = APIRouter(prefix="/prove", route_class=StaffRoute)

NOT_PROVED = mark("This was not right. Try once more")


class ProofForm(BaseModel):
    """Any one of what a member has."""

    model_config = ConfigDict(extra="ignore")

    password: str = ""
    code: str = ""
    credential: str = ""
    next: str = ""
    to: str = ""


Form = Annotated[Filled[ProofForm], Depends(form_of(ProofForm))]


@router.get("")
async def proof_page(
    request: Request,
    member: MemberDep,
    pages: PagesDep,
    target: Annotated[str, Query(alias="next")] = "",
) -> Response:
    """Ask for the password, or for the second step."""
    page = ProveView(safe_target(target), member.has_second_step)
    return pages.show(request, "staff/prove.html", page, staff=member)


@router.post("/options")
async def ask_passkey(
    member: MemberDep, store: StoreDep, desk: DeskDep, at: Now
) -> Response:
    """Say what one of the member's own passkeys has to sign."""
    asked = await store.write(ask_for_passkey, desk, member.id, at=at)
    return Response(asked, media_type="application/json")


@router.post("")
async def prove(
    request: Request,
    form: Form,
    member: MemberDep,
    token: Token,
    store: StoreDep,
    desk: DeskDep,
    pages: PagesDep,
    knock: KnockDep,
    at: Now,
) -> Response:
    """Note the proof, and lead back to what was to be done."""
    typed = form.model or ProofForm()
    right = await is_right(request, store, desk, member, knock, typed.password, at)
    proved = await store.write(
        finish_proof,
        desk,
        token,
        knock,
        right=right,
        code=typed.code,
        answer=typed.credential,
        at=at,
    )
    target = safe_target(typed.next)
    unsent = unsent_in(typed.to and safe_target(typed.to), form.several)
    if not proved:
        say = translations(language_of(request)).gettext
        errors = {"password": say(NOT_PROVED)}
        page = ProveView(target, member.has_second_step, errors, unsent)
        return pages.show(request, "staff/prove.html", page, status=422, staff=member)
    if unsent is None:
        return pages.go(target)
    return pages.show(request, "staff/go_on.html", unsent, staff=member)


async def is_right(
    request: Request,
    store: Store,
    desk: Desk,
    member: Member,
    knock: Knock,
    password: str,
    at: datetime,
) -> bool:
    """Use one of the member's tries, and return whether a password is theirs.

    Raises:
        Problem: 429, if no try is left.
    """
    known = await store.write(begin_proof, desk.keys, member.id, knock, at=at)
    if isinstance(known, Wait):
        raise too_many(known.seconds)
    return bool(password) and await to_thread.run_sync(
        fits, known, password, limiter=parts(request).passwords
    )
