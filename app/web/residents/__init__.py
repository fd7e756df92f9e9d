"""The pages of residents: check, file, confirm, track."""

from fastapi import APIRouter

from app.web.residents import (
    answer,
    blank,
    change,
    check,
    confirm,
    drop,
    evidence,
    file,
    lost,
    own_letters,
    steps,
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
    answer,
    steps,
    written,
    own_letters,
    drop,
    blank,
    evidence,
    watch,
    lost,
):
    router.include_router(part.router)
