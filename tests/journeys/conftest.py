"""A real browser against ``efface serve``, with its worker and its mail folder."""

import email
import email.policy
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from itertools import pairwise
from pathlib import Path
from typing import TextIO
from weakref import WeakSet

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Page,
    Route,
    expect,
    sync_playwright,
)

from tests import ready

CHROMIUM = os.environ.get("EFFACE_TEST_CHROMIUM") or shutil.which("chromium")
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE localhost",
]
AA = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
RULES = {"runOnly": {"type": "tag", "values": AA}, "resultTypes": ["violations"]}
"""Without the last, axe describes each element that is well: a third of its time."""
SIZES = {"phone": (320, 640), "desktop": (1280, 800)}
SMALLEST = 24
PATIENCE = 30_000
"""Milliseconds for which anything is waited for: a busy machine is no fault of ours."""
expect.set_options(timeout=PATIENCE)


@dataclass(frozen=True)
class Portal:
    """A running portal."""

    url: str
    mail: Path
    enrolment: str

    def mails_to(self, address: str) -> list[EmailMessage]:
        found = []
        for file in sorted(self.mail.glob("*.eml"), key=lambda f: f.stat().st_mtime_ns):
            mail = email.message_from_bytes(
                file.read_bytes(), policy=email.policy.default
            )
            assert isinstance(mail, EmailMessage)
            if address in str(mail["To"]):
                found.append(mail)
        return found

    def text(self, mail: EmailMessage) -> str:
        body = mail.get_body(("plain",))
        assert body is not None
        return str(body.get_content())

    def wait_for(self, page: Page, address: str, count: int) -> str:
        """Wait until so many mails have arrived, and return the newest one's text."""
        for _ in range(200):
            mails = self.mails_to(address)
            if len(mails) >= count:
                return self.text(mails[-1])
            page.wait_for_timeout(50)
        raise AssertionError(f"no mail number {count} in 10 s")

    def code(self, page: Page, address: str, count: int) -> str:
        found = re.search(r"\b(\d{3} \d{3})\b", self.wait_for(page, address, count))
        assert found
        return found[1]


def surroundings(data: Path) -> dict[str, str]:
    """Return the environment of a portal that keeps all it has in one folder."""
    bare = {k: v for k, v in os.environ.items() if not k.startswith("EFFACE_")}
    return {**bare, "EFFACE_DATA_DIR": str(data)}


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a portal that nobody has used: to make one takes seconds."""
    folder = tmp_path_factory.mktemp("installed") / "data"
    ready.run(["worker", "--once"], surroundings(folder))
    return folder


@contextmanager
def serving(data: Path) -> Iterator[Portal]:
    """A portal in a process of its own, on a free port."""
    here, there = os.pipe()
    process = ready.start(["serve", "--port", "0"], surroundings(data), there)
    os.close(there)
    with os.fdopen(here) as said_by:
        try:
            said = _greeting(said_by)
            port = re.search(r"localhost:(\d+)", said)
            enrolment = re.search(r"http\S+(/staff/enrol/\S+)", said)
            assert port
            assert enrolment
            url = f"http://localhost:{port[1]}"
            yield Portal(url, data / "mail", url + enrolment[1])
        finally:
            process.terminate()
            process.wait()


def _greeting(said_by: TextIO) -> str:
    """Return all that it says until it serves."""
    said = ""
    while "Mail is written to" not in said:
        line = said_by.readline()
        assert line, f"it ended, having said: {said}"
        said += line
    return said


@pytest.fixture
def portal(installed: Path, tmp_path: Path) -> Iterator[Portal]:
    """A portal of this test alone."""
    with serving(shutil.copytree(installed, tmp_path / "data")) as portal:
        yield portal


@pytest.fixture(scope="session")
def library(
    installed: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Portal]:
    """A portal to read in, shared; nobody files anything there."""
    folder = tmp_path_factory.mktemp("library") / "data"
    with serving(shutil.copytree(installed, folder)) as portal:
        yield portal


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, or a skip that says how to install it.

    No longer than a module: while it is open, its event loop is this thread's.
    """
    if CHROMIUM is None:
        pytest.skip("no Chromium: apt install chromium, or set EFFACE_TEST_CHROMIUM")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


LARGE_LETTERS = "html { font-size: 200% }"
CUT_OFF = """() => {
  const wide = document.documentElement.clientWidth;
  const beyond = [...document.querySelectorAll("body *")].filter((one) => {
    if (one.closest(".hidden, .skip, .defs, .scroll, svg")) return false;
    const { left, right, width } = one.getBoundingClientRect();
    return width > 0 && (right > wide + 1 || left < -1);
  });
  return beyond.map((one) => `${one.tagName} ${one.className}: ${one.textContent}`);
}"""
NAMED = "alert|button|checkbox|combobox|heading|link|listbox|navigation|radio|radiogroup|region|textbox"
NAMELESS = re.compile(rf"^ *- ({NAMED})(:| \[|$).*", re.MULTILINE)


def large_letters(context: BrowserContext) -> None:
    """Double the size of all text, as people with low vision set it."""

    def enlarged(route: Route) -> None:
        sheet = route.fetch()
        route.fulfill(response=sheet, body=sheet.text() + LARGE_LETTERS)

    context.route(re.compile(r"/efface\b.*\.css"), enlarged)


def nothing_cut_off(page: Page) -> None:
    """Check that a page shows all that it holds without being moved sideways."""
    assert page.evaluate(CUT_OFF) == [], page.url


def read_aloud(page: Page) -> None:
    """Check what a screen reader makes of a page: its parts, headings and names."""
    heard = page.locator("body").aria_snapshot()
    parts = re.findall(r"^- (banner|main|contentinfo)\b", heard, re.MULTILINE)
    levels = [int(level) for level in re.findall(r"heading .*\[level=(\d)\]", heard)]
    assert parts == ["banner", "main", "contentinfo"]
    assert levels.count(1) == 1, levels
    assert all(deeper <= level + 1 for level, deeper in pairwise(levels)), levels
    assert not NAMELESS.search(heard), heard


with_scripts = pytest.mark.parametrize("context", ["script"], indirect=True)
without_scripts = pytest.mark.parametrize("context", ["no script"], indirect=True)
"""One way is enough where no script does anything, or none is needed to look: the whole
journey is walked both ways."""
WITHOUT_SCRIPTS: WeakSet[BrowserContext] = WeakSet()


@pytest.fixture(params=["script", "no script"])
def context(
    browser: Browser, portal: Portal, request: pytest.FixtureRequest
) -> Iterator[BrowserContext]:
    """A browser window, with scripts and without; it never calls anybody else."""
    context = browser.new_context(
        base_url=portal.url,
        java_script_enabled=request.param == "script",
        viewport={"width": 320, "height": 640},
        service_workers="block",
    )
    context.set_default_timeout(PATIENCE)
    if request.param != "script":
        WITHOUT_SCRIPTS.add(context)
    asked: list[str] = []
    context.on("request", lambda r: asked.append(r.url))
    yield context
    context.close()
    assert not [url for url in asked if not url.startswith((portal.url, "data:"))]


def seen_well(page: Page, *, widest: bool = True) -> None:
    """Check a page on a phone and, unless told otherwise, a desk.

    Axe finds nothing, nothing scrolls sideways, and what is pressed in SVG is large.
    Axe is a script itself, and never ends where there are none: the same pages are
    seen by it in the windows with scripts.
    """
    axe = Axe()
    for width, height in sorted(SIZES.values())[: 2 if widest else 1]:
        page.set_viewport_size({"width": width, "height": height})
        if page.context in WITHOUT_SCRIPTS:
            continue
        found = axe.run(page, options=RULES)
        axe = Axe("")  # it is in the page now, and need not be read again
        assert not found.response["violations"], found.generate_report()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        small = page.eval_on_selector_all(
            "svg a",
            "links => links.map(a => a.getBoundingClientRect())"
            f".filter(r => r.width < {SMALLEST} || r.height < {SMALLEST}).length",
        )
        assert small == 0
