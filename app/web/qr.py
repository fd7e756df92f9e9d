"""A code as a picture, for who photographs it."""

import io

import segno
from markupsafe import Markup


def drawn(text: str) -> Markup:
    """Return a QR code as inline SVG; it holds the text itself, and is drawn by us."""
    out = io.BytesIO()
    segno.make(text, error="m").save(
        out, kind="svg", xmldecl=False, svgns=True, omitsize=True, dark="#000", border=2
    )
    return Markup(out.getvalue().decode())  # noqa: S704 - drawn by us from one code
