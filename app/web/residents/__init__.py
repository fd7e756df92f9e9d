"""The pages of residents: check, file, confirm, track."""

from fastapi import APIRouter

from app.web.residents import (
    blank,
    change,
    check,
    confirm,
    drop,
    file,
    lost,
    own_letters,
    track,
    written,
)

router = APIRouter()
for part in (
    check,
    file,
    confirm,
    track,
    change,
    written,
    own_letters,
    drop,
    blank,
    lost,
):
    router.include_router(part.router)
