"""Provisions in the four languages of letters."""

import pytest

from app.words.provisions import provision, provision_on_page


@pytest.mark.parametrize(
    ("language", "written", "said"),
    [
        ("en", "art. 17(1)", "art. 17(1)"),
        ("de", "art. 17(1)", "Art. 17 Abs. 1"),
        ("de", "art. 30(2)(b)", "Art. 30 Abs. 2 Buchst. b"),
        ("de", "arts. 12, 12A", "Art. 12, 12A"),
        ("es", "art. 12(3)", "art. 12.3"),
        ("fr", "art. 12(3)", "art. 12, par. 3"),
        ("fr", "Sch. 1 cl. 4.9.5 and s. 8", "annexe 1, art. 4.9.5 et art. 8"),
        ("fr", "art. 35 and Sch. 1 cl. 4.9.5", "art. 35 et annexe 1, art. 4.9.5"),
        ("es", "art. 35 and Sch. 1 cl. 4.9.5", "art. 35 y anexo 1, cláusula 4.9.5"),
        ("de", "art. 35 and Sch. 1 cl. 4.9.5", "Art. 35 und Anhang 1 Ziff. 4.9.5"),
        ("fr", "s. 8 and Schedule 1 clauses 4.3", "art. 8 et annexe 1, art. 4.3"),
        ("de", "ss. 8, 9 and s. 12(1)", "§§ 8, 9 und § 12 Abs. 1"),
        ("de", "art. 18 paras. 1, 3", "Art. 18 Abs. 1, 3"),
        ("fr", "s. 28; C.C.Q. art. 40", "art. 28 ; C.c.Q., art. 40"),
        ("es", "s. 28.1 para. 2", "art. 28.1 párr. 2"),
        ("de", "Cal. Civ. Code 1798.105", "Cal. Civ. Code 1798.105"),
        ("fr", "Garante, order no. 50", "Garante, ordonnance nº 50"),
        ("es", "HDPA, decision 35/2022", "HDPA, resolución 35/2022"),
        ("de", "OIPC, Order P2021-12", "OIPC, Anordnung P2021-12"),
        ("fr", "16 CFR 312.6(a)(2)", "16 CFR 312.6(a)(2)"),
    ],
)
def test_a_provision_is_written_as_its_readers_write_it(
    language: str, written: str, said: str
) -> None:
    assert provision(written, language) == said


def test_a_provision_with_a_remark_stays_english_as_a_whole_on_a_page() -> None:
    remark = "s. 5(3) as read in OPC finding of 2025-08-27 (Google)"

    assert provision_on_page(remark, "fr") == remark
    assert provision_on_page("art. 68; decree art. 61", "es") == (
        "art. 68; decree art. 61"
    )
    assert provision_on_page("s. 5(3)", "fr") == "art. 5, par. 3"
