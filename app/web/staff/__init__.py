"""The pages of staff: sign in, the queue, the inbox, one request, the laws, the audit trail."""

from app.web.staff import (
    audit,
    deliveries,
    door,
    inbox,
    laws,
    people,
    queue,
    replies,
    requests,
    systems,
)
from app.web.wing import Wing

router = Wing("/staff")
for part in (
    door,
    queue,
    inbox,
    requests,
    replies,
    deliveries,
    people,
    audit,
    laws,
    systems,
):
    router.add(part.router)
