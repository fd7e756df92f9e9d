"""Public keys of mail domains, from the DNS."""

from collections.abc import Callable
from typing import TypeAlias

import dns.exception
import dns.resolver

TIMEOUT = 5
"""Seconds for one name."""
LONGEST_KEY = 4_096
Lookup: TypeAlias = Callable[[str], str | None]
"""Gives the key record of a name: empty where there is none, None if nobody answers."""


def look_up(name: str) -> str | None:
    """Return the key record that stands under a name."""
    try:
        found = dns.resolver.resolve(name, "TXT", lifetime=TIMEOUT, search=False)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return ""
    except (dns.exception.DNSException, OSError, ValueError):
        return None
    texts = (b"".join(record.strings) for record in found)
    keys = [text for text in texts if b"p=" in text and len(text) <= LONGEST_KEY]
    return keys[0].decode("ascii", "replace") if keys else ""
