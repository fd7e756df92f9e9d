"""Those who file while the server dies: each asks again until it is answered."""

import http.client
import itertools
import json
import re
import threading
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import urlencode

from tests.endurance.children import PATIENCE, Server

BY_FORM, BY_MAIL = "clearview-ai", "epsilon"
RESIDENCE = "US-CA"
FORM = "application/x-www-form-urlencoded"
BUSY = 503
PROGRAMS, RESIDENTS = 6, 2


def mailbox(number: int) -> str:
    """Return the mailbox of one filing, and of no other."""
    return f"resident{number}@example.org"


def key(number: int) -> str:
    """Return the idempotency key of one filing."""
    return f"endurance-{number:012}"


@dataclass(frozen=True, slots=True)
class Asked:
    """What is posted, or looked at where there is no body."""

    path: str
    body: str | None
    headers: Mapping[str, str]

    @property
    def method(self) -> str:
        """How it is asked."""
        return "GET" if self.body is None else "POST"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Told:
    """What somebody was told of a filing, and may rely on."""

    number: int
    document: Any = None
    """The answer of the API."""
    draft: str = ""
    """The address of the draft that was sent on the pages."""
    cookie: str = ""
    seen: str = ""
    """What *check your answers* showed, in short."""


@dataclass
class Line:
    """A kept connection to a server that dies."""

    server: Server
    losses: int = 0
    """How often no answer came."""
    _line: http.client.HTTPConnection | None = None

    def ask(self, asked: Asked) -> Answer | None:
        """Ask once; return None where the line is lost before the answer is here."""
        if self._line is None:
            self._line = http.client.HTTPConnection(
                "127.0.0.1", self.server.port, timeout=PATIENCE
            )
        try:
            self._line.request(asked.method, asked.path, asked.body, asked.headers)
            came = self._line.getresponse()
            headers = {name.lower(): value for name, value in came.getheaders()}
            return Answer(came.status, headers, came.read())
        except (OSError, http.client.HTTPException):
            self.losses += 1
            self.close()
            return None

    def insist(self, asked: Asked) -> Answer:
        """Ask the same until it is answered, through as many lives as it takes."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            if not self.server.serving.wait(PATIENCE) or self.server.left:
                break
            answer = self.ask(asked)
            if answer is not None and answer.status != BUSY:
                return answer
        raise TimeoutError("no answer")

    def close(self) -> None:
        """Hang up."""
        if self._line is not None:
            self._line.close()
            self._line = None


def from_elsewhere(number: int, **more: str) -> dict[str, str]:
    """Return the headers of a proxy, where each filing comes from another address."""
    address = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
    headers = {"X-Forwarded-For": address, "X-Forwarded-Proto": "https"}
    return headers | {name.replace("_", "-"): value for name, value in more.items()}


def by_api(number: int) -> Asked:
    """Return one filing as a program sends it."""
    body = {
        "residence": RESIDENCE,
        "vendors": [BY_FORM, BY_MAIL],
        "resident": {"name": "Synthetic Resident", "email": mailbox(number)},
    }
    return Asked(
        "/api/v1/filings",
        json.dumps(body),
        from_elsewhere(
            number, Content_Type="application/json", Idempotency_Key=key(number)
        ),
    )


class Filer(Protocol):
    """Somebody who files."""

    line: Line

    def file(self, number: int) -> Told:
        """File, and return what was told at last."""
        ...

    def again(self, told: Told) -> Told:
        """Send the same once more, and return what is told now."""
        ...


@dataclass
class Program:
    """Files by the API, with an idempotency key."""

    line: Line

    def file(self, number: int) -> Told:
        """File, and return what was told at last."""
        answer = self.line.insist(by_api(number))
        assert answer.status == 201, answer.body
        return Told(number, json.loads(answer.body))

    def again(self, told: Told) -> Told:
        """Send the same key and body."""
        return self.file(told.number)


@dataclass
class Resident:
    """Files on the pages, step by step, without scripts."""

    line: Line

    def file(self, number: int) -> Told:
        """Fill in a draft and send it."""
        ticked = [("residence", RESIDENCE), ("vendor", BY_FORM), ("vendor", BY_MAIL)]
        begun = self._post(number, "/file", "", ticked)
        found = re.fullmatch(r"(/file/[0-9a-f-]{36})/questions", begun["location"])
        assert found, begun
        draft, cookie = found[1], begun["set-cookie"].partition(";")[0]
        self._post(number, f"{draft}/who", cookie, [("for", "me")])
        typed = [("name", "Synthetic Resident"), ("email", mailbox(number))]
        self._post(number, f"{draft}/details", cookie, typed)
        looked = Asked(f"{draft}/check", None, from_elsewhere(number, Cookie=cookie))
        seen = re.search(
            r'name="seen" value="(\w+)"', self.line.insist(looked).body.decode()
        )
        assert seen
        return self.again(Told(number, draft=draft, cookie=cookie, seen=seen[1]))

    def again(self, told: Told) -> Told:
        """Press the button."""
        form = [("truth", "yes"), ("seen", told.seen)]
        sent = self._post(told.number, f"{told.draft}/send", told.cookie, form)
        draft = told.draft.removeprefix("/file/")
        assert sent["location"] == f"/confirm?draft={draft}", sent
        return told

    def _post(
        self, number: int, path: str, cookie: str, typed: list[tuple[str, str]]
    ) -> Mapping[str, str]:
        """Send a form until it is answered; return the headers of the answer."""
        headers = from_elsewhere(number, Content_Type=FORM, Cookie=cookie)
        answer = self.line.insist(Asked(path, urlencode(typed), headers))
        assert answer.status == 303, (path, answer.status, answer.body)
        return answer.headers


@dataclass
class Crowd:
    """Everybody who files, at the same time, and all that they were told."""

    server: Server
    told: list[Told] = field(default_factory=list)
    changed: list[Told] = field(default_factory=list)
    """What was told otherwise when it was asked for again."""
    losses: int = 0
    replays: int = 0
    gone: int = 0
    _numbers: Iterator[int] = field(default_factory=itertools.count)
    _enough: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Condition = field(default_factory=threading.Condition)

    def work(self, filer: Filer) -> None:
        """File until it is enough; after a loss, ask for what was told before it."""
        last: Told | None = None
        try:
            while not self._enough.is_set():
                losses = filer.line.losses
                told = filer.file(next(self._numbers))
                lost = filer.line.losses - losses
                doubted = [one for one in (last, told) if one is not None and lost]
                changed = [one for one in doubted if filer.again(one) != one]
                with self._lock:
                    self.told.append(told)
                    self.changed += changed
                    self.losses += lost
                    self.replays += len(doubted)
                    self._lock.notify_all()
                last = told
        finally:
            filer.line.close()
            with self._lock:
                self.gone += 1
                self._lock.notify_all()

    def reach(self, count: int) -> None:
        """Return when so many filings were acknowledged, however slowly they come."""
        with self._lock:
            while len(self.told) < count:
                assert self._lock.wait(PATIENCE), f"only {len(self.told)} of {count}"
                assert not self.gone, "somebody went home early"

    def finish(self) -> None:
        """Let everybody finish the filing that they are at."""
        self._enough.set()


@contextmanager
def filing(server: Server) -> Iterator[Crowd]:
    """Let programs and residents file; at the end, what went wrong with any is raised."""
    crowd = Crowd(server)
    filers: list[Filer] = [Program(Line(server)) for _ in range(PROGRAMS)]
    filers += [Resident(Line(server)) for _ in range(RESIDENTS)]
    with ThreadPoolExecutor(len(filers)) as pool:
        running: list[Future[None]] = [pool.submit(crowd.work, one) for one in filers]
        try:
            yield crowd
        except BaseException:
            server.leave()
            raise
        finally:
            crowd.finish()
            for one in running:
                one.result()
