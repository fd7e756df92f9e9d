"""The API: the same answers as the pages, for programs."""

from app.web.api import bulk, figures, filings, law, matching, replies
from app.web.wing import Wing

router = Wing("/api/v1")
for part in (
    law,
    figures,
    filings,
    replies,
    bulk,
    matching,
):  # addresses are compared in this order
    router.add(part.router)
