"""Files in a form: checked and drawn anew, or what to say of the one that is wrong."""

from collections.abc import Mapping, Sequence

from app.actions.keep_evidence import Given
from app.channels.uploads import FileFault, Redrawing
from app.web.forms import Sent
from app.words.marks import mark

AT_ONCE = 3
"""Files in one form; the guard caps all of them together."""
WRONG_FILES: Mapping[str, str] = {
    FileFault.EMPTY: mark("A file is empty. Choose another one"),
    FileFault.UNKNOWN: mark(
        "A file is no picture (PNG, JPEG), no PDF and no saved mail (.eml)"
    ),
    FileFault.PHONE: mark(
        "A photo is in the form HEIC, which we cannot take. Make a screenshot of it, or"
        " save it as JPEG"
    ),
    FileFault.TOO_LARGE: mark(
        "A picture has more than 50 million pixels. Take a smaller one"
    ),
    FileFault.UNREADABLE: mark("A picture cannot be read. Take a new screenshot"),
}
TOO_MUCH = mark(
    "Your files have more than 10 MB together. Choose smaller ones, or fewer"
)
AT_MOST = mark("Choose three files at most here, and five for one request")


async def checked_files(
    sent: Sequence[Sent], redrawing: Redrawing
) -> tuple[tuple[Given, ...], str | None]:
    """Return the files as they may be kept: all of them, or none and what is wrong."""
    if len(sent) > AT_ONCE:
        return (), AT_MOST
    given = []
    for one in sent:
        checked = await redrawing.checked(one.name, one.content)
        if isinstance(checked, FileFault):
            return (), WRONG_FILES[checked]
        given.append(Given(checked.name, checked.content))
    return tuple(given), None
