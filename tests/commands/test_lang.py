"""Commands answer in English unless ``--lang`` says otherwise (contract, section 5)."""

import pytest

from tests.commands.conftest import Efface

CHECK = "check --residence CA-QC --vendor acxiom --on 2026-11-23"
DEADLINES = "deadlines --law ca-pipeda --received 2026-11-23"
COMMANDS = [CHECK, DEADLINES, "coverage --on 2026-11-23", "laws show ca-pipeda"]


@pytest.mark.parametrize(
    ("command", "french", "spanish"),
    [
        (CHECK, "source\N{NO-BREAK SPACE}: ", "fuente: "),
        (DEADLINES, "dernier jour pour répondre", "último día para responder"),
        ("coverage --on 2026-11-23", "Allemagne", "Alemania"),
        ("laws show ca-pipeda", "lieux\N{NO-BREAK SPACE}: ", "lugares: "),
    ],
    ids=["check", "deadlines", "coverage", "laws show"],
)
def test_a_command_answers_in_the_language_asked_for(
    efface: Efface, command: str, french: str, spanish: str
) -> None:
    assert french in efface(f"{command} --lang fr").out
    assert spanish in efface(f"{command} --lang es").out
    assert efface(f"{command} --lang en").out == efface(command).out


@pytest.mark.parametrize("command", COMMANDS)
def test_another_language_is_named_with_its_neighbours(
    efface: Efface, command: str
) -> None:
    told = efface(f"{command} --lang de")

    assert told.code == 2
    assert told.lines == ["efface: --lang: unknown value 'de'; nearest: en, fr, es"]


def test_quebecs_act_is_called_by_its_french_name(efface: Efface) -> None:
    grounds = efface(f"{CHECK} --lang fr --json").document["grounds"]

    names = {g["short_name"] for g in grounds if g["id"] == "ca-qc-law25"}
    assert names == {"Loi sur le secteur privé du Québec (Loi 25)"}


def test_a_correction_period_says_that_it_is_one(efface: Efface) -> None:
    assert "last day to answer a request to correct" in efface(DEADLINES).out
    assert "only so far as the data is wrong" in efface(CHECK).out


def test_a_law_for_parents_says_that_a_parent_may_ask(efface: Efface) -> None:
    told = efface("check --residence US-CA --vendor acxiom --on 2026-11-23")

    coppa = told.out.partition("law us-fed-coppa")[2].partition("\n\n")[0]
    assert "Only a parent may ask, for a child" in coppa


def test_no_law_is_said_with_the_record_on_which_that_rests(efface: Efface) -> None:
    told = efface("check --residence LR --vendor acxiom --on 2026-11-23")

    assert "no general law that we know of: record none, checked on" in told.out
    assert "how sure we are: not checked" in told.out
