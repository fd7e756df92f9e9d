"""What a person is told, as cards: built once, shown on the answer and kept nowhere."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from app.actions.check_eligibility import right_of, seat_of, worth_knowing
from app.domain.basis import invoked
from app.domain.deadlines import DueDates, NotInForceError, for_request
from app.domain.due_dates import Certainty
from app.domain.eligibility import Answer, decide, question
from app.domain.facts import Asks, PersonFacts
from app.domain.grounds import NO_RECORD, Ground, GroundKind, Verdict
from app.domain.laws import Confidence, Regulator
from app.domain.vendors import Directory, Route, Vendor
from app.domain.ways import ByOneself, way_to
from app.rulebook.load import Rulebook
from app.words.answers import (
    Say,
    disagreement,
    part_of,
    risks,
    sentence,
    span_of,
    why,
)
from app.words.catalog import translations
from app.words.languages import Language
from app.words.marks import mark
from app.words.naming import in_language
from app.words.provisions import provision
from app.words.record_work import warning
from app.words.terms import OF_THE_COMPANY, QUESTIONS

SHOWN = 8
"""Reasons on a card; the rest stands behind the company's page."""
LOOK_AGAIN = timedelta(days=30)
"""Where no law sets a day: long enough for most who answer at all."""
MONDAY, SATURDAY = 0, 5
NOBODY_ELSE = mark(
    "The law here lets nobody else ask for you, us included. If we sent it, the company "
    "could refuse it for that: we write the letter, and you send it."
)


@dataclass(frozen=True, slots=True)
class ReasonLine:
    """One reason: of a law, an offer or an order."""

    kind: GroundKind
    text: str


@dataclass(frozen=True, slots=True)
class Tick:
    """One day of the calendar strip."""

    x: float
    tall: bool
    short: bool


@dataclass(frozen=True, slots=True)
class Card:
    """One vendor's answer."""

    slug: str
    name: str
    verdict: Verdict
    sentence: str
    notes: tuple[str, ...]
    reasons: tuple[ReasonLine, ...]
    law: Ground | None
    """Named and cited as the reader's language does."""
    regulator: Regulator | None
    """Who can be told: of that law, or of another that was weighed here."""
    risks: tuple[str, ...]
    period: str | None
    part: str | None
    """The part of the request that the period is for, where it is not for all."""
    start: date
    end: date
    legal: bool
    """Whether ``end`` is a day that a law sets."""
    too_far: bool
    """Whether the law's day would lie after the year 9999."""
    in_doubt: bool
    """Whether that law may not reach the vendor."""
    extended: date | None
    ticks: tuple[Tick, ...]
    route: Route | None
    no_agent: bool
    """Whether the law has the person send it, and not us."""
    nobody_else: bool
    """Whether that law lets nobody else ask, whatever the way."""
    demands: tuple[str, ...]
    unknown: tuple[str, ...]
    """What the person could tell, as questions: what helps most first."""
    of_vendor: tuple[str, ...]
    """Facts of the vendor that a law in doubt depends on, and nobody here knows."""
    text: str | None
    """Address of the law's own text."""
    source: str | None
    confidence: Confidence
    checked_on: date | None
    next_change: tuple[date, Verdict] | None
    pending: tuple[tuple[str, date | None], ...]
    ask: bool
    """Whether it is ticked from the start."""

    @property
    def reachable(self) -> bool:
        """Whether a request can be sent at all."""
        return self.route is not None


@dataclass(frozen=True, slots=True)
class Told:
    """Tells people what they are owed, in their language."""

    rulebook: Rulebook
    directory: Directory
    language: Language

    def cards(
        self, residence: str, vendors: Iterable[str], on: date
    ) -> tuple[Card, ...]:
        """Return a card for each vendor, in the order of the choice."""
        known = self.directory.vendors
        return tuple(self.card(known[v], residence, on) for v in vendors if v in known)

    def card(self, vendor: Vendor, residence: str, on: date) -> Card:
        """Return what a person of whom nothing else is known is owed."""
        rulebook, person = self.rulebook, PersonFacts()
        say = translations(self.language).gettext
        asked = question(residence, vendor, person, on)
        answer = decide(asked, on, rulebook.pack.laws, rulebook.places)
        rests = invoked(answer, person, Asks.DELETION)
        found = rests.law if rests.law and rests.law.id != NO_RECORD else None
        dates, too_far = None, False
        try:
            if rests.due:
                dates = _dates(rulebook, vendor, residence, found, on)
        except OverflowError:
            too_far = True
        unknown = worth_knowing(rulebook, asked, answer, among=QUESTIONS)
        answer = self._spoken(answer)
        law = invoked(answer, person, Asks.DELETION).law if found else None
        leading = answer.leading
        end = _end(dates, on)
        route = vendor.route_on(on, rulebook.places.around(residence))
        way = way_to(vendor, route, answer, rests) if route else None
        no_agent = way is not None and way.by_oneself is ByOneself.NO_AGENT
        due, change = rests.due, answer.next_change
        return Card(
            slug=vendor.slug,
            name=vendor.name,
            verdict=answer.verdict,
            sentence=sentence(answer, vendor.name, say),
            notes=disagreement(
                answer,
                vendor.name,
                say,
                route_here=route is not None and route.places is not None,
            ),
            reasons=_reasons(answer, say),
            law=law,
            regulator=_regulator(answer, law),
            risks=(
                *((say(NOBODY_ELSE),) if no_agent else ()),
                *self._refused(vendor, residence, say),
                *risks(answer, vendor.name, say),
            ),
            period=span_of(due.period.count, due.period.unit, say) if due else None,
            part=part_of(law, say) if law and due else None,
            start=on,
            end=end,
            legal=dates is not None and dates.respond is not None,
            too_far=too_far,
            in_doubt=rests.at_best is Certainty.INDICATIVE,
            extended=_extended(dates),
            ticks=_ticks(on, end),
            route=route,
            no_agent=no_agent,
            nobody_else=rests.agent_allowed is False,
            demands=tuple(sorted(route.demands)) if route else (),
            unknown=tuple(say(QUESTIONS[fact][0]) for fact in unknown),
            of_vendor=_of_vendor(answer),
            text=_first_link(law),
            source=_first_link(leading),
            confidence=leading.confidence if leading else Confidence.MEDIUM,
            checked_on=leading.checked_on if leading else rulebook.pack.compiled_on,
            next_change=(change.on, change.verdict) if change else None,
            pending=tuple((p.short_name, p.first_day) for p in answer.pending),
            ask=route is not None
            and answer.verdict in {Verdict.ELIGIBLE, Verdict.OFFERED},
        )

    def _refused(self, vendor: Vendor, residence: str, say: Say) -> tuple[str, ...]:
        """Return that the vendor has refused people of the place, if it has."""
        refuses = self.directory.refused_by(vendor).get(residence)
        if refuses is None:
            return ()
        return (warning(refuses, vendor.name, residence, self.language, say),)

    def _spoken(self, answer: Answer) -> Answer:
        """Return an answer whose laws are named and cited as the reader's language does."""
        called = in_language(answer, self.rulebook.pack.laws, self.language)
        grounds = tuple(
            replace(g, citation=g.citation and provision(g.citation, self.language))
            for g in called.grounds
        )
        return replace(called, grounds=grounds)


def _regulator(answer: Answer, law: Ground | None) -> Regulator | None:
    if law is not None and law.regulator is not None:
        return law.regulator
    weighed = (ground.regulator for ground in answer.of(GroundKind.LAW))
    return next((one for one in weighed if one is not None), None)


def _reasons(answer: Answer, say: Say) -> tuple[ReasonLine, ...]:
    """Return what carries the verdict, laws in doubt, offers and orders of the place.

    Who has a right by law needs no other; else a law in doubt may yet give one.
    """
    bearing = {answer.verdict}
    if answer.verdict is not Verdict.ELIGIBLE:
        bearing.add(Verdict.UNCERTAIN)
    lines: dict[ReasonLine, None] = {}
    for ground in answer.grounds:
        unlisted = any(r.code == "residence-not-listed" for r in ground.reasons)
        if ground.kind is GroundKind.LAW and ground.outcome not in bearing:
            continue
        if unlisted:
            continue
        for reason in ground.reasons:
            lines[ReasonLine(ground.kind, why(reason, ground, say))] = None
    return tuple(lines)[:SHOWN]


def _of_vendor(answer: Answer) -> tuple[str, ...]:
    """Return what is not known of the vendor, where it could raise the verdict."""
    if answer.verdict is Verdict.ELIGIBLE:
        return ()
    doubtful = (g for g in answer.grounds if g.outcome is Verdict.UNCERTAIN)
    names = (fact for ground in doubtful for fact in ground.unknown_facts)
    return tuple(dict.fromkeys(fact for fact in names if fact in OF_THE_COMPANY))


def _first_link(ground: Ground | None) -> str | None:
    if ground is None:
        return None
    return next((s for s in ground.sources if s.startswith("http")), None)


def _dates(
    rulebook: Rulebook,
    vendor: Vendor,
    residence: str,
    ground: Ground | None,
    on: date,
) -> DueDates | None:
    law = rulebook.pack.laws.get(ground.id) if ground else None
    if law is None or ground is None:
        return None
    try:
        return for_request(
            law,
            on,
            rulebook.calendar,
            residence=residence,
            seat=seat_of(vendor, law.places, rulebook.places),
            right=right_of(law, ground, on),
        )
    except NotInForceError:
        return None


def _end(dates: DueDates | None, on: date) -> date:
    if dates is None or dates.respond is None:
        return min(on, date.max - LOOK_AGAIN) + LOOK_AGAIN
    return _day(dates.respond.due)


def _extended(dates: DueDates | None) -> date | None:
    if dates is None or dates.extended is None:
        return None
    return _day(dates.extended.due)


def _day(moment: date) -> date:
    return moment.date() if hasattr(moment, "date") else moment


def _ticks(start: date, end: date) -> tuple[Tick, ...]:
    days = (end - start).days
    step = 1 if days <= 100 else days // 50  # noqa: PLR2004 - more would be a smear
    return tuple(
        Tick(
            x=round(2 + 96 * n / max(days, 1), 2),
            tall=(start + timedelta(days=n)).weekday() == MONDAY,
            short=(start + timedelta(days=n)).weekday() >= SATURDAY,
        )
        for n in range(0, days + 1, step)
    )
