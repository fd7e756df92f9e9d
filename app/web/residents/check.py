"""Where you live, which company, what you are owed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from app.actions.filing_form import NAME_LENGTH, VENDORS
from app.domain.coverage import saying_none
from app.domain.laws import Law
from app.domain.vendors import Directory
from app.rulebook.load import Rulebook
from app.web.deps import (
    Day,
    DirectoryDep,
    DirectoryThen,
    Now,
    PagesDep,
    RulebookDep,
    StoreDep,
)
from app.web.pages import language_of, packed
from app.web.residents.answers import Card, Told
from app.web.residents.check_form import (
    FORMER,
    NO_COMPANY,
    UNKNOWN_COMPANY,
    UNKNOWN_PLACE,
    PlaceLists,
    Typed,
    choice_error,
    form_view,
    place_errors,
    place_lists,
    place_of,
    wanted_of,
)
from app.web.residents.choice import address, circles_of, known_place
from app.web.residents.circle_answer import show_circle
from app.words.catalog import translations
from app.words.languages import Language

router = APIRouter()


@dataclass(frozen=True, slots=True)
class MovedView:
    """The question where somebody lived before."""

    places: PlaceLists
    residence: str
    vendors: tuple[str, ...]
    circle: str
    country: str
    region: str
    errors: dict[str, str]
    back: str
    on: str


@dataclass(frozen=True, slots=True)
class AnswerView:
    """The answer."""

    residence: str
    former: str | None
    """Where the person lived before, which is shown and never filed for."""
    on: date
    today: bool
    cards: tuple[Card, ...]
    before: Mapping[str, Card]
    """The answers at the former place, by company."""
    unknown: bool
    """Whether the address names a company that we do not know."""
    change: str
    """Address of the form with the present choice in it."""
    permalink: str
    compiled_on: date
    later: bool
    """Whether the day is later than the law was read."""
    without_law: tuple[Law, ...]
    """Records that say that the place has no general law."""
    errors: Mapping[str, str] = field(default_factory=dict)

    @property
    def alone(self) -> Card | None:
        """The one company that can be asked, where the answer is about no other."""
        one = self.cards[0]
        return one if len(self.cards) == 1 and one.reachable else None


@router.get("/check")
async def check(
    request: Request,
    pages: PagesDep,
    directory: DirectoryDep,
    rulebook: RulebookDep,
    at: Now,
    country: Annotated[str, Query()] = "",
    region: Annotated[str, Query()] = "",
    residence: Annotated[str, Query()] = "",
    vendor: Annotated[list[str], Query()] = [],  # noqa: B006 - the framework copies it
    kind: Annotated[list[str], Query()] = [],  # noqa: B006 - the framework copies it
    circle: Annotated[list[str], Query()] = [],  # noqa: B006 - the framework copies it
    moved: Annotated[str, Query()] = "",
    former_country: Annotated[str | None, Query()] = None,
    former_region: Annotated[str, Query()] = "",
    name: Annotated[str, Query()] = "",
    look: Annotated[str, Query()] = "",
    asked: Annotated[str, Query()] = "",
    on: Annotated[str, Query()] = "",
    lang: Annotated[str, Query()] = "",
) -> Response:
    """Ask for place and companies, and for a former place; send on once all is there."""
    language = language_of(request)
    typed = Typed(
        country=country or residence.partition("-")[0],
        region=region or (residence if "-" in residence else ""),
        vendors=directory.known(vendor),
        kinds=frozenset(kind),
        circles=tuple(dict.fromkeys(filter(None, circle))),
        moved=bool(moved),
        name=name.strip()[:NAME_LENGTH],
        looks=bool(look),
    )
    wanted, today = wanted_of(directory, typed), _day(at)
    if not asked or typed.looks:
        page = form_view(rulebook, directory, language, typed, {}, on, today=today)
        return packed(request, pages.show(request, "residents/check.html", page))
    place = place_of(rulebook, typed.country, typed.region)
    errors = {} if place else place_errors(rulebook, typed.country, typed.region)
    wrong = choice_error(wanted, typed.circles, circles_of(directory, today))
    if wrong is not None:
        errors["vendor"] = wrong
    if errors or place is None:
        page = form_view(rulebook, directory, language, typed, errors, on, today=today)
        return packed(
            request, pages.show(request, "residents/check.html", page, status=422)
        )
    kept = [(name, text) for name, text in (("on", on), ("lang", lang)) if text]
    [whole] = typed.circles or ("",)
    if not typed.moved:
        found = address(place, wanted, more=kept, circle=whole)
        return pages.go(f"/check/answer?{found}")
    former = place_of(rulebook, former_country or "", former_region)
    if former is not None:
        found = address(place, wanted, former, kept, circle=whole)
        return pages.go(f"/check/answer?{found}")
    faults = place_errors(rulebook, former_country or "", former_region, FORMER)
    told = faults if former_country is not None else {}
    say = translations(language).gettext
    again = address(place, wanted, more=[*kept, ("moved", "1")], circle=whole)
    asks = MovedView(
        places=place_lists(rulebook, language),
        residence=place,
        vendors=wanted,
        circle=whole,
        country=former_country or "",
        region=former_region,
        errors={field: say(text) for field, text in told.items()},
        back=f"/check?{again}",
        on=on,
    )
    status = 422 if told else 200
    return packed(
        request, pages.show(request, "residents/moved.html", asks, status=status)
    )


@router.get("/check/answer")
async def answer(
    request: Request,
    on: Day,
    pages: PagesDep,
    directory: DirectoryThen,
    rulebook: RulebookDep,
    store: StoreDep,
    at: Now,
    residence: Annotated[str, Query()] = "",
    former: Annotated[str, Query()] = "",
    vendor: Annotated[list[str], Query()] = [],  # noqa: B006 - the framework copies it
    circle: Annotated[str, Query()] = "",
) -> Response:
    """Show what the person is owed, company by company, or by all of a circle."""
    language = language_of(request)
    known = tuple(directory.known(vendor))[:VENDORS]
    asked_for = request.query_params.get("on", "")
    place = known_place(rulebook, residence)
    today = (rulebook.places[place].day if place else _day)(at)
    whole = circles_of(directory, on if asked_for else today)
    wrong = choice_error(known, [circle] if circle else [], whole)
    if place is None or wrong is not None:
        errors = {"country": UNKNOWN_PLACE} if place is None else {}
        if wrong is not None:
            named = wrong == NO_COMPANY and any(vendor)
            errors["vendor"] = UNKNOWN_COMPANY if named else wrong
        typed = Typed(residence.partition("-")[0], residence, known, circles=(circle,))
        page = form_view(
            rulebook, directory, language, typed, errors, asked_for, today=today
        )
        return packed(
            request, pages.show(request, "residents/check.html", page, status=422)
        )
    if circle:
        return await show_circle(
            request,
            pages,
            directory,
            rulebook,
            store,
            place,
            circle,
            former,
            on if asked_for else today,
            today=asked_for in ("", today.isoformat()),
        )
    view = answer_view(
        rulebook,
        directory,
        language,
        place,
        known,
        former,
        on if asked_for else today,
        today=asked_for in ("", today.isoformat()),
        unknown=any(not directory.known([v]) for v in vendor),
    )
    return packed(request, pages.show(request, "residents/answer.html", view))


def answer_view(
    rulebook: Rulebook,
    directory: Directory,
    language: Language,
    place: str,
    vendors: Sequence[str],
    former: str,
    on: date,
    *,
    today: bool,
    unknown: bool = False,
    errors: Mapping[str, str] | None = None,
) -> AnswerView:
    """Return what the page shows of companies that are known, at a known place."""
    before = known_place(rulebook, former) if former else None
    if before == place:
        before = None
    kept = [] if today else [("on", on.isoformat())]
    moved = [("moved", "1")] if before else []
    told = Told(rulebook, directory, language)
    return AnswerView(
        residence=place,
        former=before,
        on=on,
        today=today,
        cards=told.cards(place, vendors, on),
        before={c.slug: c for c in told.cards(before, vendors, on)} if before else {},
        unknown=unknown,
        change=f"/check?{address(place, vendors, more=[*kept, *moved])}",
        permalink=f"/check/answer?{address(place, vendors, before)}&on={on}",
        compiled_on=rulebook.pack.compiled_on,
        later=on > rulebook.pack.compiled_on,
        without_law=tuple(saying_none(rulebook.places[place], on, rulebook.pack.laws)),
        errors=errors or {},
    )


def _day(at: datetime) -> date:
    return at.astimezone(UTC).date()
