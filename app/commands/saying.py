"""How commands speak: one line on refusal, the wrong value named on wrong usage."""

import json
from collections.abc import Callable
from datetime import date
from typing import Any, NoReturn

import typer

from app.actions.check_eligibility import UnknownValueError
from app.words.catalog import translations

say: Callable[[str], str] = translations("en").gettext
REFUSED, MISUSED = 1, 2


def refuse(why: str) -> NoReturn:
    """End with exit code 1 and one clear line."""
    typer.echo(" ".join(f"efface: {why}".split()), err=True)
    raise typer.Exit(REFUSED)


def misused(why: str) -> NoReturn:
    """End with exit code 2 and what was wrong about the call."""
    typer.echo(" ".join(f"efface: {why}".split()), err=True)
    raise typer.Exit(MISUSED)


def unknown(wrong: UnknownValueError) -> NoReturn:
    """End with exit code 2, naming the field, the value and its neighbours."""
    misused(str(wrong))


def day_of(text: str | None, option: str, today: Callable[[], date]) -> date:
    """Return the day of an option; left out, today."""
    if text is None:
        return today()
    try:
        return date.fromisoformat(text)
    except ValueError:
        misused(f"{option}: {text!r} is no day such as 2026-11-23")


def print_json(document: Any) -> None:
    """Print one JSON document."""
    typer.echo(json.dumps(document, ensure_ascii=False, indent=2))
