"""One table for every word that a code stands for on the pages."""

from collections.abc import Mapping

from app.domain.changes import Cause, Direction
from app.domain.facts import Sector
from app.domain.grounds import GroundKind, Verdict
from app.domain.laws import Confidence, RightKind
from app.domain.timeline import DenialGround, EventKind, Evidence, Outcome, Status
from app.domain.vendors import OfferBasis, OfferRight, OrderStatus, RouteKind
from app.words.figures import COURSES, FAMILIES
from app.words.law_terms import LAW_TERMS
from app.words.marks import mark

VERDICTS: Mapping[str, str] = {
    Verdict.ELIGIBLE: mark("Covered by law"),
    Verdict.OFFERED: mark("Offered by the company"),
    Verdict.UNCERTAIN: mark("We cannot tell yet"),
    Verdict.OPT_OUT_ONLY: mark("Opt-out only"),
    Verdict.NOT_ELIGIBLE: mark("Not covered"),
}
VERDICTS_MEAN: Mapping[str, str] = {
    Verdict.ELIGIBLE: mark("A law lets people there demand it of this company."),
    Verdict.OFFERED: mark("The company itself says that it does it for people there."),
    Verdict.UNCERTAIN: mark(
        "A law or an offer may help. It depends on what we do not know: of the person, of"
        " the company, or of how the law is read."
    ),
    Verdict.OPT_OUT_ONLY: mark(
        "People there can have data hidden, or its sale stopped, and not deleted."
    ),
    Verdict.NOT_ELIGIBLE: mark("Nothing that we know of helps people there."),
}
"""What a verdict says of deletion in a place, for who reads it for the first time."""
STATUSES: Mapping[str, str] = {
    Status.UNCONFIRMED: mark("Waiting for your code"),
    Status.QUEUED: mark("Ready to send"),
    "yours": mark("Yours to send"),
    Status.SENT: mark("Sent"),
    Status.ACKNOWLEDGED: mark("They have it"),
    Status.IDENTITY_REQUESTED: mark("Proof of identity asked for"),
    Status.ANSWERED: mark("Answered"),
    Status.APPEALED: mark("Appealed"),
    Status.CLOSED: mark("Closed"),
    Status.WITHDRAWN: mark("Taken back"),
    Status.UNDELIVERABLE: mark("Could not be delivered"),
    Status.EXPIRED: mark("Expired"),
}
OUTCOMES: Mapping[str, str] = {
    Outcome.DELETED: mark("Deleted"),
    Outcome.PARTLY_DELETED: mark("Deleted in part"),
    Outcome.SUPPRESSED: mark("Hidden, not deleted"),
    Outcome.OPTED_OUT: mark("Opt-out accepted"),
    Outcome.DE_INDEXED: mark("Out of search results"),
    Outcome.NOTHING_FOUND: mark("Nothing found"),
    Outcome.REFUSED: mark("Refused"),
    Outcome.NO_ANSWER: mark("No answer"),
}
VENDOR_ANSWERS: Mapping[str, str] = {
    EventKind.DELETED: mark("We deleted the data"),
    EventKind.PARTLY_DELETED: mark("We deleted a part of it"),
    EventKind.NOTHING_FOUND: mark("We found nothing about this person"),
    EventKind.OPTED_OUT: mark("We no longer sell the data or pass it on"),
    EventKind.DE_INDEXED: mark("We no longer show the person in search results"),
    EventKind.REFUSED: mark("We refuse"),
    EventKind.IDENTITY_REQUESTED: mark("We need more to find the data"),
    EventKind.EXTENDED: mark("We need more time"),
}
"""What a vendor can say on the page of its link; a mere receipt is no answer."""

EVIDENCE: Mapping[str, str] = {
    Evidence.PROTOCOL: mark("Answered by its system"),
    Evidence.VENDOR_LINK: mark("On our answer page"),
    Evidence.AUTHENTICATED_MAIL: mark("E-mail, sender checked"),
    Evidence.MAIL: mark("E-mail, sender not proved"),
    Evidence.LETTER: mark("Letter on paper"),
    Evidence.RESIDENT: mark("You told us"),
    Evidence.STAFF: mark("Noted by our staff"),
}
LETTERS: Mapping[str, str] = {
    "request": mark("Your request"),
    "own_request": mark("Your request: prepared here, for you to send"),
    "withdrawal": mark("Your notice that you take it back"),
    "no_document": mark("What we answered to a mail of the company"),
    "stands": mark("What we answered to a mail of the company"),
    "given_already": mark("What we answered to a mail of the company"),
    "use_link": mark("What we answered to a mail of the company"),
    "reminder": mark("A reminder that the answer is late"),
    "identity_answer": mark("An answer about who you are"),
    "appeal": mark("An appeal to the company"),
    "complaint": mark("A complaint to the regulator"),
    "mandate": mark("The permission to act for somebody"),
}
CONFIDENCE: Mapping[str, str] = {
    Confidence.HIGH: mark("high"),
    Confidence.MEDIUM: mark("medium"),
    Confidence.LOW: mark("low"),
    Confidence.MEMORY: mark("not checked"),
}
GROUNDS: Mapping[str, str] = {
    GroundKind.LAW: mark("Law"),
    GroundKind.OFFER: mark("Offer"),
    GroundKind.ORDER: mark("Order"),
}
EVENTS: Mapping[str, str] = {
    EventKind.FILED: mark("You filed the request"),
    EventKind.CONFIRMED: mark("You proved your e-mail address"),
    EventKind.EXPIRED: mark("It was not confirmed in a day"),
    EventKind.SENT: mark("The request was sent"),
    EventKind.UNDELIVERABLE: mark("It could not be delivered"),
    EventKind.ACKNOWLEDGED: mark("They say that they have it"),
    EventKind.IDENTITY_REQUESTED: mark("They asked for proof of who you are"),
    EventKind.IDENTITY_GIVEN: mark("The proof was given"),
    EventKind.EXTENDED: mark("They gave themselves more time"),
    EventKind.DELETED: mark("They say that they deleted your data"),
    EventKind.PARTLY_DELETED: mark("They say that they deleted a part"),
    EventKind.SUPPRESSED: mark("They hide your data and keep it"),
    EventKind.OPTED_OUT: mark("They accepted your opt-out"),
    EventKind.DE_INDEXED: mark("They took you out of search results"),
    EventKind.NOTHING_FOUND: mark("They say that they found nothing"),
    EventKind.REFUSED: mark("They refused"),
    EventKind.APPEALED: mark("You asked them to look again"),
    EventKind.CLOSED: mark("The request was closed"),
    EventKind.WITHDRAWN: mark("You took the request back"),
    EventKind.REOPENED: mark("It was opened again"),
    EventKind.REROUTED: mark("It goes another way now"),
    EventKind.RETRACTED: mark("An entry was taken back"),
}
DENIALS: Mapping[str, str] = {
    DenialGround.LEGAL_RETENTION_DUTY: mark("A law makes it keep the data"),
    DenialGround.LEGAL_CLAIMS: mark("It needs the data for legal claims"),
    DenialGround.FREEDOM_OF_EXPRESSION: mark("Freedom of expression"),
    DenialGround.JOURNALISTIC: mark("Journalism"),
    DenialGround.PUBLIC_INTEREST: mark("Public interest"),
    DenialGround.PUBLIC_HEALTH: mark("Public health"),
    DenialGround.ARCHIVING_RESEARCH: mark("Archives or research"),
    DenialGround.CONTRACT_NECESSARY: mark("It needs the data for a contract"),
    DenialGround.THIRD_PARTY_RIGHTS: mark("The rights of others"),
    DenialGround.LAW_ENFORCEMENT_SECURITY: mark("Police, security or fraud"),
    DenialGround.TRADE_SECRET: mark("A trade secret"),
    DenialGround.MANIFESTLY_UNFOUNDED_OR_EXCESSIVE: mark("Unfounded or too much"),
    DenialGround.IDENTITY_NOT_VERIFIED: mark("It could not tell who you are"),
    DenialGround.OVERRIDING_LEGITIMATE_INTEREST: mark("Its own interest weighs more"),
    DenialGround.NOT_INACCURATE: mark("The data is right"),
    DenialGround.NOT_UNLAWFUL: mark("The data is held lawfully"),
    DenialGround.NO_ERASURE_RIGHT: mark("The law gives no right to deletion"),
    DenialGround.CONSENT_NOT_THE_BASIS: mark("It does not rest on consent"),
    DenialGround.CONSENT_GIVEN: mark("You gave consent"),
    DenialGround.PURPOSE_NOT_SERVED: mark("It still needs the data"),
    DenialGround.PUBLICLY_AVAILABLE: mark("The data is public"),
    DenialGround.OUT_OF_SCOPE: mark("The law does not cover this data"),
    DenialGround.SMALL_BUSINESS_OUT_OF_SCOPE: mark("It is too small for the law"),
    DenialGround.TECHNICALLY_INFEASIBLE: mark("It says that it cannot do it"),
    DenialGround.EXCESSIVE_COST_WITH_ALTERNATIVE: mark("It would cost too much"),
    DenialGround.OUTSIDE_JURISDICTION: mark("The law does not apply to us"),
    DenialGround.AGENT_NOT_ACCEPTED: mark("It does not accept an agent"),
    DenialGround.SUPPRESSION_INSTEAD: mark("It hides the data instead"),
    DenialGround.OTHER: mark("Another reason"),
}
SECTORS: Mapping[str, str] = {
    Sector.RETAILER: mark("Shops"),
    Sector.ONLINE_SERVICE: mark("Online services"),
    Sector.SOCIAL_PLATFORM: mark("Social platforms"),
    Sector.SEARCH_ENGINE: mark("Search engines"),
    Sector.DATA_BROKER: mark("Data brokers"),
    Sector.PEOPLE_SEARCH: mark("People search"),
    Sector.FACE_SEARCH: mark("Face search"),
    Sector.AD_NETWORK: mark("Advertising networks"),
    Sector.CREDIT_BUREAU: mark("Credit bureaus"),
    Sector.TENANT_SCREENING: mark("Tenant screening"),
    Sector.BANK: mark("Banks"),
    Sector.INSURER: mark("Insurers"),
    Sector.TELECOM: mark("Telephone companies"),
    Sector.AIRLINE: mark("Airlines"),
    Sector.HOSPITAL: mark("Hospitals"),
    Sector.CHARITY: mark("Charities"),
    Sector.UNIVERSITY: mark("Universities"),
    Sector.EMPLOYER: mark("Employers"),
    Sector.INDIVIDUAL: mark("Private persons"),
    Sector.PUBLIC_BODY: mark("Public bodies"),
    Sector.OTHER: mark("Other companies"),
}
SECTOR_MEANS: Mapping[str, str] = {
    Sector.RETAILER: mark("They sell you things, and keep what you bought and when."),
    Sector.ONLINE_SERVICE: mark("Apps and sites where you opened an account."),
    Sector.SOCIAL_PLATFORM: mark("They keep what you post, read, like and look at."),
    Sector.SEARCH_ENGINE: mark("They list pages that name you."),
    Sector.DATA_BROKER: mark(
        "They gather facts about people from many places and sell them. You need not"
        " have dealt with them."
    ),
    Sector.PEOPLE_SEARCH: mark(
        "They show your name, address and relatives to anybody who looks you up."
    ),
    Sector.FACE_SEARCH: mark(
        "They collect pictures of faces from the web, so that one photo finds others"
        " of you."
    ),
    Sector.AD_NETWORK: mark("They follow what you do online to choose advertisements."),
    Sector.CREDIT_BUREAU: mark("They say how well people pay their debts."),
    Sector.TENANT_SCREENING: mark("They tell landlords about people who want to rent."),
    Sector.BANK: mark("They keep your accounts and payments."),
    Sector.INSURER: mark("They keep your policies and claims."),
    Sector.TELECOM: mark("They keep whom you call and where your telephone was."),
    Sector.AIRLINE: mark("They keep your journeys and your points."),
    Sector.HOSPITAL: mark("They keep your medical file."),
    Sector.CHARITY: mark("They keep who gave, and who was asked to."),
    Sector.UNIVERSITY: mark("They keep your studies and marks."),
    Sector.EMPLOYER: mark("They keep what they know of people who work for them."),
    Sector.INDIVIDUAL: mark("A person, not a company."),
    Sector.PUBLIC_BODY: mark("Offices of a state, a region or a town."),
    Sector.OTHER: mark("Companies that fit none of the other kinds."),
}
"""What each kind does with data, for who does not know who has theirs."""
RIGHTS: Mapping[str, str] = {
    RightKind.ERASURE: mark("Deletion"),
    RightKind.DELETION_INCLUDING_OBTAINED: mark(
        "Deletion, wherever the data came from"
    ),
    RightKind.DELETION_OF_PROVIDED: mark("Deletion of what you gave"),
    RightKind.CORRECTION: mark("Correction, deletion included"),
    RightKind.WITHDRAWAL: mark("Taking back consent"),
    RightKind.DE_INDEXING: mark("Out of search results"),
    RightKind.OPT_OUT: mark("Stopping the sale"),
    RightKind.DESTRUCTION_DUTY: mark("A duty to destroy, without a right to ask"),
    RightKind.OBJECTION: mark("Objection"),
}
OFFERS: Mapping[str, str] = {
    OfferRight.DELETION: mark("Deletion"),
    OfferRight.OPT_OUT: mark("Hiding"),
    OfferRight.DE_INDEXING: mark("Out of search results"),
    OfferRight.ACCESS: mark("A copy of the data"),
}
BASES: Mapping[str, str] = {
    OfferBasis.STATUTE: mark("because of a law"),
    OfferBasis.ORDER: mark("because of an order"),
    OfferBasis.SETTLEMENT: mark("because of a settlement"),
    OfferBasis.VOLUNTARY: mark("by its own choice"),
}
ORDER_STATUSES: Mapping[str, str] = {
    OrderStatus.IN_FORCE: mark("in force"),
    OrderStatus.APPEALED: mark("appealed"),
    OrderStatus.IGNORED: mark("not followed"),
    OrderStatus.ENDED: mark("ended"),
}
ROUTES: Mapping[str, str] = {
    RouteKind.EMAIL: mark("by e-mail"),
    RouteKind.DRP: mark("by the Data Rights Protocol"),
    RouteKind.WEBFORM: mark("through its own form, by you"),
    RouteKind.LETTER: mark("by letter, by you"),
    RouteKind.MATCHING: mark("on its list, without your name"),
}
QUESTIONS: Mapping[str, tuple[str, str]] = {
    "person.data_is_wrong": (
        mark("Is something that it holds about you wrong or incomplete?"),
        mark("Some laws promise deletion only for wrong data."),
    ),
    "person.consent_withdrawn": (
        mark("Did you agree to this once, and take that back?"),
        mark("Some laws tie deletion to consent."),
    ),
    "person.data_is_obsolete_or_unlawful": (
        mark("Is the data out of date, or was it never allowed?"),
        mark("Some laws promise deletion only then."),
    ),
    "person.serious_harm": (
        mark("Does it harm you seriously that people find this?"),
        mark("Some laws take you out of search results then."),
    ),
    "person.capacity": (
        mark("Is this about your private life?"),
        mark("Some laws leave out people in a job or acting for a business."),
    ),
    "person.identity_theft": (
        mark("Has somebody used your identity?"),
        mark("Credit files have rules of their own for that."),
    ),
}
"""What is asked where a fact would change a verdict, and why."""
OF_THE_COMPANY: Mapping[str, str] = {
    "vendor.seat": mark("where it has its seat"),
    "vendor.local_nexus": mark("whether it does business where you live"),
    "vendor.sector": mark("what kind of company it is"),
    "vendor.residents_held": mark("how many people where you live it holds data about"),
    "vendor.annual_revenue_usd": mark("how much it earns in a year"),
    "vendor.revenue_share_from_sales": mark("how much of that comes from selling data"),
    "vendor.advertising_revenue_share": mark("how much of that comes from advertising"),
    "vendor.sells_data": mark("whether it sells data"),
    "vendor.registered_broker_in": mark(
        "whether it stands in the state’s register of data brokers"
    ),
    "vendor.small_business": mark("whether it counts as a small business"),
    "vendor.nonprofit": mark("whether it works without profit"),
    "vendor.government_contractor_only": mark(
        "whether it works for public bodies alone"
    ),
    "vendor.employees": mark("how many people work for it"),
    "vendor.data_sources": mark("where it gets its data"),
    "vendor.data_kinds": mark("what data it holds"),
    "vendor.sells_smart_speakers_or_app_store": mark(
        "whether it sells smart speakers or runs an app store"
    ),
    "vendor.child_directed": mark("whether it is made for children"),
}
"""What nobody here knows of a company, though a law asks for it."""

CAUSES: Mapping[str, str] = {
    Cause.LAW_BEGAN: mark("A law began"),
    Cause.LAW_AMENDED: mark("A law was amended"),
    Cause.LAW_ENDED: mark("A law ended"),
    Cause.OFFERED: mark("A company began to offer"),
    Cause.WITHDREW: mark("A company no longer offers"),
    Cause.OFFER_UNSEEN: mark("An offer may have ended"),
    Cause.ORDER_MADE: mark("An order was made"),
    Cause.ORDER_MOVED: mark("An order took a turn"),
    Cause.ORDER_ENDED: mark("An order ended"),
    Cause.REGISTER: mark("A register of brokers changed"),
    Cause.FACTS: mark("A company became another"),
    Cause.CORRECTED: mark("We corrected our record"),
}
"""What happened, for the list of causes."""
DIRECTIONS: Mapping[str, str] = {
    Direction.GAINED: mark("People gained"),
    Direction.LOST: mark("People lost"),
    Direction.SAME: mark("No answer changed"),
    Direction.CORRECTED: mark("We had it wrong"),
}
ROLES: Mapping[str, str] = {
    "caseworker": mark("caseworker"),
    "editor": mark("editor"),
    "auditor": mark("auditor"),
    "admin": mark("administrator"),
}
"""What a member of staff may do."""

ALL: Mapping[str, Mapping[str, str]] = {
    "verdict": VERDICTS,
    "verdict_means": VERDICTS_MEAN,
    "status": STATUSES,
    "outcome": OUTCOMES,
    "evidence": EVIDENCE,
    "confidence": CONFIDENCE,
    "ground": GROUNDS,
    "event": EVENTS,
    "denial": DENIALS,
    "vendor_answer": VENDOR_ANSWERS,
    "letter": LETTERS,
    "course": COURSES,
    "family": FAMILIES,
    "sector": SECTORS,
    "sector_means": SECTOR_MEANS,
    "of_the_company": OF_THE_COMPANY,
    "right": RIGHTS,
    "offer": OFFERS,
    "basis": BASES,
    "order_status": ORDER_STATUSES,
    "route": ROUTES,
    "role": ROLES,
    "cause": CAUSES,
    "direction": DIRECTIONS,
    **LAW_TERMS,
}
"""Every table by the name that templates call it."""
