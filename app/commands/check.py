"""``efface check``: what a resident is owed, and why."""

import sys
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import typer

from app.actions.check_eligibility import (
    FactsDocument,
    UnknownValueError,
    check_facts,
    check_vendor,
    worth_knowing,
)
from app.actions.read_facts import WrongFactsError, read_facts
from app.actions.read_json import NoJsonError
from app.commands.saying import (
    day_of,
    misused,
    print_json,
    reader_of,
    refuse,
    unknown,
)
from app.domain.coverage import saying_none
from app.domain.eligibility import Answer, Question, question
from app.domain.facts import PersonFacts
from app.domain.grounds import Ground
from app.domain.laws import Confidence
from app.domain.places import Places
from app.rulebook.load import Rulebook, load_rulebook
from app.words.answers import Say, applies_to, why
from app.words.documents import eligibility_document
from app.words.law_terms import AGENTS
from app.words.marks import mark
from app.words.naming import in_language
from app.words.terms import CONFIDENCE

_UNKNOWN = mark("not known: {facts}")
_COMPLAINTS = mark("complaints: {name}")
_SOURCE = mark("source: {source} (how sure we are: {confidence})")
_NO_LAW = mark("no general law that we know of: record {record}, checked on {day}")
_UNVERIFIED = mark("what is not verified: “{doubt}”")
_HELPS = mark("would change it, what helps most first: {facts}")
_PENDING = mark("pending: {name} ({stage}, {day})")
_NO_DAY = mark("no day yet")
_CHANGES = mark("changes on {day} to {verdict} ({law})")
_LATER = mark("the law is answered as it was known on {day}")


def check(
    residence: str,
    *,
    vendor: str | None,
    facts: str | None,
    on: str | None,
    lang: str,
    as_json: bool,
) -> None:
    """Say what a resident is owed, and why."""
    if (vendor is None) == (facts is None):
        misused("give either --vendor or --facts")
    language, say = reader_of(lang)
    day = day_of(on, "--on")
    rulebook = load_rulebook()
    try:
        if vendor is not None:
            from app.commands.database import known_directory

            answer, found = check_vendor(
                rulebook,
                known_directory(),
                residence=residence,
                vendor=vendor,
                person=PersonFacts(),
                on=day,
            )
            asked = question(answer.residence, found, PersonFacts(), day)
        else:
            document = _facts(facts or "-", rulebook.places)
            answer = check_facts(
                rulebook, residence=residence, document=document, on=day
            )
            asked = Question(residence=answer.residence, facts=document.value())
    except UnknownValueError as wrong:
        unknown(wrong)
    answer = in_language(answer, rulebook.pack.laws, language)
    name = asked.vendor.name if asked.vendor else None
    written = eligibility_document(
        answer, vendor_name=name, law_pack=rulebook.pack.fingerprint, say=say
    )
    if as_json:
        print_json(written)
        return
    typer.echo(f"{answer.verdict}: {written['summary']}")
    tell = _Teller(rulebook, answer.on, say)
    for ground in answer.grounds:
        tell.ground(ground)
    tell.without_law(answer)
    tell.rest(answer, worth_knowing(rulebook, asked, answer))


@dataclass(frozen=True, slots=True)
class _Teller:
    """Reads an answer aloud."""

    rulebook: Rulebook
    on: date
    say: Say

    def line(self, message: str, *, indent: str = "", **values: object) -> None:
        typer.echo(indent + self.say(message).format(**values))

    def ground(self, ground: Ground) -> None:
        """Tell what one law, offer or order gives, and why."""
        about = " ".join(filter(None, (ground.kind, ground.id, ground.right)))
        cited = f" ({ground.citation})" if ground.citation else ""
        typer.echo(f"\n{about}{cited}: {ground.outcome}")
        for reason in ground.reasons:
            typer.echo(f"  {why(reason, ground, self.say)}")
        if ground.unknown_facts:
            self.line(_UNKNOWN, indent="  ", facts=", ".join(ground.unknown_facts))
        if (due := applies_to(ground, self.say)) is not None:
            typer.echo(f"  {due}")
        law = self.rulebook.pack.laws.get(ground.id)
        step = law.on(self.on) if law else None
        if ground.agent_allowed is False and step is not None:
            self.line(AGENTS[step.agent], indent="  ")
        if ground.regulator is not None:
            self.line(_COMPLAINTS, indent="  ", name=ground.regulator.name)
        if ground.sources:
            self.source(ground.sources[0], ground.confidence)

    def source(self, source: str, confidence: Confidence) -> None:
        """Tell on what it rests, and how sure that is."""
        sure = self.say(CONFIDENCE[confidence])
        self.line(_SOURCE, indent="  ", source=source, confidence=sure)

    def without_law(self, answer: Answer) -> None:
        """Tell on what it rests that a place has no general law."""
        place = self.rulebook.places[answer.residence]
        for record in saying_none(place, self.on, self.rulebook.pack.laws):
            typer.echo("")
            self.line(_NO_LAW, record=record.id, day=record.checked_on)
            self.source((*record.sources, record.id)[0], record.confidence)
            for doubt in record.doubts:
                self.line(_UNVERIFIED, indent="  ", doubt=doubt)

    def rest(self, answer: Answer, helps: tuple[str, ...]) -> None:
        """Tell what would change the answer, and what will."""
        if helps:
            typer.echo("")
            self.line(_HELPS, facts=", ".join(helps))
        for law in answer.pending:
            first = law.first_day.isoformat() if law.first_day else self.say(_NO_DAY)
            typer.echo("")
            self.line(_PENDING, name=law.short_name, stage=law.stage, day=first)
        if change := answer.next_change:
            typer.echo("")
            self.line(
                _CHANGES, day=change.on, verdict=change.verdict, law=change.because
            )
        compiled_on = self.rulebook.pack.compiled_on
        if answer.on > compiled_on:
            typer.echo("")
            self.line(_LATER, day=compiled_on)


def _facts(source: str, places: Places) -> FactsDocument:
    name = "standard input" if source == "-" else source
    try:
        text = sys.stdin.read() if source == "-" else Path(source).read_text("utf-8")
    except FileNotFoundError:
        refuse(f"{name}: there is no such file")
    except (OSError, UnicodeDecodeError):
        refuse(f"{name}: cannot be read")
    try:
        return read_facts(text, places)
    except NoJsonError:
        refuse(f"{name}: is no JSON document")
    except WrongFactsError as error:
        misused(*map(str, error.wrong))
