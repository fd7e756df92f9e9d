"""The pages of residents: check, file, confirm, track."""

from fastapi import APIRouter

from app.web.residents import check, confirm, file, lost, track

router = APIRouter()
for part in (check, file, confirm, track, lost):
    router.include_router(part.router)
