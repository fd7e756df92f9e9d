"""The pages of staff."""

from fastapi import APIRouter

from app.web.staff import queue, request, sign_in

router = APIRouter(prefix="/staff")
for part in (sign_in, queue, request):
    router.include_router(part.router)
