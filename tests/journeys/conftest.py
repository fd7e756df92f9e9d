"""A real browser against a real server, with its worker and its mail folder."""

import email
import email.policy
import os
import re
import shutil
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from app import clock
from app.actions.deliver import Post
from app.actions.desk import Desk
from app.actions.enrol_staff import first_enrolment
from app.actions.read_directory import read_directory
from app.channels.email import FolderChannel
from app.letters import Letters
from app.main import create_app, portal_of, shipped
from app.rulebook.load import load_rulebook
from app.settings import Settings
from app.store.keys import Keys
from app.store.opening import Opener
from app.store.session import Store
from app.worker import Worker

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
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
]
AA = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
SIZES = {"phone": (320, 640), "desktop": (1280, 800)}
SMALLEST = 24


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


@pytest.fixture
def portal(store: Store, keys: Keys, tmp_path: Path) -> Iterator[Portal]:
    """A portal on a port of its own, with an in-process worker."""
    listener = socket.create_server(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    settings = Settings(data_dir=tmp_path, base_url=url)
    app = create_app(settings, store=store, keys=keys)
    with store.reading() as session:
        directory = read_directory(session)
    desk = Desk(
        load_rulebook(),
        directory,
        portal_of(settings),
        keys,
        Letters(shipped("templates")),
    )
    mail = tmp_path / "mail"
    worker = Worker(
        Post(store, desk, Opener(keys.epochs), FolderChannel(mail), "journey"),
        clock.now,
    )
    with store.writing() as session:
        token = first_enrolment(session, keys, at=clock.now())
    server = uvicorn.Server(
        uvicorn.Config(app, http="httptools", log_config=None, access_log=False)
    )
    threads = [
        threading.Thread(target=server.run, kwargs={"sockets": [listener]}),
        threading.Thread(target=worker.run),
    ]
    for thread in threads:
        thread.start()
    yield Portal(url, mail, f"{url}/staff/enrol/{token}")
    server.should_exit = True
    worker.stop()
    for thread in threads:
        thread.join()
    listener.close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, or a skip that says how to install it."""
    if CHROMIUM is None:
        pytest.skip("no Chromium: apt install chromium, or set EFFACE_TEST_CHROMIUM")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


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
    asked: list[str] = []
    context.on("request", lambda r: asked.append(r.url))
    yield context
    context.close()
    assert not [url for url in asked if not url.startswith((portal.url, "data:"))]


def seen_well(page: Page) -> None:
    """Check a page at both widths: axe, no sideways scroll, targets inside SVG."""
    for width, height in SIZES.values():
        page.set_viewport_size({"width": width, "height": height})
        found = Axe().run(page, options={"runOnly": {"type": "tag", "values": AA}})
        assert not found.response["violations"], found.generate_report()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        small = page.eval_on_selector_all(
            "svg a",
            "links => links.map(a => a.getBoundingClientRect())"
            f".filter(r => r.width < {SMALLEST} || r.height < {SMALLEST}).length",
        )
        assert small == 0
