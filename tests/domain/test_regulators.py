"""Regulators, each with all laws that it enforces."""

from dataclasses import replace

from app.domain.laws import Law, Regulator
from app.domain.regulators import known_regulators, regulator_id
from app.rulebook.load import load_rulebook

LAWS = load_rulebook().pack.laws
KNOWN = known_regulators(LAWS)


def law(law_id: str, regulator: Regulator | None, **own: Regulator) -> Law:
    """Return a law of Germany and France, with these regulators."""
    gdpr = LAWS["eu-gdpr"]
    places = {code: gdpr.places[code] for code in ("DE", "FR") if code in gdpr.places}
    return replace(
        gdpr,
        id=law_id,
        places=places or {"DE": next(iter(gdpr.places.values()))},
        regulator=regulator,
        regulators=own,
    )


def test_every_law_s_regulator_is_known_by_an_id_of_its_own() -> None:
    named = {
        (law.id, code, regulator.name)
        for law in LAWS.values()
        for code in law.places
        if (regulator := law.regulator_for(code)) is not None
    }
    listed = {
        (charge.law.id, code, charge.regulator.name)
        for one in KNOWN.values()
        for charge in one.charges
        for code in charge.places
    }

    assert named <= listed
    assert list(KNOWN) == sorted(one.id for one in KNOWN.values())


def test_an_id_is_the_name_in_small_letters() -> None:
    one = KNOWN["agencia-espanola-de-proteccion-de-datos"]

    assert one.regulator.name == "Agencia Española de Protección de Datos"
    assert one.places == ("ES",)


def test_two_of_one_name_are_told_apart_by_their_places() -> None:
    assert KNOWN["agency-for-personal-data-protection-ba"].places == ("BA",)
    assert KNOWN["agency-for-personal-data-protection-mk"].places == ("MK",)


def test_a_name_without_a_site_is_another_body_in_another_country() -> None:
    shared = "autorite-de-protection-des-donnees-a-caractere-personnel-apd"

    assert KNOWN[f"{shared}-cm"].places == ("CM",)
    assert KNOWN[f"{shared}-gn"].places == ("GN",)


def test_two_sites_of_one_body_in_one_place_are_one() -> None:
    sites = {
        c.regulator.complaint_url for c in KNOWN["federal-trade-commission"].charges
    }

    assert len(sites) > 1
    assert KNOWN["federal-trade-commission"].places == ("US",)


def test_who_enforces_a_law_in_a_place_is_found() -> None:
    assert regulator_id(LAWS["eu-gdpr"], "ES", KNOWN) == (
        "agencia-espanola-de-proteccion-de-datos"
    )
    assert regulator_id(LAWS["eu-gdpr"], "JP", KNOWN) is None


def test_one_of_several_records_that_says_where_to_complain_is_shown() -> None:
    silent = Regulator(name="Example Board", url="https://www.board.example/")
    full = replace(silent, complaint_url="https://board.example/complain-here")
    (one,) = known_regulators({"a": law("a", silent), "b": law("b", full)}).values()

    assert one.id == "example-board"
    assert one.regulator is full
    assert [charge.law.id for charge in one.charges] == ["a", "b"]


def test_a_regulator_without_letters_of_ascii_is_called_by_its_place() -> None:
    (one,) = known_regulators({"a": law("a", Regulator(name="Надзор"))}).values()

    assert one.id == one.places[0].lower()


def test_a_law_without_one_has_none() -> None:
    assert known_regulators({"a": law("a", None)}) == {}


def test_a_place_that_the_law_names_only_for_its_regulator_counts() -> None:
    found = known_regulators({"a": law("a", None, XX=Regulator(name="Board of XX"))})

    assert found["board-of-xx"].places == ("XX",)
