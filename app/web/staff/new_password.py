"""What is said at a new password, and its hash: both are slow, and run beside the loop."""

from collections.abc import Iterable, Mapping

from anyio import to_thread
from fastapi import Request

from app.actions.enrol_staff import HASHER
from app.actions.weigh_password import PasswordFault, fault_of
from app.web.deps import parts
from app.words.marks import mark

FAULTS: Mapping[PasswordFault, str] = {
    PasswordFault.SHORT: mark("Enter a password of 12 characters or more"),
    PasswordFault.LONG: mark("Enter a password of 200 characters or less"),
    PasswordFault.GUESSABLE: mark(
        "This password is easy to guess. Take four or more words that do not belong together"
    ),
}


async def wrong_with(
    request: Request, password: str, known: Iterable[str]
) -> str | None:
    """Return the message for a password that is refused; None for a good one."""
    here = parts(request)
    known = (*known, here.portal.operator)
    fault = await to_thread.run_sync(fault_of, password, known, limiter=here.passwords)
    return None if fault is None else FAULTS[fault]


async def hashed(request: Request, password: str) -> str:
    """Return the hash of a password."""
    return await to_thread.run_sync(
        HASHER.hash, password, limiter=parts(request).passwords
    )
