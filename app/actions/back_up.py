"""One file with every row, and back: for either engine, and without keys.

Pictures that residents gave stay out, and so does what was opened for staff: both have
the shortest life of all (security, row 26).
"""

import base64
import gzip
import json
import os
import tempfile
import uuid
import zlib
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from itertools import groupby, islice
from operator import itemgetter
from pathlib import Path
from typing import Any

from sqlalchemy import Table, func, insert, select
from sqlalchemy.orm import Session

from app.actions.one_moment import one_moment
from app.store import audit, people, requests, staff
from app.store.keys import EPOCH, Keys
from app.store.tables import TABLES

FORM = "efface backup 1"
END = "end"
BATCH = 500
DOCUMENTS = frozenset({"pdf", "eml", "json"})
"""Kinds of evidence that a backup holds; the others are pictures, or not known."""


class NotABackupError(ValueError):
    """The file is no backup of this release."""


class OtherKeysError(ValueError):
    """The keys are not those under which the backup's rows were sealed."""


def back_up(
    session: Session,
    path: Path,
    *,
    head: str,
    at: datetime,
    keys: Keys | None = None,
) -> int:
    """Write every row to one compressed file, as of one moment; count them.

    Nobody but its owner may read the file. Of the ``keys`` it holds a mark, by which
    they are known when it is put back.
    """
    one_moment(session)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    part, count = Path(name), 0
    try:
        with os.fdopen(handle, "wb") as raw:
            with gzip.open(raw, "wt", encoding="utf-8") as out:
                header = {"form": FORM, "head": head, "at": at.isoformat()}
                header |= _marked(keys) if keys else {}
                out.write(json.dumps(header) + "\n")
                for table in TABLES.sorted_tables:
                    rows = session.execute(select(table)).yield_per(BATCH)
                    for row in rows.mappings():
                        kept = _kept(table.name, dict(row))
                        values = {k: _written(v) for k, v in kept.items()}
                        out.write(json.dumps([table.name, values]) + "\n")
                        count += 1
                out.write(json.dumps([END, count]) + "\n")
            raw.flush()
            os.fsync(raw.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return count


def _kept(table: str, row: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what a backup holds of a row."""
    if table == requests.EvidenceFile.__tablename__ and row["kind"] not in DOCUMENTS:
        return {**row, **people.EMPTY}
    if table == staff.Reveal.__tablename__:
        return {**row, "answer": None}
    return row


def _marked(keys: Keys) -> dict[str, str]:
    epoch = keys.epoch.name
    return {"epoch": epoch, "keys": base64.b64encode(keys.marks(epoch)[0]).decode()}


def check_keys(path: Path, keys: Keys | None) -> None:
    """Let pass the keys that a checked backup was made with; an older one names none.

    Raises:
        OtherKeysError: If there are none, or others: nobody could open what it holds.
    """
    if keys is None:
        raise OtherKeysError("the keys are missing")
    with gzip.open(path, "rt", encoding="utf-8") as source:
        header = json.loads(next(source))
    if "keys" not in header:
        return
    epoch = str(header.get("epoch"))
    marks = keys.marks(epoch) if EPOCH.match(epoch) else ()
    if header["keys"] not in {base64.b64encode(mark).decode() for mark in marks}:
        raise OtherKeysError("the keys are not those of the backup")


def check_backup(path: Path, *, head: str) -> int:
    """Read a backup through to its end and return how many rows it holds.

    Raises:
        NotABackupError: If the file is none, is cut short, or of another release.
    """
    return sum(1 for _ in _rows(path, head))


def in_use(session: Session) -> str | None:
    """Return what of people's a database holds, so that nothing is put over it."""
    if session.scalar(select(func.count()).select_from(people.Filing)):
        return "the database holds filings"
    if session.scalar(select(func.count()).select_from(audit.AuditEntry)):
        return "the database holds an audit trail"
    return None


def restore(session: Session, path: Path, *, head: str) -> int:
    """Put every row of a backup into an empty database; count them.

    Raises:
        NotABackupError: If the file is none, is cut short, or of another release.
    """
    tables = {table.name: table for table in TABLES.sorted_tables}
    count = 0
    for name, batch in groupby(_rows(path, head), key=itemgetter(0)):
        if name not in tables:
            raise NotABackupError(f"holds {name}, which is no table of ours")
        table = tables[name]
        rows = (
            {k: _read(table, k, v) for k, v in values.items()} for _, values in batch
        )
        while some := list(islice(rows, BATCH)):
            session.execute(insert(table), some)
            count += len(some)
    return count


def _rows(path: Path, head: str) -> Iterator[tuple[str, dict[str, Any]]]:
    count = 0
    try:
        with gzip.open(path, "rt", encoding="utf-8") as source:
            _check_header(json.loads(next(source)), head)
            for line in source:
                name, values = json.loads(line)
                if name == END:
                    if values != count:
                        break
                    return
                count += 1
                yield name, values
    except FileNotFoundError:
        raise NotABackupError("there is no such file") from None
    except gzip.BadGzipFile:
        raise NotABackupError("is no backup") from None
    except (OSError, EOFError, zlib.error):
        raise NotABackupError("cannot be read, or is cut short") from None
    except (ValueError, TypeError, StopIteration) as wrong:
        if isinstance(wrong, NotABackupError):
            raise
        raise NotABackupError("is no backup") from None
    raise NotABackupError("is cut short")


def _check_header(header: Any, head: str) -> None:
    if not isinstance(header, dict) or header.get("form") != FORM:
        raise NotABackupError("is no backup")
    if header.get("head") != head:
        raise NotABackupError("is a backup of another release")


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
