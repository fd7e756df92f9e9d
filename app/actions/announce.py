"""Say to the programs of vendors and operators that there is something to fetch.

A call is written in the transaction that it tells of; the worker makes it
(:mod:`app.actions.call_webhooks`).
"""

import json
import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from app.domain.webhooks import HookEvent
from app.store import audit, people, webhooks
from app.store.base import new_id
from app.store.keys import Keys
from app.store.sealing import Sealer
from app.store.webhooks import Webhook, WebhookCall


def set_webhook(
    session: Session, keys: Keys, vendor: str | None, url: str | None, *, at: datetime
) -> str | None:
    """Call an address from now on, and return its secret, shown once.

    The address before ends with it; without a new one nobody is called any more.
    """
    for old in webhooks.living(session, vendor):
        webhooks.end(old, at=at)
    subject = vendor or "operator"
    if url is None:
        audit.append(
            session, at=at, actor="command", action="webhook ended", subject=subject
        )
        return None
    hook = Webhook(id=new_id(at), vendor=vendor, url=url, created_at=at, ended_at=None)
    secret = f"efw_{secrets.token_urlsafe(32)}"
    thing = Sealer(keys.epoch, None).seal(secret.encode(), hook.place)
    for name, value in people.columns(thing).items():
        setattr(hook, name, value)
    session.add(hook)
    audit.append(session, at=at, actor="command", action="webhook set", subject=subject)
    return secret


def announce(
    session: Session,
    kind: HookEvent,
    vendor: str,
    told: Mapping[str, Any],
    *,
    at: datetime,
) -> None:
    """Let the operator's program be called, and the vendor's where it is for it."""
    hooks = webhooks.living(session, None)
    if kind is HookEvent.BATCH_READY:
        hooks += webhooks.living(session, vendor)
    event = new_id(at)
    body = {
        "event": str(event),
        "type": kind,
        "at": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "vendor": vendor,
        **told,
    }
    for hook in hooks:
        session.execute(
            insert(WebhookCall.__table__),
            {
                "webhook_id": hook.id,
                "id": new_id(at),
                "event": event,
                "kind": kind,
                "body": json.dumps(body, separators=(",", ":")),
                "attempts": 0,
                "next_try": at,
                "done_at": None,
                "taken": False,
            },
        )
