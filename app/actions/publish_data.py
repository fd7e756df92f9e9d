"""Write the public data set as files: tables, one database, their dictionary and sums.

The same state of things gives the same bytes, on every machine: whoever has two copies
can compare them, and whoever has the sums can check one.
"""

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Any

from app.words.csv_form import csv_text
from app.words.dataset import TABLES, Published, Row, Table

CSV = "text/csv; charset=utf-8"
DATABASE, PACKAGE, SUMS = "efface.sqlite", "datapackage.json", "SHA256SUMS"
LICENCE = {
    "name": "CC-BY-4.0",
    "title": "Creative Commons Attribution 4.0",
    "path": "https://creativecommons.org/licenses/by/4.0/",
}
FORM = 1
"""Of the tables; a column that goes or changes its meaning gives the next number."""
APPLICATION = 0x45464643
"""``EFFC``, by which programs know the database."""
VALUES = 900
"""That one statement inserts: any library takes 999 (sqlite.org/limits.html, 9)."""
SQLITE_TYPES = {"integer": "INTEGER", "boolean": "INTEGER"}
WRITTEN_BY = slice(96, 100)
"""Where a database says which library wrote it: the one thing that differs by machine
(sqlite.org/fileformat2.html, 1.3.17)."""


@dataclass(frozen=True)
class File:
    """One file of the data set."""

    name: str
    about: str
    media_type: str
    content: bytes

    @cached_property
    def sha256(self) -> str:
        """Its sum, in hexadecimal digits."""
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True, slots=True)
class Bundle:
    """The whole data set of a day."""

    version: str
    files: dict[str, File]
    """By name: tables, the database, the dictionary; the sums last."""
    rows: dict[str, int]
    """How many each table has."""


def publish_data(it: Published, *, release: str) -> Bundle:
    """Return the data set."""
    rows = {table.name: tuple(table.rows(it)) for table in TABLES}
    files = {file.name: file for file in _tables(it, rows, release)}
    package = _package(it, files, release)
    files[PACKAGE] = File(PACKAGE, "The dictionary", "application/json", package)
    sums = "".join(f"{file.sha256}  {name}\n" for name, file in files.items())
    about = "Checks all of them: sha256sum -c SHA256SUMS"
    files[SUMS] = File(SUMS, about, "text/plain; charset=utf-8", sums.encode())
    counts = {name: len(found) for name, found in rows.items()}
    return Bundle(it.version, files, counts)


def file_names() -> tuple[str, ...]:
    """Return the names of all files of the data set."""
    tables = [f"{table.name}.{form}" for table in TABLES for form in ("csv", "json")]
    return (*tables, DATABASE, PACKAGE, SUMS)


def _tables(
    it: Published, rows: dict[str, tuple[Row, ...]], release: str
) -> Iterator[File]:
    for table in TABLES:
        found, names = rows[table.name], table.names
        text = csv_text(names, found)
        yield File(f"{table.name}.csv", table.about, CSV, text.encode())
        head = {"version": it.version, "on": it.on.isoformat()}
        text = f'{_json(head)[:-1]},"rows":{_objects(names, found)}}}\n'
        yield File(f"{table.name}.json", table.about, "application/json", text.encode())
    yield File(
        DATABASE,
        "All tables in one SQLite database.",
        "application/vnd.sqlite3",
        _database(it, rows, release),
    )


def _database(it: Published, rows: dict[str, tuple[Row, ...]], release: str) -> bytes:
    """Return a database whose bytes depend on nothing but what is in it."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    try:
        connection.execute("PRAGMA page_size = 4096")
        connection.execute("PRAGMA encoding = 'UTF-8'")
        connection.execute(f"PRAGMA application_id = {APPLICATION}")
        connection.execute(f"PRAGMA user_version = {FORM}")
        connection.execute("BEGIN")
        connection.execute("CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT)")
        connection.executemany("INSERT INTO about VALUES (?, ?)", _about(it, release))
        connection.execute(
            'CREATE TABLE dictionary ("table" TEXT, "column" TEXT, type TEXT,'
            ' meaning TEXT, PRIMARY KEY ("table", "column"))'
        )
        for table in TABLES:
            for column in table.columns:
                connection.execute(
                    "INSERT INTO dictionary VALUES (?, ?, ?, ?)", (table.name, *column)
                )
            connection.execute(_created(table))
            _fill(connection, table, rows[table.name])
        connection.execute("COMMIT")
        content = bytearray(connection.serialize())
    finally:
        connection.close()
    content[WRITTEN_BY] = bytes(4)
    return bytes(content)


def _fill(connection: sqlite3.Connection, table: Table, rows: tuple[Row, ...]) -> None:
    """Insert many rows at a time: to bind each alone takes half as long again."""
    width = len(table.columns)
    into = f'INSERT INTO "{table.name}" VALUES '  # noqa: S608 - our own names
    blanks = f"({', '.join('?' * width)})"
    at_once = VALUES // width
    whole = len(rows) // at_once * at_once
    connection.executemany(
        into + ", ".join([blanks] * at_once),
        (
            tuple(chain.from_iterable(rows[n : n + at_once]))
            for n in range(0, whole, at_once)
        ),
    )
    connection.executemany(into + blanks, rows[whole:])


def _created(table: Table) -> str:
    columns = [
        f'"{name}" {SQLITE_TYPES.get(kind, "TEXT")}' for name, kind, _ in table.columns
    ]
    key = ", ".join(f'"{name}"' for name in table.key)
    # Kept by its key alone, a table is half as large, and as fast again to write.
    within = f"{', '.join(columns)}, PRIMARY KEY ({key})"
    return f'CREATE TABLE "{table.name}" ({within}) WITHOUT ROWID'


def _about(it: Published, release: str) -> list[tuple[str, str]]:
    return [
        ("name", "efface"),
        ("version", it.version),
        ("law_pack", it.pack.fingerprint),
        ("compiled_on", it.pack.compiled_on.isoformat()),
        ("directory", str(it.directory.version)),
        ("on", it.on.isoformat()),
        ("release", release),
        ("licence", LICENCE["path"]),
    ]


def _package(it: Published, files: dict[str, File], release: str) -> bytes:
    """Return the dictionary, in the form of a data package (Frictionless, version 1)."""
    resources: list[dict[str, Any]] = []
    for name, file in files.items():
        stem, _, form = name.partition(".")
        resource: dict[str, Any] = {
            "name": name.replace(".", "-").replace("_", "-"),
            "path": name,
            "description": file.about,
            "mediatype": file.media_type.partition(";")[0],
            "bytes": len(file.content),
            "hash": f"sha256:{file.sha256}",
        }
        table = next((t for t in TABLES if t.name == stem and form == "csv"), None)
        if table is not None:
            resource |= {
                "profile": "tabular-data-resource",
                "encoding": "utf-8",
                "schema": {
                    "fields": [
                        {"name": n, "type": _field_type(kind), "description": means}
                        for n, kind, means in table.columns
                    ],
                    "primaryKey": list(table.key),
                },
            }
        resources.append(resource)
    document = {
        **dict(_about(it, release)),
        "profile": "data-package",
        "title": "Efface: who can have their data deleted, where, and by which law",
        "licenses": [LICENCE],
        "note": (
            "In CSV a text that a spreadsheet would take for a formula begins with '"
        ),
        "resources": resources,
    }
    return (_json(document, indent=2) + "\n").encode()


def _field_type(kind: str) -> str:
    """Return the type as Table Schema calls it; JSON and lists are text in a cell."""
    return {"list": "string", "json": "string", "boolean": "integer"}.get(kind, kind)


def _objects(names: Sequence[str], rows: Iterable[Row]) -> str:
    """Return rows as a list of objects in JSON.

    What a large table says it says many times: each value is written once.
    """
    values = {value: _json(value) for value in set(chain.from_iterable(rows))}
    keys = (_json(name).replace("%", "%%") for name in names)
    row_form = "{" + ",".join(f"{key}:%s" for key in keys) + "}"
    written = (row_form % tuple(map(values.__getitem__, row)) for row in rows)
    return f"[{','.join(written)}]"


def _json(document: Any, indent: int | None = None) -> str:
    separators = (",", ":") if indent is None else None
    return json.dumps(
        document, ensure_ascii=False, indent=indent, separators=separators
    )
