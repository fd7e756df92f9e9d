"""Stop the mails of news, or begin them again: by the mailed link, or while tracking."""

from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.actions.stop_news import (
    choose_by_link,
    choose_news,
    news_wanted,
    stop_path,
    wants_news,
)
from app.web.deps import DeskDep, Now, PagesDep, StoreDep
from app.web.errors import Problem
from app.web.forms import AnyForm
from app.web.residents.admission import Admission, Followed, FollowedDep

router = APIRouter()
HERE = "/track/mail"


@dataclass(frozen=True, slots=True)
class LinkView:
    """What a mailed link leads to."""

    token: str
    wanted: bool | None
    """Whether news is mailed; None if the link leads nowhere any more."""


@dataclass(frozen=True, slots=True)
class ChoiceView:
    """The page of who tracks."""

    admission: Admission
    wanted: bool


@router.get("/news/{token}/stop")
async def stop_page(
    request: Request, token: str, store: StoreDep, desk: DeskDep, pages: PagesDep
) -> Response:
    """Show the button that ends the news, or begins it again; looking changes nothing."""
    wanted = await store.read(news_wanted, desk.keys, token)
    status = 404 if wanted is None else 200
    page = LinkView(token, wanted)
    return pages.show(request, "residents/news_stop.html", page, status=status)


@router.post("/news/{token}/stop")
async def stop(
    token: str, store: StoreDep, desk: DeskDep, pages: PagesDep, at: Now
) -> Response:
    """Stop, also at one press in a mail program (RFC 8058)."""
    await store.write(choose_by_link, desk.keys, token, wanted=False, at=at)
    return pages.go(stop_path(token))


@router.post("/news/{token}/begin")
async def begin(
    token: str, store: StoreDep, desk: DeskDep, pages: PagesDep, at: Now
) -> Response:
    """Begin again, for who pressed by mistake, or whose mail program did."""
    await store.write(choose_by_link, desk.keys, token, wanted=True, at=at)
    return pages.go(stop_path(token))


@router.get(HERE)
async def choice_page(here: FollowedDep) -> Response:
    """Show whether news is mailed, and the button that changes it."""
    return await _show_choice(here, here.looks())


@router.post(HERE)
async def choose(here: FollowedDep, form: AnyForm) -> Response:
    """Stop or begin, once the mailbox is proved: it is about all that it filed."""
    admission = await here.admit(form)
    if not admission.acts:
        return await _show_choice(here, admission)
    wanted = form.values.get("news") == "begin"
    if not await here.store.write(
        choose_news, here.filing.id, wanted=wanted, at=here.at
    ):
        raise Problem(404, "Nothing personal is kept any more.")
    return here.go(HERE, admission)


async def _show_choice(here: Followed, admission: Admission) -> Response:
    page = ChoiceView(admission, await here.store.read(wants_news, here.filing.id))
    return here.show("residents/news_choice.html", page, status=admission.status)
