"""What the project asks to be installed is what it uses."""

import re
import tomllib
from collections.abc import Iterable
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from tests.test_house import APP, ROOT, imported, modules

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
USED_BY_NAME = {
    "httptools": "parses HTTP for uvicorn: serve names it",
    "psycopg": "is loaded by the address of a PostgreSQL",
    "python-multipart": "reads forms for the framework",
    "tzdata": "tells time zones where the system has none",
}
"""What the application needs without importing it."""
PRE_COMMIT = ".pre-commit-config.yaml"
USED_AS = {
    "httpx2": "fastapi",  # its test client
    "import-linter": ".venv/bin/lint-imports",
    "mypy": ".venv/bin/mypy",
    "pre-commit": "repos:",
    "pytest-cov": "--cov=",
    "pytest-socket": "--disable-socket",
    "pytest-xdist": "--numprocesses",
}
"""By what one sees that a tool is used, where no test imports it."""


def names(listed: list[str]) -> list[str]:
    return [re.split(r"[\[<>=]", line)[0] for line in listed]


def read(files: Iterable[Path]) -> str:
    return "\n".join(file.read_text("utf-8") for file in files)


@cache
def imported_in(folder: Path) -> frozenset[str]:
    """Return the distributions that the modules of a folder import."""
    known = packages_distributions()
    names = {name for path in modules(folder) for name in imported(path)}
    names |= set(re.findall(r'find_spec\("(\w+)"\)', read(modules(folder))))
    tops = {name.split(".")[0] for name in names}
    return frozenset(
        found.lower().replace("_", "-") for top in tops for found in known.get(top, ())
    )


@pytest.mark.parametrize("name", names(PROJECT["dependencies"]))
def test_the_application_uses_what_it_depends_on(name: str) -> None:
    assert (name in imported_in(APP)) is not (name in USED_BY_NAME)


@pytest.mark.parametrize("name", names(PROJECT["optional-dependencies"]["dev"]))
def test_whoever_works_on_it_uses_what_they_install(name: str) -> None:
    places = [ROOT / place for place in ("pyproject.toml", ".ci/run", PRE_COMMIT)]
    sign = USED_AS.get(name, f".venv/bin/{name} ")

    assert name in imported_in(ROOT / "tests") or sign in read(places)
