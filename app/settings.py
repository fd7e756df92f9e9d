"""The only reader of the environment (contract, section 1)."""

from enum import StrEnum
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "[::1]", "::1"})
HOLD_IN_PRODUCTION = 60
"""Minutes between confirmation and sending, where nothing else is set."""


class Environment(StrEnum):
    """Where the portal runs."""

    LOCAL = "local"
    PRODUCTION = "production"


class UnsafeSettingsError(ValueError):
    """The settings do not allow a start; the message names all that is wrong."""


class Settings(BaseSettings):
    """What an operator may set; the defaults need nothing at all."""

    model_config = SettingsConfigDict(
        env_prefix="EFFACE_", extra="ignore", env_ignore_empty=True
    )

    environment: Environment = Environment.LOCAL
    data_dir: Path = Path("efface-data")
    database_url: str | None = Field(default=None, repr=False)
    read_database_url: str | None = Field(default=None, repr=False)
    prepared_statements: Literal["on", "off"] = "on"
    base_url: str = "http://localhost:8000"
    master_keys: str | None = Field(default=None, repr=False)
    epoch_keys: Path | None = None
    operator: str | None = None
    operator_address: str | None = None
    contact: str | None = None
    keep_days: int = Field(default=30, ge=0, le=730)
    metrics_token: str | None = Field(default=None, repr=False)
    mail_url: str | None = Field(default=None, repr=False)
    mail_from: str = "efface@localhost"
    reply_domain: str = "reply.localhost"
    dkim_key: Path | None = None
    dkim_selector: str | None = None
    inbox_url: str | None = Field(default=None, repr=False)
    drp_agent_id: str | None = None
    drp_signing_key: str | None = Field(default=None, repr=False)
    threads: int = Field(default=4, ge=1, le=64)
    hold: int | None = Field(default=None, ge=0, le=7 * 24 * 60)
    vendor_letters: int = Field(default=100, ge=1, le=100_000)
    """Letters that leave to one vendor in an hour at most."""

    @property
    def production(self) -> bool:
        """Whether real people are served."""
        return self.environment is Environment.PRODUCTION

    @property
    def sqlite_file(self) -> Path:
        """The embedded database."""
        return self.data_dir / "efface.db"

    @property
    def url(self) -> str:
        """The database's address."""
        return self.database_url or f"sqlite:///{self.sqlite_file.absolute()}"

    @property
    def embedded(self) -> bool:
        """Whether the database is SQLite, with one writer and one worker."""
        return self.url.startswith("sqlite")

    @property
    def epochs_dir(self) -> Path:
        """Where the epoch key pairs lie."""
        return self.epoch_keys or self.data_dir / "epochs"

    @property
    def master_key_file(self) -> Path:
        """Where the secret of keyed hashes lies, unless it is in the environment."""
        return self.data_dir / "master.key"

    @property
    def mail_address(self) -> str:
        """Where mail goes: a server, or a folder."""
        return self.mail_url or f"folder:{self.data_dir / 'mail'}"

    @property
    def hold_minutes(self) -> int:
        """Minutes between confirmation and sending, with a cancel link."""
        if self.hold is not None:
            return self.hold
        return HOLD_IN_PRODUCTION if self.production else 0

    @property
    def operator_name(self) -> str:
        """Who runs this portal."""
        return self.operator or "Efface (local)"

    @property
    def protocol(self) -> bool:
        """Whether this portal is an agent of the Data Rights Protocol."""
        return bool(self.drp_agent_id and self.drp_signing_key)

    @property
    def secure(self) -> bool:
        """Whether visitors come by https."""
        return self.base_url.startswith("https://")

    def unsafe(self) -> tuple[str, ...]:
        """Return what keeps ``production`` from starting, one line each."""
        needed = {
            "EFFACE_BASE_URL": "base_url" in self.model_fields_set,
            "EFFACE_DATABASE_URL": self.database_url,
            "EFFACE_OPERATOR": self.operator,
            "EFFACE_OPERATOR_ADDRESS": self.operator_address,
            "EFFACE_CONTACT": self.contact,
            "EFFACE_MAIL_URL": self.mail_url,
            "EFFACE_MAIL_FROM": "mail_from" in self.model_fields_set,
            "EFFACE_REPLY_DOMAIN": "reply_domain" in self.model_fields_set,
            "EFFACE_METRICS_TOKEN": self.metrics_token,
        }
        missing = [f"{name} is not set" for name, there in needed.items() if not there]
        if bool(self.drp_agent_id) != bool(self.drp_signing_key):
            missing.append("EFFACE_DRP_AGENT_ID and EFFACE_DRP_SIGNING_KEY go together")
        if "base_url" in self.model_fields_set and not self.secure:
            missing.append("EFFACE_BASE_URL must begin with https://")
        return tuple(missing)

    def doubtful(self) -> tuple[str, ...]:
        """Return what an operator should look at, in any environment."""
        host = urlsplit(self.base_url).hostname or ""
        if not self.secure and host not in _LOOPBACK:
            return (f"EFFACE_BASE_URL is http on {host}: cookies travel unprotected",)
        return ()


def load() -> Settings:
    """Return the settings of this environment.

    Raises:
        UnsafeSettingsError: If one cannot be read, or ``production`` lacks some; it
            names them all and never shows a value.
    """
    try:
        settings = Settings()
    except ValidationError as wrong:
        names = sorted({f"EFFACE_{e['loc'][0]}".upper() for e in wrong.errors()})
        raise UnsafeSettingsError(f"cannot read {', '.join(names)}") from None
    unsafe = settings.unsafe() if settings.production else ()
    if unsafe:
        raise UnsafeSettingsError("production refuses to start: " + "; ".join(unsafe))
    return settings
