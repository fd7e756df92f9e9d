"""Published figures: one release a quarter, frozen when it is made.

Nobody is in here. What tells whom to count once stands beside them.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.disclosure import Told
from app.domain.figures import Course, Figure
from app.domain.timeline import Outcome
from app.store.base import Base


class Release(Base):
    """That a quarter was counted, once for all."""

    __tablename__ = "figure_release"

    quarter: Mapped[str] = mapped_column(primary_key=True)
    """In which was asked, as ``2026-Q2``."""
    on: Mapped[date]
    """The day that it is as of, and from which it is published."""
    made_at: Mapped[datetime]
    synthetic: Mapped[bool]
    """Whether the people are those that a demonstration made up."""


class FigureRow(Base):
    """What is told of one company and law in a quarter."""

    __tablename__ = "figure"

    quarter: Mapped[str] = mapped_column(primary_key=True)
    vendor: Mapped[str] = mapped_column(primary_key=True)
    law: Mapped[str] = mapped_column(primary_key=True)
    told: Mapped[dict[str, Any]] = mapped_column(JSON)


class GapRow(Base):
    """How many people of a place asked a company without a right, in a quarter."""

    __tablename__ = "figure_gap"

    quarter: Mapped[str] = mapped_column(primary_key=True)
    place: Mapped[str] = mapped_column(primary_key=True)
    vendor: Mapped[str] = mapped_column(primary_key=True)
    people: Mapped[int]


class Repeat(Base):
    """That a forgotten mailbox had asked a company in another filing of the quarter.

    That one is counted; which it was does not stand here.
    """

    __tablename__ = "repeat"

    filing_id: Mapped[UUID] = mapped_column(ForeignKey("filing.id"), primary_key=True)
    vendor: Mapped[str] = mapped_column(primary_key=True)


def written(figure: Figure) -> dict[str, Any]:
    """Return a figure as it is stored."""
    return {
        "courses": _told(figure.courses),
        "unconfirmed": figure.unconfirmed,
        "outcomes": _told(figure.outcomes),
        "grounds": _told(figure.grounds),
        "dots": {course: list(days) for course, days in figure.dots.items()},
    }


def _told(told: Told[Any]) -> dict[str, Any]:
    return {"alone": dict(told.alone), "rest": told.rest}


def read(stored: Mapping[str, Any]) -> Figure:
    """Return a figure from how it is stored."""
    courses, outcomes, grounds = (
        stored[name] for name in ("courses", "outcomes", "grounds")
    )
    return Figure(
        Told({Course(c): n for c, n in courses["alone"].items()}, courses["rest"]),
        stored["unconfirmed"],
        Told({Outcome(o): n for o, n in outcomes["alone"].items()}, outcomes["rest"]),
        Told(grounds["alone"], grounds["rest"]),
        {Course(course): tuple(days) for course, days in stored["dots"].items()},
    )
