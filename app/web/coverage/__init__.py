"""The pages of advocates and the public: who is covered, by which law, since when."""

from fastapi import APIRouter

from app.web.coverage import (
    accountability,
    atlas,
    change_feeds,
    changes,
    compare,
    embeds,
    gaps,
    jurisdictions,
    laws,
    matrix,
    one_change,
    one_vendor,
    regulators,
    share,
    vendors,
)

router = APIRouter()
for part in (
    matrix,
    atlas,
    vendors,
    one_vendor,
    jurisdictions,
    laws,
    changes,
    change_feeds,
    one_change,
    compare,
    accountability,
    gaps,
    embeds,
    regulators,
    share,
):
    router.include_router(part.router)
