"""The name of a regulator can stand on a page and in a letter as it is."""

import re

import pytest

from app.domain.laws import Law, Regulator
from app.rulebook.load import load_rulebook

LAWS = load_rulebook().pack.laws
NAMED = [
    pytest.param(regulator, id=f"{law.id} {place}".strip())
    for law in LAWS.values()
    for place, regulator in (("", law.regulator), *law.regulators.items())
    if regulator is not None
]
SHORT_FORM = re.compile(r"^[^()]*( \([A-ZÚa-z/]{2,12}\))?$")
REMARKS = re.compile(r"(?i);|\bnone\b|\b(set up|established|exclusive|proposed|see)\b")


@pytest.mark.parametrize("regulator", NAMED)
def test_a_name_holds_no_remark(regulator: Regulator) -> None:
    assert SHORT_FORM.match(regulator.name), regulator.name
    assert not REMARKS.search(regulator.name), regulator.name
    assert regulator.in_letters != regulator.name


@pytest.mark.parametrize(
    ("law", "place", "name"),
    [
        ("eu-gdpr", "AT", "Österreichische Datenschutzbehörde"),
        ("eu-gdpr", "PL", "Urząd Ochrony Danych Osobowych (UODO)"),
        ("tr-kvkk", "TR", "Kişisel Verileri Koruma Kurumu"),
        ("br-lgpd", "BR", "Agência Nacional de Proteção de Dados (ANPD)"),
    ],
)
def test_it_is_in_its_own_language_where_a_source_has_it(
    law: str, place: str, name: str
) -> None:
    found = LAWS[law].regulator_for(place)
    assert found is not None
    assert found.name == name


def test_a_remark_is_kept_apart() -> None:
    germany = LAWS["eu-gdpr"].regulator_for("DE")
    assert germany is not None
    assert germany.note == (
        "BfDI (federal) and 16 Laender authorities (17 with the two Bavarian ones)"
    )
    assert germany.in_letters == "Datenschutzaufsicht meines Bundeslandes"


@pytest.mark.parametrize("law", [law for law in LAWS.values() if not law.absent])
def test_a_law_without_a_regulator_says_why(law: Law) -> None:
    assert (law.regulator is None) == (law.regulator_note is not None)


@pytest.mark.parametrize(
    ("law", "place", "page"),
    [
        ("us-ca-ccpa", "US-CA", "https://cppa.ca.gov/webapplications/complaint"),
        ("ca-qc-law25", "CA-QC", None),
        ("ge-pdp", "GE", None),
        ("gi-gdpr", "GI", None),
        ("eu-gdpr", "BG", None),
    ],
)
def test_a_front_page_is_no_page_for_complaints(
    law: str, place: str, page: str | None
) -> None:
    found = LAWS[law].regulator_for(place)
    assert found is not None
    assert found.complaint_page == page
