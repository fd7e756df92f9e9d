"""File step by step: one thing a page, nothing lost, nothing sent twice."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from app.actions.check_eligibility import UnknownValueError, residence_of
from app.actions.choose_vendors import (
    Chosen,
    ChosenCircle,
    Unfit,
    Why,
    choose,
    choose_circle,
)
from app.actions.desk import Desk
from app.actions.drafts import Draft, begin_draft, keep_draft
from app.actions.filing_form import VENDORS
from app.domain.ways import ByOneself
from app.store.session import Store
from app.web.deps import DeskDep, Now, PagesDep, StoreDep, day_asked
from app.web.errors import Problem
from app.web.forms import AnyForm, Filled
from app.web.pages import Pages, language_of
from app.web.preparing import beside
from app.web.residents import circle_draft, drafting
from app.web.residents.check import answer_view
from app.web.residents.check_form import NO_TICK, TOO_MANY, Typed, form_view
from app.web.residents.choice import address, circles_of
from app.web.residents.cookies import draft_key, keep_draft_key, new_draft_key
from app.web.residents.open_draft import doubles_in, own_draft
from app.words.answers import Say
from app.words.catalog import translations
from app.words.circles import circle_named
from app.words.languages import Language
from app.words.mandate import mandate

router = APIRouter()


@dataclass(frozen=True, slots=True)
class Open:
    """An open draft, and what its step needs."""

    draft: Draft
    key: bytes
    chosen: tuple[Chosen, ...]
    """The companies that it asks one by one."""
    circle: ChosenCircle | None
    """Those that it asks all at once."""
    on: date
    language: Language
    say: Say

    def at(self, step: str) -> str:
        """Return the address of a step."""
        return f"/file/{self.draft.id}/{step}"

    def questions(self) -> drafting.QuestionsView:
        """Return what would change a verdict."""
        content, asked = self.draft.content, (self.circle,) if self.circle else ()
        return drafting.questions_view(
            self.draft.id, content, self.chosen or asked, self.say
        )

    def fields(self, content: Mapping[str, Any]) -> tuple[drafting.FieldLine, ...]:
        """Return the fields that any of them needs."""
        if self.circle is not None:
            return circle_draft.fields(content)
        return drafting.fields_of(content, self.chosen)

    def details(
        self, values: Mapping[str, str]
    ) -> tuple[dict[str, Any], dict[str, str]]:
        """Return what the draft keeps of the details, and what is wrong by field."""
        if self.circle is not None:
            return circle_draft.details_from(values)
        return drafting.details_from(values, self.chosen)


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
    vendors = desk.directory.known(named)
    try:
        residence_of(desk.rulebook.places, residence)
    except UnknownValueError:
        return pages.go("/check")
    circle, today = form.values.get("circle", ""), at.astimezone(UTC).date()
    if circle and not vendors:
        if circle not in circles_of(desk.directory, today):  # the answer says so
            return pages.go(f"/check/answer?{address(residence, circle=circle)}")
        content = _content(request, residence, []) | {"circle": circle}
        return await _begun(request, store, desk, pages, content, at)
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
    shown = desk.directory.known(form.several.get("shown", ()))
    content = _content(request, residence, vendors)
    content["left_out"] = [v for v in dict.fromkeys(shown) if v not in vendors]
    return await _begun(request, store, desk, pages, content, at)


def _content(request: Request, residence: str, vendors: list[str]) -> dict[str, Any]:
    return {
        "residence": residence,
        "vendors": vendors,
        "language": language_of(request).value,
    }


async def _begun(
    request: Request,
    store: Store,
    desk: Desk,
    pages: Pages,
    content: dict[str, Any],
    at: datetime,
) -> Response:
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
    vendors = desk.directory.known(named)[:VENDORS]
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
        Problem: 404 where it is gone, or is another browser's; it leads on where it
            was filed, or where another record stands for a company by now.
    """
    found, key = await own_draft(request, draft, store, desk, at)
    if doubles_in(desk, found.content):
        address = f"/file/{draft}/merged"
        raise Problem(303, "Records were merged.", headers={"Location": address})
    place = residence_of(desk.rulebook.places, found.content["residence"])
    on = place.day(at)
    chosen = await _chosen(request, desk, found.content, on)
    if isinstance(chosen, Unfit):
        nobody_else = chosen.why is Why.NOBODY_ELSE
        field = "nobody_else" if nobody_else else "unreachable"
        raise Problem(404, "This draft can no longer be sent.", field=field)
    language = language_of(request)
    say = translations(language).gettext
    if isinstance(chosen, ChosenCircle):
        return Open(found, key, (), chosen, on, language, say)
    return Open(found, key, chosen, None, on, language, say)


async def _chosen(
    request: Request, desk: Desk, content: Mapping[str, Any], on: date
) -> tuple[Chosen, ...] | ChosenCircle | Unfit:
    """Return whom a draft asks, with what was found."""

    def choose_them() -> tuple[Chosen, ...] | ChosenCircle | Unfit:
        if content.get("circle"):
            return circle_draft.circle_of(desk, content, on)
        return drafting.chosen_of(desk, content, on)

    return await beside(request, choose_them)


OpenDep = Annotated[Open, Depends(_open)]


async def keep_typed(
    store: StoreDep, here: Open, changes: Mapping[str, Any], at: datetime
) -> None:
    """Keep what was typed in the draft, sealed to this browser."""
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


async def _in_the_way(
    request: Request, desk: Desk, here: Open, changes: Mapping[str, Any], at: str
) -> dict[str, str]:
    """Return why a draft could not be sent with these changes, ``at`` a field.

    It is not kept so: who opened it again would find no page of it any more.
    """
    content = {**here.draft.content, **changes}
    chosen = await _chosen(request, desk, content, here.on)
    return drafting.told(chosen, at) if isinstance(chosen, Unfit) else {}


@router.post("/file/{draft}/questions")
async def answer_questions(
    request: Request,
    here: OpenDep,
    form: AnyForm,
    store: StoreDep,
    desk: DeskDep,
    pages: PagesDep,
    at: Now,
) -> Response:
    """Take the answers; "I don't know" is one, and all may be skipped."""
    person = {} if form.values.get("skip") else drafting.person_from(form.values)
    if here.circle is not None and person:
        changes = {"person": person}
        errors = await _in_the_way(request, desk, here, changes, "questions")
        if errors:
            asked = drafting.questions_view(
                here.draft.id, here.draft.content | changes, (here.circle,), here.say
            )
            said = {name: here.say(text) for name, text in errors.items()}
            page = replace(asked, errors=said)
            return pages.show(request, "residents/questions.html", page, status=422)
    await keep_typed(store, here, {"person": person}, at)
    return _on(pages, desk, here, "answer" if person else "who")


@router.get("/file/{draft}/answer")
async def new_answer(
    request: Request, here: OpenDep, desk: DeskDep, pages: PagesDep
) -> Response:
    """Show what is owed now that more is known."""
    content, circle = here.draft.content, here.circle

    def lines_of() -> tuple[drafting.AnswerLine, ...]:
        if circle is not None:
            return circle_draft.answer_lines(
                desk, content, circle, here.on, here.language, here.say
            )
        return drafting.answer_lines(desk, content, here.chosen, here.on, here.say)

    lines = await beside(request, lines_of)
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
        # The text that was shown is the one that is sealed, whatever another tab speaks.
        shown = form.values.get("language", "")
        language = Language(shown) if shown in set(Language) else language_of(request)
        changes["language"] = language.value
        errors = await _in_the_way(request, desk, here, changes, "for")
    if changes is None or errors:
        return _show_who(request, pages, here, form.values, errors)
    await keep_typed(store, here, changes, at)
    return _on(pages, desk, here, "details")


@router.get("/file/{draft}/details")
async def details(request: Request, here: OpenDep, pages: PagesDep) -> Response:
    """Ask how the companies can find the record."""
    content = here.draft.content
    errors: dict[str, str] = {}
    if "typed" in content and not content["resident"]:
        _, errors = here.details(content["typed"])
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
        here.fields(content),
        tuple(o.vendor.name for o in own if o.way.by_oneself is law),
        tuple(o.vendor.name for o in own if o.way.by_oneself is not law),
        {name: here.say(text) for name, text in errors.items()},
        here.at("who"),
        circle_named(here.circle.name, here.language) if here.circle else "",
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
    changes, errors = here.details(form.values)
    if not errors:
        body = drafting.body_from(here.draft.content, changes["resident"])
        circle = here.circle
        chosen = await beside(
            request,
            lambda: (
                choose_circle(desk, circle.name, body, here.on)
                if circle
                else choose(desk, body, here.on)
            ),
        )
        if isinstance(chosen, Unfit):
            changes["resident"], errors = None, drafting.told(chosen)
    await keep_typed(store, here, changes, at)
    if errors:
        content = {**here.draft.content, **changes}
        return _show_details(request, pages, here, content, errors)
    return _on(pages, desk, here, "check")
