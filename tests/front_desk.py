"""The pages of staff over a portal that files and delivers."""

import re
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from argon2 import PasswordHasher
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import select

from app.actions.answer_mail_reveals import Tools, answer_mail_reveals
from app.actions.answer_reveals import answer_reveals
from app.actions.enrol_staff import add_staff, enrol
from app.channels.mail_reader import MailReader
from app.channels.uploads import Redrawing
from app.store.audit import AuditEntry
from app.store.keys import Keys
from app.store.staff import Role, Staff
from tests.browser import Browser
from tests.conftest import FakeClock
from tests.post_office import Office

PASSWORD = "correct horse battery staple"
HASHED = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
"""A cheap hash: one as the portal makes takes 24 ms to check, at each signing in."""


@dataclass
class FrontDesk:
    """An application with staff, and the browsers that they use."""

    office: Office
    app: FastAPI
    clock: FakeClock
    keys: Keys
    base: str = "http://testserver"
    _open: ExitStack = field(default_factory=ExitStack)

    def passes(self, **given: float) -> None:
        """Let time go by."""
        self.clock.at += timedelta(**given)

    def browser(self) -> TestClient:
        """Return a browser that has been nowhere yet."""
        return self._open.enter_context(
            Browser(self.app, base_url=self.base, follow_redirects=False)
        )

    def link(self, email: str, role: Role = Role.CASEWORKER) -> str:
        """Return the path of a new enrolment link."""
        with self.office.writing() as session:
            token = add_staff(session, self.keys, email, role, at=self.clock())
        return f"/staff/enrol/{token}"

    def enrolled(self, email: str, role: Role = Role.CASEWORKER) -> UUID:
        """Return a staff member who has a password."""
        token = self.link(email, role).rpartition("/")[2]
        with self.office.writing() as session:
            enrol(
                session,
                self.office.post.desk,
                token,
                email=email,
                password_hash=HASHED,
                at=self.clock(),
            )
            found = session.scalar(select(Staff.id).where(Staff.email == email))
        assert found is not None
        return found

    def staff(
        self, role: Role = Role.CASEWORKER, email: str = "clerk@example.org"
    ) -> TestClient:
        """Return the browser of somebody who is signed in."""
        self.enrolled(email, role)
        browser = self.browser()
        answer = self.sign_in(browser, email)
        assert answer.status_code == 303, answer.text
        return browser

    def sign_in(
        self, browser: TestClient, email: str, password: str = PASSWORD, **more: str
    ) -> Any:
        """Type an address and a password."""
        form = {"email": email, "password": password, **more}
        return browser.post("/staff/sign-in", data=form)

    def worker_answers(self) -> int:
        """Let the worker open what was asked for."""
        opener = self.office.post.opener
        with self.office.writing() as session:
            answered = answer_reveals(session, opener, at=self.clock())
        reader = MailReader()
        tools = Tools(opener, reader, Redrawing())
        answered += answer_mail_reveals(self.office.store, tools, at=self.clock())
        reader.close()
        return answered

    def audit(self) -> list[AuditEntry]:
        """Return what is on record, oldest first."""
        with self.office.store.reading() as session:
            found = session.scalars(select(AuditEntry).order_by(AuditEntry.seq)).all()
            session.expunge_all()
        return list(found)

    def close(self) -> None:
        """Close the browsers."""
        self._open.close()


def hidden(text: str, name: str) -> str:
    """Return what a hidden field of a page holds."""
    found = re.search(rf'name="{name}" value="([^"]*)"', text)
    assert found is not None, name
    return found[1]
