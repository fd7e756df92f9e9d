"""What staff and residents read of the way that a request takes, and of another one."""

from collections.abc import Mapping

from app.domain.rerouting import Barrier, Stays
from app.domain.vendors import RouteKind
from app.words.marks import mark

WAYS: Mapping[str, str] = {
    "email": mark("By e-mail"),
    "drp": mark("To its own system, by the Data Rights Protocol"),
    "webform": mark("Through its own form; one of us fills it in"),
    "webform-self": mark("Through its own form; the person fills it in"),
    "letter": mark("By post; one of us prints the letter and posts it"),
    "letter-self": mark("By a letter that the person sends"),
}
"""By the code of a way."""
STAYS: Mapping[Stays, str] = {
    Stays.UNCONFIRMED: mark(
        "The person has not confirmed it yet: until then nothing leaves."
    ),
    Stays.ARRIVED: mark(
        "The company has it. By another way it would be a second request."
    ),
    Stays.OVER: mark("Nothing more is to come here."),
    Stays.LEAVING: mark(
        "Its letter is leaving at this moment, or nobody knows yet whether it arrived. "
        "Until that is known, another one could be the second."
    ),
    Stays.FORGOTTEN: mark(
        "Its personal data is destroyed: no letter can be written any more."
    ),
    Stays.LISTED: mark("It stands on the company’s list, which has no other way."),
    Stays.GONE: mark("We know no way to this company today."),
}
"""Why a request keeps its way."""
BARRIERS: Mapping[Barrier, str] = {
    Barrier.TAKEN: mark("It takes this way now."),
    Barrier.NO_AGENT: mark("Nobody else may ask for the person here."),
    Barrier.NO_PROTOCOL: mark("This portal is no agent of the protocol."),
    Barrier.NO_WORDS: mark(
        "The protocol has no words for what is asked, or for who asks for another."
    ),
    Barrier.NO_TOKEN: mark("Its system does not know us: we have no token from it."),
    Barrier.PARKED: mark(
        "Somebody has to speak with the company first: its system did not take us."
    ),
    Barrier.NOT_ASKED: mark("It needs details that the person was not asked for."),
}
"""Why a request may not take one way."""
CHANGED_TO: Mapping[RouteKind | None, str] = {
    RouteKind.EMAIL: mark("It goes another way now: by e-mail"),
    RouteKind.DRP: mark("It goes another way now: to the company’s own system"),
    RouteKind.WEBFORM: mark("It goes another way now: through the company’s own form"),
    RouteKind.LETTER: mark("It goes another way now: by letter"),
}
"""What is told of a change, by the way from then on."""
