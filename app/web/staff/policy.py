"""Who may do what: every address of staff, by method, and nothing beside this table.

An address that does not stand here cannot be added to the pages (``StaffRoute``), and
one that stands here and is none is refused at start (``held_by``).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from app.store.staff import Role


@dataclass(frozen=True, slots=True)
class Rule:
    """Who may do one thing, and what they must have shown."""

    roles: frozenset[Role] | None
    """None where nobody is signed in yet."""
    fresh: bool = False
    """Whether they prove who they are again, if they did not within minutes."""
    bare: bool = False
    """Whether it is open to who must add a second step first."""


EVERYBODY = frozenset(Role)
RECORDERS = EVERYBODY - {Role.AUDITOR}
ADMINS = frozenset({Role.ADMIN})
EDITORS = frozenset({Role.EDITOR, Role.ADMIN})
EXPORTERS = frozenset({Role.ADMIN, Role.AUDITOR})

DOOR = Rule(None)
READ = Rule(EVERYBODY)
RECORD = Rule(RECORDERS)
EDIT = Rule(EDITORS)
"""What says what is so of a record: everybody's answers follow it."""
OPEN_TO_EDIT = Rule(EDITORS, fresh=True)
"""What shows what somebody typed about a record."""
END = Rule(EDITORS, fresh=True)
"""What takes a whole record out of use or puts it back, or lets another's change count."""
OPEN = Rule(RECORDERS, fresh=True)
"""What shows a person, or what they gave."""
RECORD_MANY = Rule(RECORDERS, fresh=True)
"""What records, or takes back, a whole file at once."""
OWN = Rule(EVERYBODY, bare=True)
OWN_ACCESS = Rule(EVERYBODY, fresh=True, bare=True)
"""What changes how one gets in."""
OWN_TOKENS = Rule(EVERYBODY, fresh=True)
SEE_PEOPLE = Rule(ADMINS)
EXPORT = Rule(EXPORTERS)
CHANGE_PEOPLE = Rule(ADMINS, fresh=True)

POLICY: Mapping[tuple[str, str], Rule] = {
    ("GET", "/staff/sign-in"): DOOR,
    ("POST", "/staff/sign-in"): DOOR,
    ("GET", "/staff/sign-in/code"): DOOR,
    ("POST", "/staff/sign-in/code"): DOOR,
    ("GET", "/staff/sign-in/passkey"): DOOR,
    ("POST", "/staff/sign-in/passkey"): DOOR,
    ("POST", "/staff/sign-in/passkey/options"): DOOR,
    ("GET", "/staff/enrol/{token}"): DOOR,
    ("POST", "/staff/enrol/{token}"): DOOR,
    ("GET", "/staff/sign-out"): OWN,
    ("POST", "/staff/sign-out"): OWN,
    ("GET", "/staff/prove"): OWN,
    ("POST", "/staff/prove"): OWN,
    ("POST", "/staff/prove/options"): OWN,
    # One's own account
    ("GET", "/staff/account"): OWN,
    ("GET", "/staff/account/password"): OWN,
    ("POST", "/staff/account/password"): OWN,
    ("GET", "/staff/account/codes"): OWN_ACCESS,
    ("POST", "/staff/account/codes"): OWN_ACCESS,
    ("GET", "/staff/account/codes/confirm"): OWN,
    ("POST", "/staff/account/codes/confirm"): OWN_ACCESS,
    ("GET", "/staff/account/codes/remove"): OWN,
    ("POST", "/staff/account/codes/remove"): OWN_ACCESS,
    ("GET", "/staff/account/recovery"): OWN,
    ("POST", "/staff/account/recovery"): OWN_ACCESS,
    ("GET", "/staff/account/passkeys"): OWN,
    ("POST", "/staff/account/passkeys"): OWN_ACCESS,
    ("POST", "/staff/account/passkeys/options"): OWN_ACCESS,
    ("GET", "/staff/account/passkeys/remove"): OWN,
    ("POST", "/staff/account/passkeys/remove"): OWN_ACCESS,
    ("GET", "/staff/account/sessions"): OWN,
    ("POST", "/staff/account/sessions"): OWN,
    ("GET", "/staff/account/sessions/all"): OWN,
    ("POST", "/staff/account/sessions/all"): OWN,
    ("GET", "/staff/account/tokens"): OWN,
    ("POST", "/staff/account/tokens"): OWN_TOKENS,
    ("GET", "/staff/account/tokens/revoke"): OWN,
    ("POST", "/staff/account/tokens/revoke"): OWN,
    # People
    ("GET", "/staff/people"): SEE_PEOPLE,
    ("POST", "/staff/people"): CHANGE_PEOPLE,
    ("GET", "/staff/people/{member_id}/{act}"): SEE_PEOPLE,
    ("POST", "/staff/people/{member_id}/role"): CHANGE_PEOPLE,
    ("POST", "/staff/people/{member_id}/{act}"): CHANGE_PEOPLE,
    # The queue
    ("GET", "/staff"): READ,
    ("GET", "/staff/"): READ,
    ("GET", "/staff/find"): READ,
    ("POST", "/staff/find"): READ,
    ("GET", "/staff/next"): READ,
    ("GET", "/staff/views"): READ,
    ("POST", "/staff/views"): READ,
    ("GET", "/staff/several"): READ,
    ("POST", "/staff/several"): RECORD,
    ("POST", "/staff/several/effect"): RECORD,
    ("POST", "/staff/several/done"): RECORD,
    ("GET", "/staff/figures"): READ,
    ("GET", "/staff/keys"): READ,
    # The inbox
    ("GET", "/staff/inbox"): READ,
    ("GET", "/staff/inbox/{mail_id}"): READ,
    ("GET", "/staff/inbox/{mail_id}/open"): READ,
    ("POST", "/staff/inbox/{mail_id}/open"): OPEN,
    ("GET", "/staff/inbox/{mail_id}/files"): READ,
    ("POST", "/staff/inbox/{mail_id}/files"): OPEN,
    ("GET", "/staff/inbox/{mail_id}/files/{place}"): RECORD,
    ("GET", "/staff/inbox/{mail_id}/answer"): RECORD,
    ("POST", "/staff/inbox/{mail_id}/answer"): RECORD,
    ("GET", "/staff/inbox/{mail_id}/answer/send"): READ,
    ("POST", "/staff/inbox/{mail_id}/answer/send"): RECORD,
    ("GET", "/staff/inbox/{mail_id}/match"): READ,
    ("POST", "/staff/inbox/{mail_id}/match"): RECORD,
    ("GET", "/staff/inbox/{mail_id}/parts"): READ,
    ("POST", "/staff/inbox/{mail_id}/parts"): RECORD,
    ("GET", "/staff/inbox/{mail_id}/noise"): READ,
    ("POST", "/staff/inbox/{mail_id}/noise"): RECORD,
    # One request
    ("GET", "/staff/requests/{name}"): READ,
    ("GET", "/staff/requests/{name}/preview"): READ,
    ("POST", "/staff/requests/{name}/preview"): RECORD,
    ("GET", "/staff/requests/{name}/replies"): READ,
    ("POST", "/staff/requests/{name}/replies"): RECORD,
    ("GET", "/staff/requests/{name}/entries/{place}"): READ,
    ("POST", "/staff/requests/{name}/entries/{place}"): RECORD,
    ("GET", "/staff/requests/{name}/who"): READ,
    ("POST", "/staff/requests/{name}/who"): RECORD,
    ("GET", "/staff/requests/{name}/notes"): READ,
    ("POST", "/staff/requests/{name}/notes"): RECORD,
    ("GET", "/staff/requests/{name}/seen"): READ,
    ("POST", "/staff/requests/{name}/seen"): RECORD,
    ("GET", "/staff/requests/{name}/again"): READ,
    ("POST", "/staff/requests/{name}/again"): RECORD,
    ("GET", "/staff/requests/{name}/way"): READ,
    ("POST", "/staff/requests/{name}/way"): RECORD,
    ("GET", "/staff/requests/{name}/sent"): READ,
    ("POST", "/staff/requests/{name}/sent"): RECORD,
    ("GET", "/staff/requests/{name}/told"): READ,
    ("POST", "/staff/requests/{name}/told"): RECORD,
    ("GET", "/staff/requests/{name}/deliveries"): READ,
    ("POST", "/staff/requests/{name}/deliveries"): RECORD,
    ("GET", "/staff/requests/{name}/reveals"): READ,
    ("POST", "/staff/requests/{name}/reveals"): OPEN,
    ("GET", "/staff/requests/{name}/files"): READ,
    ("POST", "/staff/requests/{name}/files"): OPEN,
    ("GET", "/staff/requests/{name}/files/{evidence_id}"): RECORD,
    ("GET", "/staff/requests/{name}/letters/{letter_id}.pdf"): RECORD,
    # Replies in bulk
    ("GET", "/staff/bulk"): READ,
    ("POST", "/staff/bulk"): RECORD,
    ("GET", "/staff/bulk/{run_id}"): READ,
    ("POST", "/staff/bulk/{run_id}"): RECORD_MANY,
    ("GET", "/staff/bulk/{run_id}/report"): READ,
    # Companies
    ("GET", "/staff/vendors"): READ,
    ("GET", "/staff/vendors/{slug}"): READ,
    ("GET", "/staff/new-vendor"): EDIT,
    ("POST", "/staff/new-vendor"): EDIT,
    ("POST", "/staff/vendors/{slug}/retire"): END,
    ("POST", "/staff/vendors/{slug}/merge"): END,
    ("POST", "/staff/vendors/{slug}/part"): END,
    ("GET", "/staff/proposals"): READ,
    ("POST", "/staff/proposals"): CHANGE_PEOPLE,
    ("GET", "/staff/proposals/{proposal_id}"): READ,
    ("POST", "/staff/proposals/{proposal_id}"): END,
    ("GET", "/staff/vendors/{slug}/{act}"): EDIT,
    ("POST", "/staff/vendors/{slug}/{act}"): EDIT,
    # Systems, laws, audit
    ("GET", "/staff/systems"): READ,
    ("POST", "/staff/systems"): RECORD,
    ("GET", "/staff/systems/letters"): READ,
    ("POST", "/staff/systems/letters"): RECORD,
    ("GET", "/staff/laws"): READ,
    ("GET", "/staff/laws/calendar"): READ,
    ("GET", "/staff/laws/calendar.ics"): READ,
    # Work on records
    ("GET", "/staff/checks"): READ,
    ("GET", "/staff/checks/{turn_id}"): READ,
    ("POST", "/staff/checks/{turn_id}"): RECORD,
    ("GET", "/staff/notes"): READ,
    ("POST", "/staff/notes"): RECORD,
    ("GET", "/staff/notes/{note_id}"): READ,
    ("POST", "/staff/notes/{note_id}"): EDIT,
    ("GET", "/staff/corrections"): READ,
    ("GET", "/staff/corrections/{number}"): READ,
    ("POST", "/staff/corrections/{number}"): EDIT,
    ("GET", "/staff/corrections/{number}/open"): READ,
    ("POST", "/staff/corrections/{number}/open"): OPEN_TO_EDIT,
    ("GET", "/staff/refusals"): READ,
    ("POST", "/staff/refusals"): EDIT,
    ("GET", "/staff/audit"): READ,
    ("POST", "/staff/audit"): READ,
    ("GET", "/staff/audit/check"): READ,
    ("POST", "/staff/audit/check"): EXPORT,
    ("GET", "/staff/audit/export"): READ,
    ("POST", "/staff/audit/export"): EXPORT,
    # Programs, with a token
    ("POST", "/api/v1/requests/{request_id}/replies"): RECORD,
    ("POST", "/api/v1/replies"): RECORD,
    ("GET", "/api/v1/replies/{run_id}"): READ,
    ("POST", "/api/v1/replies/{run_id}/{what}"): RECORD,
}


def rule_of(method: str, path: str) -> Rule:
    """Return the rule of an address as its route spells it.

    Raises:
        LookupError: If nobody said who may use it.
    """
    method = "GET" if method == "HEAD" else method
    try:
        return POLICY[method, path]
    except KeyError:
        raise LookupError(f"{method} {path} stands in no policy") from None


def held_by(routes: Iterable[tuple[str, str]]) -> None:
    """Refuse to begin with a table that is not that of the routes.

    Raises:
        LookupError: If a route has no rule, or a rule no route.
    """
    there = set(routes)
    for method, path in there:
        rule_of(method, path)
    left = {key for key in POLICY if key[1].startswith("/staff")} - there
    if left:
        raise LookupError(f"rules without a route: {sorted(left)}")
