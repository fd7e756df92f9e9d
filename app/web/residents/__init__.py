"""The pages of residents: check, file, confirm, track."""

from fastapi import APIRouter

from app.web.residents import (
    blank,
    change,
    check,
    confirm,
    drop,
    evidence,
    file,
    lost,
    own_letters,
    track,
    watch,
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
    evidence,
    watch,
    lost,
):
    router.include_router(part.router)
