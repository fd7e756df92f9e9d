"""The sheet of keys that can be pressed where scripts run; all goes without them."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.web.deps import PagesDep
from app.web.staff.gate import MemberDep, StaffRoute

router = APIRouter(route_class=StaffRoute)


@router.get("/keys")
async def keys(request: Request, member: MemberDep, pages: PagesDep) -> Response:
    """Show which key does what."""
    return pages.show(request, "staff/keys.html", None, staff=member)
