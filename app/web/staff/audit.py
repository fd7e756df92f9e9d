"""The audit trail: who did what, when and why; nobody changes it."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import date, datetime
from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from app.actions.check_chains import ChainState, ask_check
from app.actions.portal import Portal
from app.actions.read_audit import (
    EXPORTED,
    Done,
    Exported,
    Wanted,
    export_audit,
    member_address,
    read_audit,
    subject_named,
)
from app.actions.read_heads import Head
from app.actions.sign_in import Member
from app.domain.written_days import day_from
from app.store.audit import hashed_fields
from app.web.deps import Now, PagesDep, PortalDep, StoreDep
from app.web.downloads import attachment
from app.web.forms import AnyForm
from app.web.pages import Pages, csv_of, json_of, language_of
from app.web.staff.gate import MemberDep, StaffRoute
from app.web.staff.policy import EXPORTERS
from app.words.answers import Say
from app.words.catalog import translations
from app.words.languages import day_in_words
from app.words.marks import mark
from app.words.record_work import BECAME, READINGS
from app.words.record_work import FOUND as FOUND_OF_RECORDS
from app.words.staff import ACTORS, DONE, FOUND, HAPPENED, MEANS, REASONS, SAID
from app.words.terms import ROLES
from app.words.ways import WAYS

router = APIRouter(route_class=StaffRoute)
FORM = "efface audit 1"
NOTHING_ABOUT = mark("Nothing on record is about this.")
IN_WORDS: Mapping[str, Mapping[str, str]] = {
    "reason": REASONS,
    "found": {**FOUND, **FOUND_OF_RECORDS},
    "became": BECAME,
    "reading": READINGS,
    "kind": {**HAPPENED, **SAID},
    "by": MEANS,
    "way": WAYS,
    "role": ROLES,
}
"""The details that say why, the one that says most first, and the words of each."""
NO_DAY = mark("Write a day like this: 2026-11-23.")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the trail."""

    seq: int
    at: datetime
    who: str
    what: str
    subject: str
    is_request: bool
    why: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What the filters hold, as it stands in the page's address."""

    actor: str = ""
    action: str = ""
    about: str = ""
    """A request's number, a company, a key: never a person's address."""
    person: str = ""
    """The id of a staff member that entries are about."""
    since: str = ""
    until: str = ""

    @property
    def query(self) -> str:
        """The address of these entries, after the question mark."""
        return urlencode({name: text for name, text in asdict(self).items() if text})


@dataclass(frozen=True, slots=True)
class AuditView:
    """One page of the trail."""

    rows: tuple[Row, ...]
    before: int | None
    asked: Asked
    about: str
    """What the field holds: staff see the address of a colleague there."""
    actors: tuple[tuple[str, str], ...]
    actions: tuple[tuple[str, str], ...]
    head: Head | None
    chains: ChainState
    exports: bool
    """Whether who looks may take entries away."""
    at_most: int = EXPORTED
    errors: dict[str, str] = field(default_factory=dict)


@router.get("/audit")
async def audit(
    request: Request,
    member: MemberDep,
    store: StoreDep,
    pages: PagesDep,
    before: Annotated[int | None, Query(ge=1, le=2**53)] = None,
) -> Response:
    """Show what was done, newest first."""
    given = request.query_params
    asked = Asked(**{each.name: given.get(each.name, "") for each in fields(Asked)})
    return await _show(request, member, store, pages, asked, before=before)


@router.get("/audit/check")
async def own_page(pages: PagesDep) -> Response:
    """Lead to the trail: here only a button arrives."""
    return pages.go("/staff/audit")


@router.post("/audit/check")
async def check(
    member: MemberDep, store: StoreDep, pages: PagesDep, at: Now
) -> Response:
    """Have the worker check every chain; the page does not wait for it."""
    await store.write(ask_check, by=member.id, at=at)
    return pages.go("/staff/audit#chains")


@router.post("/audit")
async def choose(
    request: Request, form: AnyForm, member: MemberDep, store: StoreDep, pages: PagesDep
) -> Response:
    """Lead to the entries that were asked for.

    What was typed comes into the address only where the trail itself is about it.
    """
    given = form.values
    asked = Asked(
        actor=given.get("actor", ""),
        action=given.get("action", ""),
        since=given.get("since", ""),
        until=given.get("until", ""),
    )
    typed = given.get("about", "").strip()
    named = await store.read(subject_named, typed) if typed else ""
    if named is None:
        say = translations(language_of(request)).gettext
        errors = {"about": say(NOTHING_ABOUT)}
        return await _show(request, member, store, pages, asked, typed, errors=errors)
    if isinstance(named, UUID):
        asked = replace(asked, person=str(named))
    else:
        asked = replace(asked, about=named)
    return pages.go(f"/staff/audit?{asked.query}" if asked.query else "/staff/audit")


@router.get("/audit/export")
async def nothing_to_export(pages: PagesDep) -> Response:
    """Lead back: an export is written down, so a link makes none."""
    return pages.go("/staff/audit")


@router.post("/audit/export")
async def export(
    request: Request,
    form: AnyForm,
    member: MemberDep,
    store: StoreDep,
    pages: PagesDep,
    portal: PortalDep,
    at: Now,
) -> Response:
    """Give the entries as a file; that they were taken is on record."""
    given = form.values
    asked = Asked(**{each.name: given.get(each.name, "") for each in fields(Asked)})
    wanted, errors = await _wanted(request, store, asked)
    if wanted is None:
        return await _show(request, member, store, pages, asked, errors=errors)
    kind = "csv" if given.get("form") == "csv" else "json"
    found = await store.write(export_audit, wanted, kind, by=member.id, at=at)
    response = _csv(found) if kind == "csv" else _json(found, portal)
    response.headers.update(attachment(f"audit.{kind}"))
    return response


def _json(found: Exported, portal: Portal) -> Response:
    document: dict[str, Any] = {
        "form": FORM,
        "how_to_check": portal.link("/help/heads"),
        "more": found.more,
        "head": found.head.document if found.head else None,
        "entries": [
            {
                "fields": hashed_fields(
                    seq=entry.seq,
                    at=entry.at,
                    actor=entry.actor,
                    action=entry.action,
                    subject=entry.subject,
                    detail=entry.detail,
                ),
                "previous": entry.previous.hex(),
                "hash": entry.hash.hex(),
            }
            for entry in found.entries
        ],
    }
    return json_of(document)


def _csv(found: Exported) -> Response:
    return csv_of(
        ("seq", "at", "who", "action", "subject", "detail", "previous", "hash"),
        [
            (
                entry.seq,
                entry.at.isoformat(),
                entry.who,
                entry.action,
                entry.subject,
                json.dumps(entry.detail, ensure_ascii=False, sort_keys=True),
                entry.previous.hex(),
                entry.hash.hex(),
            )
            for entry in found.entries
        ],
    )


async def _wanted(
    request: Request, store: StoreDep, asked: Asked
) -> tuple[Wanted | None, dict[str, str]]:
    """Return which entries are asked for; None where a day or a person is none."""
    say, errors = translations(language_of(request)).gettext, {}
    days: dict[str, date] = {}
    for name in ("since", "until"):
        if text := getattr(asked, name):
            try:
                days[name] = day_from(text)
            except ValueError:
                errors[name] = say(NO_DAY)
    subject: str | None = asked.about
    if asked.person:
        member = _id(asked.person)
        subject = await store.read(member_address, member) if member else None
        if subject is None:
            errors["about"] = say(NOTHING_ABOUT)
    if errors or subject is None:
        return None, errors
    wanted = Wanted(
        asked.actor, asked.action, subject, days.get("since"), days.get("until")
    )
    return wanted, {}


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


async def _show(
    request: Request,
    member: Member,
    store: StoreDep,
    pages: Pages,
    asked: Asked,
    typed: str | None = None,
    *,
    before: int | None = None,
    errors: dict[str, str] | None = None,
) -> Response:
    language = language_of(request)
    say = translations(language).gettext
    wanted, wrong = await _wanted(request, store, asked)
    errors = {**wrong, **(errors or {})}
    found = await store.read(read_audit, wanted or Wanted(), before)
    view = AuditView(
        rows=()
        if errors
        else tuple(_row(entry, language, say) for entry in found.entries),
        before=None if errors else found.before,
        asked=asked,
        about=(wanted.subject if wanted else "") if typed is None else typed,
        actors=(*((code, say(text)) for code, text in ACTORS.items()), *found.people),
        actions=_sorted((code, say(text)) for code, text in DONE.items()),
        head=found.head,
        chains=found.chains,
        exports=member.role in EXPORTERS,
        errors=errors,
    )
    status = 422 if errors else 200
    return pages.show(request, "staff/audit.html", view, status=status, staff=member)


def _sorted(pairs: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(pairs, key=lambda pair: pair[1].casefold()))


def _row(entry: Done, language: str, say: Say) -> Row:
    return Row(
        seq=entry.seq,
        at=entry.at,
        who=say(ACTORS[entry.who]) if entry.who in ACTORS else entry.who,
        what=say(DONE[entry.action]) if entry.action in DONE else entry.action,
        subject=entry.subject,
        is_request=entry.subject.startswith("R-"),
        why=_why(entry, language, say),
    )


def _why(entry: Done, language: str, say: Say) -> str:
    """Return the details that say why, in words."""
    detail = entry.detail
    for name, words in IN_WORDS.items():
        if name in detail:
            code = detail[name]
            said = say(words[code]) if code in words else str(code)
            return f"{said}. {detail['words']}" if "words" in detail else said
    if "form" in detail:
        return f"{str(detail['form']).upper()}, {detail['entries']}"
    if "on" in detail:
        return day_in_words(date.fromisoformat(str(detail["on"])), language)
    return str(detail.get("name", ""))
