"""``efface drp``: keys, the public directory, where everything stands."""

import base64
import json
from pathlib import Path

import pytest
from sqlalchemy import select

from app.channels.drp import Agent
from app.commands.house import house
from app.store.audit import AuditEntry
from tests.commands.conftest import Efface

BUSINESS = {
    "id": "Fresh-1",
    "name": "Fresh Data",
    "api_base": "https://api.fresh.example.org",
    "supported_verfications": ["email"],
}


def test_a_key_is_printed_with_its_public_half(efface: Efface, folder: Path) -> None:
    made = efface("drp keygen --json").document

    assert Agent.of("", made["signing_key"]).verify_key == made["verify_key"]
    assert len(base64.b64decode(made["signing_key"])) == 32
    assert "EFFACE_DRP_SIGNING_KEY=" in efface("drp keygen").out
    assert not folder.exists()


def test_the_directory_is_imported_once(
    efface: Efface, ready: Path, tmp_path: Path
) -> None:
    file = tmp_path / "businesses.json"
    file.write_text(json.dumps([BUSINESS, {"id": ""}]))

    dry = efface(f"drp directory import {file} --dry-run")
    first = efface(f"drp directory import {file}")
    again = efface(f"drp directory import {file} --json").document

    assert "nothing was changed" in dry.out
    assert "created Fresh-1: vendor fresh-data" in first.out
    assert "1 created, 1 rejected" in first.out
    assert [one["effect"] for one in again] == ["unchanged", "rejected"]
    with house() as opened, opened.store.reading() as session:
        trail = session.execute(select(AuditEntry.action, AuditEntry.detail)).all()
    assert [tuple(row) for row in trail] == [("systems imported", {"records": 1})]
    missing = efface("drp directory import nowhere.json")
    assert (missing.code, len(missing.lines)) == (1, 1)


def test_where_everything_stands_is_told(
    efface: Efface, ready: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "agent: none" in efface("drp status").out
    seed = efface("drp keygen --json").document["signing_key"]
    monkeypatch.setenv("EFFACE_DRP_AGENT_ID", "US-1")

    half = efface("doctor")
    assert half.code == 1
    assert "go together" in half.err

    monkeypatch.setenv("EFFACE_DRP_SIGNING_KEY", "short")
    assert efface("drp status").code == efface("doctor").code == 1

    monkeypatch.setenv("EFFACE_DRP_SIGNING_KEY", seed)
    told = efface("drp status --json").document
    assert told["agent"]["id"] == "US-1"
    assert told["systems"] == told["odd_answers"] == []
    assert efface("doctor").code == 0
    assert "Data Rights Protocol: agent US-1" in efface("doctor").out
    assert "verify key" in efface("drp status").out
