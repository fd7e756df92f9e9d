"""Read what was published; nothing is counted here."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.domain.figures import NO_LAW, SEVERAL, Figure, Quarter
from app.store.figures import FigureRow, GapRow, Release, read
from app.words.dataset import Frozen
from app.words.figures import figure_document, figure_row


@dataclass(frozen=True, slots=True)
class Released:
    """A quarter that was counted."""

    quarter: Quarter
    on: date
    synthetic: bool


@dataclass(frozen=True, slots=True)
class PublishedFigure:
    """What was told of one company and law in a quarter."""

    quarter: Quarter
    vendor: str
    law: str
    """Its id, or ``NO_LAW``, or ``SEVERAL``."""
    figure: Figure
    synthetic: bool = False
    """Whether the people are those that a demonstration made up."""


@dataclass(frozen=True, slots=True)
class PublishedGap:
    """How many people of a place asked a company, or wait, without a right."""

    quarter: Quarter
    place: str
    vendor: str
    """Its slug, or ``SEVERAL``."""
    people: int


@dataclass(frozen=True, slots=True)
class Choice:
    """What a reader wants to see; empty is everything, and the newest quarter."""

    vendor: str = ""
    law: str = ""
    place: str = ""
    period: Quarter | None = None
    every: bool = False
    """Whether all quarters are wanted."""


@dataclass(frozen=True, slots=True)
class Published:
    """What was published by a day, the newest quarter first."""

    releases: tuple[Released, ...]
    quarter: Quarter | None
    """The one that is shown; None for all of them, or where there is none."""
    vendors: tuple[str, ...]
    """Companies of which there is something in any quarter."""
    laws: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    figures: tuple[PublishedFigure, ...] = ()
    gaps: tuple[PublishedGap, ...] = ()


def releases(session: Session, on: date) -> tuple[Released, ...]:
    """Return the quarters that were published by a day, the newest first."""
    rows = session.scalars(
        select(Release).where(Release.on <= on).order_by(Release.quarter.desc())
    )
    return tuple(Released(Quarter.read(r.quarter), r.on, r.synthetic) for r in rows)


def published_figures(
    session: Session, on: date, *, quarter: Quarter | None = None, vendor: str = ""
) -> tuple[PublishedFigure, ...]:
    """Return the figures that were published by a day, of one quarter or company if asked."""
    row = FigureRow
    found = (
        select(row.quarter, row.vendor, row.law, row.told, Release.synthetic)
        .join(Release, Release.quarter == row.quarter)
        .where(Release.on <= on)
        .order_by(row.quarter.desc(), row.vendor, row.law)
    )
    if quarter is not None:
        found = found.where(row.quarter == str(quarter))
    if vendor:
        found = found.where(row.vendor == vendor)
    rows = [
        PublishedFigure(Quarter.read(of), slug, law, read(told), synthetic)
        for of, slug, law, told, synthetic in session.execute(found)
    ]
    rows.sort(key=lambda one: one.law in {SEVERAL, NO_LAW})
    rows.sort(key=lambda one: one.vendor)
    rows.sort(key=lambda one: one.quarter, reverse=True)
    return tuple(rows)


def newest_figures(
    session: Session, on: date, vendor: str
) -> tuple[PublishedFigure, ...]:
    """Return a company's figures of the newest quarter that has any."""
    found = published_figures(session, on, vendor=vendor)
    return tuple(one for one in found if one.quarter == found[0].quarter)


def published_gaps(
    session: Session, on: date, *, quarter: Quarter | None = None
) -> tuple[PublishedGap, ...]:
    """Return the gaps that were published by a day, the most people first."""
    row = GapRow
    found = (
        select(row.quarter, row.place, row.vendor, row.people)
        .join(Release, Release.quarter == row.quarter)
        .where(Release.on <= on)
        .order_by(row.quarter.desc(), row.people.desc(), row.place, row.vendor)
    )
    if quarter is not None:
        found = found.where(row.quarter == str(quarter))
    return tuple(
        PublishedGap(Quarter.read(of), place, slug, people)
        for of, place, slug, people in session.execute(found)
    )


def read_frozen(session: Session, on: date) -> Frozen:
    """Return all that was released by a day, for the public data set."""
    found = releases(session, on)
    if not found:
        return Frozen()
    made_up = {one.quarter: int(one.synthetic) for one in found}
    figures = sorted(
        published_figures(session, on), key=lambda f: (str(f.quarter), f.vendor, f.law)
    )
    gaps = sorted(
        published_gaps(session, on), key=lambda g: (str(g.quarter), g.place, g.vendor)
    )
    return Frozen(
        str(found[0].quarter),
        tuple(
            (
                *figure_row(figure_document(f.quarter, f.vendor, f.law, f.figure)),
                made_up[f.quarter],
            )
            for f in figures
        ),
        tuple(
            (str(g.quarter), g.place, g.vendor, g.people, made_up[g.quarter])
            for g in gaps
        ),
    )


def read_published(session: Session, on: date, choice: Choice) -> Published:
    """Return the figures of a choice that were published by a day."""
    found = releases(session, on)
    quarter = _shown(found, choice)
    figures = published_figures(session, on, quarter=quarter, vendor=choice.vendor)
    return Published(
        found,
        quarter,
        vendors=_all(session, FigureRow.vendor, FigureRow.quarter, on),
        laws=_all(session, FigureRow.law, FigureRow.quarter, on),
        figures=tuple(one for one in figures if choice.law in ("", one.law)),
    )


def read_published_gaps(session: Session, on: date, choice: Choice) -> Published:
    """Return the gaps of a choice that were published by a day."""
    found = releases(session, on)
    quarter = _shown(found, choice)
    return Published(
        found,
        quarter,
        vendors=_all(session, GapRow.vendor, GapRow.quarter, on),
        places=_all(session, GapRow.place, GapRow.quarter, on),
        gaps=tuple(
            one
            for one in published_gaps(session, on, quarter=quarter)
            if choice.vendor in ("", one.vendor) and choice.place in ("", one.place)
        ),
    )


def _shown(found: tuple[Released, ...], choice: Choice) -> Quarter | None:
    if choice.every or choice.period is not None or not found:
        return choice.period
    return found[0].quarter


def _all(
    session: Session,
    column: InstrumentedAttribute[str],
    quarter: InstrumentedAttribute[str],
    on: date,
) -> tuple[str, ...]:
    found = (
        select(column)
        .join(Release, Release.quarter == quarter)
        .where(Release.on <= on)
        .distinct()
        .order_by(column)
    )
    return tuple(session.scalars(found))
