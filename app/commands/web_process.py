"""One web process among several."""

import gc
from typing import TYPE_CHECKING

from app.settings import Settings

if TYPE_CHECKING:
    from fastapi import FastAPI


def web_process(settings: Settings) -> "FastAPI":
    """Return the application of this process.

    Its parent asks whether it lives as soon as this module is imported: what takes
    long to import comes after that.
    """
    from app.commands.database import copy_of, store_at
    from app.commands.house import open_keys
    from app.commands.logs import set_up
    from app.main import create_app

    set_up()
    app = create_app(
        settings,
        store=store_at(settings, settings.url),
        keys=open_keys(settings, create=False),
        replica=copy_of(settings),
    )
    keep_what_is_here()
    return app


def keep_what_is_here() -> None:
    """Let the collector pass over what stays: to look through it takes 100 ms a time.

    For a process that does nothing but serve.
    """
    gc.collect()
    gc.freeze()
