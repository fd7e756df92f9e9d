"""``efface vendors``: list, import, export, token."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import select

from app.actions.vendor_key import key_holder
from app.store.keys import Keys, master_keys
from app.store.session import Store
from app.store.webhooks import Webhook
from tests.commands.conftest import Efface
from tests.made_up_registers import registry

Write = Callable[[str, object], Path]

PROBE = {
    "slug": "probe",
    "relevant-countries": ["all"],
    "name": "Probe GmbH",
    "address": "Musterweg 1\n10115 Berlin\nGermany",
    "email": "desk@probe.example.org",
    "sources": ["https://probe.example.org/privacy"],
    "needs-id-document": False,
    "quality": "verified",
}


def test_bundled_vendors_are_listed_without_a_database(
    efface: Efface, folder: Path
) -> None:
    told = efface("vendors list")

    assert "clearview-ai" in told.out
    assert len(efface("vendors list --json").document) == len(told.out.splitlines())
    assert not folder.exists()


def test_an_import_creates_then_updates_then_changes_nothing(
    efface: Efface, ready: Path, written: Write
) -> None:
    file = written("probe.json", PROBE)
    first = efface(f"vendors import {file}")
    again = efface(f"vendors import {file}")
    written("probe.json", PROBE | {"email": "other@probe.example.org"})
    changed = efface(f"vendors import {file}")

    assert first.out == "created probe\n1 created\n"
    assert again.out == "unchanged probe\n1 unchanged\n"
    assert changed.out == "updated probe\n1 updated\n"
    [probe] = [v for v in efface("vendors export").document if v["slug"] == "probe"]
    assert probe["routes"][0]["address"] == "other@probe.example.org"


def test_letters_to_a_vendor_are_stopped_and_resumed_on_record(
    efface: Efface, ready: Path
) -> None:
    assert efface("vendors pause acxiom").out == "Letters to acxiom are stopped\n"
    assert efface("vendors pause acxiom").out.endswith("are stopped already\n")
    assert efface("doctor --json").document["configured"]["letters are stopped to"] == (
        "acxiom"
    )
    assert efface("vendors resume acxiom").out == "Letters to acxiom may leave\n"
    assert efface("vendors resume acxiom").out.endswith("may leave already\n")
    assert "acxiom" in efface("vendors pause acxion").err


def test_a_dry_run_says_the_same_and_changes_nothing(
    efface: Efface, ready: Path, written: Write
) -> None:
    told = efface(f"vendors import {written('probe.json', PROBE)} --dry-run")

    assert told.out.startswith("created probe\n")
    assert "nothing was changed" in told.out
    assert "probe" not in efface("vendors list").out


def test_an_import_can_be_read_by_programs(
    efface: Efface, ready: Path, written: Write
) -> None:
    file = written("several.json", [PROBE, 7])

    assert efface(f"vendors import {file} --dry-run --json").document == {
        "dry_run": True,
        "counts": {"created": 1, "updated": 0, "unchanged": 0, "rejected": 1},
        "records": [
            {"name": "probe", "effect": "created", "why": None},
            {
                "name": "several.json 2",
                "effect": "rejected",
                "why": "is no company record",
            },
        ],
    }


def test_a_registry_is_imported_as_of_its_day(
    efface: Efface, ready: Path, tmp_path: Path
) -> None:
    file = tmp_path / "registry.csv"
    file.write_text(registry(2026, [1, 2]), "utf-8", newline="")
    first = efface(f"vendors import {file} --on 2026-02-01")
    file.write_text(registry(2026, [1]), "utf-8", newline="")
    second = efface(f"vendors import {file} --on 2026-09-01")

    assert first.out.splitlines()[-1] == "2 created"
    assert second.out.splitlines() == [
        "unchanged broker-0001-data-inc",
        (
            "updated broker-0002-data-inc: not in the register of 2026; its entry ends on"
            " 2026-08-31"
        ),
        "1 updated, 1 unchanged",
    ]
    wrong = efface(f"vendors import {file} --on 2999-01-01")
    assert (wrong.code, wrong.lines) == (
        2,
        ["efface: --on: 2999-01-01 is still to come"],
    )


def test_a_vendors_key_is_shown_once_and_the_one_before_ends(
    efface: Efface, ready: Path
) -> None:
    first, second = (
        efface("vendors token clearview-ai").out.splitlines()[-1] for _ in range(2)
    )

    assert efface("vendors token clearview").code == 2
    master = master_keys(None, ready / "master.key", create=False)
    keys = Keys(master, ready / "epochs")
    store = Store(f"sqlite:///{ready / 'efface.db'}")
    with store.reading() as session:
        assert key_holder(session, keys, second) == "clearview-ai"
        assert key_holder(session, keys, first) is None
    store.close()
    assert second.encode() not in (ready / "efface.db").read_bytes()
    assert efface("audit verify").code == 0


def test_a_webhooks_secret_is_shown_once_and_it_can_be_ended(
    efface: Efface, ready: Path
) -> None:
    address = "https://broker.example.org/hook"
    shown = efface(f"webhook {address} --vendor clearview-ai")

    assert shown.out.splitlines()[-1].startswith("efw_")
    assert efface("webhook ftp://broker.example.org").code == 2
    assert efface(f"webhook {address} --vendor clearview").code == 2
    ended = efface("webhook --vendor clearview-ai")
    assert ended.out == "No webhook of clearview-ai is called any more.\n"
    assert efface(f"webhook {address}").code == 0


@pytest.mark.parametrize(
    "address", ["http://[::1", "https://probe:secret@broker.example.org/hook"]
)
def test_an_address_that_is_never_called_takes_no_webhooks_place(
    efface: Efface, ready: Path, address: str
) -> None:
    efface("webhook https://broker.example.org/hook")

    refused = efface(f"webhook {address}")

    assert (refused.code, refused.out) == (2, "")
    assert "is never called: no" in refused.err
    store = Store(f"sqlite:///{ready / 'efface.db'}")
    with store.reading() as session:
        assert session.scalars(
            select(Webhook.url).where(Webhook.ended_at.is_(None))
        ).all() == ["https://broker.example.org/hook"]
    store.close()


def test_what_is_wrong_is_rejected_and_the_rest_is_imported(
    efface: Efface, ready: Path, written: Write
) -> None:
    nameless = {key: value for key, value in PROBE.items() if key != "name"}
    injected = PROBE | {"slug": "evil", "email": "a@b.org\r\nBcc: c@d.org"}
    told = efface(
        f"vendors import {written('several.json', [nameless, PROBE, injected, 7])}"
    )

    assert told.code == 0
    assert told.out.splitlines() == [
        "created probe",
        "rejected several.json 1: slug or name is missing",
        "rejected evil: routes.1.address: is not one mail address",
        "rejected several.json 4: is no company record",
        "1 created, 3 rejected",
    ]


def test_a_foreign_record_takes_nothing_away_from_what_we_know(
    efface: Efface, ready: Path, written: Write
) -> None:
    before = efface("vendors export").document
    foreign = PROBE | {"slug": "clearview-ai", "name": "Something Else"}

    told = efface(f"vendors import {written('foreign.json', foreign)}")

    assert told.out == "unchanged clearview-ai\n1 unchanged\n"
    assert efface("vendors export").document == before


def test_of_a_database_of_another_release_nothing_is_exported(
    efface: Efface, ready: Path, tmp_path: Path
) -> None:
    file = tmp_path / "all.json"
    with closing(sqlite3.connect(ready / "efface.db")) as older, older:
        older.execute("UPDATE alembic_version SET version_num = '0001'")

    told = efface(f"vendors export {file}")

    assert told.code == 1
    assert "run `efface db upgrade`" in told.err
    assert not file.exists()


def test_what_was_exported_is_imported_unchanged(
    efface: Efface, ready: Path, tmp_path: Path
) -> None:
    file = tmp_path / "all.json"
    told = efface(f"vendors export {file}")
    again = efface(f"vendors import {file}")

    assert told.out.endswith(f"vendors written to {file}\n")
    assert again.out.splitlines()[-1].endswith(" unchanged")
    assert "rejected" not in again.out
    assert "updated" not in again.out


def test_a_folder_is_imported_file_by_file(
    efface: Efface, ready: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "companies"
    folder.mkdir()
    (folder / "a.toml").write_text(NATIVE, "utf-8")
    (folder / "b.json").write_bytes(bytes(range(256)))

    told = efface(f"vendors import {folder}")

    assert told.code == 0
    assert "created native" in told.out
    assert "rejected b.json: cannot be read" in told.out


NATIVE = """
slug = "native"
name = "Native"
sources = ["https://native.example/privacy"]
checked_on = 2026-11-23
[[routes]]
kind = "webform"
url = "http://localhost:9000/form"
"""


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("noise.json", "\x00\x01", "is no JSON document"),
        ("other.json", '{"a": 1}', "holds no company records"),
        ("number.json", "7", "holds no company records"),
        ("other.toml", "a = 1", "is no vendor file, it has no slug"),
        ("broken.toml", "slug =", "Invalid value"),
        ("other.csv", "a,b\n1,2\n", "no column with the brokers' names"),
        ("notes.txt", "hello", "neither TOML, JSON nor CSV"),
    ],
)
def test_a_file_of_no_known_form_is_refused(
    efface: Efface, ready: Path, written: Write, name: str, content: str, why: str
) -> None:
    told = efface(f"vendors import {written(name, content)}")

    assert told.code == 1
    assert len(told.lines) == 1
    assert name in told.err
    assert why in told.err


def test_a_missing_file_is_named_and_nothing_is_made(
    efface: Efface, folder: Path
) -> None:
    told = efface("vendors import no-such.json")

    assert told.code == 1
    assert told.lines == ["efface: no-such.json: there is no such file"]
    assert not folder.exists()


def test_a_file_that_cannot_be_written_is_named(efface: Efface, folder: Path) -> None:
    told = efface("vendors export /no/such/folder/file.json")

    assert told.code == 1
    assert "/no/such/folder/file.json" in told.lines[0]
