"""The evidence file as a paper: for a page that prints well, and for a PDF."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime

from app.actions.desk import Desk
from app.actions.read_evidence import CHECK, Dossier, evidence_document
from app.actions.read_letters import LetterRead, ReplyRead
from app.pdf import (
    Attached,
    Block,
    Code,
    Heading,
    Listed,
    Paper,
    Quoted,
    Table,
    Terms,
    Text,
)
from app.web.timelines import drawing
from app.words.catalog import translations
from app.words.languages import (
    Language,
    colon,
    day_in_words,
    language_name,
    place_name,
)
from app.words.marks import mark
from app.words.naming import name_of
from app.words.steps import steps_said
from app.words.terms import DENIALS, EVIDENCE, LETTERS, OUTCOMES, STATUSES, VERDICTS

FILE = "evidence.json"
REACH_IN_DOUBT = mark(
    "This day is only a guide. It is not certain that the law applies to the company."
)
INDICATIVE = mark("This day is only a guide. One of its sources is not certain.")
CHAIN = mark(
    "Each hash is the SHA-256 of an entry and of the hash before it. So the last one"
    " stands for all of them: change a single sign, and it is another."
)
TO_CHECK = mark(
    "What you read here is for people. What is checked is the file evidence.json, which"
    " holds the same entries."
)
AS_PREPARED = mark(
    "This is the letter as it was prepared here. What was changed before it was sent does"
    " not stand in it."
)
NOT_SENT = mark("It is not known to have left.")
LINK_CUT = mark(
    "The link on which the company answers is left out here. Who has it could answer for"
    " the company."
)
BESIDE = mark("It stands beside the timeline: no entry and no hash goes with it.")
HANGS_ON_IT = mark("It is attached to this PDF, and a PDF reader can save it.")
GIVEN_BESIDE = mark("It is given where this page is.")
SAME_HASH = mark("The hash that it prints has to be the last one above.")
MORE = mark("More about it: {address}")
DOES_NOT_PROVE = (
    mark(
        "Who writes a whole new file can make a whole new chain. Ask who runs the portal"
        " whether the last hash is the one that it keeps, or compare it with a file that"
        " you got earlier."
    ),
    mark(
        "The letters, and what stands outside “timeline”, are given as we hold them."
        " They are not part of the chain."
    ),
    mark(
        "An answer is what the company said. Whether it did so, the file does not know;"
        " “evidence” says how we know of the answer."
    ),
)


class Writer:
    """Writes a dossier in one language; what was written to others keeps its own."""

    def __init__(
        self, desk: Desk, dossier: Dossier, language: Language, *, at: datetime
    ) -> None:
        self._desk, self._it, self._at = desk, dossier, at
        self._language = language
        self._say = translations(language).gettext

    def paper(self, *, attach: bool) -> Paper:
        """Return it as a paper, with the file to check attached or not."""
        say, request = self._say, self._it.request
        vendor = self._desk.directory.vendor(request.vendor)
        name = vendor.name if vendor else request.vendor
        title = say(mark("The evidence file")) + colon(self._language)
        return Paper(
            title=f"{title} {name}, {request.number}",
            language=self._language,
            blocks=(
                Terms(tuple(self._standing(name))),
                *self._timeline(),
                *self._count(),
                *self._letters(),
                *self._answers(),
                *self._chain(),
                *self._check(attach=attach),
            ),
            attached=self._attached() if attach else None,
        )

    def _attached(self) -> Attached:
        document = evidence_document(self._it, self._desk, at=self._at)
        return Attached(FILE, json_text(document), "application/json", self._say(CHAIN))

    def _standing(self, name: str) -> Iterator[tuple[str, str]]:
        say, it, filing = self._say, self._it.request, self._it.filing
        law = self._desk.rulebook.pack.laws.get(it.law or "")
        yield say(mark("Company")), name
        yield say(mark("Request")), it.number
        yield say(mark("Residence")), place_name(filing.residence, self._language)
        yield say(mark("Filed on")), self._day(filing.filed_on)
        yield say(mark("What you were told")), say(VERDICTS[it.verdict])
        if law:
            yield say(mark("Law")), name_of(law, self._language)
        yield say(mark("Status")), say(STATUSES[it.status_said])
        if it.outcome:
            yield say(mark("Outcome")), say(OUTCOMES[it.outcome])
        if it.denial_ground:
            yield say(mark("Its reason")), say(DENIALS[it.denial_ground])
        if it.evidence:
            yield say(mark("How we know")), say(EVIDENCE[it.evidence])
        if it.sent_on:
            yield say(mark("Sent on")), self._day(it.sent_on)
        if it.due:
            yield say(mark("Answer due")), self._day(it.due)
        if it.complaint_until:
            yield say(mark("You can complain until")), self._day(it.complaint_until)
        portal, made = self._desk.portal, self._at.astimezone(UTC)
        yield say(mark("Made on")), f"{self._day(made.date())}, {made:%H:%M} UTC"
        yield say(mark("Made by")), f"{portal.operator}, {portal.base_url}"

    def _timeline(self) -> Iterator[Block]:
        say, request = self._say, self._it.request
        here = self._desk.rulebook.places[self._it.filing.residence]
        items = drawing(request, here, here.day(self._at), say).items
        yield Heading(say(mark("What happened")))
        yield Table(
            (say(mark("Entry")), say(mark("Day")), say(mark("What happened"))),
            tuple(
                (
                    str(item.number),
                    self._day(item.day),
                    f"{item.what}\n{item.note}" if item.note else item.what,
                )
                for item in items
                if item.done
            ),
        )

    def _count(self) -> Iterator[Block]:
        if self._it.dates is None:
            return
        say, request = self._say, self._it.request
        yield Heading(say(mark("How it was counted")))
        if request.reach_in_doubt:
            yield Text(say(REACH_IN_DOUBT))
        elif request.certainty == "indicative":
            yield Text(say(INDICATIVE))
        yield Listed(steps_said(self._it.dates, (self._language, say)))

    def _letters(self) -> Iterator[Block]:
        say, written = self._say, self._it.written
        yield Heading(say(mark("The letters")))
        for letter in written.letters:
            yield from self._letter(letter)
        if written.shut:
            yield Text(say(mark("Some of it cannot be opened any more.")))
        elif not written.letters:
            yield Text(
                say(
                    mark(
                        "There is nothing to read here. Nothing was kept, or it was deleted on its day."
                    )
                )
            )

    def _letter(self, letter: LetterRead) -> Iterator[Block]:
        say = self._say
        yield Heading(say(LETTERS[letter.kind]), 3)
        written = mark("Kept on") if letter.own else mark("Written on")
        rows = [(say(written), self._day(letter.written_at.date()))]
        if letter.to:
            rows.append((say(mark("To")), letter.to))
        rows.append(
            (say(mark("Language")), language_name(letter.language, self._language))
        )
        yield Terms(tuple(rows))
        yield Quoted(f"{letter.subject}\n\n{letter.text}", letter.language)
        if letter.own:
            yield Text(say(AS_PREPARED))
        elif not self._it.left_from_here:
            yield Text(say(NOT_SENT))
        if letter.link_cut:
            yield Text(say(LINK_CUT))

    def _answers(self) -> Iterator[Block]:
        replies = self._it.written.replies
        if replies:
            yield Heading(self._say(mark("Answers")))
        for reply in replies:
            yield from self._answer(reply)

    def _answer(self, reply: ReplyRead) -> Iterator[Block]:
        say = self._say
        taken_back = {event.retracts for event in self._it.request.timeline}
        answer = mark("An answer")
        if reply.place in taken_back:
            answer = mark("An answer (taken back)")
        if reply.note:
            answer = mark("A message that changed nothing")
        yield Heading(say(answer), 3)
        rows = [(say(mark("Received on")), self._day(reply.received_on))]
        if not reply.note:
            rows.insert(0, (say(mark("Entry")), str(reply.place)))
        if reply.vendor_reference:
            rows.append((say(mark("Its reference")), reply.vendor_reference))
        yield Terms(tuple(rows))
        if reply.text:
            yield Quoted(reply.text, None)
        else:
            yield Text(say(mark("Its words were not kept here.")))
        if reply.note:
            yield Text(say(BESIDE))
        for file in reply.files:
            yield Text(file.name)
            yield Code(file.sha256)

    def _chain(self) -> Iterator[Block]:
        say = self._say
        yield Heading(say(mark("The hashes")))
        yield Text(say(CHAIN))
        rows = enumerate((one.hex() for one in self._it.hashes), start=1)
        yield Table(
            (say(mark("Entry")), "SHA-256"),
            tuple((str(place), one) for place, one in rows),
            exact=True,
        )

    def _check(self, *, attach: bool) -> Iterator[Block]:
        say = self._say
        address = self._desk.portal.link("/help/evidence")
        yield Heading(say(mark("How to check an evidence file")))
        where = say(HANGS_ON_IT if attach else GIVEN_BESIDE)
        yield Text(f"{say(TO_CHECK)} {where}")
        yield Listed(
            (
                say(mark("Put the file into an empty folder.")),
                say(mark("Put the lines below beside it, as check.py.")),
                say(mark("Run: python3 check.py")),
            ),
            numbered=True,
        )
        yield Code(CHECK)
        fits = say(
            "It says “Everything fits.”, or it stops at the first entry that was"
            " changed, moved or taken out."
        )
        counted = say(
            "It also counts the answers that stand there without their words."
        )
        yield Text(f"{fits} {counted} {say(SAME_HASH)}")
        yield Text(say(MORE).format(address=address))
        yield Heading(say(mark("What this does not prove")), 3)
        yield Listed(tuple(map(say, DOES_NOT_PROVE)))

    def _day(self, day: date) -> str:
        return day_in_words(day, self._language)


def json_text(document: object) -> str:
    """Return the evidence file as it is downloaded."""
    return json.dumps(document, ensure_ascii=False, indent=1)
