"""The laws that need checking first, and what is doubtful about them; read only."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from app.actions.record_notes import open_by_record
from app.actions.record_work import RecordWork, record_work
from app.domain.about import About, RecordKind
from app.domain.laws import Confidence, Law
from app.domain.staleness import Doubt, doubts, stalest
from app.web.deps import PagesDep, RulebookDep, StoreDep
from app.web.errors import Problem
from app.web.pages import language_of
from app.web.staff.gate import MemberDep, StaffRoute
from app.words.answers import Say
from app.words.catalog import translations
from app.words.languages import place_name
from app.words.staff import DOUBTS

router = APIRouter(route_class=StaffRoute)
ON_A_PAGE = 50
HERE = "/staff/laws"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which laws somebody wants to see."""

    home: str = ""
    """The country or union whose law it is."""
    confidence: str = ""
    doubt: str = ""

    def takes(self, law: Law) -> bool:
        """Return whether a law is among them."""
        return (
            self.home in {"", home_of(law)}
            and self.confidence in {"", law.confidence}
            and (not self.doubt or self.doubt in doubts(law))
        )

    @property
    def query(self) -> dict[str, str]:
        """Return the choice as it stands in an address."""
        named = {"home": self.home, "confidence": self.confidence, "doubt": self.doubt}
        return {name: value for name, value in named.items() if value}


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the table."""

    law: Law
    home: str
    doubtful: tuple[str, ...]
    notes: int
    """How many notes are open on it."""


@dataclass(frozen=True, slots=True)
class StaffLawsView:
    """The laws, or a part of them."""

    lines: tuple[Line, ...]
    found: int
    next: str | None
    fingerprint: str
    laws: int
    wanted: Wanted
    homes: tuple[tuple[str, str], ...]
    doubts: tuple[tuple[str, str], ...]
    work: RecordWork


def home_of(law: Law) -> str:
    """Return the code of the country or union whose law it is."""
    return law.id.partition("-")[0].upper()


@router.get("/laws")
async def laws(
    request: Request,
    member: MemberDep,
    store: StoreDep,
    rulebook: RulebookDep,
    pages: PagesDep,
    home: Annotated[str, Query()] = "",
    confidence: Annotated[str, Query()] = "",
    doubt: Annotated[str, Query()] = "",
    after: Annotated[int, Query(ge=0, le=2**31)] = 0,
) -> Response:
    """Show what needs checking first, in the order of ``efface laws list --stale``."""
    language = language_of(request)
    say = translations(language).gettext
    every = rulebook.pack.laws.values()
    homes = {home_of(law): place_name(home_of(law), language) for law in every}
    allowed = {"home": homes, "confidence": set(Confidence), "doubt": set(Doubt)}
    wanted = Wanted(home, confidence, doubt)
    for name, value in wanted.query.items():
        if value not in allowed[name]:
            raise Problem(422, f"{name} is none", field=name)
    found = [law for law in stalest(every) if wanted.takes(law)]
    shown, rest = found[after : after + ON_A_PAGE], found[after + ON_A_PAGE :]
    noted = await store.read(open_by_record)
    page = StaffLawsView(
        lines=tuple(_line(law, homes[home_of(law)], noted, say) for law in shown),
        found=len(found),
        next=_address(wanted, after + ON_A_PAGE) if rest else None,
        fingerprint=rulebook.pack.fingerprint,
        laws=len(rulebook.pack.laws),
        wanted=wanted,
        homes=tuple(sorted(homes.items(), key=lambda pair: pair[1].casefold())),
        doubts=tuple((doubt.value, say(DOUBTS[doubt])) for doubt in Doubt),
        work=await store.read(record_work),
    )
    return pages.show(request, "staff/laws.html", page, staff=member)


def _line(law: Law, home: str, noted: Mapping[str, int], say: Say) -> Line:
    doubtful = tuple(say(DOUBTS[doubt]) for doubt in doubts(law))
    about = About(RecordKind.LAW, law.id)
    return Line(law, home, doubtful, noted.get(str(about), 0))


def _address(wanted: Wanted, after: int) -> str:
    return f"{HERE}?{urlencode({**wanted.query, 'after': after})}"
