"""What every table must be, so that the records can be spread over machines."""

import subprocess
import sys
from importlib import import_module
from pkgutil import iter_modules

import pytest
from sqlalchemy import (
    Column,
    Enum,
    Index,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    inspect,
    make_url,
)
from sqlalchemy.schema import CreateTable

from app import store as tables_of
from app.store.base import Base
from app.store.session import Store

for module in iter_modules(tables_of.__path__):
    import_module(f"{tables_of.__name__}.{module.name}")
TABLES = dict(Base.metadata.tables)
FOUND_BY_THEIR_VALUE = {
    "receipt": "hash",
    "confirmation": "token_hash",
    "cancellation": "token_hash",
    "request_number": "number",
    "reply_address": "local",
    "reply_link": "token_hash",
    "stop_link": "token_hash",
    "vendor_reference": "hash",
    "reveal": "id",
    "protocol_callback": "token_hash",
}
"""Tables that lead to a filing from a value, and are keyed by that value."""
OPEN_WORDS = {
    "broadcast": {"circle", "number", "law", "items"},
    "broadcast_answer": {"vendor", "item"},
    "draft": set(),
    "evidence": {"kind"},
    "filing": {"residence", "language", "asks", "rulebook"},
    "inbox_message": {"vendor"},
    "letter": {"kind", "language"},
    "matching_answer": {"item"},
    "matching_listing": {"vendor", "items"},
    "outbox": {"dedupe", "message_id", "owner"},
    "repeat": {"vendor"},
    "reply_address": {"local"},
    "request": {"number", "vendor", "reply_to", "law", "certainty"},
    "request_number": {"number"},
}
"""Text that filings may hold in the open: codes, slugs and random names of ours."""
PERSONAL = [
    table
    for name, table in TABLES.items()
    if "filing_id" in table.c and name not in {*FOUND_BY_THEIR_VALUE, "draft"}
]


def texts(table: Table) -> set[str]:
    return {
        column.name
        for column in table.c
        if isinstance(column.type, String | Text) and not isinstance(column.type, Enum)
    }


@pytest.mark.parametrize("table", PERSONAL, ids=str)
def test_a_filings_rows_lie_together(table: Table) -> None:
    assert next(iter(table.primary_key.columns)).name == "filing_id"


@pytest.mark.parametrize(("table", "value"), FOUND_BY_THEIR_VALUE.items())
def test_what_is_found_by_a_value_is_keyed_by_it(table: str, value: str) -> None:
    assert next(iter(TABLES[table].primary_key.columns)).name == value


@pytest.mark.parametrize("table", PERSONAL, ids=str)
def test_nothing_is_unique_across_filings(table: Table) -> None:
    for constraint in table.constraints:
        if isinstance(constraint, UniqueConstraint):
            assert next(iter(constraint.columns)).name == "filing_id"
    assert not any(index.unique for index in table.indexes)


@pytest.mark.parametrize("table", TABLES.values(), ids=str)
def test_the_application_gives_every_key(table: Table) -> None:
    for column in table.primary_key.columns:
        assert column.default is None
        assert column.server_default is None
        assert column.autoincrement is not True
    assert table.autoincrement_column is None


def test_a_timeline_holds_no_free_text() -> None:
    assert texts(TABLES["timeline_entry"]) == set()
    assert not any(
        column.type.__class__.__name__ == "JSON"
        for column in TABLES["timeline_entry"].c
    )


@pytest.mark.parametrize(
    "table", [t for t in TABLES.values() if "filing_id" in t.c or t.name == "filing"],
    ids=str,
)  # fmt: skip
def test_a_new_text_of_a_filing_must_be_thought_about(table: Table) -> None:
    sealed = {"epoch"} if "key_epoch" in table.c else set()

    assert texts(table) - sealed <= OPEN_WORDS.get(table.name, set())


@pytest.mark.parametrize("table", TABLES.values(), ids=str)
def test_hashes_and_keys_are_bytes(table: Table) -> None:
    named = [
        column
        for column in table.c
        if column.name.endswith("hash") and column.name != "password_hash"
    ]

    assert all(isinstance(column.type, LargeBinary) for column in named)


def test_a_queue_is_answered_from_one_index(store: Store) -> None:
    with store.reading() as session:
        found = {
            index["name"]: index["column_names"]
            for index in inspect(session.connection()).get_indexes("request")
        }
    assert found["ix_request_queue"][:2] == ["status", "due"]


@pytest.mark.parametrize("table", TABLES.values(), ids=str)
def test_a_filings_rows_are_found_without_reading_all(table: Table) -> None:
    if "filing_id" not in table.c or table.name in {
        "draft",
        "request_number",
        "reply_address",
    }:
        return
    first: list[Column[object]] = [
        next(iter(table.primary_key.columns)),
        *(next(iter(index.columns)) for index in table.indexes if _whole(index)),
    ]
    assert "filing_id" in {column.name for column in first}


def _whole(index: Index) -> bool:
    return index.dialect_options["postgresql"].get("where") is None


def test_the_tables_are_the_ones_that_are_known() -> None:
    assert set(TABLES) == {
        *FOUND_BY_THEIR_VALUE,
        *(table.name for table in PERSONAL),
        *("filing", "idempotency", "draft", "rate", "worker_lease", "audit_entry"),
        *("signed_head", "signed_timeline"),
        *("recovery", "mailbox", "watch", "watched", "inbox_seen", "protocol_pair"),
        *("registration", "vendor_key", "stopped_vendor", "matching_batch"),
        *("circle", "drawer", "batch_drawer", "webhook", "webhook_call"),
        *("list_notice", "chain_check"),
        *("vendor", "route", "offer", "vendor_order", "vendor_fact"),
        *("proposal", "two_people"),
        "directory_version",
        *(
            "saved_view",
            "staff",
            "staff_session",
            "enrolment",
            "staff_token",
            "staff_device",
        ),
        *("passkey", "passkey_challenge", "code_secret", "recovery_code"),
        *("bulk_run", "bulk_row"),
        *("record_note", "note_resolution", "record_turn", "vendor_check"),
        *("figure_release", "figure", "figure_gap"),
        *("refusal_proposal", "residency_refusal"),
        *("correction", "correction_mail"),
    }


def test_no_enum_needs_a_change_of_tables_for_a_new_word() -> None:
    dialect = make_url("postgresql+psycopg://").get_dialect()()
    written = [str(CreateTable(t).compile(dialect=dialect)) for t in TABLES.values()]

    assert not [sql for sql in written if "CREATE TYPE" in sql or " CHECK " in sql]
    for table in TABLES.values():
        for column in table.c:
            assert not (isinstance(column.type, Enum) and column.type.native_enum)


def test_what_must_know_every_table_knows_it_in_a_process_of_its_own() -> None:
    asked = "from app.store.tables import TABLES; print(*sorted(TABLES.tables))"

    answered = subprocess.run(
        [sys.executable, "-c", asked], capture_output=True, text=True, check=True
    )

    assert answered.stdout.split() == sorted(TABLES)
