"""A browser in words, so that people tell their own apart."""

from fastapi import Request

BROWSERS = (
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def agent_of(request: Request) -> str:
    """Return browser and system by their names; nothing else of the header is kept."""
    told = request.headers.get("user-agent", "")
    found = (
        next((name for sign, name in table if sign in told), "")
        for table in (BROWSERS, SYSTEMS)
    )
    return ", ".join(name for name in found if name)
