"""Eligibility, deadlines, coverage, and the lists behind them."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from app.actions.check_eligibility import (
    FactsDocument,
    UnknownValueError,
    check_facts,
    check_vendor,
    law_of,
    vendor_of,
)
from app.actions.read_facts import WrongFactsError, read_facts
from app.actions.read_json import NoJsonError
from app.actions.written_day import WrittenDay
from app.domain.coverage import researched
from app.domain.deadlines import Day as AnyDay
from app.domain.deadlines import (
    Moments,
    NotInForceError,
    contradiction,
    count,
    farthest,
)
from app.domain.facts import PersonFacts
from app.domain.places import Places, UnknownPlaceError
from app.domain.vendors import Directory
from app.domain.written_days import day_or_moment_from
from app.rulebook.holiday_days import calendar_codes, nearest_calendars
from app.rulebook.load import Rulebook
from app.web.coverage.asked import AskedDep
from app.web.coverage.changes import changes_document
from app.web.coverage.vendors import by_name, stamp
from app.web.deps import (
    Day,
    DirectoryDep,
    DirectoryThen,
    PortalDep,
    RulebookDep,
    TablesDep,
    ToldDep,
    day_asked,
    language_named,
    once,
    parts,
)
from app.web.errors import Problem
from app.web.pages import json_of, public
from app.words.catalog import translations
from app.words.documents import coverage_document, eligibility_document
from app.words.naming import in_language
from app.words.records import (
    jurisdiction_document,
    jurisdiction_summary,
    law_document,
    law_summary,
    vendor_document,
)
from app.words.steps import deadlines_document

router = APIRouter()
JSON_ANSWER: dict[int | str, dict[str, Any]] = {
    200: {"content": {"application/json": {"schema": {"type": "object"}}}},
    422: {"description": "A value is unknown or misread; the field is named."},
}


def _refused(unknown: UnknownValueError) -> Problem:
    return Problem(
        422,
        f"unknown value for {unknown.field}",
        field=unknown.field,
        nearest=unknown.nearest,
    )


@router.get("/eligibility", responses=JSON_ANSWER)
async def eligibility(
    request: Request,
    residence: Annotated[str, Query()],
    vendor: Annotated[str, Query()],
    on: Annotated[str | None, Query()] = None,
    lang: Annotated[str | None, Query()] = None,
) -> Response:
    """Answer what a resident of a place is owed by a vendor on a day."""
    # Without dependencies: the framework took longer over them than we over the rest.
    once(request)
    here = parts(request)
    at = here.now()
    day, language = day_asked(on, at.astimezone(UTC).date()), language_named(lang)
    directory = await here.directory.current(here.store, at)
    key = (residence, vendor, day, directory.version, language)
    if (written := here.kept.find(key, request)) is not None:
        return written
    try:
        answer, found = check_vendor(
            here.rulebook,
            directory,
            residence=residence,
            vendor=vendor,
            person=PersonFacts(),
            on=day,
        )
    except UnknownValueError as unknown:
        raise _refused(unknown) from None
    response = json_of(
        eligibility_document(
            in_language(answer, here.rulebook.pack.laws, language),
            vendor_name=found.name,
            law_pack=here.rulebook.pack.fingerprint,
            say=translations(language).gettext,
        )
    )
    here.kept.keep(key, response)
    return response


@router.post(
    "/eligibility",
    responses=JSON_ANSWER,
    openapi_extra={
        "requestBody": {"content": {"application/json": {"schema": {"type": "object"}}}}
    },
)
async def eligibility_of_facts(
    request: Request,
    residence: Annotated[str, Query()],
    on: Day,
    rulebook: RulebookDep,
    lang: Annotated[str | None, Query()] = None,
) -> Response:
    """Answer for a vendor and a person of whom these facts are known."""
    language = language_named(lang)
    document = _facts(await request.body(), rulebook.places)
    try:
        answer = check_facts(rulebook, residence=residence, document=document, on=on)
    except UnknownValueError as unknown:
        raise _refused(unknown) from None
    return json_of(
        eligibility_document(
            in_language(answer, rulebook.pack.laws, language),
            vendor_name=None,
            law_pack=rulebook.pack.fingerprint,
            say=translations(language).gettext,
        )
    )


def _facts(body: bytes, places: Places) -> FactsDocument:
    try:
        return read_facts(body, places)
    except WrongFactsError as error:
        names = ", ".join(dict.fromkeys(w.field for w in error.wrong))
        faults = [(w.field, w.said, w.nearest) for w in error.wrong]
        raise Problem(422, f"wrong facts: {names}", errors=faults) from None
    except NoJsonError:
        raise Problem(422, "the body is not JSON", field="body") from None


@router.get("/deadlines", responses=JSON_ANSWER)
async def deadlines(
    request: Request,
    law: Annotated[str, Query()],
    received: Annotated[str, Query()],
    rulebook: RulebookDep,
    calendar: Annotated[str | None, Query()] = None,
    identity_asked: Annotated[WrittenDay | None, Query()] = None,
    identity_given: Annotated[WrittenDay | None, Query()] = None,
    authenticated: Annotated[WrittenDay | None, Query()] = None,
    appeal_received: Annotated[WrittenDay | None, Query()] = None,
    lang: Annotated[str | None, Query()] = None,
) -> Response:
    """Count every date that follows from a receipt, with the steps of the count."""
    once(request)
    language = language_named(lang)
    try:
        found = law_of(rulebook.pack.laws, law)
    except UnknownValueError as unknown:
        raise _refused(unknown) from None
    if calendar is not None and calendar not in calendar_codes():
        near = nearest_calendars(calendar)
        raise Problem(422, "unknown value for calendar", field="calendar", nearest=near)
    since = Moments(
        identity_asked=identity_asked,
        identity_given=identity_given,
        authenticated=authenticated,
        appeal_received=appeal_received,
    )
    try:
        day = received_of(received)
    except ValueError:
        raise Problem(
            422, "received is no day such as 2026-11-23", field="received"
        ) from None
    try:
        if impossible := contradiction(day, since):
            later, earlier = impossible
            raise Problem(422, f"{later} comes before {earlier}", field=later)
        dates = count(found, day, rulebook.calendar, calendar=calendar, since=since)
    except NotInForceError as outside:
        raise Problem(422, str(outside), field="received") from None
    except OverflowError:
        far = farthest(day, since)
        raise Problem(422, f"{far} is too far away to count from", field=far) from None
    return json_of(
        deadlines_document(dates, (language, translations(language).gettext))
    )


def received_of(text: str) -> AnyDay:
    """Read a day of receipt, or a moment with its offset.

    Raises:
        ValueError: If it is neither.
    """
    moment = day_or_moment_from(text.replace(" ", "+"))  # a plus is a space in a query
    if isinstance(moment, datetime) and moment.tzinfo is None:
        raise ValueError("a moment needs its offset")
    return moment


@router.get("/coverage", responses=JSON_ANSWER)
async def coverage(
    request: Request,
    on: Day,
    rulebook: RulebookDep,
    directory: DirectoryThen,
    tables: TablesDep,
    portal: PortalDep,
) -> Response:
    """Answer for every vendor and researched place on a day."""
    table = await tables.of(directory, rulebook, on)
    document = coverage_document(table, law_pack=rulebook.pack.fingerprint)
    return _public(request, document, rulebook, directory, on, portal)


@router.get("/jurisdictions", responses=JSON_ANSWER)
async def jurisdictions(
    request: Request,
    on: Day,
    rulebook: RulebookDep,
    directory: DirectoryThen,
    portal: PortalDep,
) -> Response:
    """List the places whose law was researched."""
    places = researched(rulebook.pack.laws, rulebook.places)
    document = {"jurisdictions": [jurisdiction_summary(p) for p in places]}
    return _public(request, document, rulebook, directory, on, portal)


@router.get("/laws", responses=JSON_ANSWER)
async def laws(
    request: Request,
    on: Day,
    rulebook: RulebookDep,
    directory: DirectoryThen,
    portal: PortalDep,
) -> Response:
    """List the laws of the pack."""
    document = {
        "law_pack": rulebook.pack.fingerprint,
        "laws": [law_summary(law) for law in rulebook.pack.laws.values()],
    }
    return _public(request, document, rulebook, directory, on, portal)


@router.get(
    "/laws/{law}",
    responses={**JSON_ANSWER, 404: {"description": "There is no such law."}},
)
async def law(
    request: Request,
    law: str,
    on: Day,
    rulebook: RulebookDep,
    directory: DirectoryThen,
    portal: PortalDep,
) -> Response:
    """Give one law, with its versions and sources."""
    try:
        found = law_of(rulebook.pack.laws, law)
    except UnknownValueError as unknown:
        raise Problem(
            404, "there is no such law", field="law", nearest=unknown.nearest
        ) from None
    document = {"on": on.isoformat(), **law_document(found)}
    return _public(request, document, rulebook, directory, on, portal)


@router.get(
    "/jurisdictions/{code}",
    responses={**JSON_ANSWER, 404: {"description": "There is no such jurisdiction."}},
)
async def jurisdiction(
    request: Request,
    code: str,
    on: Day,
    rulebook: RulebookDep,
    directory: DirectoryThen,
    portal: PortalDep,
) -> Response:
    """Give one place, with the laws that are in force there, coming, and over."""
    try:
        place = rulebook.places[code]
    except UnknownPlaceError as unknown:
        raise Problem(
            404, "there is no such jurisdiction", field="code", nearest=unknown.nearest
        ) from None
    document = jurisdiction_document(place, on, rulebook.pack.laws, rulebook.places)
    return _public(request, document, rulebook, directory, on, portal)


@router.get("/changes", responses=JSON_ANSWER)
async def changes(
    request: Request,
    asked: AskedDep,
    told: ToldDep,
    rulebook: RulebookDep,
    directory: DirectoryDep,
    portal: PortalDep,
    lang: Annotated[str | None, Query()] = None,
) -> Response:
    """List who gained or lost cover, when, and why; apart from it what is coming."""
    document = changes_document(asked, told, directory, rulebook, language_named(lang))
    return _public(request, document, rulebook, directory, asked.on, portal)


@router.get("/vendors", responses=JSON_ANSWER)
async def vendors(
    request: Request,
    on: Day,
    rulebook: RulebookDep,
    directory: DirectoryThen,
    portal: PortalDep,
) -> Response:
    """List the vendors, with their routes, offers and orders."""
    document = {"vendors": [vendor_document(v, on) for v in by_name(directory)]}
    return _public(request, document, rulebook, directory, on, portal)


@router.get(
    "/vendors/{slug}",
    responses={**JSON_ANSWER, 404: {"description": "There is no such vendor."}},
)
async def vendor(
    request: Request,
    slug: str,
    on: Day,
    rulebook: RulebookDep,
    directory: DirectoryThen,
    portal: PortalDep,
) -> Response:
    """Give one vendor; its ``facts`` are those of a facts document."""
    try:
        found = vendor_of(directory, slug)
    except UnknownValueError as unknown:
        raise Problem(
            404, "there is no such vendor", field="slug", nearest=unknown.nearest
        ) from None
    return _public(request, vendor_document(found, on), rulebook, directory, on, portal)


def _public(
    request: Request,
    document: Mapping[str, Any],
    rulebook: Rulebook,
    directory: Directory,
    on: date,
    portal: PortalDep,
) -> Response:
    return public(
        request, json_of(document), stamp=stamp(directory, rulebook, on), portal=portal
    )
