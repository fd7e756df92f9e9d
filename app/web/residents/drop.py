"""California's own platform: what to enter there, and the DROP ID to keep here."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.actions.hand_to_drop import (
    DropDates,
    HandOff,
    drop_dates,
    hand_off,
    is_for,
    note_drop,
)
from app.domain.drop import RULES
from app.domain.written_days import day_from
from app.letters import has_controls
from app.web.deps import DeskDep, Now, PagesDep, StoreDep
from app.web.errors import Problem
from app.web.forms import AnyForm
from app.web.pages import language_of
from app.web.residents.admission import Admission, FollowedDep, admit, looks
from app.words.catalog import translations
from app.words.marks import mark

router = APIRouter()

OPENED_ON = date(2026, 1, 1)
"""Since when residents can file there."""
ID_LENGTH = 64
NO_ID = mark("Enter the DROP ID as the page of the state shows it")
NOT_THEN = mark("Enter a day from 1 January 2026 until today")


@dataclass(frozen=True, slots=True)
class DropView:
    """The page; what is personal is None until it is opened."""

    admission: Admission
    shown: HandOff | None
    if_today: DropDates
    rules: str
    drop_id: str = ""
    lodged_on: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)

    @property
    def all_errors(self) -> dict[str, str]:
        """What is wrong with the form, its code included."""
        return {**self.errors, **self.admission.errors}


@router.get("/track/drop")
async def drop_page(
    request: Request,
    here: FollowedDep,
    store: StoreDep,
    desk: DeskDep,
    pages: PagesDep,
    at: Now,
) -> Response:
    """Say how the platform goes, and what to enter there."""
    if not is_for(here.filing):
        raise Problem(404, "The platform is for residents of California.")
    today = desk.rulebook.places[here.filing.residence].day(at)
    admission, shown = looks(request, desk, here, at), None
    if admission.open:
        shown = await store.read(hand_off, desk, here.filing.id, here.secret)
    noted = shown.noted if shown else None
    page = DropView(
        admission,
        shown,
        drop_dates(desk, today),
        RULES,
        drop_id=(noted.drop_id or "") if noted else "",
        lodged_on=(noted.dates.lodged_on if noted else today).isoformat(),
    )
    return pages.show(request, "residents/drop.html", page)


@router.post("/track/drop")
async def note(
    request: Request,
    here: FollowedDep,
    form: AnyForm,
    store: StoreDep,
    desk: DeskDep,
    pages: PagesDep,
    at: Now,
) -> Response:
    """Take the code that opens it; or the DROP ID, once it is open."""
    if not is_for(here.filing):
        raise Problem(404, "The platform is for residents of California.")
    today = desk.rulebook.places[here.filing.residence].day(at)
    admission = await admit(request, form, here, store, desk, at)
    if not admission.acts:
        page = DropView(
            admission,
            None,
            drop_dates(desk, today),
            RULES,
            drop_id=form.values.get("drop_id", ""),
            lodged_on=form.values.get("lodged_on", ""),
        )
        return pages.show(
            request,
            "residents/drop.html",
            page,
            status=admission.status,
        )
    if "drop_id" not in form.values:
        return admission.let(pages.go("/track/drop"), desk, here, at)
    drop_id = form.values["drop_id"].strip()
    typed_day = form.values.get("lodged_on", "")
    try:
        lodged_on = day_from(typed_day)
    except ValueError:
        lodged_on = date.min
    say = translations(language_of(request).value).gettext
    errors = {}
    if not drop_id or len(drop_id) > ID_LENGTH or has_controls(drop_id):
        errors["drop_id"] = say(NO_ID)
    if not OPENED_ON <= lodged_on <= today:
        errors["lodged_on"] = say(NOT_THEN)
    if errors:
        shown = await store.read(hand_off, desk, here.filing.id, here.secret)
        page = DropView(
            admission,
            shown,
            drop_dates(desk, today),
            RULES,
            drop_id,
            typed_day,
            errors,
        )
        response = pages.show(request, "residents/drop.html", page, status=422)
        return admission.let(response, desk, here, at)
    kept = await store.write(note_drop, desk, here.filing.id, drop_id, lodged_on)
    if not kept:
        raise Problem(404, "Nothing personal is kept any more.")
    return admission.let(pages.go("/track/drop"), desk, here, at)
