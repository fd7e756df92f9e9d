"""Publish the figures of a quarter, once: on the first day of the one after the next."""

from collections.abc import Callable, Iterator
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from app.actions.count_figures import Counts, count_figures
from app.actions.count_once import begun_on
from app.actions.demonstrate import is_made_up
from app.actions.desk import Desk
from app.domain.figures import Quarter, figures_of
from app.domain.gaps import gaps_of
from app.store import people, watches
from app.store.figures import FigureRow, GapRow, Release, written
from app.store.session import Store


def to_release(session: Session, *, at: datetime) -> list[Quarter]:
    """Return the quarters whose day has come and that were not counted yet."""
    filing, watch = people.Filing.id, watches.Watch.id
    waits = watches.Watch.told.is_not(None), watches.Watch.vendor != watches.ANY
    came = [
        session.scalar(select(filing).order_by(filing).limit(1)),
        session.scalar(select(watch).where(*waits).order_by(watch).limit(1)),
    ]
    begun = [begun_on(first) for first in came if first is not None]
    if not begun:
        return []
    done = set(session.scalars(select(Release.quarter)))
    return [q for q in _past(Quarter.of(min(begun)), at) if str(q) not in done]


def _past(quarter: Quarter, at: datetime) -> Iterator[Quarter]:
    while quarter.published_on <= at.date():
        yield quarter
        quarter = quarter.later(1)


def release_figures(
    store: Store,
    desk: Desk,
    *,
    at: datetime,
    may_go_on: Callable[[], bool] = lambda: True,
) -> int:
    """Count and publish what is due; return how many quarters that were."""
    with store.reading() as session:
        due = to_release(session, at=at)
    done = 0
    for quarter in due:
        counts = count_figures(store, desk, quarter, may_go_on=may_go_on)
        if counts is None:
            break
        with store.writing() as session:
            done += publish(session, quarter, counts, at=at)
    return done


def publish(
    session: Session, quarter: Quarter, counts: Counts, *, at: datetime
) -> bool:
    """Freeze what may be told of a quarter; False where it stands already."""
    if session.get(Release, str(quarter)) is not None:
        return False
    of = {"quarter": str(quarter)}
    made_up = bool(is_made_up(session))
    session.execute(
        insert(Release.__table__),
        {**of, "on": quarter.published_on, "made_at": at, "synthetic": made_up},
    )
    figures = [
        {**of, "vendor": vendor, "law": law, "told": written(figure)}
        for (vendor, law), figure in figures_of(counts.tallies).items()
    ]
    gaps = [
        {**of, "place": place, "vendor": vendor, "people": people_}
        for (place, vendor), people_ in gaps_of(counts.gaps).items()
    ]
    if figures:
        session.execute(insert(FigureRow.__table__), figures)
    if gaps:
        session.execute(insert(GapRow.__table__), gaps)
    return True
