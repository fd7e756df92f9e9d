"""The public data set: the same bytes each time, and nothing that is not public."""

import csv
import hashlib
import io
import json
import sqlite3
from datetime import date

import pytest
from sqlalchemy import event

from app.actions.publish_data import DATABASE, PACKAGE, SUMS, Bundle, publish_data
from app.actions.read_directory import read_directory
from app.actions.read_editions import read_editions
from app.rulebook.load import load_rulebook
from app.store.base import Base
from app.store.session import Store
from app.web.chronicles import Chronicles
from app.web.tables import whole_table
from app.words.dataset import TABLES, Frozen, Published, Row
from tests.conftest import NOON

RULEBOOK = load_rulebook()
DAY = NOON.date()
PUBLIC = {
    "directory_version",
    "offer",
    "registration",
    "residency_refusal",
    "route",
    "vendor",
    "vendor_fact",
    "vendor_order",
}
"""Tables of the database that may feed it."""


def a_row(name: str) -> Row:
    """A row of a table in which each cell has a value of its kind."""
    (table,) = (one for one in TABLES if one.name == name)
    return tuple(
        10 if kind in {"integer", "boolean"} else of for of, kind, _ in table.columns
    )


FROZEN = Frozen("2026-Q1", (a_row("figures"),), (a_row("gaps"),))


def state(store: Store, on: date = DAY) -> Published:
    with store.reading() as session:
        directory, edited = read_directory(session), read_editions(session)
    table = whole_table(directory, RULEBOOK, on)
    told = Chronicles().tell(edited, directory, RULEBOOK)
    return Published(RULEBOOK.pack, RULEBOOK.places, directory, table, told, FROZEN)


@pytest.fixture
def bundle(one_engine: Store) -> Bundle:
    """The data set of noon's day."""
    return publish_data(state(one_engine), release="1")


def opened(bundle: Bundle) -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:")
    connection.deserialize(bundle.files[DATABASE].content)
    return connection


def test_the_same_state_and_day_give_the_same_bytes(
    one_engine: Store, bundle: Bundle
) -> None:
    again = publish_data(state(one_engine), release="1")
    other = publish_data(state(one_engine, date(2020, 1, 1)), release="1")

    assert again == bundle
    assert other.version != bundle.version
    assert other.files[DATABASE].content != bundle.files[DATABASE].content
    assert other.files["law_places.csv"] == bundle.files["law_places.csv"]


def test_the_sums_are_those_of_all_other_files(bundle: Bundle) -> None:
    lines = bundle.files[SUMS].content.decode().splitlines()
    said = {name: digest for digest, name in (line.split("  ") for line in lines)}

    assert set(said) == set(bundle.files) - {SUMS}
    for name, digest in said.items():
        assert hashlib.sha256(bundle.files[name].content).hexdigest() == digest


def test_every_form_of_a_table_holds_the_same(bundle: Bundle) -> None:
    with opened(bundle) as database:
        for table in TABLES:
            text = bundle.files[f"{table.name}.csv"].content.decode()
            lines = list(csv.reader(io.StringIO(text)))
            document = json.loads(bundle.files[f"{table.name}.json"].content)
            rows = [tuple(row.values()) for row in document["rows"]]
            stored = database.execute(f'SELECT * FROM "{table.name}"').fetchall()  # noqa: S608

            assert lines[0] == list(table.names)
            assert sorted(stored, key=repr) == sorted(rows, key=repr)
            assert [
                ["" if value is None else str(value) for value in row] for row in rows
            ] == [[cell.removeprefix("'") for cell in line] for line in lines[1:]]
            assert len(rows) == bundle.rows[table.name] > 0, table.name
    database.close()


def test_the_database_is_whole_and_explains_itself(bundle: Bundle) -> None:
    database = opened(bundle)
    about = dict(database.execute("SELECT name, value FROM about"))
    said = database.execute('SELECT "table", "column" FROM dictionary').fetchall()

    assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert about["version"] == bundle.version
    assert about["law_pack"] == RULEBOOK.pack.fingerprint
    assert about["on"] == "2026-11-23"
    assert "creativecommons.org/licenses/by/4.0" in about["licence"]
    assert sorted(said) == sorted(
        (table.name, name) for table in TABLES for name in table.names
    )
    database.close()


def test_the_dictionary_names_every_file_with_its_size_and_sum(bundle: Bundle) -> None:
    package = json.loads(bundle.files[PACKAGE].content)

    assert package["licenses"][0]["name"] == "CC-BY-4.0"
    for resource in package["resources"]:
        file = bundle.files[resource["path"]]
        assert resource["bytes"] == len(file.content)
        assert resource["hash"] == f"sha256:{file.sha256}"
    described = {r["path"] for r in package["resources"] if "schema" in r}
    assert described == {f"{table.name}.csv" for table in TABLES}


def test_a_law_and_its_regulator_are_joined_by_their_ids(bundle: Bundle) -> None:
    database = opened(bundle)
    (name,) = database.execute(
        "SELECT regulators.name FROM enforcement JOIN regulators"
        " ON regulators.id = enforcement.regulator"
        " WHERE law = 'eu-gdpr' AND place = 'ES'"
    ).fetchone()

    assert name == "Agencia Española de Protección de Datos"
    database.close()


def test_only_tables_that_are_about_nobody_feed_it(store: Store) -> None:
    read: list[str] = []

    def noted(_c: object, _cursor: object, statement: str, *_more: object) -> None:
        read.append(statement)

    event.listen(store.readers, "before_cursor_execute", noted)
    try:
        state(store)
    finally:
        event.remove(store.readers, "before_cursor_execute", noted)
    names = {table.name for table in Base.metadata.sorted_tables}
    words = {word.strip('",()') for line in read for word in line.split()}

    assert words & names
    assert words & names <= PUBLIC
