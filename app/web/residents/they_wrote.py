"""They wrote to me: a resident records an answer, with its words and what proves it."""

from collections.abc import Mapping

from fastapi import APIRouter
from fastapi.responses import Response
from pydantic import ValidationError

from app.actions.file_request import OtherBody
from app.actions.keep_evidence import Kept, unsaved
from app.actions.keep_note import may_note
from app.actions.preview_reply import Preview, preview_reply
from app.actions.read_filing import RequestStanding
from app.actions.record_reply import (
    CannotFollow,
    MovedOn,
    NotThatDay,
    Recorded,
    ReplyBody,
    UnknownRequest,
    may_tell,
)
from app.actions.tell_reply import FilesGone, tell_reply
from app.channels.uploads import Redrawing
from app.domain.timeline import EventKind, Evidence, Status
from app.store.session import Store
from app.web.deps import RedrawingDep, StoreDep
from app.web.errors import Problem
from app.web.forms import Filled, errors_of
from app.web.given_files import TOO_MUCH
from app.web.guard import was_cut
from app.web.residents.admission import Admission, admit, looks
from app.web.residents.notes import save_note, show_note
from app.web.residents.their_words import (
    CANNOT_FOLLOW,
    LONGEST_NONCE,
    NOTE,
    ONCE_MORE,
    PLAIN,
    WRONG,
    AnswerForm,
    Form,
    Page,
    PageDep,
    Stage,
    keep_files,
    unsaved_of,
    values_of,
)
from app.words.marks import mark

router = APIRouter()
OVERTAKEN = mark(
    "Enter a day from the last answer until today: what came before it counts no more"
)
MOVED_ON = mark("Something was recorded meanwhile: look at the effect again, then save")


def _can_follow(page: Page) -> bool:
    can = bool(may_tell(page.it.status)) or may_note(page.it)
    return not page.here.filing.erased and can


def _open(page: Page) -> None:
    """Let nobody begin what cannot follow.

    Raises:
        Problem: 409, if no answer can be recorded where the request stands.
    """
    if not _can_follow(page):
        raise Problem(409, "No answer can be recorded where the request stands.")


@router.get("/track/requests/{request_id}/answer")  # noqa: FAST003 - the page takes it
async def answer_page(page: PageDep) -> Response:
    """Ask what they said; before that, for the code, so that no file is lost."""
    _open(page)
    admission = looks(page.request, page.desk, page.here, page.at)
    return page.show("said" if admission.open else "prove", admission, {})


@router.post("/track/requests/{request_id}/answer")  # noqa: FAST003 - as above
async def answer(
    page: PageDep, form: Form, store: StoreDep, redrawing: RedrawingDep
) -> Response:
    """Go on from what was typed; nothing is recorded before its effect was shown."""
    stage, values = _stage(form), values_of(form)
    if stage == "words" and not _can_follow(page):  # it moved on in another tab
        admission = looks(page.request, page.desk, page.here, page.at)
        kept = await unsaved_of(store, page, form) if admission.open else ()
        wrong = {"said": CANNOT_FOLLOW}
        return page.show(
            "words", admission, values, kept=kept, errors=wrong, status=409
        )
    if stage != "save":  # what was saved at this moment may be sent twice
        _open(page)
    if was_cut(page.request):
        return await _too_much(page, values, store)
    admission = await admit(page.request, form, page.here, store, page.desk, page.at)
    if not admission.open:
        lost = {"files": ONCE_MORE} if form.files else {}
        shut = form.model.kept if form.model else ()
        return page.show(stage, admission, values, shut=shut, errors=lost)
    kept = await unsaved_of(store, page, form)
    if not admission.acts:
        return page.show(stage, admission, values, kept=kept)
    if form.values.get("do") == "change":
        return page.show("words", admission, values, kept=kept)
    match stage:
        case "prove":
            response = page.pages.go(page.request.url.path)
            return admission.let(response, page.desk, page.here, page.at)
        case "said":
            if values.get("said") not in PLAIN:
                wrong = {"said": WRONG["said"]}
                return page.show("said", admission, values, errors=wrong)
            return page.show("words", admission, values)
        case "words":
            return await _effect(page, form, admission, store, redrawing)
        case "save":
            return await _save(page, form, admission, store, redrawing)


async def _too_much(page: Page, values: Mapping[str, str], store: Store) -> Response:
    """Show again what was typed beside files that were too large to be read."""
    here = page.here
    admission = looks(page.request, page.desk, here, page.at)
    kept: tuple[Kept, ...] = ()
    if admission.open:
        kept = await store.read(unsaved, here.filing.id, page.it.id, here.secret)
    wrong = {"files": TOO_MUCH}
    return page.show("words", admission, values, kept=kept, errors=wrong, status=413)


def _stage(form: Filled[AnswerForm]) -> Stage:
    match form.values.get("stage"):
        case "said" | "words" | "save" as stage:
            return stage
        case _:
            return "prove"


def _body(values: Mapping[str, str]) -> tuple[ReplyBody | None, dict[str, str]]:
    """Return the reply that was typed, or what is wrong with it, by field.

    Only what goes with what they said counts: the rest is left from another choice.
    """
    said = values.get("said", "")
    kind = values.get("kind", "") if said == "else" else said
    given: dict[str, str] = {
        "kind": kind,
        "received_on": values.get("received_on", ""),
        "text": values.get("text", ""),
        "evidence": Evidence.RESIDENT,
    }
    if kind == EventKind.REFUSED:
        given["denial_ground"] = values.get("denial_ground", "")
    if kind == EventKind.EXTENDED:
        given["until"] = values.get("until", "")
    given = {name: value for name, value in given.items() if value}
    try:
        return ReplyBody.model_validate(given), {}
    except ValidationError as wrong:
        codes = errors_of(wrong)
        names = (code if name == "form" else name for name, code in codes.items())
        return None, {name: WRONG.get(name, WRONG["kind"]) for name in names}


async def _effect(
    page: Page,
    form: Filled[AnswerForm],
    admission: Admission,
    store: Store,
    redrawing: Redrawing,
    *,
    moved_on: bool = False,
) -> Response:
    """Keep the files, sealed, and show what saving would do."""
    values = values_of(form)
    if values.get("said") == NOTE:
        return await show_note(page, form, admission, store, redrawing)
    body, errors = _body(values)
    ids, wrong = await keep_files(page, form, store, redrawing)
    errors |= wrong
    here = page.here
    kept = await store.read(unsaved, here.filing.id, page.it.id, here.secret, ids)
    if errors or body is None:
        return page.show("words", admission, values, kept=kept, errors=errors)
    seen = await store.read(
        preview_reply,
        page.desk,
        page.it.id,
        body,
        at=page.at,
    )
    if not isinstance(seen, Preview):
        errors, status = _refusal(seen, page.it)
        return page.show(
            "words", admission, values, kept=kept, errors=errors, status=status
        )
    return page.show(
        "save",
        admission,
        values,
        kept=kept,
        errors={"effect": MOVED_ON} if moved_on else {},
        preview=seen,
        status=409 if moved_on else None,
    )


def _refusal(
    why: CannotFollow | NotThatDay | UnknownRequest, it: RequestStanding
) -> tuple[dict[str, str], int]:
    match why:
        case NotThatDay():
            answered = it.status is Status.ANSWERED
            wrong = OVERTAKEN if answered else WRONG["received_on"]
            return {"received_on": wrong}, 422
        case CannotFollow():
            return {"said": CANNOT_FOLLOW}, 409
        case UnknownRequest():
            raise Problem(404, "There is no such request.")


async def _save(
    page: Page,
    form: Filled[AnswerForm],
    admission: Admission,
    store: Store,
    redrawing: Redrawing,
) -> Response:
    """Save what was shown; sent twice, it is saved once."""
    values, sent = values_of(form), form.model
    if values.get("said") == NOTE:
        return await save_note(page, form, admission, store, redrawing)
    body, _ = _body(values)
    if body is None or sent is None or sent.shown is None or not sent.nonce:
        return await _effect(page, form, admission, store, redrawing)
    done = await store.write(
        tell_reply,
        page.desk,
        page.here.filing.id,
        page.it.id,
        page.here.secret,
        body,
        sent.kept,
        at=page.at,
        nonce=sent.nonce[:LONGEST_NONCE],
        shown=sent.shown,
    )
    match done:
        case Recorded():
            response = page.pages.go("/track")
            return admission.let(response, page.desk, page.here, page.at)
        case MovedOn() | OtherBody():
            return await _effect(page, form, admission, store, redrawing, moved_on=True)
        case FilesGone():
            kept = await unsaved_of(store, page, form)
            errors = {"files": ONCE_MORE}
            return page.show(
                "words", admission, values, kept=kept, errors=errors, status=409
            )
        case _:
            errors, status = _refusal(done, page.it)
            return page.show("words", admission, values, errors=errors, status=status)
