"""Draw a picture anew from its pixels: a program of its own, run by ``uploads``.

It reads the picture from its standard input and writes the new one to its output.
Nothing but pixels comes through: no comment, no place, no second frame, nothing that
hangs behind the end. It imports nothing of ours, and gives itself limits first, so
that a file which is made to harm harms this process alone (security, rows 26 and 27).
"""

import io
import resource
import sys

MOST_PIXELS = 50_000_000
"""A full screenshot has 40 million at most; it is looked up before a pixel is read."""
KEPT_PIXELS = 20_000_000
MEMORY = 1_200_000_000
SECONDS = 30
MOST_BYTES = 10_000_000
TOO_LARGE, UNREADABLE = 3, 4
"""How it ends where there is nothing to write."""


def limit_itself() -> None:
    """Give this process no more than one picture needs."""
    for what, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
    ):
        resource.setrlimit(what, (most, most))


def redrawn(content: bytes) -> bytes:
    """Return a PNG or JPEG with the same pixels and nothing else.

    Raises:
        OverflowError: If it has too many pixels.
        Exception: Whatever the library raises where it is no such picture.
    """
    from PIL import Image, ImageOps  # noqa: PLC0415 - inside the limits

    Image.MAX_IMAGE_PIXELS = None  # the cap below is lower, and comes first
    with Image.open(io.BytesIO(content), formats=("PNG", "JPEG")) as picture:
        kind = picture.format
        if picture.width * picture.height > MOST_PIXELS:
            raise OverflowError
        picture.load()
        upright = ImageOps.exif_transpose(picture)
    if upright.mode not in {"L", "RGB", "RGBA"}:
        see_through = "A" in upright.mode or "transparency" in upright.info
        upright = upright.convert("RGBA" if see_through else "RGB")
    pixels = upright.width * upright.height
    if pixels > KEPT_PIXELS:
        by = (KEPT_PIXELS / pixels) ** 0.5
        size = max(1, int(upright.width * by)), max(1, int(upright.height * by))
        upright = upright.resize(size, Image.Resampling.BOX)
    fresh = Image.new(upright.mode, upright.size)
    fresh.paste(upright)
    out = io.BytesIO()
    if kind == "PNG":
        fresh.save(out, "PNG", compress_level=4)
        if out.tell() <= MOST_BYTES:
            return out.getvalue()
        out = io.BytesIO()
    if fresh.mode == "RGBA":
        paper = Image.new("RGB", fresh.size, "white")
        paper.paste(fresh, mask=fresh.getchannel("A"))
        fresh = paper
    fresh.save(out, "JPEG", quality=88)
    return out.getvalue()


def main() -> int:
    """Draw the picture of the standard input, and say how it ended."""
    limit_itself()
    try:
        fresh = redrawn(sys.stdin.buffer.read())
    except OverflowError:
        return TOO_LARGE
    except Exception:  # noqa: BLE001 - whatever is wrong with it, it is no picture
        return UNREADABLE
    sys.stdout.buffer.write(fresh)
    return 0


if __name__ == "__main__":
    sys.exit(main())
