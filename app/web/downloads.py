"""Files to keep: those that we make, and those that somebody gave."""

from urllib.parse import quote

from fastapi.responses import Response


def attachment(name: str) -> dict[str, str]:
    """Return the headers of a file that the browser keeps under a name."""
    plain = name.encode("ascii", "replace").decode().replace("?", "_")
    also = "" if plain == name else f"; filename*=UTF-8''{quote(name, safe='')}"
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
