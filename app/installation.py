"""What one installation is: its release, the files that came with it, its address."""

from importlib.metadata import version
from pathlib import Path

from app.actions.portal import Portal
from app.settings import Settings

APP = Path(__file__).parent
RELEASE = version("efface")


def shipped(name: str) -> Path:
    """Return a folder or file that stands at the top of the checkout.

    In an installed package it travels inside ``app``.
    """
    inside = APP / "_shipped" / name
    return inside if inside.exists() else APP.parent / name


def portal_of(settings: Settings) -> Portal:
    """Return what the actions need to know of this installation."""
    return Portal(
        base_url=settings.base_url.rstrip("/"),
        operator=settings.operator_name,
        operator_address=settings.operator_address,
        contact=settings.contact,
        mail_from=settings.mail_from,
        reply_domain=settings.reply_domain,
        hold_minutes=settings.hold_minutes,
        keep_days=settings.keep_days,
        production=settings.production,
        release=RELEASE,
        metrics_token=settings.metrics_token,
        protocol=settings.protocol,
    )
