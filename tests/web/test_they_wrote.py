"""They wrote to me: what a resident records of an answer, and what proves it."""

import hashlib
import io
import re
from collections.abc import Mapping
from datetime import timedelta
from email.message import EmailMessage
from html import unescape
from typing import Any
from uuid import UUID

import pytest
from PIL import Image
from sqlalchemy import select

from app.actions.keep_note import MOST_NOTES, NoteBody, keep_note
from app.actions.purge import forget_expired
from app.domain.timeline import EventKind, Evidence, Outcome, Status
from app.store import requests
from app.store.audit import AuditEntry
from app.store.outbox import Message, MessageKind
from app.store.session import Store
from tests.conftest import FakeClock
from tests.post_office import Office
from tests.web.filing import BY_MAIL, Resident

pytestmark = pytest.mark.usefixtures("one_engine")

WORDS = "We refuse: plovermarsh rules do not reach us."
File = tuple[str, bytes, str]


def png(size: tuple[int, int] = (40, 30), color: str = "navy") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, color).save(out, "PNG")
    return out.getvalue()


def the_request(store: Store) -> requests.Request:
    with store.reading() as session:
        found = session.scalars(select(requests.Request)).one()
        session.expunge(found)
    return found


@pytest.fixture
def path(resident: Resident, office: Office, store: Store, now: FakeClock) -> str:
    """The address of the answer to a request that was sent; the mailbox is proved."""
    resident.confirmed(BY_MAIL)
    office.deliver(now())
    path = f"/track/requests/{the_request(store).id}/answer"
    resident.browser.post(path, data={"code": resident.fresh_code(path)})
    now.at += timedelta(minutes=1)
    return path


def typed(said: str, **more: str) -> dict[str, str]:
    given = {"stage": "words", "said": said, "received_on": "2026-11-23", **more}
    return {name: value for name, value in given.items() if value}


def effect(resident: Resident, path: str, form: Mapping[str, str], *files: File) -> Any:
    return resident.browser.post(
        path, data=form, files=[("files", file) for file in files] or None
    )


def save(resident: Resident, path: str, text: str, **more: str) -> Any:
    fields = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', text))
    kept = re.findall(r'name="kept" value="([^"]*)"', text)
    form = {name: unescape(value) for name, value in fields.items()}
    return resident.browser.post(path, data={**form, "kept": kept, **more})


def tell(resident: Resident, path: str, form: Mapping[str, str], *files: File) -> Any:
    page = effect(resident, path, form, *files)
    assert "Save this answer" in page.text, page.text
    return save(resident, path, page.text)


def test_a_receipt_alone_records_nothing(
    resident: Resident, path: str, now: FakeClock
) -> None:
    now.at += timedelta(minutes=15)

    page = resident.browser.get(path)

    assert "Mail me a code for this" in page.text
    assert "They refused" not in page.text


def test_only_what_can_follow_is_offered(resident: Resident, path: str) -> None:
    first = resident.browser.get(path)
    tell(resident, path, typed("deleted"))
    steps = path.replace("answer", "steps/settled")
    resident.browser.post(steps)
    closed = resident.browser.get(path)

    for words in ("They deleted my data", "They refused", "They need more time"):
        assert words in first.text
    assert "They need more time" not in closed.text
    assert "They refused" in closed.text


def come_back(resident: Resident, path: str, now: FakeClock) -> None:
    """Open the filing two days later, and prove the mailbox again."""
    shown = re.search(r"EF(-\w{4}){7}", resident.browser.get("/receipt").text)
    assert shown
    now.at += timedelta(days=2)
    resident.browser.post("/track", data={"receipt": shown[0]})
    resident.browser.post(path, data={"code": resident.fresh_code(path)})


def test_a_company_that_writes_again_after_its_answer_is_heard(
    resident: Resident, path: str, store: Store, now: FakeClock
) -> None:
    tell(resident, path, typed("refused", denial_ground="trade-secret"))
    come_back(resident, path, now)

    page = effect(resident, path, typed("deleted", received_on="2026-11-25"))
    save(resident, path, page.text)

    assert "There is an answer already. From now on this one counts" in page.text
    track = resident.browser.get("/track").text
    assert "The company wrote again" in track
    it = the_request(store)
    assert (it.status, it.outcome) == (Status.ANSWERED, Outcome.DELETED)
    assert it.denial_ground is None


@pytest.mark.parametrize("before", ["answered", "withdrawn"])
def test_a_message_that_nothing_follows_from_is_kept_and_changes_nothing(
    resident: Resident, path: str, store: Store, before: str
) -> None:
    browser, receipt = resident.browser, "We got your letter. Ticket plovermarsh."
    if before == "answered":
        tell(resident, path, typed("deleted"))
    else:
        browser.post(path.replace("answer", "withdraw"))
    stood = the_request(store)

    offered = browser.get(path)
    empty = effect(resident, path, typed("note"))
    page = effect(resident, path, typed("note", text=receipt), ("a.png", png(), ""))
    kept = save(resident, path, page.text)
    save(resident, path, page.text)

    assert "Only keep the message" in offered.text
    assert "Paste their words" in empty.text
    assert "Nothing changes." in page.text
    assert kept.url.path == path.replace("answer", "letters")
    assert kept.text.count(receipt) == 1
    assert "A message that changed nothing" in kept.text
    it = the_request(store)
    assert (it.status, it.outcome, it.events) == (before, stood.outcome, stood.events)
    (note,) = browser.get(path.replace("answer", "evidence.json")).json()["notes"]
    assert note["text"] == receipt
    assert len(note["files"]) == 1
    paper = browser.get(path.replace("answer", "evidence/print")).text
    assert receipt in paper


def test_messages_are_not_kept_without_end(
    resident: Resident, path: str, office: Office, now: FakeClock, store: Store
) -> None:
    resident.browser.post(path.replace("answer", "withdraw"))
    it = the_request(store)
    note = NoteBody(received_on=now().date(), text="One of many")
    for place in range(MOST_NOTES):
        with office.writing() as session:
            keep_note(
                session,
                office.post.desk,
                it.filing_id,
                it.id,
                b"",
                note,
                (),
                at=now(),
                nonce=str(place),
            )

    page = effect(resident, path, typed("note", text="One too many"))
    page = save(resident, path, page.text)

    assert page.status_code == 422
    assert "keep this one yourself" in page.text
    assert "One too many" in page.text


def test_what_came_before_the_answer_overtakes_nothing(
    resident: Resident, path: str, store: Store, now: FakeClock
) -> None:
    come_back(resident, path, now)
    tell(resident, path, typed("deleted", received_on="2026-11-25"))

    page = effect(resident, path, typed("extended", until="2027-02-01"))

    assert page.status_code == 422
    assert "what came before it counts no more" in page.text
    assert the_request(store).outcome is Outcome.DELETED


def test_the_effect_is_shown_before_anything_is_saved(
    resident: Resident, path: str, store: Store
) -> None:
    page = effect(resident, path, typed("extended", until="2027-02-01"))

    assert "7 January 2027" in unescape(page.text).replace("\xa0", " ")
    assert "1 February 2027" in unescape(page.text).replace("\xa0", " ")
    assert the_request(store).status is Status.SENT


def test_a_refusal_is_recorded_as_the_residents_word(
    resident: Resident, path: str, store: Store
) -> None:
    form = typed("refused", denial_ground="outside-jurisdiction", text=WORDS)

    page = tell(resident, path, form)

    assert page.url.path == "/track"
    it = the_request(store)
    assert (it.status, it.outcome) == (Status.ANSWERED, Outcome.REFUSED)
    assert it.evidence is Evidence.RESIDENT
    assert "You told us" in page.text
    letters = resident.browser.get(path.replace("answer", "letters"))
    assert WORDS in letters.text


def test_who_tells_us_is_not_mailed_that_there_is_news(
    resident: Resident, path: str, store: Store
) -> None:
    tell(resident, path, typed("deleted"))

    with store.reading() as session:
        kinds = session.scalars(select(Message.kind)).all()
        last = session.scalars(
            select(AuditEntry).order_by(AuditEntry.seq.desc()).limit(1)
        ).one()
    assert MessageKind.ANSWERED not in kinds
    assert (last.actor, last.action) == ("resident", "reply recorded")


def test_saved_twice_it_is_recorded_once(
    resident: Resident, path: str, store: Store, office: Office
) -> None:
    page = effect(resident, path, typed("deleted"))

    save(resident, path, page.text)
    again = save(resident, path, page.text)

    assert again.url.path == "/track"

    with store.reading() as session:
        it = session.scalars(select(requests.Request)).one()
        kinds = [e.kind for e in requests.timeline(session, it.filing_id, it.id)]
    assert kinds.count(EventKind.DELETED) == 1


def test_what_was_recorded_meanwhile_is_shown_before_saving(
    resident: Resident, path: str, store: Store
) -> None:
    old = effect(resident, path, typed("deleted"))
    tell(resident, path, typed("extended", until="2027-02-01"))

    page = save(resident, path, old.text)

    assert page.status_code == 409
    assert "look at the effect again" in page.text


@pytest.mark.parametrize(
    ("form", "said"),
    [
        pytest.param(typed("refused"), "Choose their reason", id="no ground"),
        pytest.param(
            typed("refused", denial_ground="other"), "Paste their words", id="no words"
        ),
        pytest.param(typed("extended"), "Enter until which day", id="no day"),
        pytest.param(
            typed("deleted", received_on="2026-11-22"), "Enter a day", id="before"
        ),
        pytest.param(typed("else"), "Choose what they said", id="nothing chosen"),
    ],
)
def test_what_is_missing_is_said_and_what_was_typed_stays(
    resident: Resident, path: str, form: dict[str, str], said: str, store: Store
) -> None:
    page = effect(resident, path, {**form, "text": ""})

    assert page.status_code == 422
    assert said in page.text
    assert the_request(store).status is Status.SENT


def test_a_screenshot_is_kept_listed_and_given_back(
    resident: Resident, path: str, store: Store
) -> None:
    tell(resident, path, typed("deleted"), ("Réponse “1”.png", png(), "image/png"))

    letters = resident.browser.get(path.replace("answer", "letters"))
    link = re.search(r'href="(/track/requests/[^"]+/files/[^"]+)"', letters.text)
    assert link
    file = resident.browser.get(link[1])

    assert hashlib.sha256(file.content).hexdigest() in letters.text
    assert Image.open(io.BytesIO(file.content)).size == (40, 30)
    assert file.headers["content-disposition"].startswith("attachment;")
    assert file.headers["content-type"] == "application/octet-stream"
    assert file.headers["content-security-policy"].startswith("sandbox")
    assert file.headers["x-content-type-options"] == "nosniff"


def test_a_file_is_shut_like_the_letters(
    resident: Resident, path: str, now: FakeClock
) -> None:
    tell(resident, path, typed("deleted"), ("a.png", png(), "image/png"))
    letters = resident.browser.get(path.replace("answer", "letters"))
    link = re.search(r'href="(/track/requests/[^"]+/files/[^"]+)"', letters.text)
    assert link
    now.at += timedelta(minutes=16)

    page = resident.browser.get(link[1])

    assert page.url.path.endswith("/letters")
    assert "Mail me a code for this" in page.text


def mail() -> bytes:
    message = EmailMessage()
    message["From"], message["Date"] = "desk@example.org", "Mon, 23 Nov 2026 10:00:00"
    message["Subject"] = "Your request"
    message.set_content("Done.")
    return message.as_bytes()


@pytest.mark.parametrize(
    ("name", "content"),
    [("answer.pdf", b"%PDF-1.7\n/OpenAction /JavaScript"), ("answer.eml", mail())],
)
def test_a_pdf_and_a_mail_are_kept_as_they_are(
    resident: Resident, path: str, name: str, content: bytes
) -> None:
    tell(resident, path, typed("deleted"), (name, content, "text/html"))

    letters = resident.browser.get(path.replace("answer", "letters"))
    link = re.search(r'href="(/track/requests/[^"]+/files/[^"]+)"', letters.text)
    assert link
    file = resident.browser.get(link[1])
    assert file.content == content
    assert file.headers["content-type"] == "application/octet-stream"
    assert name in file.headers["content-disposition"]


def bomb() -> bytes:
    out = io.BytesIO()
    Image.new("1", (12_000, 12_000)).save(out, "PNG")
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        pytest.param("a.png", b"MZ\x90\0" + bytes(500), "no picture", id="executable"),
        pytest.param("a.pdf", b"MZ\x90\0" + bytes(500), "no PDF", id="as a PDF"),
        pytest.param("a.png", bomb(), "50 million pixels", id="PNG bomb"),
        pytest.param("a.png", png()[:60], "cannot be read", id="cut off"),
        pytest.param("a.svg", b"<svg/>", "no picture", id="SVG"),
        pytest.param("a.png", b"", "A file is empty", id="empty"),
        pytest.param(
            "IMG_1.HEIC",
            b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(500),
            "Make a screenshot of it, or save it as JPEG",
            id="photo of a telephone",
        ),
    ],
)
def test_what_is_no_evidence_is_refused_in_plain_words(
    resident: Resident, path: str, name: str, content: bytes, said: str, store: Store
) -> None:
    form = typed("deleted", text=WORDS)

    page = effect(resident, path, form, (name, content, "image/png"))

    assert page.status_code == 422
    assert said in page.text
    assert WORDS in page.text
    assert files(store) == []


def files(store: Store) -> list[requests.EvidenceFile]:
    with store.reading() as session:
        found = list(session.scalars(select(requests.EvidenceFile)))
        session.expunge_all()
    return found


def test_a_file_stays_while_something_is_changed(
    resident: Resident, path: str, store: Store
) -> None:
    shown = effect(resident, path, typed("deleted"), ("a.png", png(), "image/png"))
    changed = save(resident, path, shown.text, do="change")
    again = resident.browser.post(
        path, data={**typed("deleted"), "kept": hidden_kept(changed.text)}
    )
    save(resident, path, again.text)

    [file] = files(store)
    assert file.place == 4  # filed, confirmed, sent, deleted


def hidden_kept(text: str) -> list[str]:
    return re.findall(r'name="kept" value="([^"]*)"', text)


def test_a_file_that_is_taken_out_again_is_destroyed(
    resident: Resident, path: str, store: Store
) -> None:
    shown = effect(resident, path, typed("deleted"), ("a.png", png(), "image/png"))
    changed = save(resident, path, shown.text, do="change")
    had = re.findall(r'name="had" value="([^"]*)"', changed.text)

    page = resident.browser.post(path, data={**typed("deleted"), "had": had})
    save(resident, path, page.text)

    assert len(had) == 1
    assert files(store) == []


def test_a_file_of_one_tab_is_not_lost_by_another(
    resident: Resident, path: str, store: Store
) -> None:
    one = effect(resident, path, typed("deleted"), ("one.png", png(), "image/png"))
    other = effect(resident, path, typed("deleted"), ("two.png", png(), "image/png"))

    save(resident, path, one.text)

    assert "one.png" not in other.text
    letters = resident.browser.get(path.replace("answer", "letters")).text
    assert "one.png" in letters
    assert "two.png" not in letters


def test_nothing_is_saved_without_a_file_that_another_tab_pushed_out(
    resident: Resident, path: str, store: Store
) -> None:
    three = [(f"{n}.pdf", b"%PDF-1.7", "application/pdf") for n in range(3)]
    form = typed("deleted", text=WORDS)
    one = effect(resident, path, form, *three)
    effect(resident, path, form, *three)

    page = save(resident, path, one.text)

    assert page.status_code == 409
    assert "Choose your file once more" in page.text
    assert WORDS in page.text
    assert "1.pdf" in page.text
    assert the_request(store).status is Status.SENT


def test_a_request_has_five_files_at_most(
    resident: Resident, path: str, store: Store
) -> None:
    three = [(f"{n}.pdf", b"%PDF-1.7", "application/pdf") for n in range(3)]
    tell(resident, path, typed("else", kind="acknowledged"), *three)

    page = effect(resident, path, typed("deleted"), *three)
    four = effect(resident, path, typed("deleted"), *three, three[0])

    assert "five for one request" in page.text
    assert "three files at most" in four.text
    assert len(files(store)) == 3


def test_what_was_not_saved_is_destroyed_after_a_day(
    resident: Resident, path: str, store: Store, now: FakeClock, office: Office
) -> None:
    effect(resident, path, typed("deleted"), ("a.png", png(), "image/png"))

    with office.writing() as session:
        forget_expired(session, at=now() + timedelta(hours=23))
    still = files(store)
    with office.writing() as session:
        forget_expired(session, at=now() + timedelta(hours=25))

    assert len(still) == 1
    assert files(store) == []


def test_files_go_with_everything_else(
    resident: Resident, path: str, store: Store
) -> None:
    tell(resident, path, typed("deleted"), ("a.png", png(), "image/png"))

    resident.browser.post("/track/erase")

    assert [file.thing for file in files(store)] == [None]


def test_a_code_that_ran_out_asks_for_another_and_keeps_the_words(
    resident: Resident, path: str, now: FakeClock, store: Store
) -> None:
    now.at += timedelta(minutes=20)
    form = typed("refused", denial_ground="outside-jurisdiction", text=WORDS)

    asked = effect(resident, path, {**form, "do": "mail"}, ("a.png", png(), "x/y"))
    page = effect(resident, path, {**form, "code": resident.code()})

    assert WORDS in asked.text
    assert "Choose your file once more" in asked.text
    assert "Save this answer" in page.text


def test_words_sent_after_the_request_was_taken_back_elsewhere_stay(
    resident: Resident, path: str
) -> None:
    resident.browser.post(path.replace("answer", "withdraw"))

    page = effect(resident, path, typed("deleted", text=WORDS))

    assert page.status_code == 409
    assert "This cannot follow where the request stands" in page.text
    assert WORDS in page.text


ELEVEN_MB = ("a.pdf", b"%PDF" + bytes(11 * 10**6), "application/pdf")


def test_more_than_ten_megabytes_are_refused_and_what_was_typed_stays(
    resident: Resident, path: str, store: Store
) -> None:
    form = typed("refused", denial_ground="other", text=WORDS)
    effect(resident, path, form, ("a.png", png(), "image/png"))

    page = effect(resident, path, form, ELEVEN_MB)

    assert page.status_code == 413
    assert "Your files have more than 10 MB together." in page.text
    assert WORDS in page.text
    assert '<option value="other" selected>' in page.text
    assert hidden_kept(page.text) == [str(file.id) for file in files(store)]


def test_too_much_is_refused_in_the_same_way_where_nobody_is_known(
    one_engine: Store, resident: Resident, path: str
) -> None:
    resident.browser.cookies.clear()

    page = effect(resident, path, typed("deleted", text=WORDS), ELEVEN_MB)

    assert page.status_code == 413
    assert WORDS not in page.text
    assert page.headers["connection"] == "close"


def test_a_screenshot_of_forty_million_pixels_is_kept_smaller(
    one_engine: Store, resident: Resident, path: str
) -> None:
    page = effect(
        resident, path, typed("deleted"), ("a.png", png((8000, 5000)), "image/png")
    )
    save(resident, path, page.text)

    letters = resident.browser.get(path.replace("answer", "letters"))
    link = re.search(r'href="(/track/requests/[^"]+/files/[^"]+)"', letters.text)
    assert link
    width, height = Image.open(io.BytesIO(resident.browser.get(link[1]).content)).size
    assert 19_000_000 < width * height <= 20_000_000
    assert round(width / height, 2) == 1.6


def test_it_is_told_in_french(resident: Resident, path: str, store: Store) -> None:
    resident.browser.get("/?lang=fr")

    first = resident.browser.get(path)
    page = effect(
        resident, path, typed("refused", denial_ground="other", text="Non, désolés.")
    )
    done = save(resident, path, page.text)

    assert "Elle veut une preuve de mon identité" in first.text
    assert "Enregistrer cette réponse" in page.text
    assert "Vous nous l’avez dit" in done.text


def test_nobody_answers_for_another_filing(
    resident: Resident, path: str, store: Store
) -> None:
    stranger = path.replace(str(the_request(store).id), str(UUID(int=7)))

    assert resident.browser.get(stranger).status_code == 404
