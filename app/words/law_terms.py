"""The words for a law's codes, as its own page says them."""

from collections.abc import Mapping

from app.domain.facts import Capacity, DataKind, DataSource
from app.domain.laws import (
    AgentRule,
    Clock,
    ProofLimit,
    PublicData,
    Purpose,
    Reach,
    Reliability,
    RollRule,
    Status,
    Unmet,
)
from app.words.marks import mark

STATUSES: Mapping[str, str] = {
    Status.IN_FORCE: mark("In force"),
    Status.ENACTED: mark("Passed, not in force yet"),
    Status.DATE_UNCERTAIN: mark("Passed, and its first day is not certain"),
    Status.REGULATIONS_AWAITED: mark("Passed, and waits for its regulations"),
    Status.NOT_VERIFIED: mark("Said to be passed, and not verified"),
    Status.PARTLY_IN_FORCE: mark("Partly in force"),
    Status.DOUBTFUL: mark("In force on paper, and doubtful whether it works"),
    Status.PENDING_BILL: mark("A bill"),
    Status.NO_GENERAL_LAW: mark("No general law"),
    Status.COVERED_ELSEWHERE: mark("Answered by other records"),
}
"""What the record said on the day of checking."""
ABOUT: Mapping[str, str] = {
    Unmet.BELOW_THRESHOLD: mark("It reaches only companies of a certain size or trade"),
    Unmet.EXEMPT: mark("It leaves out some companies"),
    Unmet.CAPACITY: mark("It asks in which role you stand towards the company"),
    Unmet.AGE: mark("It asks for an age"),
    Unmet.NO_NEXUS: mark("It asks for a tie between the company and the place"),
    Unmet.NOT_A_BROKER: mark("It is about data brokers alone"),
    Unmet.NOT_REGISTERED: mark("It works through a register"),
    Unmet.NOT_MET: mark("It has a condition"),
    Unmet.OPEN: mark("It has a condition that no form can settle"),
    Unmet.OUTSIDE: mark("It is about some companies or data alone"),
}
"""What a condition is about, by the reason that is given where it fails."""
AGENTS: Mapping[str, str] = {
    AgentRule.YES: mark("Somebody else may ask for you"),
    AgentRule.NO: mark("Nobody else may ask for you"),
    AgentRule.OPT_OUT_ONLY: mark("Somebody else may opt out for you, no more"),
    AgentRule.PARENT_ONLY: mark("Only a parent may ask, for a child"),
    AgentRule.UNCLEAR: mark("Whether somebody else may ask for you is not clear"),
}
PROOFS: Mapping[str, str] = {
    ProofLimit.DOUBTS: mark(
        "The company may ask for more only where it has good reason to doubt who asks"
    ),
    ProofLimit.AVOID: mark(
        "The company first uses what it holds, and avoids asking for more"
    ),
}
PUBLIC: Mapping[str, str] = {
    PublicData.INCLUDED: mark("Data that was public already counts like any other"),
    PublicData.EXCLUDED: mark("Data that was public already is left out"),
    PublicData.EXCLUDED_UNLESS_BIOMETRIC: mark(
        "Data that was public already is left out, but not biometric data made from it,"
        " such as a face template from a public photo"
    ),
    PublicData.EXCLUDED_BIOMETRIC_UNCLEAR: mark(
        "Data that was public already is left out; whether biometric data made from it"
        " is, such as a face template from a public photo, is not clear"
    ),
    PublicData.UNCLEAR: mark(
        "Whether data that was public already is covered is not clear"
    ),
}
REACHES: Mapping[str, str] = {
    Reach.YES: mark("It reaches companies abroad that its test catches"),
    Reach.LIMITED: mark("It reaches only some companies abroad"),
    Reach.UNCERTAIN: mark("Whether it reaches companies abroad is not clear"),
    Reach.NO: mark("It does not reach companies abroad"),
    Reach.NOT_ASKED: mark("It does not ask where a company has its seat"),
}
CLOCKS: Mapping[str, str] = {
    Clock.RUNS: mark("The clock runs on while the company checks who you are"),
    Clock.PAUSES: mark("The clock stands still while the company checks who you are"),
    Clock.RESTARTS: mark("The clock begins anew once you have proved who you are"),
    Clock.STARTS_AT_VERIFICATION: mark(
        "The clock begins once the company knows who you are"
    ),
}
ROLLS: Mapping[str, str] = {
    RollRule.NEXT_WORKING_DAY: mark(
        "A last day on a Saturday, Sunday or holiday moves to the next working day"
    ),
    RollRule.NEXT_NON_HOLIDAY: mark(
        "A last day on what the law itself calls a holiday moves to the next day that"
        " is none"
    ),
    RollRule.BUSINESS_DAYS_ONLY: mark("Only working days are counted"),
    RollRule.UNKNOWN: mark("Whether a last day moves off a day off is not known"),
    RollRule.NONE: mark("The last day stands, on a day off too"),
}
RELIABILITY: Mapping[str, str] = {
    Reliability.YES: mark("These days may be counted on"),
    Reliability.CHECK: mark("Confirm these days before relying on them"),
    Reliability.NO: mark("What we read about days is not reliable, so we count none"),
    Reliability.NO_NUMBER: mark("The law fixes no number of days"),
}
PURPOSES: Mapping[str, str] = {
    Purpose.DELETION: mark("for a request to delete"),
    Purpose.CORRECTION: mark("for a request to correct"),
    Purpose.OPT_OUT: mark("for an opt-out"),
}
CAPACITIES: Mapping[str, str] = {
    Capacity.CONSUMER: mark("consumer"),
    Capacity.WORKER: mark("worker or applicant"),
    Capacity.BUSINESS_CONTACT: mark("business contact"),
    Capacity.PARENT_OF_CHILD: mark("parent, for a child"),
    Capacity.PROTECTED_OFFICIAL: mark("judge or official under protection"),
}
KINDS: Mapping[str, str] = {
    DataKind.CONTACT: mark("contact details"),
    DataKind.ACCOUNT: mark("accounts"),
    DataKind.PURCHASE: mark("purchases"),
    DataKind.LOCATION: mark("location"),
    DataKind.HEALTH: mark("health"),
    DataKind.FINANCIAL: mark("money and credit"),
    DataKind.BIOMETRIC: mark("biometric data"),
    DataKind.FACE_TEMPLATE: mark("face templates"),
    DataKind.PHOTO: mark("photos"),
    DataKind.INTIMATE_IMAGE: mark("intimate pictures"),
    DataKind.HOME_ADDRESS: mark("home addresses"),
    DataKind.CHILD_DATA: mark("data of children"),
    DataKind.EMPLOYMENT: mark("work"),
    DataKind.OTHER: mark("other data"),
}
SOURCES: Mapping[str, str] = {
    DataSource.PROVIDED: mark("given by you"),
    DataSource.OBSERVED: mark("observed by the company"),
    DataSource.THIRD_PARTY: mark("bought or got from others"),
    DataSource.PUBLIC_WEB: mark("taken from the public web"),
    DataSource.PUBLIC_RECORD: mark("taken from public registers"),
}
SOURCE_READ: Mapping[str, str] = {
    "yes": mark("The text itself was read"),
    "partly": mark("The text itself was read in part"),
    "no": mark("The text itself was not read"),
}
DETAILS: Mapping[str, str] = {
    "agents": mark("Who acts for somebody, and with which papers"),
    "amendments": mark("Amendments"),
    "appeal": mark("Appeal"),
    "biometric": mark("Biometric data"),
    "capacity": mark("In which role"),
    "children": mark("Children"),
    "complaint": mark("Complaint"),
    "controllers": mark("Which companies"),
    "counting": mark("How days are counted"),
    "data_exemptions": mark("Data that it leaves out"),
    "exemptions_no_fact_expresses": mark("Exceptions that no form can settle"),
    "extra": mark("More"),
    "fees": mark("Fees"),
    "nonprofits": mark("Organisations without profit"),
    "penalties": mark("Penalties"),
    "period": mark("Period"),
    "persons": mark("Which people"),
    "places": mark("Where"),
    "private_action": mark("Going to court"),
    "proof": mark("Proof of who you are"),
    "public_data": mark("Data that was public"),
    "reach": mark("Reach"),
    "residency": mark("Residence"),
    "right_scope": mark("What the right covers"),
    "scope": mark("Scope"),
    "third_party_data": mark("Data got from others"),
    "timing": mark("Timing"),
    "vendor_note": mark("About single companies"),
    "would_give": mark("What it would give"),
}
"""The record's notes, by what they are about; a note about one place has its code."""

WAYPOINTS: Mapping[str, str] = {
    "send result": mark("last day to send the result"),
    "recipients delete": mark("last day for those who got the data to delete it"),
    "notify furnisher": mark("last day to tell who reported the data"),
    "identity-theft block": mark("last day to block data from identity theft"),
    "finish reinvestigation": mark("last day to end the new examination"),
    "delete and report status": mark("last day to delete and to say what was done"),
    "delete and notify recipients": mark(
        "last day to delete and to tell those who got the data"
    ),
    "broker retrieves list": mark("last day for the data broker to fetch the list"),
    "broker checks mechanism": mark(
        "last day for the data broker to look for requests"
    ),
    "archived or backup copies": mark("last day for archives and safety copies"),
    "answer the request": mark("last day to answer the request"),
    "act on verified request": mark("last day to act once it is known who asks"),
}
"""Steps between receipt and answer that single laws name."""

LAW_TERMS: Mapping[str, Mapping[str, str]] = {
    "waypoint": WAYPOINTS,
    "law_status": STATUSES,
    "about": ABOUT,
    "agent": AGENTS,
    "proof": PROOFS,
    "public": PUBLIC,
    "reach": REACHES,
    "clock": CLOCKS,
    "roll": ROLLS,
    "reliability": RELIABILITY,
    "purpose": PURPOSES,
    "capacity": CAPACITIES,
    "kind": KINDS,
    "data_source": SOURCES,
    "source_read": SOURCE_READ,
    "detail": DETAILS,
}
"""Every table by the name that templates call it."""
