"""The pages of residents: check, file, confirm, track."""

from fastapi import APIRouter

from app.web.residents import (
    blank,
    broadcast,
    change,
    check,
    check_answers,
    circle_answer,
    confirm,
    drop,
    evidence,
    file,
    lost,
    merged_draft,
    news,
    own_letters,
    steps,
    they_wrote,
    track,
    watch,
    written,
)

router = APIRouter()
for part in (
    check,
    circle_answer,
    file,
    merged_draft,
    check_answers,
    confirm,
    track,
    broadcast,
    change,
    they_wrote,
    steps,
    written,
    own_letters,
    drop,
    blank,
    evidence,
    watch,
    news,
    lost,
):
    router.include_router(part.router)
