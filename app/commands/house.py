"""Open the house for a command: settings, keys, tables, vendors."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from app import clock
from app.actions.desk import Desk
from app.actions.import_vendors import record_bundled
from app.actions.portal import Portal
from app.actions.read_directory import read_directory
from app.commands.saying import refuse
from app.domain.vendors import Directory
from app.letters import Letters
from app.main import portal_of, shipped
from app.rulebook.load import bundled_directory, load_rulebook
from app.settings import Settings, UnsafeSettingsError, load
from app.store.keys import Keys, KeysError, begin_epoch, master_keys
from app.store.session import Store


@dataclass(frozen=True, slots=True)
class House:
    """One installation, open."""

    settings: Settings
    store: Store
    keys: Keys
    portal: Portal

    def desk(self) -> Desk:
        """Return what the actions need, with the vendors as they are now."""
        with self.store.reading() as session:
            directory = read_directory(session)
        letters = Letters(shipped("templates"))
        return Desk(load_rulebook(), directory, self.portal, self.keys, letters)


def settings_or_refuse() -> Settings:
    """Return the settings, or end with what is wrong about them."""
    try:
        return load()
    except UnsafeSettingsError as unsafe:
        refuse(str(unsafe))


@contextmanager
def house(*, upgrade: bool = True) -> Iterator[House]:
    """Open the installation; on the embedded default, make what is missing."""
    settings = settings_or_refuse()
    store = open_store(settings)
    try:
        if upgrade:
            make_ready(store)
        keys = open_keys(settings)
        yield House(settings, store, keys, portal_of(settings))
    finally:
        store.close()


def open_store(settings: Settings) -> Store:
    """Return the database, whose folder is made where it is missing."""
    if settings.embedded:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
    return Store(
        settings.url,
        threads=settings.threads,
        prepared_statements=settings.prepared_statements == "on",
    )


def open_keys(settings: Settings) -> Keys:
    """Return the keys; a process that only files has the public epoch keys alone."""
    try:
        if not any(settings.epochs_dir.glob("*.pub")):
            begin_epoch(settings.epochs_dir, clock.now())
        master = master_keys(
            settings.master_keys, settings.master_key_file, create=True
        )
        return Keys(master, settings.epochs_dir)
    except (KeysError, OSError, ValueError) as wrong:
        refuse(f"keys: {wrong}")


def make_ready(store: Store) -> None:
    """Bring the tables to this release, and record the bundled vendors."""
    if not store.is_current():
        import_ready(store)
    with store.writing() as session:
        record_bundled(session, at=clock.now())


def import_ready(store: Store) -> None:
    """Run the migrations that are missing."""
    from app.store.schema import upgrade

    upgrade(store, shipped("alembic.ini"), shipped("migrations"))


def known_directory() -> Directory:
    """Return the vendors of the database where there is one, else the bundled ones.

    Makes nothing: a question must not leave a folder behind.
    """
    settings = settings_or_refuse()
    if settings.embedded and not settings.sqlite_file.exists():
        return bundled_directory()
    store = open_store(settings)
    try:
        if not store.is_current():
            return bundled_directory()
        with store.reading() as session:
            found = read_directory(session)
        return found if found.vendors else bundled_directory()
    finally:
        store.close()
