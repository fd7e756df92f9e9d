"""The pages of advocates and the public: who is covered, by which law, since when."""

from fastapi import APIRouter

from app.web.coverage import atlas, jurisdictions, laws, matrix, vendors

router = APIRouter()
for part in (matrix, atlas, vendors, jurisdictions, laws):
    router.include_router(part.router)
