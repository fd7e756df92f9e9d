"""The fields of the forms in which staff write about vendors, one list for each act."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from app.domain.facts import DataKind, DataSource, Sector
from app.domain.laws import Confidence
from app.domain.record_acts import Act
from app.domain.vendors import (
    Demand,
    Identifier,
    OfferBasis,
    OfferRight,
    OrderStatus,
    RouteKind,
)


class Kind(StrEnum):
    """What a field takes, and how it is read."""

    LINE = "line"
    WORDS = "words"
    LINES = "lines"
    """Several, one a line."""
    SOURCES = "sources"
    """Web addresses with words after them, one a line."""
    SITES = "sites"
    """Names of domains, one a line."""
    LINK = "link"
    MAILBOX = "mailbox"
    SLUG = "slug"
    VENDOR = "vendor"
    """The short name of a vendor that there is."""
    ZONE = "zone"
    HOURS = "hours"
    DAY = "day"
    CODES = "codes"
    """Codes of places, with blanks or commas between them."""
    CODES_OR_ALL = "codes_or_all"
    """The same, or a group, or a star for everybody."""
    ONE = "one"
    SOME = "some"
    YES_OR_NO = "yes_or_no"
    COUNT = "count"
    NUMBER = "number"
    SHARE = "share"
    HELD = "held"
    """A place and a number, one a line."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a form."""

    name: str
    kind: Kind
    needed: bool = False
    options: tuple[str, ...] = ()
    words: str = ""
    """The table in which the options have their words."""
    most: int = 200
    """How many signs it takes."""
    otherwise: str = ""
    """What stands where nothing else was said; then nothing is left open."""


LETTER_LANGUAGES = ("en", "fr", "es", "de")
SURE = tuple(c.value for c in Confidence)
LONG = 600
CITED = (
    Field("sources", Kind.SOURCES, needed=True, most=2000),
    Field("confidence", Kind.ONE, needed=True, options=SURE, words="confidence"),
    Field("checked_on", Kind.DAY, needed=True),
)
"""On what it rests: every change says so."""
NAMES = (
    Field("name", Kind.LINE, needed=True),
    Field("brands", Kind.LINES, most=2000),
    Field("domains", Kind.SITES, most=2000),
    Field("about", Kind.WORDS, most=LONG),
    Field(
        "language",
        Kind.ONE,
        options=LETTER_LANGUAGES,
        words="language",
        otherwise="en",
    ),
    Field("zone", Kind.ZONE),
    Field("group", Kind.VENDOR),
    *CITED,
)
_SECTOR = Field("sector", Kind.ONE, options=tuple(Sector), words="sector")
_SEAT = Field("seat", Kind.CODES)
FACTS: Mapping[str, Field] = {
    field.name: field
    for field in (
        _SEAT,
        _SECTOR,
        Field(
            "data_sources", Kind.SOME, options=tuple(DataSource), words="data_source"
        ),
        Field("data_kinds", Kind.SOME, options=tuple(DataKind), words="kind"),
        Field("annual_revenue_usd", Kind.NUMBER),
        Field("residents_held", Kind.HELD, most=2000),
        Field("sells_data", Kind.YES_OR_NO),
        Field("revenue_share_from_sales", Kind.SHARE),
        Field("small_business", Kind.YES_OR_NO),
        Field("registered_broker_in", Kind.CODES),
        Field("government_contractor_only", Kind.YES_OR_NO),
        Field("nonprofit", Kind.YES_OR_NO),
        Field("employees", Kind.COUNT),
        Field("advertising_revenue_share", Kind.SHARE),
        Field("sells_smart_speakers_or_app_store", Kind.YES_OR_NO),
        Field("child_directed", Kind.YES_OR_NO),
        Field("local_nexus", Kind.CODES),
    )
}
"""The facts of a vendor, and how each is typed."""
SPAN = (Field("from", Kind.DAY), Field("to", Kind.DAY))
FIRST, LAST, AS_IT_IS = "first", "last", "as_it_is"
ROUTE = (
    Field(
        "kind",
        Kind.ONE,
        needed=True,
        options=(
            RouteKind.EMAIL,
            RouteKind.WEBFORM,
            RouteKind.LETTER,
            RouteKind.DRP,
        ),
        words="reached",
    ),
    Field("address", Kind.LINE, most=LONG),
    Field("url", Kind.LINE, most=LONG),
    Field("api_base", Kind.LINE, most=LONG),
    Field("business_id", Kind.LINE),
    *SPAN,
    Field("places", Kind.CODES_OR_ALL, most=2000),
    Field("needs", Kind.SOME, options=tuple(Identifier), words="identifier"),
    Field("demands", Kind.SOME, options=tuple(Demand), words="demand"),
    Field("languages", Kind.SOME, options=LETTER_LANGUAGES, words="language"),
    Field("hours", Kind.HOURS),
    Field("mandate", Kind.YES_OR_NO, otherwise="no"),
    Field("rank", Kind.ONE, options=(AS_IT_IS, FIRST, LAST), words="rank"),
    Field("note", Kind.WORDS, most=LONG),
    Field("source", Kind.LINK, needed=True, most=LONG),
    Field("confidence", Kind.ONE, needed=True, options=SURE, words="confidence"),
)
OFFER = (
    Field("right", Kind.ONE, needed=True, options=tuple(OfferRight), words="offer"),
    Field("words", Kind.WORDS, needed=True, most=LONG),
    Field("places", Kind.CODES_OR_ALL, needed=True, most=2000),
    *SPAN,
    Field("known_until", Kind.DAY),
    Field(
        "basis",
        Kind.ONE,
        options=tuple(OfferBasis),
        words="basis",
        otherwise=OfferBasis.VOLUNTARY,
    ),
    Field("demands", Kind.LINES, most=LONG),
    Field("agents", Kind.YES_OR_NO),
    Field("evidence", Kind.LINE, most=LONG),
    *CITED,
)
ORDER = (
    Field("by", Kind.LINE, needed=True),
    Field("words", Kind.WORDS, needed=True, most=LONG),
    Field(
        "right",
        Kind.ONE,
        options=tuple(OfferRight),
        words="offer",
        otherwise=OfferRight.DELETION,
    ),
    Field("places", Kind.CODES_OR_ALL, needed=True, most=2000),
    Field("status", Kind.ONE, options=tuple(OrderStatus), words="order_status"),
    Field("status_on", Kind.DAY),
    Field("to", Kind.DAY),
    Field("everybody", Kind.YES_OR_NO, otherwise="yes"),
    Field("binding", Kind.YES_OR_NO, otherwise="yes"),
    *CITED,
)
SEEN = (
    Field("source", Kind.LINK, needed=True, most=LONG),
    Field("checked_on", Kind.DAY, needed=True),
)
RETIRE = (Field("closed_on", Kind.DAY), Field("successor", Kind.VENDOR), *SEEN)
TAKEN = ("offer", "order", "registration", "fact", "route")
"""The parts that a record can leave to the one that stands for both."""
MERGE = (
    Field("of", Kind.VENDOR, needed=True),
    Field("since", Kind.DAY, needed=True),
    Field("why", Kind.WORDS, needed=True, most=LONG),
    Field("take", Kind.SOME, options=TAKEN, words="part"),
    *SEEN,
)
STRIKE = (Field("why", Kind.WORDS, needed=True, most=LONG),)


def fields_of(act: Act, fact: str = "") -> tuple[Field, ...]:
    """Return the fields of a form; that of a fact depends on which it is."""
    match act:
        case Act.NEW:
            return (
                Field("slug", Kind.SLUG, needed=True),
                NAMES[0],
                _SECTOR,
                _SEAT,
                *NAMES[1:],
            )
        case Act.FACT:
            return (FACTS[fact], Field("from", Kind.DAY), *CITED)
        case _:
            return {
                Act.NAMES: NAMES,
                Act.ROUTE: ROUTE,
                Act.OFFER: OFFER,
                Act.ORDER: ORDER,
                Act.STRIKE: STRIKE,
                Act.RETIRE: RETIRE,
                Act.MERGE: MERGE,
                Act.PART: STRIKE,
            }[act]
