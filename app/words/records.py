"""Laws, vendors and jurisdictions as JSON documents, for the API and the files."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, fields
from datetime import date
from typing import Any, assert_never

from app.domain import conditions as c
from app.domain.conditions import Predicate
from app.domain.coverage import saying_none
from app.domain.dated import Span
from app.domain.eligibility import laws_of
from app.domain.facts import VendorFacts
from app.domain.laws import (
    Condition,
    Extension,
    Law,
    Period,
    Regulator,
    Right,
    Step,
)
from app.domain.places import Place, Places
from app.domain.standing import days_here
from app.domain.vendors import FactFrom, Offer, Order, Registration, Route, Vendor


def day(value: date | None) -> str | None:
    """Return a day as in ISO 8601."""
    return value.isoformat() if value else None


def span_document(span: Span) -> dict[str, Any]:
    """Return the first and the last day, null being without an end."""
    return {"from": day(span.first), "to": day(span.last)}


def period_document(period: Period | None) -> dict[str, Any] | None:
    """Return a period as the statute counts it."""
    if period is None:
        return None
    return {
        "count": period.count,
        "unit": period.unit,
        "binding": period.binding,
        "promptly": period.promptly,
        "first_day_counts": period.first_day_counts,
        "clear_days": period.clear_days,
        "month_end_runs_over": period.month_end_runs_over,
        "not_before": day(period.not_before),
        "since": day(period.since),
        "citation": period.citation,
        "note": period.note,
    }


def extension_document(extension: Extension | None) -> dict[str, Any] | None:
    """Return more time, and how it is counted."""
    if extension is None:
        return None
    return {
        **(period_document(extension.period) or {}),
        "counted_from": extension.counted_from,
        "adds": extension.adds,
        "notice_within": period_document(extension.notice_within),
        "announced": extension.announced,
    }


def condition_document(  # noqa: C901, PLR0912 - one case for each predicate
    predicate: Predicate | None,
) -> dict[str, Any] | None:
    """Return a condition over facts in the form of the law files."""
    match predicate:
        case None:
            return None
        case c.All(parts):
            return {"all": [condition_document(part) for part in parts]}
        case c.Any(parts):
            return {"any": [condition_document(part) for part in parts]}
        case c.Not(part):
            return {"not": condition_document(part)}
        case c.Is(fact, value):
            return {"fact": fact, "is": value}
        case c.OneOf(fact, values):
            return {"fact": fact, "in": sorted(values)}
        case c.Includes(fact, values):
            return {"fact": fact, "includes": sorted(values)}
        case c.Compare(fact, relation, number):
            return {"fact": fact, relation: number}
        case c.Held(place, relation, number):
            return {"held": place, relation: number}
        case c.Named(notion):
            return {"notion": notion}
        case c.Custom(words):
            return {"open": words}
        case c.Always():
            return {"always": True}
        case _:
            assert_never(predicate)


def regulator_document(regulator: Regulator) -> dict[str, Any]:
    """Return who enforces a law."""
    return {
        "name": regulator.name,
        "language": regulator.language,
        "url": regulator.url,
        "complaint_url": regulator.complaint_url,
        "in_letters": regulator.in_letters,
        "note": regulator.note,
    }


def law_summary(law: Law) -> dict[str, Any]:
    """Return a law in one line of a list."""
    return {
        "id": law.id,
        "name": law.name,
        "short_name": law.short_name,
        "citation": law.citation,
        "status": law.status,
        "places": sorted(law.places),
        "from": day(law.first_day),
        "to": day(law.ended),
        "confidence": law.confidence,
        "checked_on": day(law.checked_on),
    }


def law_document(law: Law) -> dict[str, Any]:
    """Return a law with all its versions, sources and doubts."""
    return {
        **law_summary(law),
        "short_names": dict(law.short_names),
        "places": {code: span_document(span) for code, span in law.places.items()},
        "steps": [_step(step) for step in law.steps],
        **_whom(law),
        "predecessor": law.predecessor
        and {
            "name": law.predecessor.name,
            "until": day(law.predecessor.until),
            "record": law.predecessor.record,
        },
        "regulator": law.regulator and regulator_document(law.regulator),
        "regulator_note": law.regulator_note,
        "regulators": {
            code: regulator_document(r) for code, r in law.regulators.items()
        },
        "pending_change": law.pending_change,
        "notes": law.notes,
        "doubts": list(law.doubts),
        "details": dict(law.details),
        "checked_by": law.checked_by,
        "source_checked": law.source_checked,
        "sources": list(law.sources),
        "official_urls": list(law.official_urls),
    }


def _whom(law: Law) -> dict[str, Any]:
    """Return whom a law reaches, whatever the version."""
    return {
        "reach": law.reach,
        "reach_test": law.reach_test,
        "reach_from": day(law.reach_from),
        "establishment_alone": law.establishment_alone,
        "follows_seat": law.follows_seat,
        "follows_presence": law.follows_presence,
        "zone": law.zone,
        "sectors": _listed(law.sectors),
        "excluded_sectors": sorted(law.excluded_sectors),
        "beside": [
            {
                "places": sorted(beside.places),
                "sectors": _listed(beside.sectors),
                "seat_outside": beside.seat_outside,
                "words": beside.words,
            }
            for beside in law.beside
        ],
    }


def _listed(words: Iterable[str] | None) -> list[str] | None:
    """Return words of a closed list in order; None is all of them."""
    return None if words is None else sorted(words)


def _step(step: Step) -> dict[str, Any]:
    deadlines, appeal = step.deadlines, step.deadlines.appeal
    return {
        "from": day(step.first_day),
        "certain": step.certain,
        "citation": step.citation,
        "change": step.change,
        "conditions": [_condition(condition) for condition in step.conditions],
        "rights": [_right(right) for right in step.rights],
        "no_rights": not step.rights,
        "acknowledge": period_document(deadlines.acknowledge),
        "respond": period_document(deadlines.respond),
        "purpose": deadlines.purpose,
        "extension": extension_document(deadlines.extension),
        "parts": [
            {"what": part.what, "period": period_document(part.period)}
            for part in deadlines.parts
        ],
        "appeal": appeal
        and {
            "response": period_document(appeal.response),
            "extension": period_document(appeal.extension),
            "window": appeal.window,
            "then": appeal.then,
        },
        "clock": deadlines.clock,
        "roll": deadlines.roll.rule,
        "roll_calendar": deadlines.roll.calendar,
        "roll_words": deadlines.roll.words,
        "reliability": deadlines.reliability,
        "agent": step.agent,
        "denial_grounds": list(step.denial_grounds),
        "recipients": step.recipients,
        "proof": step.proof
        and {
            "limit": step.proof.limit,
            "citation": step.proof.citation,
            "source": step.proof.source,
        },
        "complaint": step.complaint
        and {
            "to": step.complaint.to,
            "prerequisite": step.complaint.prerequisite,
            "silence_is_refusal": step.complaint.silence_is_refusal,
            "citation": step.complaint.citation,
            "time_limit": period_document(step.complaint.time_limit),
            "note": step.complaint.note,
        },
    }


def _condition(condition: Condition) -> dict[str, Any]:
    return {
        "reason": condition.reason,
        "needs": condition_document(condition.needs),
        "limited": condition_document(condition.limited),
        "data_limit": _listed(condition.data_limit),
        "words": condition.words,
    }


def _right(right: Right) -> dict[str, Any]:
    return {
        "kind": right.kind,
        "citation": right.citation,
        "words": right.words,
        "faults": list(right.faults),
        "open_fault": right.open_fault,
        "conditions": [_condition(condition) for condition in right.conditions],
        "data": {
            "kinds": _listed(right.data.kinds),
            "sources": _listed(right.data.sources),
            "public": right.data.public,
            "public_reached_when": condition_document(right.data.public_reached_when),
            "contested": [
                {
                    "sources": _listed(contest.sources),
                    "kinds": _listed(contest.kinds),
                    "when": condition_document(contest.when),
                    "why": contest.why,
                }
                for contest in right.data.contested
            ],
        },
        "respond": period_document(right.respond),
        "no_period": right.no_period,
        "extension": extension_document(right.extension),
        "purpose": right.purpose,
    }


def vendor_summary(vendor: Vendor, on: date) -> dict[str, Any]:
    """Return a vendor in one line of a list, as it is known on a day."""
    facts = vendor.facts_on(on)
    return {
        "slug": vendor.slug,
        "name": vendor.name,
        "sector": facts.sector,
        "seat": sorted(facts.seat or ()),
        "closed_on": day(vendor.closed_on),
        "successor": vendor.successor,
        "confidence": vendor.confidence,
        "checked_on": day(vendor.checked_on),
    }


def vendor_document(vendor: Vendor, on: date) -> dict[str, Any]:
    """Return a vendor with its routes, offers and orders, dated and cited.

    Its facts are those of the day.
    """
    return {
        **vendor_summary(vendor, on),
        "recorded_on": day(vendor.recorded_on),
        "about": vendor.about,
        "domains": list(vendor.domains),
        "brands": list(vendor.brands),
        "facts": facts_document(vendor.facts_on(on)),
        "routes": [_route(route) for route in vendor.routes],
        "offers": [offer_document(offer) for offer in vendor.offers],
        "orders": [order_document(order) for order in vendor.orders],
        "registrations": [_registration(one) for one in vendor.registrations],
        "facts_from": [_fact_from(one) for one in vendor.facts_from],
        "sources": list(vendor.sources),
    }


def facts_document(facts: VendorFacts) -> dict[str, Any]:
    """Return the facts that are known, by the names of the facts document."""
    known = {field.name: getattr(facts, field.name) for field in fields(facts)}
    return {
        name: sorted(value)
        if isinstance(value, frozenset)
        else dict(value)
        if isinstance(value, Mapping)
        else value
        for name, value in known.items()
        if value is not None and value != {}
    }


def _fact_from(one: FactFrom) -> dict[str, Any]:
    value = sorted(one.value) if isinstance(one.value, frozenset) else one.value
    return {
        "fact": one.fact,
        "value": value,
        "from": day(one.first),
        "sources": list(one.sources),
        "confidence": one.confidence,
        "checked_on": day(one.checked_on),
    }


def _registration(entry: Registration) -> dict[str, Any]:
    return {
        "place": entry.place,
        "year": entry.year,
        **span_document(entry.span),
        "name": entry.name,
        "rights_url": entry.rights_url,
        "declares": sorted(entry.declares),
        "gives_to": sorted(entry.gives_to),
        "figures": [asdict(one) for one in entry.figures],
        "source": entry.source,
        "checked_on": day(entry.checked_on),
    }


def _route(route: Route) -> dict[str, Any]:
    return {
        "kind": route.kind,
        "address": route.address,
        "url": route.url,
        "needs": sorted(route.needs),
        "demands": sorted(route.demands),
        "places": sorted(route.places) if route.places is not None else None,
        **span_document(route.span),
        "source": route.source,
        "confidence": route.confidence,
    }


def offer_document(offer: Offer) -> dict[str, Any]:
    """Return what a vendor says it does."""
    return {
        "id": offer.id,
        "right": offer.right,
        "places": sorted(offer.places),
        **span_document(offer.span),
        "known_until": day(offer.known_until),
        "basis": offer.basis,
        "words": offer.words,
        "demands": list(offer.demands),
        "agents": offer.agents,
        "evidence": offer.evidence,
        "sources": list(offer.sources),
        "confidence": offer.confidence,
        "checked_on": day(offer.checked_on),
    }


def order_document(order: Order) -> dict[str, Any]:
    """Return what binds a vendor."""
    return {
        "id": order.id,
        "by": order.by,
        "places": sorted(order.places),
        **span_document(order.span),
        "statuses": [{"on": day(d), "status": s} for d, s in order.statuses],
        "words": order.words,
        "everybody": order.everybody,
        "binding": order.binding,
        "sources": list(order.sources),
        "confidence": order.confidence,
        "checked_on": day(order.checked_on),
    }


def jurisdiction_summary(place: Place) -> dict[str, Any]:
    """Return a place in one line of a list."""
    return {
        "code": place.code,
        "name": place.name,
        "within": sorted(place.within),
        "regions_differ": place.regions_differ,
    }


def jurisdiction_document(
    place: Place, on: date, laws: Mapping[str, Law], places: Places
) -> dict[str, Any]:
    """Return the laws of a place: in force on a day, coming, and over."""
    around = places.around(place.code)
    of_place = [(law, days_here(law, around)) for law in own_laws(place, laws, places)]
    return {
        **jurisdiction_summary(place),
        "on": day(on),
        "zone": place.zone,
        "regions": sorted(p.code for p in places if place.code in p.within)
        if place.regions_differ
        else [],
        "no_law": [
            {
                **law_summary(law),
                "sources": list(law.sources),
                "doubts": list(law.doubts),
            }
            for law in saying_none(place, on, laws)
        ],
        "laws": [
            law_summary(law)
            for law, days in of_place
            if on in days and law.on(on) is not None
        ],
        "coming": [
            law_summary(law)
            for law, days in of_place
            if law.pending or (days.first and on < days.first)
        ],
        "ended": [
            law_summary(law) for law, days in of_place if days.last and days.last < on
        ],
    }


def own_laws(place: Place, laws: Mapping[str, Law], places: Places) -> Iterable[Law]:
    """Yield the laws of a place itself, not those that a vendor's seat brings.

    Records that say that there is none are no laws.
    """
    around = places.around(place.code)
    for law in laws_of(place.code, laws, places).values():
        codes = frozenset(law.places).union(*(b.places for b in law.beside))
        if not law.absent and not around.isdisjoint(codes):
            yield law
