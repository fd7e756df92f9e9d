"""The pages of residents: check, file, confirm, track."""

from fastapi import APIRouter

from app.web.residents import (
    change,
    check,
    confirm,
    file,
    lost,
    own_letters,
    track,
    written,
)

router = APIRouter()
for part in (check, file, confirm, track, change, written, own_letters, lost):
    router.include_router(part.router)
