"""The shape of a law's periods: how long a vendor may take, and how it is counted."""

from typing import ClassVar, Self

from pydantic import Field, model_validator

from app.domain import laws as d
from app.rulebook.shapes import Count, Day, Shape, YesNo

LONGEST = 3660
"""No law counts further, in whatever unit."""


class PeriodShape(Shape):
    """A period as the statute counts it."""

    of: ClassVar[type] = d.Period

    count: Count = Field(gt=0, le=LONGEST)
    """How many."""
    unit: d.Unit
    """Of what."""
    first_day_counts: YesNo = False
    clear_days: YesNo = False
    month_end_runs_over: YesNo = False
    not_before: Day | None = None
    since: Day | None = None
    binding: YesNo = True
    citation: str | None = None
    promptly: YesNo = False
    note: str | None = None
    """A remark."""

    def value(self) -> d.Period:
        """Return the period."""
        return d.Period(**{k: getattr(self, k) for k in PeriodShape.model_fields})


class ExtensionShape(PeriodShape):
    """More time, and how it is counted."""

    of: ClassVar[type] = d.Extension

    counted_from: d.CountedFrom = d.CountedFrom.RECEIPT
    adds: YesNo = True
    notice_within: PeriodShape | None = None
    announced: YesNo = True

    @model_validator(mode="after")
    def _says_when_it_is_announced(self) -> Self:
        if self.notice_within is not None and not self.announced:
            raise ValueError("notice_within says when it is announced: leave one out")
        return self

    def extension(self) -> d.Extension:
        """Return the extension."""
        return d.Extension(
            period=self.value(),
            counted_from=self.counted_from,
            adds=self.adds,
            notice_within=self.notice_within.value() if self.notice_within else None,
            announced=self.announced,
            note=self.note,
        )


class RollShape(Shape):
    """How a due date leaves a day off."""

    of: ClassVar[type] = d.Roll

    rule: d.RollRule = d.RollRule.UNKNOWN
    """How it leaves a day off."""
    calendar: str | None = None
    words: str | None = None
    """The rule in the record's words."""


class PartShape(Shape):
    """Something that must happen inside the period."""

    of: ClassVar[type] = d.PartStep

    what: str
    """What must happen."""
    period: PeriodShape | None = None


class AppealShape(Shape):
    """A second look by the vendor."""

    of: ClassVar[type] = d.Appeal

    response: PeriodShape | None = None
    """By when the vendor must decide."""
    extension: PeriodShape | None = None
    """More time for that."""
    window: str | None = None
    then: str | None = None
    """What follows where it refuses again."""

    def value(self) -> d.Appeal:
        """Return the appeal."""
        return d.Appeal(
            response=self.response.value() if self.response else None,
            extension=self.extension.value() if self.extension else None,
            window=self.window,
            then=self.then,
        )


class DeadlinesShape(Shape):
    """How long the vendor may take."""

    of: ClassVar[type] = d.Deadlines

    purpose: d.Purpose | None = None
    """What the period is for."""
    acknowledge: PeriodShape | None = None
    """By when receipt must be confirmed."""
    respond: PeriodShape | None = None
    """By when the answer is due."""
    extension: ExtensionShape | None = None
    """More time for the answer."""
    parts: tuple[PartShape, ...] = ()
    """What must happen inside the period."""
    clock: d.Clock = d.Clock.RUNS
    """What the clock does while the vendor checks who asks."""
    roll: RollShape = RollShape()
    """What happens on a day off."""
    appeal: AppealShape | None = None
    """A second look by the vendor."""
    reliability: d.Reliability = d.Reliability.NO_NUMBER
    """Whether the period may be counted: yes; check: confirm first; no; no-number: the
    law fixes none."""

    def value(self) -> d.Deadlines:
        """Return the deadlines."""
        return d.Deadlines(
            purpose=self.purpose,
            acknowledge=self.acknowledge.value() if self.acknowledge else None,
            respond=self.respond.value() if self.respond else None,
            extension=self.extension.extension() if self.extension else None,
            parts=tuple(
                d.PartStep(what=p.what, period=p.period.value() if p.period else None)
                for p in self.parts
            ),
            clock=self.clock,
            roll=d.Roll(**self.roll.model_dump()),
            appeal=self.appeal.value() if self.appeal else None,
            reliability=self.reliability,
        )
