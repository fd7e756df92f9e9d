"""What staff read about the record of a company: its fields, and what can be wrong."""

from collections.abc import Mapping

from app.domain.record_acts import Act
from app.domain.staleness import Check
from app.domain.vendors import Demand, Identifier, RouteKind
from app.words.marks import mark
from app.words.staff import FIELDS
from app.words.terms import OF_THE_COMPANY

LABELS: Mapping[str, str] = {
    **{name.removeprefix("vendor."): text for name, text in OF_THE_COMPANY.items()},
    "local_nexus": mark("where it does business"),
    "residents_held": mark("how many people it holds data about, by place"),
    "revenue_share_from_sales": mark("share of revenue from selling data"),
    "advertising_revenue_share": mark("share of revenue from advertising"),
    "registered_broker_in": mark("in which registers of data brokers it stands"),
    "slug": mark("Short name, for addresses"),
    "name": mark("Name"),
    "brands": mark("Other names"),
    "domains": mark("Its sites"),
    "about": mark("What it does"),
    "language": mark("Language of letters"),
    "zone": mark("Time zone of its seat"),
    "group": mark("Company that answers for it"),
    "sources": mark("Where this was seen"),
    "source": mark("Where this was seen"),
    "confidence": mark("How sure we are"),
    "checked_on": mark("Checked on"),
    "from": mark("First day"),
    "to": mark("Last day"),
    "kind": mark("How it is reached"),
    "address": mark("Mailbox, or postal address"),
    "url": mark("Address of its form"),
    "api_base": mark("Address of its own system"),
    "business_id": mark("Its name in the protocol"),
    "profile": mark("Form of the protocol"),
    "trailing_slash": mark("Addresses there end in a slash"),
    "places": mark("Places"),
    "needs": mark("What it needs to find the record"),
    "demands": mark("Proof that it asks for"),
    "languages": mark("Languages that it reads"),
    "hours": mark("Working hours"),
    "mandate": mark("It wants the permission in the letter"),
    "rank": mark("Place among its ways"),
    "note": mark("Remark"),
    "right": mark("What it is about"),
    "words": mark("What it says, in one sentence"),
    "known_until": mark("Last seen on"),
    "basis": mark("Why it offers that"),
    "agents": mark("Somebody else may ask"),
    "evidence": mark("What was kept as proof"),
    "by": mark("Who made it"),
    "status": mark("What became of it"),
    "status_on": mark("Since which day"),
    "statuses": mark("What became of it"),
    "everybody": mark("It is for everybody"),
    "binding": mark("It is binding"),
    "closed_on": mark("Last day of the company"),
    "successor": mark("Company that took its place"),
    "value": mark("What it is"),
    "why": mark("Why"),
    "of": mark("Record that stands for both"),
    "since": mark("From which day"),
    "take": mark("What the other record takes over"),
    "double": mark("Record that stands for both"),
    "year": mark("Year"),
    "place": mark("Place"),
}
"""What a field of a record is called."""

HINTS: Mapping[str, str] = {
    "slug": mark("Small letters, digits and dashes. It never changes"),
    "brands": mark("One a line"),
    "domains": mark(
        "One a line, such as example.org. Mail that is signed by one of them counts as"
        " the company’s own"
    ),
    "about": mark("One sentence, in English"),
    "zone": mark("Such as America/New_York"),
    "group": mark("Its short name here, where one request serves both"),
    "sources": mark("Web addresses, one a line; a remark may stand behind one"),
    "source": mark("A web address"),
    "checked_on": mark("The day on which you looked"),
    "from": mark("Left empty: since ever"),
    "to": mark("Left empty: no end is known"),
    "places": mark("Codes such as US-CA, CA-QC, DE or EU; * is everybody"),
    "seat": mark("Codes such as US-CA, CA-QC or DE"),
    "local_nexus": mark("Codes such as US-CA, CA-QC or DE"),
    "registered_broker_in": mark("Codes such as US-CA, CA-QC or DE"),
    "residents_held": mark("A place and a number, one a line: US-CA 120000"),
    "revenue_share_from_sales": mark("From 0 to 1"),
    "advertising_revenue_share": mark("From 0 to 1"),
    "known_until": mark("Only where nobody knows whether it still stands"),
    "hours": mark("At its seat, such as 09:00-17:00"),
    "words": mark("In English"),
    "evidence": mark("A web address or a file name"),
    "of": mark("Its short name here. Names and sites go over to it"),
    "successor": mark("Its short name here"),
    "closed_on": mark("Left empty: it is there"),
    "why": mark("In English; everybody can read it where records are merged"),
    "status": mark("Only where it changed, or was wrong for that day"),
}
"""How a field is filled in."""

REACHED: Mapping[str, str] = {
    RouteKind.EMAIL: mark("By e-mail"),
    RouteKind.WEBFORM: mark("Through its own form"),
    RouteKind.LETTER: mark("By letter on paper"),
    RouteKind.DRP: mark("By the Data Rights Protocol"),
}
DEMANDS: Mapping[str, str] = {
    Demand.FACE_PHOTO: mark("a photo of the face"),
    Demand.IDENTITY_DOCUMENT: mark("an identity document"),
}
IDENTIFIERS: Mapping[str, str] = {one.value: FIELDS[one.value] for one in Identifier}
RANKS: Mapping[str, str] = {
    "as_it_is": mark("Where it stands"),
    "first": mark("Before all others"),
    "last": mark("After all others"),
}
PARTS: Mapping[str, str] = {
    "vendor": mark("Names and sites"),
    "fact": mark("What we know of it"),
    "route": mark("Ways to reach it"),
    "offer": mark("What it offers"),
    "order": mark("What binds it"),
    "registration": mark("Registers of data brokers"),
}
"""The parts of a record."""
RECORDERS: Mapping[str, str] = {
    "bundled": mark("With this release"),
    "import": mark("By an import"),
    "import of a company record": mark("By an import"),
    "import of a register": mark("By an import of a register"),
}
"""Who recorded a version, where no person did."""

TITLES: Mapping[Act, str] = {
    Act.NEW: mark("New company"),
    Act.NAMES: mark("Names and sites"),
    Act.FACT: mark("Change a fact"),
    Act.ROUTE: mark("A way to reach it"),
    Act.OFFER: mark("An offer"),
    Act.ORDER: mark("An order or judgment"),
    Act.STRIKE: mark("Take out what was recorded by mistake"),
    Act.RETIRE: mark("The company is no more"),
    Act.MERGE: mark("It has another record"),
    Act.PART: mark("Take the merger back"),
}
"""What the page of a form is called."""

OUTCOMES: Mapping[str, str] = {
    "approved": mark("Approved"),
    "declined": mark("Declined"),
    "withdrawn": mark("Taken back"),
    "expired": mark("Its time is over"),
}
"""What became of a change that waited for a second person."""
REFUSALS: Mapping[str, str] = {
    "over": mark("Somebody has decided already, or its time is over"),
    "own": mark("Another person than you has to decide"),
    "not own": mark("Only who proposed it can take it back"),
    "outdated": mark("The record changed meanwhile: it has to be proposed again"),
    "unseen": mark("What it would change is not what you saw: look again below"),
    "no word": mark("Say why you decline"),
}
"""Why nothing was decided."""

FAULTS: Mapping[str, str] = {
    "missing": mark("This may not be empty"),
    "choose": mark("Choose one of these"),
    "too_long": mark("This may have {about} signs at most"),
    "no_day": mark("Write a day like this: 2026-11-23."),
    "before_first": mark("The last day comes before the first"),
    "to_come": mark("This day is still to come"),
    "no_place": mark("{about} is no place that we know. Nearest: {nearest}"),
    "no_link": mark("Enter web addresses that begin with https://"),
    "no_site": mark("{about} is no name of a site, such as example.org"),
    "no_mailbox": mark("Enter one e-mail address, such as name@example.org"),
    "no_slug": mark("Use small letters, digits and dashes, such as clearview-ai"),
    "taken": mark("Another company has this short name"),
    "merged_on": mark(
        "The other record was merged on. Take back its merger with {about} first"
    ),
    "no_vendor": mark("There is no company {about} here. Nearest: {nearest}"),
    "no_zone": mark("{about} is no time zone. Nearest: {nearest}"),
    "no_hours": mark("Write hours like this: 09:00-17:00"),
    "no_number": mark("Enter a number, in digits alone"),
    "no_share": mark("Enter a share from 0 to 1, such as 0.25"),
    "itself": mark("Name another company"),
    "same": mark("This says what the record says already. Nothing would change"),
    "unfit": mark("The record cannot hold this"),
}
"""What is wrong with a field."""

CHECKS: Mapping[Check, str] = {
    Check.LONG_AGO: mark("Checked long ago"),
    Check.UNSURE: mark("We are not sure"),
    Check.OFFER_LOST: mark("An offer may have ended"),
    Check.NO_WAY: mark("No way to reach it"),
}
"""Why a record needs a check."""
