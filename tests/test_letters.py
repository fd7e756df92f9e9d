"""Letters to vendors and mails to residents, word by word."""

import re
from datetime import date, timedelta
from typing import Any

import pytest

from app.domain.basis import Basis, Consent, Correction
from app.domain.facts import Asks
from app.domain.laws import RightKind, Unit
from app.domain.timeline import DenialGround, EventKind, Outcome
from app.domain.vendors import Identifier, OfferBasis
from app.letters import (
    ANSWERS,
    LETTER_LANGUAGES,
    Clause,
    Course,
    LeftFacts,
    Letter,
    LetterFacts,
    LetterKind,
    LetterRefusedError,
    Letters,
    ListFacts,
    NoticeFacts,
    Term,
    is_reviewed,
    without_answer_link,
    without_links,
)
from app.words.languages import Language
from app.words.mandate import mandate
from tests.post_office import TEMPLATES

FRAMES = {"base", "happened", "watch_news"}
KINDS = sorted({p.stem for p in (TEMPLATES / "mail").glob("*.txt")} - FRAMES)
TO_STAFF = {kind for kind in KINDS if kind.startswith("staff_")}
TO_RESIDENTS = sorted({*KINDS} - TO_STAFF)
VALUES: dict[str, Any] = {
    "code": "123 456",
    "link": "https://portal.example.org/confirm/token",
    "day": "23 November 2026",
    "time": "2026-11-23 13:00",
    "track": "https://portal.example.org/track",
    "stop": "https://portal.example.org/watch/token/stop",
    "confirmed": True,
    "agrees": "",
    "heads": False,
    "links": [
        "https://portal.example.org/watch/token",
        "https://portal.example.org/watch/other",
    ],
    "right": True,
    "number": "7",
    "late": 7,
    "document": "{}",
    "check": "https://portal.example.org/help/evidence",
    "happened_to": [("23 November 2026", ["sent"]), ("24 November 2026", ["overdue"])],
}
ALL_LANGUAGES = pytest.mark.parametrize("language", sorted(LETTER_LANGUAGES))


@pytest.fixture(scope="module")
def letters() -> Letters:
    return Letters(TEMPLATES)


def term(count: int = 1, unit: Unit = Unit.MONTHS, **given: Any) -> Term:
    stands_in = Clause("GDPR", "art. 12(3)")
    return Term(count=count, unit=unit, stands_in=stands_in, **given)


def facts(**given: Any) -> LetterFacts:
    usual: dict[str, Any] = {
        "vendor": "Probe Incorporated",
        "language": "en",
        "residence": "DE",
        "basis": Basis.LAW,
        "clauses": (Clause("GDPR", "art. 17(1)", RightKind.ERASURE),),
        "term": term(promptly=True),
        "regulator": "Authority of the Land",
        "complaint": Clause("GDPR", "art. 77"),
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
        "k3m9@reply.example.org",
        "The Portal Society",
    ):
        assert needed in letter.text


@pytest.mark.parametrize("basis", list(Basis))
@pytest.mark.parametrize("right", [None, *RightKind, "order"])
@pytest.mark.parametrize("sure", [True, False])
@ALL_LANGUAGES
def test_every_letter_is_whole(
    letters: Letters, language: str, basis: Basis, right: str | None, sure: bool
) -> None:
    letter = letters.request(
        facts(
            language=language,
            basis=basis,
            clauses=(Clause("Act", "sec 1", right),),
            sure=sure,
            also=() if sure else (Clause("Act", "sec 3", right),),
            stops=(Clause("Code", None, right),) if sure else (),
            offered=OfferBasis.SETTLEMENT if sure else None,
            objection=Clause("Act", "sec 2") if sure else None,
            consent=Consent.TAKEN_BACK if sure else Consent.ASKED,
            correction=Correction.WRONG if sure else Correction.SO_FAR_AS,
            term=term(sure=sure) if right else None,
            relation="friend",
            identifiers=dict.fromkeys(list(Identifier)[2:], ("x",)),
            acting="Sam",
            mandate_on=date(2026, 11, 1),
        )
    )

    assert not re.search(r"[{}%]|None|\n{3}|  ", letter.text)
    assert "Act, sec 1\n" not in letter.text or right is None


@pytest.mark.parametrize("unit", list(Unit))
@pytest.mark.parametrize("count", [1, 2])
@ALL_LANGUAGES
def test_a_period_is_said_in_words(
    letters: Letters, language: str, unit: Unit, count: int
) -> None:
    text = letters.request(facts(language=language, term=term(count, unit))).text

    assert re.search(rf"\b{count} [^\W\d_]+", text)
    assert "_" not in text


def test_the_period_is_said_in_the_law_s_words_and_what_follows_it(
    letters: Letters,
) -> None:
    assert (
        "You have to answer without undue delay, and at the latest within 1 month of"
        " receiving this letter (GDPR, art. 12(3)). If I have no answer by then, I can"
        " complain to the authority: Authority of the Land (GDPR, art. 77).\n"
    ) in letters.request(facts()).text
    assert "You have to answer within 45 calendar days of receiving this letter" in (
        letters.request(facts(term=term(45, Unit.CALENDAR_DAYS))).text
    )


def test_a_law_in_doubt_commands_nobody(letters: Letters) -> None:
    text = letters.request(facts(basis=Basis.UNSURE, term=term(sure=False))).text

    assert "so far as they reach you:\n- GDPR, art. 17(1) (erasure)\n" in text
    assert "Where this law reaches you, you have to answer within 1 month" in text


@pytest.mark.parametrize(
    ("language", "conceding"),
    [("en", "no law"), ("fr", "pas de loi"), ("es", "ninguna ley"), ("de", "kein Ges")],
)
@pytest.mark.parametrize("basis", [Basis.OFFER, Basis.OPT_OUT, Basis.GOODWILL])
def test_a_letter_without_a_right_concedes_nothing(
    letters: Letters, language: str, conceding: str, basis: Basis
) -> None:
    bare = facts(language=language, basis=basis, clauses=(), term=None, complaint=None)
    text = letters.request(bare).text

    assert conceding not in text
    assert not re.search(r"\b1 (month|mois|mes|Monat)\b", text)


def test_a_letter_on_an_offer_names_the_law_that_may_stand_behind_it(
    letters: Letters,
) -> None:
    law = Clause("CCPA/CPRA", "Cal. Civ. Code 1798.105", RightKind.DELETION_OF_PROVIDED)
    text = letters.request(facts(basis=Basis.OFFER, clauses=(law,), sure=False)).text

    assert "You say that you delete on the request of people who live here" in text
    assert "so far as they reach you:\n- CCPA/CPRA, Cal. Civ. Code 1798.105 (" in text


def test_an_opt_out_cites_what_gives_it(letters: Letters) -> None:
    text = letters.request(
        facts(
            basis=Basis.OPT_OUT,
            clauses=(),
            stops=(
                Clause("UCPA", "Utah Code 13-61-201", RightKind.OPT_OUT),
                Clause("Circuit Court of Cook County", None, "order"),
            ),
            offered=OfferBasis.SETTLEMENT,
        )
    ).text

    assert (
        "I object to the sale and the disclosure of my data, under:\n"
        "- UCPA, Utah Code 13-61-201 (opt-out)\n"
        "- Circuit Court of Cook County (order)\n"
    ) in text
    assert "people who live here, as a settlement obliges you." in text


def test_an_objection_opens_the_erasure(letters: Letters) -> None:
    text = letters.request(
        facts(objection=Clause("GDPR", "art. 21"), recipients=Clause("GDPR", "art. 19"))
    ).text

    assert "I also object to the processing of my data" in text
    assert "(GDPR, art. 21)" in text
    assert "tell me who they are (GDPR, art. 19)" in text


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"consent": Consent.TAKEN_BACK}, "I take back any consent"),
        ({"consent": Consent.ASKED}, "on my consent, tell me so"),
        ({"correction": Correction.WRONG}, "is wrong or incomplete. I ask you to"),
        ({"correction": Correction.SO_FAR_AS}, "So far as what you hold about me is"),
    ],
)
def test_consent_and_wrong_data_are_spoken_of_as_the_resident_did(
    letters: Letters, given: dict[str, Any], said: str
) -> None:
    assert said in letters.request(facts(**given)).text
    assert said not in letters.request(facts()).text


@pytest.mark.parametrize(
    ("residence", "language", "said"),
    [
        ("GB", "en", "I live in the United Kingdom."),
        ("NL", "en", "I live in the Netherlands."),
        ("JP", "en", "I live in Japan."),
        ("US-CA", "en", "I live in California, the United States."),
        ("US-CA", "de", "Ich wohne in: Kalifornien, Vereinigte Staaten."),
        ("CA-QC", "de", "Ich wohne in: Québec, Kanada."),
        ("CA-QC", "fr", "J’habite : Québec, Canada."),
        ("DE", "es", "Vivo en: Alemania."),
    ],
)
def test_a_place_is_said_as_the_language_says_it(
    letters: Letters, residence: str, language: str, said: str
) -> None:
    assert said in (letters.request(facts(residence=residence, language=language)).text)


def test_only_what_the_route_needs_is_said(letters: Letters) -> None:
    text = letters.request(facts(email=None)).text

    assert "zoe@example.org" not in text
    assert "Telephone" not in text


def test_what_was_checked_is_the_mailbox_and_nothing_else(letters: Letters) -> None:
    text = letters.request(facts(identifiers={"phones": ("+1 555 0100",)})).text

    assert "What was checked: my e-mail address" in text
    assert "Everything else is as I state it." in text


@pytest.mark.parametrize(
    ("typed", "language", "said"),
    [
        ("parent", "en", "by Sam Roe (parent). I agreed to that, and confirmed"),
        ("Mother", "fr", "par Sam Roe (mère). J’y ai consenti, et j’ai confirmé"),
        ("avocat", "de", "von Sam Roe (Rechtsanwalt). Ich habe dem zugestimmt und"),
        ("caseworker", "es", "Sam Roe (caseworker). Di mi acuerdo y confirmé"),
    ],
)
def test_who_acts_for_somebody_is_said_and_no_day_that_they_alone_state(
    letters: Letters, typed: str, language: str, said: str
) -> None:
    text = letters.request(
        facts(
            language=language,
            acting="Sam Roe",
            relation=typed,
            mandate_on=date(2026, 11, 3),
        )
    ).text

    assert said in text
    assert "2026" not in text.partition("Sam Roe")[2].partition("\n")[0]


OF_NOBODY = {
    LetterKind.WITHDRAWAL,
    LetterKind.LIST_WAITS,
    LetterKind.ADDRESS_LEFT,
    *ANSWERS,
}
FOLLOWING = sorted(set(LetterKind) - {LetterKind.REQUEST} - OF_NOBODY)
MANDATED: dict[str, Any] = {
    "acting": "Sam Roe",
    "relation": "lawyer",
    "mandate_on": date(2026, 8, 1),
    "agreed": mandate(Language.FR, Asks.OPT_OUT),
    "agreed_in": "fr",
}
FOR_A_CHILD = {**MANDATED, "relation": "mother", "child": True}
CODE, OWN_BOX = "way named above", "my own mailbox"


@pytest.mark.parametrize("basis", [Basis.LAW, Basis.OFFER, Basis.GOODWILL])
@pytest.mark.parametrize(
    ("given", "own", "said", "unsaid"),
    [
        ({}, False, "Sent for me by The", OWN_BOX),
        ({}, True, "I send this myself; The", CODE),
        (MANDATED, False, "through my own mailbox, in the way named above", "myself"),
        (MANDATED, True, "allowed Sam Roe (lawyer) to help me", OWN_BOX),
        (FOR_A_CHILD, False, "I am a child. Sam Roe (mother) asks for me", OWN_BOX),
        (FOR_A_CHILD, True, "Sam Roe sends this for me; The", "I send this"),
    ],
)
def test_a_letter_says_what_is_true_of_who_sends_it_and_for_whom(
    letters: Letters,
    given: dict[str, Any],
    own: bool,
    said: str,
    unsaid: str,
    basis: Basis,
) -> None:
    text = letters.request(facts(basis=basis, own=own, **given)).text

    assert said in text
    assert unsaid not in text
    assert own is not (CODE in text or "What was checked" in text)


@ALL_LANGUAGES
@pytest.mark.parametrize("kind", sorted(set(FOLLOWING) - {LetterKind.MANDATE}))
def test_no_letter_of_a_child_says_that_the_child_sends_it(
    letters: Letters, language: str, kind: LetterKind
) -> None:
    def last_line(**given: Any) -> str:
        it = facts(language=language, own=True, **given)
        letter = letters.following(kind, it, Course(**COURSE))
        return letter.text.splitlines()[-1]

    assert last_line(**FOR_A_CHILD).startswith("Sam Roe ")
    assert "Sam Roe" not in last_line(**MANDATED)


def test_for_a_child_nobody_claims_a_permission_of_the_child(letters: Letters) -> None:
    it = facts(own=True, **FOR_A_CHILD)

    text = letters.following(LetterKind.MANDATE, it, Course(**COURSE)).text

    assert "I, Sam Roe (mother), asked for the child" in text
    assert "I agreed" not in text


def test_the_mailbox_was_proved_by_a_code_or_by_a_link(letters: Letters) -> None:
    """Who opens the mailed link types no code in."""
    it = facts(own=True, **MANDATED)
    sent = letters.request(facts(**MANDATED)).text
    who, may = (
        letters.following(kind, it, Course(**COURSE)).text
        for kind in (LetterKind.IDENTITY_ANSWER, LetterKind.MANDATE)
    )

    assert "by a code or a link that was mailed to it" in sent
    assert "a code and a link were mailed to it, and one of them was used" in who
    assert "A code and a link were mailed to my own mailbox with the text below" in may


@ALL_LANGUAGES
def test_a_complaint_does_not_call_an_answer_in_time_late(
    letters: Letters, language: str
) -> None:
    def told(**more: Any) -> str:
        it = facts(language=language, own=True)
        return letters.following(LetterKind.COMPLAINT, it, Course(**COURSE | more)).text

    in_time, again = told(in_time=True), told(wrote_again_on=date(2026, 10, 2))

    assert told().count("2026") - in_time.count("2026") == 1
    assert again.count("2026") - told().count("2026") == 1


def test_no_document_is_promised_that_nobody_keeps(letters: Letters) -> None:
    text = letters.request(facts(acting="Sam Roe", relation="parent")).text

    assert "ask to see" not in text
    assert "confirmed this request through my own mailbox" in text


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
            acting="Bob evil.test",
            relation="a friend of evil.test",
            identifiers={"addresses": ("evil.test/a",), "other_emails": ("a@b.org",)},
        )
    ).text

    assert "evil.test" not in text
    assert "://" not in text.replace(": //", "")
    assert "a@b.org" in text


@pytest.mark.parametrize("sign", ["\n", "\r", "\0", "\x1b", "\u2028", "\u202e"])
@pytest.mark.parametrize("where", ["name", "acting", "relation", "email"])
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
@pytest.mark.parametrize("own", [True, False])
def test_the_link_for_an_answer_stands_alone_and_says_until_when(
    letters: Letters, language: str, own: bool
) -> None:
    link = "https://efface.example.org/reply/Sample-token_of_32"
    given = {"answer_link": link, "answer_until": date(2027, 11, 24)}
    it = facts(language=language, own=own, **given)
    written = [letters.request(it)]
    if own:
        late = Course(sent_on=date(2026, 11, 23), due=date(2026, 12, 23))
        written.append(letters.following(LetterKind.REMINDER, it, late))

    for letter in written:
        assert f":\n{link}\n\n" in letter.text
        assert "24" in letter.text
        assert not re.search(r"[{}%]|None|\n{3}|  ", letter.text)
        assert link not in without_answer_link(letter.text)
    assert "/reply/" not in letters.request(facts(language=language, own=own)).text


@ALL_LANGUAGES
def test_a_notice_of_withdrawal_names_the_request_and_nobody(
    letters: Letters, language: str
) -> None:
    notice = letters.withdrawal(
        NoticeFacts(
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


@ALL_LANGUAGES
@pytest.mark.parametrize("kind", ANSWERS)
def test_an_answer_to_a_mail_names_the_request_and_nobody(
    letters: Letters, language: str, kind: LetterKind
) -> None:
    answer = letters.answer(
        kind,
        NoticeFacts(
            vendor="Probe Incorporated",
            language=language,
            number="R-7Q2M-4KDX",
            sent_on=date(2026, 12, 1),
            reply_address="k3m9@reply.example.org",
            on=date(2027, 1, 2),
            operator="The Portal Society",
        ),
    )

    assert "R-7Q2M-4KDX" in answer.subject
    assert {"2026", "2027"} <= set(re.findall(r"\d{4}", answer.text))
    assert "k3m9@reply.example.org" in answer.text
    assert answer.text.endswith("The Portal Society\n")
    assert not re.search(r"[{}%]|None|\n{3}|  ", answer.text)


@ALL_LANGUAGES
def test_what_stands_below_an_answer_says_what_it_is(
    letters: Letters, language: str
) -> None:
    until = date(2027, 11, 22)
    link = "https://portal.example.org/reply/token"

    quoting = letters.quoting("Yes.\n", "Dear you\n\nme\n", language, on=until)
    linking = letters.linking("Yes.\n", link, language, until=until)

    assert quoting.startswith("Yes.\n\n")
    assert quoting.endswith("\n\n> Dear you\n>\n> me\n")
    assert linking.endswith(f"\n{link}\n")
    for said in (quoting, linking):
        assert "2027" in said
        assert not re.search(r"[{}%]|None|\n{3}", said)


@ALL_LANGUAGES
def test_a_vendor_is_told_how_many_wait_and_by_when(
    letters: Letters, language: str
) -> None:
    def told(people: int, due: date | None) -> Letter:
        facts = ListFacts(
            vendor="Probe Incorporated",
            language=language,
            people=people,
            laws=("CCPA",),
            has_key=due is not None,
            due=due,
            list_url="https://portal.example.org/api/v1/matching/probe",
            help_url="https://portal.example.org/api/docs",
            contact="help@portal.example.org",
            on=date(2026, 11, 23),
            operator="The Portal Society",
        )
        return letters.list_waits(facts)

    one, many = told(1, None), told(612, date(2027, 1, 7))

    assert one.subject.startswith("1 ")
    assert "612" in many.subject
    assert "2027" in many.text
    assert "2027" not in one.text
    for letter in (one, many):
        assert "CCPA" in letter.text
        assert not re.search(r"[{}%]|None|\n{3}|  ", letter.text)


@ALL_LANGUAGES
def test_a_mailbox_is_told_that_letters_go_there_no_more(
    letters: Letters, language: str
) -> None:
    told = letters.address_left(
        LeftFacts(
            vendor="Probe Incorporated",
            language=language,
            page="https://portal.example.org/vendors/probe",
            contact="help@portal.example.org",
            on=date(2026, 12, 2),
            operator="The Portal Society",
        )
    )

    assert "Probe" not in told.subject
    assert "https://portal.example.org/vendors/probe" in told.text
    assert "help@portal.example.org" in told.text
    assert not re.search(r"[{}%]|None|\n{3}|  ", told.text)


def test_every_language_has_every_letter() -> None:
    found = {
        language: {p.name for p in (TEMPLATES / "letters" / language).iterdir()}
        for language in LETTER_LANGUAGES
    }

    every = {f"{kind}.txt" for kind in LetterKind} | {"words.txt"}
    assert set(map(frozenset, found.values())) == {frozenset(every)}


COURSE: dict[str, Any] = {
    "sent_on": date(2026, 9, 1),
    "due": date(2026, 10, 1),
    "events": (
        (date(2026, 9, 1), EventKind.SENT),
        (date(2026, 9, 9), EventKind.REFUSED),
    ),
    "outcome": Outcome.REFUSED,
    "answered_on": date(2026, 9, 9),
    "reason": DenialGround.JOURNALISTIC,
}


@pytest.mark.parametrize("kind", FOLLOWING)
@pytest.mark.parametrize("asks", list(Asks))
@pytest.mark.parametrize("full", [True, False])
@ALL_LANGUAGES
def test_every_letter_that_follows_is_whole(
    letters: Letters, language: str, full: bool, asks: Asks, kind: LetterKind
) -> None:
    more: dict[str, Any] = {"outcome": None, "reason": None, "due": None}
    if kind is LetterKind.APPEAL or full:
        more = {}
    if kind is LetterKind.REMINDER:
        more["due"] = date(2026, 10, 1)
    if full:
        more |= {
            "longer": True,
            "sure": False,
            "beside": ("GDPR", "Act"),
            "asked_on": date(2026, 9, 3),
            "proof": Clause("GDPR", "art. 12(6)", "doubts"),
            "appeal": term(),
        }
    it = facts(
        language=language,
        asks=asks,
        own=True,
        acting="Sam",
        mandate_on=date(2026, 8, 1),
        agreed=mandate(Language.ES, asks),
        agreed_in="es",
        term=term(sure=False) if full else None,
        regulator="Authority of the Land" if kind is LetterKind.COMPLAINT else None,
        clauses=(Clause("GDPR", "art. 17(1)", RightKind.ERASURE),) if full else (),
    )

    letter = letters.following(kind, it, Course(**COURSE | more))

    assert not re.search(r"[{}%]|None|\n{3}|  ", letter.text)
    assert "R-7Q2M-4KDX" in letter.subject
    assert "Zoë Quillfeather" in letter.text


@pytest.mark.parametrize("reason", list(DenialGround))
@pytest.mark.parametrize("outcome", [o for o in Outcome if o is not Outcome.NO_ANSWER])
@ALL_LANGUAGES
def test_every_answer_and_every_reason_has_its_words(
    letters: Letters, language: str, outcome: Outcome, reason: DenialGround
) -> None:
    was = Course(**COURSE | {"outcome": outcome, "reason": reason})
    for kind in (LetterKind.APPEAL, LetterKind.COMPLAINT):
        letter = letters.following(kind, facts(language=language), was)

        assert f": {reason}" not in letter.text
        assert not re.search(r": ?\.", letter.text)


def test_a_complaint_tells_what_happened_and_what_to_do(letters: Letters) -> None:
    was = Course(**COURSE | {"beside": ("GDPR",)})

    text = letters.following(LetterKind.COMPLAINT, facts(own=True), was).text

    assert text.startswith("To Authority of the Land\n")
    assert "I complain about Probe Incorporated (GDPR, art. 77)." in text
    assert "- 1 September 2026: I sent the request.\n" in text
    assert (
        "- 1 October 2026: By this day the answer was due (GDPR, art. 12(3)).\n" in text
    )
    assert "The reason that the company gave: journalism. I find no such ground" in text
    assert "does what I asked, or says on what legal ground it does not" in text
    assert "to say whether the law reaches the company" not in text


def test_a_day_that_was_missed_stands_in_its_place_among_what_happened(
    letters: Letters,
) -> None:
    late = (date(2026, 11, 2), EventKind.REFUSED)
    was = Course(**COURSE | {"events": (COURSE["events"][0], late)})

    text = letters.following(LetterKind.COMPLAINT, facts(own=True), was).text

    days = re.findall(r"^- (\d+ \w+) 2026: ", text, re.MULTILINE)
    assert days == ["1 September", "1 October", "2 November"]


@ALL_LANGUAGES
def test_a_complaint_counts_no_day_that_has_not_passed(
    letters: Letters, language: str
) -> None:
    """A refusal may come long before its last day."""
    it = facts(language=language, own=True)
    early = Course(**COURSE | {"due": it.on})
    late = Course(**COURSE | {"due": it.on - timedelta(days=1)})

    def dated(was: Course) -> int:
        """Count the days that the letter tells of."""
        text = letters.following(LetterKind.COMPLAINT, it, was).text
        return len(re.findall(r"^- \d+", text, re.MULTILINE))

    assert dated(early) == dated(late) - 1


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "in these laws, so far as they reach you: GDPR; Act."),
        ("fr", "dans ces lois, pour autant qu’elles s’appliquent à vous : GDPR ; Act."),
        ("es", "en estas leyes, en la medida en que les alcancen: GDPR; Act."),
        ("de", "in diesen Gesetzen, soweit sie für Sie gelten, nicht: GDPR; Act."),
    ],
)
def test_a_reason_is_missed_in_all_laws_and_so_far_as_they_reach(
    letters: Letters, language: str, said: str
) -> None:
    was = Course(**COURSE | {"sure": False, "beside": ("GDPR", "Act")})

    text = letters.following(LetterKind.APPEAL, facts(language=language), was).text

    assert said in text


def test_a_complaint_under_a_law_in_doubt_leaves_it_to_the_regulator(
    letters: Letters,
) -> None:
    was = Course(**COURSE | {"sure": False})

    text = letters.following(LetterKind.COMPLAINT, facts(own=True), was).text

    assert "to say whether the law reaches the company" in text
    assert "the answer was due, if the law reaches the company" in text


@pytest.mark.parametrize(
    ("language", "beside"),
    [
        ("en", "Translated into English: I allow this person to ask companies in my n"),
        ("es", "Traducción al español: Autorizo a esta persona a pedir a empresas"),
        ("de", "Übersetzung ins Deutsche: Ich erlaube dieser Person, Unternehmen"),
        ("fr", None),
    ],
)
def test_a_permission_quotes_what_was_agreed_to_and_calls_a_translation_one(
    letters: Letters, language: str, beside: str | None
) -> None:
    """What is proved is a permission to do what the letter asks: here an opt-out."""
    it = facts(language=language, **MANDATED)

    text = letters.following(LetterKind.MANDATE, it, Course(**COURSE)).text

    assert (
        "J’autorise cette personne à demander en mon nom à des entreprises de" in text
    )
    assert "cesser de vendre et de transmettre mes données" in text
    assert "Sam Roe (" in text
    assert beside in text if beside else text.count("cette personne à demander") == 1


@ALL_LANGUAGES
def test_the_day_of_a_permission_is_that_on_which_the_person_saw_it_and_confirmed(
    letters: Letters, language: str
) -> None:
    def permission(**more: Any) -> str:
        it = facts(language=language, **MANDATED | more)
        return letters.following(LetterKind.MANDATE, it, Course(**COURSE)).text

    confirmed = permission(agreed_on=date(2027, 1, 2))
    before = permission(agreed_by_code=False)

    assert confirmed.count("2027") == 2
    assert "August" not in confirmed.replace("août", "August")
    assert "2027" not in permission()
    assert before.count("Sam Roe") == confirmed.count("Sam Roe") + 2


def test_words_that_are_none_of_ours_are_quoted_alone(letters: Letters) -> None:
    it = facts(**MANDATED | {"agreed": "Je permets tout."})

    text = letters.following(LetterKind.MANDATE, it, Course(**COURSE)).text

    assert "“Je permets tout.”\n\nThe person is" in text


@pytest.mark.parametrize(
    ("asks", "subject", "said", "unsaid"),
    [
        (Asks.DELETION, "Request to delete", "I ask you to delete the", "x x"),
        (
            Asks.CORRECTION,
            "Request to correct",
            "I ask you to correct",
            "what you deleted",
        ),
        (Asks.DE_INDEXING, "Request to remove", "in search results", "delete"),
        (Asks.OPT_OUT, "Objection to the sale", "I ask you to stop selling", "delete"),
        (Asks.WITHDRAW_CONSENT, "Withdrawal of consent", "take back my consent", "x x"),
    ],
)
def test_a_letter_asks_for_what_was_asked(
    letters: Letters, asks: Asks, subject: str, said: str, unsaid: str
) -> None:
    letter = letters.request(facts(asks=asks, basis=Basis.OPT_OUT, clauses=()))

    assert letter.subject.startswith(subject)
    assert said in letter.text
    assert unsaid not in letter.text


def test_who_sends_it_themselves_is_not_said_to_have_it_sent(letters: Letters) -> None:
    text = letters.request(facts(own=True)).text

    assert "I send this myself; The Portal Society prepared it." in text
    assert "a code that was mailed" not in text
    assert "with a copy to k3m9@reply.example.org" in text


def test_a_letter_with_a_demanded_proof_does_not_say_that_none_is_sent(
    letters: Letters,
) -> None:
    assert "identity document" not in letters.request(facts(proof_demanded=True)).text


@ALL_LANGUAGES
def test_the_permission_stands_in_a_letter_where_the_route_needs_it(
    letters: Letters, language: str
) -> None:
    acts: dict[str, Any] = {
        "language": language,
        "acting": "Ada Helper",
        "mandate_on": date(2026, 11, 20),
        "agreed": mandate(Language.EN, Asks.DELETION),
    }
    alone, whole = (
        letters.request(facts(**acts, with_mandate=needs)) for needs in (False, True)
    )

    text, _, permission = whole.text.partition("\n* * *\n")
    assert text.strip() == alone.text.strip()
    assert acts["agreed"] not in alone.text
    assert acts["agreed"] in permission
    assert "Ada Helper" in permission
    assert "Zoë Quillfeather" in permission


def test_wording_that_no_native_reader_has_read_is_known() -> None:
    assert is_reviewed("request", "en")
    assert not is_reviewed("request", "de")
    assert not is_reviewed("poem", "en")


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("kind", TO_RESIDENTS)
def test_a_mail_to_a_resident_says_how_to_stop_it(
    letters: Letters, kind: str, language: Language
) -> None:
    mail = letters.mail(kind, language, **VALUES)

    confirms = dict.fromkeys(("watch_confirm", "correction_confirm"), VALUES["link"])
    way = {"erased": "", **confirms}.get(kind)
    by_link = kind.startswith(("watch", "correction"))
    news = VALUES["stop"] if by_link else VALUES["track"]
    assert str(news if way is None else way) in mail.text
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
    subjects = {letters.mail(kind, language, **VALUES).subject for kind in TO_RESIDENTS}

    assert len(subjects) == 4


@pytest.mark.parametrize("kind", KINDS)
def test_a_mail_is_said_in_each_language(letters: Letters, kind: str) -> None:
    texts = {letters.mail(kind, language, **VALUES).text for language in Language}

    assert len(texts) == len(Language)


@pytest.mark.parametrize("kind", KINDS)
def test_a_mail_has_no_place_for_what_somebody_typed(kind: str) -> None:
    files = [TEMPLATES / "mail" / f"{name}.txt" for name in (kind, *FRAMES)]
    written = "".join(file.read_text("utf-8") for file in files)
    names = set(re.findall(r"{{\s*(\w+)\s*}}|\w+=(\w+)", written))

    assert {name for pair in names for name in pair if name} <= {*VALUES, "day"}


def test_the_code_is_the_only_run_of_six_digits(letters: Letters) -> None:
    mail = letters.mail("confirm", "en", **VALUES)

    assert re.findall(r"\d{3} ?\d{3}", mail.text) == ["123 456"]
