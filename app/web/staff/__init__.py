"""The pages of staff: sign in, the queue, one request, the audit trail."""

from fastapi import APIRouter

from app.web.staff import audit, door, people, queue, replies, requests

router = APIRouter()
for part in (door, queue, requests, replies, people, audit):
    router.include_router(part.router, prefix="/staff")
