"""Open the house for a command that writes: settings, keys, tables, vendors."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from app import clock
from app.actions.back_up import in_use
from app.actions.desk import Desk
from app.actions.import_vendors import record_bundled
from app.actions.portal import Portal
from app.actions.read_directory import read_directory
from app.commands.database import database, settings_or_refuse, standing_database
from app.commands.saying import refuse
from app.installation import portal_of, shipped
from app.letters import Letters
from app.rulebook.load import load_rulebook
from app.settings import Settings
from app.store import schema
from app.store.keys import (
    EPOCH_FILES,
    Keys,
    KeysError,
    begin_epoch,
    begin_head_key,
    master_keys,
)
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


@contextmanager
def house(settings: Settings | None = None) -> Iterator[House]:
    """Open the installation; make what is missing, bring the tables to this release."""
    settings = settings or settings_or_refuse()
    with database(settings) as store:
        make_ready(store)
        _want_kept_keys(settings, store)
        yield House(settings, store, open_keys(settings), portal_of(settings))


@contextmanager
def standing_house() -> Iterator[House]:
    """Open an installation that is there; make nothing."""
    settings = settings_or_refuse()
    with standing_database(settings) as store:
        keys = open_keys(settings, create=False)
        yield House(settings, store, keys, portal_of(settings))


def _want_kept_keys(settings: Settings, store: Store) -> None:
    """Refuse to make keys beside what others sealed: nobody could open it."""
    wanted: list[str] = []
    if not _has_epochs(settings):
        wanted.append(str(settings.epochs_dir))
    if settings.master_keys is None and not settings.master_key_file.exists():
        wanted.append(str(settings.master_key_file))
    if not wanted:
        return
    with store.reading() as session:
        held = in_use(session)
    if held is not None:
        missing = " and ".join(wanted)
        refuse(f"keys: {held}, and {missing} is missing: put back its keys first")


def _has_epochs(settings: Settings) -> bool:
    return any(settings.epochs_dir.glob(f"{EPOCH_FILES}.pub"))


def keys_at_hand(settings: Settings) -> Keys | None:
    """Return the keys, or None where they are elsewhere."""
    try:
        file = settings.master_key_file
        master = master_keys(settings.master_keys, file, create=False)
        return Keys(master, settings.epochs_dir)
    except (OSError, ValueError):
        return None


def open_keys(settings: Settings, *, create: bool = True) -> Keys:
    """Return the keys; a process that only files has the public epoch keys alone."""
    try:
        if create and not _has_epochs(settings):
            begin_epoch(settings.epochs_dir, clock.now())
            begin_head_key(settings.epochs_dir)
        master = master_keys(
            settings.master_keys, settings.master_key_file, create=create
        )
        return Keys(master, settings.epochs_dir)
    except KeysError as wrong:
        refuse(f"keys: {wrong}")
    except (OSError, ValueError) as wrong:
        refuse(f"keys: cannot be read or made: {type(wrong).__name__}")


def make_ready(store: Store) -> None:
    """Bring the tables to this release, and record the bundled vendors."""
    make_tables(store)
    with store.writing() as session:
        record_bundled(session, at=clock.now())


def make_tables(store: Store) -> None:
    """Run the migrations that are missing."""
    if not store.is_current():
        schema.upgrade(store, shipped("alembic.ini"), shipped("migrations"))
