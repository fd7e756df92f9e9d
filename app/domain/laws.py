"""Laws as dated records: what they give, to whom, against whom, and by when.

A law is a chain of steps; each step restates the whole law as it reads from one day
on. Repeal is a step that gives nothing. A pending bill has no step with a day in
force, and so never grants anything.
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from app.domain.conditions import Predicate
from app.domain.dated import Span
from app.domain.facts import DataKind, DataSource
from app.domain.timeline import DenialGround

UNKNOWN_DAY = date.min
"""Stands for a first day that no source gives (contract, R8)."""


class RightKind(StrEnum):
    """What a right gives; a ground's ``right`` (contract, R3)."""

    ERASURE = "erasure"
    DELETION_INCLUDING_OBTAINED = "deletion-including-obtained-about"
    DELETION_OF_PROVIDED = "deletion-of-data-provided-by-consumer-only"
    CORRECTION = "correction-including-deletion"
    WITHDRAWAL = "withdrawal-of-consent-and-destruction"
    DE_INDEXING = "de-indexing"
    OPT_OUT = "opt-out-only"
    DESTRUCTION_DUTY = "destruction-duty"
    OBJECTION = "objection"


ERASURES = frozenset(
    {
        RightKind.ERASURE,
        RightKind.DELETION_INCLUDING_OBTAINED,
        RightKind.DELETION_OF_PROVIDED,
    }
)
"""Erasure of any kind."""


class Status(StrEnum):
    """What the record said of the law when it was compiled (contract, R8)."""

    IN_FORCE = "in-force"
    ENACTED = "enacted-not-yet-operative"
    DATE_UNCERTAIN = "enacted-operative-date-uncertain"
    REGULATIONS_AWAITED = "enacted-regulations-awaited"
    NOT_VERIFIED = "enacted-not-verified"
    PARTLY_IN_FORCE = "partly-in-force"
    DOUBTFUL = "doubtful-operation"
    PENDING_BILL = "pending-bill"
    NO_GENERAL_LAW = "no-general-law"
    COVERED_ELSEWHERE = "covered-elsewhere"
    """The answer for its places stands in other records."""


LANGUAGE_CODE = 2
"""Letters: a path of no more is a front page, at most in one language."""

ABSENT = frozenset({Status.NO_GENERAL_LAW, Status.COVERED_ELSEWHERE})
"""Not a law: a record that says that its places have none."""

PENDING = frozenset({Status.PENDING_BILL, Status.REGULATIONS_AWAITED, Status.ENACTED})
"""Pending where no first day is known: nothing is granted."""


class Confidence(StrEnum):
    """How sure the record is."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    MEMORY = "memory"
    """General knowledge that nobody checked against a source."""


class Reach(StrEnum):
    """Whether a law claims a vendor without a seat in its place (contract, R10)."""

    YES = "yes"
    LIMITED = "limited"
    UNCERTAIN = "uncertain"
    NO = "no"
    NOT_ASKED = "not-asked"
    """A law that decides by its thresholds alone."""


class AgentRule(StrEnum):
    """Whether someone else may ask for the person (contract, R5)."""

    YES = "yes"
    NO = "no"
    OPT_OUT_ONLY = "opt-out-only"
    PARENT_ONLY = "parent-only"
    UNCLEAR = "unclear"


class ProofLimit(StrEnum):
    """What limits the proof of identity that a vendor may ask for."""

    DOUBTS = "doubts"
    """It may ask for more only on reasonable doubt, and only for what settles it."""
    AVOID = "avoid"
    """It avoids asking for more than it needs, and first uses what it holds."""


class PublicData(StrEnum):
    """How a law treats data that was public already."""

    INCLUDED = "included"
    EXCLUDED = "excluded"
    EXCLUDED_UNLESS_BIOMETRIC = "excluded-unless-biometric"
    EXCLUDED_BIOMETRIC_UNCLEAR = "excluded-biometric-unclear"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True, kw_only=True)
class Contest:
    """Data, and facts, for which sources differ on what the law gives (R6)."""

    sources: frozenset[DataSource] | None
    kinds: frozenset[DataKind] | None
    when: Predicate | None
    """Facts that must hold too."""
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DataReach:
    """Which data a right is about. Left out is without a limit."""

    kinds: frozenset[DataKind] | None = None
    sources: frozenset[DataSource] | None = None
    public: PublicData = PublicData.INCLUDED
    public_reached_when: Predicate | None = None
    """Facts that bring public data back in, whatever ``public`` says."""
    contested: tuple[Contest, ...] = ()


ALL_DATA = DataReach()


class Unmet(StrEnum):
    """Why a condition of a law is not met; a reason's code."""

    BELOW_THRESHOLD = "below-threshold"
    EXEMPT = "exempt-entity"
    CAPACITY = "capacity-excluded"
    AGE = "age"
    NO_NEXUS = "no-nexus"
    NOT_A_BROKER = "not-a-data-broker"
    NOT_REGISTERED = "not-registered"
    NOT_MET = "condition-not-met"
    OPEN = "condition-open"
    OUTSIDE = "outside-its-scope"


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """Something that decides whether the law reaches this case at all."""

    reason: Unmet
    """Code of the reason that is given where it fails or is unknown."""
    needs: Predicate
    data_limit: frozenset[DataKind] | None = None
    """Where only this limb of ``needs`` holds, the right reaches these kinds alone."""
    limited: Predicate | None = None
    """The limb that reaches ``data_limit`` alone."""
    words: str | None = None
    """The condition in the record's own words."""


class Unit(StrEnum):
    """A unit in which a law counts."""

    HOURS = "hours"
    CALENDAR_DAYS = "calendar_days"
    BUSINESS_DAYS = "business_days"
    WEEKS = "weeks"
    MONTHS = "months"
    YEARS = "years"


class Purpose(StrEnum):
    """What a period is for (contract, D1)."""

    DELETION = "deletion"
    CORRECTION = "correction"
    OPT_OUT = "opt_out"


class CountedFrom(StrEnum):
    """The event that is day 0."""

    RECEIPT = "receipt"
    END_OF_FIRST_PERIOD = "end-of-first-period"
    """An extension that is stacked on the first period."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A number of days, months or hours."""

    count: int
    unit: Unit
    first_day_counts: bool = False
    """Whether the day of the event is day 1 instead of day 0."""
    clear_days: bool = False
    """Whether the last day is not counted either: receipt + n + 1."""
    month_end_runs_over: bool = False
    """Where the last month lacks the day: the first of the next, not its last day."""
    not_before: date | None = None
    """Day 0 is this day where the event came earlier."""
    since: date | None = None
    """The number exists for requests received from this day."""
    binding: bool = True
    """False where an authority only recommends it."""
    citation: str | None = None
    """The provision in which it stands."""
    promptly: bool = False
    """Whether the answer is due without undue delay, and the number is the latest."""
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Extension:
    """More time, which the vendor may give itself."""

    period: Period
    counted_from: CountedFrom = CountedFrom.RECEIPT
    """``receipt``: first period and extension are counted as one from receipt."""
    adds: bool = True
    """Whether ``period`` is added to the first one (45 + 45) or stands alone."""
    notice_within: Period | None = None
    """By when the vendor must say so, from receipt; None: by the first due day."""
    announced: bool = True
    """Whether the vendor must say so at all."""
    note: str | None = None


class Clock(StrEnum):
    """What the clock does while the vendor checks who asks (contract, D3)."""

    RUNS = "runs"
    PAUSES = "pauses"
    RESTARTS = "restarts"
    STARTS_AT_VERIFICATION = "starts-at-verification"


class RollRule(StrEnum):
    """What happens where a period ends on a day off."""

    NEXT_WORKING_DAY = "next-working-day"
    """Off a Saturday, a Sunday or a holiday."""
    NEXT_NON_HOLIDAY = "next-non-holiday"
    """Off the days that the law itself calls holidays; Saturday only if it does."""
    BUSINESS_DAYS_ONLY = "counts-business-days-only"
    UNKNOWN = "unknown"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Roll:
    """How a due date leaves a day off, and in which calendar."""

    rule: RollRule = RollRule.UNKNOWN
    calendar: str | None = None
    """A calendar of the law's own (a file in ``rulebook/holidays``) or ``US`` for the
    federal holidays; None: the place's public holidays."""
    words: str | None = None

    @property
    def names_no_days(self) -> bool:
        """Whether it speaks of holidays and does not say which days it means."""
        return self.rule is RollRule.NEXT_NON_HOLIDAY and self.calendar is None


class Reliability(StrEnum):
    """Whether the record's period may be counted (contract, D4)."""

    YES = "yes"
    CHECK = "check"
    NO = "no"
    NO_NUMBER = "no-number"


@dataclass(frozen=True, slots=True, kw_only=True)
class PartStep:
    """Something that must happen inside the period."""

    what: str
    period: Period | None
    """None where it cannot be counted from receipt."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Appeal:
    """A second look by the vendor itself."""

    response: Period | None
    extension: Period | None = None
    window: str | None = None
    """How long the person has, in the record's words."""
    then: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """Where to complain, and until when."""

    to: str
    prerequisite: str | None = None
    silence_is_refusal: bool = False
    citation: str | None = None
    """The provision that opens it."""
    time_limit: Period | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofRule:
    """What a law says of the proof that a vendor may ask for."""

    limit: ProofLimit
    citation: str
    """The provision, as a letter cites it."""
    source: str
    """Where it was read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadlines:
    """How long a vendor may take, as one step of a law has it."""

    purpose: Purpose | None = None
    acknowledge: Period | None = None
    respond: Period | None = None
    extension: Extension | None = None
    parts: tuple[PartStep, ...] = ()
    clock: Clock = Clock.RUNS
    roll: Roll = Roll()
    appeal: Appeal | None = None
    reliability: Reliability = Reliability.NO_NUMBER


@dataclass(frozen=True, slots=True, kw_only=True)
class Right:
    """One thing that a person may ask under a law."""

    kind: RightKind
    citation: str
    """Its own provision, without the name of the law."""
    words: str | None = None
    """What it gives, or on what condition, in the record's words."""
    conditions: tuple[Condition, ...] = ()
    data: DataReach = ALL_DATA
    respond: Period | None = None
    """Its own period, where it is not the step's."""
    no_period: bool = False
    """Whether the law fixes none for it, whatever the step's is."""
    extension: Extension | None = None
    purpose: Purpose | None = None
    faults: tuple[str, ...] = ()
    """For a correction: the facts of which one must be so (R1); left out, that the
    data is wrong (R3)."""
    open_fault: str | None = None
    """For a correction: one more ground, which no fact expresses."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Regulator:
    """Who enforces a law, for a place."""

    name: str
    language: str = "en"
    """Of its name."""
    url: str | None = None
    complaint_url: str | None = None
    in_letters: str | None = None
    """What a letter calls it, where that is not its name."""
    note: str | None = None
    """A remark: who else enforces it, that it is not set up yet."""

    @property
    def complaint_page(self) -> str | None:
        """Where its site takes complaints; None where only a front page is known."""
        page = (self.complaint_url or "").rstrip("/")
        path = page.partition("//")[2].partition("/")[2]
        front = len(path) <= LANGUAGE_CODE or page == (self.url or "").rstrip("/")
        return None if front else self.complaint_url


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A law as it reads from one day on."""

    start: date
    """:data:`UNKNOWN_DAY` where no source gives the first day."""
    citation: str
    certain: bool = True
    """False between two first days about which sources differ (contract, R8)."""
    rights: tuple[Right, ...] = ()
    conditions: tuple[Condition, ...] = ()
    """What decides for all its rights: thresholds, exemptions, persons."""
    deadlines: Deadlines = Deadlines()
    agent: AgentRule = AgentRule.UNCLEAR
    denial_grounds: tuple[DenialGround, ...] = ()
    recipients: str | None = None
    """The provision by which the vendor tells those to whom it gave the data."""
    proof: ProofRule | None = None
    """What limits the proof of who asks; None where our sources do not say it."""
    complaint: Complaint | None = None
    change: str | None = None
    """What changed on that day, in words."""

    @property
    def first_day(self) -> date | None:
        """The day from which it reads so; None where no source gives it."""
        return None if self.start == UNKNOWN_DAY else self.start


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """Where a law applies beside another one, and to whom (law README, decision 3)."""

    places: frozenset[str]
    sectors: frozenset[str] | None = None
    seat_outside: bool = False
    """Only for a vendor whose seat is not in that place."""
    words: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Predecessor:
    """The law before this one."""

    name: str
    until: date
    record: str | None = None
    """Its id, or None where it is known by name alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Law:
    """One statute or regulation as a dated record."""

    id: str
    name: str
    short_name: str
    short_names: Mapping[str, str] = field(default_factory=dict)
    """The same in other languages of letters."""
    status: Status
    places: Mapping[str, Span]
    """Where it applies, and from when to when."""
    beside: tuple[Beside, ...] = ()
    steps: tuple[Step, ...] = ()
    """Oldest first; empty for a bill."""
    ended: date | None = None
    """Its last day."""
    reach: Reach = Reach.NOT_ASKED
    reach_test: str | None = None
    establishment_alone: bool = False
    reach_from: date | None = None
    follows_seat: bool = False
    """Whether a seat in its place brings it to everybody (R11)."""
    follows_presence: bool = False
    """Whether it goes by where the person is, not only by where they live."""
    zone: str | None = None
    """The law reaches only this zone inside its place."""
    sectors: frozenset[str] | None = None
    """It is about these sectors alone; for others it is not even listed (R2)."""
    excluded_sectors: frozenset[str] = frozenset()
    predecessor: Predecessor | None = None
    regulator: Regulator | None
    regulator_note: str | None = None
    """Why there is no regulator to name."""
    regulators: Mapping[str, Regulator] = field(default_factory=dict)
    """By place, where each has its own."""
    citation: str | None
    """None where there is no law to cite."""
    sources: tuple[str, ...]
    official_urls: tuple[str, ...] = ()
    confidence: Confidence
    checked_by: str | None = None
    """Who held it against its sources; None: the editors of this rulebook."""
    source_checked: str | None = None
    doubts: tuple[str, ...] = ()
    """What rests on memory, or is not settled, in words."""
    checked_on: date
    pending_change: str | None = None
    notes: str | None = None
    details: Mapping[str, str] = field(default_factory=dict)
    """What bears on no decision: agents' papers, proof, fees, penalties."""
    all_places: frozenset[str] = field(init=False, repr=False, compare=False)
    """Of which it says something, on any day."""
    _place_days: tuple[date, ...] = field(init=False, repr=False, compare=False)
    """The days on which it changes where it applies."""
    _places_since: tuple[frozenset[str], ...] = field(
        init=False, repr=False, compare=False
    )
    """Where it applies from each of these on."""

    def __post_init__(self) -> None:
        found = frozenset(self.places).union(*(b.places for b in self.beside))
        object.__setattr__(self, "all_places", found)
        spans = self.places.items()
        days = {date.min}.union(*(span.changes() for span in self.places.values()))
        since = tuple(
            frozenset(code for code, span in spans if day in span)
            for day in sorted(days)
        )
        object.__setattr__(self, "_place_days", tuple(sorted(days)))
        object.__setattr__(self, "_places_since", since)

    def places_on(self, day: date) -> frozenset[str]:
        """Return where it applies on a day."""
        return self._places_since[bisect_right(self._place_days, day) - 1]

    def on(self, day: date) -> Step | None:
        """Return the law as it reads on ``day``; None before it, or after its end."""
        if self.ended is not None and day > self.ended:
            return None
        current: Step | None = None
        for step in self.steps:
            if step.start > day:
                break
            current = step
        return current

    @property
    def first_day(self) -> date | None:
        """The first day on which anything rests on it, also if uncertain."""
        return self.steps[0].first_day if self.steps else None

    @property
    def pending(self) -> bool:
        """Whether it grants nothing yet and no first day is known."""
        return not self.steps and self.status in PENDING

    def coming(self, day: date) -> bool:
        """Whether nothing rests on it yet, and something may."""
        return self.pending or (self.first_day is not None and day < self.first_day)

    @property
    def absent(self) -> bool:
        """Whether this says that its places have no law, and makes no ground (R2)."""
        return self.status in ABSENT

    def regulator_for(self, code: str) -> Regulator | None:
        """Return who enforces it in a place."""
        return self.regulators.get(code, self.regulator)

    def knows(self, ground: DenialGround, day: date) -> bool | None:
        """Return whether a refusal may rest on a ground; None where nobody can tell."""
        step = self.on(day)
        if step is None or not step.denial_grounds or ground is DenialGround.OTHER:
            return None
        return ground in step.denial_grounds

    def changes(self) -> Iterator[date]:
        """Yield the days on which what it gives may change."""
        for step in self.steps:
            yield step.start
        yield from Span(None, self.ended).changes()
        yield from self._place_days
        if self.reach_from is not None:
            yield self.reach_from


@dataclass(frozen=True, slots=True)
class LawPack:
    """Every law, and the fingerprint under which outsiders know it."""

    laws: Mapping[str, Law]
    fingerprint: str
    """``sha256:`` and 64 hexadecimal digits over the files it was read from."""
    compiled_on: date
    """Days after it are answered as the law is known today (contract, R9)."""
    _near: Mapping[str, tuple[int, ...]] = field(init=False, repr=False, compare=False)
    """Which of the laws, by number, say something of a place."""
    _numbered: tuple[Law, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        near: dict[str, list[int]] = {}
        for number, law in enumerate(self.laws.values()):
            for code in law.all_places:
                near.setdefault(code, []).append(number)
            if law.follows_seat:
                near.setdefault(_EVERYWHERE, []).append(number)
        object.__setattr__(self, "_near", {c: tuple(n) for c, n in near.items()})
        object.__setattr__(self, "_numbered", tuple(self.laws.values()))

    def near(self, area: frozenset[str]) -> dict[str, Law]:
        """Return the laws that can say anything of these places, at any time."""
        found = {n for code in (*area, _EVERYWHERE) for n in self._near.get(code, ())}
        return {law.id: law for law in (self._numbered[n] for n in sorted(found))}


_EVERYWHERE = "*"
