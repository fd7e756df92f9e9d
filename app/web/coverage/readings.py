"""A law as its page reads it: versions with their conditions in words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import zip_longest

from app.domain.conditions import Predicate
from app.domain.laws import Beside, Condition, Contest, Law, Right, Step
from app.words.conditions import SO, Clause, Reader, clause, listed
from app.words.languages import place_name
from app.words.record_codes import from_memory, in_words, said_note

A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class ConditionRead:
    """A condition in words."""

    about: str
    """The code of what it is about."""
    needs: Clause
    quoted: str | None
    limited: Clause | None
    """What, holding alone, limits the law to ``kinds``."""
    kinds: str


@dataclass(frozen=True, slots=True)
class ContestRead:
    """Data for which sources differ."""

    sources: str
    kinds: str
    when: Clause | None
    quoted: str


@dataclass(frozen=True, slots=True)
class RightRead:
    """A right, and on what it depends."""

    right: Right
    conditions: tuple[ConditionRead, ...]
    faults: tuple[str, ...]
    """Of which one is enough, for a correction."""
    sources: str
    kinds: str
    public_when: Clause | None
    contested: tuple[ContestRead, ...]


@dataclass(frozen=True, slots=True)
class StepRead:
    """A version of a law."""

    step: Step
    last: date | None
    """Its last day; None while none is known."""
    conditions: tuple[ConditionRead, ...]
    rights: tuple[RightRead, ...]
    now: bool
    """Whether it is the one that the page is about."""


@dataclass(frozen=True, slots=True)
class BesideRead:
    """Where a law applies next to another one."""

    places: str
    sectors: str
    beside: Beside


@dataclass(frozen=True, slots=True)
class NoteRead:
    """A note of the record."""

    code: str
    """What it is about."""
    place: str
    """The name of the place that it is about, if it is."""
    said: str | None
    """In the reader's language, where it is made of codes."""
    quoted: str


@dataclass(frozen=True, slots=True)
class LawRead:
    """What of a law is said in the reader's language."""

    steps: tuple[StepRead, ...]
    """Oldest first."""
    sectors: str
    excluded_sectors: str
    beside: tuple[BesideRead, ...]
    details: tuple["NoteRead", ...]
    from_memory: tuple[str, ...]
    """What nobody checked against a source."""
    doubts: tuple[str, ...]
    """Other doubts, in the record's own words."""

    @property
    def main(self) -> StepRead | None:
        """The version that the page is about."""
        return next((step for step in self.steps if step.now), None)


def read_law(law: Law, on: date, reader: Reader) -> LawRead:
    """Return a law in words; on a day without it, the version nearest to that day."""
    shown = law.on(on) or _nearest(law, on)
    following = (step.start - A_DAY for step in law.steps[1:])
    steps = zip_longest(law.steps, following, fillvalue=law.ended)
    return LawRead(
        steps=tuple(
            StepRead(
                step=step,
                last=last,
                conditions=_conditions(step.conditions, reader),
                rights=tuple(_right(right, reader) for right in step.rights),
                now=step is shown,
            )
            for step, last in steps
            if isinstance(step, Step) and not isinstance(last, Step)
        ),
        sectors=_words("vendor.sector", law.sectors, reader),
        excluded_sectors=_words("vendor.sector", law.excluded_sectors, reader),
        beside=tuple(
            BesideRead(
                listed("vendor.seat", beside.places, reader),
                _words("vendor.sector", beside.sectors, reader),
                beside,
            )
            for beside in law.beside
        ),
        details=tuple(
            NoteRead(
                code,
                place_name(code, reader[0]) if code.isupper() else "",
                said_note(code, note, reader[1]),
                note,
            )
            for code, note in law.details.items()
        ),
        from_memory=from_memory(law.doubts, reader[1]),
        doubts=in_words(law.doubts),
    )


def _nearest(law: Law, on: date) -> Step | None:
    """Return the first version of a law that is coming, the last of one that is over."""
    if not law.steps:
        return None
    return law.steps[0] if law.coming(on) else law.steps[-1]


def _conditions(
    conditions: Iterable[Condition], reader: Reader
) -> tuple[ConditionRead, ...]:
    return tuple(
        ConditionRead(
            about=condition.reason,
            needs=clause(condition.needs, reader),
            quoted=condition.words,
            limited=_clause(condition.limited, reader),
            kinds=_words("vendor.data_kinds", condition.data_limit, reader),
        )
        for condition in conditions
    )


def _right(right: Right, reader: Reader) -> RightRead:
    return RightRead(
        right=right,
        conditions=_conditions(right.conditions, reader),
        faults=tuple(reader[1](SO[fault][0]) for fault in right.faults),
        sources=_words("vendor.data_sources", right.data.sources, reader),
        kinds=_words("vendor.data_kinds", right.data.kinds, reader),
        public_when=_clause(right.data.public_reached_when, reader),
        contested=tuple(_contest(contest, reader) for contest in right.data.contested),
    )


def _contest(contest: Contest, reader: Reader) -> ContestRead:
    return ContestRead(
        sources=_words("vendor.data_sources", contest.sources, reader),
        kinds=_words("vendor.data_kinds", contest.kinds, reader),
        when=_clause(contest.when, reader),
        quoted=contest.why,
    )


def _clause(predicate: Predicate | None, reader: Reader) -> Clause | None:
    return None if predicate is None else clause(predicate, reader)


def _words(fact: str, values: Iterable[str] | None, reader: Reader) -> str:
    return listed(fact, values or (), reader)
