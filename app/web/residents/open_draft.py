"""Find a draft again, and whom it asks by a name that leads on to another record."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from fastapi import Request

from app.actions.desk import Desk
from app.actions.drafts import Draft, read_draft
from app.domain.vendors import Vendor
from app.store.session import Store
from app.web.errors import Problem
from app.web.residents.cookies import draft_key


async def own_draft(
    request: Request, draft: UUID, store: Store, desk: Desk, at: datetime
) -> tuple[Draft, bytes]:
    """Return a draft of this browser that was not filed yet, and its key.

    Raises:
        Problem: 404 where it is gone, or is another browser's; it leads on where it
            was filed.
    """
    key = draft_key(request, desk.portal)
    found = await store.read(read_draft, key, draft, at=at) if key else None
    if found is None or key is None:
        raise Problem(404, "This draft is gone.", field="draft")
    if found.filing is not None:
        # The back button after sending: nothing is typed into it any more.
        address = f"/confirm?draft={draft}"
        raise Problem(303, "It was filed already.", headers={"Location": address})
    return found, key


def doubles_in(desk: Desk, content: Mapping[str, Any]) -> tuple[Vendor, ...]:
    """Return the companies of a draft for which another record stands by now."""
    doubles = desk.directory.doubles
    return tuple(doubles[one] for one in content["vendors"] if one in doubles)
