"""A letter as a PDF, read back as its reader's program reads it."""

import io
from datetime import UTC, datetime

import pytest
from pypdf import PdfReader

from app.pdf import Attached, Code, Paper, Quoted, Table, Terms, letter_pdf, paper_pdf

AT = datetime(2026, 11, 26, 12, tzinfo=UTC)
ARABIC, CHINESE, NOWHERE = "محمد", "李小龍", "\U0010fffd"


def printed(name: str, *, language: str = "en") -> PdfReader:
    text = f"To Probe\n26 November 2026\n\nYou find me by:\n- Name: {name}\n\n{name}\n"
    made = letter_pdf(f"Request for {name}", text, language, at=AT)
    return PdfReader(io.BytesIO(made))


def words(pdf: PdfReader) -> str:
    return "\n".join(page.extract_text() for page in pdf.pages)


def test_a_letter_reads_as_it_was_written() -> None:
    text = words(printed("Zoë O’Brien-Núñez"))

    assert "Request for Zoë O’Brien-Núñez" in text
    assert "Name: Zoë O’Brien-Núñez" in text


@pytest.mark.parametrize("language", ["en", "fr", "es", "de"])
def test_a_screen_reader_learns_its_language_its_title_and_its_parts(
    language: str,
) -> None:
    pdf = printed("Zoë", language=language)
    root = pdf.root_object

    assert str(root["/Lang"]) == language
    assert "'/Marked': True" in str(root["/MarkInfo"])
    assert "/StructTreeRoot" in root
    assert pdf.metadata is not None
    assert pdf.metadata.title == "Request for Zoë"
    assert pdf.xmp_metadata is not None
    assert b"pdfuaid:part" in pdf.xmp_metadata.stream.get_data()


def test_a_character_without_a_font_is_printed_as_its_number() -> None:
    text = words(printed(f"A{NOWHERE}Z"))

    assert "A[U+10FFFD]Z" in text


@pytest.mark.parametrize("name", [ARABIC, CHINESE, "नमस्ते", "e\u0301", "👩‍👧"])
def test_a_name_in_any_script_makes_a_letter(name: str) -> None:
    text = words(printed(name))

    assert any(sign in text or f"U+{ord(sign):04X}" in text for sign in name)


@pytest.mark.parametrize(
    "name", ["#panic()", "$x$", "*a* _b_", "`r`", "<l>", "@ref", "\\u{41}", '"', "= h"]
)
def test_what_was_typed_stays_text(name: str) -> None:
    assert f"Name: {name}" in words(printed(name))


def test_a_long_name_stays_on_the_paper() -> None:
    letters = words(printed("Q" * 200)).count("Q")

    assert letters == 3 * 200
    assert all(
        x < page.mediabox.right
        for page in printed("Q" * 200).pages
        for x in _ends(page)
    )


def _ends(page: object) -> list[float]:
    found: list[float] = []

    def visit(text: str, _cm: object, tm: list[float], *_rest: object) -> None:
        if text.strip():
            found.append(tm[4])

    page.extract_text(visitor_text=visit)  # type: ignore[attr-defined]
    return found


def test_the_same_letter_is_the_same_file() -> None:
    once, again = (letter_pdf("A", "b", "en", at=AT) for _ in range(2))

    assert once == again


def test_a_paper_names_what_no_font_has_and_leaves_its_attachment_alone() -> None:
    said, digest = f"A{NOWHERE}Z", "0123456789abcdef" * 4
    paper = Paper(
        title=said,
        language="fr",
        blocks=(
            Terms((("Nom", f"{ARABIC} {said}"),)),
            Table(("Nr", "SHA-256"), (("1", digest),), exact=True),
            Quoted(f"- {said}\n\n{'Q' * 200}", "en"),
            Code("print('#panic()')"),
        ),
        attached=Attached("a.json", said, "application/json", "It"),
    )

    made = PdfReader(io.BytesIO(paper_pdf(paper, at=AT)))

    text = words(made)
    assert text.count("A[U+10FFFD]Z") == 3
    assert digest in text
    assert "print('#panic()')" in text
    assert made.attachments["a.json"] == [said.encode()]
    assert all(x < p.mediabox.right for p in made.pages for x in _ends(p))
