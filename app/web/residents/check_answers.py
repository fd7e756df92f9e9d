"""Check answers: everything once more, the letters as they leave, and the sending."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from app.actions.asked_before import asked_by, circles_by
from app.actions.choose_vendors import Unfit, Why
from app.actions.desk import Desk
from app.actions.file_request import Limited, OtherBody
from app.actions.filing_form import FilingBody
from app.actions.prepare_filing import Filed, prepare
from app.actions.read_filing import find_filing
from app.actions.send_draft import file_draft
from app.domain.receipts import secret_of
from app.web.deps import Caller, DeskDep, Now, PagesDep, StoreDep
from app.web.errors import Problem, too_many
from app.web.forms import AnyForm
from app.web.pages import Pages, language_of
from app.web.preparing import beside
from app.web.residents import circle_draft, drafting
from app.web.residents.cookies import has_proved, tracked
from app.web.residents.file import Open, OpenDep, keep_typed
from app.words.circles import circle_named

router = APIRouter()


async def _asked_before(
    request: Request, store: StoreDep, desk: DeskDep, here: OpenDep, at: Now
) -> tuple[str, ...]:
    """Return what the companies of the draft are called that are asked already.

    It is said to who has just proved the mailbox of the filing open in this browser.
    """
    held = tracked(request, desk.portal, desk.keys, at=at)
    if held is None:
        return ()
    secret = secret_of(held.receipt)
    filing = await store.read(find_filing, desk.keys, secret)
    if filing is None or not has_proved(request, desk.portal, desk.keys, secret, at=at):
        return ()
    if here.circle is not None:
        circles = await store.read(circles_by, filing)
        title = circle_named(here.circle.name, here.language)
        return (title,) if here.circle.name in circles else ()
    asked = await store.read(asked_by, filing)
    return tuple(o.vendor.name for o in here.chosen if o.vendor.slug in asked)


AskedBefore = Annotated[tuple[str, ...], Depends(_asked_before)]


@router.get("/file/{draft}/check")  # noqa: FAST003 - the draft takes it
async def check(
    request: Request,
    here: OpenDep,
    desk: DeskDep,
    pages: PagesDep,
    asked_before: AskedBefore,
) -> Response:
    """Show everything once more, and the letters as they will leave."""
    if here.draft.filing is not None:
        return pages.go(f"/confirm?draft={here.draft.id}")
    if not here.draft.content.get("resident"):
        return pages.go(here.at("details"))
    return await _show_check(request, pages, desk, here, asked_before, {})


async def _show_check(
    request: Request,
    pages: Pages,
    desk: Desk,
    here: Open,
    asked_before: tuple[str, ...],
    errors: Mapping[str, str],
) -> Response:
    content = here.draft.content
    body = drafting.body_from(content, content["resident"])
    asked = await beside(request, here.questions)
    leaving, seen = await _leaving(request, desk, here, body)
    circle = here.circle
    page = drafting.CheckView(
        draft=here.draft.id,
        step=4,
        of=drafting.FORM_STEPS,
        residence=content["residence"],
        whom=content.get("for") or "me",
        acting=body.on_behalf,
        fields=here.fields(content),
        born_on=body.resident.birth_date,
        facts=asked.questions,
        leaving=leaving,
        seen=seen,
        left_out=drafting.left_out_of(desk, content),
        asked_before=asked_before,
        errors={name: here.say(text) for name, text in errors.items()},
        back=here.at("details"),
        hold=desk.portal.hold_minutes,
        whole=drafting.whole_answer(content, "/check"),
        circle=circle_draft.line_of(circle, body, here.language, here.say)
        if circle
        else None,
    )
    status = 422 if errors else 200
    return pages.show(
        request,
        "residents/check_answers.html",
        page,
        status=status,
        again=here.at("check") if request.method == "POST" else None,
    )


async def _leaving(
    request: Request, desk: Desk, here: Open, body: FilingBody
) -> tuple[tuple[drafting.LeavingLine, ...], str]:
    """Return what will leave for each company, and the name of all that is shown."""

    def write() -> tuple[tuple[drafting.LeavingLine, ...], str]:
        leaving = drafting.leaving_of(desk, body, here.chosen, here.on)
        shown = circle_draft.shown_of(here.circle) if here.circle else leaving
        return leaving, drafting.seen_of(desk, body, shown)

    return await beside(request, write)


@router.get("/file/{draft}/letters/{vendor}")  # noqa: FAST003 - as above
async def letter(
    request: Request, vendor: str, here: OpenDep, desk: DeskDep, pages: PagesDep
) -> Response:
    """Show one letter as it will leave, and in the language of who reads it here."""
    content = here.draft.content
    if not content.get("resident"):
        return pages.go(here.at("details"))
    body = drafting.body_from(content, content["resident"])
    chosen = [one for one in here.chosen if one.vendor.slug == vendor]
    leaving = await beside(
        request, lambda: drafting.leaving_of(desk, body, chosen, here.on)
    )
    if not leaving:
        return pages.go(here.at("check"))
    reader = language_of(request)
    reading = drafting.reading_of(desk, body, chosen[0], here.on, reader)
    other = reading if reader != leaving[0].letter.language else None
    page = drafting.LetterView(here.draft.id, leaving[0], other)
    return pages.show(request, "residents/leaving_letter.html", page)


@router.post("/file/{draft}/leave-out")  # noqa: FAST003 - as above
async def leave_out(
    here: OpenDep, form: AnyForm, store: StoreDep, pages: PagesDep, at: Now
) -> Response:
    """Leave one company out, and what it alone needed; the last one stays."""
    content, vendor = here.draft.content, form.values.get("vendor")
    kept = [v for v in content["vendors"] if v != vendor]
    if kept and vendor in content["vendors"]:
        chosen = [one for one in here.chosen if one.vendor.slug in kept]
        details, _ = drafting.details_from(content.get("typed") or {}, chosen)
        left_out = [*(content.get("left_out") or ()), vendor]
        changes = {"vendors": kept, "left_out": left_out, **details}
        await keep_typed(store, here, changes, at)
    return pages.go(here.at("check"))


@router.post("/file/{draft}/add")  # noqa: FAST003 - as above
async def add(
    request: Request,
    here: OpenDep,
    form: AnyForm,
    store: StoreDep,
    desk: DeskDep,
    pages: PagesDep,
    at: Now,
) -> Response:
    """Ask a company too that was left out."""
    content, vendor = here.draft.content, form.values.get("vendor")
    offered = [slug for slug, _ in drafting.left_out_of(desk, content)]
    if vendor not in offered:
        return pages.go(here.at("check"))
    changes = {
        "vendors": [*content["vendors"], vendor],
        "left_out": [slug for slug in offered if slug != vendor],
    }
    wider = {**content, **changes}
    chosen = await beside(request, lambda: drafting.chosen_of(desk, wider, here.on))
    if not isinstance(chosen, Unfit):
        details, _ = drafting.details_from(content.get("typed") or {}, chosen)
        await keep_typed(store, here, {**changes, **details}, at)
    return pages.go(here.at("check"))


@router.post("/file/{draft}/send")  # noqa: FAST003 - as above
async def send(
    request: Request,
    here: OpenDep,
    form: AnyForm,
    store: StoreDep,
    desk: DeskDep,
    pages: PagesDep,
    caller: Caller,
    asked_before: AskedBefore,
    at: Now,
) -> Response:
    """File the draft, or show *check answers* again with what is wrong."""
    content = here.draft.content
    confirm = f"/confirm?draft={here.draft.id}"
    if here.draft.filing is not None:
        return pages.go(confirm)
    if not content.get("resident"):
        return pages.go(here.at("details"))
    body = drafting.body_from(content, content["resident"])
    _, seen = await _leaving(request, desk, here, body)
    errors = {}
    if form.values.get("seen") != seen:
        errors["leaving"] = drafting.CHANGED  # in another tab, or as the day went by
    if form.values.get("truth") != "yes":
        errors["truth"] = drafting.WRONG["truth"]
    if errors:
        return await _show_check(request, pages, desk, here, asked_before, errors)
    ready = await beside(request, lambda: prepare(desk, body, at=at))
    filed = await store.write(
        file_draft, desk, ready, here.key, here.draft.id, at=at, caller=caller
    )
    match filed:
        case Filed():
            return pages.go(confirm)
        case Limited(seconds):
            raise too_many(seconds)
        case Unfit(why=Why.GONE) | OtherBody():
            raise Problem(404, "This draft is gone.", field="draft")
        case Unfit():
            told = drafting.told(filed)
            return await _show_check(request, pages, desk, here, asked_before, told)
