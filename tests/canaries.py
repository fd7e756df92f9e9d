"""Words that must stand nowhere in the open, and the search for them in raw bytes."""

import base64
import gzip
import json
import zlib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote, quote_plus

from sqlalchemy import make_url, text

from app.store.session import Store

SHORTEST_INNER = 8
"""Signs of base64 that say enough to be no accident."""
GZIP = b"\x1f\x8b\x08"
LARGEST = 2**29
SEGMENT = 16 * 1024 * 1024


def spellings(word: str) -> Iterator[bytes]:
    """Yield how a word may stand in a file: plainly, or in a usual encoding."""
    plain = word.encode()
    yield from (plain, plain.lower(), plain.upper(), plain.hex().encode())
    yield from (plain.hex().upper().encode(), plain[::-1])
    yield from (word.encode("utf-16-le"), word.encode("utf-16-be"))
    yield zlib.compress(plain)
    yield from (quote(word, safe="").encode(), quote_plus(word).encode())
    yield word.replace("@", "%40").replace(" ", "%20").encode()
    yield json.dumps(word)[1:-1].encode()
    for shift in range(3):
        # Base64 reads three bytes at a time: the ends depend on what stands beside.
        whole = base64.b64encode(bytes(shift) + plain)
        inner = whole[4 : len(whole) // 4 * 4 - 4]
        if len(inner) >= SHORTEST_INNER:
            yield from (inner, inner.replace(b"+", b"-").replace(b"/", b"_"))


def hits(content: bytes, secrets: Iterable[str]) -> list[str]:
    """Return the words that stand in some bytes, packed ones included."""
    whole = b"\0".join((content, *unpacked(content)))
    return [word for word in secrets if any(s in whole for s in set(spellings(word)))]


def unpacked(content: bytes) -> Iterator[bytes]:
    """Yield what is packed in some bytes by gzip."""
    start = content.find(GZIP)
    while start >= 0:
        with suppress(zlib.error):  # bytes that only look so
            yield zlib.decompressobj(wbits=31).decompress(content[start:])
        start = content.find(GZIP, start + 1)


def packed(word: str) -> bytes:
    """Return a word as a gzip member."""
    return gzip.compress(word.encode())


def sqlite_files(store: Store) -> dict[str, bytes]:
    """Return the database file, and all that lies beside it."""
    file = Path(store.url.removeprefix("sqlite:///"))
    return {one.name: one.read_bytes() for one in file.parent.glob(file.name + "*")}


def log_position(store: Store) -> int:
    """Return up to where PostgreSQL has written its log of changes."""
    with store.reading() as session:
        start = text("SELECT pg_current_wal_insert_lsn() - '0/0'::pg_lsn")
        return int(session.scalar(start) or 0)


def postgres_files(store: Store, since: int) -> dict[str, bytes]:
    """Return every file of the database, and the log of changes since a position.

    The server reads them out: they may lie on another machine, or be another user's.
    """
    with store.writers.connect() as connection:
        run = connection.exec_driver_sql
        run("CHECKPOINT")
        end = run("SELECT pg_current_wal_flush_lsn() - '0/0'::pg_lsn").scalar_one()
        folder = run(
            "SELECT 'base/' || oid FROM pg_database WHERE datname = current_database()"
        ).scalar_one()
        read = text("SELECT pg_read_binary_file(:name, :start, :size, true)")
        names = run(f"SELECT pg_ls_dir('{folder}')").scalars().all()
        wanted = [(f"{folder}/{name}", 0, LARGEST) for name in names]
        for start in range(since - since % SEGMENT, int(end), SEGMENT):
            at = f"'0/0'::pg_lsn + {start + 1}"
            name = run(f"SELECT pg_walfile_name({at})").scalar_one()
            first = max(since - start, 0)
            wanted.append((f"pg_wal/{name}", first, min(int(end) - start, SEGMENT)))
        home = make_url(store.url).query.get("host")
        if home:
            wanted.append((f"{home}/log", 0, LARGEST))
        return {
            name: connection.execute(
                read, {"name": name, "start": first, "size": size}
            ).scalar_one()
            or b""
            for name, first, size in wanted
        }
