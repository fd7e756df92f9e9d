"""How commands speak: one line on refusal, the wrong value named on wrong usage."""

import json
import sys
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any, NoReturn, TypeVar

import typer

from app import clock
from app.actions.check_eligibility import UnknownValueError
from app.domain.written_days import day_from
from app.words.catalog import translations
from app.words.languages import Language

Say = Callable[[str], str]
say: Say = translations("en").gettext
REFUSED, MISUSED = 1, 2
T = TypeVar("T")


def refuse(why: str) -> NoReturn:
    """End with exit code 1 and one clear line."""
    typer.echo(" ".join(f"efface: {why}".split()), err=True)
    raise typer.Exit(REFUSED)


def remark(what: str) -> None:
    """Say in one line what an answer does not take in; it is given all the same."""
    typer.echo(" ".join(f"efface: {what}".split()), err=True)


def misused(*why: str) -> NoReturn:
    """End with exit code 2 and what was wrong about the call, a line for each."""
    for each in why:
        typer.echo(" ".join(f"efface: {each}".split()), err=True)
    raise typer.Exit(MISUSED)


def unknown(wrong: UnknownValueError) -> NoReturn:
    """End with exit code 2, naming the field, the value and its neighbours."""
    misused(str(wrong))


def reader_of(lang: str) -> tuple[Language, Say]:
    """Return a language that commands answer in, and what says a message in it."""
    if lang not in set(Language):
        unknown(UnknownValueError("--lang", lang, tuple(Language)))
    return Language(lang), translations(lang).gettext


def day_of(text: str | None, option: str) -> date:
    """Return the day of an option; left out, today in UTC."""
    if text is None:
        return clock.now().date()
    try:
        return day_from(text)
    except ValueError:
        misused(f"{option}: {text!r} is no day such as 2026-11-23")


def progress(
    things: Iterable[T], words: str, total: float | None = None
) -> Iterable[T]:
    """Pass things on; show how far it is, where somebody watches a terminal."""
    if not sys.stderr.isatty():
        return things
    from rich.console import Console
    from rich.progress import track

    screen = Console(stderr=True)
    return track(things, words, total=total, console=screen, transient=True)


def print_json(document: Any) -> None:
    """Print one JSON document."""
    typer.echo(json.dumps(document, ensure_ascii=False, indent=2))
