"""California's own platform: what to enter there, and the DROP ID to keep here."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from fastapi import APIRouter
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
from app.web.errors import Problem
from app.web.forms import AnyForm
from app.web.residents.admission import Admission, Followed, FollowedDep
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
async def drop_page(here: FollowedDep) -> Response:
    """Say how the platform goes, and what to enter there."""
    _is_for(here)
    admission, shown = here.looks(), None
    if admission.open:
        shown = await _open(here)
    noted = shown.noted if shown else None
    page = DropView(
        admission,
        shown,
        drop_dates(here.desk, here.today),
        RULES,
        drop_id=(noted.drop_id or "") if noted else "",
        lodged_on=(noted.dates.lodged_on if noted else here.today).isoformat(),
    )
    return here.show("residents/drop.html", page)


@router.post("/track/drop")
async def note(here: FollowedDep, form: AnyForm) -> Response:
    """Take the code that opens it; or the DROP ID, once it is open."""
    _is_for(here)
    admission = await here.admit(form)
    typed_id, typed_day = (form.values.get(n, "") for n in ("drop_id", "lodged_on"))
    page = DropView(
        admission,
        None,
        drop_dates(here.desk, here.today),
        RULES,
        drop_id=typed_id,
        lodged_on=typed_day,
    )
    if not admission.acts:
        return here.show("residents/drop.html", page, status=admission.status)
    if "drop_id" not in form.values:
        return here.go("/track/drop", admission)
    drop_id = typed_id.strip()
    try:
        lodged_on = day_from(typed_day)
    except ValueError:
        lodged_on = date.min
    errors = {}
    if not drop_id or len(drop_id) > ID_LENGTH or has_controls(drop_id):
        errors["drop_id"] = here.say(NO_ID)
    if not OPENED_ON <= lodged_on <= here.today:
        errors["lodged_on"] = here.say(NOT_THEN)
    if errors:
        page = replace(page, shown=await _open(here), drop_id=drop_id, errors=errors)
        return here.show("residents/drop.html", page, admission, status=422)
    kept = await here.store.write(
        note_drop, here.desk, here.filing.id, drop_id, lodged_on
    )
    if not kept:
        raise Problem(404, "Nothing personal is kept any more.")
    return here.go("/track/drop", admission)


def _is_for(here: Followed) -> None:
    """Refuse who lives elsewhere.

    Raises:
        Problem: 404.
    """
    if not is_for(here.filing):
        raise Problem(404, "The platform is for residents of California.")


async def _open(here: Followed) -> HandOff | None:
    return await here.store.read(hand_off, here.desk, here.filing.id, here.secret)
