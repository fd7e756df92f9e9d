"""They wrote to me: a resident records an answer, with its words and what proves it."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, ValidationError

from app.actions.desk import Desk
from app.actions.file_request import OtherBody
from app.actions.keep_evidence import (
    MOST_FILES,
    Kept,
    TooMany,
    keep_evidence,
    unsaved,
)
from app.actions.keep_note import (
    NoteBody,
    NoteKept,
    TooManyNotes,
    keep_note,
    may_note,
)
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
from app.domain.timeline import DenialGround, EventKind, Evidence, Status
from app.store.session import Store
from app.web.deps import DeskDep, Now, PagesDep, RedrawingDep, StoreDep
from app.web.errors import Problem
from app.web.forms import Filled, Sent, errors_of, form_of
from app.web.given_files import AT_MOST, TOO_MUCH, checked_files
from app.web.guard import was_cut
from app.web.pages import Pages, language_of
from app.web.residents.admission import Admission, Followed, FollowedDep, admit, looks
from app.web.residents.change import name_of
from app.words.answers import Say
from app.words.catalog import translations
from app.words.marks import mark
from app.words.steps import steps_said

router = APIRouter()
NONCE_BYTES = 18
LONGEST_NONCE = 64

NOTE = "note"
PLAIN: Mapping[str, str] = {
    EventKind.DELETED: mark("They deleted my data"),
    EventKind.REFUSED: mark("They refused"),
    EventKind.IDENTITY_REQUESTED: mark("They want proof of who I am"),
    EventKind.EXTENDED: mark("They need more time"),
    "else": mark("Something else"),
    NOTE: mark("Only keep the message"),
}
"""What a company can have said, in five plain choices, and one for what is no answer."""
ELSE: Mapping[str, str] = {
    EventKind.ACKNOWLEDGED: mark("They have my request, and nothing more"),
    EventKind.PARTLY_DELETED: mark("They deleted a part"),
    EventKind.NOTHING_FOUND: mark("They found nothing about me"),
    EventKind.SUPPRESSED: mark("They hide my data and keep it"),
    EventKind.OPTED_OUT: mark("They no longer sell my data"),
    EventKind.DE_INDEXED: mark("They no longer show me in search results"),
}
"""What stands behind *something else*."""
BLANK = dict.fromkeys(
    ("said", "kind", "received_on", "denial_ground", "until", "text"), ""
)
"""What can be typed, and what each is before it is."""
WRONG: Mapping[str, str] = {
    "said": mark("Choose what they said"),
    "kind": mark("Choose what they said"),
    "received_on": mark("Enter a day from the sending until today"),
    "denial_ground": mark("Choose their reason"),
    "until": mark("Enter until which day they need more time"),
    "text": mark("Paste their words, 20,000 signs at most"),
}
TOO_MANY_NOTES = mark(
    "We keep 20 messages of a request at most: keep this one yourself"
)
NO_WORDS = mark("Paste their words, or add the message as a file")
ONCE_MORE = mark("Choose your file once more")
CANNOT_FOLLOW = mark("This cannot follow where the request stands; nothing was saved")
OVERTAKEN = mark(
    "Enter a day from the last answer until today: what came before it counts no more"
)
MOVED_ON = mark("Something was recorded meanwhile: look at the effect again, then save")


class AnswerForm(BaseModel):
    """The form, field by field; :class:`ReplyBody` says what is right."""

    model_config = ConfigDict(extra="ignore")

    kept: list[UUID] = []
    had: list[UUID] = []
    """Files that the form listed: what of them is not kept was taken out."""
    shown: int | None = None
    nonce: str = ""


Form = Annotated[Filled[AnswerForm], Depends(form_of(AnswerForm, files=10))]
Stage = Literal["prove", "said", "words", "save"]


@dataclass(frozen=True, slots=True)
class TheyWroteView:
    """One page of the three: what they said, their words, what saving will do."""

    stage: Stage
    it: RequestStanding
    name: str
    admission: Admission
    choices: tuple[tuple[str, str], ...]
    kinds: tuple[tuple[str, str], ...]
    """What stands behind *something else*."""
    grounds: tuple[DenialGround, ...]
    values: Mapping[str, str]
    kept: tuple[Kept, ...] = ()
    shut: tuple[UUID, ...] = ()
    """Files whose names wait for the code."""
    errors: Mapping[str, str] = field(default_factory=dict)
    preview: Preview | None = None
    steps: tuple[str, ...] = ()
    nonce: str = ""

    @property
    def notes(self) -> bool:
        """Whether the message is only kept."""
        return self.values["said"] == NOTE

    @property
    def only_notes(self) -> bool:
        """Whether nothing else can be done with one, where the request stands."""
        return [code for code, _ in self.choices] == [NOTE]

    @property
    def all_errors(self) -> dict[str, str]:
        """What is wrong with the form, its code included."""
        return {**self.errors, **self.admission.errors}


@dataclass(frozen=True, slots=True)
class Page:
    """What every page of one request's answer is made of."""

    request: Request
    here: Followed
    it: RequestStanding
    desk: Desk
    pages: Pages
    at: datetime

    @property
    def say(self) -> Say:
        """The words of the visitor's language."""
        return translations(language_of(self.request)).gettext

    def show(
        self,
        stage: Stage,
        admission: Admission,
        values: Mapping[str, str],
        *,
        kept: Sequence[Kept] = (),
        shut: Sequence[UUID] = (),
        errors: Mapping[str, str] | None = None,
        preview: Preview | None = None,
        status: int | None = None,
    ) -> Response:
        """Return a page, with what its browser keeps."""
        follow = may_tell(self.it.status)
        wrong = {name: self.say(text) for name, text in (errors or {}).items()}
        dates = preview.dates if preview else None
        today = self.desk.rulebook.places[self.here.filing.residence].day(self.at)
        view = TheyWroteView(
            stage=stage,
            it=self.it,
            name=name_of(self.desk, self.here, self.it.id),
            admission=admission,
            choices=tuple(
                (code, self.say(text))
                for code, text in PLAIN.items()
                if code in follow
                or (code == "else" and set(ELSE) & set(follow))
                or (code == NOTE and may_note(self.it))
            ),
            kinds=tuple((c, self.say(t)) for c, t in ELSE.items() if c in follow),
            grounds=tuple(DenialGround),
            values={**BLANK, "received_on": today.isoformat(), **values},
            kept=tuple(kept),
            shut=tuple(shut),
            errors=wrong,
            preview=preview,
            steps=steps_said(dates, (language_of(self.request).value, self.say))
            if dates
            else (),
            nonce=secrets.token_urlsafe(NONCE_BYTES),
        )
        status = status or (422 if wrong else admission.status)
        response = self.pages.show(
            self.request,
            "residents/they_wrote.html",
            view,
            status=status,
        )
        return admission.let(response, self.desk, self.here, self.at)


async def _page(
    request: Request,
    request_id: UUID,
    here: FollowedDep,
    desk: DeskDep,
    pages: PagesDep,
    at: Now,
) -> Page:
    return Page(request, here, here.request(request_id), desk, pages, at)


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


PageDep = Annotated[Page, Depends(_page)]


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
    stage, values = _stage(form), _values(form)
    if stage == "words" and not _can_follow(page):  # it moved on in another tab
        admission = looks(page.request, page.desk, page.here, page.at)
        kept = await _unsaved(store, page, form) if admission.open else ()
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
    kept = await _unsaved(store, page, form)
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


def _values(form: Filled[AnswerForm]) -> dict[str, str]:
    return {name: form.values[name] for name in BLANK if name in form.values}


async def _unsaved(
    store: Store, page: Page, form: Filled[AnswerForm]
) -> tuple[Kept, ...]:
    ids = form.model.kept if form.model else []
    if not ids:
        return ()
    here = page.here
    return await store.read(unsaved, here.filing.id, page.it.id, here.secret, ids)


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
    values = _values(form)
    if values.get("said") == NOTE:
        return await _note_shown(page, form, admission, store, redrawing)
    body, errors = _body(values)
    ids, wrong = await _keep(page, form, store, redrawing)
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


async def _keep(
    page: Page, form: Filled[AnswerForm], store: Store, redrawing: Redrawing
) -> tuple[list[UUID], dict[str, str]]:
    """Keep what was sent: all of it, or nothing.

    Returns:
        The files that the form has now, and what is wrong with what was sent.
    """
    beside = form.model.kept if form.model else []
    sent: Sequence[Sent] = form.files.get("files", ())
    given, fault = await checked_files(sent, redrawing)
    if fault is not None:
        return beside, {"files": fault}
    if len(given) + len(beside) > MOST_FILES:
        return beside, {"files": AT_MOST}
    done = await store.write(
        keep_evidence,
        page.desk,
        page.here.filing.id,
        page.it.id,
        given,
        beside=beside,
        dropped=form.model.had if form.model else [],
        at=page.at,
    )
    if isinstance(done, TooMany):
        return beside, {"files": AT_MOST}
    return [*beside, *done], {}


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
    values, sent = _values(form), form.model
    if values.get("said") == NOTE:
        return await _note_kept(page, form, admission, store, redrawing)
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
            kept = await _unsaved(store, page, form)
            errors = {"files": ONCE_MORE}
            return page.show(
                "words", admission, values, kept=kept, errors=errors, status=409
            )
        case _:
            errors, status = _refusal(done, page.it)
            return page.show("words", admission, values, errors=errors, status=status)


def _note(values: Mapping[str, str]) -> tuple[NoteBody | None, dict[str, str]]:
    """Return the message that was typed, or what is wrong with it, by field."""
    given = {name: values[name] for name in ("received_on", "text") if values.get(name)}
    try:
        return NoteBody.model_validate(given), {}
    except ValidationError as wrong:
        return None, {name: WRONG[name] for name in errors_of(wrong)}


async def _note_shown(
    page: Page,
    form: Filled[AnswerForm],
    admission: Admission,
    store: Store,
    redrawing: Redrawing,
) -> Response:
    """Keep the files, sealed, and say that nothing changes."""
    values, here = _values(form), page.here
    body, errors = _note(values)
    ids, wrong = await _keep(page, form, store, redrawing)
    errors |= wrong
    kept = await store.read(unsaved, here.filing.id, page.it.id, here.secret, ids)
    if body is not None and not body.text and not kept:
        errors.setdefault("text", NO_WORDS)
    if not may_note(page.it):
        errors = {"said": CANNOT_FOLLOW}
    stage: Stage = "words" if errors else "save"
    return page.show(stage, admission, values, kept=kept, errors=errors)


async def _note_kept(
    page: Page,
    form: Filled[AnswerForm],
    admission: Admission,
    store: Store,
    redrawing: Redrawing,
) -> Response:
    """Keep what was shown; sent twice, it is kept once."""
    values, sent, here = _values(form), form.model, page.here
    body, _ = _note(values)
    if body is None or sent is None or not sent.nonce or not may_note(page.it):
        return await _note_shown(page, form, admission, store, redrawing)
    done = await store.write(
        keep_note,
        page.desk,
        here.filing.id,
        page.it.id,
        here.secret,
        body,
        sent.kept,
        at=page.at,
        nonce=sent.nonce[:LONGEST_NONCE],
    )
    match done:
        case NoteKept():
            response = page.pages.go(f"/track/requests/{page.it.id}/letters")
            return admission.let(response, page.desk, here, page.at)
        case FilesGone():
            kept = await _unsaved(store, page, form)
            wrong = {"files": ONCE_MORE}
            return page.show(
                "words", admission, values, kept=kept, errors=wrong, status=409
            )
        case NotThatDay() | TooManyNotes():
            wrong = {"received_on": WRONG["received_on"]}
            if isinstance(done, TooManyNotes):
                wrong = {"text": TOO_MANY_NOTES}
            kept = await _unsaved(store, page, form)
            return page.show("words", admission, values, kept=kept, errors=wrong)
        case UnknownRequest():
            raise Problem(404, "There is no such request.")
