"""What a resident fills in, checked: the one model of the pages and of the API."""

from dataclasses import replace
from typing import Annotated

from email_validator import EmailNotValidError, validate_email
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from app.actions.check_eligibility import PersonFactsShape
from app.actions.written_day import WrittenDay
from app.domain.facts import Asks, PersonFacts
from app.domain.vendors import Identifier
from app.letters import has_controls, has_link
from app.words.languages import Language

NAME_LENGTH = 200
LINE_LENGTH = 300
SEVERAL = 10
VENDORS = 50


def _line(text: str) -> str:
    """Return typed text that is one plain line.

    Raises:
        PydanticCustomError: If it holds controls, or what mail makes a link of.
    """
    if has_controls(text):
        raise PydanticCustomError("controls", "holds signs that no name has")
    if has_link(text):
        raise PydanticCustomError("link", "holds a link")
    return text


def _mailbox(text: str) -> str:
    """Return one mail address in its plain form.

    Raises:
        PydanticCustomError: If it is none, or more than one.
    """
    if has_controls(text):
        raise PydanticCustomError("controls", "holds signs that no address has")
    try:
        found = validate_email(
            text,
            check_deliverability=False,
            test_environment=True,
            allow_smtputf8=False,  # what no mail server of ours could reach
        )
    except EmailNotValidError:
        raise PydanticCustomError("email", "is not one mail address") from None
    return found.normalized


Name = Annotated[
    str, Field(min_length=1, max_length=NAME_LENGTH), AfterValidator(_line)
]
Line = Annotated[
    str, Field(min_length=1, max_length=LINE_LENGTH), AfterValidator(_line)
]
Mailbox = Annotated[str, Field(min_length=3, max_length=254), AfterValidator(_mailbox)]


class Shape(BaseModel):
    """A part of a filing."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class Resident(Shape):
    """Who asks, and how a vendor can find them."""

    name: Name
    email: Mailbox
    other_names: Annotated[list[Name], Field(max_length=SEVERAL)] = []
    other_emails: Annotated[list[Mailbox], Field(max_length=SEVERAL)] = []
    phones: Annotated[list[Line], Field(max_length=SEVERAL)] = []
    addresses: Annotated[list[Line], Field(max_length=SEVERAL)] = []
    birth_date: WrittenDay | None = None

    def given(self) -> frozenset[Identifier]:
        """Return which identifiers are filled in."""
        return frozenset(i for i in Identifier if getattr(self, i))


class OnBehalf(Shape):
    """Who files for somebody else, and the permission for it."""

    name: Name
    email: Mailbox
    relation: Line
    mandate_agreed_on: WrittenDay


class FilingBody(Shape):
    """A filing, as the API takes it."""

    residence: Annotated[str, Field(min_length=2, max_length=10)]
    vendors: Annotated[
        list[Annotated[str, Field(max_length=63)]], Field(max_length=VENDORS)
    ] = []
    broadcast: Annotated[str, Field(min_length=1, max_length=63)] | None = None
    """A circle of vendors instead of ``vendors``: a register, or a kind."""
    asks: Asks = Asks.DELETION
    language: Language = Language.EN
    resident: Resident
    person: PersonFactsShape = PersonFactsShape()
    on_behalf: OnBehalf | None = None

    @model_validator(mode="after")
    def _asks_somebody(self) -> "FilingBody":
        if not self.vendors and self.broadcast is None:
            raise PydanticCustomError("vendors", "names nobody to be asked")
        if self.vendors and self.broadcast is not None:
            raise PydanticCustomError("broadcast", "goes without vendors")
        return self

    @property
    def asked(self) -> Asks:
        """What is asked: a filing that asks to delete may add what the person asks."""
        if self.asks is Asks.DELETION:
            return self.person.asks or self.asks
        return self.asks

    def facts(self) -> PersonFacts:
        """Return what is known of the person, with what they ask (contract, R3)."""
        return replace(self.person.value(), asks=self.asked)
