"""Fill an empty database with plainly synthetic people."""

import sys

import typer
from rich.progress import track

from app import clock
from app.actions.demonstrate import demonstrate, is_empty
from app.commands.house import house
from app.commands.saying import refuse


def demo(filings: int) -> None:
    """Make up a year of filings and answers."""
    with house() as opened:
        with opened.store.reading() as session:
            if not is_empty(session):
                refuse(
                    "the database holds filings; the demonstration needs an empty one"
                )
        desk = opened.desk()
        with opened.store.writing() as session:
            made = demonstrate(session, desk, filings, today=clock.now())
            shown = (
                track(made, "Making up filings", total=filings)
                if sys.stdout.isatty()
                else made
            )
            count = max(shown, default=0)
    typer.echo(f"{count} made-up filings are in the database, and a year of answers.")
