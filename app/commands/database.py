"""The settings, the database and its vendors, for commands that only look."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING

from app.commands.saying import refuse, remark
from app.domain.vendors import Directory
from app.rulebook.vendor_schema import VendorShape
from app.settings import Settings, UnsafeSettingsError, load

if TYPE_CHECKING:
    from app.domain.corrections import Edited
    from app.store.session import Store
    from app.words.dataset import Frozen

SERVERS = ("postgresql:", "postgresql+psycopg:")
ENGINES = ("sqlite:", *SERVERS)
COPY_PATIENCE = 2
"""Seconds for which a copy that is silent is waited for: the database is there."""


def settings_or_refuse() -> Settings:
    """Return the settings, or end with what is wrong about them."""
    try:
        settings = load()
    except UnsafeSettingsError as unsafe:
        refuse(str(unsafe))
    if not settings.url.startswith(ENGINES):
        refuse("EFFACE_DATABASE_URL: neither sqlite:// nor postgresql+psycopg://")
    copy = settings.read_database_url
    if copy and (settings.embedded or not copy.startswith(SERVERS)):
        refuse("EFFACE_READ_DATABASE_URL: a copy of a PostgreSQL database, or nothing")
    return settings


@contextmanager
def database(settings: Settings) -> Iterator["Store"]:
    """Open the database; what it cannot do ends the command with one line."""
    from app.store.session import DatabaseError

    try:
        if settings.embedded:
            settings.data_dir.mkdir(parents=True, exist_ok=True)
        store = store_at(settings, settings.url)
    except OSError as wrong:
        refuse(f"{settings.data_dir} cannot be made ({wrong.strerror})")
    except (DatabaseError, ImportError) as wrong:
        refuse(f"the database cannot be opened: {type(wrong).__name__}")
    try:
        yield store
    except DatabaseError as wrong:
        refuse(f"the database failed: {_why(wrong)}")
    finally:
        store.close()


def store_at(settings: Settings, url: str, *, patience: int | None = None) -> "Store":
    """Return the store of one of the databases that the settings name."""
    from app.store.session import Store

    return Store(
        url,
        threads=settings.threads,
        prepared_statements=settings.prepared_statements == "on",
        patience=patience,
    )


def copy_of(settings: Settings) -> "Store | None":
    """Return the store of the copy that public pages read, if there is one."""
    copy = settings.read_database_url
    return store_at(settings, copy, patience=COPY_PATIENCE) if copy else None


@contextmanager
def replica(settings: Settings) -> Iterator["Store | None"]:
    """Open the copy that public pages read, if there is one; it may lag or be away."""
    copy = copy_of(settings)
    try:
        yield copy
    finally:
        if copy is not None:
            copy.close()


def _why(wrong: Exception) -> str:
    """Return why the database failed, in words that hold no value of a row.

    Those of an engine that cannot be used name its file or its server; others may
    name what somebody typed.
    """
    said = str(getattr(wrong, "orig", None) or "").splitlines()
    if type(wrong).__name__ == "OperationalError" and said:
        return said[0]
    return type(wrong).__name__


@contextmanager
def standing_database(settings: Settings) -> Iterator["Store"]:
    """Open a database that is there and has this release's tables; make nothing."""
    from app.store.session import HEAD

    if settings.embedded and not _there(settings):
        refuse("there is no database yet; `efface db upgrade` makes one")
    with database(settings) as store:
        if not store.is_current():
            refuse(f"the tables are not at {HEAD}; run `efface db upgrade`")
        yield store


def known_directory() -> Directory:
    """Return the directory of the database where there is one, else the bundled one.

    Makes nothing: a question must not leave a folder behind.
    """
    from app.rulebook.load import read_vendors

    with _current() as store:
        if store is not None:
            from app.actions.read_directory import read_directory

            with store.reading() as session:
                found = read_directory(session)
            if found.vendors:
                return found
    return Directory({shape.slug: shape.value() for shape in read_vendors()})


def whole_directory() -> Directory:
    """Return the same vendors, to be published: a database of another release is refused.

    A question may be answered from the bundled vendors; a data set without those of
    the database would be false.
    """
    _refuse_another_release()
    return known_directory()


def whole_shapes() -> list[VendorShape]:
    """Return the same vendors in the form of their files, to be kept or carried on."""
    _refuse_another_release()
    return known_shapes()


def _refuse_another_release() -> None:
    settings = settings_or_refuse()
    if not settings.embedded or _there(settings):
        with standing_database(settings):
            pass


def known_shapes() -> list[VendorShape]:
    """Return the same vendors in the form of their files."""
    from app.rulebook.load import read_vendors

    with _current() as store:
        if store is not None:
            from app.actions.read_directory import vendor_tables

            with store.reading() as session:
                found = vendor_tables(session).values()
            if found:
                return [VendorShape.model_validate(tables) for tables in found]
    return list(read_vendors())


@contextmanager
def _current() -> Iterator["Store | None"]:
    """Open a database that is there and has this release's tables, or nothing.

    Of one with other tables it is said that it is not read: the answer would
    otherwise look like one that knows what is in it.
    """
    settings = settings_or_refuse()
    if settings.embedded and not _there(settings):
        yield None
        return
    with database(settings) as store:
        current = store.is_current()
        if not current:
            from app.store.session import HEAD

            remark(
                f"the database is not read: its tables are not at {HEAD}, and this"
                " rests on the bundled vendors alone; run `efface db upgrade`"
            )
        yield store if current else None


def known_figures(on: date) -> "Frozen":
    """Return the figures that were released by a day; none without a database."""
    from app.actions.read_figures import read_frozen
    from app.words.dataset import Frozen

    with _current() as store:
        if store is None:
            return Frozen()
        with store.reading() as session:
            return read_frozen(session, on)


def known_editions() -> "tuple[Edited, ...]":
    """Return each moment at which vendors were edited; none without a database."""
    from app.actions.read_editions import read_editions

    with _current() as store:
        if store is None:
            return ()
        with store.reading() as session:
            return read_editions(session)


def _there(settings: Settings) -> bool:
    """Return whether the embedded database was made; elsewhere, take it for made."""
    return settings.database_url is not None or settings.sqlite_file.exists()
