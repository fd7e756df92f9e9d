"""Every table of ours, for what must know them all: migrations, backups.

A module that holds a table stands here; a test looks for those that do not.
"""

from app.store import (  # noqa: F401 - importing a module names its tables
    audit,
    broadcasts,
    bulk,
    checks,
    corrections,
    editing,
    figures,
    heads,
    inbox,
    limits,
    mailboxes,
    matching,
    notes,
    notices,
    outbox,
    people,
    protocol,
    refusals,
    requests,
    staff,
    vendors,
    watches,
    webhooks,
)
from app.store.base import Base

TABLES = Base.metadata
