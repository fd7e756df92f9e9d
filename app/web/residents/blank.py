"""A letter with blanks, for a place and a company: nothing is typed, nothing is kept."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from app import pdf
from app.actions.choose_vendors import Unfit
from app.actions.desk import Desk
from app.actions.write_letter import BlankLetter, blank_letter
from app.web.deps import DeskDep, Now, PagesDep
from app.web.downloads import attachment
from app.web.errors import Problem
from app.web.pages import language_of
from app.web.printing import PrinterDep, as_text, print_letter
from app.web.residents.check_form import (
    NO_COMPANY,
    UNKNOWN_COMPANY,
    CheckView,
    Typed,
    form_view,
    place_errors,
    place_of,
)
from app.web.residents.own_letters import (
    FORMS,
    MailTo,
    mailto,
)
from app.words.languages import Language

router = APIRouter()


@dataclass(frozen=True, slots=True)
class BlankView:
    """The choice of place and company, and the letter once both are there."""

    form: CheckView
    vendor: str
    blank: BlankLetter | None = None
    residence: str = ""
    mailto: MailTo | None = None
    query: str = ""
    """What its files are asked with."""
    pdf: bool = False


def _letter(
    desk: Desk, residence: str, vendor: str, language: Language, on: date
) -> BlankLetter:
    """Return the letter.

    Raises:
        Problem: 404, where the company has no way in that we know.
    """
    found = blank_letter(desk, residence, vendor, language, on)
    if isinstance(found, Unfit):
        raise Problem(404, "There is no way to this company that we know.")
    return found


@router.get("/letter")
async def blank(
    request: Request,
    desk: DeskDep,
    pages: PagesDep,
    at: Now,
    country: Annotated[str, Query()] = "",
    region: Annotated[str, Query()] = "",
    vendor: Annotated[str, Query()] = "",
    asked: Annotated[str, Query()] = "",
) -> Response:
    """Ask for place and company, and show the letter."""
    language, rulebook = language_of(request), desk.rulebook
    place = place_of(rulebook, country, region)
    errors: dict[str, str] = {}
    if asked and place is None:
        errors = place_errors(rulebook, country, region)
    if asked and vendor not in desk.directory.vendors:
        errors["vendor"] = UNKNOWN_COMPANY if vendor else NO_COMPANY
    chosen = (vendor,) if vendor in desk.directory.vendors else ()
    typed = Typed(country, region, chosen)
    form = form_view(rulebook, desk.directory, language, typed, errors)
    if not asked or errors or place is None:
        page = BlankView(form, vendor)
        status = 422 if errors else 200
        return pages.show(request, "residents/blank.html", page, status=status)
    on = rulebook.places[place].day(at)
    found = _letter(desk, place, vendor, language, on)
    page = BlankView(
        form,
        vendor,
        found,
        place,
        mailto(found.letter, found.to, None),
        urlencode({"residence": place, "vendor": vendor}),
        pdf.AVAILABLE,
    )
    return pages.show(request, "residents/blank.html", page)


@router.get("/letter.{form}")
async def blank_file(
    request: Request,
    form: str,
    desk: DeskDep,
    printer: PrinterDep,
    at: Now,
    residence: Annotated[str, Query()] = "",
    vendor: Annotated[str, Query()] = "",
) -> Response:
    """Give the letter with blanks as text or as a PDF."""
    known = residence in desk.rulebook.places and vendor in desk.directory.vendors
    made = form == "txt" or (form == "pdf" and pdf.AVAILABLE)
    if not known or not made:
        raise Problem(404, "There is no such file.")
    on = desk.rulebook.places[residence].day(at)
    letter = _letter(desk, residence, vendor, language_of(request), on).letter
    content = (
        await print_letter(letter, printer, at) if form == "pdf" else as_text(letter)
    )
    headers = attachment(f"efface-letter.{form}")
    return Response(content, media_type=FORMS[form], headers=headers)
