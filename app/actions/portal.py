"""What the actions need to know of the portal itself: who runs it, and its rules."""

from dataclasses import dataclass
from datetime import timedelta

UNCONFIRMED_LIVES = timedelta(hours=24)
"""How long a filing waits for its confirmation, and the mailed link with it."""
CODE_LIVES = timedelta(minutes=10)
CODE_TRIES = 5
DRAFT_LIVES = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class Portal:
    """One installation, as its settings describe it."""

    base_url: str
    """Without a slash at its end."""
    operator: str
    operator_address: str | None
    contact: str | None
    mail_from: str
    reply_domain: str
    hold_minutes: int
    keep_days: int
    production: bool
    release: str
    metrics_token: str | None = None
    protocol: bool = False
    """Whether we are an agent of the Data Rights Protocol."""

    @property
    def secure(self) -> bool:
        """Whether visitors come by https."""
        return self.base_url.startswith("https://")

    @property
    def host(self) -> str:
        """By which name it is found, with a port where it has an unusual one."""
        return self.base_url.partition("://")[2]

    def cookie(self, name: str) -> str:
        """Return a cookie's name; by https the browser holds it to this host."""
        return f"__Host-{name}" if self.secure else name

    def link(self, path: str) -> str:
        """Return the public address of a page."""
        return f"{self.base_url}{path}"
