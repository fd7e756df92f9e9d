"""What the letter to a vendor says of a filing, and nothing more."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from app.actions.choose_vendors import Chosen
from app.actions.desk import Desk
from app.actions.filing_form import FilingBody
from app.domain.basis import Invoked, is_sure
from app.domain.facts import Capacity
from app.domain.grounds import Ground, GroundKind
from app.domain.laws import LawPack, RightKind, Step
from app.domain.vendors import Identifier, OfferBasis, Vendor
from app.letters import Clause, LetterFacts, Term
from app.words.mandate import mandate
from app.words.naming import name_of
from app.words.provisions import provision


def letter_facts(
    desk: Desk,
    body: FilingBody,
    one: Chosen,
    *,
    number: str,
    local: str,
    on: date,
    own: bool = False,
    language: str | None = None,
    answer: tuple[str, date] | None = None,
) -> LetterFacts:
    """Return what the letter to one vendor says.

    ``own`` is one that the resident sends; ``language`` is given where it is not the
    vendor that reads it; ``answer`` is the link on which it answers, and its last day.
    """
    resident, rests = body.resident, one.rests
    language = language or one.vendor.language_for(one.route, body.language)
    cite = _Citing(desk.rulebook.pack, language, on)
    identifiers = {
        name.value: tuple(str(v) for v in _listed(getattr(resident, name)))
        for name in Identifier
        if name in one.route.needs and name not in {Identifier.NAME, Identifier.EMAIL}
    }
    acting = body.on_behalf
    return LetterFacts(
        vendor=one.vendor.name,
        language=language,
        residence=body.residence,
        asks=body.asked,
        basis=rests.basis,
        clauses=cite.all(rests.deletes),
        sure=rests.sure,
        also=cite.all(rests.also),
        stops=cite.all(g for g in rests.stops if g.kind is not GroundKind.OFFER),
        stops_surely=rests.stops_surely,
        offered=_offered(rests, one.vendor),
        objection=cite.objection(rests),
        recipients=cite.recipients(rests),
        consent=rests.consent,
        correction=rests.correction,
        term=cite.term(rests),
        regulator=_regulator(rests.law),
        complaint=cite.complaint(rests),
        name=resident.name,
        email=resident.email if Identifier.EMAIL in one.route.needs else None,
        identifiers={k: v for k, v in identifiers.items() if v},
        acting=acting.name if acting else None,
        relation=acting.relation if acting else None,
        child=acting is not None and body.person.capacity is Capacity.PARENT_OF_CHILD,
        mandate_on=acting.mandate_agreed_on if acting else None,
        with_mandate=acting is not None and one.route.mandate,
        agreed=mandate(body.language, body.asked) if acting else None,
        agreed_in=body.language,
        number=number,
        reply_address=f"{local}@{desk.portal.reply_domain}",
        answer_link=answer[0] if answer else None,
        answer_until=answer[1] if answer else None,
        own=own,
        proof_demanded=bool(one.route.demands),
        on=on,
        operator=desk.portal.operator,
    )


class _Citing:
    """Names laws and their provisions in the language of a letter, as of its day."""

    def __init__(self, pack: LawPack, language: str, on: date) -> None:
        self._pack, self._language, self._on = pack, language, on

    def all(self, grounds: Iterable[Ground]) -> tuple[Clause, ...]:
        """Return what is cited, each once."""
        return tuple(dict.fromkeys(map(self._clause, grounds)))

    def _clause(self, ground: Ground) -> Clause:
        if ground.kind is GroundKind.ORDER:
            return Clause(provision(ground.short_name, self._language), None, "order")
        return Clause(self._name(ground), ground.citation, ground.right)

    def _name(self, ground: Ground) -> str:
        return name_of(self._pack.laws[ground.id], self._language)

    def _step(self, ground: Ground | None) -> Step | None:
        return self._pack.laws[ground.id].on(self._on) if ground else None

    def _under(self, ground: Ground | None, citation: str | None) -> Clause | None:
        return Clause(self._name(ground), citation) if ground and citation else None

    def objection(self, rests: Invoked) -> Clause | None:
        """Return by what the person objects, under a law that is invoked anyway."""
        for ground in rests.deletes:
            step = self._step(ground) if ground.kind is GroundKind.LAW else None
            for right in step.rights if step else ():
                if right.kind is RightKind.OBJECTION:
                    return self._under(ground, right.citation)
        return None

    def recipients(self, rests: Invoked) -> Clause | None:
        """Return by what those who were given the data are told."""
        step = self._step(rests.law)
        return self._under(rests.law, step.recipients if step else None)

    def complaint(self, rests: Invoked) -> Clause | None:
        """Return by what the person may complain."""
        step = self._step(rests.law)
        found = step.complaint if step else None
        return self._under(rests.law, found.citation if found else None)

    def term(self, rests: Invoked) -> Term | None:
        """Return how long the vendor may take; what is only recommended binds nobody."""
        law, due = rests.law, rests.due
        if law is None or due is None or not due.period.binding:
            return None
        period = due.period
        return Term(
            count=period.count,
            unit=period.unit,
            stands_in=Clause(self._name(law), period.citation),
            promptly=period.promptly,
            sure=is_sure(law),
        )


def _offered(rests: Invoked, vendor: Vendor) -> OfferBasis | None:
    """Return why the vendor says that it takes opt-outs: because it must, or freely."""
    bases = {o.id: o.basis for o in vendor.offers}
    offers = (g for g in rests.stops if g.kind is GroundKind.OFFER and is_sure(g))
    found = [bases[g.id] for g in offers]
    return min(found, key=list(OfferBasis).index, default=None)


def _regulator(law: Ground | None) -> str | None:
    found = law.regulator if law else None
    return (found.in_letters or found.name) if found else None


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return list(value) if isinstance(value, list) else [value]
