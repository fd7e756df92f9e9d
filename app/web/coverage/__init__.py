"""The pages of advocates and the public: who is covered, by which law, since when."""

from fastapi import APIRouter

from app.web.coverage import (
    accountability,
    atlas,
    changes,
    compare,
    embeds,
    gaps,
    jurisdictions,
    laws,
    matrix,
    regulators,
    share,
    vendors,
)

router = APIRouter()
for part in (
    matrix,
    atlas,
    vendors,
    jurisdictions,
    laws,
    changes,
    compare,
    accountability,
    gaps,
    embeds,
    regulators,
    share,
):
    router.include_router(part.router)
