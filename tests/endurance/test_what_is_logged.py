"""G19: what a person typed, a code or a receipt stands in no log and no figure.

A whole journey at a real server, with every logger at DEBUG, where every step fails
before it succeeds: at a statement, a commit, a page, a mail. Each failure's own words
hold everything that was typed.
"""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote, quote_plus

from tests.conftest import ROOT
from tests.whole_journey import STEPS, TYPED

FAULTS = int(os.environ.get("EFFACE_TEST_FAULTS", "1"))
"""How often each step fails; with 5, in each of the ways there are."""


def spellings(secret: str) -> set[str]:
    """Return how a secret may be written in a line of text."""
    escaped = json.dumps(secret)[1:-1]
    return {secret, quote(secret), quote_plus(secret), escaped, secret.encode().hex()}


def found(secret: str, text: str) -> bool:
    """Return whether a secret stands in a text: a code is no part of another number."""
    if not secret.replace(" ", "").isdigit():
        return any(one.lower() in text.lower() for one in spellings(secret))
    return re.search(rf"(?<![\w.-]){secret}(?![\w-])", text) is not None


def test_nothing_personal_is_logged_whatever_fails(tmp_path: Path) -> None:
    told = tmp_path / "told.json"
    kept = {k: v for k, v in os.environ.items() if not k.startswith("EFFACE_")}

    ran = subprocess.run(
        [
            *(sys.executable, "-m", "tests.endurance.loud_portal"),
            *(tmp_path, told, str(FAULTS)),
        ],
        cwd=ROOT,
        env=kept,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )

    assert ran.returncode == 0, ran.stderr[-2000:]
    said = json.loads(told.read_text("utf-8"))
    logs, canaries = ran.stdout + ran.stderr, said["canaries"]
    failures = logs.count("ForcedError")
    print(  # noqa: T201 - the figure
        f"G19: {said['forced']} failures forced, {failures} logged in"
        f" {len(logs.splitlines())} lines, {len(canaries)} canaries"
    )
    assert said["forced"] == FAULTS * len(STEPS)
    assert failures >= len(STEPS) // 2
    assert "debug sqlalchemy" in logs
    assert set(TYPED.values()) < set(canaries)
    assert [secret for secret in canaries if found(secret, logs)] == []
    assert "efface_outbox_waiting" in said["metrics"]
    assert [secret for secret in canaries if found(secret, said["metrics"])] == []
