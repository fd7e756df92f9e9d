"""Answer a mail: choose a text, change it, see it as it leaves, send it once."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, field_validator

from app.actions.answer_mail import (
    LONGEST,
    Answered,
    AnsweredBefore,
    AnswerSheet,
    AnswerText,
    Below,
    CannotAnswer,
    Draft,
    To,
    answer_mail,
    answer_sheet,
    sayable,
)
from app.actions.desk import Desk
from app.actions.read_inbox import MailFile
from app.actions.sign_in import Member
from app.actions.sort_mail import NoSuchMail
from app.letters import ANSWERS, LetterKind, is_reviewed
from app.web.deps import DeskDep, Now, PagesDep, StoreDep
from app.web.forms import Filled, form_of
from app.web.pages import Pages, language_of
from app.web.staff.gate import MemberDep, StaffRoute
from app.web.staff.inbox import (
    LineView,
    WordsView,
    found_mail,
    line_of,
    show_mail,
    words_of,
)
from app.web.staff.requests import opened_here
from app.words import mails
from app.words.answers import Say
from app.words.catalog import translations
from app.words.languages import day_in_words
from app.words.marks import mark

router = APIRouter(prefix="/inbox", route_class=StaffRoute)

NO_TEXT = mark("Enter what you answer, in 4,000 signs at most")
NO_ADDRESS = mark("Choose to whom it goes")
CANNOT = mark("This mail cannot be answered: look where its request stands")
BEFORE = mark("This mail was answered already; nothing was sent")


class AnswerForm(BaseModel):
    """What somebody answers."""

    model_config = ConfigDict(extra="ignore", str_strip_whitespace=True)

    kind: LetterKind
    to: To
    text: str
    done: bool = False

    @field_validator("text")
    @classmethod
    def _sayable(cls, typed: str) -> str:
        plain = typed.replace("\r\n", "\n")
        if not sayable(plain):
            raise ValueError("no text of an answer")
        return plain


Answering = Annotated[Filled[AnswerForm], Depends(form_of(AnswerForm))]


@dataclass(frozen=True, slots=True)
class Leaving:
    """An answer as it leaves."""

    to: str
    subject: str
    text: str
    below: str


@dataclass(frozen=True, slots=True)
class AnswerView:
    """The page on which a mail is answered."""

    line: LineView
    number: str
    language: str
    reviewed: bool
    words: WordsView | None
    kinds: tuple[tuple[str, str, bool], ...]
    """Each with whether it is chosen."""
    kind: str
    below: str
    """What will be added below, in words."""
    to: tuple[tuple[str, str], ...]
    values: Mapping[str, str]
    errors: dict[str, str]
    longest: int
    leaving: Leaving | None


@router.get("/{mail_id}/answer")
async def answer_page(
    request: Request,
    mail_id: UUID,
    member: MemberDep,
    store: StoreDep,
    desk: DeskDep,
    pages: PagesDep,
    at: Now,
    wanted: Annotated[LetterKind, Query(alias="with")] = ANSWERS[0],
) -> Response:
    """Show a text with which a mail can be answered, to be changed."""
    file = await found_mail(store, mail_id, member, at)
    sheet = await store.read(answer_sheet, desk, mail_id, today=at.date())
    if not isinstance(sheet, AnswerSheet):
        return _refused(request, pages, desk, file, member, sheet)
    draft = _draft(sheet, wanted)
    values = {
        "text": draft.text.rstrip(),
        "to": sheet.to[0],
        "done": "true" if sheet.done else "",
    }
    return _show(request, pages, desk, file, sheet, draft, member, values)


@router.post("/{mail_id}/answer")
async def preview(
    request: Request,
    mail_id: UUID,
    form: Answering,
    member: MemberDep,
    store: StoreDep,
    desk: DeskDep,
    pages: PagesDep,
    at: Now,
) -> Response:
    """Show an answer as it leaves; nothing is sent yet."""
    file = await found_mail(store, mail_id, member, at)
    sheet = await store.read(answer_sheet, desk, mail_id, today=at.date())
    if not isinstance(sheet, AnswerSheet):
        return _refused(request, pages, desk, file, member, sheet)
    draft = _draft(sheet, form.values.get("kind", ""))
    wrong = _wrong(form, sheet)
    return _show(
        request,
        pages,
        desk,
        file,
        sheet,
        draft,
        member,
        form.values,
        wrong,
        leaves=not wrong,
        status=422 if wrong else 200,
    )


@router.get("/{mail_id}/answer/send")
async def own_page(mail_id: UUID, pages: PagesDep) -> Response:
    """Lead to the mail: here only forms arrive."""
    return pages.go(f"/staff/inbox/{mail_id}")


@router.post("/{mail_id}/answer/send")
async def send(
    request: Request,
    mail_id: UUID,
    form: Answering,
    member: MemberDep,
    store: StoreDep,
    desk: DeskDep,
    pages: PagesDep,
    at: Now,
) -> Response:
    """Let an answer leave; pressed twice, it leaves once."""
    typed = form.model
    if typed is None:
        return await preview(request, mail_id, form, member, store, desk, pages, at)
    body = AnswerText(typed.kind, typed.to, typed.text, typed.done)
    done = await store.write(
        answer_mail, desk, mail_id, body, at=at, staff_id=member.id
    )
    if isinstance(done, Answered):
        return pages.go(f"/staff/inbox/{mail_id}#answer")
    file = await found_mail(store, mail_id, member, at)
    return _refused(request, pages, desk, file, member, done)


def _refused(
    request: Request,
    pages: Pages,
    desk: Desk,
    file: MailFile,
    member: Member,
    why: AnsweredBefore | CannotAnswer | NoSuchMail,
) -> Response:
    """Return the page of the mail, and on it why nothing was sent."""
    said = BEFORE if isinstance(why, AnsweredBefore) else CANNOT
    wrong = {"answer": said}
    return show_mail(request, pages, desk, file, member, wrong, status=409)


def _draft(sheet: AnswerSheet, wanted: str) -> Draft:
    return next((d for d in sheet.drafts if d.kind == wanted), sheet.drafts[0])


def _wrong(form: Filled[AnswerForm], sheet: AnswerSheet) -> dict[str, str]:
    wrong = {}
    if form.values.get("to") not in set(sheet.to):
        wrong["to"] = NO_ADDRESS
    if form.model is None and not wrong:
        wrong["text"] = NO_TEXT
    return wrong


def _show(
    request: Request,
    pages: Pages,
    desk: Desk,
    file: MailFile,
    sheet: AnswerSheet,
    draft: Draft,
    member: Member,
    values: Mapping[str, str],
    wrong: Mapping[str, str] | None = None,
    *,
    leaves: bool = False,
    status: int = 200,
) -> Response:
    language = language_of(request)
    say = translations(language).gettext
    opened = opened_here(request, desk, file)
    words = words_of(opened, file.line, desk, say) if opened else None
    to = tuple((one.value, _to(one, sheet, words, say)) for one in sheet.to)
    below = _below(sheet, draft, language, say)
    leaving = Leaving(
        to=dict(to).get(values.get("to", ""), ""),
        subject=f"Re: {words.mail.subject}" if words and words.mail.subject else "",
        text=values.get("text", ""),
        below=below,
    )
    view = AnswerView(
        line=line_of(file.line, desk, say),
        number=sheet.number,
        language=sheet.language,
        reviewed=is_reviewed(draft.kind, sheet.language),
        words=words,
        kinds=tuple(
            (one.kind.value, say(mails.ANSWERS[one.kind]), one is draft)
            for one in sheet.drafts
        ),
        kind=draft.kind.value,
        below=below,
        to=to,
        values=values,
        errors={name: say(text) for name, text in (wrong or {}).items()},
        longest=LONGEST,
        leaving=leaving if leaves else None,
    )
    return pages.show(request, "staff/answer.html", view, status=status, staff=member)


def _to(to: To, sheet: AnswerSheet, words: WordsView | None, say: Say) -> str:
    """Return to whom an answer goes, with the address where it may be shown."""
    address = sheet.known if to is To.KNOWN else None
    if to is To.SENDER and words is not None:
        address = ", ".join(words.mail.sender)
    said = say(mails.ANSWER_TO[to])
    return f"{said} ({address})" if address else said


def _below(sheet: AnswerSheet, draft: Draft, language: str, say: Say) -> str:
    if draft.below is None:
        return ""
    day = sheet.until if draft.below is Below.LINK else sheet.sent_on
    return say(mails.BELOW[draft.below]).format(
        day=day_in_words(day, language) if day else ""
    )
