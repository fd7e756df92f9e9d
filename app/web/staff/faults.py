"""What to say of a form about a record: at each field, in the reader's words."""

from collections.abc import Mapping

from pydantic import ValidationError

from app.words.answers import Say
from app.words.vendor_record import FAULTS


def faults_said(
    wrong: ValidationError, said: Mapping[str, str], say: Say
) -> dict[str, str]:
    """Return what is wrong by field: what ``said`` says, or how long words may be."""
    faults: dict[str, str] = {}
    for error in wrong.errors(include_input=False, include_url=False):
        name = str(error["loc"][0])
        if error["type"] == "string_too_long":
            longest = error["ctx"]["max_length"]
            faults[name] = say(FAULTS["too_long"]).format(about=longest)
        else:
            faults[name] = say(said[name])
    return faults
