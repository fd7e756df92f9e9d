"""Fill an empty database with plainly synthetic people."""

import typer

from app import clock
from app.actions.demonstrate import demonstrate, is_empty
from app.commands.database import settings_or_refuse
from app.commands.house import house
from app.commands.saying import progress, refuse


def demo(filings: int) -> None:
    """Make up a year of filings and answers."""
    settings = settings_or_refuse()
    if settings.production:
        refuse("the demonstration is refused in production")
    with house(settings) as opened:
        with opened.store.reading() as session:
            if not is_empty(session):
                refuse("the database holds filings; a demonstration needs an empty one")
        desk = opened.desk()
        with opened.store.writing() as session:
            made = demonstrate(session, desk, filings, today=clock.now())
            count = max(progress(made, "Making up filings", filings), default=0)
    typer.echo(f"{count} made-up filings are in the database, and a year of answers.")
