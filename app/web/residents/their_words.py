"""What a company wrote, as it is typed: the form, its pages, and the files with it."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Literal
from uuid import UUID

from fastapi import Depends
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict

from app.actions.keep_evidence import MOST_FILES, Kept, TooMany, keep_evidence, unsaved
from app.actions.keep_note import may_note
from app.actions.preview_reply import Preview
from app.actions.read_filing import RequestStanding
from app.actions.record_reply import may_tell
from app.channels.uploads import Redrawing
from app.domain.timeline import DenialGround, EventKind
from app.web.forms import Filled, Sent, form_of
from app.web.given_files import AT_MOST, checked_files
from app.web.residents.admission import Admission, Followed, FollowedDep
from app.words.marks import mark
from app.words.steps import steps_said

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
ONCE_MORE = mark("Choose your file once more")
CANNOT_FOLLOW = mark("This cannot follow where the request stands; nothing was saved")


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

    here: Followed
    it: RequestStanding

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
        here, follow = self.here, may_tell(self.it.status)
        wrong = {name: here.say(text) for name, text in (errors or {}).items()}
        dates = preview.dates if preview else None
        view = TheyWroteView(
            stage=stage,
            it=self.it,
            name=here.name_of(self.it.id),
            admission=admission,
            choices=tuple(
                (code, here.say(text))
                for code, text in PLAIN.items()
                if code in follow
                or (code == "else" and set(ELSE) & set(follow))
                or (code == NOTE and may_note(self.it))
            ),
            kinds=tuple((c, here.say(t)) for c, t in ELSE.items() if c in follow),
            grounds=tuple(DenialGround),
            values={**BLANK, "received_on": here.today.isoformat(), **values},
            kept=tuple(kept),
            shut=tuple(shut),
            errors=wrong,
            preview=preview,
            steps=steps_said(dates, (here.language.value, here.say)) if dates else (),
            nonce=secrets.token_urlsafe(NONCE_BYTES),
        )
        status = status or (422 if wrong else admission.status)
        return here.show("residents/they_wrote.html", view, admission, status=status)


async def _page(request_id: UUID, here: FollowedDep) -> Page:
    return Page(here, here.request(request_id))


PageDep = Annotated[Page, Depends(_page)]


def values_of(form: Filled[AnswerForm]) -> dict[str, str]:
    """Return what was typed, by field."""
    return {name: form.values[name] for name in BLANK if name in form.values}


async def unsaved_of(page: Page, form: Filled[AnswerForm]) -> tuple[Kept, ...]:
    """Return the files that the form has and that are not saved yet."""
    ids = form.model.kept if form.model else []
    if not ids:
        return ()
    here = page.here
    return await here.store.read(unsaved, here.filing.id, page.it.id, here.secret, ids)


async def keep_files(
    page: Page, form: Filled[AnswerForm], redrawing: Redrawing
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
    here = page.here
    done = await here.store.write(
        keep_evidence,
        here.desk,
        here.filing.id,
        page.it.id,
        given,
        beside=beside,
        dropped=form.model.had if form.model else [],
        at=here.at,
    )
    if isinstance(done, TooMany):
        return beside, {"files": AT_MOST}
    return [*beside, *done], {}
