"""What is said where something goes wrong: a page, or problem details (RFC 9457)."""

import http
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from app.actions.read_json import said
from app.web.pages import LOOKED_AT, Pages, above, language_of, takes

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails
    from starlette.types import Scope

API = "/api/"
PAGES_OF = frozenset({403, 404, 405, 413, 422, 429, 500, 503})
"""Statuses with a page of their own; another one is told like 404 or 500."""


@dataclass(frozen=True, slots=True)
class ErrorView:
    """What an error page is about, where a part of the address was wrong."""

    field: str | None = None
    meant: tuple[tuple[str, str], ...] = ()
    """What was most likely meant, and the address of the same page about it: all else
    that was asked of it stands."""
    anew: str = ""
    """The address of the page without what was asked of it."""


class Problem(HTTPException):
    """A refusal with words for who asked; on the API, the field it is about."""

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        field: str | None = None,
        nearest: tuple[str, ...] = (),
        errors: Sequence[tuple[str, str] | tuple[str, str, tuple[str, ...]]] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(status, detail, dict(headers or {}))
        self.field = field
        self.nearest = nearest
        self.errors = errors
        """Each field that is wrong, what is wrong with it, and what would be right,
        where there are several."""


def too_many(seconds: int) -> Problem:
    """Return the refusal of one try too many, with the seconds until the next."""
    return Problem(429, "Too many for now.", headers={"Retry-After": str(seconds)})


def problem(
    status: int,
    detail: str,
    *,
    errors: list[dict[str, object]] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Write problem details; they never hold what was typed."""
    document: dict[str, object] = {
        "type": "about:blank",
        "title": http.HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
    }
    if errors:
        document["errors"] = errors
    return Response(
        json.dumps(document, ensure_ascii=False),
        status,
        dict(headers or {}),
        "application/problem+json",
    )


def install(app: FastAPI, pages: Pages) -> None:
    """Answer every error of ``app`` in the form that its asker reads."""

    @app.exception_handler(HTTPException)
    async def refused(request: Request, error: HTTPException) -> Response:
        if error.status_code == http.HTTPStatus.METHOD_NOT_ALLOWED:
            error.headers = {"Allow": ", ".join(_methods(request))}
        if error.status_code == http.HTTPStatus.SEE_OTHER:
            return Response(status_code=error.status_code, headers=error.headers)
        if _reads_json(request):
            return _api(error)
        about = _about(request, error)
        return _page(pages, request, error.status_code, error.headers, about)

    @app.exception_handler(RequestValidationError)
    async def misread(request: Request, error: RequestValidationError) -> Response:
        if not _reads_json(request):
            # What is no id in an address is the id of nothing (contract, section 5).
            lost = any(e["loc"][0] == "path" for e in error.errors())
            return _page(pages, request, 404 if lost else 422, None)
        errors: list[dict[str, object]] = [
            _misread(_field(e["loc"]), e) for e in error.errors()
        ]
        names = ", ".join(dict.fromkeys(str(e["field"]) for e in errors))
        return problem(422, f"not as it should be: {names}", errors=errors)

    @app.exception_handler(Exception)
    async def failed(request: Request, _: Exception) -> Response:
        if _reads_json(request):
            return problem(500, "Nothing was saved.")
        return _page(pages, request, 500, None)


def _reads_json(request: Request) -> bool:
    """Return whether who asks is a program: of the API, or of a page's own document.

    A browser says that it shows pages: who followed a link to a document gets one.
    """
    path = request.url.path
    shows_pages = "text/html" in request.headers.get("accept", "")
    return path.startswith(API) or (path.endswith(".json") and not shows_pages)


def _about(request: Request, error: HTTPException) -> ErrorView:
    """Return what an error page is about, and where what was meant may be found."""
    if not isinstance(error, Problem) or error.field is None:
        return ErrorView()
    path, field = request.url.path, error.field
    if request.method not in {"GET", "HEAD"} or field not in request.query_params:
        return ErrorView(field)
    other = request.url.include_query_params
    queries = ((one, other(**{field: one}).query) for one in error.nearest)
    meant = tuple((one, f"{path}?{query}") for one, query in queries)
    return ErrorView(field, meant, path)


def _api(error: HTTPException) -> Response:
    errors: list[dict[str, object]] = []
    if isinstance(error, Problem) and error.field is not None:
        errors = [{"field": error.field, "detail": error.detail}]
        if error.nearest:
            errors[0]["nearest"] = list(error.nearest)
    if isinstance(error, Problem) and error.errors:
        errors = [_fault(*fault) for fault in error.errors]
    return problem(
        error.status_code, error.detail, errors=errors, headers=error.headers
    )


def _fault(field: str, said: str, nearest: tuple[str, ...] = ()) -> dict[str, object]:
    fault: dict[str, object] = {"field": field, "detail": said}
    return {**fault, "nearest": list(nearest)} if nearest else fault


EXAMPLES = {
    "residence": ("CA-ON", "US-CA", "DE"),
    "vendor": ("clearview-ai", "equifax"),
    "law": ("us-ca-ccpa", "eu-gdpr"),
    "received": ("2026-11-23",),
}
"""What a parameter may be, told to who leaves it out."""


def _misread(field: str, error: "ErrorDetails") -> dict[str, object]:
    nearest = EXAMPLES.get(field, ()) if error["type"] == "missing" else ()
    return _fault(field, said(error), nearest)


def _field(location: tuple[object, ...]) -> str:
    """Return the dotted name of a field, without where in the request it stood."""
    names = [str(part) for part in location if not isinstance(part, int)]
    return ".".join(names[1:] if len(names) > 1 else names)


def _methods(request: Request) -> list[str]:
    """Return what an address takes; the framework names its first route's alone."""
    taken = [
        method
        for method in ("GET", "POST", "PUT", "PATCH", "DELETE")
        if takes(request, method, request.url.path)
    ]
    return ["GET", "HEAD", *taken[1:]] if "GET" in taken else taken


def _page(
    pages: Pages,
    request: Request,
    status: int,
    headers: Mapping[str, str] | None,
    about: ErrorView | None = None,
) -> Response:
    own = status if status in PAGES_OF else 404 if status < 500 else 500  # noqa: PLR2004
    return pages.show(
        request,
        f"errors/{own}.html",
        about or ErrorView(),
        status=status,
        headers=headers,
        again=_again(request, status),
    )


def _again(request: Request, status: int) -> str | None:
    """Return where to go on from a page that one cannot look at."""
    refused = status == http.HTTPStatus.METHOD_NOT_ALLOWED
    return above(request) if refused and request.method in LOOKED_AT else None


class Refuses:
    """Writes a refusal of the guard."""

    def __init__(self, pages: Pages) -> None:
        self._pages = pages

    def __call__(self, scope: "Scope", status: int) -> tuple[str, bytes]:
        """Return the type and the body of the answer."""
        phrase = http.HTTPStatus(status).phrase
        if scope["path"].startswith(API):
            said = problem(status, f"{phrase}.")
            return "application/problem+json", bytes(said.body)
        request = Request(scope)
        body = self._pages.render(
            request, f"errors/{status}.html", ErrorView(), language=language_of(request)
        )
        return "text/html; charset=utf-8", body.encode()
