"""The conditions of a law in sentences, composed from codes; a reader's "you" asks.

A condition that no fact expresses stands in the record's own words, and is quoted.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias, assert_never

from babel.numbers import format_decimal, format_percent

from app.domain import conditions as c
from app.domain.conditions import Predicate
from app.domain.facts import Asks
from app.words.answers import Say
from app.words.languages import place_name
from app.words.law_terms import CAPACITIES, KINDS, SOURCES
from app.words.marks import mark
from app.words.terms import SECTORS

SO: Mapping[str, tuple[str, str]] = {
    "vendor.sells_data": (
        mark("The company sells data"),
        mark("The company sells no data"),
    ),
    "vendor.small_business": (
        mark("The company is a small business under federal rules"),
        mark("The company is no small business under federal rules"),
    ),
    "vendor.government_contractor_only": (
        mark("The company works for governments alone"),
        mark("The company does not work for governments alone"),
    ),
    "vendor.nonprofit": (
        mark("The company is run without profit"),
        mark("The company is run for profit"),
    ),
    "vendor.sells_smart_speakers_or_app_store": (
        mark("The company sells smart speakers or runs an app store"),
        mark("The company neither sells smart speakers nor runs an app store"),
    ),
    "vendor.child_directed": (
        mark("The company serves children"),
        mark("The company does not serve children"),
    ),
    "person.through_agent": (
        mark("Somebody asks for you"),
        mark("Nobody asks for you"),
    ),
    "person.data_is_wrong": (
        mark("The data is wrong or incomplete"),
        mark("The data is right and complete"),
    ),
    "person.data_is_obsolete_or_unlawful": (
        mark("The data is out of date, no longer needed or unlawfully held"),
        mark("The data is neither out of date nor unlawfully held"),
    ),
    "person.consent_withdrawn": (
        mark("You agreed once and took that back"),
        mark("You have not taken back your consent"),
    ),
    "person.image_without_consent": (
        mark("It is a picture of you that you did not agree to"),
        mark("It is no picture that you did not agree to"),
    ),
    "person.serious_harm": (
        mark("It harms you seriously"),
        mark("It does not harm you seriously"),
    ),
    "person.identity_theft": (
        mark("Somebody has used your identity"),
        mark("Nobody has used your identity"),
    ),
}
"""A yes-or-no fact: that it is so, and that it is not."""

NOTIONS: Mapping[str, tuple[str, str]] = {
    "data_broker": (
        mark("The company is a data broker"),
        mark("The company is no data broker"),
    ),
    "consumer_reporting_agency": (
        mark("The company is a credit bureau or screens tenants"),
        mark("The company is no credit bureau and screens no tenants"),
    ),
    "nonprofit": (
        mark("The company is a charity or run without profit"),
        mark("The company is no charity and is run for profit"),
    ),
    "knows_of_child": (
        mark("The company serves children, or knows that the data is a child’s"),
        mark("The company serves no children and knows of no child’s data"),
    ),
    "sensitive_data": (
        mark("The company holds sensitive data: health, place, body or child"),
        mark("The company holds no sensitive data"),
    ),
    "biometric_data": (
        mark("The company holds biometric data, such as face templates"),
        mark("The company holds no biometric data"),
    ),
}
"""A notion that several laws share: that it holds, and that it does not."""

AMONG: Mapping[str, tuple[str, str]] = {
    "vendor.sector": (
        mark("The company is one of these: {list}"),
        mark("The company is none of these: {list}"),
    ),
    "person.capacity": (
        mark("You ask as one of these: {list}"),
        mark("You ask as none of these: {list}"),
    ),
    "person.asks": (
        mark("You ask for one of these: {list}"),
        mark("You ask for none of these: {list}"),
    ),
    "person.data_source": (
        mark("The data is one of these: {list}"),
        mark("The data is none of these: {list}"),
    ),
    "vendor.data_sources": (
        mark("The company has data that is one of these: {list}"),
        mark("The company has no data that is one of these: {list}"),
    ),
    "vendor.data_kinds": (
        mark("The company holds data of one of these kinds: {list}"),
        mark("The company holds data of none of these kinds: {list}"),
    ),
    "person.data_kinds": (
        mark("It is about data of one of these kinds: {list}"),
        mark("It is about data of none of these kinds: {list}"),
    ),
    "vendor.seat": (
        mark("The company has a seat in {list}"),
        mark("The company has no seat in {list}"),
    ),
    "vendor.local_nexus": (
        mark("The company does business in {list}"),
        mark("The company does no business in {list}"),
    ),
    "vendor.registered_broker_in": (
        mark("The company stands in the register of data brokers of {list}"),
        mark("The company is not in the register of data brokers of {list}"),
    ),
}
"""A fact whose words are listed: one of them, and none of them."""

AMOUNTS: Mapping[str, str] = {
    "vendor.annual_revenue_usd": mark("Revenue in a year, in US dollars: {amount}"),
    "vendor.revenue_share_from_sales": mark("Revenue from selling data: {amount}"),
    "vendor.advertising_revenue_share": mark("Revenue from advertising: {amount}"),
    "vendor.employees": mark("People who work there: {amount}"),
    "person.age": mark("Age in years: {amount}"),
}
HELD = mark("People in {place} whose data the company holds: {amount}")
SHARES = frozenset(
    {"vendor.revenue_share_from_sales", "vendor.advertising_revenue_share"}
)
RELATIONS: Mapping[tuple[str, bool], str] = {
    ("at_least", True): mark("at least {n}"),
    ("more_than", True): mark("more than {n}"),
    ("less_than", True): mark("less than {n}"),
    ("at_least", False): mark("less than {n}"),
    ("more_than", False): mark("at most {n}"),
    ("less_than", False): mark("at least {n}"),
}
"""How a number relates to a fact: as the law has it, and denied."""

REQUESTS: Mapping[str, str] = {
    Asks.DELETION: mark("deletion"),
    Asks.CORRECTION: mark("correction"),
    Asks.DE_INDEXING: mark("removal from search results"),
    Asks.OPT_OUT: mark("a stop to the sale"),
    Asks.WITHDRAW_CONSENT: mark("an end to consent"),
}
WORDS: Mapping[str, Mapping[str, str]] = {
    "vendor.sector": SECTORS,
    "person.capacity": CAPACITIES,
    "person.asks": REQUESTS,
    "person.data_source": SOURCES,
    "vendor.data_sources": SOURCES,
    "vendor.data_kinds": KINDS,
    "person.data_kinds": KINDS,
}
"""The words of a fact's values; the values of the others are places."""

EVERY = mark("All of this:")
ONE = mark("At least one of these:")
NOT_EVERY = mark("Not all of this at once:")
NOBODY = mark("None of these:")
NO_FACT = mark("What no form can settle:")
NOT_THIS = mark("That this is not so, which no form can settle:")
ALWAYS = mark("No condition: it holds for everybody")
NEVER = mark("It holds for nobody")


@dataclass(frozen=True, slots=True)
class Clause:
    """A condition, or a part of one, in words."""

    text: str
    quoted: str = ""
    """The record's own words, in English."""
    parts: tuple["Clause", ...] = ()


Reader: TypeAlias = tuple[str, Say]
"""A language, and what says a message in it."""


def clause(predicate: Predicate, reader: Reader, *, so: bool = True) -> Clause:
    """Return a condition in the reader's language; ``so``: whether it must hold."""
    _, say = reader
    match predicate:
        case c.All(parts):
            return _several(parts, reader, EVERY if so else NOT_EVERY)
        case c.Any(parts):
            return _several(parts, reader, ONE if so else NOBODY)
        case c.Not(part):
            return clause(part, reader, so=not so)
        case c.Is(fact, value):
            return Clause(say(_either(SO[fact], so=so is value)))
        case c.Named(notion):
            return Clause(say(_either(NOTIONS[notion], so=so)))
        case c.OneOf(fact, values) | c.Includes(fact, values):
            words = listed(fact, values, reader)
            return Clause(say(_either(AMONG[fact], so=so)).format(list=words))
        case c.Compare(fact, relation, number):
            amount = _amount(relation, number, reader, so=so, share=fact in SHARES)
            return Clause(say(AMOUNTS[fact]).format(amount=amount))
        case c.Held(place, relation, number):
            amount = _amount(relation, number, reader, so=so)
            where = place_name(place, reader[0])
            return Clause(say(HELD).format(place=where, amount=amount))
        case c.Custom(words):
            return Clause(say(NO_FACT if so else NOT_THIS), quoted=words)
        case c.Always():
            return Clause(say(ALWAYS if so else NEVER))
        case _:
            assert_never(predicate)


def listed(fact: str, values: Iterable[str], reader: Reader) -> str:
    """Return the values of a fact in words, with commas between them."""
    language, say = reader
    words = WORDS.get(fact)
    named = [
        _small(say(words[v])) if words else place_name(v, language) for v in values
    ]
    return ", ".join(sorted(named, key=str.casefold))


def _small(word: str) -> str:
    return word[:1].lower() + word[1:]


def _several(parts: Iterable[Predicate], reader: Reader, head: str) -> Clause:
    inner = tuple(clause(part, reader) for part in parts)
    if len(inner) == 1 and head in {EVERY, ONE}:
        return inner[0]
    return Clause(reader[1](head), parts=inner)


def _either(pair: tuple[str, str], *, so: bool) -> str:
    return pair[0] if so else pair[1]


def _amount(
    relation: str, number: float, reader: Reader, *, so: bool, share: bool = False
) -> str:
    language, say = reader
    write = format_percent if share else format_decimal
    return say(RELATIONS[relation, so]).format(n=write(number, locale=language))
