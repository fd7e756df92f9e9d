"""Who may do what on a tracking page: the receipt follows, a fresh code opens.

The receipt alone shows companies, states and dates. What is personal, and every change,
also needs a code from the confirmed mailbox, which opens them for a quarter of an hour
(contract, section 6). A form that needs the code asks for it itself, so that nothing
that was typed is lost on the way.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Request
from fastapi.responses import Response

from app.actions.codes import STATUS_OF_FAULT, CodeFault, NoCode, send_code, use_code
from app.actions.desk import Desk
from app.actions.file_request import Limited
from app.actions.read_filing import FilingStanding, RequestStanding, by_receipt
from app.domain.places import Place
from app.domain.receipts import secret_of
from app.store.people import CodePurpose
from app.store.session import Store
from app.web.deps import DeskDep, Now, PagesDep, StoreDep
from app.web.errors import Problem, too_many
from app.web.forms import Filled
from app.web.pages import Pages, language_of
from app.web.residents.confirm import FAULTS
from app.web.residents.cookies import has_proved, keep_proved, tracked
from app.words.answers import Say
from app.words.catalog import translations
from app.words.languages import Language


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


@dataclass(frozen=True, slots=True)
class Followed:
    """The filing that this browser follows, and the visit that asks about it."""

    visit: Request
    store: Store
    desk: Desk
    pages: Pages
    at: datetime
    """When the visit is."""
    receipt: str
    filing: FilingStanding

    @property
    def secret(self) -> bytes:
        """What the receipt stands for."""
        return secret_of(self.receipt)

    @property
    def place(self) -> Place:
        """Where the person lives."""
        return self.desk.rulebook.places[self.filing.residence]

    @property
    def today(self) -> date:
        """Which day it is there."""
        return self.place.day(self.at)

    @property
    def language(self) -> Language:
        """The visitor's."""
        return language_of(self.visit)

    @property
    def say(self) -> Say:
        """The words of the visitor's language."""
        return translations(self.language).gettext

    def request(self, request_id: UUID) -> RequestStanding:
        """Return one of the filing's requests.

        Raises:
            Problem: 404, if it is none of this filing.
        """
        for it in self.filing.requests:
            if it.id == request_id:
                return it
        raise Problem(404, "There is no such request.")

    def name_of(self, request_id: UUID) -> str:
        """Return the name of the company that a request is for.

        Raises:
            Problem: 404, if it is none of this filing.
        """
        slug = self.request(request_id).vendor
        vendor = self.desk.directory.vendor(slug)
        return vendor.name if vendor else slug

    # Who may

    def looks(self) -> Admission:
        """Return whether a page may be shown that was only asked for."""
        desk = self.desk
        return Admission(
            has_proved(self.visit, desk.portal, desk.keys, self.secret, at=self.at)
        )

    async def admit(self, form: Filled[Any], *, ends: bool = False) -> Admission:
        """Let a form in: the mailbox was just proved, or its code is in the form.

        ``ends`` says that the form takes back or erases: codes are put by for it.

        Raises:
            Problem: 429, if too many codes were asked for; 409, if there is no mailbox.
        """
        filing, asks = self.filing.id, form.values.get("do") == "mail"
        if self.looks().open:
            return Admission(open=True, acts=not asks)  # an older page asked for a code
        if asks:
            await self._mail_code(ends=ends)
            return Admission(open=False, mailed=True)
        typed = form.values.get("code")
        if (
            typed is None
        ):  # a page that was left open until its quarter of an hour was over
            return Admission(open=False, fault=CodeFault.MISSING)
        if not typed.strip():
            return self._shut(CodeFault.WRONG)
        fault = await self.store.write(
            use_code, self.desk, filing, CodePurpose.READ, typed, at=self.at
        )
        return self._shut(fault) if fault else Admission(True, acts=True, fresh=True)

    async def _mail_code(self, *, ends: bool) -> None:
        sent = await self.store.write(
            send_code,
            self.desk,
            self.filing.id,
            CodePurpose.READ,
            ends=ends,
            at=self.at,
        )
        if isinstance(sent, Limited):
            raise too_many(sent.seconds)
        if isinstance(sent, NoCode):
            raise Problem(409, "No code can be sent for this.")

    def _shut(self, fault: CodeFault) -> Admission:
        error = self.say(FAULTS[fault])
        return Admission(open=False, mailed=True, fault=fault, error=error)

    async def let_in(
        self,
        form: Filled[Any],
        *,
        template: str,
        view: Callable[[Admission], object],
    ) -> Response:
        """Take the code that opens a page: go to it, or show it shut with what is wrong."""
        admission = await self.admit(form)
        if admission.acts:
            return self.go(self.visit.url.path, admission)
        return self.show(template, view(admission), status=admission.status)

    # What it is answered

    def show(
        self,
        template: str,
        page: object,
        admission: Admission | None = None,
        *,
        status: int = 200,
    ) -> Response:
        """Show a page, to the browser of who was let in."""
        response = self.pages.show(self.visit, template, page, status=status)
        return self._kept(response, admission)

    def go(self, path: str, admission: Admission | None = None) -> Response:
        """Send the browser of who was let in on to another page."""
        return self._kept(self.pages.go(path), admission)

    def _kept(self, response: Response, admission: Admission | None) -> Response:
        """Let the browser keep that the mailbox was proved just now."""
        if admission and admission.fresh:
            desk = self.desk
            keep_proved(response, desk.portal, desk.keys, self.secret, at=self.at)
        return response


async def _followed(
    visit: Request, store: StoreDep, desk: DeskDep, pages: PagesDep, at: Now
) -> Followed:
    held = tracked(visit, desk.portal, desk.keys, at=at)
    found = (
        await store.read(by_receipt, desk.keys, secret_of(held.receipt))
        if held
        else None
    )
    if held is None or found is None:
        raise Problem(404, "No filing is open in this browser.")
    return Followed(visit, store, desk, pages, at, held.receipt, found)


FollowedDep = Annotated[Followed, Depends(_followed)]
