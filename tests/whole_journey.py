"""One filing from the first page to its erasure, for tests of what must hold all along.

It is a list of steps, each of which may be taken again where it has failed.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from email.message import EmailMessage
from typing import Any

from fastapi.testclient import TestClient

from app.actions.enrol_staff import HASHER, add_staff, enrol
from app.actions.import_vendors import import_vendors
from app.rulebook.vendor_schema import VendorShape
from app.store.keys import Keys
from app.store.staff import Role
from app.worker import Worker
from tests.browser import Browser
from tests.conftest import FakeClock
from tests.front_desk import PASSWORD, hidden
from tests.post_office import PROBE, Office, code_in, words

NAME = "Canary Nightjarre"
MAILBOX = "canary.nightjarre@example.org"
TYPED: Mapping[str, str] = {
    "name": NAME,
    "email": MAILBOX,
    "other_names": "Canary Lapwingston",
    "other_emails": "lapwingston.canary@example.net",
    "phones": "+44 7700 900461",
    "addresses": "17 Curlewbank Terrace, Sandpiperham",
    "birth_date": "1971-08-19",
}
REPLY = "We found the plovermarsh record and erased it."
OPENING = "I ask you to delete"
CLERK = "clerk@portal.example.org"
GREEDY, FORM = "probe", "clearview-ai"
URL = re.compile(r"https?://[^\s\"<>]+")
Step = Callable[["Journey"], None]


@dataclass
class Journey:
    """A resident, a clerk and a program, at one portal."""

    office: Office
    clock: FakeClock
    keys: Keys
    browser_of: Callable[[], Any]
    """Opens a browser that has been nowhere yet, and follows no redirect."""
    resident: Any = None
    clerk: Any = None
    draft: str = ""
    seen: str = ""
    """What *check your answers* showed, in short."""
    receipt: str = ""
    number: str = ""
    receipts: list[str] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    read_mails: int = 0

    def __post_init__(self) -> None:
        self.resident, self.clerk = self.browser_of(), self.browser_of()
        wants = dict(PROBE["routes"][0], needs=list(TYPED))
        shape = VendorShape.model_validate({**PROBE, "routes": [wants]})
        with self.office.writing() as session:
            import_vendors(session, [shape], at=self.clock(), by="import")
            token = add_staff(
                session, self.keys, CLERK, Role.CASEWORKER, at=self.clock()
            )
            enrol(
                session,
                self.office.post.desk,
                token,
                email=CLERK,
                password_hash=HASHER.hash(PASSWORD),
                at=self.clock(),
            )

    def canaries(self) -> set[str]:
        """Return what may stand in no log, no figure and no address."""
        codes = {c for code in self.codes for c in (code, f"{code[:3]} {code[3:]}")}
        receipts = {r for it in self.receipts for r in (it, it.replace("-", ""))}
        return {*TYPED.values(), REPLY, *codes, *receipts, *self.tokens()}

    def tokens(self) -> set[str]:
        """Return the secret ends of the mailed links."""
        found = {url.rpartition("/")[2] for mail in self.mails() for url in urls(mail)}
        return {token for token in found if len(token) > 20}

    def mails(self) -> list[EmailMessage]:
        """Return what the resident was mailed so far."""
        return self.office.channel.to(MAILBOX)

    def works(self) -> None:
        """Let the worker do all that is due."""
        Worker(self.office.post, self.clock, self.clock).once()

    def passes(self, **given: float) -> None:
        """Let time go by."""
        self.clock.at += timedelta(**given)

    def mailed_code(self) -> str:
        """Return the code of the newest mail that has one."""
        code = code_in([m for m in self.mails() if m["Subject"] == "Your code"][-1])
        self.codes.append(code)
        return code

    def asks_for_code(self, path: str) -> str:
        """Ask on the page of what needs it for a fresh code, and read it."""
        self.passes(minutes=16)  # so that none typed before still counts
        expect(self.resident.post(path, data={"do": "mail"}), 200)
        self.works()
        return self.mailed_code()

    def standing(self) -> dict[str, Any]:
        """Ask the API where the filing stands."""
        bearer = {"Authorization": f"Bearer {self.receipt}"}
        answer = self.browser_of().get("/api/v1/filings/current", headers=bearer)
        expect(answer, 200)
        found: dict[str, Any] = answer.json()
        return found

    def request_of(self, vendor: str) -> dict[str, Any]:
        """Return one request of the filing."""
        return next(r for r in self.standing()["requests"] if r["vendor"] == vendor)

    def keeps(self, page: Any) -> None:
        """Keep the receipt that a page shows."""
        flat = re.sub(r"-?</span>\s*<span>", "-", page.text)
        found = re.search(r"EF(-\w{4,})+", flat)
        assert found is not None
        self.receipt = found[0]
        self.receipts.append(self.receipt)


@dataclass(frozen=True)
class Answer:
    """One answer as it left, and what it was given to."""

    method: str
    target: str
    status: int
    headers: tuple[tuple[str, str], ...]
    body: str

    def header(self, name: str) -> str | None:
        """Return one header, which must not stand there twice."""
        values = [value for key, value in self.headers if key == name]
        assert len(values) <= 1, (self.target, name, values)
        return values[0] if values else None

    @property
    def path(self) -> str:
        """The address without its query."""
        return self.target.partition("?")[0]


class Recorder:
    """Stands before an application and keeps every answer."""

    def __init__(self, app: Any) -> None:
        self.app = app
        self.answers: list[Answer] = []

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        heard: list[Any] = []

        async def hear(message: Any) -> None:
            heard.append(message)
            await send(message)

        try:
            await self.app(scope, receive, hear)
        finally:
            self.answers.append(_answer(scope, heard))


def _answer(scope: Any, heard: list[Any]) -> Answer:
    query = scope["query_string"].decode("latin-1")
    target = scope["path"] + (f"?{query}" if query else "")
    return Answer(
        scope["method"],
        target,
        heard[0]["status"],
        tuple((k.decode(), v.decode("latin-1")) for k, v in heard[0]["headers"]),
        b"".join(m.get("body", b"") for m in heard[1:]).decode("utf-8", "replace"),
    )


@contextmanager
def browsers(
    app: Any, origin: str = "http://testserver"
) -> Iterator[Callable[[], TestClient]]:
    """Give browsers of an application, closed at the end."""
    with ExitStack() as stack:
        yield lambda: stack.enter_context(
            Browser(
                app,
                base_url=origin,
                follow_redirects=False,
                raise_server_exceptions=False,
            )
        )


def expect(answer: Any, *statuses: int) -> None:
    """Hold that an answer is one of those that the step means."""
    assert answer.status_code in statuses, (answer.url, answer.status_code)


def urls(mail: EmailMessage) -> Iterator[str]:
    """Give every address that a mail leads to."""
    yield from dict.fromkeys(
        url.rstrip(".,;)") for url in URL.findall(words(mail)) if "schema" not in url
    )


def looks_around(j: Journey) -> None:
    expect(j.resident.get("/"), 200)
    query = f"residence=US-CA&vendor={GREEDY}&vendor={FORM}"
    expect(j.resident.get(f"/check/answer?{query}"), 200)


def begins(j: Journey) -> None:
    form = {"residence": "US-CA", "vendor": [GREEDY, FORM]}
    answer = j.resident.post("/file", data=form)
    expect(answer, 303)
    j.draft = answer.headers["location"].rpartition("/")[0]


def says_who(j: Journey) -> None:
    expect(j.resident.get(f"{j.draft}/questions"), 200, 303)
    expect(j.resident.post(f"{j.draft}/who", data={"for": "me"}), 303)


def mistypes(j: Journey) -> None:
    form = dict(TYPED, birth_date="not a day")
    answer = j.resident.post(f"{j.draft}/details", data=form)
    expect(answer, 422)


def types(j: Journey) -> None:
    expect(j.resident.post(f"{j.draft}/details", data=dict(TYPED)), 303)


def sees_the_letter(j: Journey) -> None:
    page = j.resident.get(f"{j.draft}/check")
    expect(page, 200)
    assert NAME in page.text
    j.seen = hidden(page.text, "seen")


def sends(j: Journey) -> None:
    form = {"truth": "yes", "seen": j.seen}
    expect(j.resident.post(f"{j.draft}/send", data=form), 303)


def is_mailed(j: Journey) -> None:
    j.works()
    if not j.mails():  # the lease of an attempt that failed has to pass
        j.passes(minutes=20)
        j.works()
    assert j.mails()


TOO_LATE = {410, 422, 429}


def guesses(j: Journey) -> None:
    form = {"draft": j.draft.removeprefix("/file/"), "code": "000 000"}
    expect(j.resident.post("/confirm", data=form), *TOO_LATE)


def confirms(j: Journey) -> None:
    draft = {"draft": j.draft.removeprefix("/file/")}
    form = draft | {"code": j.mailed_code()}
    answer = j.resident.post("/confirm", data=form)
    if answer.status_code in TOO_LATE:
        expect(j.resident.post("/confirm/again", data=draft), 303)
        j.works()
        answer = j.resident.post("/confirm", data=draft | {"code": j.mailed_code()})
    expect(answer, 303)


def sees_the_receipt(j: Journey) -> None:
    page = j.resident.get("/receipt")
    expect(page, 200)
    j.keeps(page)


def leaves(j: Journey) -> None:
    expect(j.resident.post("/track/leave"), 303)


def tracks(j: Journey) -> None:
    expect(j.resident.post("/track", data={"receipt": j.receipt}), 303)
    expect(j.resident.get("/track"), 200)


def is_told_of_the_hold(j: Journey) -> None:
    j.works()


def letter_leaves(j: Journey) -> None:
    j.passes(minutes=45)
    j.works()
    assert j.request_of(GREEDY)["status"] == "sent"


def says_sent(j: Journey) -> None:
    tracks(j)
    one, today = j.request_of(FORM), j.clock().date()
    path = f"/track/requests/{one['id']}/sent"
    expect(j.resident.get(path), 200)
    form = {"on": today.isoformat(), "code": j.asks_for_code(path)}
    expect(j.resident.post(path, data=form), 303, 409)


def clerk_signs_in(j: Journey) -> None:
    form = {"email": CLERK, "password": PASSWORD}
    expect(j.clerk.post("/staff/sign-in", data=form), 303)
    expect(j.clerk.get("/staff/"), 200)


def clerk_reveals(j: Journey) -> None:
    page = f"/staff/requests/{j.request_of(GREEDY)['number']}"
    expect(j.clerk.get(page), 200)
    form = {"reason": "match_reply"}
    expect(j.clerk.post(f"{page}/reveals", data=form), 303)
    j.works()
    shown = j.clerk.get(page)
    expect(shown, 200)
    assert NAME in shown.text


def clerk_records(j: Journey) -> None:
    page = f"/staff/requests/{j.request_of(GREEDY)['number']}"
    form = {
        "kind": "deleted",
        "received_on": j.clock().date().isoformat(),
        "evidence": "letter",
        "text": REPLY,
    }
    shown = j.clerk.post(f"{page}/preview", data=form)
    if j.request_of(GREEDY)["status"] == "sent":
        expect(shown, 200)
        more = {name: hidden(shown.text, name) for name in ("shown", "nonce")}
        expect(j.clerk.post(f"{page}/replies", data=form | more), 303)
    expect(j.clerk.get("/staff/audit"), 200, 403)


def is_told(j: Journey) -> None:
    j.passes(days=1, minutes=1)
    j.works()


def loses_the_receipt(j: Journey) -> None:
    j.resident = j.browser_of()
    expect(j.resident.post("/track/lost", data={"email": MAILBOX}), 200)


def gets_another(j: Journey) -> None:
    for _ in range(3):  # an attempt that failed may have used a code up
        j.works()
        form = {"email": MAILBOX, "code": j.mailed_code()}
        page = j.resident.post("/track/lost/code", data=form)
        if page.status_code == 200:
            break
        j.passes(minutes=20)
        loses_the_receipt(j)
    j.keeps(page)
    j.works()


def withdraws(j: Journey) -> None:
    one = j.request_of(FORM)
    if one["status"] == "withdrawn":
        return
    tracks(j)
    path = f"/track/requests/{one['id']}/withdraw"
    code = j.asks_for_code(path)
    expect(j.resident.get(path), 200)
    expect(j.resident.post(path, data={"code": code}), 303)


def is_told_again(j: Journey) -> None:
    j.passes(days=1, minutes=1)
    j.works()


def erases(j: Journey) -> None:
    tracks(j)
    if "Everything about you was deleted" in j.resident.get("/track").text:
        return  # by an attempt whose answer was lost
    answer = j.resident.post(
        "/track/erase", data={"code": j.asks_for_code("/track/erase")}
    )
    expect(answer, 303)
    j.works()


def is_watched(j: Journey) -> None:
    for path in ("/metrics", "/healthz", "/readyz"):
        expect(j.browser_of().get(path), 200)


STEPS: tuple[Step, ...] = (
    looks_around, begins, says_who, mistypes, types, sees_the_letter, sends, is_mailed,
    guesses, confirms, sees_the_receipt, leaves, tracks, is_told_of_the_hold, letter_leaves, says_sent,
    clerk_signs_in, clerk_reveals, clerk_records, is_told, loses_the_receipt,
    gets_another, withdraws, is_told_again, erases, is_watched,
)  # fmt: skip
