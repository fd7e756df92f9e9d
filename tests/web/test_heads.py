"""Seals for everybody: shown, given as JSON, mailed to who asked, checked without us."""

import json
import re
import subprocess
import sys
from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from app.actions.read_heads import kept_head
from app.actions.sign_heads import sign_head
from app.store.keys import Keys, head_signer
from tests.conftest import NOON, FakeClock
from tests.post_office import Office, words
from tests.web.watching import MAILBOX, Watcher


@pytest.fixture
def watcher(client: TestClient, office: Office, now: FakeClock) -> Watcher:
    """Somebody who wants the seals."""
    return Watcher(client, office, now)


def run(folder: Path, lines: str) -> subprocess.CompletedProcess[str]:
    (folder / "check.py").write_text(lines, "utf-8")
    command = [sys.executable, "check.py"]
    return subprocess.run(
        command, cwd=folder, check=False, capture_output=True, text=True
    )


def lines_of(page: str, name: str) -> str:
    found = re.search(
        rf'<pre class="code" id="{name}"[^>]*>(.*?)</pre>', page, re.DOTALL
    )
    assert found is not None
    return unescape(found[1])


@pytest.mark.usefixtures("one_engine")
def test_a_seal_is_checked_with_ten_lines_and_a_forged_one_stops_them(
    watcher: Watcher, tmp_path: Path
) -> None:
    assert "There is no seal yet" in watcher.browser.get("/heads").text
    watcher.works()
    page = watcher.browser.get("/heads").text
    kept = watcher.browser.get("/heads/1.json").text
    lines = lines_of(watcher.browser.get("/help/heads").text, "head")

    assert json.loads(lines_of(page, "newest")) == json.loads(kept)
    assert len(lines.splitlines()) == 10
    (tmp_path / "seal.json").write_text(kept)
    assert f"Signed by {json.loads(kept)['key']}" in run(tmp_path, lines).stdout
    (tmp_path / "seal.json").write_text(kept.replace('number\\":1', 'number\\":2'))
    assert run(tmp_path, lines).returncode != 0


@pytest.mark.usefixtures("one_engine")
def test_seals_are_given_page_by_page(watcher: Watcher, keys: Keys) -> None:
    signer = head_signer(keys.epochs)
    with watcher.office.writing() as session:
        for day in range(32):
            sign_head(session, signer, (), at=NOON + timedelta(days=day))

    first = watcher.browser.get("/heads").text
    document = watcher.browser.get("/heads.json?before=3").json()

    assert len(re.findall(r'href="/heads/\d+\.json"', first)) == 30
    assert 'href="/heads?before=3"' in first
    numbers = [kept_head(json.dumps(head)).number for head in document["heads"]]
    assert numbers == [2, 1]
    assert document["before"] is None
    assert document["heads"][0]["key"] in document["keys"]
    assert watcher.browser.get("/heads/99.json").status_code == 404
    assert "Nothing before this" in watcher.browser.get("/heads?before=1").text


@pytest.mark.usefixtures("one_engine")
@pytest.mark.parametrize("language", ["en", "fr", "es"])
def test_who_asked_and_confirmed_gets_one_seal_a_day(
    watcher: Watcher, language: str
) -> None:
    watcher.browser.cookies.set("lang", language)
    watcher.works()
    asked = watcher.browser.post("/heads", data={"email": MAILBOX})
    assert MAILBOX in asked.text
    watcher.passes(minutes=1)
    [asking] = watcher.mails()
    link = watcher.link()
    watcher.browser.post(link)
    watcher.office.channel.sent.clear()

    watcher.passes(hours=20)
    watcher.passes(hours=1)

    [mail] = watcher.mails()
    body = mail.get_body(("plain",))
    assert body is not None
    told = re.search(r"\{.*\}", body.get_content())
    assert told is not None
    assert kept_head(told[0]).signed
    assert mail["List-Unsubscribe"] == f"<http://testserver{link}/stop>"
    assert "http://testserver/help/heads" in words(mail)
    assert watcher.browser.get(f"{link}/stop").status_code == 200
    watcher.browser.post(f"{link}/stop")
    watcher.passes(days=2)
    assert len(watcher.mails()) == 1
    assert asking["List-Unsubscribe"] is None


@pytest.mark.usefixtures("one_engine")
def test_a_wrong_address_is_told_at_its_field(client: TestClient) -> None:
    page = client.post("/heads", data={"email": "nobody"})

    assert page.status_code == 422
    assert 'aria-invalid="true"' in page.text
