"""The shape of a law file. Unknown keys are errors.

README.md beside this module shows a file and explains its words. Each model turns
itself into the domain's value.
"""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal, Self, TypeAlias

from pydantic import AfterValidator, Field, model_validator

from app.domain import laws as d
from app.domain.dated import Span
from app.domain.facts import DataKind, DataSource, Sector
from app.domain.timeline import DenialGround
from app.rulebook.deadline_schema import DeadlinesShape, ExtensionShape, PeriodShape
from app.rulebook.predicates import SAID
from app.rulebook.shapes import Needs, Said, Shape, SpanShape

OtherLanguage: TypeAlias = Literal["fr", "es", "de"]
"""A language of letters that is not that of the law files."""


def _said(fact: str) -> str:
    if fact not in SAID:
        raise ValueError(f"{fact} is no fact that is so, or not")
    return fact


Fault = Annotated[str, AfterValidator(_said)]
"""A yes-or-no fact."""


class ConditionShape(Shape):
    """A condition that decides whether the law reaches a case."""

    reason: d.Unmet
    needs: Needs
    limited: Needs | None = None
    data_limit: frozenset[DataKind] | None = None
    words: str | None = None

    def value(self) -> d.Condition:
        """Return the condition."""
        return d.Condition(**{k: getattr(self, k) for k in type(self).model_fields})


class ContestShape(Shape):
    """Data for which sources differ."""

    sources: frozenset[DataSource] | None = None
    kinds: frozenset[DataKind] | None = None
    when: Needs | None = None
    why: str

    def value(self) -> d.Contest:
        """Return the contest."""
        return d.Contest(**{k: getattr(self, k) for k in type(self).model_fields})


class DataShape(Shape):
    """Which data a right is about."""

    kinds: frozenset[DataKind] | None = None
    sources: frozenset[DataSource] | None = None
    public: d.PublicData = d.PublicData.INCLUDED
    public_reached_when: Needs | None = None
    contested: tuple[ContestShape, ...] = ()

    def value(self) -> d.DataReach:
        """Return the reach."""
        return d.DataReach(
            kinds=self.kinds,
            sources=self.sources,
            public=self.public,
            public_reached_when=self.public_reached_when,  # type: ignore[arg-type]
            contested=tuple(contest.value() for contest in self.contested),
        )


class RightShape(Shape):
    """One thing that a person may ask."""

    kind: d.RightKind
    citation: Said
    words: str | None = None
    conditions: tuple[ConditionShape, ...] = ()
    data: DataShape = DataShape()
    respond: PeriodShape | None = None
    extension: ExtensionShape | None = None
    purpose: d.Purpose | None = None
    faults: tuple[Fault, ...] = ()
    open_fault: Said | None = None

    @model_validator(mode="after")
    def _faults_are_of_a_correction(self) -> Self:
        faulty = self.faults or self.open_fault
        if faulty and self.kind is not d.RightKind.CORRECTION:
            raise ValueError(f"faults belong to {d.RightKind.CORRECTION} alone")
        return self

    def value(self) -> d.Right:
        """Return the right."""
        return d.Right(
            kind=self.kind,
            citation=self.citation,
            words=self.words,
            conditions=tuple(condition.value() for condition in self.conditions),
            data=self.data.value(),
            respond=self.respond.value() if self.respond else None,
            extension=self.extension.extension() if self.extension else None,
            purpose=self.purpose,
            faults=self.faults,
            open_fault=self.open_fault,
        )


class ComplaintShape(Shape):
    """Where to complain."""

    to: str
    prerequisite: str | None = None
    silence_is_refusal: bool = False
    citation: str | None = None
    time_limit: PeriodShape | None = None
    note: str | None = None

    def value(self) -> d.Complaint:
        """Return the complaint."""
        limit = self.time_limit
        plain = self.model_dump(exclude={"time_limit"})
        return d.Complaint(time_limit=limit.value() if limit else None, **plain)


class StepShape(Shape):
    """The law as it reads from one day on."""

    start: date = Field(default=d.UNKNOWN_DAY, alias="from")
    """Left out where no source gives the first day."""
    certain: bool = True
    citation: Said
    change: str | None = None
    agent: d.AgentRule = d.AgentRule.UNCLEAR
    denial_grounds: tuple[DenialGround, ...] = ()
    recipients: Said | None = None
    conditions: tuple[ConditionShape, ...] = ()
    deadlines: DeadlinesShape = DeadlinesShape()
    complaint: ComplaintShape | None = None
    rights: tuple[RightShape, ...] = ()

    def value(self) -> d.Step:
        """Return the step."""
        return d.Step(
            start=self.start,
            certain=self.certain,
            citation=self.citation,
            change=self.change,
            agent=self.agent,
            denial_grounds=self.denial_grounds,
            recipients=self.recipients,
            conditions=tuple(condition.value() for condition in self.conditions),
            deadlines=self.deadlines.value(),
            complaint=self.complaint.value() if self.complaint else None,
            rights=tuple(right.value() for right in self.rights),
        )


class BesideShape(Shape):
    """Where a law applies beside another one."""

    places: frozenset[str]
    sectors: frozenset[Sector] | None = None
    seat_outside: bool = False
    words: str | None = None


class PredecessorShape(Shape):
    """The law before this one."""

    name: str
    until: date
    record: str | None = None


class RegulatorShape(Shape):
    """Who enforces a law."""

    name: str
    url: str | None = None
    complaint_url: str | None = None
    in_letters: Said | None = None

    def value(self) -> d.Regulator:
        """Return the regulator."""
        return d.Regulator(**self.model_dump())


class ReachShape(Shape):
    """Whom the law claims without a seat in its place."""

    kind: d.Reach = d.Reach.NOT_ASKED
    test: str | None = None
    establishment_alone: bool = False
    first: date | None = Field(default=None, alias="from")


class LawShape(Shape):
    """One law file."""

    id: str = Field(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$")
    name: Said
    short_name: Said
    short_names: Mapping[OtherLanguage, Said] = {}
    citation: Said | None = None
    status: d.Status
    places: tuple[str, ...] = Field(min_length=1)
    place_dates: Mapping[str, SpanShape] = {}
    zone: str | None = None
    confidence: d.Confidence
    checked_on: date
    source_checked: str | None = None
    sources: tuple[Said, ...] = ()
    official_urls: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    pending_change: str | None = None
    notes: str | None = None
    follows_seat: bool = False
    follows_presence: bool = False
    sectors: frozenset[Sector] | None = None
    excluded_sectors: frozenset[Sector] = frozenset()
    ended: date | None = None
    details: Mapping[str, str] = {}
    reach: ReachShape = ReachShape()
    beside: tuple[BesideShape, ...] = ()
    predecessor: PredecessorShape | None = None
    regulator: RegulatorShape | None = None
    regulators: Mapping[str, RegulatorShape] = {}
    steps: tuple[StepShape, ...] = ()

    def value(self) -> d.Law:
        """Return the law."""
        dates = self.place_dates
        return d.Law(
            id=self.id,
            name=self.name,
            short_name=self.short_name,
            short_names={str(k): name for k, name in self.short_names.items()},
            citation=self.citation,
            status=self.status,
            places={p: dates[p].value() if p in dates else Span() for p in self.places},
            zone=self.zone,
            confidence=self.confidence,
            checked_on=self.checked_on,
            source_checked=self.source_checked,
            sources=self.sources,
            official_urls=self.official_urls,
            doubts=self.doubts,
            pending_change=self.pending_change,
            notes=self.notes,
            follows_seat=self.follows_seat,
            follows_presence=self.follows_presence,
            sectors=self.sectors,
            excluded_sectors=frozenset(self.excluded_sectors),
            ended=self.ended,
            details=self.details,
            reach=self.reach.kind,
            reach_test=self.reach.test,
            establishment_alone=self.reach.establishment_alone,
            reach_from=self.reach.first,
            beside=tuple(d.Beside(**b.model_dump()) for b in self.beside),
            predecessor=d.Predecessor(**self.predecessor.model_dump())
            if self.predecessor
            else None,
            regulator=self.regulator.value() if self.regulator else None,
            regulators={code: r.value() for code, r in self.regulators.items()},
            steps=tuple(step.value() for step in self.steps),
        )
