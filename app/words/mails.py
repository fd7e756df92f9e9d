"""What staff read about a mail that came in."""

from collections.abc import Mapping

from app.domain.authenticity import Authenticity, Doubt
from app.domain.mail_kinds import MailKind
from app.domain.mails import Held
from app.words.marks import mark

KINDS: Mapping[MailKind, str] = {
    MailKind.WORDS: mark("A mail"),
    MailKind.AUTOMATIC: mark("An automatic reply"),
    MailKind.GENERATED: mark("A mail by a program"),
    MailKind.BOUNCE: mark("Our letter came back"),
    MailKind.DELAY: mark("Our letter is late"),
}

MATCHED: Mapping[str, str] = {
    "reply_address": mark("it came to the request’s own address"),
    "our_message_id": mark("it answers our letter"),
    "vendor_reference": mark("its subject holds the company’s reference"),
    "person": mark("a member of staff said so"),
}
"""How it is known which request a mail is about, by the code of it."""

HELD: Mapping[Held, str] = {
    Held.TOO_LARGE: mark(
        "It is too large to be kept. Only its head is here; all of it lies in the mailbox"
    ),
    Held.CUT: mark("It is large: only its beginning was read"),
    Held.MANY_HEADERS: mark("It has more than 100 headers, so its text was not read"),
    Held.LONG_HEADER: mark("One of its headers is too long, so its text was not read"),
    Held.MANY_PARTS: mark("It has more than 20 parts, so its text was not read"),
    Held.DEEP: mark("Its parts lie too deep in one another, so its text was not read"),
    Held.UNREADABLE: mark("It could not be read safely"),
    Held.ID_USED: mark("Another mail with other words came under its Message-ID"),
    Held.FORGOTTEN: mark("It is about a request whose personal data is destroyed"),
}

AUTHENTIC: Mapping[Authenticity, str] = {
    Authenticity.AUTHENTIC: mark("Proved: signed by a domain of the company"),
    Authenticity.NOT_PROVED: mark("Not proved"),
    Authenticity.NOT_CHECKED: mark("Not checked yet"),
}

DOUBTS: Mapping[Doubt, str] = {
    Doubt.NO_COMPANY: mark("it belongs to no request, so there is no company to check"),
    Doubt.NO_SIGNATURE: mark("it is not signed"),
    Doubt.OTHER_DOMAIN: mark("sender or signature is of a domain that we do not know"),
    Doubt.SEVERAL_HEADERS: mark("it has two senders, subjects, dates or the like"),
    Doubt.MISSING_HEADER: mark("it lacks a sender, recipient, subject, date or number"),
    Doubt.NOT_ALL_SIGNED: mark("sender, recipient, subject or date is not signed"),
    Doubt.PARTLY_SIGNED: mark("only the beginning of its text is signed"),
    Doubt.WEAK: mark("its signature is too weak"),
    Doubt.EXPIRED: mark("its signature has expired"),
    Doubt.TESTING: mark("the domain says that it only tries signing out"),
    Doubt.BROKEN: mark("its signature does not fit: something was changed"),
    Doubt.NO_KEY: mark("the domain has no such key"),
    Doubt.KEY_UNREACHED: mark("the domain’s key could not be looked up"),
    Doubt.REPLAYED: mark("its signature or its Message-ID was used before"),
    Doubt.NOT_TO_US: mark("it is not addressed to the request’s own address"),
    Doubt.NOT_READ_WHOLE: mark("it was not read whole"),
}

SHELVES: Mapping[str, str] = {
    "matched": mark("About a request"),
    "parked": mark("About which request?"),
    "quiet": mark("Needs nothing"),
    "recorded": mark("Recorded"),
    "noise": mark("Noise"),
}
"""The parts of the inbox, by the code of it."""

HANGING: Mapping[str, str] = {
    "png": mark("Drawn anew from its pixels, then to be saved"),
    "jpg": mark("Drawn anew from its pixels, then to be saved"),
    "pdf": mark("As it came, to be saved; never shown here"),
    "txt": mark("As it came, to be saved; never shown here"),
}
"""What is done with a file that hangs on a mail, by how its name ends."""
ANSWERS: Mapping[str, str] = {
    "no_document": mark("There is no such document here"),
    "stands": mark("The request stands"),
    "given_already": mark("The letter held the details already"),
    "use_link": mark("Please use the answer page"),
}
"""What staff can answer to a mail."""
ANSWER_TO: Mapping[str, str] = {
    "sender": mark("to who wrote the mail"),
    "known": mark("to the company’s address that we know"),
}
BELOW: Mapping[str, str] = {
    "letter": mark("The letter of {day} stands below, word for word as it left."),
    "link": mark(
        "The address at which this company answers stands below, until {day}."
    ),
}
"""What is added below an answer as it leaves."""
ANSWER_STATES: Mapping[str, str] = {
    "waiting": mark("waits to leave"),
    "sending": mark("is leaving"),
    "done": mark("has left"),
    "unknown": mark("may have left or not"),
    "failed": mark("could not be delivered"),
    "cancelled": mark("did not leave"),
}

BECAUSE: Mapping[str, str] = {
    "until": mark("Until when"),
    "reference": mark("Their reference"),
}
"""What the words of a mail speak for, beside what a vendor can say and the grounds."""
