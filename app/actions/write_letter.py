"""Write a letter that a resident sends: who holds the receipt can read the person."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.actions.choose_vendors import Chosen, Unfit, choose_one
from app.actions.desk import Desk
from app.actions.filing_form import FilingBody, Resident
from app.actions.find_route import REROUTED, route_of
from app.actions.letter_facts import letter_facts
from app.actions.prepare_filing import MANDATE, MANDATE_MAILED
from app.actions.read_filing import FilingStanding, RequestStanding
from app.actions.reply_links import SEALED_AS, last_day, path_of, token_of
from app.actions.take_step import may_appeal
from app.domain.laws import Regulator, Step
from app.domain.own_steps import ASKED_AGAIN
from app.domain.timeline import (
    ANSWERS,
    OPEN,
    Actor,
    Event,
    EventKind,
    Outcome,
    Status,
    living,
)
from app.domain.vendors import Identifier, Route, RouteKind
from app.letters import LETTER_LANGUAGES, Clause, Course, Letter, LetterKind, Term
from app.store import people, requests
from app.store.sealing import CannotOpenError, Where, open_with_receipt
from app.words.languages import Language
from app.words.naming import name_of
from app.words.regulator_languages import regulator_language

COMPLAINED_OF = frozenset({Outcome.REFUSED, Outcome.NO_ANSWER})
TOLD = frozenset(ANSWERS) | {
    EventKind.SENT,
    EventKind.UNDELIVERABLE,
    EventKind.ACKNOWLEDGED,
    EventKind.IDENTITY_REQUESTED,
    EventKind.IDENTITY_GIVEN,
    EventKind.EXTENDED,
    EventKind.APPEALED,
}
"""What of a timeline a complaint tells."""
SAID_APART = frozenset({Identifier.NAME, Identifier.EMAIL})


class NoLetter(Enum):
    """Why there is no letter to write."""

    NOT_NOW = "not now"
    """Where the request stands calls for none of this kind."""
    SHUT = "shut"
    """This receipt does not open the person, as after a lost code."""
    GONE = "gone"
    """The person was destroyed, or the vendor can no longer be reached."""


@dataclass(frozen=True, slots=True)
class OwnLetter:
    """A letter for the resident to send, and where it goes."""

    kind: LetterKind
    letter: Letter
    to: str | None
    """The mailbox of a vendor; None where it has none that works."""
    copy: str
    """The request's own address, which takes a copy."""
    sender: str
    """The resident's own mailbox."""
    route: Route
    regulator: Regulator | None
    residence: str
    vendor: str
    reading: Letter | None = None
    """The same in the language of who reads it here; it is not what is sent."""

    @property
    def goes_to(self) -> str | None:
        """Where the page says to send a request: a form, a mailbox or an address."""
        posted = self.route.kind is RouteKind.LETTER
        return self.route.url or self.to or (self.route.address if posted else None)


def kinds_for(
    desk: Desk, filing: FilingStanding, it: RequestStanding, today: date
) -> tuple[LetterKind, ...]:
    """Return which letters where a request stands calls for, the nearest first."""
    if filing.erased:
        return ()
    law = desk.rulebook.pack.laws.get(it.law or "")
    late, before = it.overdue(today), it.standing.answer
    called_for = {
        LetterKind.REQUEST: it.status is Status.UNDELIVERABLE
        or (it.status is Status.QUEUED and it.by_oneself),
        LetterKind.IDENTITY_ANSWER: it.status is Status.IDENTITY_REQUESTED,
        LetterKind.REMINDER: late and before is None,
        LetterKind.APPEAL: it.status is Status.ANSWERED
        and it.outcome in ASKED_AGAIN
        and may_appeal(law, it.sent_on or filing.filed_on, it.timeline),
        LetterKind.COMPLAINT: it.sent_on is not None
        and bool(law and law.regulator_for(filing.residence))
        and (late or it.outcome in COMPLAINED_OF or _no_better(it)),
        LetterKind.MANDATE: filing.on_behalf
        and it.agent_allowed
        and it.status in OPEN | {Status.QUEUED, Status.UNDELIVERABLE, Status.APPEALED},
    }
    return tuple(kind for kind, called in called_for.items() if called)


def _no_better(it: RequestStanding) -> bool:
    """Return whether more came after an answer, and left the person without help."""
    now = it.standing
    if now.answer is None or now.opened is None or now.status is Status.WITHDRAWN:
        return False
    return it.found_again or ANSWERS[now.answer.kind] in COMPLAINED_OF


def write_letter(
    session: Session,
    desk: Desk,
    filing: FilingStanding,
    it: RequestStanding,
    kind: LetterKind,
    receipt: bytes,
    *,
    today: date,
    reader: Language | None = None,
) -> OwnLetter | NoLetter:
    """Return a letter for the resident to send.

    The request rests on what was decided when it was filed; provisions are cited as
    they read today. ``reader`` is the language of the page that shows it.
    """
    if kind not in kinds_for(desk, filing, it, today):
        return NoLetter.NOT_NOW
    person = session.get(people.Person, filing.id)
    row = session.get(requests.Request, (filing.id, it.id))
    if person is None or person.thing is None or row is None:
        return NoLetter.GONE
    try:
        opened = open_with_receipt(
            person.thing, Where("person", str(filing.id)), receipt
        )
    except CannotOpenError:
        return NoLetter.SHUT
    sealed = json.loads(opened)
    body = body_of(
        sealed,
        residence=filing.residence,
        vendor=it.vendor,
        asks=filing.asks,
        language=filing.language,
    )
    one = choose_one(
        desk,
        it.vendor,
        filing.residence,
        body.facts(),
        body.asked,
        filing.filed_on,
        route=_changed(desk, filing, it),
    )
    if isinstance(one, Unfit):
        return NoLetter.GONE
    law = desk.rulebook.pack.laws.get(it.law or "")
    case = _Case(desk, filing, it, body, sealed, one, row.reply_to, today)
    letter = case.letter(kind)
    other = reader is not None and reader != letter.language
    return OwnLetter(
        kind=kind,
        letter=letter,
        reading=case.letter(kind, reader) if other else None,
        to=_mailbox(kind, one.route, it),
        copy=f"{row.reply_to}@{desk.portal.reply_domain}",
        sender=body.resident.email,
        route=one.route,
        regulator=law.regulator_for(filing.residence) if law else None,
        residence=filing.residence,
        vendor=one.vendor.name,
    )


@dataclass(frozen=True, slots=True)
class BlankLetter:
    """A letter with blanks for who writes it, and where it goes."""

    letter: Letter
    to: str | None
    route: Route
    vendor: str
    reading: Letter | None
    """The same in the language of who reads it here; it is not what is sent."""


BLANK = "…" * 10


def blank_letter(
    desk: Desk, residence: str, vendor: str, spoken: Language, on: date
) -> BlankLetter | Unfit:
    """Return the letter of nobody in particular; nothing is asked, nothing kept."""
    body = FilingBody(
        residence=residence,
        vendors=[vendor],
        language=spoken,
        resident=Resident(name=BLANK, email="blank@example.org"),
    )
    one = choose_one(desk, vendor, residence, body.facts(), body.asked, on)
    if isinstance(one, Unfit):
        return one
    needs = [each for each in Identifier if each in one.route.needs]

    def written(language: str | None) -> Letter:
        known = letter_facts(
            desk, body, one, number="", local="", on=on, own=True, language=language
        )
        facts = replace(
            known,
            name=BLANK,
            email=BLANK if Identifier.EMAIL in needs else None,
            identifiers={n.value: (BLANK,) for n in needs if n not in SAID_APART},
            number=None,
            reply_address=None,
        )
        return desk.letters.request(facts)

    route, letter = one.route, written(None)
    to = route.address if route.kind is RouteKind.EMAIL else None
    reading = written(spoken) if spoken != letter.language else None
    return BlankLetter(letter, to, route, one.vendor.name, reading)


def answer_link(
    desk: Desk, sealed: Mapping[str, Any], request_id: UUID, filed_on: date, on: date
) -> tuple[str, date] | None:
    """Return where the vendor answers, if it still can; older filings have no link."""
    until, secret = last_day(filed_on), sealed.get(SEALED_AS)
    if secret is None or on > until:
        return None
    return desk.portal.link(path_of(token_of(secret, request_id))), until


def body_of(
    sealed: Mapping[str, Any], *, residence: str, vendor: str, asks: str, language: str
) -> FilingBody:
    """Return a filing to one vendor, from what was sealed of its person."""
    # The text of a mandate is sealed beside what was filed, and is no part of it.
    filed = {name: sealed[name] for name in FilingBody.model_fields if name in sealed}
    return FilingBody.model_validate(
        {
            "residence": residence,
            "vendors": [vendor],
            "asks": asks,
            "language": language,
            **filed,
        }
    )


def _changed(desk: Desk, filing: FilingStanding, it: RequestStanding) -> Route | None:
    """Return the route that a request was given since it was filed."""
    if REROUTED not in it.told:
        return None
    return route_of(
        desk,
        it.vendor,
        it.route,
        it.told,
        residence=filing.residence,
        filed_on=filing.filed_on,
    )


def _mailbox(kind: LetterKind, route: Route, it: RequestStanding) -> str | None:
    """Return where a letter to the vendor goes by mail, if a mailbox is known to work."""
    if kind is LetterKind.COMPLAINT or it.status is Status.UNDELIVERABLE:
        return None
    return route.address if route.kind is RouteKind.EMAIL else None


@dataclass(frozen=True, slots=True)
class _Case:
    """A request whose person was opened, and what its letters are written from."""

    desk: Desk
    filing: FilingStanding
    it: RequestStanding
    body: FilingBody
    sealed: Mapping[str, Any]
    """What stands beside the person: the mandate, and the secret of the answer link."""
    one: Chosen
    local: str
    today: date

    def letter(self, kind: LetterKind, language: str | None = None) -> Letter:
        """Return a letter; ``language`` is given where it is not its recipient's."""
        if kind is LetterKind.COMPLAINT and language is None:
            language = regulator_language(
                self.filing.residence, self.filing.language, LETTER_LANGUAGES
            )
        facts = letter_facts(
            self.desk,
            self.body,
            self.one,
            number=self.it.number,
            local=self.local,
            on=self.today,
            own=True,
            language=language,
            answer=self._answer(),
        )
        if facts.agreed is not None:
            facts = replace(facts, **self._agreed())
        if kind is LetterKind.REQUEST:
            return self.desk.letters.request(facts)
        if kind in {LetterKind.COMPLAINT, LetterKind.IDENTITY_ANSWER}:
            facts = replace(facts, email=self.body.resident.email)
        was = self._course(facts.language)
        return self.desk.letters.following(kind, facts, was)

    def _agreed(self) -> dict[str, Any]:
        """Return to what the person agreed, in the words of that day, and when."""
        confirmed = _last(self.it.timeline, frozenset({EventKind.CONFIRMED}))
        place = self.desk.rulebook.places[self.filing.residence]
        return {
            "agreed": self.sealed.get(MANDATE),
            "agreed_in": self.filing.language,
            "agreed_by_code": bool(self.sealed.get(MANDATE_MAILED)),
            "agreed_on": place.day(confirmed.at) if confirmed else None,
        }

    def _answer(self) -> tuple[str, date] | None:
        return answer_link(
            self.desk, self.sealed, self.it.id, self.filing.filed_on, self.today
        )

    def _course(self, language: str) -> Course:
        it, rests, filed_on = self.it, self.one.rests, self.filing.filed_on
        alive, now = living(it.timeline), it.standing
        answer, opened = now.answer, now.opened
        law = self.desk.rulebook.pack.laws.get(it.law or "")
        name = name_of(law, language) if law else None
        step = law.on(self.today) if law else None
        return Course(
            sent_on=it.sent_on or filed_on,
            due=it.due,
            longer=it.extended_due is not None,
            sure=rests.sure and rests.stops_surely and not it.reach_in_doubt,
            events=tuple(
                (_day(e), e.kind) for e in alive if e.kind in TOLD or _found(e)
            ),
            outcome=ANSWERS[answer.kind] if answer else None,
            answered_on=_on(answer),
            in_time=_in_time(it, alive),
            wrote_again_on=None if it.found_again else _on(opened),
            found_again_on=_on(opened) if it.found_again else None,
            reason=answer.denial_ground if answer else None,
            beside=_beside(self.desk, it, language, filed_on),
            asked_on=_on(_last(alive, frozenset({EventKind.IDENTITY_REQUESTED}))),
            proof=_proof(name, step),
            appeal=_appeal(self.desk, it, name, filed_on),
        )


def _beside(
    desk: Desk, it: RequestStanding, language: str, filed_on: date
) -> tuple[str, ...]:
    laws = desk.rulebook.pack.laws
    if not it.beside_the_law(laws, filed_on):
        return ()
    return tuple(name_of(laws[each], language) for each in it.rests_on if each in laws)


def _proof(name: str | None, step: Step | None) -> Clause | None:
    rule = step.proof if step else None
    return Clause(name, rule.citation, rule.limit) if rule and name else None


def _appeal(
    desk: Desk, it: RequestStanding, name: str | None, filed_on: date
) -> Term | None:
    law = desk.rulebook.pack.laws.get(it.law or "")
    step = law.on(it.sent_on or filed_on) if law else None
    appeal = step.deadlines.appeal if step else None
    if appeal is None or appeal.response is None or not appeal.response.binding:
        return None
    return Term(
        count=appeal.response.count,
        unit=appeal.response.unit,
        stands_in=Clause(name or "", appeal.response.citation),
    )


def _found(event: Event) -> bool:
    """Return whether the person states that the data is there again."""
    stated = event.kind is EventKind.REOPENED and event.evidence is not None
    return stated and event.by is Actor.RESIDENT


def _in_time(it: RequestStanding, alive: tuple[Event, ...]) -> bool:
    """Return whether what was owed by the due date, an answer, came by it."""
    appealed = it.status is Status.APPEALED
    asked = EventKind.APPEALED if appealed else EventKind.SENT
    since = max((n for n, e in enumerate(alive) if e.kind is asked), default=0)
    days = (_day(e) for e in alive[since:] if e.kind in ANSWERS)
    return it.due is not None and any(day <= it.due for day in days)


def _last(events: tuple[Event, ...], kinds: frozenset[EventKind]) -> Event | None:
    return next((e for e in reversed(events) if e.kind in kinds), None)


def _day(event: Event) -> date:
    return event.on or event.at.date()


def _on(event: Event | None) -> date | None:
    return _day(event) if event else None
