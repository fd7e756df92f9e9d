"""Commands as somebody types them, in a data folder of their own."""

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

import pytest
from typer.testing import CliRunner

from app.cli import app


class Told:
    """What a command said, and how it ended."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err

    @property
    def lines(self) -> list[str]:
        """What stands on stderr."""
        return [line for line in self.err.splitlines() if line.strip()]

    @property
    def document(self) -> Any:
        """The one JSON document on stdout."""
        return json.loads(self.out)


class Efface(Protocol):
    """Run a command line."""

    def __call__(self, words: str, *more: str, stdin: str = "") -> Told: ...


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The data folder; nothing is in it, and it is not there yet."""
    for name in [n for n in os.environ if n.startswith("EFFACE_")]:
        monkeypatch.delenv(name)
    data = tmp_path / "data"
    monkeypatch.setenv("EFFACE_DATA_DIR", str(data))
    monkeypatch.setenv("COLUMNS", "200")
    return data


@pytest.fixture
def efface(folder: Path) -> Efface:
    """Run ``efface`` in this process."""

    def run(words: str, *more: str, stdin: str = "") -> Told:
        result = CliRunner().invoke(app, [*words.split(), *more], input=stdin)
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Told(result.exit_code, result.stdout, result.stderr)

    return run


@pytest.fixture(scope="session")
def made_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder after ``efface db upgrade``."""
    made = tmp_path_factory.mktemp("made") / "data"
    with pytest.MonkeyPatch.context() as patch:
        for name in [n for n in os.environ if n.startswith("EFFACE_")]:
            patch.delenv(name)
        patch.setenv("EFFACE_DATA_DIR", str(made))
        result = CliRunner().invoke(app, ["db", "upgrade"])
        assert result.exit_code == 0, result.stderr
    return made


@pytest.fixture
def ready(folder: Path, made_folder: Path) -> Path:
    """The data folder of a portal that was started once."""
    shutil.copytree(made_folder, folder)
    return folder


@pytest.fixture(scope="session")
def demo_folder(made_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with a year of the demonstration."""
    made = tmp_path_factory.mktemp("demo") / "data"
    shutil.copytree(made_folder, made)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EFFACE_DATA_DIR", str(made))
        result = CliRunner().invoke(app, ["demo", "--filings", "12"])
    assert result.exit_code == 0, result.stderr
    return made


@pytest.fixture
def used(folder: Path, demo_folder: Path) -> Path:
    """The data folder of a portal with filings and answers."""
    shutil.copytree(demo_folder, folder)
    return folder


@pytest.fixture
def written(tmp_path: Path) -> Callable[[str, object], Path]:
    """Write a file: text as it is, anything else as JSON."""

    def write(name: str, content: object) -> Path:
        file = tmp_path / name
        text = content if isinstance(content, str) else json.dumps(content)
        file.write_text(text, "utf-8")
        return file

    return write
