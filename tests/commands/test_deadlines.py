"""``efface deadlines``."""

import pytest

from tests.commands.conftest import Efface

CCPA = "deadlines --law us-ca-ccpa --received 2026-11-23"


def test_every_step_of_the_count_is_shown(efface: Efface) -> None:
    told = efface(CCPA)

    assert told.out.splitlines()[0] == "2026-11-23 received: day 0"
    assert "2027-02-22" in told.out
    assert told.out.splitlines()[-1] == "certainty: firm"


def test_the_document_is_the_one_of_the_contract(efface: Efface) -> None:
    document = efface(CCPA, "--json").document

    assert document["acknowledge"] == {"raw": "2026-12-08", "due": "2026-12-08"}
    assert document["respond"]["due"] == "2027-01-07"
    assert document["extended"]["notice_by"] == "2027-01-07"


def test_a_pause_moves_the_date(efface: Efface) -> None:
    gdpr = "deadlines --law eu-gdpr --received 2026-11-23 --json"
    plain = efface(gdpr).document
    paused = efface(
        f"{gdpr} --identity-asked 2026-11-25 --identity-given 2026-12-02"
    ).document

    assert paused["respond"]["due"] > plain["respond"]["due"]


@pytest.mark.parametrize("day", ["2010-01-04", "2019-12-31"])
def test_a_day_before_the_law_is_refused_with_its_days(
    efface: Efface, day: str
) -> None:
    told = efface(f"deadlines --law us-ca-ccpa --received {day}")

    assert told.code == 1
    assert len(told.lines) == 1
    assert day in told.err
    assert "2020-01-01" in told.err


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("--law us-ca-cppa --received 2026-11-23", "law 'us-ca-cppa' us-ca-ccpa"),
        ("--law us-ca-ccpa --received 2026-02-30", "--received 2026-02-30"),
        ("--law us-fed-tida --received 2026-07-03T20:00", "--received offset"),
        ("--law us-ca-ccpa --received 9999-12-30", "--received 9999-12-30"),
        ("--law eu-gdpr --received 9999-12-31T23:00-05:00", "--received 9999-12-31T"),
        (
            "--law us-va-vcdpa --received 2026-11-23 --appeal-received 9999-12-31",
            "--appeal-received '9999-12-31' far",
        ),
        (
            "--law us-ca-ccpa --received 2026-11-23 --calendar QQ",
            "calendar 'QQ'",
        ),
        (
            "--law us-ca-ccpa --received 2026-11-23 --identity-asked soon",
            "--identity-asked 'soon'",
        ),
        ("--law EU-GDPR --received 2026-11-23", "law 'EU-GDPR' eu-gdpr"),
        ("--law us-ca-ccpa --received 20261123", "--received '20261123'"),
        ("--law us-ca-ccpa --received 2026-W48-1", "--received '2026-W48-1'"),
        (
            "--law us-ca-ccpa --received 2026-11-23 --identity-asked 20261124",
            "--identity-asked '20261124'",
        ),
        (
            "--law us-ca-ccpa --received 2026-11-23 --appeal-received 2026-11-22",
            "--appeal-received '2026-11-22' --received",
        ),
        (
            (
                "--law eu-gdpr --received 2026-11-23"
                " --identity-asked 2026-11-25 --identity-given 2026-11-24"
            ),
            "--identity-given '2026-11-24' --identity-asked",
        ),
        ("--law us-ca-ccpa", "received"),
    ],
)
def test_a_wrong_value_is_named(efface: Efface, words: str, names: str) -> None:
    told = efface(f"deadlines {words}")

    assert told.code == 2
    assert told.out == ""
    for name in names.split():
        assert name in told.err
