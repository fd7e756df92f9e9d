"""What the letter to a vendor says of a filing, and nothing more."""

from datetime import date
from typing import Any

from app.actions.choose_vendors import Chosen
from app.actions.filing_form import FilingBody
from app.actions.portal import Portal
from app.domain.basis import basis_of, cited, law_of
from app.domain.grounds import Verdict
from app.domain.vendors import Identifier
from app.letters import Clause, LetterFacts


def letter_facts(
    portal: Portal,
    body: FilingBody,
    one: Chosen,
    *,
    number: str,
    local: str,
    on: date,
) -> LetterFacts:
    """Return what the letter to one vendor says."""
    resident, law = body.resident, law_of(one.answer)
    due = law.response_due if law and law.outcome is Verdict.ELIGIBLE else None
    identifiers = {
        name.value: tuple(str(v) for v in _listed(getattr(resident, name)))
        for name in Identifier
        if name in one.route.needs and name not in {Identifier.NAME, Identifier.EMAIL}
    }
    acting = body.on_behalf
    return LetterFacts(
        vendor=one.vendor.name,
        language=one.vendor.language,
        residence=body.residence,
        basis=basis_of(one.answer, body.asks),
        clauses=tuple(
            dict.fromkeys(
                Clause(g.short_name, g.citation or "", g.right)
                for g in cited(one.answer)
            )
        ),
        count=due.period.count if due else None,
        unit=due.period.unit if due else None,
        period_of=law.short_name if due and law else None,
        name=resident.name,
        email=resident.email if Identifier.EMAIL in one.route.needs else None,
        identifiers={k: v for k, v in identifiers.items() if v},
        acting=f"{acting.name} ({acting.relation})" if acting else None,
        mandate_on=acting.mandate_agreed_on if acting else None,
        number=number,
        reply_address=f"{local}@{portal.reply_domain}",
        on=on,
        operator=portal.operator,
    )


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return list(value) if isinstance(value, list) else [value]
