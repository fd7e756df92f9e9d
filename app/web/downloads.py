"""Files to keep: those that we make, and those that somebody gave."""

import re
from urllib.parse import quote

from fastapi.responses import Response

NOT_PLAIN = re.compile(r"[^A-Za-z0-9 ._()-]")
"""What could end the quoted name, or be read as another one."""


def attachment(name: str) -> dict[str, str]:
    """Return the headers of a file that the browser keeps under a name."""
    plain = NOT_PLAIN.sub("_", name)
    whole = quote(name.encode("utf-8", "replace"), safe="")
    also = "" if plain == name else f"; filename*=UTF-8''{whole}"
    return {
        "Content-Disposition": f'attachment; filename="{plain}"{also}',
        "Cache-Control": "no-store",
    }


def download(name: str, content: bytes) -> Response:
    """Return a stranger's file as bytes that no browser opens (security, row 26)."""
    headers = {
        **attachment(name),
        "Content-Security-Policy": "sandbox; default-src 'none'",
    }
    return Response(content, media_type="application/octet-stream", headers=headers)
