"""Fill an empty database with plainly synthetic people."""

import typer

from app import clock
from app.actions.demonstrate import demonstrate, is_empty
from app.actions.release_figures import release_figures
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
            receipts = list(progress(made, "Making up filings", filings))
        release_figures(opened.store, desk, at=clock.now())
    count = len(receipts)
    typer.echo(f"{count} made-up filings are in the database, and a year of answers.")
    if receipts:
        typer.echo(f"The tracking code of one: {receipts[count * 2 // 3]}")
    typer.echo(
        "Next: `efface serve`, then type the code at /track; `efface staff add EMAIL"
        " --role caseworker` prints a link to the staff pages at /staff/."
    )
