"""A message from which nothing follows: kept as it is, beside the timeline."""

from collections.abc import Mapping

from fastapi.responses import Response
from pydantic import ValidationError

from app.actions.keep_evidence import unsaved
from app.actions.keep_note import NoteBody, NoteKept, TooManyNotes, keep_note, may_note
from app.actions.record_reply import NotThatDay, UnknownRequest
from app.actions.tell_reply import FilesGone
from app.channels.uploads import Redrawing
from app.web.errors import Problem
from app.web.forms import Filled, errors_of
from app.web.residents.admission import Admission
from app.web.residents.their_words import (
    CANNOT_FOLLOW,
    LONGEST_NONCE,
    ONCE_MORE,
    WRONG,
    AnswerForm,
    Page,
    Stage,
    keep_files,
    unsaved_of,
    values_of,
)
from app.words.marks import mark

TOO_MANY_NOTES = mark(
    "We keep 20 messages of a request at most: keep this one yourself"
)
NO_WORDS = mark("Paste their words, or add the message as a file")


def _note(values: Mapping[str, str]) -> tuple[NoteBody | None, dict[str, str]]:
    """Return the message that was typed, or what is wrong with it, by field."""
    given = {name: values[name] for name in ("received_on", "text") if values.get(name)}
    try:
        return NoteBody.model_validate(given), {}
    except ValidationError as wrong:
        return None, {name: WRONG[name] for name in errors_of(wrong)}


async def show_note(
    page: Page,
    form: Filled[AnswerForm],
    admission: Admission,
    redrawing: Redrawing,
) -> Response:
    """Keep the files, sealed, and say that nothing changes."""
    values, here = values_of(form), page.here
    body, errors = _note(values)
    ids, wrong = await keep_files(page, form, redrawing)
    errors |= wrong
    kept = await page.here.store.read(
        unsaved, here.filing.id, page.it.id, here.secret, ids
    )
    if body is not None and not body.text and not kept:
        errors.setdefault("text", NO_WORDS)
    if not may_note(page.it):
        errors = {"said": CANNOT_FOLLOW}
    stage: Stage = "words" if errors else "save"
    return page.show(stage, admission, values, kept=kept, errors=errors)


async def save_note(
    page: Page,
    form: Filled[AnswerForm],
    admission: Admission,
    redrawing: Redrawing,
) -> Response:
    """Keep what was shown; sent twice, it is kept once."""
    values, sent, here = values_of(form), form.model, page.here
    body, _ = _note(values)
    if body is None or sent is None or not sent.nonce or not may_note(page.it):
        return await show_note(page, form, admission, redrawing)
    done = await page.here.store.write(
        keep_note,
        page.here.desk,
        here.filing.id,
        page.it.id,
        here.secret,
        body,
        sent.kept,
        at=page.here.at,
        nonce=sent.nonce[:LONGEST_NONCE],
    )
    match done:
        case NoteKept():
            return here.go(f"/track/requests/{page.it.id}/letters", admission)
        case FilesGone():
            kept = await unsaved_of(page, form)
            wrong = {"files": ONCE_MORE}
            return page.show(
                "words", admission, values, kept=kept, errors=wrong, status=409
            )
        case NotThatDay() | TooManyNotes():
            wrong = {"received_on": WRONG["received_on"]}
            if isinstance(done, TooManyNotes):
                wrong = {"text": TOO_MANY_NOTES}
            kept = await unsaved_of(page, form)
            return page.show("words", admission, values, kept=kept, errors=wrong)
        case UnknownRequest():
            raise Problem(404, "There is no such request.")
