"""One file with every row, and back: for either engine, and without keys."""

import base64
import gzip
import json
import uuid
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Table, func, insert, select
from sqlalchemy.orm import Session

from app.store import audit, limits, outbox, people, requests, staff, vendors
from app.store.base import Base

FORM = "efface backup 1"
TABLES_OF = (audit, limits, outbox, people, requests, staff, vendors)
BATCH = 500


class NotABackupError(ValueError):
    """The file is no backup of this release."""


class HoldsFilingsError(ValueError):
    """The database is in use; a backup is never put over filings."""


def back_up(session: Session, path: Path, *, head: str, at: datetime) -> int:
    """Write every row to one compressed file, in one transaction's view; count them."""
    part = path.with_name(f"{path.name}.part")
    count = 0
    with gzip.open(part, "wt", encoding="utf-8") as out:
        header = {"form": FORM, "head": head, "at": at.isoformat()}
        out.write(json.dumps(header) + "\n")
        for table in Base.metadata.sorted_tables:
            for row in session.execute(select(table)).mappings():
                values = {k: _written(v) for k, v in row.items()}
                out.write(json.dumps([table.name, values]) + "\n")
                count += 1
    part.replace(path)
    return count


def restore(session: Session, path: Path, *, head: str) -> int:
    """Put every row of a backup into an empty database; count them.

    Raises:
        NotABackupError: If the file is none, or of another release's form.
        HoldsFilingsError: If the database holds filings.
    """
    if session.scalar(select(func.count()).select_from(people.Filing)):
        raise HoldsFilingsError("the database holds filings")
    tables = {table.name: table for table in Base.metadata.sorted_tables}
    count = 0
    for name, values in _rows(path, head):
        table = tables[name]
        read = {k: _read(table, k, v) for k, v in values.items()}
        if _there(session, table, read):
            continue
        session.execute(insert(table), read)
        count += 1
    return count


def _there(session: Session, table: Table, row: dict[str, Any]) -> bool:
    """Return whether a row stands already, as the bundled vendors do."""
    keys = [column == row[column.name] for column in table.primary_key]
    return bool(session.scalar(select(func.count()).select_from(table).where(*keys)))


def _rows(path: Path, head: str) -> Iterator[tuple[str, dict[str, Any]]]:
    try:
        with gzip.open(path, "rt", encoding="utf-8") as source:
            header = json.loads(next(source))
            if header.get("form") != FORM or header.get("head") != head:
                raise NotABackupError("not a backup of this release")
            for line in source:
                name, values = json.loads(line)
                yield name, values
    except (OSError, EOFError, ValueError, StopIteration) as wrong:
        if isinstance(wrong, NotABackupError):
            raise
        raise NotABackupError("cannot be read as a backup") from None


def _written(value: Any) -> Any:
    match value:
        case bytes():
            return {"b": base64.b64encode(value).decode()}
        case datetime() | date():
            return {"d": value.isoformat()}
        case uuid.UUID():
            return {"u": str(value)}
        case dict():
            return {"j": value}
        case _:
            return value


def _read(table: Table, column: str, value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    match next(iter(value.items())):
        case ("b", text):
            return base64.b64decode(text)
        case ("u", text):
            return uuid.UUID(text)
        case ("j", document):
            return document
        case ("d", text):
            moment = "T" in text
            return (datetime if moment else date).fromisoformat(text)
        case _:
            raise NotABackupError(f"{table.name}.{column} cannot be read")
