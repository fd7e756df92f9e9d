"""What staff read where residents read of themselves, and what only staff read."""

from collections.abc import Mapping

from app.domain.bulk import RowFault, RunState
from app.domain.staleness import Doubt
from app.domain.timeline import Actor, EventKind, Evidence, Status
from app.words.marks import mark
from app.words.terms import EVENTS, EVIDENCE

HAPPENED: Mapping[str, str] = {
    **EVENTS,
    EventKind.FILED: mark("Filed by the resident"),
    EventKind.CONFIRMED: mark("E-mail address proved"),
    EventKind.ACKNOWLEDGED: mark("They say they have it"),
    EventKind.IDENTITY_REQUESTED: mark("They asked for proof of identity"),
    EventKind.DELETED: mark("They say they deleted the data"),
    EventKind.PARTLY_DELETED: mark("They say they deleted a part"),
    EventKind.SUPPRESSED: mark("They hide the data and keep it"),
    EventKind.OPTED_OUT: mark("They accepted the opt-out"),
    EventKind.DE_INDEXED: mark("They took the person out of search results"),
    EventKind.NOTHING_FOUND: mark("They say they found nothing"),
    EventKind.APPEALED: mark("The resident asked them to look again"),
    EventKind.WITHDRAWN: mark("Taken back by the resident"),
}
"""The events of a timeline, for who is not the resident."""

EVIDENCE_OF: Mapping[str, str] = {
    **EVIDENCE,
    Evidence.RESIDENT: mark("The resident told us"),
}

MYSELF = mark("I do")
NOBODY_YET = mark("Nobody yet")
SOMEBODY_GONE = mark("somebody who is gone")
BY_WHOM: Mapping[str, str] = {
    Actor.RESIDENT: mark("the resident"),
    Actor.VENDOR: mark("the company"),
    Actor.STAFF: mark("somebody of staff"),
    Actor.PORTAL: mark("the portal"),
}
"""Who did something, where no member is named."""

CAME: Mapping[str, str] = {
    "done": mark("done"),
    "cannot_follow": mark("this cannot follow where the request stands"),
    "not_that_day": mark("it cannot have been on that day"),
    "moved_on": mark("somebody changed it meanwhile, so nothing was done"),
    "nothing_left": mark("its personal data is destroyed"),
}
"""What came of one request of several."""

SAID: Mapping[str, str] = {
    EventKind.ACKNOWLEDGED: mark("They have it"),
    EventKind.IDENTITY_REQUESTED: mark("They want proof of identity"),
    EventKind.EXTENDED: mark("They need more time"),
    EventKind.DELETED: mark("Deleted"),
    EventKind.PARTLY_DELETED: mark("Deleted in part"),
    EventKind.SUPPRESSED: mark("Hidden, not deleted"),
    EventKind.OPTED_OUT: mark("Opt-out accepted"),
    EventKind.DE_INDEXED: mark("Out of search results"),
    EventKind.NOTHING_FOUND: mark("Nothing found"),
    EventKind.REFUSED: mark("Refused"),
}
"""What a vendor can say, as the form asks for it."""

WHY: Mapping[str, str] = {
    "mail": mark("Reply to read"),
    "answered": mark("Answered on our page"),
    "bounced": mark("Came back"),
    "late": mark("Late"),
    "by_hand": mark("To send by hand"),
    "taken_back": mark("To take back by hand"),
    "soon": mark("Due soon"),
    "identity": mark("Proof asked for"),
}
"""Why a request needs a person, or may soon."""
WHY_TO_DO: Mapping[str, str] = {
    "mail": mark("Read the mail and record what it says"),
    "answered": mark("Look at what the company answered"),
    "by_hand": mark("Type it into the company’s form, or post it"),
    "taken_back": mark("Tell the company that it is taken back"),
}
"""What that asks for, whatever the status says."""

TO_DO: Mapping[str, str] = {
    Status.SENT: mark("Wait for a sign of life"),
    Status.ACKNOWLEDGED: mark("Wait for the answer"),
    Status.IDENTITY_REQUESTED: mark("The resident decides about the proof"),
    Status.UNDELIVERABLE: mark("Find another way to reach the company"),
    Status.APPEALED: mark("Wait for the second answer"),
}
TO_DO_LATE: Mapping[str, str] = {
    Status.SENT: mark("No sign of life: check the address"),
    Status.ACKNOWLEDGED: mark("Ask again, or record a reply"),
    Status.IDENTITY_REQUESTED: mark("Ask whether the proof was given"),
    Status.APPEALED: mark("Ask for the second answer, or record a reply"),
}
"""What a request needs once its day has passed."""

KEPT_BACK: Mapping[str, str] = {
    "turn": mark("Letters to one company leave spread out"),
    "pause": mark("Letters to them fail: they are tried less often"),
    "stopped": mark("Somebody stopped them: they wait until they are let go"),
    "hours": mark("They leave within the company’s working hours"),
    "parked": mark("Its own system does not know us: somebody must speak with it"),
    "unsigned": mark("Our key does not sign: look at the settings for DKIM"),
}
"""Why letters that could leave wait."""

FAULTS: Mapping[str, str] = {
    "no_token": mark("It gave us no token"),
    "not_ours": mark("It does not know the token that it gave us"),
    "forbidden": mark("Its address is one that we may not call"),
}
"""Why nothing is sent to a company's own system."""
ODDITIES: Mapping[str, str] = {
    "first": mark("Its first answer"),
    "hint": mark("It called before it answered"),
    "unreadable": mark("An answer that says nothing that we can read"),
    "refused": mark("An error instead of an answer"),
    "unknown_word": mark("A state that the protocol does not know"),
    "not_next": mark("A state that cannot follow the one before"),
    "other_request": mark("An answer about another request"),
    "expired": mark("It let the request expire"),
    "unacknowledged": mark("An end, without a receipt before it"),
    "taken_back_there": mark("It says that the request was taken back"),
    "cannot_follow": mark("A state that cannot follow here"),
    "twice": mark("It has the request twice"),
    "not_revoked": mark("It did not let the request be taken back"),
}
"""What is odd about an answer of a company's own system."""

FOUND: Mapping[str, str] = {
    "arrived": mark("It arrived"),
    "not_arrived": mark("It did not arrive: send it again"),
    "given_up": mark("It cannot be delivered"),
}
"""What somebody found about a letter that may or may not have arrived."""

REASONS: Mapping[str, str] = {
    "company_asks": mark("The company asks who this is"),
    "match_reply": mark("To see whether a reply is about this person"),
    "resident_asks": mark("The resident asked us for help"),
    "undelivered": mark("The request could not be delivered"),
    "complaint": mark("A complaint or an inspection"),
}
"""Why somebody needs to see who a request is about."""

FILES: Mapping[str, str] = {
    "png": mark("Picture (PNG)"),
    "jpg": mark("Picture (JPEG)"),
    "pdf": mark("Document (PDF)"),
    "eml": mark("Saved mail"),
    "txt": mark("Plain text"),
    "json": mark("Answer of its own system"),
}
"""The kinds of files that strangers give, by how their names end."""
SOME_FILE = mark("File")

FIELDS: Mapping[str, str] = {
    "name": mark("Name"),
    "email": mark("E-mail address"),
    "other_names": mark("Other names"),
    "other_emails": mark("Other e-mail addresses"),
    "phones": mark("Telephone numbers"),
    "addresses": mark("Postal addresses"),
    "birth_date": mark("Date of birth"),
    "acting_name": mark("Filed by"),
    "acting_email": mark("E-mail address of who filed"),
    "acting_relation": mark("Who they are to the person"),
    "acting_mandate_agreed_on": mark("Mandate agreed on"),
    "mandate": mark("Text of the mandate"),
}
"""What is known of a person, by the field that they filled in."""

ACTORS: Mapping[str, str] = {
    "command": mark("Command line"),
    "worker": mark("Worker"),
    "resident": mark("The resident"),
    "stranger": mark("Somebody unknown"),
}

DONE: Mapping[str, str] = {
    "signed in": mark("Signed in"),
    "signed out": mark("Signed out"),
    "sign-in refused": mark("Sign-in refused"),
    "code refused": mark("Code of the second step refused"),
    "proved again": mark("Proved again who they are"),
    "proof refused": mark("Proof refused"),
    "refused by role": mark("Tried what the role may not do"),
    "session ended": mark("Session ended"),
    "signed out everywhere": mark("Signed out everywhere"),
    "staff added": mark("Staff member added"),
    "staff enrolled": mark("Password set"),
    "password right": mark("Password right, second step asked for"),
    "password changed": mark("Password changed"),
    "second step added": mark("Second step added"),
    "second step removed": mark("Second step taken away by its owner"),
    "second step reset": mark("Second step taken away for its owner"),
    "recovery codes made": mark("Recovery codes made"),
    "role changed": mark("Role changed"),
    "staff disabled": mark("Staff member disabled"),
    "staff enabled": mark("Staff member enabled"),
    "token made": mark("Token made"),
    "token revoked": mark("Token revoked"),
    "identity shown": mark("Person shown"),
    "file opened": mark("File of the resident opened"),
    "reply recorded": mark("Reply recorded"),
    "bulk given": mark("File of replies given"),
    "bulk confirmed": mark("File of replies confirmed"),
    "bulk dropped": mark("File of replies dropped"),
    "bulk recorded": mark("File of replies recorded"),
    "bulk undone": mark("File of replies to be taken back"),
    "bulk taken back": mark("File of replies taken back"),
    "webhook set": mark("Webhook set"),
    "webhook ended": mark("Webhook ended"),
    "list answer not recorded": mark("Answer of a list not recorded"),
    "status fetched": mark("Answer fetched from its system"),
    "system tried again": mark("System tried again"),
    "letters stopped": mark("Letters to a company stopped"),
    "letters resumed": mark("Letters to a company let go"),
    "entry retracted": mark("Entry taken back"),
    "delivery settled": mark("Delivery settled"),
    "request given": mark("Request given to somebody"),
    "request laid down": mark("Request laid down"),
    "note written": mark("Note written"),
    "answer looked at": mark("Answer of a company looked at"),
    "letter sent again": mark("Letter sent again"),
    "way changed": mark("Way of a request changed"),
    "sent by hand": mark("Request sent by hand"),
    "company told by hand": mark("Company told by hand of a request taken back"),
    "request closed": mark("Request closed"),
    "mail opened": mark("Mail opened"),
    "mail answered": mark("Mail answered"),
    "file of mail opened": mark("File of a mail opened"),
    "mail matched": mark("Mail put to a request"),
    "mail split": mark("Mail put to another request, too"),
    "mail joined": mark("Part of a mail taken away"),
    "mail laid aside": mark("Mail laid aside as noise"),
    "mail taken back": mark("Mail taken back from the noise"),
    "audit exported": mark("Audit exported"),
    "backup begun": mark("Backup begun"),
    "vendors imported": mark("Companies imported"),
    "systems imported": mark("Directory of companies’ systems imported"),
    "backup restored": mark("Backup restored"),
    "chain check asked": mark("Check of the chains asked for"),
    "checks queued": mark("Companies to look at queued"),
    "checks given": mark("Companies to look at given to somebody"),
    "checks laid down": mark("Companies to look at laid down"),
    "checks done": mark("Companies looked at"),
    "refusals proposed": mark("Refusals by place put forward"),
    "refusals decided": mark("Refusals by place decided"),
    "correction opened": mark("Correction from the public opened"),
    "correction accepted": mark("Correction from the public accepted"),
    "correction declined": mark("Correction from the public declined"),
    "credit taken out": mark("Name of who sent a correction taken out"),
    "record noted": mark("Note that a record looks wrong"),
    "note resolved": mark("Note on a record resolved"),
    "company added": mark("Company added"),
    "company renamed": mark("Names and sites of a company changed"),
    "fact of a company changed": mark("Fact of a company changed"),
    "way to a company changed": mark("Way to a company changed"),
    "offer of a company changed": mark("Offer of a company changed"),
    "order on a company changed": mark("Order on a company changed"),
    "change proposed": mark("Change of a record proposed"),
    "change approved": mark("Change of a record approved"),
    "change declined": mark("Change of a record declined"),
    "change withdrawn": mark("Change of a record taken back"),
    "two people asked for": mark("Two people asked for"),
    "one person is enough": mark("One person is enough from now on"),
    "company retired": mark("Last day of a company changed"),
    "companies merged": mark("Records of a company merged"),
    "companies parted": mark("Merger of records taken back"),
    "struck from a company": mark("Taken out of the record of a company"),
    "key epoch begun": mark("New month’s key begun"),
    "key rotation begun": mark("Key rotation begun"),
    "key rotation ended": mark("Key rotation ended"),
}
"""The actions of the audit trail."""

MEANS: Mapping[str, str] = {
    "password": mark("with a password"),
    "code": mark("with a one-time code"),
    "passkey": mark("with a passkey"),
    "recovery code": mark("with a recovery code"),
}
"""By what somebody signed in, or what was added or taken away."""

DOUBTS: Mapping[str, str] = {
    Doubt.FIRST_DAY: mark("Its first day"),
    Doubt.PERIOD: mark("Its days to answer"),
    Doubt.DATA: mark("Which data it covers"),
    Doubt.CONDITION: mark("A condition that no form can settle"),
    Doubt.NOTED: mark("Something that the record notes"),
}
"""What is doubtful about a law."""

RUNS: Mapping[str, str] = {
    RunState.TRYING: mark("Being tried"),
    RunState.TRIED: mark("Waits for you"),
    RunState.RECORDING: mark("Being recorded"),
    RunState.RECORDED: mark("Finished"),
    RunState.UNDOING: mark("Being taken back"),
    RunState.UNDONE: mark("Undone"),
    RunState.DROPPED: mark("Not recorded"),
}
"""How far a file of replies has come."""

ROW_FAULTS: Mapping[str, str] = {
    RowFault.CELLS: mark("The row has more cells than the header"),
    RowFault.NO_REQUEST: mark("No request has this name"),
    RowFault.TRACKING_CODE: mark("A resident’s tracking code, which is theirs alone"),
    RowFault.SEVERAL: mark("Several requests have this name"),
    RowFault.RECEIVED_ON: mark("No day, or one before the sending or after today"),
    RowFault.KIND: mark("Nothing that a company can answer"),
    RowFault.DENIAL_GROUND: mark("A refusal has one of our grounds, and nothing else"),
    RowFault.UNTIL: mark("More time has a day until when, and nothing else"),
    RowFault.TEXT: mark("The words are missing, or more than 20,000 signs"),
    RowFault.EVIDENCE: mark("Not a way in which a person knows of a reply"),
    RowFault.VENDOR_REFERENCE: mark("The company’s reference has more than 200 signs"),
    RowFault.CANNOT_FOLLOW: mark("It cannot follow where the request stands"),
    RowFault.MOVED_ON: mark("Something else was recorded meanwhile"),
    RowFault.DESTROYED: mark("What the row said is destroyed"),
    RowFault.FAILED: mark("It failed: the log says why"),
    RowFault.STAYS: mark("Not taken back: it was before, or something rests on it"),
}
"""Why a row is not recorded, or not taken back."""
