"""Who may do what on a tracking page: the receipt follows, a fresh code opens.

The receipt alone shows companies, states and dates. What is personal, and every change,
also needs a code from the confirmed mailbox, which opens them for a quarter of an hour
(contract, section 6). A form that needs the code asks for it itself, so that nothing
that was typed is lost on the way.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Request
from fastapi.responses import Response

from app.actions.codes import STATUS_OF_FAULT, CodeFault, NoCode, send_code, use_code
from app.actions.desk import Desk
from app.actions.file_request import Limited
from app.actions.read_filing import FilingStanding, RequestStanding, by_receipt
from app.domain.receipts import secret_of
from app.store.people import CodePurpose
from app.store.session import Store
from app.web.deps import DeskDep, Now, StoreDep
from app.web.errors import Problem, too_many
from app.web.forms import Filled
from app.web.pages import Pages, language_of
from app.web.residents.confirm import FAULTS
from app.web.residents.cookies import has_proved, keep_proved, tracked
from app.words.catalog import translations


@dataclass(frozen=True, slots=True)
class Followed:
    """The filing that this browser follows."""

    receipt: str
    filing: FilingStanding

    @property
    def secret(self) -> bytes:
        """What the receipt stands for."""
        return secret_of(self.receipt)

    def request(self, request_id: UUID) -> RequestStanding:
        """Return one of its requests.

        Raises:
            Problem: 404, if it is none of this filing.
        """
        for it in self.filing.requests:
            if it.id == request_id:
                return it
        raise Problem(404, "There is no such request.")


async def _followed(
    request: Request, store: StoreDep, desk: DeskDep, at: Now
) -> Followed:
    held = tracked(request, desk.portal, desk.keys, at=at)
    found = (
        await store.read(by_receipt, desk.keys, secret_of(held.receipt))
        if held
        else None
    )
    if held is None or found is None:
        raise Problem(404, "No filing is open in this browser.")
    return Followed(held.receipt, found)


FollowedDep = Annotated[Followed, Depends(_followed)]


@dataclass(frozen=True, slots=True)
class Admission:
    """Whether the mailbox is proved; else what the form says about its code."""

    open: bool
    acts: bool = False
    """Whether the form may do what it is for: it was let in, and did not ask for a code."""
    mailed: bool = False
    """Whether a code is on its way, so that the form has a field for it."""
    fault: CodeFault | None = None
    error: str = ""
    fresh: bool = False
    """Whether it was proved with this very form, so that the browser has to keep it."""

    @property
    def errors(self) -> dict[str, str]:
        """What stands at the code's field."""
        return {"code": self.error} if self.error else {}

    @property
    def status(self) -> int:
        """The status of the page that asks for the code."""
        return STATUS_OF_FAULT[self.fault] if self.fault else 200

    def let(
        self, response: Response, desk: Desk, here: Followed, at: datetime
    ) -> Response:
        """Return the response of one that was let in, with what its browser keeps."""
        if self.fresh:
            keep_proved(response, desk.portal, desk.keys, here.secret, at=at)
        return response


def looks(request: Request, desk: Desk, here: Followed, at: datetime) -> Admission:
    """Return whether a page may be shown that was only asked for."""
    return Admission(has_proved(request, desk.portal, desk.keys, here.secret, at=at))


async def admit(
    request: Request,
    form: Filled[Any],
    here: Followed,
    store: Store,
    desk: Desk,
    at: datetime,
    *,
    ends: bool = False,
) -> Admission:
    """Let a form in: the mailbox was just proved, or its code is in the form.

    ``ends`` says that the form takes back or erases: codes are put by for it.

    Raises:
        Problem: 429, if too many codes were asked for; 409, if there is no mailbox.
    """
    filing, asks = here.filing.id, form.values.get("do") == "mail"
    if looks(request, desk, here, at).open:
        return Admission(open=True, acts=not asks)  # an older page asked for a code
    if asks:
        sent = await store.write(
            send_code, desk, filing, CodePurpose.READ, ends=ends, at=at
        )
        if isinstance(sent, Limited):
            raise too_many(sent.seconds)
        if isinstance(sent, NoCode):
            raise Problem(409, "No code can be sent for this.")
        return Admission(open=False, mailed=True)
    typed = form.values.get("code")
    if typed is None:  # a page that was left open until its quarter of an hour was over
        return Admission(open=False, fault=CodeFault.MISSING)
    say = translations(language_of(request).value).gettext
    if not typed.strip():
        wrong = CodeFault.WRONG
        return Admission(open=False, mailed=True, fault=wrong, error=say(FAULTS[wrong]))
    fault = await store.write(use_code, desk, filing, CodePurpose.READ, typed, at=at)
    if fault is None:
        return Admission(open=True, acts=True, fresh=True)
    return Admission(open=False, mailed=True, fault=fault, error=say(FAULTS[fault]))


async def let_in(
    request: Request,
    form: Filled[Any],
    here: Followed,
    store: Store,
    desk: Desk,
    pages: Pages,
    at: datetime,
    *,
    template: str,
    view: Callable[[Admission], object],
) -> Response:
    """Take the code that opens a page: go to it, or show it shut with what is wrong."""
    admission = await admit(request, form, here, store, desk, at)
    if admission.acts:
        response = pages.go(request.url.path)
        return admission.let(response, desk, here, at)
    return pages.show(request, template, view(admission), status=admission.status)
