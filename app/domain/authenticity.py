"""Whether a mail is from a vendor: a policy of our own over DKIM.

A signature that a library calls valid does not prove what a reader sees: a second
subject, words behind the signed ones, a domain that looks alike or an old mail sent
again all pass (security, finding 8 and rows 21 to 23). What a relay wrote about it
(``Authentication-Results``) is not looked at: anybody can write it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.domain.mails import Held, Mail, Signature

ONCE = ("from", "to", "subject", "date", "message-id")
"""Headers that must stand there exactly once."""
SIGNED = frozenset({"from", "to", "subject", "date"})
LEAST_BITS = 1024
TAKEN = frozenset({"rsa-sha256"})
"""Algorithms that are believed: SHA-1 is broken, and few sign with Ed25519 alone."""


class Authenticity(StrEnum):
    """What is known of who wrote a mail."""

    AUTHENTIC = "authentic"
    NOT_PROVED = "not_proved"
    NOT_CHECKED = "not_checked"
    """A key could not be looked up; it may be later."""


class Doubt(StrEnum):
    """Why a mail proves nothing."""

    NO_COMPANY = "no_company"
    """It belongs to no request, so there is no company that it could be from."""
    NO_SIGNATURE = "no_signature"
    OTHER_DOMAIN = "other_domain"
    """Sender or signature is of a domain that the company has not enrolled."""
    SEVERAL_HEADERS = "several_headers"
    MISSING_HEADER = "missing_header"
    NOT_ALL_SIGNED = "not_all_signed"
    PARTLY_SIGNED = "partly_signed"
    WEAK = "weak"
    EXPIRED = "expired"
    TESTING = "testing"
    """The domain says that it only tries signing out (``t=y``)."""
    BROKEN = "broken"
    """The signature does not fit the mail."""
    NO_KEY = "no_key"
    """The domain has no such key."""
    KEY_UNREACHED = "key_unreached"
    REPLAYED = "replayed"
    NOT_TO_US = "not_to_us"
    """The request's own address is not in its To."""
    NOT_READ_WHOLE = "not_read_whole"


LATER = (Doubt.KEY_UNREACHED,)
"""All that speaks against a mail that may prove to be authentic yet."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What became of one signature."""

    fits: bool
    bits: int
    """Length of its key."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A verdict, and what speaks against the mail."""

    verdict: Authenticity
    doubts: tuple[Doubt, ...] = ()


def worth_checking(mail: Mail, domains: Sequence[str]) -> tuple[Signature, ...]:
    """Return the signatures of enrolled domains: no other key is ever asked for."""
    return tuple(s for s in mail.signatures if s.domain in domains)


def judge(
    mail: Mail,
    *,
    domains: Sequence[str],
    address: str | None,
    keys: Mapping[str, str | None],
    checked: Mapping[str, Checked],
    replayed: bool,
    at: datetime,
) -> Judged:
    """Return what a mail proves about its sender.

    Args:
        mail: What was read of it.
        domains: The domains that the vendor has enrolled; matched exactly.
        address: The reply address of its request; None where it has no request.
        keys: DNS answers by name; an empty one says that there is none. A name that
            is missing, or None, could not be looked up.
        checked: What became of each signature, by its digest.
        replayed: Whether the same signature or Message-ID came before.
        at: The moment of receipt.
    """
    if address is None:
        return Judged(Authenticity.NOT_PROVED, (Doubt.NO_COMPANY,))
    doubts = _of_the_mail(mail, domains, address, replayed=replayed)
    each = [
        _of_one(signature, keys, checked, at)
        for signature in worth_checking(mail, domains)
    ]
    if not each:
        foreign = Doubt.OTHER_DOMAIN if mail.signatures else Doubt.NO_SIGNATURE
        doubts = (*doubts, *({foreign} - set(doubts)))
    elif not any(found == () for found in each):
        doubts = (*doubts, *min(each, key=lambda found: (found != LATER, len(found))))
    if not doubts:
        return Judged(Authenticity.AUTHENTIC)
    verdict = Authenticity.NOT_CHECKED if doubts == LATER else Authenticity.NOT_PROVED
    return Judged(verdict, doubts)


def _of_the_mail(
    mail: Mail, domains: Sequence[str], address: str, *, replayed: bool
) -> tuple[Doubt, ...]:
    """Return what speaks against a mail, whatever its signatures say."""
    counts = [mail.counts.get(name, 0) for name in ONCE]
    against = {
        Doubt.NOT_READ_WHOLE: mail.held not in {None, Held.CUT},
        Doubt.SEVERAL_HEADERS: max(counts) > 1 or len(mail.sender) > 1,
        Doubt.MISSING_HEADER: min(counts) == 0 or not mail.sender,
        Doubt.OTHER_DOMAIN: bool(mail.sender) and mail.sender_domain not in domains,
        Doubt.NOT_TO_US: address.lower() not in mail.to,
        Doubt.REPLAYED: replayed,
    }
    return tuple(doubt for doubt, holds in against.items() if holds)


def _of_one(
    signature: Signature,
    keys: Mapping[str, str | None],
    checked: Mapping[str, Checked],
    at: datetime,
) -> tuple[Doubt, ...]:
    """Return what speaks against one signature of an enrolled domain."""
    signs = set(signature.signs)
    found = checked.get(signature.digest)
    key = keys.get(signature.key_name)
    against = {
        Doubt.NOT_ALL_SIGNED: not signs >= SIGNED,
        Doubt.PARTLY_SIGNED: signature.partial,
        Doubt.WEAK: signature.algorithm not in TAKEN
        or (found is not None and found.fits and found.bits < LEAST_BITS),
        Doubt.EXPIRED: signature.expires is not None
        and signature.expires < at.timestamp(),
        Doubt.KEY_UNREACHED: key is None,
        Doubt.NO_KEY: key == "",
        Doubt.TESTING: bool(key) and is_testing(key or ""),
        Doubt.BROKEN: bool(key) and not (found is not None and found.fits),
    }
    return tuple(doubt for doubt, holds in against.items() if holds)


def is_testing(key: str) -> bool:
    """Return whether a key record says that its domain only tries signing out."""
    tags = (part.partition("=") for part in key.split(";"))
    flags = (value for name, _, value in tags if name.strip() == "t")
    return any("y" in value.replace(" ", "").split(":") for value in flags)
