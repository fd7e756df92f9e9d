"""The shape of a law file. Unknown keys are errors.

README.md beside this module shows a file and explains its words. Each model turns
itself into the domain's value.
"""

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal, Self, TypeAlias

from pydantic import AfterValidator, Field, model_validator

from app.domain import laws as d
from app.domain.dated import Span
from app.domain.facts import DataKind, DataSource, Sector
from app.domain.timeline import DenialGround
from app.rulebook.deadline_schema import DeadlinesShape, ExtensionShape, PeriodShape
from app.rulebook.predicates import SAID
from app.rulebook.shapes import Day, Link, Needs, Said, Shape, SpanShape, YesNo

OtherLanguage: TypeAlias = Literal["fr", "es", "de"]
"""A language of letters that is not that of the law files."""


def _said(fact: str) -> str:
    if fact not in SAID:
        raise ValueError(f"{fact} is no fact that is so, or not")
    return fact


Fault = Annotated[
    str, AfterValidator(_said), Field(json_schema_extra={"enum": sorted(SAID)})
]
"""A yes-or-no fact."""


class ConditionShape(Shape):
    """A condition that decides whether the law reaches a case."""

    of: ClassVar[type] = d.Condition

    reason: d.Unmet
    needs: Needs
    """What must hold."""
    limited: Needs | None = None
    data_limit: frozenset[DataKind] | None = None
    words: str | None = None

    def value(self) -> d.Condition:
        """Return the condition."""
        return d.Condition(**{k: getattr(self, k) for k in type(self).model_fields})


class ContestShape(Shape):
    """Data for which sources differ."""

    of: ClassVar[type] = d.Contest

    sources: frozenset[DataSource] | None = None
    """Data from these; left out, from anywhere."""
    kinds: frozenset[DataKind] | None = None
    """Data of these kinds; left out, of all."""
    when: Needs | None = None
    why: str
    """What sources differ about."""

    def value(self) -> d.Contest:
        """Return the contest."""
        return d.Contest(**{k: getattr(self, k) for k in type(self).model_fields})


class DataShape(Shape):
    """Which data a right is about."""

    of: ClassVar[type] = d.DataReach

    kinds: frozenset[DataKind] | None = None
    """Only these kinds of data; left out, all."""
    sources: frozenset[DataSource] | None = None
    """Only data from these; left out, from anywhere."""
    public: d.PublicData = d.PublicData.INCLUDED
    """How data that was public already is treated."""
    public_reached_when: Needs | None = None
    contested: tuple[ContestShape, ...] = ()
    """Data for which sources differ."""

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

    of: ClassVar[type] = d.Right

    kind: d.RightKind
    """What it gives."""
    citation: Said
    words: str | None = None
    conditions: tuple[ConditionShape, ...] = ()
    """What decides for this right alone."""
    data: DataShape = DataShape()
    """Which data it is about."""
    respond: PeriodShape | None = None
    no_period: YesNo = False
    extension: ExtensionShape | None = None
    """Its own extension, where it is not the step's."""
    purpose: d.Purpose | None = None
    """What its own period is for."""
    faults: tuple[Fault, ...] = ()
    open_fault: Said | None = None

    @model_validator(mode="after")
    def _faults_are_of_a_correction(self) -> Self:
        faulty = self.faults or self.open_fault
        if faulty and self.kind is not d.RightKind.CORRECTION:
            raise ValueError(f"faults belong to {d.RightKind.CORRECTION} alone")
        return self

    @model_validator(mode="after")
    def _has_a_period_or_none(self) -> Self:
        if self.no_period and (self.respond or self.extension):
            raise ValueError("a right with no_period has no respond and no extension")
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
            no_period=self.no_period,
            extension=self.extension.extension() if self.extension else None,
            purpose=self.purpose,
            faults=self.faults,
            open_fault=self.open_fault,
        )


class ProofShape(Shape):
    """What limits the proof of identity that a vendor may ask for."""

    of: ClassVar[type] = d.ProofRule

    limit: d.ProofLimit
    """What it may ask."""
    citation: Said
    source: Link

    def value(self) -> d.ProofRule:
        """Return the rule."""
        return d.ProofRule(**self.model_dump())


class ComplaintShape(Shape):
    """Where to complain."""

    of: ClassVar[type] = d.Complaint

    to: str
    """Who takes it."""
    prerequisite: str | None = None
    """What must come first."""
    silence_is_refusal: YesNo = False
    """Whether no answer in time counts as a refusal."""
    citation: str | None = None
    time_limit: PeriodShape | None = None
    """How long the person has, from the last day to answer."""
    note: str | None = None
    """A remark."""

    def value(self) -> d.Complaint:
        """Return the complaint."""
        limit = self.time_limit
        plain = self.model_dump(exclude={"time_limit"})
        return d.Complaint(time_limit=limit.value() if limit else None, **plain)


class StepShape(Shape):
    """The law as it reads from one day on."""

    of: ClassVar[type] = d.Step

    start: Day = Field(default=d.UNKNOWN_DAY, alias="from")
    """Left out where no source gives the first day."""
    certain: YesNo = True
    citation: Said
    """The provisions as they read in this step."""
    change: str | None = None
    agent: d.AgentRule = d.AgentRule.UNCLEAR
    """Whether someone else may ask for the person."""
    denial_grounds: tuple[DenialGround, ...] = ()
    """What the vendor may plead."""
    recipients: Said | None = None
    conditions: tuple[ConditionShape, ...] = ()
    deadlines: DeadlinesShape = DeadlinesShape()
    """How long the vendor may take."""
    proof: ProofShape | None = None
    complaint: ComplaintShape | None = None
    """Where to complain."""
    rights: tuple[RightShape, ...] = ()
    """What a person may ask."""
    no_rights: YesNo = False
    """Whether it is known to give a person nothing to ask for."""

    @model_validator(mode="after")
    def _has_rights_or_none(self) -> Self:
        if self.no_rights and self.rights:
            raise ValueError("a step with no_rights has no [[steps.rights]]")
        if not self.no_rights and not self.rights:
            raise ValueError(
                "a step has at least one of [[steps.rights]], or no_rights = true"
            )
        return self

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
            proof=self.proof.value() if self.proof else None,
            complaint=self.complaint.value() if self.complaint else None,
            rights=tuple(right.value() for right in self.rights),
        )


class BesideShape(Shape):
    """Where a law applies beside another one."""

    of: ClassVar[type] = d.Beside

    places: frozenset[str]
    """Where it applies next to the place's own law."""
    sectors: frozenset[Sector] | None = None
    """Only vendors of these sectors; left out, all."""
    seat_outside: YesNo = False
    words: str | None = None
    """The same in the record's words."""


class PredecessorShape(Shape):
    """The law before this one."""

    of: ClassVar[type] = d.Predecessor

    name: str
    """What it was called."""
    until: Day
    """Its last day."""
    record: str | None = None


class RegulatorShape(Shape):
    """Who enforces a law."""

    of: ClassVar[type] = d.Regulator

    name: str
    """Its name alone, in its own language where a source has it, as a letter and a
    page print it."""
    language: Annotated[str, Field(pattern="^[a-z]{2,3}$")] = "en"
    url: Link | None = None
    """Its site."""
    complaint_url: Link | None = None
    """Where it takes complaints."""
    in_letters: Said | None = None
    note: Said | None = None

    def value(self) -> d.Regulator:
        """Return the regulator."""
        return d.Regulator(**self.model_dump())


class ReachShape(Shape):
    """Whom the law claims without a seat in its place."""

    kind: d.Reach = d.Reach.NOT_ASKED
    """Whether a vendor abroad is reached."""
    test: str | None = None
    """By which test, in the record's words."""
    establishment_alone: YesNo = False
    """Whether a seat in the place is needed, and business there is not enough."""
    first: Day | None = Field(default=None, alias="from")
    """The day from which it reaches abroad; left out, from the law's first."""


class LawShape(Shape):
    """One law file."""

    of: ClassVar[type] = d.Law

    id: str = Field(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$")
    """Never changes; the file has this name."""
    name: Said
    """The full title, in the law's own language or in English."""
    short_name: Said
    """What letters and pages call it."""
    short_names: Mapping[OtherLanguage, Said] = {}
    citation: Said | None = None
    status: d.Status
    """What the record said on the day of checking; the days below decide."""
    places: tuple[str, ...] = Field(min_length=1)
    """Where it applies."""
    place_dates: Mapping[str, SpanShape] = {}
    """Days of places that came later or left."""
    zone: str | None = None
    confidence: d.Confidence
    """How sure the record is."""
    checked_on: Day
    """The day on which somebody last held it against its sources."""
    checked_by: Said | None = None
    source_checked: str | None = None
    """Whether the text itself was read: yes, partly, or how."""
    sources: tuple[Link, ...] = ()
    """What it rests on."""
    official_urls: tuple[Link, ...] = ()
    """The official text."""
    doubts: tuple[str, ...] = ()
    pending_change: str | None = None
    """What may change it."""
    notes: str | None = None
    """What else a reader must know."""
    follows_seat: YesNo = False
    follows_presence: YesNo = False
    sectors: frozenset[Sector] | None = None
    excluded_sectors: frozenset[Sector] = frozenset()
    """Sectors that it leaves out altogether."""
    ended: Day | None = None
    details: Mapping[str, str] = {}
    reach: ReachShape = ReachShape()
    """Whether vendors abroad are reached."""
    beside: tuple[BesideShape, ...] = ()
    """Places where it applies next to the place's own law."""
    predecessor: PredecessorShape | None = None
    """The law before this one."""
    regulator: RegulatorShape | None = None
    """Who enforces it."""
    regulator_note: Said | None = None
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
            checked_by=self.checked_by,
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
            regulator_note=self.regulator_note,
            regulators={code: r.value() for code, r in self.regulators.items()},
            steps=tuple(step.value() for step in self.steps),
        )
