"""A resident at a browser without scripts: files step by step, and reads the mail."""

import json
import re
from dataclasses import dataclass

from fastapi.testclient import TestClient
from sqlalchemy import select

from app.store.keys import Keys
from app.store.opening import Opener
from app.store.outbox import Message
from app.store.sealing import Where
from app.store.session import Store
from tests.front_desk import hidden

MAILBOX = "zoe.quill@example.org"
TYPED = "Zoë Quillfeather"
BY_MAIL, BY_FORM = "epsilon", "clearview-ai"


@dataclass
class Resident:
    """Somebody who files on the pages."""

    browser: TestClient
    store: Store
    keys: Keys

    def begin(self, *vendors: str, residence: str = "US-CA") -> str:
        """Begin a draft and return its address."""
        form = {"residence": residence, "vendor": list(vendors or (BY_FORM,))}
        page = self.browser.post("/file", data=form)
        found = re.search(r"/file/[0-9a-f-]{36}", str(page.url))
        assert found, page.url
        return found[0]

    def fill(self, draft: str, *, email: str = MAILBOX, **more: str) -> None:
        """Answer every step before *check your answers*."""
        self.browser.post(f"{draft}/who", data={"for": "me"})
        typed = {"name": TYPED, "email": email, **more}
        page = self.browser.post(f"{draft}/details", data=typed)
        assert page.url.path == f"{draft}/check", page.text

    def checked(self, draft: str) -> dict[str, str]:
        """Look at *check your answers*, and return its form with the box ticked."""
        page = self.browser.get(f"{draft}/check")
        return {"truth": "yes", "seen": hidden(page.text, "seen")}

    def send(self, draft: str) -> str:
        """Send, and return the id of the draft on the page that asks for the code."""
        page = self.browser.post(f"{draft}/send", data=self.checked(draft))
        assert page.url.path == "/confirm", page.text
        return draft.removeprefix("/file/")

    def filed(self, *vendors: str, residence: str = "US-CA") -> str:
        """File, and return the id of the draft."""
        draft = self.begin(*vendors, residence=residence)
        self.fill(draft)
        return self.send(draft)

    def confirmed(self, *vendors: str, residence: str = "US-CA") -> str:
        """File and confirm, and return the id of the draft."""
        draft = self.filed(*vendors, residence=residence)
        form = {"draft": draft, "code": self.code()}
        page = self.browser.post("/confirm", data=form)
        assert page.url.path == "/receipt", page.text
        return draft

    def fresh_code(self, path: str, **typed: str) -> str:
        """Ask for a code on the page of what needs it, and read it."""
        page = self.browser.post(path, data={**typed, "do": "mail"})
        assert "The six digits" in page.text, page.text
        return self.code()

    def secrets(self) -> list[dict[str, str]]:
        """Return what the waiting mails hold, the oldest first."""
        opener = Opener(self.keys.epochs)
        with self.store.reading() as session:
            found = session.scalars(select(Message).order_by(Message.id)).all()
            return [
                json.loads(opener.open(m.thing, Where("outbox", str(m.id))))
                for m in found
                if m.thing is not None
            ]

    def code(self) -> str:
        """Return the newest mailed code."""
        return next(s["code"] for s in reversed(self.secrets()) if "code" in s)
