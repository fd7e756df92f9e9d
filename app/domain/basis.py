"""On what a request rests: the grounds that its letter may cite, and its dates."""

from enum import StrEnum

from app.domain.eligibility import Answer
from app.domain.facts import Asks
from app.domain.grounds import Ground, GroundKind, Verdict


class Basis(StrEnum):
    """On what a letter rests; it never claims more."""

    LAW = "law"
    UNSURE = "unsure"
    """A law may reach the vendor; the letter asks it to say so or why not."""
    OFFER = "offer"
    OPT_OUT = "opt_out"
    GOODWILL = "goodwill"


def basis_of(answer: Answer, asks: Asks) -> Basis:
    """Return on what a letter may rest, never more than the answer gives."""
    if asks is Asks.OPT_OUT and answer.verdict is not Verdict.NOT_ELIGIBLE:
        return Basis.OPT_OUT
    match answer.verdict:
        case Verdict.ELIGIBLE:
            return Basis.LAW
        case Verdict.OFFERED:
            return Basis.OFFER
        case Verdict.UNCERTAIN:
            return Basis.UNSURE if cited(answer) else Basis.GOODWILL
        case Verdict.OPT_OUT_ONLY:
            return Basis.OPT_OUT
        case Verdict.NOT_ELIGIBLE:
            return Basis.GOODWILL


def cited(answer: Answer) -> tuple[Ground, ...]:
    """Return the rights that a letter may cite."""
    wanted = (
        {Verdict.ELIGIBLE}
        if answer.verdict is Verdict.ELIGIBLE
        else {Verdict.UNCERTAIN}
    )
    return tuple(
        g for g in answer.of(GroundKind.LAW) if g.outcome in wanted and g.citation
    )


def law_of(answer: Answer) -> Ground | None:
    """Return the law that a request's dates rest on: the best one with a period."""
    laws = [
        g for g in answer.of(GroundKind.LAW) if g.outcome is not Verdict.NOT_ELIGIBLE
    ]
    if not laws:
        return None
    top = [g for g in laws if g.outcome is laws[0].outcome]
    return next((g for g in top if g.response_due is not None), laws[0])
