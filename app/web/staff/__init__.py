"""The pages of staff: sign in, the queue, the inbox, one request, the laws, the audit trail."""

from fastapi.routing import APIRoute, iter_route_contexts

from app.web.staff import (
    account,
    answers,
    audit,
    bulk,
    by_hand,
    calendar,
    checks,
    corrections,
    deliveries,
    door,
    figures,
    inbox,
    keys,
    laws,
    mail_files,
    members,
    notes,
    people,
    policy,
    proposals,
    prove,
    queue,
    refusals,
    replies,
    requests,
    second,
    several,
    systems,
    vendor_edit,
    vendor_file,
    vendors,
    ways,
    work,
)
from app.web.wing import Wing

router = Wing("/staff")
for part in (
    second,
    door,
    proposals,
    prove,
    account,
    members,
    queue,
    several,
    figures,
    keys,
    inbox,
    mail_files,
    answers,
    requests,
    replies,
    work,
    ways,
    by_hand,
    deliveries,
    bulk,
    people,
    audit,
    laws,
    calendar,
    checks,
    notes,
    refusals,
    corrections,
    systems,
    vendors,
    vendor_file,
    vendor_edit,
):
    router.add(part.router)

policy.held_by(
    (method, str(context.path))
    for context in iter_route_contexts(router.routes)
    if isinstance(context.original_route, APIRoute)
    for method in context.original_route.methods or ()
)
