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
from app.web.deps import RedrawingDep
from app.web.errors import Problem
from app.web.forms import Filled, errors_of
from app.web.given_files import TOO_MUCH
from app.web.guard import was_cut
from app.web.residents.admission import Admission
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
    admission = page.here.looks()
    return page.show("said" if admission.open else "prove", admission, {})


@router.post("/track/requests/{request_id}/answer")  # noqa: FAST003 - as above
async def answer(page: PageDep, form: Form, redrawing: RedrawingDep) -> Response:
    """Go on from what was typed; nothing is recorded before its effect was shown."""
    stage, values = _stage(form), values_of(form)
    if stage == "words" and not _can_follow(page):  # it moved on in another tab
        admission = page.here.looks()
        kept = await unsaved_of(page, form) if admission.open else ()
        wrong = {"said": CANNOT_FOLLOW}
        return page.show(
            "words", admission, values, kept=kept, errors=wrong, status=409
        )
    if stage != "save":  # what was saved at this moment may be sent twice
        _open(page)
    if was_cut(page.here.visit):
        return await _too_much(page, values)
    admission = await page.here.admit(form)
    if not admission.open:
        lost = {"files": ONCE_MORE} if form.files else {}
        shut = form.model.kept if form.model else ()
        return page.show(stage, admission, values, shut=shut, errors=lost)
    kept = await unsaved_of(page, form)
    if not admission.acts:
        return page.show(stage, admission, values, kept=kept)
    if form.values.get("do") == "change":
        return page.show("words", admission, values, kept=kept)
    match stage:
        case "prove":
            return page.here.go(page.here.visit.url.path, admission)
        case "said":
            if values.get("said") not in PLAIN:
                wrong = {"said": WRONG["said"]}
                return page.show("said", admission, values, errors=wrong)
            return page.show("words", admission, values)
        case "words":
            return await _effect(page, form, admission, redrawing)
        case "save":
            return await _save(page, form, admission, redrawing)


async def _too_much(page: Page, values: Mapping[str, str]) -> Response:
    """Show again what was typed beside files that were too large to be read."""
    here = page.here
    admission = here.looks()
    kept: tuple[Kept, ...] = ()
    if admission.open:
        kept = await page.here.store.read(
            unsaved, here.filing.id, page.it.id, here.secret
        )
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
    redrawing: Redrawing,
    *,
    moved_on: bool = False,
) -> Response:
    """Keep the files, sealed, and show what saving would do."""
    values = values_of(form)
    if values.get("said") == NOTE:
        return await show_note(page, form, admission, redrawing)
    body, errors = _body(values)
    ids, wrong = await keep_files(page, form, redrawing)
    errors |= wrong
    here = page.here
    kept = await page.here.store.read(
        unsaved, here.filing.id, page.it.id, here.secret, ids
    )
    if errors or body is None:
        return page.show("words", admission, values, kept=kept, errors=errors)
    seen = await page.here.store.read(
        preview_reply,
        page.here.desk,
        page.it.id,
        body,
        at=page.here.at,
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
    redrawing: Redrawing,
) -> Response:
    """Save what was shown; sent twice, it is saved once."""
    values, sent = values_of(form), form.model
    if values.get("said") == NOTE:
        return await save_note(page, form, admission, redrawing)
    body, _ = _body(values)
    if body is None or sent is None or sent.shown is None or not sent.nonce:
        return await _effect(page, form, admission, redrawing)
    done = await page.here.store.write(
        tell_reply,
        page.here.desk,
        page.here.filing.id,
        page.it.id,
        page.here.secret,
        body,
        sent.kept,
        at=page.here.at,
        nonce=sent.nonce[:LONGEST_NONCE],
        shown=sent.shown,
    )
    match done:
        case Recorded():
            return page.here.go("/track", admission)
        case MovedOn() | OtherBody():
            return await _effect(page, form, admission, redrawing, moved_on=True)
        case FilesGone():
            kept = await unsaved_of(page, form)
            errors = {"files": ONCE_MORE}
            return page.show(
                "words", admission, values, kept=kept, errors=errors, status=409
            )
        case _:
            errors, status = _refusal(done, page.it)
            return page.show("words", admission, values, errors=errors, status=status)
