"""``efface export``: the public data set as files in a folder."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

import typer

from app.actions.publish_data import Bundle, file_names, publish_data
from app.commands.database import known_editions, known_figures, whole_directory
from app.commands.saying import day_of, print_json, progress, refuse
from app.installation import RELEASE
from app.rulebook.load import load_rulebook
from app.web.chronicles import Chronicles
from app.web.tables import whole_table
from app.words.dataset import Published

UNFINISHED = ".efface-export-"
"""How the folder begins in which files are written before they are put in place."""


def export(folder: Path, *, on: str | None, as_json: bool) -> None:
    """Write the data set of a day into a folder."""
    day = day_of(on, "--on")
    _refuse_foreign(folder)
    rulebook, directory = load_rulebook(), whole_directory()
    table = whole_table(directory, rulebook, day)
    told = Chronicles().tell(known_editions(), directory, rulebook)
    then, figures = directory.on(day), known_figures(day)
    state = Published(rulebook.pack, rulebook.places, then, table, told, figures)
    bundle = publish_data(state, release=RELEASE)
    try:
        _write(bundle, folder)
    except OSError as wrong:
        refuse(f"{folder} cannot be written ({wrong.strerror})")
    if as_json:
        print_json(
            {
                "folder": str(folder),
                "version": bundle.version,
                "on": day.isoformat(),
                "files": [
                    {"name": f.name, "bytes": len(f.content), "sha256": f.sha256}
                    for f in bundle.files.values()
                ],
            }
        )
        return
    for file in bundle.files.values():
        typer.echo(f"{file.sha256}  {len(file.content):>10}  {file.name}")
    typer.echo(f"version {bundle.version}, in {folder}")


def _refuse_foreign(folder: Path) -> None:
    """Refuse a folder in which something else is kept."""
    try:
        if folder.exists() and not folder.is_dir():
            refuse(f"{folder} is no folder")
        there = sorted(one.name for one in folder.iterdir()) if folder.exists() else []
    except OSError as wrong:
        refuse(f"{folder} cannot be read ({wrong.strerror})")
    ours = set(file_names())
    foreign = [n for n in there if n not in ours and not n.startswith(UNFINISHED)]
    if foreign:
        refuse(f"{folder} holds what no export wrote: {foreign[0]}; name an empty one")


def _write(bundle: Bundle, folder: Path) -> None:
    """Put each file in place whole, the sums last: they tell who reads meanwhile."""
    folder.mkdir(parents=True, exist_ok=True)
    for left in folder.glob(f"{UNFINISHED}*"):
        shutil.rmtree(left)
    with _beside(folder) as written:
        files = bundle.files.values()
        for file in progress(files, "Writing the data set", total=len(files)):
            (written / file.name).write_bytes(file.content)
        for file in files:
            (written / file.name).replace(folder / file.name)


@contextmanager
def _beside(folder: Path) -> Iterator[Path]:
    """Make a folder on the same disk, for as long as it is needed."""
    made = Path(mkdtemp(prefix=UNFINISHED, dir=folder))
    try:
        yield made
    finally:
        shutil.rmtree(made)
