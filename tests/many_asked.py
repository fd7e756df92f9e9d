"""Many people who asked a company, for tests of figures."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from app.actions.prepare_filing import Filed
from app.actions.release_figures import release_figures
from app.actions.set_dates import set_dates
from app.domain.timeline import Actor, DenialGround, Event, EventKind, Evidence
from app.store import people, requests
from tests.post_office import Office

SPRING = datetime(2026, 4, 20, 12, tzinfo=UTC)
"""A day of the second quarter of 2026."""
FIRST_OF_OCTOBER = datetime(2026, 10, 1, 0, 5, tzinfo=UTC)
"""When that quarter is published."""


@dataclass(frozen=True, slots=True)
class Crowd:
    """People at a portal that sends; each number is another person."""

    office: Office

    def asks(
        self,
        number: int,
        *,
        at: datetime = SPRING,
        confirms: bool = True,
        **given: Any,
    ) -> Filed:
        """File as somebody, and confirm unless told otherwise."""
        filed = self._files(number, at, given)
        if confirms:
            self.happens(filed, EventKind.CONFIRMED, at)
        return filed

    def _files(self, number: int, at: datetime, given: dict[str, Any]) -> Filed:
        resident = {"name": "A Person", "email": f"person.{number}@example.org"}
        return self.office.file(at=at, **{"resident": resident, **given})

    def gets(
        self,
        filed: Filed,
        kind: EventKind | None = EventKind.DELETED,
        *,
        days: int = 20,
        ground: DenialGround | None = None,
        at: datetime = SPRING,
    ) -> None:
        """Send a request and answer it after so many days; None is no answer."""
        self.happens(filed, EventKind.SENT, at)
        if kind is not None:
            self.happens(filed, kind, at + timedelta(days=days), ground=ground)

    def answered(
        self,
        numbers: Iterable[int],
        kind: EventKind | None = EventKind.DELETED,
        *,
        days: int = 20,
        ground: DenialGround | None = None,
        at: datetime = SPRING,
        **given: Any,
    ) -> None:
        """Let people ask, each of them with the same answer."""
        for number in numbers:
            filed = self._files(number, at, given)
            with self.office.writing() as session:
                filing = people.held(session, filed.filing)
                self._happens(session, filing, EventKind.CONFIRMED, at)
                self._happens(session, filing, EventKind.SENT, at)
                if kind is not None:
                    later = at + timedelta(days=days)
                    self._happens(session, filing, kind, later, ground)

    def publish(self, at: datetime = FIRST_OF_OCTOBER) -> int:
        """Publish what is due, as the worker does; return how many quarters."""
        return release_figures(self.office.store, self.office.post.desk, at=at)

    def happens(
        self,
        filed: Filed,
        kind: EventKind,
        at: datetime,
        *,
        ground: DenialGround | None = None,
    ) -> None:
        """Let something happen to all that somebody asked."""
        with self.office.writing() as session:
            self._happens(session, people.held(session, filed.filing), kind, at, ground)

    def _happens(
        self,
        session: Session,
        filing: people.Filing,
        kind: EventKind,
        at: datetime,
        ground: DenialGround | None = None,
    ) -> None:
        event = Event(
            kind=kind,
            at=at,
            by=Actor.STAFF,
            denial_ground=ground,
            evidence=Evidence.MAIL if kind is not EventKind.CONFIRMED else None,
        )
        desk = self.office.post.desk
        if kind is EventKind.CONFIRMED:
            filing.status = people.FilingStatus.CONFIRMED
            filing.confirmed_at = at
        for request in requests.requests_of(session, filing.id):
            requests.record(session, request, event)
            set_dates(session, desk.rulebook, desk.directory, filing, request)
