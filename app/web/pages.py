"""A page is an object; this writes it down: HTML, JSON, CSV, with its headers."""

import gzip
import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from babel.numbers import format_decimal
from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup
from starlette.routing import Match

from app.actions.portal import Portal
from app.web.compiled import COMPILED
from app.web.kept import has_already, unchanged
from app.web.shared import Shared
from app.words.answers import span_of
from app.words.catalog import translations
from app.words.csv_form import csv_text
from app.words.languages import (
    Language,
    chosen,
    colon,
    day_in_words,
    language_name,
    place_name,
)
from app.words.naming import name_of
from app.words.provisions import provision_on_page
from app.words.terms import ALL

LANGUAGE_COOKIE = "lang"
A_YEAR = 365 * 24 * 3600
WORTH_PACKING, PACKED_LEVEL = 2_000, 5


TOO_MANY_REQUESTS = 429


@dataclass(frozen=True, slots=True)
class Static:
    """The style sheet and scripts, under addresses that change with their bytes."""

    folder: Path
    prefix: str

    @classmethod
    def of(cls, folder: Path) -> "Static":
        """Return the static files of ``folder``, their contents hashed once."""
        digest = hashlib.sha256()
        for file in sorted(folder.iterdir()):
            digest.update(file.read_bytes())
        return cls(folder, f"/static/{digest.hexdigest()[:16]}")

    def __call__(self, name: str) -> str:
        """Return the address of one file."""
        return f"{self.prefix}/{name}"


class Pages:
    """Renders templates in the visitor's language."""

    def __init__(self, templates: Path, static: Static, portal: Portal) -> None:
        self.demo = False
        """Whether every page says that the people here are made up."""
        self.static = static
        self._portal = portal
        self._environments = {
            language: self._environment(templates, language) for language in Language
        }

    def show(
        self,
        request: Request,
        template: str,
        page: object,
        *,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
        staff: object = None,
        language: Language | None = None,
        shared: Shared | None = None,
        again: str | None = None,
    ) -> Response:
        """Return a page; what is not said to be public is never stored.

        One that answers a limit says how long to wait, a minute if nothing else.
        ``language`` is given where it does not follow from the visitor alone, and
        ``again`` where the page is found under another address than its own.
        """
        language = language or language_of(request)
        body = self.render(
            request,
            template,
            page,
            language=language,
            staff=staff,
            shared=shared,
            again=again,
        )
        waits = {"Retry-After": "60"} if status == TOO_MANY_REQUESTS else {}
        response = HTMLResponse(body, status, {**waits, **(headers or {})})
        if asked := _asked_in(request):
            self.remember(response, Language(asked))
        return response

    def render(
        self,
        request: Request,
        template: str,
        page: object,
        *,
        language: Language,
        staff: object = None,
        shared: Shared | None = None,
        again: str | None = None,
    ) -> str:
        """Return the text of a page."""
        environment = self._environments[language]
        return environment.get_template(template).render(
            page=page,
            here=again or _here(request),
            path=request.url.path,
            staff=staff,
            demo=self.demo,
            shared=shared,
            asked_in=_asked_in(request),
        )

    def write(self, template: str, language: Language, **values: object) -> str:
        """Return the text of a template that belongs to no request."""
        return self._environments[language].get_template(template).render(**values)

    def remember(self, response: Response, language: Language) -> None:
        """Keep the language in a cookie; such a page is for this visitor alone."""
        response.set_cookie(
            LANGUAGE_COOKIE,
            language,
            max_age=A_YEAR,
            secure=self._portal.secure,
            httponly=True,
            samesite="lax",
        )
        response.headers["Cache-Control"] = "no-store"
        if "ETag" in response.headers:
            del response.headers["ETag"]

    @staticmethod
    def go(address: str) -> RedirectResponse:
        """Send the browser on, after a form."""
        return RedirectResponse(address, 303)

    def _environment(self, templates: Path, language: Language) -> Environment:
        environment = Environment(
            loader=FileSystemLoader(templates),
            autoescape=select_autoescape(default_for_string=True, default=True),
            undefined=StrictUndefined,
            extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
            bytecode_cache=COMPILED,
        )
        catalog = translations(language)
        environment.install_gettext_translations(  # type: ignore[attr-defined]
            catalog, newstyle=True
        )
        environment.globals.update(
            lang=language.value,
            colon=colon(language),
            in_english="" if language is Language.EN else Markup(' lang="en"'),
            languages=tuple(Language),
            static=self.static,
            link=self._portal.link,
            operator=self._portal.operator,
            date=partial(_unbroken_day, language=language.value),
            number=partial(format_decimal, locale=language.value),
            place=partial(place_name, language=language.value),
            provision=partial(provision_on_page, language=language.value),
            law_name=partial(name_of, language=language.value),
            language_name=partial(language_name, reader=language.value),
            word=partial(_word, catalog.gettext),
            span=partial(span_of, say=catalog.gettext),
        )
        return environment


def _unbroken_day(day: date, language: str) -> str:
    """Return a day in full, of which a line end parts nothing but a Spanish year."""
    return day_in_words(day, language).replace(" ", "\u00a0", 2)


def _word(say: Callable[[str], str], table: str, code: str) -> str:
    """Return the word for a code, in the reader's language."""
    return say(ALL[table][code])


def language_of(request: Request) -> Language:
    """Return the visitor's language: asked for, remembered, or the browser's."""
    return chosen(
        request.query_params.get("lang"),
        request.cookies.get(LANGUAGE_COOKIE),
        request.headers.get("accept-language"),
    )


def _asked_in(request: Request) -> str:
    """Return the language that the address names, if it does."""
    asked = request.query_params.get("lang", "")
    return asked if asked in set(Language) else ""


LOOKED_AT = frozenset({"GET", "HEAD"})
"""Methods by which a page is looked at."""


def takes(request: Request, method: str, path: str) -> bool:
    """Return whether an address answers a method."""
    asked = {**request.scope, "method": method, "path": path}
    return any(
        route.matches(asked)[0] is Match.FULL for route in request.app.router.routes
    )


DEEPEST = 8
"""Parts of the deepest address that there is, and some: nobody has more looked up."""


def above(request: Request) -> str:
    """Return the nearest address above one that only a form may ask for."""
    path = "/".join(request.url.path.split("/", DEEPEST + 1)[: DEEPEST + 1])
    while path and not takes(request, "GET", path):
        path = path.rpartition("/")[0]
    return path or "/"


def _here(request: Request) -> str:
    """Return this page's own address without the language, for the links to it.

    Of one that only a form may ask for, the nearest above that can be looked at.
    """
    path = request.url.path
    if request.method not in LOOKED_AT and not takes(request, "GET", path):
        return above(request)
    kept = [(k, v) for k, v in request.query_params.multi_items() if k != "lang"]
    query = urlencode(kept)
    return f"{request.url.path}?{query}" if query else request.url.path


def json_of(document: Any, *, status: int = 200) -> Response:
    """Write a document as JSON."""
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    return Response(text, status, media_type="application/json")


def csv_of(header: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    """Write a table as CSV."""
    return Response(csv_text(header, rows), media_type="text/csv; charset=utf-8")


def public(
    request: Request, response: Response, *, stamp: Sequence[object], portal: Portal
) -> Response:
    """Let a public page be stored and asked for again by its ETag.

    The stamp names all that the page depends on beside its address and language:
    the rulebook, the directory's version and the day. The bytes are
    hashed with it, for what stands on every page.
    """
    if response.status_code != 200 or "set-cookie" in response.headers:  # noqa: PLR2004
        return response
    parts = [
        portal.release,
        *map(str, stamp),
        request.url.path,
        request.url.query,
        language_of(request),
    ]
    digest = hashlib.sha256("\n".join(parts).encode() + response.body).hexdigest()
    tag = f'"{digest[:32]}"'
    headers = {
        "ETag": tag,
        "Vary": "Accept-Language, Cookie",
        "Cache-Control": "public, max-age=0, must-revalidate",
    }
    response.headers.update(headers)
    if has_already(request, tag):
        return Response(status_code=304, headers=unchanged(response.headers))
    return packed(request, response)


def takes_gzip(request: Request) -> bool:
    """Return whether the reader can unpack."""
    return "gzip" in request.headers.get("accept-encoding", "")


def packed(request: Request, response: Response) -> Response:
    """Compress a page in which nothing is secret; no other ever is (BREACH)."""
    response.headers.add_vary_header("Accept-Encoding")
    if not takes_gzip(request) or len(response.body) < WORTH_PACKING:
        return response
    response.body = gzip.compress(bytes(response.body), PACKED_LEVEL, mtime=0)
    response.headers["Content-Encoding"] = "gzip"
    response.headers["Content-Length"] = str(len(response.body))
    return response
