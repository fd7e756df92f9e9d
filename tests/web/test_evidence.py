"""An evidence file is checked by a stranger, with the lines that we publish."""

import copy
import hashlib
import html
import io
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
from pypdf import PdfReader
from sqlalchemy import select, text

from app import pdf
from app.actions.keep_evidence import Kept
from app.actions.record_reply import ReplyBody, committed, record_reply
from app.actions.retract_entry import retract_entry
from app.store import requests
from app.store.base import new_id
from app.store.session import Store
from tests.conftest import NOON, FakeClock
from tests.post_office import Office
from tests.web.filing import BY_MAIL, TYPED, Resident
from tests.web.test_written import the_request

pytestmark = pytest.mark.usefixtures("one_engine")

Document = dict[str, Any]
ANSWER = "Nous gardons « Zoë » – 李小龍 \U0001f600, because the law makes us."


EACH_BYTE = """
import contextlib, io, json
check = compile(open("check.py", encoding="utf-8").read(), "check.py", "exec")
whole, unseen = open("whole.json", "rb").read(), []
for place in range(len(whole)):
    changed = bytearray(whole)
    changed[place] ^= 1
    open("evidence.json", "wb").write(changed)
    said = io.StringIO()
    with contextlib.suppress(Exception), contextlib.redirect_stdout(said):
        exec(check, {})
    if "Everything fits" in said.getvalue():
        unseen.append(whole[place - 20 : place + 20].decode(errors="replace"))
print(json.dumps({"tried": len(whole), "unseen": unseen}))
"""


@dataclass
class Stranger:
    """Somebody with Python, the published lines, and a file that they were given."""

    folder: Path
    lines: str

    def checks(self, document: Document) -> subprocess.CompletedProcess[str]:
        """Run the lines beside the file."""
        written = json.dumps(document, ensure_ascii=False)
        (self.folder / "evidence.json").write_text(written, "utf-8")
        return self.runs("check.py", self.lines)

    def runs(self, name: str, lines: str) -> subprocess.CompletedProcess[str]:
        """Put a program into the folder and run it, with nothing but Python's own."""
        (self.folder / name).write_text(lines, "utf-8")
        return subprocess.run(
            [sys.executable, "-I", name],
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


@pytest.mark.parametrize("form", [".json", ".pdf", "/print"])
def test_the_file_shuts_with_the_code(
    one_engine: Store,
    resident: Resident,
    path: str,
    document: Document,
    now: FakeClock,
    form: str,
) -> None:
    now.at += timedelta(minutes=16)

    assert resident.browser.get(f"{path}{form}").url.path == path


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


def printed(resident: Resident, path: str) -> PdfReader:
    paper = resident.browser.get(f"{path}.pdf")
    assert paper.headers["content-disposition"].startswith("attachment")
    assert paper.headers["cache-control"] == "no-store"
    return PdfReader(io.BytesIO(paper.content))


def languages(node: Any) -> set[tuple[str, str]]:
    """Return what is marked in a language of its own, and the language."""
    node = node.get_object()
    if isinstance(node, list):
        return {found for one in node for found in languages(one)}
    if not isinstance(node, dict):
        return set()
    marked = "/Lang" in node and "/S" in node
    own = {(str(node["/S"]), str(node["/Lang"]))} if marked else set()
    return own | (languages(node["/K"]) if "/K" in node else set())


def test_the_paper_holds_all_and_speaks_the_readers_language(
    one_engine: Store, resident: Resident, path: str, document: Document
) -> None:
    resident.browser.cookies.set("lang", "fr")

    paper = printed(resident, path)

    text = " ".join("".join(page.extract_text() for page in paper.pages).split())
    for said in (
        "Le dossier de preuves : Epsilon",
        "Elle a refusé",
        "23 novembre 2026, reçue : jour 0",
        "I ask you to delete the personal data",
        TYPED,
        "CASE-77",
        document["head"],
        "import hashlib, json",
    ):
        assert said in text
    root = paper.root_object
    assert str(root["/Lang"]) == "fr"
    assert ("/P", "en") in languages(root["/StructTreeRoot"])
    assert paper.metadata is not None
    assert str(paper.metadata.title).startswith("Le dossier de preuves")


def test_the_paper_carries_the_file_to_check(
    one_engine: Store,
    resident: Resident,
    path: str,
    document: Document,
    stranger: Stranger,
) -> None:
    [attached] = printed(resident, path).attachments["evidence.json"]

    assert json.loads(attached) == document
    assert "Everything fits." in stranger.checks(json.loads(attached)).stdout


def test_the_page_to_print_holds_the_same(
    one_engine: Store, resident: Resident, path: str, document: Document
) -> None:
    page = html.unescape(resident.browser.get(f"{path}/print").text)

    for said in ("They refused", ANSWER, TYPED, "CASE-77", document["head"]):
        assert said in page
    assert '<div class="letter" lang="en">' in page


def test_without_the_typesetter_the_page_offers_print(
    one_engine: Store,
    resident: Resident,
    path: str,
    document: Document,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pdf, "AVAILABLE", False)

    page = resident.browser.get(path).text

    assert "This portal makes no PDF." in page
    assert f'href="{path}/print"' in page
    assert f"{path}.pdf" not in page
    assert resident.browser.get(f"{path}.pdf").status_code == 404


def test_the_file_holds_what_was_said_and_when(document: Document) -> None:
    entries = document["timeline"]

    assert [e["fields"]["kind"] for e in entries] == [
        "filed",
        "confirmed",
        "sent",
        "refused",
    ]
    assert json.loads(entries[3]["words"])["text"] == ANSWER
    assert document["vendor_references"] == [
        {"place": 4, "vendor_reference": "CASE-77"}
    ]
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
    assert done.stdout == f"Everything fits. {document['head']} - 0 without words\n"


def test_an_answer_from_before_its_form_had_a_name_fits_too(
    one_engine: Store, stranger: Stranger, document: Document
) -> None:
    """Its words stand as they are, and each file that came with it behind them."""
    entry, file = document["timeline"][3], Kept(new_id(NOON), "a.pdf", 1, "ab" * 32)
    said = committed(ANSWER, [file], form=None)
    commitment = hashlib.sha256(bytes.fromhex(entry["nonce"]) + said).hexdigest()
    entry["fields"]["commitment"] = commitment
    line = json.dumps(entry["fields"], sort_keys=True, separators=(",", ":"))
    before = bytes.fromhex(document["timeline"][2]["hash"])
    document["head"] = hashlib.sha256(before + line.encode()).hexdigest()
    entry |= {"words": said.decode(), "hash": document["head"]}

    done = stranger.checks(document)

    assert said.decode() == f"{ANSWER}\n{file.sha256}"
    assert done.stdout == f"Everything fits. {document['head']} - 0 without words\n"


def test_words_that_end_like_a_file_are_no_file() -> None:
    file = Kept(new_id(NOON), "a.pdf", 1, "ab" * 32)

    assert committed("A", [file]) != committed(f"A\n{file.sha256}", [])


def test_a_file_whose_words_were_cut_out_says_so(
    one_engine: Store, stranger: Stranger, document: Document
) -> None:
    document["timeline"][3] |= {"words": None, "nonce": None}

    done = stranger.checks(document)

    assert done.stdout.endswith(" - 1 without words\n")


def test_the_paper_says_of_an_answer_that_it_was_taken_back(
    one_engine: Store, resident: Resident, path: str, document: Document, office: Office
) -> None:
    with office.writing() as session:
        request = session.scalars(select(requests.Request.id)).one()
        retract_entry(
            session, office.post.desk, request, 4, at=NOON, staff_id=new_id(NOON)
        )

    page = resident.browser.get(f"{path}/print").text

    assert "An answer (taken back)" in page


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
    one_engine: Store,
    stranger: Stranger,
    document: Document,
    forge: Callable[[Document], None],
    where: str,
) -> None:
    forge(document)

    done = stranger.checks(document)

    assert where in done.stdout + done.stderr
    assert "Everything fits" not in done.stdout


def test_no_byte_of_what_the_chain_covers_can_be_changed(
    one_engine: Store, stranger: Stranger, document: Document
) -> None:
    head = {"timeline": document["timeline"], "head": document["head"]}
    (stranger.folder / "check.py").write_text(stranger.lines, "utf-8")
    whole = json.dumps(head, ensure_ascii=False)
    (stranger.folder / "whole.json").write_text(whole, "utf-8")

    done = stranger.runs("each_byte.py", EACH_BYTE)

    assert done.stderr == ""
    assert json.loads(done.stdout) == {"tried": len(whole.encode()), "unseen": []}


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
