"""Published figures as JSON and CSV, and the words of their parts.

What is not told is null in JSON and an empty cell in CSV; nought is only told where
nothing is hidden.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from app.domain.disclosure import K, Told
from app.domain.figures import GROUNDS, Course, Figure, Quarter
from app.domain.timeline import Outcome
from app.domain.vendors import Family, Vendor
from app.words.marks import mark

COURSES: Mapping[str, str] = {
    Course.IN_TIME: mark("Answered in time"),
    Course.LATE: mark("Answered late"),
    Course.UNDATED: mark("Answered, no day set by law"),
    Course.NO_ANSWER: mark("No answer"),
    Course.PROOF_ASKED: mark("Waits for proof of identity"),
    Course.NOT_DUE: mark("Answer not due yet"),
    Course.UNDELIVERABLE: mark("Could not be delivered"),
    Course.UNSENT: mark("Not sent"),
    Course.WITHDRAWN: mark("Taken back"),
}
FAMILIES: Mapping[str, str] = {
    Family.DELETE: mark("to delete"),
    Family.KNOW_COLLECTED: mark("to know what is held"),
    Family.KNOW_SOLD: mark("to know what was sold"),
    Family.OPT_OUT: mark("to stop the sale"),
    Family.LIMIT: mark("to limit the use"),
}
"""What was asked for in the requests that a broker counts itself."""
OUTCOMES = tuple(outcome for outcome in Outcome if outcome is not Outcome.NO_ANSWER)
SHARES = {"quarter": 0.25, "median": 0.5, "three_quarters": 0.75}

FIGURE_COLUMNS = (
    "period",
    "vendor",
    "law",
    "people",
    "people_at_least",
    "not_confirmed",
    *Course,
    "other_courses",
    "answered",
    *OUTCOMES,
    "other_outcomes",
    *(f"ground:{ground}" for ground in GROUNDS),
    "other_grounds",
    *(f"days_{share}" for share in SHARES),
    *(f"dots_{course}" for course in (Course.IN_TIME, Course.LATE, Course.UNDATED)),
)
"""The columns of the figures as CSV."""
GAP_COLUMNS = ("period", "place", "vendor", "people")


def figure_document(
    quarter: Quarter, vendor: str, law: str, figure: Figure
) -> dict[str, Any]:
    """Return one figure."""
    return {
        "period": str(quarter),
        "vendor": vendor,
        "law": law,
        "people": figure.courses.whole,
        "people_at_least": people_of(figure),
        "not_confirmed": figure.unconfirmed,
        "courses": _parts(figure.courses, Course),
        "other_courses": figure.courses.rest,
        "answered": figure.answered or None,
        "outcomes": _parts(figure.outcomes, OUTCOMES),
        "other_outcomes": figure.outcomes.rest,
        "denial_grounds": _parts(figure.grounds, GROUNDS),
        "other_denial_grounds": figure.grounds.rest,
        "days": {name: figure.quantile(share) for name, share in SHARES.items()},
        "dots": {course: list(days) for course, days in figure.dots.items()},
    }


def people_of(figure: Figure) -> int:
    """Return how many people a figure rests on, at least."""
    return max(figure.courses.whole or figure.courses.at_least, K)


def _parts(told: Told[Any], parts: Iterable[str]) -> dict[str, int | None]:
    return {part: told.alone.get(part) for part in parts}


def figure_row(document: Mapping[str, Any]) -> tuple[str | int | None, ...]:
    """Return a figure's document as a row of the CSV."""
    dots = document["dots"]
    return (
        document["period"],
        document["vendor"],
        document["law"],
        document["people"],
        document["people_at_least"],
        document["not_confirmed"],
        *document["courses"].values(),
        document["other_courses"],
        document["answered"],
        *document["outcomes"].values(),
        document["other_outcomes"],
        *document["denial_grounds"].values(),
        document["other_denial_grounds"],
        *document["days"].values(),
        *(
            " ".join(map(str, dots.get(course, ())))
            for course in (Course.IN_TIME, Course.LATE, Course.UNDATED)
        ),
    )


def own_figures(vendor: Vendor, on: date) -> list[dict[str, Any]]:
    """Return what a vendor told a register about the requests that it got.

    These are the vendor's own figures, newest first; nobody checked them.
    """
    found = [
        {
            **asdict(one),
            "place": entry.place,
            "source": entry.source,
            "checked_on": entry.checked_on.isoformat(),
        }
        for entry in vendor.registrations
        if entry.span.first is None or entry.span.first <= on
        for one in entry.figures
    ]
    return sorted(found, key=lambda one: (-one["year"], one["family"]))
