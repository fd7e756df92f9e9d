"""File step by step: one thing a page, nothing lost, nothing sent twice."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from app.actions.asked_before import asked_by
from app.actions.check_eligibility import UnknownValueError, residence_of
from app.actions.choose_vendors import Chosen, Unfit, Why, choose
from app.actions.desk import Desk
from app.actions.drafts import Draft, begin_draft, keep_draft, read_draft
from app.actions.file_request import Limited, OtherBody
from app.actions.filing_form import VENDORS, FilingBody
from app.actions.prepare_filing import Filed, prepare
from app.actions.read_filing import find_filing
from app.actions.send_draft import file_draft
from app.domain.receipts import secret_of
from app.domain.ways import ByOneself
from app.web.deps import Caller, DeskDep, Now, PagesDep, StoreDep, day_asked
from app.web.errors import Problem, too_many
from app.web.forms import AnyForm, Filled
from app.web.pages import Pages, language_of
from app.web.preparing import beside
from app.web.residents import drafting
from app.web.residents.check import (
    NO_TICK,
    TOO_MANY,
    Typed,
    answer_view,
    form_view,
)
from app.web.residents.cookies import (
    draft_key,
    has_proved,
    keep_draft_key,
    new_draft_key,
    tracked,
)
from app.words.answers import Say
from app.words.catalog import translations
from app.words.mandate import mandate

router = APIRouter()


@dataclass(frozen=True, slots=True)
class Open:
    """An open draft, and what its step needs."""

    draft: Draft
    key: bytes
    chosen: tuple[Chosen, ...]
    on: date
    say: Say

    def at(self, step: str) -> str:
        """Return the address of a step."""
        return f"/file/{self.draft.id}/{step}"

    def questions(self) -> drafting.QuestionsView:
        """Return what would change a verdict."""
        content = self.draft.content
        return drafting.questions_view(self.draft.id, content, self.chosen, self.say)


@router.get("/file")
async def begin_page(request: Request, pages: PagesDep) -> Response:
    """Say where a filing begins."""
    return pages.show(request, "residents/file.html", None)


@router.post("/file")
async def begin(
    request: Request,
    form: AnyForm,
    store: StoreDep,
    desk: DeskDep,
    pages: PagesDep,
    at: Now,
) -> Response:
    """Begin a draft with the companies that were ticked."""
    residence = form.values.get("residence", "")
    named = dict.fromkeys(form.several.get("vendor", ()))
    vendors = [v for v in named if v in desk.directory.vendors]
    try:
        residence_of(desk.rulebook.places, residence)
    except UnknownValueError:
        return pages.go("/check")
    if not vendors:
        return _none_ticked(request, form, desk, pages, residence, at)
    if len(vendors) > VENDORS:
        page = form_view(
            desk.rulebook,
            desk.directory,
            language_of(request),
            Typed(residence.partition("-")[0], residence, vendors),
            {"vendor": TOO_MANY},
        )
        return pages.show(request, "residents/check.html", page, status=422)
    shown = [v for v in form.several.get("shown", ()) if v in desk.directory.vendors]
    content: dict[str, Any] = {
        "residence": residence,
        "vendors": vendors,
        "left_out": [v for v in dict.fromkeys(shown) if v not in vendors],
        "language": language_of(request).value,
    }
    key = draft_key(request, desk.portal) or new_draft_key()
    draft_id = await store.write(begin_draft, key, content, at=at)
    response = pages.go(f"/file/{draft_id}/questions")
    keep_draft_key(response, desk.portal, key)
    return response


def _none_ticked(
    request: Request,
    form: Filled[Any],
    desk: Desk,
    pages: Pages,
    residence: str,
    at: datetime,
) -> Response:
    """Show the answer again as it was, with what is missing beside the first box."""
    named = dict.fromkeys(form.several.get("of", ()))
    vendors = [v for v in named if v in desk.directory.vendors][:VENDORS]
    if not vendors:
        return pages.go(f"/check?residence={residence}&asked=1")
    today = desk.rulebook.places[residence].day(at)
    on = day_asked(form.values.get("on") or None, today)
    language = language_of(request)
    page = answer_view(
        desk.rulebook,
        desk.directory,
        language,
        residence,
        vendors,
        form.values.get("former", ""),
        on,
        today=on == today,
        errors={"vendor": translations(language).gettext(NO_TICK)},
    )
    return pages.show(request, "residents/answer.html", page, status=422)


async def _open(
    request: Request, draft: UUID, store: StoreDep, desk: DeskDep, at: Now
) -> Open:
    """Open a draft of this browser.

    Raises:
        Problem: 404 where it is gone, or is another browser's.
    """
    key = draft_key(request, desk.portal)
    found = await store.read(read_draft, key, draft, at=at) if key else None
    if found is None or key is None:
        raise Problem(404, "This draft is gone.", field="draft")
    if found.filing is not None:
        # The back button after sending: nothing is typed into it any more.
        address = f"/confirm?draft={draft}"
        raise Problem(303, "It was filed already.", headers={"Location": address})
    place = residence_of(desk.rulebook.places, found.content["residence"])
    on = place.day(at)
    content = found.content
    chosen = await beside(request, lambda: drafting.chosen_of(desk, content, on))
    if isinstance(chosen, Unfit):
        raise Problem(404, "A company can no longer be reached.", field="unreachable")
    say = translations(language_of(request).value).gettext
    return Open(found, key, chosen, on, say)


OpenDep = Annotated[Open, Depends(_open)]


async def _keep(
    store: StoreDep, here: Open, changes: Mapping[str, Any], at: datetime
) -> None:
    content = {**here.draft.content, **changes}
    await store.write(keep_draft, here.key, here.draft.id, content, at=at)


def _on(pages: Pages, desk: Desk, here: Open, step: str) -> Response:
    """Go on to a step; the key of the draft lives as long as what was just kept."""
    response = pages.go(here.at(step))
    keep_draft_key(response, desk.portal, here.key)
    return response


@router.get("/file/{draft}/questions")
async def questions(request: Request, here: OpenDep, pages: PagesDep) -> Response:
    """Ask only what would change a verdict."""
    page = await beside(request, here.questions)
    if not page.questions:
        return pages.go(here.at("who"))
    return pages.show(request, "residents/questions.html", page)


@router.post("/file/{draft}/questions")
async def answer_questions(
    here: OpenDep,
    form: AnyForm,
    store: StoreDep,
    desk: DeskDep,
    pages: PagesDep,
    at: Now,
) -> Response:
    """Take the answers; "I don't know" is one, and all may be skipped."""
    person = {} if form.values.get("skip") else drafting.person_from(form.values)
    await _keep(store, here, {"person": person}, at)
    return _on(pages, desk, here, "answer" if person else "who")


@router.get("/file/{draft}/answer")
async def new_answer(
    request: Request, here: OpenDep, desk: DeskDep, pages: PagesDep
) -> Response:
    """Show what is owed now that more is known."""
    content = here.draft.content
    lines = await beside(
        request,
        lambda: drafting.answer_lines(desk, content, here.chosen, here.on, here.say),
    )
    page = drafting.AnswersView(
        here.draft.id,
        1,
        drafting.FORM_STEPS,
        lines,
        here.at("questions"),
    )
    return pages.show(request, "residents/new_answer.html", page)


@router.get("/file/{draft}/who")
async def who(request: Request, here: OpenDep, pages: PagesDep) -> Response:
    """Ask for whom."""
    content = here.draft.content
    acting = content.get("on_behalf") or {}
    values = {
        "for": content.get("for") or "",
        "agent_name": acting.get("name", ""),
        "agent_email": acting.get("email", ""),
        "relation": acting.get("relation", ""),
        "agreed_on": acting.get("mandate_agreed_on", ""),
    }
    return _show_who(request, pages, here, values, {})


def _show_who(
    request: Request,
    pages: Pages,
    here: Open,
    values: Mapping[str, str],
    errors: Mapping[str, str],
) -> Response:
    given = dict.fromkeys(
        ("for", "agent_name", "agent_email", "relation", "agreed_on"), ""
    )
    page = drafting.WhoView(
        here.draft.id,
        2,
        drafting.FORM_STEPS,
        {**given, **values},
        {name: here.say(text) for name, text in errors.items()},
        here.at("questions"),
        mandate(
            language_of(request),
            drafting.body_from(here.draft.content, drafting.SOMEBODY).asked,
        ),
    )
    status = 422 if errors else 200
    return pages.show(request, "residents/who.html", page, status=status)


@router.post("/file/{draft}/who")
async def take_who(
    request: Request,
    here: OpenDep,
    form: AnyForm,
    store: StoreDep,
    desk: DeskDep,
    pages: PagesDep,
    at: Now,
) -> Response:
    """Take for whom, and the permission where it is somebody else."""
    changes, errors = drafting.who_from(form.values)
    if changes is not None:
        # The text that was shown is the one that is sealed.
        changes["language"] = language_of(request).value
        content = {**here.draft.content, **changes}
        chosen = await beside(
            request, lambda: drafting.chosen_of(desk, content, here.on)
        )
        errors = drafting.told(chosen) if isinstance(chosen, Unfit) else {}
    if changes is None or errors:
        return _show_who(request, pages, here, form.values, errors)
    await _keep(store, here, changes, at)
    return _on(pages, desk, here, "details")


@router.get("/file/{draft}/details")
async def details(request: Request, here: OpenDep, pages: PagesDep) -> Response:
    """Ask how the companies can find the record."""
    content = here.draft.content
    errors: dict[str, str] = {}
    if "typed" in content and not content["resident"]:
        _, errors = drafting.details_from(content["typed"], here.chosen)
    return _show_details(request, pages, here, content, errors)


def _show_details(
    request: Request,
    pages: Pages,
    here: Open,
    content: Mapping[str, Any],
    errors: Mapping[str, str],
) -> Response:
    own = [one for one in here.chosen if one.way.by_oneself is not None]
    law = ByOneself.NO_AGENT
    page = drafting.DetailsView(
        here.draft.id,
        3,
        drafting.FORM_STEPS,
        content.get("for") or "me",
        drafting.fields_of(content, here.chosen),
        tuple(o.vendor.name for o in own if o.way.by_oneself is law),
        tuple(o.vendor.name for o in own if o.way.by_oneself is not law),
        {name: here.say(text) for name, text in errors.items()},
        here.at("who"),
    )
    status = 422 if errors else 200
    return pages.show(request, "residents/details.html", page, status=status)


@router.post("/file/{draft}/details")
async def take_details(
    request: Request,
    here: OpenDep,
    form: AnyForm,
    store: StoreDep,
    desk: DeskDep,
    pages: PagesDep,
    at: Now,
) -> Response:
    """Take the details; what is wrong stays in the field, with what to enter."""
    changes, errors = drafting.details_from(form.values, here.chosen)
    if not errors:
        body = drafting.body_from(here.draft.content, changes["resident"])
        chosen = await beside(request, lambda: choose(desk, body, here.on))
        if isinstance(chosen, Unfit):
            changes["resident"], errors = None, drafting.told(chosen)
    await _keep(store, here, changes, at)
    if errors:
        content = {**here.draft.content, **changes}
        return _show_details(request, pages, here, content, errors)
    return _on(pages, desk, here, "check")


async def _asked_before(
    request: Request, store: StoreDep, desk: DeskDep, here: OpenDep, at: Now
) -> tuple[str, ...]:
    """Return the companies of the draft that are asked already.

    It is said to who has just proved the mailbox of the filing open in this browser.
    """
    held = tracked(request, desk.portal, desk.keys, at=at)
    if held is None:
        return ()
    secret = secret_of(held.receipt)
    filing = await store.read(find_filing, desk.keys, secret)
    if filing is None or not has_proved(request, desk.portal, desk.keys, secret, at=at):
        return ()
    asked = await store.read(asked_by, filing)
    return tuple(o.vendor.name for o in here.chosen if o.vendor.slug in asked)


AskedBefore = Annotated[tuple[str, ...], Depends(_asked_before)]


@router.get("/file/{draft}/check")
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
    page = drafting.CheckView(
        draft=here.draft.id,
        step=4,
        of=drafting.FORM_STEPS,
        residence=content["residence"],
        whom=content.get("for") or "me",
        acting=body.on_behalf,
        fields=drafting.fields_of(content, here.chosen),
        facts=asked.questions,
        leaving=leaving,
        seen=seen,
        left_out=drafting.left_out_of(desk, content),
        asked_before=asked_before,
        errors={name: here.say(text) for name, text in errors.items()},
        back=here.at("details"),
        hold=desk.portal.hold_minutes,
    )
    status = 422 if errors else 200
    return pages.show(request, "residents/check_answers.html", page, status=status)


async def _leaving(
    request: Request, desk: Desk, here: Open, body: FilingBody
) -> tuple[tuple[drafting.LeavingLine, ...], str]:
    """Return what will leave for each company, and the name of all that is shown."""

    def write() -> tuple[tuple[drafting.LeavingLine, ...], str]:
        leaving = drafting.leaving_of(desk, body, here.chosen, here.on)
        return leaving, drafting.seen_of(desk, body, leaving)

    return await beside(request, write)


@router.get("/file/{draft}/letters/{vendor}")
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


@router.post("/file/{draft}/leave-out")
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
        await _keep(store, here, changes, at)
    return pages.go(here.at("check"))


@router.post("/file/{draft}/add")
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
        await _keep(store, here, {**changes, **details}, at)
    return pages.go(here.at("check"))


@router.post("/file/{draft}/send")
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
