"""Somebody who wants to be told, and a company whose promise changes."""

import re
from dataclasses import dataclass
from datetime import timedelta
from email.message import EmailMessage
from typing import Any

from fastapi.testclient import TestClient

from app.actions.import_vendors import import_vendors
from app.rulebook.vendor_schema import VendorShape
from app.worker import Worker
from tests.conftest import FakeClock
from tests.post_office import PROBE, Office, read, words

MAILBOX = "mira.watchful@example.org"
PLACE, COMPANY = "CA-MB", "probe"
FORM = {"country": "CA", "region": PLACE, "vendor": COMPANY, "email": MAILBOX}
LINK = re.compile(r"http://testserver(/watch/[\w-]{20,})(?=\s)")
OFFER = {
    "id": "deletion-in-manitoba",
    "right": "deletion",
    "places": [PLACE],
    "words": "It deletes for people in Manitoba.",
    "sources": ["https://probe.example.org/news"],
    "confidence": "high",
    "checked_on": "2026-11-01",
}


@dataclass
class Watcher:
    """A browser, a mailbox, and the portal's worker."""

    browser: TestClient
    office: Office
    clock: FakeClock

    def works(self) -> None:
        """Let the worker do all that is due."""
        Worker(self.office.post, self.clock, self.clock).once()

    def passes(self, **given: float) -> None:
        """Let time go by, and the worker work."""
        self.clock.at += timedelta(**given)
        self.works()

    def promises(self, **dates: str) -> None:
        """Let the company promise deletion in Manitoba, on some days or none."""
        offers = [OFFER | dates] if dates else []
        shape = VendorShape.model_validate({**PROBE, "offers": offers})
        with self.office.writing() as session:
            import_vendors(session, [shape], at=self.clock(), by="import")

    def asks(self, **other: str) -> str:
        """Ask to be told, and return the address behind the mailed link."""
        page = self.browser.post("/watch", data=FORM | other)
        assert page.status_code == 200, page.text
        self.works()
        return self.link()

    def watches(self, **other: str) -> str:
        """Ask and confirm; return the address, and forget the mail."""
        link = self.asks(**other)
        page = self.browser.post(link)
        assert page.url.path == link
        assert page.status_code == 200, page.text
        self.office.channel.sent.clear()
        return link

    def mails(self) -> list[EmailMessage]:
        """Return what came to the mailbox."""
        return self.office.channel.to(MAILBOX)

    def raw(self) -> bytes:
        """Return the bytes of the newest mail."""
        return self.office.channel.sent[-1].message.as_bytes()

    def link(self) -> str:
        """Return the address in the newest mail."""
        found = LINK.search(words(read(self.raw())))
        assert found is not None
        return found[1]


def selected(page: Any) -> list[str]:
    """Return what is chosen in the selects of a page."""
    return re.findall(r'<option value="([^"]+)" selected', page.text)
