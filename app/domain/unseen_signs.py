"""Signs that nobody sees: with them two names look the same, or are read turned around."""

import re

_NO_WIDTH = (
    r"\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f"
    r"\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\U000e0000-\U000e0fff"
)
_JOINERS = (
    r"(?<![\u0620-\u08ff\u0900-\u0dff\u1000-\u109f\u1780-\u17ff])[\u200c\u200d]"
    r"|(?<=[\u0620-\u08ff])[\u200c\u200d](?![\u0620-\u08ff])"
)
"""The two that join letters or part them (U+200C, U+200D) stand where they change what
is read: within an Arabic or Persian word, and after a letter of India, Burma or Cambodia,
where a word may end with one."""
UNSEEN_IN_A_NAME = re.compile(rf"[\x00-\x1f\x7f-\x9f{_NO_WIDTH}]|{_JOINERS}")
"""What no name of one line holds: line ends, other controls, and signs of no width."""
UNSEEN_IN_WORDS = re.compile(rf"[\x00-\x08\x0b-\x1f\x7f-\x9f{_NO_WIDTH}]|{_JOINERS}")
"""The same for words of several lines, which hold tabs and line feeds."""
