"""Write what goes to a company's own system by the Data Rights Protocol."""

from typing import Any

from app.actions.choose_vendors import Chosen
from app.actions.filing_form import FilingBody
from app.domain.basis import Basis
from app.domain.drp import Exercise, Profile, identity_of, regime_of
from app.domain.grounds import GroundKind, Verdict
from app.domain.vendors import Route
from app.letters import Letter
from app.words.protocol import fields_said, subject_said


def protocol_message(body: FilingBody, one: Chosen) -> tuple[Letter, dict[str, Any]]:
    """Return what a request says by the protocol: as a person reads it, and as data.

    The data holds where it goes, so that it goes where the person read that it would.
    """
    right = exercise_of(one)
    claims = claims_of(body, one)
    letter = Letter(
        language=body.language,
        subject=subject_said(body.language),
        text=fields_said(right, claims, body.language),
    )
    return letter, {"to": where(one.route), "right": right, "claims": claims}


def where(route: Route) -> dict[str, Any]:
    """Return how a route leads to a company's server."""
    return {
        "api_base": route.api_base or "",
        "business_id": route.business_id or "",
        "profile": Profile(route.profile or Profile.FULL),
        "trailing_slash": route.trailing_slash,
    }


def exercise_of(one: Chosen) -> Exercise:
    """Return the right that a request uses: an opt-out where no more is owed."""
    opts_out = one.rests.basis is Basis.OPT_OUT
    return Exercise.OPT_OUT if opts_out else Exercise.DELETION


def claims_of(body: FilingBody, one: Chosen) -> dict[str, Any]:
    """Return who asks and under which law, and no more than the business can use."""
    resident, rests = body.resident, one.rests
    grounds = rests.stops if rests.basis is Basis.OPT_OUT else rests.deletes
    regime = regime_of(
        ground.id
        for ground in grounds
        if ground.kind is GroundKind.LAW and ground.outcome is not Verdict.NOT_ELIGIBLE
    )
    named = {"regime": regime} if regime else {}
    return named | identity_of(
        one.route.needs,
        name=resident.name,
        email=resident.email,
        phones=resident.phones,
        addresses=resident.addresses,
        residence=body.residence,
    )
