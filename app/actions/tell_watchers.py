"""Look at what is watched, and mail once for each change.

What is watched is looked at place by place, whoever watches it: when a law or a promise
may have changed, or the rules or the directory are others.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from itertools import chain
from uuid import UUID

from sqlalchemy import ColumnElement, insert, or_, select
from sqlalchemy.orm import Session

from app.actions.desk import Desk
from app.actions.mail_out import mail_row
from app.domain.coverage import cover
from app.domain.eligibility import laws_of
from app.domain.grounds import Verdict
from app.domain.vendors import Vendor
from app.store import watches
from app.store.outbox import Message, MessageKind
from app.store.watches import ANY, HEADS, Watch, Watched

AT_ONCE = 200
"""Mails a minute at most, so that no news keeps a code from leaving."""
GIVES = frozenset({Verdict.ELIGIBLE, Verdict.OFFERED})


def verdicts_of(
    desk: Desk, residence: str, vendor: str, on: date
) -> dict[str, Verdict]:
    """Return the answer for a place, by vendor: of one that is named, or of each."""
    asked = _vendors(desk, [vendor])
    return _verdicts(desk, residence, asked, on)


def scope_row(desk: Desk, residence: str, vendor: str, on: date) -> dict[str, object]:
    """Return the row of what begins to be watched on a day."""
    return {
        "residence": residence,
        "vendor": vendor,
        "verdicts": verdicts_of(desk, residence, vendor, on),
        "changed": {},
        "changed_on": None,
        "change": 0,
        "untold": False,
        "look_on": _look_on(desk, residence, vendor, on),
        "looked_by": _standpoint(desk),
    }


def _standpoint(desk: Desk) -> str:
    return f"{desk.rulebook.pack.fingerprint} {desk.directory.version}"


def _vendors(desk: Desk, named: Iterable[str]) -> tuple[Vendor, ...]:
    every, named = desk.directory.vendors, set(named)
    if ANY in named:
        named |= every.keys()
    # Who watches a double is told of the vendor that it turned out to be.
    now = {slug: desk.directory.stands_for(slug) for slug in sorted(named)}
    return tuple(
        replace(every[one], slug=slug) for slug, one in now.items() if one in every
    )


def _verdicts(
    desk: Desk, residence: str, vendors: tuple[Vendor, ...], on: date
) -> dict[str, Verdict]:
    places, laws = desk.rulebook.places, desk.rulebook.pack.laws
    if residence not in places or not vendors:
        return {}
    here = laws_of(residence, laws, places)
    table = cover(vendors, on, here, places, [places[residence]])
    return {v.slug: table[v.slug, residence].verdict for v in vendors}


def _look_on(desk: Desk, residence: str, vendor: str, on: date) -> date | None:
    """Return the next day on which the answer may be another."""
    places, laws = desk.rulebook.places, desk.rulebook.pack.laws
    if residence not in places:
        return None
    here = laws_of(residence, laws, places).values()
    days = chain(
        *(law.changes() for law in here),
        *(vendor.changes() for vendor in _vendors(desk, [vendor])),
    )
    return min((day for day in days if day > on), default=None)


def to_look(session: Session, *, desk: Desk, at: datetime) -> list[str]:
    """Return places of which something watched has to be looked at."""
    due = _due(desk, at.date())
    found = select(Watched.residence).where(due).distinct().order_by(Watched.residence)
    return list(session.scalars(found))


def _due(desk: Desk, on: date) -> ColumnElement[bool]:
    return or_(Watched.look_on <= on, Watched.looked_by != _standpoint(desk))


def look(session: Session, residence: str, *, desk: Desk, at: datetime) -> bool:
    """Look at all that is watched of one place; return whether there was anything.

    What somebody was not told of yet waits: two changes are two mails.
    """
    on = at.date()
    due = session.scalars(
        select(Watched)
        .where(Watched.residence == residence, _due(desk, on))
        .order_by(Watched.vendor)
        .with_for_update()
    ).all()
    free = [s for s in due if not (s.untold and watches.untold(session, s))]
    asked = _vendors(desk, (scope.vendor for scope in free))
    answers = _verdicts(desk, residence, asked, on)
    for scope in free:
        theirs = desk.directory.vendors if scope.vendor == ANY else {scope.vendor}
        mine = {s: v for s, v in answers.items() if s in theirs}
        _write_down(session, scope, mine, on)
        scope.look_on = _look_on(desk, residence, scope.vendor, on)
        scope.looked_by = _standpoint(desk)
    return bool(free)


def _write_down(
    session: Session, scope: Watched, now: dict[str, Verdict], on: date
) -> None:
    """Keep what the answer is now; a vendor that came or went is no change."""
    before = scope.verdicts
    changed = {
        slug: before[slug]
        for slug, verdict in now.items()
        if before.get(slug, verdict) != verdict
    }
    scope.untold = False
    scope.verdicts = before | now
    if changed:
        scope.changed, scope.changed_on = changed, on
        scope.change += 1
        scope.untold = watches.untold(session, scope)


def to_tell(session: Session, *, at: datetime) -> list[UUID]:  # noqa: ARG001
    """Return watches that have not been told of the last change."""
    return list(
        session.scalars(
            select(Watch.id)
            .join(
                Watched,
                (Watched.residence == Watch.residence)
                & (Watched.vendor == Watch.vendor),
            )
            .where(Watched.untold, Watch.told < Watched.change)
            .order_by(Watch.id)
            .limit(AT_ONCE)
        )
    )


def tell(session: Session, watch_id: UUID, *, desk: Desk, at: datetime) -> bool:
    """Queue the mail about one change; return whether there was one to queue."""
    watch = session.get(Watch, watch_id, with_for_update=True)
    if watch is None or watch.told is None:
        return False
    scope = session.get_one(Watched, (watch.residence, watch.vendor))
    if watch.told >= scope.change:
        return False
    came = any(
        Verdict(scope.verdicts[slug]) in GIVES and Verdict(before) not in GIVES
        for slug, before in scope.changed.items()
    )
    kind = MessageKind.WATCH_RIGHT if came else MessageKind.WATCH_CHANGED
    mail = mail_row(
        desk,
        watch.id,
        MessageKind.WATCH_HEAD if watch.residence == HEADS else kind,
        dedupe=f"change {scope.change}",
        at=at,
    )
    session.execute(insert(Message.__table__), mail)
    watch.told = scope.change
    return True
