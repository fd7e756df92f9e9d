"""How Alembic meets our tables: over a connection that is handed in."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext

from app.store import (
    audit,
    broadcasts,
    bulk,
    checks,
    corrections,
    editing,
    heads,
    limits,
    matching,
    notes,
    outbox,
    people,
    refusals,
    requests,
    staff,
    vendors,
    watches,
    webhooks,
)
from app.store.base import Base, Moment

TABLES = (
    audit,
    broadcasts,
    bulk,
    editing,
    checks,
    corrections,
    heads,
    limits,
    matching,
    notes,
    outbox,
    people,
    refusals,
    requests,
    staff,
    vendors,
    watches,
    webhooks,
)


def render_item(kind: str, item: Any, autogen: AutogenContext) -> str | Literal[False]:
    if kind == "type" and isinstance(item, Moment):
        autogen.imports.add("from app.store.base import Moment")
        return "Moment()"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_item=render_item,
    render_as_batch=False,
)
with context.begin_transaction():
    context.run_migrations()
