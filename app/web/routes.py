"""Every route, and who it is for."""

from fastapi import FastAPI

from app.web import (
    callbacks,
    corrections,
    coverage,
    heads,
    info,
    public_files,
    residents,
    staff,
    vendor_replies,
)
from app.web.api import router as api


def include(app: FastAPI) -> None:
    """Put the routes of all pages and of the API into ``app``."""
    for part in (
        api,
        staff.router,
        residents.router,
        vendor_replies.router,
        coverage.router,
        corrections.router,
        callbacks.router,
        heads.router,
        info.router,
        public_files.router,
    ):
        app.include_router(part, include_in_schema=part is api)
