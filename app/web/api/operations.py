"""All operations of the API, as its page tells people: how often, and an example each.

Limits are those of the table that enforces them. Tokens in examples are made up, and
look it; a test sends each example with one that is real.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.actions.allowances import CODES, FILINGS, LAST_CODES, MAILS, MATCHING
from app.actions.portal import CODE_TRIES
from app.words.marks import mark

RECEIPT = "EF-SYNT-HET1-C000-0000-0000-0000-0000"
STAFF_TOKEN, VENDOR_KEY = "efs_synthetic-example", "efv_synthetic-example"
ID = "00000000-0000-7000-8000-000000000000"
MAILED_CODE = "000 000"
REPLIES_CSV = """\
request,received_on,kind,denial_ground,text,evidence
R-0000-0000,2026-11-23,refused,outside-jurisdiction,You live elsewhere.,letter
"""


@dataclass(frozen=True, slots=True)
class Example:
    """What somebody sends."""

    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str = ""

    def lines(self, method: str) -> str:
        """Return it as it goes over the wire, without what a library adds."""
        head = [f"{method} /api/v1{self.path}"]
        head += [f"{name}: {value}" for name, value in self.headers.items()]
        return "\n".join(head) + (f"\n\n{self.body}" if self.body else "")


@dataclass(frozen=True, slots=True)
class Limit:
    """How often, in words with the number in them."""

    words: str
    n: int
    more: int = 0


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation."""

    method: str
    address: str
    what: str
    example: Example
    limits: tuple[Limit, ...] = ()

    @property
    def plain(self) -> bool:
        """Whether a link alone is the example."""
        return self.method == "GET" and not self.example.headers


_FILINGS = Limit(mark("%(n)s an hour from one network address"), FILINGS.limit)
_MAILS = Limit(mark("%(n)s a day for one mailbox that has not confirmed"), MAILS.limit)
_CODES = Limit(
    mark("%(n)s a day for one that has, and %(more)s more to take back or to delete"),
    CODES.limit,
    LAST_CODES.limit,
)
_TRIES = Limit(mark("%(n)s wrong codes, then a new one is needed"), CODE_TRIES)
_MATCHING = Limit(mark("%(n)s an hour for one company"), MATCHING.limit)

_JSON = {"Content-Type": "application/json"}
_HOLDER = {"Authorization": f"Bearer {RECEIPT}"}
_STAFF = {"Authorization": f"Bearer {STAFF_TOKEN}"}
_VENDOR = {"X-API-Key": VENDOR_KEY}
_ONCE = {"Idempotency-Key": "synthetic-key-0001"}
_CURRENT = "/filings/current"
_LIST = "/matching/{vendor}"

OPERATIONS = (
    Operation(
        "GET",
        "/eligibility?residence=&vendor=&on=",
        mark("What a resident is owed, and why"),
        Example("/eligibility?residence=CA-ON&vendor=clearview-ai&on=2026-11-23"),
    ),
    Operation(
        "POST",
        "/eligibility?residence=&on=",
        mark("The same for facts in the body"),
        Example(
            "/eligibility?residence=CA-ON&on=2026-11-23",
            _JSON,
            '{"vendor": {"seat": ["US-NY"], "sector": "face_search"},\n'
            ' "person": {"asks": "deletion"}}',
        ),
    ),
    Operation(
        "GET",
        "/deadlines?law=&received=",
        mark("Due dates with every step of the count"),
        Example("/deadlines?law=us-ca-ccpa&received=2026-11-23"),
    ),
    Operation(
        "GET",
        "/coverage?on=",
        mark("Every company and place on a day"),
        Example("/coverage?on=2020-07-06"),
    ),
    Operation("GET", "/changes", mark("What changed"), Example("/changes")),
    Operation(
        "GET",
        "/accountability",
        mark("How companies answer"),
        Example("/accountability"),
    ),
    Operation("GET", "/laws", mark("The laws"), Example("/laws")),
    Operation(
        "GET",
        "/laws/{law}",
        mark("One law, with its versions and sources"),
        Example("/laws/eu-gdpr"),
    ),
    Operation("GET", "/jurisdictions", mark("The places"), Example("/jurisdictions")),
    Operation(
        "GET",
        "/jurisdictions/{code}",
        mark("One place, with its laws"),
        Example("/jurisdictions/US-CA?on=2026-11-23"),
    ),
    Operation(
        "GET",
        "/vendors",
        mark("The companies, with offers and orders"),
        Example("/vendors"),
    ),
    Operation(
        "GET",
        "/vendors/{slug}",
        mark("One company, with the facts that decide it"),
        Example("/vendors/clearview-ai"),
    ),
    Operation(
        "POST",
        "/filings",
        mark("File; needs an Idempotency-Key"),
        Example(
            "/filings",
            {**_ONCE, **_JSON},
            '{"residence": "US-CA", "vendors": ["epsilon"],\n'
            ' "resident": {"name": "Synthetic Resident",'
            ' "email": "resident@example.org"}}',
        ),
        (_FILINGS, _MAILS),
    ),
    Operation(
        "GET",
        _CURRENT,
        mark("Where a filing stands; needs its tracking code"),
        Example(_CURRENT, _HOLDER),
    ),
    Operation(
        "DELETE",
        _CURRENT,
        mark("Delete all of a filing; needs its tracking code and a mailed code"),
        Example(_CURRENT, {**_HOLDER, "Efface-Code": MAILED_CODE}),
        (_TRIES,),
    ),
    Operation(
        "POST",
        f"{_CURRENT}/confirmation",
        mark("Confirm it by the mailed code"),
        Example(
            f"{_CURRENT}/confirmation",
            {**_HOLDER, **_JSON},
            f'{{"code": "{MAILED_CODE}"}}',
        ),
        (_TRIES,),
    ),
    Operation(
        "POST",
        f"{_CURRENT}/codes",
        mark("Have a new code mailed"),
        Example(f"{_CURRENT}/codes", {**_HOLDER, **_JSON}, '{"for": "withdraw"}'),
        (_MAILS, _CODES),
    ),
    Operation(
        "POST",
        f"{_CURRENT}/withdrawal",
        mark("Take requests back"),
        Example(
            f"{_CURRENT}/withdrawal",
            {**_HOLDER, **_JSON},
            f'{{"code": "{MAILED_CODE}", "requests": ["{ID}"]}}',
        ),
        (_TRIES,),
    ),
    Operation(
        "POST",
        "/requests/{id}/replies",
        mark("Record an answer; needs a staff token"),
        Example(
            f"/requests/{ID}/replies",
            {**_STAFF, **_ONCE, **_JSON},
            '{"received_on": "2026-11-23", "kind": "refused",\n'
            ' "denial_ground": "outside-jurisdiction",'
            ' "text": "You live elsewhere.", "evidence": "letter"}',
        ),
    ),
    Operation(
        "POST",
        "/replies",
        mark("Try many answers from a CSV; needs a staff token"),
        Example(
            "/replies", {**_STAFF, **_ONCE, "Content-Type": "text/csv"}, REPLIES_CSV
        ),
    ),
    Operation(
        "GET",
        "/replies/{id}",
        mark("How far that is"),
        Example(f"/replies/{ID}", _STAFF),
    ),
    Operation(
        "POST",
        "/replies/{id}/{what}",
        mark("Record them, drop them, or take them back"),
        Example(f"/replies/{ID}/drop", _STAFF),
    ),
    Operation(
        "GET",
        f"{_LIST}?list=&since=",
        mark("The matching list of a company; needs its key"),
        Example("/matching/epsilon?since=0", _VENDOR),
        (_MATCHING,),
    ),
    Operation(
        "GET",
        f"{_LIST}.csv?list=",
        mark("The same as a file of the platform's shape"),
        Example("/matching/epsilon.csv?list=Email", _VENDOR),
        (_MATCHING,),
    ),
    Operation(
        "POST",
        f"{_LIST}/answers",
        mark("Answer the list; needs its key"),
        Example(
            "/matching/epsilon/answers",
            {**_VENDOR, **_ONCE, **_JSON},
            '{"answers": [{"id": "R-0000-0000-E001", "status": "deleted"}]}',
        ),
        (_MATCHING,),
    ),
)
