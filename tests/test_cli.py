"""Every command explains itself, and wrong usage is told apart from refusal."""

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from app.cli import app


def commands(command: object = None, *before: str) -> Iterator[tuple[str, ...]]:
    command = command or get_command(app)
    found = getattr(command, "commands", None)
    if found is None:
        yield before
        return
    for name, inner in found.items():
        yield from commands(inner, *before, name)


COMMANDS = list(commands())


def run(*words: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, list(words), env={"COLUMNS": "200"})
    return result.exit_code, result.stdout, result.stderr


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_every_command_explains_itself(words: tuple[str, ...]) -> None:
    code, out, _ = run(*words, "--help")

    assert code == 0
    assert f"Usage: efface {' '.join(words)}" in " ".join(out.split())


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_every_option_and_argument_is_explained(words: tuple[str, ...]) -> None:
    command = get_command(app)
    for word in words:
        command = command.commands[word]  # type: ignore[attr-defined]

    unexplained = [
        parameter.name
        for parameter in command.params
        if not getattr(parameter, "help", None) and parameter.name != "help"
    ]

    assert not unexplained


@pytest.mark.parametrize(
    "words", [["no-such-command"], ["vendors", "no-such"], ["check", "--no-such"]]
)
def test_wrong_usage_ends_with_two(words: list[str]) -> None:
    code, out, err = run(*words)

    assert code == 2
    assert out == ""
    assert "no-such" in err


def test_a_command_imports_only_what_it_needs() -> None:
    script = (
        "import sys, app.commands.check, app.commands.database\n"
        "heavy = {'fastapi', 'sqlalchemy', 'jinja2', 'cryptography', 'rich.table'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=True,
        env={"PATH": os.environ["PATH"]},
    )

    assert done.stdout.strip() == "[]"
