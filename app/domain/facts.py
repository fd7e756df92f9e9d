"""What is known of a vendor and of a person. Unknown is a value: None.

The names and words are those of the facts document (contract, section 3).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Sector(StrEnum):
    """What kind of vendor it is."""

    RETAILER = "retailer"
    ONLINE_SERVICE = "online_service"
    SOCIAL_PLATFORM = "social_platform"
    SEARCH_ENGINE = "search_engine"
    DATA_BROKER = "data_broker"
    PEOPLE_SEARCH = "people_search"
    FACE_SEARCH = "face_search"
    AD_NETWORK = "ad_network"
    CREDIT_BUREAU = "credit_bureau"
    TENANT_SCREENING = "tenant_screening"
    BANK = "bank"
    INSURER = "insurer"
    TELECOM = "telecom"
    AIRLINE = "airline"
    HOSPITAL = "hospital"
    CHARITY = "charity"
    UNIVERSITY = "university"
    EMPLOYER = "employer"
    INDIVIDUAL = "individual"
    PUBLIC_BODY = "public_body"
    OTHER = "other"


class DataSource(StrEnum):
    """Where the data came from."""

    PROVIDED = "provided"
    OBSERVED = "observed"
    THIRD_PARTY = "third_party"
    PUBLIC_WEB = "public_web"
    PUBLIC_RECORD = "public_record"


class DataKind(StrEnum):
    """What the data is about."""

    CONTACT = "contact"
    ACCOUNT = "account"
    PURCHASE = "purchase"
    LOCATION = "location"
    HEALTH = "health"
    FINANCIAL = "financial"
    BIOMETRIC = "biometric"
    FACE_TEMPLATE = "face_template"
    PHOTO = "photo"
    INTIMATE_IMAGE = "intimate_image"
    HOME_ADDRESS = "home_address"
    CHILD_DATA = "child_data"
    EMPLOYMENT = "employment"
    OTHER = "other"


FROM_THE_PERSON = frozenset({DataSource.PROVIDED, DataSource.OBSERVED})
PUBLIC_SOURCES = frozenset({DataSource.PUBLIC_WEB, DataSource.PUBLIC_RECORD})
BIOMETRIC_KINDS = frozenset({DataKind.BIOMETRIC, DataKind.FACE_TEMPLATE})
"""A plain photo is not biometric data (contract, R14)."""
SENSITIVE_KINDS = BIOMETRIC_KINDS | {
    DataKind.HEALTH,
    DataKind.LOCATION,
    DataKind.CHILD_DATA,
}
"""Sensitive data in the laws of the United States (contract, R14)."""


class Capacity(StrEnum):
    """In which role the person stands towards the vendor."""

    CONSUMER = "consumer"
    WORKER = "worker"
    BUSINESS_CONTACT = "business_contact"
    PARENT_OF_CHILD = "parent_of_child"
    PROTECTED_OFFICIAL = "protected_official"


class Asks(StrEnum):
    """What the person asks for first."""

    DELETION = "deletion"
    CORRECTION = "correction"
    DE_INDEXING = "de_indexing"
    OPT_OUT = "opt_out"
    WITHDRAW_CONSENT = "withdraw_consent"


@dataclass(frozen=True, slots=True, kw_only=True)
class VendorFacts:
    """What is known of a vendor."""

    seat: frozenset[str] | None = None
    """Places of establishment, as jurisdiction codes."""
    sector: Sector | None = None
    data_sources: frozenset[DataSource] | None = None
    data_kinds: frozenset[DataKind] | None = None
    annual_revenue_usd: float | None = None
    residents_held: Mapping[str, int] = field(default_factory=dict)
    """How many residents of a place it holds; a missing place is unknown."""
    sells_data: bool | None = None
    revenue_share_from_sales: float | None = None
    """Share of revenue that comes from selling data, 0 to 1."""
    small_business: bool | None = None
    registered_broker_in: frozenset[str] | None = None
    government_contractor_only: bool | None = None
    nonprofit: bool | None = None
    employees: int | None = None
    advertising_revenue_share: float | None = None
    sells_smart_speakers_or_app_store: bool | None = None
    child_directed: bool | None = None
    local_nexus: frozenset[str] | None = None
    """Places where it does business or which it targets."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonFacts:
    """What is known of the person who asks."""

    capacity: Capacity | None = None
    age: int | None = None
    """In years; with ``parent_of_child``, the child's (contract, R15)."""
    asks: Asks | None = None
    data_source: DataSource | None = None
    data_kinds: frozenset[DataKind] | None = None
    through_agent: bool | None = None
    data_is_wrong: bool | None = None
    data_is_obsolete_or_unlawful: bool | None = None
    consent_withdrawn: bool | None = None
    image_without_consent: bool | None = None
    serious_harm: bool | None = None
    identity_theft: bool | None = None
    present_in: str | None = None
    """Where the person is; left out, the residence (contract, R11)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of both."""

    vendor: VendorFacts = VendorFacts()
    person: PersonFacts = PersonFacts()
