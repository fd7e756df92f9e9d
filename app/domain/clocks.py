"""What the clock does while the vendor checks who asks (contract, D3 and D7)."""

from datetime import UTC, datetime, time, timedelta, tzinfo

from app.domain.counting import Counter, Plain
from app.domain.due_dates import Day, Moments, day_of
from app.domain.laws import Clock, Period, Unit


def day_zero(
    received: Day, respond: Period, counter: Counter, since: Moments, zone: tzinfo
) -> tuple[Day, bool]:
    """Return day 0 of the answer, and whether it is known (D3)."""

    def when(day: Day) -> datetime:
        return moment(day, zone)

    start, sure = received, True
    match counter.deadlines.clock:
        case Clock.RESTARTS if since.identity_given is not None:
            start = max(received, since.identity_given, key=when)
            counter.note("starts-again", start)
        case Clock.RESTARTS if since.identity_asked is not None:
            counter.note("waits-for-identity", since.identity_asked)
            sure = False
        case Clock.STARTS_AT_VERIFICATION if since.authenticated is not None:
            start = max(received, since.authenticated, key=when)
            counter.note("verified", start)
        case Clock.STARTS_AT_VERIFICATION:
            counter.note("waits-for-verification")
            sure = False
        case Clock.RUNS if since.identity_asked is not None:
            counter.note("runs-on", since.identity_asked)
    if respond.not_before is not None and day_of(start) < respond.not_before:
        start = respond.not_before
        counter.note("not-before", start)
    return start, sure


def moment(start: Day, zone: tzinfo) -> datetime:
    """Return the moment from which hours run; a plain day counts from its end (D7)."""
    if isinstance(start, datetime):
        return start
    after = datetime.combine(start + timedelta(days=1), time(), zone)
    return after.astimezone(UTC)


def pause(plain: Plain, counter: Counter, since: Moments) -> tuple[int, bool]:
    """Return by how many days a pause moves the dates, and whether it is over (D3)."""
    asked, given = since.identity_asked, since.identity_given
    if counter.deadlines.clock is not Clock.PAUSES or asked is None:
        return 0, True
    if asked > day_of(counter.roll(plain.day)):
        counter.note("asked-too-late", asked)  # a period that has ended cannot pause
        return 0, True
    if given is None:
        counter.note("waits-for-identity", asked)
        return 0, False
    days = max((given - asked).days, 0)
    counter.note("paused", asked, count=days, unit=Unit.CALENDAR_DAYS, to=given)
    return days, True
