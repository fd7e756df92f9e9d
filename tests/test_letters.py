"""Letters to vendors and mails to residents, word by word."""

import re
from datetime import date
from typing import Any

import pytest

from app.domain.basis import Basis
from app.domain.laws import RightKind, Unit
from app.domain.vendors import Identifier
from app.letters import (
    LETTER_LANGUAGES,
    Clause,
    LetterFacts,
    LetterRefusedError,
    Letters,
    WithdrawalFacts,
    without_links,
)
from app.words.languages import Language
from tests.post_office import TEMPLATES

KINDS = sorted({p.stem for p in (TEMPLATES / "mail").glob("*.txt")} - {"base"})
VALUES: dict[str, str | bool] = {
    "code": "123 456",
    "link": "https://portal.example.org/confirm/token",
    "time": "2026-11-23 13:00",
    "track": "https://portal.example.org/track",
    "confirmed": True,
}
ALL_LANGUAGES = pytest.mark.parametrize("language", sorted(LETTER_LANGUAGES))


@pytest.fixture(scope="module")
def letters() -> Letters:
    return Letters(TEMPLATES)


def facts(**given: Any) -> LetterFacts:
    usual: dict[str, Any] = {
        "vendor": "Probe Incorporated",
        "language": "en",
        "residence": "DE",
        "basis": Basis.LAW,
        "clauses": (Clause("GDPR", "art. 17(1)", RightKind.ERASURE),),
        "count": 1,
        "unit": Unit.MONTHS,
        "period_of": "GDPR",
        "name": "Zoë Quillfeather",
        "email": "zoe@example.org",
        "number": "R-7Q2M-4KDX",
        "reply_address": "k3m9@reply.example.org",
        "on": date(2026, 11, 23),
        "operator": "The Portal Society",
    }
    return LetterFacts(**usual | given)


@ALL_LANGUAGES
def test_a_letter_says_who_asks_on_what_ground_and_where_to_answer(
    letters: Letters, language: str
) -> None:
    letter = letters.request(facts(language=language))

    assert letter.language == language
    assert "R-7Q2M-4KDX" in letter.subject
    for needed in (
        "Probe Incorporated",
        "Zoë Quillfeather",
        "zoe@example.org",
        "GDPR, art. 17(1)",
        "k3m9@reply.example.org",
        "The Portal Society",
    ):
        assert needed in letter.text


@pytest.mark.parametrize("basis", list(Basis))
@pytest.mark.parametrize("right", [None, *RightKind])
@ALL_LANGUAGES
def test_every_letter_is_whole(
    letters: Letters, language: str, basis: Basis, right: RightKind | None
) -> None:
    letter = letters.request(
        facts(
            language=language,
            basis=basis,
            clauses=(Clause("Act", "s. 1", right),),
            identifiers=dict.fromkeys(list(Identifier)[2:], ("x",)),
            acting="Sam (friend)",
            mandate_on=date(2026, 11, 1),
        )
    )

    assert not re.search(r"[{}%]|None|\n{3}|  ", letter.text)
    assert "Act, s. 1\n" not in letter.text or right is None


@pytest.mark.parametrize("unit", list(Unit))
@pytest.mark.parametrize("count", [1, 2])
@ALL_LANGUAGES
def test_a_period_is_said_in_words(
    letters: Letters, language: str, unit: Unit, count: int
) -> None:
    text = letters.request(facts(language=language, unit=unit, count=count)).text

    assert re.search(rf"\b{count} [^\W\d_]+", text)
    assert "_" not in text


def test_one_month_is_not_many(letters: Letters) -> None:
    assert "GDPR gives you 1 month to answer." in letters.request(facts()).text
    assert "gives you 45 calendar days to" in (
        letters.request(facts(count=45, unit=Unit.CALENDAR_DAYS)).text
    )


@pytest.mark.parametrize("basis", [Basis.OFFER, Basis.OPT_OUT, Basis.GOODWILL])
@ALL_LANGUAGES
def test_a_letter_without_a_right_cites_no_law_and_no_period(
    letters: Letters, language: str, basis: Basis
) -> None:
    text = letters.request(facts(language=language, basis=basis)).text

    assert "GDPR" not in text
    assert not re.search(r"\b1 (month|mois|mes|Monat)\b", text)


def test_only_what_the_route_needs_is_said(letters: Letters) -> None:
    text = letters.request(facts(email=None)).text

    assert "zoe@example.org" not in text
    assert "Telephone" not in text


def test_what_was_checked_is_the_mailbox_and_nothing_else(letters: Letters) -> None:
    text = letters.request(facts(identifiers={"phones": ("+1 555 0100",)})).text

    assert "What was checked: my e-mail address" in text
    assert "Everything else is as I state it." in text


def test_who_acts_for_somebody_is_said_with_the_day_of_the_mandate(
    letters: Letters,
) -> None:
    text = letters.request(
        facts(acting="Sam Roe (caseworker)", mandate_on=date(2026, 11, 3))
    ).text

    assert "on my behalf by Sam Roe (caseworker), with my permission of 3 November" in (
        text
    )


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("http://evil.test/x", "http: //evil. test/x"),
        ("Visit evil.com now", "Visit evil. com now"),
        ("write eve@evil.com", "write eve@evil. com"),
        ("www.evil.co.uk", "www. evil. co. uk"),
        ("St.John", "St. John"),
        ("J.R. Smith, No.5", "J.R. Smith, No.5"),
    ],
)
def test_typed_text_holds_no_link(typed: str, shown: str) -> None:
    assert without_links(typed) == shown


def test_a_link_in_a_name_leaves_as_text(letters: Letters) -> None:
    text = letters.request(
        facts(
            name="Ann https://evil.test",
            acting="Bob evil.test (friend)",
            identifiers={"addresses": ("evil.test/a",), "other_emails": ("a@b.org",)},
        )
    ).text

    assert "evil.test" not in text
    assert "://" not in text.replace(": //", "")
    assert "a@b.org" in text


@pytest.mark.parametrize("sign", ["\n", "\r", "\0", "\x1b", "\u2028", "\u202e"])
@pytest.mark.parametrize("where", ["name", "acting", "email"])
def test_controls_in_typed_text_are_refused(
    letters: Letters, where: str, sign: str
) -> None:
    with pytest.raises(LetterRefusedError):
        letters.request(facts(**{where: f"Ann{sign}Bcc"}))


@pytest.mark.parametrize("name", ["{{ it }}", "{% raw %}", "<b>Ann</b>", "%s"])
def test_typed_text_is_never_a_template(letters: Letters, name: str) -> None:
    assert letters.request(facts(name=name)).text.count(name) == 2


def test_an_unknown_language_is_written_in_english(letters: Letters) -> None:
    assert letters.request(facts(language="pl")).language == "en"


@ALL_LANGUAGES
def test_a_notice_of_withdrawal_names_the_request_and_nobody(
    letters: Letters, language: str
) -> None:
    notice = letters.withdrawal(
        WithdrawalFacts(
            vendor="Probe Incorporated",
            language=language,
            number="R-7Q2M-4KDX",
            sent_on=date(2026, 12, 1),
            reply_address="k3m9@reply.example.org",
            on=date(2026, 12, 2),
            operator="The Portal Society",
        )
    )

    assert "R-7Q2M-4KDX" in notice.subject
    assert "2026" in notice.text
    assert "@reply.example.org" in notice.text
    assert not re.search(r"[{}%]|None", notice.text)


def test_every_language_has_every_letter() -> None:
    found = {
        language: {p.name for p in (TEMPLATES / "letters" / language).iterdir()}
        for language in LETTER_LANGUAGES
    }

    assert set(map(frozenset, found.values())) == {
        frozenset({"request.txt", "withdrawal.txt"})
    }


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("kind", KINDS)
def test_a_mail_to_a_resident_says_how_to_stop_it(
    letters: Letters, kind: str, language: Language
) -> None:
    mail = letters.mail(kind, language, **VALUES)

    assert kind == "erased" or "https://portal.example.org/track" in mail.text
    assert f'<html lang="{language}">' in mail.html
    assert all(part in mail.html for part in re.findall(r"https://\S+", mail.text))
    assert not re.search(r"<(img|script|link|style)|src=", mail.html)


@pytest.mark.parametrize("kind", ["confirm", "code"])
def test_a_stranger_is_told_to_do_nothing_and_sent_nowhere(
    letters: Letters, kind: str
) -> None:
    mail = letters.mail(kind, "en", **{**VALUES, "confirmed": False})

    assert "somebody gave this address to Efface" in mail.text
    assert "If that was not you, do nothing" in mail.text
    assert "tracking code" not in mail.text


@pytest.mark.parametrize("kind", KINDS)
def test_who_has_confirmed_is_not_taken_for_a_stranger(
    letters: Letters, kind: str
) -> None:
    mail = letters.mail(kind, "en", **VALUES)

    assert "somebody gave this address" not in mail.text


@pytest.mark.parametrize("language", list(Language))
def test_subjects_are_neutral(letters: Letters, language: Language) -> None:
    subjects = {letters.mail(kind, language, **VALUES).subject for kind in KINDS}

    assert len(subjects) == 2


@pytest.mark.parametrize("kind", KINDS)
def test_a_mail_is_said_in_each_language(letters: Letters, kind: str) -> None:
    texts = {letters.mail(kind, language, **VALUES).text for language in Language}

    assert len(texts) == len(Language)


@pytest.mark.parametrize("kind", KINDS)
def test_a_mail_has_no_place_for_what_somebody_typed(kind: str) -> None:
    files = [TEMPLATES / "mail" / f"{name}.txt" for name in (kind, "base")]
    written = "".join(file.read_text("utf-8") for file in files)
    names = set(re.findall(r"{{\s*(\w+)\s*}}|\w+=(\w+)", written))

    assert {name for pair in names for name in pair if name} <= set(VALUES)


def test_the_code_is_the_only_run_of_six_digits(letters: Letters) -> None:
    mail = letters.mail("confirm", "en", **VALUES)

    assert re.findall(r"\d{3} ?\d{3}", mail.text) == ["123 456"]
