"""Letters and papers as PDFs that print well and that a screen reader reads (PDF/UA-1).

What was typed reaches the typesetter as JSON, never as its language, so that it stays
text. The typesetter is an extra: without it pages offer print, text and mail.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from importlib.util import find_spec
from typing import Any, TypeAlias

from app.words.languages import colon

AVAILABLE = find_spec("typst") is not None
"""Whether the extra is installed."""

LETTER = """
#let it = json(bytes(sys.inputs.content))
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
PAPER = """
#let it = json(bytes(sys.inputs.content))
#set document(title: it.title)
#set page(paper: "a4", margin: (x: 22mm, y: 20mm), numbering: "1 / 1")
#set text(lang: it.language, size: 10.5pt, font: "Libertinus Serif", hyphenate: false)
#set par(leading: 0.58em, spacing: 0.9em)
#set list(indent: 0.4em, spacing: 0.55em)
#set enum(indent: 0.4em, spacing: 0.55em)
#set table(stroke: none, inset: (x: 0pt, y: 3pt), column-gutter: 10pt)
#set terms(hanging-indent: 44mm, separator: [#it.colon ], spacing: 0.6em)
#set raw(theme: none)
#show raw.where(block: true): set text(size: 7.9pt)
#show heading.where(level: 1): set text(size: 17pt, weight: "regular")
#show heading.where(level: 2): set text(size: 13pt)
#show heading.where(level: 2): set block(above: 1.9em, below: 0.8em)
#show heading.where(level: 3): set text(size: 11pt)
#show heading.where(level: 3): set block(above: 1.4em, below: 0.7em)
#let soft(body) = {
  show regex("\\S{50,}"): it => it.text.clusters().join(sym.zws)
  body
}
#let lines(text) = text.split("\n").join(linebreak())
#soft(heading(it.title))
#for part in it.parts {
  let (kind, b) = (part.kind, part.block)
  if kind == "Heading" { soft(heading(level: b.level, b.text)) }
  else if kind == "Text" { soft(par(lines(b.text))) }
  else if kind == "Terms" { soft(terms(..b.rows.map(r => terms.item(r.at(0), lines(r.at(1)))))) }
  else if kind == "Listed" { soft(if b.numbered { enum(..b.lines) } else { list(..b.lines) }) }
  else if kind == "Table" {
    let columns = (auto,) * (b.head.len() - 1) + (1fr,)
    let cells = b.rows.flatten().map(cell => if b.exact { text(size: 11.5pt, raw(cell)) } else { soft(lines(cell)) })
    table(
      columns: columns,
      table.header(..b.head.map(strong), table.hline(stroke: 1pt)),
      ..cells,
    )
  }
  else if kind == "Quoted" {
    set text(lang: b.language) if b.language != none
    block(width: 100%, inset: (left: 8pt), stroke: (left: 1pt), soft(b.parts.map(p =>
      if p.list { list(..p.lines) } else { par(p.lines.join(linebreak())) }).join()))
  }
  else if kind == "Code" { raw(b.text, block: true) }
}
#if it.attached != none {
  pdf.attach(it.attached.name, bytes(it.attached.content), mime-type: it.attached.mime,
    description: it.attached.description, relationship: "source")
}
"""
UNSHOWN = re.compile(r'the text `"((?:\\.|[^"\\])*)"` could not be displayed')
ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}|\\(.)")
TRIES = 4


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; that of the whole paper is of level 1."""

    text: str
    level: int = 2


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph."""

    text: str


@dataclass(frozen=True, slots=True)
class Terms:
    """Terms, each with what it stands for."""

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Listed:
    """A list."""

    lines: tuple[str, ...]
    numbered: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table; the last column takes what is left of the width."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    exact: bool = False
    """Whether its cells are copied sign by sign, such as hashes."""


@dataclass(frozen=True, slots=True)
class Quoted:
    """What somebody wrote, in the language that they wrote it in, where it is known."""

    text: str
    language: str | None


@dataclass(frozen=True, slots=True)
class Code:
    """Lines of a program."""

    text: str


Block: TypeAlias = Heading | Text | Terms | Listed | Table | Quoted | Code


@dataclass(frozen=True, slots=True)
class Attached:
    """A file that hangs on a paper."""

    name: str
    content: str
    mime: str
    description: str


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper of several parts, for a page as for print."""

    title: str
    language: str
    blocks: tuple[Block, ...]
    attached: Attached | None = None


def kind_of(block: Block) -> str:
    """Return the word by which templates tell the parts of a paper apart."""
    return type(block).__name__


def letter_pdf(subject: str, text: str, language: str, *, at: datetime) -> bytes:
    """Return a letter as a PDF.

    A character that no installed font has is printed as its code point in brackets.

    Raises:
        RuntimeError: If the extra is not installed.
    """
    return _printed(
        LETTER,
        {"subject": subject, "language": language, "parts": list(_parts(text))},
        at=at,
    )


def paper_pdf(paper: Paper, *, at: datetime) -> bytes:
    """Return a paper as a PDF, with what is attached to it as it is.

    Raises:
        RuntimeError: If the extra is not installed.
    """
    content = {
        "title": paper.title,
        "language": paper.language,
        "colon": colon(paper.language),
        "parts": [{"kind": kind_of(b), "block": _written(b)} for b in paper.blocks],
    }
    attached = asdict(paper.attached) if paper.attached else None
    return _printed(PAPER, content, {"attached": attached}, at=at)


def _written(block: Block) -> dict[str, Any]:
    written = asdict(block)
    if isinstance(block, Quoted):
        written["parts"] = list(_parts(block.text))
    return written


def _printed(
    page: str,
    content: Mapping[str, Any],
    as_it_is: Mapping[str, Any] | None = None,
    *,
    at: datetime,
) -> bytes:
    """Typeset a content; what no font shows is named, but in what stays as it is."""
    if not AVAILABLE:
        raise RuntimeError("install efface[pdf]")
    import typst  # noqa: PLC0415 - an extra

    whole = as_it_is or {}
    for _ in range(TRIES):
        try:
            return _typeset(typst, page, {**content, **whole}, at)
        except typst.TypstError as refused:
            unshown = _unshown(f"{refused}\n{refused.diagnostic}")
            if not unshown:
                raise
            content = _named(content, unshown)
    beyond = {
        sign for sign in json.dumps(content, ensure_ascii=False) if sign > "\u00ff"
    }
    return _typeset(typst, page, {**_named(content, beyond), **whole}, at)


def _typeset(typst: Any, page: str, content: Mapping[str, Any], at: datetime) -> bytes:
    return bytes(
        typst.compile(
            page.encode(),
            format="pdf",
            sys_inputs={"content": json.dumps(content)},
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


def _named(content: Any, signs: set[str]) -> Any:
    """Return a content in which these characters stand as their code points."""
    match content:
        case str():
            return "".join(f"[U+{ord(s):04X}]" if s in signs else s for s in content)
        case Mapping():
            return {key: _named(value, signs) for key, value in content.items()}
        case Sequence():
            return [_named(value, signs) for value in content]
        case _:
            return content
