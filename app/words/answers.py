"""An answer in sentences: why a ground comes out as it does, and what it means.

Every text is a message of the catalogs; ``say`` translates it. The codes are the
domain's, the words are for people.
"""

from collections.abc import Callable, Mapping
from typing import TypeAlias

from app.domain.basis import invoked
from app.domain.eligibility import Answer
from app.domain.facts import Asks, Capacity, PersonFacts
from app.domain.grounds import NO_RECORD, Ground, GroundKind, Reason, Verdict
from app.domain.laws import RightKind, Unit, Unmet
from app.words.marks import mark

Say: TypeAlias = Callable[[str], str]
"""Gives a message in the reader's language."""

SENTENCES: Mapping[Verdict, str] = {
    Verdict.ELIGIBLE: mark(
        "You have the right to have {vendor} delete your data, and it has to answer"
        " you."
    ),
    Verdict.OFFERED: mark(
        "No law we know of clearly gives you this right, but {vendor} says that it"
        " deletes on request."
    ),
    Verdict.UNCERTAIN: mark(
        "A law may apply to {vendor}, but we cannot tell yet whether {vendor} must delete"
        " your data."
    ),
    Verdict.OPT_OUT_ONLY: mark(
        "{vendor} must or will stop selling or showing your data, but may keep it."
    ),
    Verdict.NOT_ELIGIBLE: mark(
        "We found nothing that makes {vendor} delete your data."
    ),
}
"""What a verdict means to a resident, in one sentence."""

_LAW, _OFFER, _ORDER = GroundKind.LAW, GroundKind.OFFER, GroundKind.ORDER
_OLD_OFFER = mark(
    "{vendor} once offered to delete. We do not know whether it still does."
)
IN_DOUBT: Mapping[tuple[Verdict, frozenset[GroundKind]], str] = {
    (Verdict.UNCERTAIN, frozenset({_ORDER})): mark(
        "There is an order about {vendor} here, but we cannot tell yet whether it has to"
        " delete your data."
    ),
    (Verdict.UNCERTAIN, frozenset({_LAW, _ORDER})): mark(
        "A law or an order may apply to {vendor}, but we cannot tell yet whether {vendor}"
        " must delete your data."
    ),
    (Verdict.UNCERTAIN, frozenset({_OFFER})): _OLD_OFFER,
    (Verdict.OPT_OUT_ONLY, frozenset({_LAW})): mark(
        "A law may make {vendor} stop selling or showing your data, but we cannot tell"
        " yet. It may keep it."
    ),
    (Verdict.OPT_OUT_ONLY, frozenset({_OFFER})): mark(
        "{vendor} once offered to stop selling or showing your data. We do not know"
        " whether it still does. It may keep it."
    ),
    (Verdict.OPT_OUT_ONLY, frozenset({_LAW, _OFFER})): mark(
        "A law or an offer of its own may make {vendor} stop selling or showing your"
        " data, but we cannot tell yet. It may keep it."
    ),
}
"""The same where all that gives it is in doubt, by what that is."""

REASONS: Mapping[str, str] = {
    "right-given": mark("{law} gives you this right."),
    "only-wrong-data": mark(
        "{law} promises deletion only for data that is wrong or incomplete."
    ),
    "data-not-wrong": mark(
        "{law} promises deletion only for wrong data, and you say that it is right."
    ),
    "only-faulty-data": mark(
        "{law} promises deletion only for data that is wrong, out of date or unlawfully"
        " held."
    ),
    "data-without-fault": mark(
        "{law} promises deletion only for data that is wrong, out of date or unlawfully"
        " held, and you say that yours is not."
    ),
    "no-erasure-right": mark(
        "Under {law} you may take back your consent. It gives no clear right to"
        " deletion."
    ),
    "consent-not-withdrawn": mark(
        "{law} asks for consent that was taken back, and yours was not."
    ),
    "de-indexing-only": mark(
        "{law} can take you out of search results. It does not delete."
    ),
    "opt-out-only": mark(
        "{law} lets you stop the sale of your data. It does not delete."
    ),
    "destruction-duty-only": mark(
        "{law} makes companies destroy data in time, but gives nobody a right to ask"
        " for it."
    ),
    "personal-use": mark("A private person is outside every one of these laws."),
    "other-sector": mark("{law} is about companies of another kind."),
    "excluded-sector": mark("{law} leaves out companies of this kind."),
    "not-reached": mark(
        "{law} applies to companies in its place or doing business there."
    ),
    "law-of-another-place": mark(
        "{law} applies here only to some companies, beside the law of the place."
    ),
    "capacity-excluded": mark(
        "{law} is about people in their private lives, not in a job or for a business."
    ),
    "age": mark("{law} is about people under a certain age."),
    "below-threshold": mark(
        "{law} is only about companies of a certain size or trade."
    ),
    "not-registered": mark(
        "{law} works through a state register, and this company is not in it. You can"
        " report that."
    ),
    "not-a-data-broker": mark("{law} is about data brokers alone."),
    "exempt-entity": mark("{law} leaves out companies of this kind."),
    "no-nexus": mark("{law} applies to companies that do business with people there."),
    "condition-not-met": mark("{law} gives this only under a condition."),
    "condition-open": mark(
        "{law} gives this only under a condition that no form can settle."
    ),
    "outside-its-scope": mark("{law} gives this only for some companies or data."),
    "data-unknown": mark("It depends on which data it is and where it came from."),
    "data-not-covered": mark("{law} is about other kinds of data."),
    "publicly-available": mark("{law} leaves out data that was public already."),
    "not-collected-from-person": mark(
        "{law} covers what a company collected from you, not what it got elsewhere."
    ),
    "contested": mark("Not everybody agrees that {law} covers this."),
    "operative-date-unknown": mark(
        "Sources differ about the day from which {law} counts."
    ),
    "no-agent-right": mark(
        "{law} gives nobody else the right to ask for you. Send it yourself."
    ),
    "no-record-for-that-day": mark(
        "On that day an older law applied, which we have no record of."
    ),
    "no-record-for-that-place": mark(
        "We have not yet researched the law of this place."
    ),
    "residence-not-listed": mark("It offers this to people elsewhere, not here."),
    "offer-end-unknown": mark(
        "It offered this once. We do not know whether it still does."
    ),
    "offered-to-residence": mark("It says that it deletes for people who live here."),
    "offers-de-indexing": mark(
        "It takes pages out of its results. It does not delete."
    ),
    "offers-opt-out": mark("It hides you from its results. It does not delete."),
    "order-in-force": mark("An order binds it here."),
    "order-appealed": mark("An order binds it here, and it has appealed."),
    "order-ignored": mark("An order binds it here, and it does not follow it."),
    "order-ended": mark("An order bound it here, and has ended."),
    "order-for-one-person": mark("An order was made here for one person only."),
    "order-without-deletion": mark("An order here makes it hide people, not delete."),
    "finding-not-binding": mark(
        "The authorities found against it here, but could only advise."
    ),
}
"""What a reason's code says, in one sentence."""

WHETHER: Mapping[str, str] = {
    "no-erasure-right": mark(
        "Where {law} counts, you may take back your consent. It gives no clear right to"
        " deletion."
    ),
    "de-indexing-only": mark(
        "Where {law} counts, it can take you out of search results. It does not delete."
    ),
    "opt-out-only": mark(
        "Where {law} counts, it lets you stop the sale of your data. It does not delete."
    ),
    "other-sector": mark(
        "{law} is about some kinds of companies alone. We do not know whether this is"
        " one of them."
    ),
    "excluded-sector": mark(
        "{law} leaves out some kinds of companies. We do not know whether this is one of"
        " them."
    ),
    "exempt-entity": mark(
        "{law} leaves out some companies. We do not know whether this is one of them."
    ),
    "not-reached": mark(
        "{law} applies to companies in its place or doing business there. We do not know"
        " whether this is one of them."
    ),
    "law-of-another-place": mark(
        "{law} applies here only to some companies, beside the law of the place. We do"
        " not know whether this is one of them."
    ),
    "age": mark(
        "{law} is about people under a certain age. We do not know whether you are."
    ),
    "below-threshold": mark(
        "{law} is only about companies of a certain size or trade. We do not"
        " know whether this is one of them."
    ),
    "not-registered": mark(
        "{law} works through a state register. We do not know whether this company is in"
        " it."
    ),
    "not-a-data-broker": mark(
        "{law} is about data brokers alone. We do not know whether this company is one."
    ),
    "no-nexus": mark(
        "{law} applies to companies that do business with people there. We do not know"
        " whether this one does."
    ),
    "condition-not-met": mark(
        "{law} gives this only under a condition. We do not know whether it is met."
    ),
    "outside-its-scope": mark(
        "{law} gives this only for some companies or data. We do not know whether yours"
        " are among them."
    ),
    "publicly-available": mark(
        "{law} may leave out data that was public already. We do not know whether it"
        " does here."
    ),
}
"""What a code says where it is not known whether it is so.

A code without such a sentence states a doubt itself, or never rests on what is unknown.
"""

_ALONE = frozenset({Capacity.PROTECTED_OFFICIAL})
_PARENTS = frozenset({Capacity.PARENT_OF_CHILD})
_AT_WORK = frozenset({Capacity.WORKER, Capacity.BUSINESS_CONTACT})
_ROLE = mark("{law} asks in which role you stand towards the company.")
OFFICIALS: tuple[str, str] = (
    mark(
        "{law} is for judges and officials under protection and their families alone."
    ),
    mark(
        "{law} is for judges and officials under protection and their families alone. We"
        " do not know whether you are one of them."
    ),
)
PARENTS: tuple[str, str] = (
    mark("{law} is for the parents of a child alone, who ask for it."),
    mark(
        "{law} is for the parents of a child alone, who ask for it. We do not know"
        " whether you are one."
    ),
)
PRIVATE: tuple[str, str] = (
    REASONS["capacity-excluded"],
    mark(
        "{law} is about people in their private lives, not in a job or for a business."
        " We do not know whether this is about your private life."
    ),
)
NO_WORKERS: tuple[str, str] = (
    mark("{law} leaves out people who work for the company or want to."),
    mark(
        "{law} leaves out people who work for the company or want to. We do not know"
        " whether you do."
    ),
)
AT_WORK: tuple[str, str] = (
    mark("{law} is about people in a job or acting for a business alone."),
    mark(
        "{law} is about people in a job or acting for a business alone. We do not know"
        " whether you are one of them."
    ),
)
PARENT_MAY = mark(
    "{law} lets nobody else ask for you but a parent, for a child. If you are one, it"
    " is enough to say so."
)


def _of_capacities(may_ask: frozenset[Capacity]) -> tuple[str, str]:
    """Return what is said where these alone may ask: known, and not known."""
    if may_ask == _ALONE:
        return OFFICIALS
    if may_ask == _PARENTS:
        return PARENTS
    if may_ask and may_ask <= _AT_WORK:
        return AT_WORK
    if Capacity.CONSUMER in may_ask and may_ask.isdisjoint(_AT_WORK):
        return PRIVATE
    if may_ask and _AT_WORK - may_ask == {Capacity.WORKER}:
        return NO_WORKERS
    return _ROLE, _ROLE


def _message(reason: Reason) -> str:
    if reason.code == Unmet.CAPACITY:
        known, unknown = _of_capacities(reason.capacities)
        return known if reason.known else unknown
    if reason.code == "no-agent-right" and reason.capacities:
        return PARENT_MAY
    said = REASONS[reason.code]
    return said if reason.known else WHETHER.get(reason.code, said)


UNITS: Mapping[Unit, tuple[str, str]] = {
    Unit.HOURS: (mark("{n} hour"), mark("{n} hours")),
    Unit.CALENDAR_DAYS: (mark("{n} day"), mark("{n} days")),
    Unit.BUSINESS_DAYS: (mark("{n} working day"), mark("{n} working days")),
    Unit.WEEKS: (mark("{n} week"), mark("{n} weeks")),
    Unit.MONTHS: (mark("{n} month"), mark("{n} months")),
    Unit.YEARS: (mark("{n} year"), mark("{n} years")),
}


NOT_RESEARCHED = mark(
    "We have not researched the law of this place yet, so we cannot tell whether"
    " {vendor} has to delete your data."
)


def sentence(answer: Answer, vendor: str, say: Say) -> str:
    """Return what an answer means for this vendor, in one sentence."""
    leading = answer.leading
    if leading is not None and leading.id == NO_RECORD:
        return say(NOT_RESEARCHED).format(vendor=vendor)
    giving = [g for g in answer.grounds if g.outcome is answer.verdict]
    kinds = frozenset(ground.kind for ground in giving)
    said = SENTENCES[answer.verdict]
    if answer.verdict is Verdict.UNCERTAIN and len(kinds) > 1:
        kinds -= {GroundKind.OFFER}  # a law or an order is the better hope
    if answer.verdict is Verdict.UNCERTAIN or all(g.in_doubt for g in giving):
        said = IN_DOUBT.get((answer.verdict, kinds), said)
    return say(said).format(vendor=vendor)


def why(reason: Reason, ground: Ground, say: Say) -> str:
    """Return a reason in one sentence."""
    return say(_message(reason)).format(law=ground.short_name)


def span_of(count: int, unit: Unit, say: Say) -> str:
    """Return a period in words, such as "45 days"."""
    one, many = UNITS[unit]
    return say(one if count == 1 else many).format(n=count)


_APPLIES = mark("an answer to this request within {period}")
PARTS: Mapping[str, str] = {
    RightKind.CORRECTION: mark(
        "an answer within {period}, only so far as the data is wrong or faulty"
        " ({provision})"
    ),
    RightKind.DELETION_OF_PROVIDED: mark(
        "an answer within {period}, only about data that you provided ({provision})"
    ),
    RightKind.DE_INDEXING: mark(
        "an answer within {period}, only about search results ({provision})"
    ),
    RightKind.OPT_OUT: mark(
        "an answer within {period}, only about stopping the sale ({provision})"
    ),
    RightKind.WITHDRAWAL: mark(
        "what follows within {period} once consent is taken back, and no answer to a"
        " request to delete ({provision})"
    ),
}
"""To which part of a request a period applies, by the kind of right."""


def applies_to(ground: Ground, say: Say) -> str | None:
    """Return what a right's period is for, in words; None where it sets none."""
    due = ground.response_due
    if due is None:
        return None
    return say(PARTS.get(ground.right or "", _APPLIES)).format(
        period=span_of(due.period.count, due.period.unit, say),
        provision=ground.citation,
    )


def part_of(ground: Ground, say: Say) -> str | None:
    """Return the same where it is for a part of the request alone."""
    return applies_to(ground, say) if ground.right in PARTS else None


RISKS: Mapping[Verdict, str] = {
    Verdict.ELIGIBLE: mark(
        "It may keep what a law makes it keep. Then it must say what, and why."
    ),
    Verdict.OFFERED: mark(
        "An offer is a promise, not a law. The company can take it back."
    ),
    Verdict.UNCERTAIN: mark(
        "It may say that no law makes it answer, or not answer at all."
    ),
    Verdict.OPT_OUT_ONLY: mark(
        "It may say no, or not answer at all. Asking is still possible, as a courtesy."
    ),
    Verdict.NOT_ELIGIBLE: mark(
        "It may say no, or not answer at all. Asking is still possible, as a courtesy."
    ),
}
"""What can go wrong with any company, by the verdict."""

DISPUTES: Mapping[str, str] = {
    "order-appealed": mark("{vendor} disputes the order that binds it here."),
    "order-ignored": mark("{vendor} does not follow the order that binds it here."),
    "finding-not-binding": mark(
        "{vendor} need not follow what the authorities found here."
    ),
    "residence-not-listed": mark(
        "{vendor} has forms for people elsewhere and none for here: it may say that"
        " it owes you nothing."
    ),
    "contested": mark("{vendor} may read {law} in another way."),
}
"""What can go wrong with this company, by the code of what we know of it."""


def risks(answer: Answer, vendor: str, say: Say) -> tuple[str, ...]:
    """Return what can go wrong: with this company first, then with any."""
    lines: dict[str, None] = {}
    for ground in answer.grounds:
        if ground.kind is GroundKind.LAW and ground.outcome is not answer.verdict:
            continue
        for reason in ground.reasons:
            if reason.code == "residence-not-listed" and not _shuts_out(answer):
                continue
            if reason.code in DISPUTES:
                said = say(DISPUTES[reason.code])
                lines[said.format(vendor=vendor, law=ground.short_name)] = None
    lines[say(RISKS[answer.verdict])] = None
    return tuple(lines)


_AGAINST = mark("There is an order against {vendor} here that it does not follow.")
_UNOFFERED = mark("The law covers you, but {vendor} offers nothing here.")
_BEYOND_LAW = mark("{vendor} offers this without a law that makes it.")


def _shuts_out(answer: Answer) -> bool:
    """Return whether the vendor has offers and every one leaves the place out.

    That we know of no offer says nothing about the vendor.
    """
    offers = answer.of(GroundKind.OFFER)
    return bool(offers) and all(
        reason.code == "residence-not-listed" for g in offers for reason in g.reasons
    )


def _law_behind(answer: Answer) -> bool:
    """Return whether a law may make the vendor do what it offers."""
    rests = invoked(answer, PersonFacts(), Asks.DELETION)
    unresearched = any(g.right is None for g in answer.of(GroundKind.LAW))
    return unresearched or bool(rests.deletes)


def disagreement(
    answer: Answer, vendor: str, say: Say, *, route_here: bool = False
) -> tuple[str, ...]:
    """Return where law, offer and order say different things.

    Entitled but not offered, offered without law, ordered but ignored. ``route_here``:
    whether the vendor has a way for this very place, which is an offer of a kind.
    """
    said = []
    if answer.verdict is Verdict.ELIGIBLE and _shuts_out(answer) and not route_here:
        said.append(_UNOFFERED)
    if answer.verdict is Verdict.OFFERED and not _law_behind(answer):
        said.append(_BEYOND_LAW)
    if any(
        reason.code == "order-ignored"
        for ground in answer.of(GroundKind.ORDER)
        for reason in ground.reasons
    ):
        said.append(_AGAINST)
    return tuple(say(message).format(vendor=vendor) for message in said)
