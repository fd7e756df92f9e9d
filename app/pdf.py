"""A letter as a PDF that prints well and that a screen reader can read (PDF/UA-1).

What was typed reaches the typesetter as JSON, never as its language, so that it stays
text. The typesetter is an extra: without it pages offer print, text and mail.
"""

import json
import re
from collections.abc import Iterator
from datetime import datetime
from importlib.util import find_spec
from typing import Any

AVAILABLE = find_spec("typst") is not None
"""Whether the extra is installed."""

PAGE = """
#let it = json(bytes(sys.inputs.letter))
#set document(title: it.subject)
#set page(paper: "a4", margin: (x: 25mm, y: 22mm), numbering: "1 / 1")
#set text(lang: it.language, size: 11pt, font: "Libertinus Serif", hyphenate: false)
#set par(leading: 0.62em, spacing: 1.1em)
#set list(indent: 0.4em, spacing: 0.6em)
#show heading: set text(size: 14pt)
#show heading: set block(below: 1.2em)
#show regex("\\S{50,}"): it => it.text.clusters().join(sym.zws)
#heading(it.subject)
#for part in it.parts {
  if part.list { list(..part.lines) } else { par(part.lines.join(linebreak())) }
}
"""
UNSHOWN = re.compile(r'the text `"((?:\\.|[^"\\])*)"` could not be displayed')
ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}|\\(.)")
TRIES = 4


def letter_pdf(subject: str, text: str, language: str, *, at: datetime) -> bytes:
    """Return a letter as a PDF.

    A character that no installed font has is printed as its code point in brackets.

    Raises:
        RuntimeError: If the extra is not installed.
    """
    if not AVAILABLE:
        raise RuntimeError("install efface[pdf]")
    import typst  # noqa: PLC0415 - an extra

    for _ in range(TRIES):
        try:
            return _typeset(typst, subject, text, language, at)
        except typst.TypstError as refused:
            unshown = _unshown(f"{refused}\n{refused.diagnostic}")
            if not unshown:
                raise
            subject, text = _named(subject, unshown), _named(text, unshown)
    beyond = {sign for sign in subject + text if ord(sign) > ord("\u00ff")}
    subject, text = _named(subject, beyond), _named(text, beyond)
    return _typeset(typst, subject, text, language, at)


def _typeset(typst: Any, subject: str, text: str, language: str, at: datetime) -> bytes:
    letter = {"subject": subject, "language": language, "parts": list(_parts(text))}
    return bytes(
        typst.compile(
            PAGE.encode(),
            format="pdf",
            sys_inputs={"letter": json.dumps(letter)},
            pdf_standards="ua-1",
            timestamp=int(at.timestamp()),
        )
    )


def _parts(text: str) -> Iterator[dict[str, Any]]:
    """Yield the paragraphs and lists of a letter, in order."""
    for paragraph in text.strip().split("\n\n"):
        lines: list[str] = []
        listed = False
        for line in paragraph.split("\n"):
            if line.startswith("- ") is not listed and lines:
                yield {"list": listed, "lines": lines}
                lines = []
            listed = line.startswith("- ")
            lines.append(line.removeprefix("- ") if listed else line)
        yield {"list": listed, "lines": lines}


def _unshown(said: str) -> set[str]:
    """Return the characters of which the typesetter says that no font has them."""
    found = (ESCAPED.sub(_meant, quoted) for quoted in UNSHOWN.findall(said))
    return {sign for text in found for sign in text}


def _meant(escaped: re.Match[str]) -> str:
    return chr(int(escaped[1], 16)) if escaped[1] else escaped[2]


def _named(text: str, signs: set[str]) -> str:
    return "".join(f"[U+{ord(s):04X}]" if s in signs else s for s in text)
