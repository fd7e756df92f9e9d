"""The steps of a filing: what each shows, and what it puts into the draft."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from pydantic import ValidationError

from app.actions.choose_vendors import (
    Chosen,
    ChosenCircle,
    Unfit,
    Why,
    choose,
    needed,
)
from app.actions.desk import Desk
from app.actions.filing_form import FilingBody, OnBehalf, Resident
from app.actions.letter_facts import letter_facts
from app.actions.protocol_message import protocol_message
from app.actions.reply_links import last_day, path_of
from app.domain.facts import Asks, Capacity
from app.domain.grounds import Verdict
from app.domain.matching import ListType
from app.domain.vendors import Identifier, RouteKind
from app.domain.ways import Way, leaves_by_us
from app.letters import Letter
from app.web.forms import errors_of
from app.web.residents.choice import address
from app.words.answers import Say, sentence
from app.words.marks import mark
from app.words.terms import QUESTIONS

STEPS = ("questions", "who", "details", "check")
FORM_STEPS = len(STEPS) + 1

WRONG = {
    "name": mark("Enter your full name, in letters, without a link"),
    "email": mark("Enter an e-mail address with a full ending, like name@example.org"),
    "other_names": mark("Enter one name on each line, without links"),
    "other_emails": mark("Enter one e-mail address on each line"),
    "phones": mark("Enter one telephone number on each line"),
    "addresses": mark("Enter one postal address on each line, without links"),
    "birth_date": mark("Enter a date of birth that has been"),
    "for": mark("Choose for whom you ask"),
    "agent_name": mark("Enter your own full name"),
    "agent_email": mark("Enter your own e-mail address"),
    "relation": mark("Enter what you are to the person, such as a sister or a lawyer"),
    "agreed_on": mark("Enter the day on which the person agreed, not after today"),
    "truth": mark("Tick that what you wrote is true"),
}
"""What to enter, by field."""

CHANGED = mark("What would leave has changed since you looked. Read it once more")
LESS_NEEDED = mark("A company needs less than you typed. Save your details once more")
NO_LONGER = mark("This can no longer be sent as it is. Begin again")
NOBODY_ELSE = mark(
    "The law here lets nobody else ask for you, us included: this cannot go by us."
    " Choose companies by name, and we write letters that you send."
)

AGENT_FIELDS = {
    "name": "agent_name",
    "email": "agent_email",
    "mandate_agreed_on": "agreed_on",
}
"""What the page calls the parts of a mandate."""
YES_NO = {"yes": True, "no": False}
LISTS = ("other_names", "other_emails", "phones", "addresses")


@dataclass(frozen=True, slots=True)
class QuestionLine:
    """A fact that would change a verdict, and why it is asked."""

    fact: str
    text: str
    why: str
    given: str


@dataclass(frozen=True, slots=True)
class QuestionsView:
    """More questions."""

    draft: UUID
    step: int
    of: int
    questions: tuple[QuestionLine, ...]
    back: str
    by_name: str
    """The form on which companies are chosen by name, at the same place."""
    errors: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """What one company owes, now that more is known."""

    slug: str
    name: str
    verdict: Verdict
    sentence: str
    before: Verdict | None
    """What was said before the questions, where that was something else."""


@dataclass(frozen=True, slots=True)
class AnswersView:
    """The answer after the questions."""

    draft: UUID
    step: int
    of: int
    lines: tuple[AnswerLine, ...]
    back: str


@dataclass(frozen=True, slots=True)
class WhoView:
    """For whom."""

    draft: UUID
    step: int
    of: int
    values: Mapping[str, str]
    errors: Mapping[str, str]
    back: str
    mandate: str
    """What the other person agrees to."""


@dataclass(frozen=True, slots=True)
class FieldLine:
    """One field, and to whom it goes."""

    name: Identifier
    value: str
    goes: tuple[str, ...]
    own: tuple[str, ...] = ()
    """Who gets it in a letter that the person sends themselves."""
    listed: bool = False
    """Whether it goes on a list, as a fingerprint."""


@dataclass(frozen=True, slots=True)
class DetailsView:
    """How the companies find the record."""

    draft: UUID
    step: int
    of: int
    whom: str
    """For whom: me, child or other."""
    fields: tuple[FieldLine, ...]
    nobody_else: tuple[str, ...]
    """Companies that the person writes to because the law lets nobody else ask."""
    own_way: tuple[str, ...]
    """Companies that take only what comes by their own form, or by post."""
    errors: Mapping[str, str]
    back: str
    circle: str = ""
    """What is called whom a broadcast asks."""


@dataclass(frozen=True, slots=True)
class LeavingLine:
    """What leaves for one company."""

    slug: str
    name: str
    way: Way
    letter: Letter
    url: str | None


IN_FULL = 6
"""Letters that *check answers* holds itself: each weighs 3 kB, and it travels unpacked."""


@dataclass(frozen=True, slots=True)
class ListLine:
    """What stands on a list that the companies of a circle fetch."""

    list: ListType
    fingerprints: int


@dataclass(frozen=True, slots=True)
class CircleLine:
    """What all companies of a circle get."""

    name: str
    title: str
    companies: int
    sentence: str
    lists: tuple[ListLine, ...]


@dataclass(frozen=True, slots=True)
class LetterView:
    """The page of one letter, where they are many."""

    draft: UUID
    line: LeavingLine
    reading: Letter | None
    """The same in the language of the page, where that is another."""


@dataclass(frozen=True, slots=True)
class CheckView:
    """Check your answers."""

    draft: UUID
    step: int
    of: int
    residence: str
    whom: str
    """For whom: me, child or other."""
    acting: OnBehalf | None
    fields: tuple[FieldLine, ...]
    born_on: date | None
    facts: tuple[QuestionLine, ...]
    leaving: tuple[LeavingLine, ...]
    seen: str
    """What *check answers* shows, in short: the form brings it back."""
    left_out: tuple[tuple[str, str], ...]
    """Companies of the answer that are not asked: slug and name."""
    asked_before: tuple[str, ...]
    """Companies that a filing open in this browser asks already."""
    errors: Mapping[str, str]
    back: str
    hold: int
    whole: str
    """The address of the answer with all that is asked in it."""
    circle: CircleLine | None = None

    @property
    def many(self) -> bool:
        """Whether each letter is read on a page of its own."""
        return len(self.leaving) > IN_FULL

    @property
    def by_us(self) -> bool:
        """Whether anything leaves by us."""
        by_letter = any(line.way.by_oneself is None for line in self.leaving)
        return by_letter or self.circle is not None


def body_from(content: Mapping[str, Any], resident: Mapping[str, Any]) -> FilingBody:
    """Return the filing that a draft describes.

    Raises:
        ValidationError: If it does not hold together yet.
    """
    person = dict(content.get("person") or {})
    behalf = content.get("on_behalf")
    if behalf:
        person["through_agent"] = True
    if content.get("for") == "child":
        person["capacity"] = Capacity.PARENT_OF_CHILD
    return FilingBody.model_validate(
        {
            "residence": content["residence"],
            "vendors": content["vendors"],
            "broadcast": content.get("circle") or None,
            "asks": content.get("asks") or Asks.DELETION,
            "language": content["language"],
            "resident": resident,
            "person": person,
            "on_behalf": behalf,
        }
    )


SOMEBODY = {"name": "–", "email": "somebody@example.org"}
"""Stands for the person where only the companies and their routes matter."""


def chosen_of(
    desk: Desk, content: Mapping[str, Any], on: date
) -> tuple[Chosen, ...] | Unfit:
    """Return the companies of a draft, with what was found for each."""
    return choose(desk, body_from(content, SOMEBODY), on)


def questions_view(
    draft: UUID,
    content: Mapping[str, Any],
    chosen: Sequence[Chosen | ChosenCircle],
    say: Say,
) -> QuestionsView:
    """Return only the questions whose answer would change a verdict.

    What was answered already stands first, then what helps most.
    """
    given = dict(content.get("person") or {})
    answered = [fact for fact in QUESTIONS if fact.partition(".")[2] in given]
    asked = dict.fromkeys((*answered, *_most_helpful(chosen)))
    return QuestionsView(
        draft,
        1,
        FORM_STEPS,
        tuple(_question(fact, given, say) for fact in asked),
        whole_answer(content),
        f"/check?{address(content['residence'])}",
    )


def whole_answer(content: Mapping[str, Any], page: str = "/check/answer") -> str:
    """Return the address of the answer with all that a draft asks."""
    circle = content.get("circle") or ""
    return f"{page}?{address(content['residence'], content['vendors'], circle=circle)}"


def _most_helpful(chosen: Sequence[Chosen | ChosenCircle]) -> list[str]:
    """Return what could change an answer: what comes first for most companies."""
    places: dict[str, list[int]] = {}
    for one in chosen:
        for place, fact in enumerate(one.worth_knowing(QUESTIONS)):
            places.setdefault(fact, []).append(place)
    return sorted(places, key=lambda fact: (min(places[fact]), -len(places[fact])))


def answer_lines(
    desk: Desk,
    content: Mapping[str, Any],
    chosen: Sequence[Chosen],
    on: date,
    say: Say,
) -> tuple[AnswerLine, ...]:
    """Return each company's answer, and what it was without the person's facts."""
    before = chosen_of(desk, {**content, "person": {}}, on)
    then = {} if isinstance(before, Unfit) else {b.vendor.slug: b for b in before}
    return tuple(_answer(one, then.get(one.vendor.slug), say) for one in chosen)


def _answer(one: Chosen, before: Chosen | None, say: Say) -> AnswerLine:
    verdict = one.answer.verdict
    was = before.answer.verdict if before else verdict
    return AnswerLine(
        one.vendor.slug,
        one.vendor.name,
        verdict,
        sentence(one.answer, one.vendor.name, say),
        was if was is not verdict else None,
    )


def left_out_of(desk: Desk, content: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """Return the companies of the answer that the draft does not ask."""
    vendors = desk.directory.vendors
    slugs = [s for s in content.get("left_out") or () if s in vendors]
    return tuple((s, vendors[s].name) for s in slugs if s not in content["vendors"])


def _question(fact: str, given: Mapping[str, Any], say: Say) -> QuestionLine:
    text, why = QUESTIONS[fact]
    value = given.get(fact.partition(".")[2])
    if fact == "person.capacity":
        private = value == Capacity.CONSUMER
        told = "unknown" if value is None else "yes" if private else "no"
    else:
        told = "unknown" if value is None else "yes" if value else "no"
    return QuestionLine(fact, say(text), say(why), told)


def person_from(values: Mapping[str, str]) -> dict[str, Any]:
    """Return the facts that the questions gave; "I don't know" gives none."""
    facts: dict[str, Any] = {}
    for fact in QUESTIONS:
        answer = YES_NO.get(values.get(fact, ""))
        if answer is None:
            continue
        name = fact.partition(".")[2]
        if name == "capacity":
            facts[name] = Capacity.CONSUMER if answer else Capacity.WORKER
        else:
            facts[name] = answer
    return facts


def who_from(
    values: Mapping[str, str],
) -> tuple[dict[str, Any] | None, dict[str, str]]:
    """Return who files for whom, and what is wrong by field."""
    whom = values.get("for", "")
    if whom not in {"me", "child", "other"}:
        return None, {"for": WRONG["for"]}
    if whom == "me":
        return {"for": whom, "on_behalf": None}, {}
    try:
        acting = OnBehalf.model_validate(
            {
                "name": values.get("agent_name", ""),
                "email": values.get("agent_email", ""),
                "relation": values.get("relation", ""),
                "mandate_agreed_on": values.get("agreed_on") or None,
            }
        )
    except ValidationError as wrong:
        fields = [AGENT_FIELDS.get(name, name) for name in errors_of(wrong)]
        return None, {name: WRONG[name] for name in fields}
    return {"for": whom, "on_behalf": acting.model_dump(mode="json")}, {}


def fields_of(
    content: Mapping[str, Any], chosen: Sequence[Chosen]
) -> tuple[FieldLine, ...]:
    """Return the fields that any route needs, each with the companies it goes to."""
    typed = content.get("typed") or {}
    wanted = needed(list(chosen))
    return tuple(
        FieldLine(
            name,
            str(typed.get(name.value, "")),
            tuple(one.vendor.name for one in chosen if _reaches(name, one)),
            tuple(one.vendor.name for one in chosen if _in_own_letter(name, one)),
        )
        for name in Identifier
        if name in wanted
    )


def _reaches(name: Identifier, one: Chosen) -> bool:
    """Return whether a company gets this from us."""
    by_us = leaves_by_us(one.kind, one.way.by_oneself)
    return by_us and _in_letter(name, one)


def _in_own_letter(name: Identifier, one: Chosen) -> bool:
    return not leaves_by_us(one.kind, one.way.by_oneself) and _in_letter(name, one)


def _in_letter(name: Identifier, one: Chosen) -> bool:
    return name is Identifier.NAME or name in one.route.needs


def details_from(
    values: Mapping[str, str], chosen: Sequence[Chosen]
) -> tuple[dict[str, Any], dict[str, str]]:
    """Return what a draft keeps of the details: only what these companies need."""
    return details_of(values, [line.name for line in fields_of({}, chosen)])


def details_of(
    values: Mapping[str, str], names: Iterable[Identifier]
) -> tuple[dict[str, Any], dict[str, str]]:
    """Return what a draft keeps of these details, and what is wrong by field."""
    typed = {name.value: values.get(name.value, "") for name in names}
    resident, errors = resident_from(typed)
    if not errors:
        typed["email"] = resident["email"]  # as it is written, not as it is sent
    return {"typed": typed, "resident": None if errors else resident}, errors


def resident_from(
    typed: Mapping[str, str],
) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the resident that was typed, and what is wrong by field."""
    given: dict[str, Any] = {
        name: [
            line.strip() for line in typed.get(name, "").splitlines() if line.strip()
        ]
        for name in LISTS
    }
    given["name"] = typed.get("name", "").strip()
    given["email"] = typed.get("email", "").strip()
    given["birth_date"] = typed.get("birth_date", "").strip() or None
    try:
        resident = Resident.model_validate(given)
    except ValidationError as wrong:
        names = [name.partition(".")[0] for name in errors_of(wrong)]
        return given, {name: WRONG[name] for name in names}
    return resident.model_dump(mode="json"), {}


def told(unfit: Unfit, at: str = "leaving") -> dict[str, str]:
    """Return what to put right, by the field, or ``at`` a part of the page."""
    match unfit.why:
        case Why.TO_COME:
            name = unfit.field.rpartition(".")[2]
            field = AGENT_FIELDS.get(name, name)
            return {field: WRONG[field]}
        case Why.UNNEEDED:
            return {"about": LESS_NEEDED}
        case Why.NOBODY_ELSE:
            return {at: NOBODY_ELSE}
        case _:
            return {at: NO_LONGER}


def leaving_of(
    desk: Desk, body: FilingBody, chosen: Sequence[Chosen], on: date
) -> tuple[LeavingLine, ...]:
    """Return exactly what will leave for each company."""
    return tuple(
        LeavingLine(
            one.vendor.slug,
            one.vendor.name,
            one.way,
            _letter_of(desk, body, one, on),
            one.route.url or one.route.address or one.route.api_base,
        )
        for one in chosen
    )


def reading_of(
    desk: Desk, body: FilingBody, one: Chosen, on: date, language: str
) -> Letter | None:
    """Return a letter in the language of who reads it here; it is not what leaves."""
    if one.kind is RouteKind.DRP and one.way.by_oneself is None:
        return None
    return _letter_of(desk, body, one, on, language)


def _letter_of(
    desk: Desk, body: FilingBody, one: Chosen, on: date, language: str | None = None
) -> Letter:
    """Return the letter that leaves by us, or that the person sends."""
    own = one.way.by_oneself
    if one.kind is RouteKind.DRP and own is None:
        return protocol_message(body, one)[0]
    facts = letter_facts(
        desk,
        body,
        one,
        number="R-····-····",
        local="···",
        on=on,
        own=own is not None,
        language=language,
        answer=(desk.portal.link(path_of("···")), last_day(on)),
    )
    return desk.letters.request(facts)


def seen_of(desk: Desk, body: FilingBody, leaving: object) -> str:
    """Return a name for all that *check answers* shows; it changes with any of it."""
    shown = f"{body.model_dump_json()}{leaving!r}"
    return desk.keys.hash("check answers", shown.encode()).hex()
