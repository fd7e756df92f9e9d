"""An evidence file is checked by a stranger, with the lines that we publish."""

import copy
import html
import json
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text

from app.actions.record_reply import ReplyBody, record_reply
from app.store import requests
from app.store.session import Store
from tests.conftest import FakeClock
from tests.post_office import Office
from tests.web.filing import BY_MAIL, TYPED, Resident
from tests.web.test_written import the_request

Document = dict[str, Any]
ANSWER = "Nous gardons « Zoë » – 李小龍 \U0001f600, because the law makes us."


@dataclass
class Stranger:
    """Somebody with Python, the published lines, and a file that they were given."""

    folder: Path
    lines: str

    def checks(self, document: Document) -> subprocess.CompletedProcess[str]:
        """Run the lines beside the file."""
        (self.folder / "check.py").write_text(self.lines, "utf-8")
        written = json.dumps(document, ensure_ascii=False)
        (self.folder / "evidence.json").write_text(written, "utf-8")
        return subprocess.run(
            [sys.executable, "-I", "check.py"],
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture
def stranger(resident: Resident, tmp_path: Path) -> Stranger:
    """Somebody who has read the page of help."""
    page = resident.browser.get("/help/evidence")
    found = re.search(r'<pre [^>]*id="lines"[^>]*>(.*?)</pre>', page.text, re.DOTALL)
    assert found is not None
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    return Stranger(folder, html.unescape(found[1]))


@pytest.fixture
def path(resident: Resident, store: Store, office: Office, now: FakeClock) -> str:
    """The address of the evidence of a request that was sent and answered."""
    resident.confirmed(BY_MAIL)
    office.deliver(now())
    reply = ReplyBody.model_validate(
        {
            "received_on": now().date(),
            "kind": "refused",
            "denial_ground": "legal-retention-duty",
            "text": ANSWER,
            "evidence": "letter",
            "vendor_reference": "CASE-77",
        }
    )
    with office.writing() as session:
        request = session.scalars(select(requests.Request.id)).one()
        record_reply(session, office.post.desk, request, reply, at=now(), staff_id=None)
    return f"/track/requests/{the_request(store)}/evidence"


@pytest.fixture
def document(resident: Resident, path: str) -> Document:
    """The file, as it is downloaded."""
    resident.browser.post(path, data={"code": resident.fresh_code(path)})
    answer = resident.browser.get(f"{path}.json")
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.headers["cache-control"] == "no-store"
    found: Document = answer.json()
    return found


def test_a_receipt_alone_gives_no_file(resident: Resident, path: str) -> None:
    page = resident.browser.get(f"{path}.json")

    assert page.url.path == path
    assert "Mail me a code for this" in page.text
    assert TYPED not in page.text


def test_the_file_shuts_with_the_code(
    resident: Resident, path: str, document: Document, now: FakeClock
) -> None:
    now.at += timedelta(minutes=16)

    assert resident.browser.get(f"{path}.json").url.path == path


def test_a_french_reader_is_led_to_the_file(resident: Resident, path: str) -> None:
    resident.browser.cookies.set("lang", "fr")
    standing = resident.browser.get("/track")
    assert "Obtenir le dossier de preuves" in standing.text
    resident.browser.post(path, data={"do": "mail"})

    page = resident.browser.post(path, data={"code": resident.code()})

    assert f'href="{path}.json"' in page.text
    helped = resident.browser.get("/help/evidence")
    assert "Comment vérifier un dossier de preuves" in helped.text
    assert "import hashlib, json" in helped.text


def test_the_file_holds_what_was_said_and_when(document: Document) -> None:
    entries = document["timeline"]

    assert [e["fields"]["kind"] for e in entries] == [
        "filed",
        "confirmed",
        "sent",
        "refused",
    ]
    assert entries[3]["words"] == ANSWER
    assert entries[3]["vendor_reference"] == "CASE-77"
    assert [e["words"] for e in entries[:3]] == [None, None, None]
    [letter] = document["letters"]
    assert TYPED in letter["text"]
    assert document["law_pack"].startswith("sha256:")
    assert document["told_at_filing"]
    assert document["respond_due"] == "2027-01-07"
    assert document["not_opened"] == 0


def test_an_untouched_file_fits(stranger: Stranger, document: Document) -> None:
    done = stranger.checks(document)

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"Everything fits. {document['head']}\n"


def change_a_day(document: Document) -> None:
    document["timeline"][2]["fields"]["on"] = "2026-11-22"


def change_a_hash(document: Document) -> None:
    document["timeline"][1]["hash"] = "0" * 64


def change_the_words(document: Document) -> None:
    document["timeline"][3]["words"] = "We deleted everything."


def change_the_words_and_the_commitment(document: Document) -> None:
    document["timeline"][3] |= {"words": "", "nonce": "00" * 32}
    document["timeline"][3]["fields"]["commitment"] = (
        "66687aadf862bd776c8fc18b8e9f8e20089714856ee233b3902a591d0d5f2925"
    )


def take_one_out(document: Document) -> None:
    del document["timeline"][1]


def take_one_out_and_count_anew(document: Document) -> None:
    del document["timeline"][1]
    for place, entry in enumerate(document["timeline"], start=1):
        entry["fields"]["place"] = place


def take_the_last_out(document: Document) -> None:
    document["timeline"].pop()


def swap_two(document: Document) -> None:
    entries = document["timeline"]
    entries[1], entries[2] = entries[2], entries[1]


def put_one_in_twice(document: Document) -> None:
    document["timeline"].append(copy.deepcopy(document["timeline"][-1]))


@pytest.mark.parametrize(
    ("forge", "where"),
    [
        (change_a_day, "entry 3"),
        (change_a_hash, "entry 2"),
        (change_the_words, "the words of entry 4"),
        (change_the_words_and_the_commitment, "entry 4"),
        (take_one_out, "entry 2"),
        (take_one_out_and_count_anew, "entry 2"),
        (take_the_last_out, "The end is missing."),
        (swap_two, "entry 2"),
        (put_one_in_twice, "entry 5"),
    ],
    ids=lambda given: getattr(given, "__name__", ""),
)
def test_a_forged_file_is_found_out(
    stranger: Stranger,
    document: Document,
    forge: Callable[[Document], None],
    where: str,
) -> None:
    forge(document)

    done = stranger.checks(document)

    assert where in done.stdout + done.stderr
    assert "Everything fits" not in done.stdout


def test_a_record_that_was_changed_here_is_found_out_too(
    stranger: Stranger, resident: Resident, path: str, document: Document, store: Store
) -> None:
    with store.writers.begin() as connection:
        if store.sqlite:
            connection.execute(text("DROP TRIGGER timeline_entry_no_update"))
        else:
            connection.execute(text("SET LOCAL session_replication_role = replica"))
        connection.execute(
            text('UPDATE timeline_entry SET "on" = :day WHERE place = 3'),
            {"day": "2026-11-20"},
        )

    changed = resident.browser.get(f"{path}.json").json()

    assert "entry 3" in stranger.checks(changed).stderr


def test_where_the_words_are_gone_the_rest_still_fits(
    stranger: Stranger, document: Document
) -> None:
    document["timeline"][3] |= {"words": None, "nonce": None}

    assert "Everything fits." in stranger.checks(document).stdout


def test_the_lines_are_ten_and_need_nothing_else(stranger: Stranger) -> None:
    lines = stranger.lines.splitlines()

    assert len(lines) == 10
    assert lines[0] == "import hashlib, json"
    assert not any("import" in line for line in lines[1:])
