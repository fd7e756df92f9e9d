"""The shape of a law's periods: how long a vendor may take, and how it is counted."""

from datetime import date

from pydantic import Field

from app.domain import laws as d
from app.rulebook.shapes import Shape


class PeriodShape(Shape):
    """A period as the statute counts it."""

    count: int = Field(gt=0)
    unit: d.Unit
    first_day_counts: bool = False
    clear_days: bool = False
    month_end_runs_over: bool = False
    not_before: date | None = None
    since: date | None = None
    binding: bool = True
    citation: str | None = None
    promptly: bool = False
    note: str | None = None

    def value(self) -> d.Period:
        """Return the period."""
        return d.Period(**{k: getattr(self, k) for k in PeriodShape.model_fields})


class ExtensionShape(PeriodShape):
    """More time, and how it is counted."""

    counted_from: d.CountedFrom = d.CountedFrom.RECEIPT
    adds: bool = True
    notice_within: PeriodShape | None = None

    def extension(self) -> d.Extension:
        """Return the extension."""
        return d.Extension(
            period=self.value(),
            counted_from=self.counted_from,
            adds=self.adds,
            notice_within=self.notice_within.value() if self.notice_within else None,
            note=self.note,
        )


class RollShape(Shape):
    """How a due date leaves a day off."""

    rule: d.RollRule = d.RollRule.UNKNOWN
    calendar: str | None = None
    words: str | None = None


class PartShape(Shape):
    """Something that must happen inside the period."""

    what: str
    period: PeriodShape | None = None


class AppealShape(Shape):
    """A second look by the vendor."""

    response: PeriodShape | None = None
    extension: PeriodShape | None = None
    window: str | None = None
    then: str | None = None

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

    purpose: d.Purpose | None = None
    acknowledge: PeriodShape | None = None
    respond: PeriodShape | None = None
    extension: ExtensionShape | None = None
    parts: tuple[PartShape, ...] = ()
    clock: d.Clock = d.Clock.RUNS
    roll: RollShape = RollShape()
    appeal: AppealShape | None = None
    reliability: d.Reliability = d.Reliability.NO_NUMBER

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
