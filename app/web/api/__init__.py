"""The API: the same answers as the pages, for programs."""

from fastapi import APIRouter

from app.web.api import filings, law, replies

router = APIRouter(prefix="/api/v1")
for part in (law, filings, replies):
    router.include_router(part.router)
