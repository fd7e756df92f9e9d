"""What every table shares."""

import secrets
import threading
from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID

from sqlalchemy import (
    DateTime,
    Dialect,
    Enum,
    Insert,
    MetaData,
    Table,
    bindparam,
    insert,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.sql.dml import ReturningInsert
from sqlalchemy.types import TypeDecorator


class Moment(TypeDecorator[datetime]):
    """A moment in UTC. SQLite forgets the zone, so it is given back on the way out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(
        self,
        value: datetime | None,
        dialect: Dialect,  # noqa: ARG002
    ) -> datetime | None:
        """Refuse a moment without a zone; store UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone")
        return value.astimezone(UTC)

    def process_result_value(
        self,
        value: datetime | None,
        dialect: Dialect,  # noqa: ARG002
    ) -> datetime | None:
        """Return the moment in UTC on both engines."""
        if value is None:
            return None
        return (
            value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
        )


class Base(DeclarativeBase):
    """Every table."""

    if TYPE_CHECKING:
        __table__: ClassVar[Table]  # not FromClause: Core inserts want a table

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: Moment(),
        # The values, not the names, and a plain column: a new member needs no DDL.
        StrEnum: Enum(
            StrEnum,
            native_enum=False,
            create_constraint=False,
            length=40,
            values_callable=lambda enum: [member.value for member in enum],
        ),
    }


class _Last:
    milliseconds = -1
    step = 0


_last = _Last()
_one_at_a_time = threading.Lock()


def new_id(at: datetime) -> UUID:
    """Return a UUIDv7 for ``at``, so that new rows land at the right edge.

    Ids that a process makes for one moment, one after another, are in that order.
    Source: RFC 9562, section 6.2, method 1, with a counter of 42 bits.
    """
    milliseconds = int(at.timestamp() * 1000)
    with _one_at_a_time:
        if milliseconds == _last.milliseconds:
            _last.step += 1
        else:
            _last.milliseconds, _last.step = milliseconds, secrets.randbits(41)
        step = _last.step
    high, low = divmod(step, 1 << 30)
    return UUID(
        int=milliseconds << 80
        | 0x7 << 76
        | high << 64
        | 0x2 << 62
        | low << 32
        | secrets.randbits(32)
    )


def insert_once(session: Session, table: Table, values: Mapping[str, object]) -> None:
    """Insert a row unless its key is taken, also by somebody at this very moment."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(postgresql.insert(table).on_conflict_do_nothing(), dict(values))
    else:
        session.execute(sqlite.insert(table).on_conflict_do_nothing(), dict(values))


def take_place(
    session: Session,
    table: Table,
    values: Mapping[str, object],
    *,
    over: str,
    at: datetime,
) -> bool:
    """Insert a row, or put it over the one whose time is past; else return False.

    ``over`` names the column with the moment until which a row keeps its key. A row
    that keeps it is held against other writers until the commit.
    """
    connection = session.connection()
    statement = _taking(table, over, connection.dialect.name)
    given = {f"new_{name}": value for name, value in values.items()}
    return connection.execute(statement, {**given, "at": at}).first() is not None


@cache
def _taking(table: Table, over: str, dialect: str) -> ReturningInsert[tuple[Any, ...]]:
    made = (postgresql if dialect == "postgresql" else sqlite).insert(table)
    made = made.values(
        {c.name: bindparam(f"new_{c.name}", type_=c.type) for c in table.c}
    )
    taking: ReturningInsert[tuple[Any, ...]] = made.on_conflict_do_update(
        index_elements=list(table.primary_key),
        set_={c.name: made.excluded[c.name] for c in table.c if not c.primary_key},
        where=table.c[over] <= bindparam("at", type_=table.c[over].type),
    ).returning(*table.primary_key)
    return taking


def insert_together(
    session: Session, *rows: tuple[Table, Mapping[str, object]]
) -> None:
    """Insert rows that belong together, parents first.

    PostgreSQL takes them in one statement: a round trip costs as much as a row. Every
    column must be given.
    """
    # Below the session, which would look at each statement for objects to keep.
    connection = session.connection()
    if connection.dialect.name != "postgresql":
        for table, values in rows:
            connection.execute(_alone(table), dict(values))
        return
    statement = _together(tuple(table for table, _ in rows))
    connection.execute(
        statement,
        {
            f"{place}_{name}": value
            for place, (_, values) in enumerate(rows)
            for name, value in values.items()
        },
    )


@cache
def _alone(table: Table) -> Insert:
    """Return the statement, made once: making it costs as much as running it."""
    return insert(table)


@cache
def _together(tables: tuple[Table, ...]) -> Insert:
    *first, last = (
        insert(table).values(
            {c.name: bindparam(f"{place}_{c.name}", type_=c.type) for c in table.c}
        )
        for place, table in enumerate(tables)
    )
    return last.add_cte(*(part.cte(f"row_{n}") for n, part in enumerate(first)))
