"""The eligibility answer as one JSON document (contract, section 3)."""

from typing import Any

from app.domain.best_cells import best_cells
from app.domain.coverage import Coverage
from app.domain.eligibility import Answer
from app.domain.grounds import Ground, GroundKind
from app.words.answers import Say, applies_to, sentence, why
from app.words.marks import mark
from app.words.terms import OFFERS

_SUMMARY_WITHOUT_VENDOR = mark("this company")
_OFFER = mark("Own offer: {right}")


def eligibility_document(
    answer: Answer, *, vendor_name: str | None, law_pack: str, say: Say
) -> dict[str, Any]:
    """Return the document that the command and the API both answer with."""
    name = vendor_name or say(_SUMMARY_WITHOUT_VENDOR)
    change = answer.next_change
    return {
        "residence": answer.residence,
        "vendor": answer.vendor,
        "on": answer.on.isoformat(),
        "verdict": answer.verdict,
        "summary": sentence(answer, name, say),
        "grounds": [_ground(ground, say) for ground in answer.grounds],
        "pending": [
            {
                "id": p.id,
                "short_name": p.short_name,
                "stage": p.stage,
                "from": p.first_day.isoformat() if p.first_day else None,
            }
            for p in answer.pending
        ],
        "next_change": change
        and {
            "on": change.on.isoformat(),
            "verdict": change.verdict,
            "because": change.because,
        },
        "law_pack": law_pack,
    }


def _short_name(ground: Ground, say: Say) -> str:
    """Return what a ground is called: an offer, which has no name, by what it gives."""
    if ground.kind is not GroundKind.OFFER or ground.right is None:
        return ground.short_name
    return say(_OFFER).format(right=say(OFFERS[ground.right]))


def _ground(ground: Ground, say: Say) -> dict[str, Any]:
    document: dict[str, Any] = {
        "kind": ground.kind,
        "id": ground.id,
        "short_name": _short_name(ground, say),
        "outcome": ground.outcome,
        "reasons": [
            {"code": r.code, "text": why(r, ground, say)} for r in ground.reasons
        ],
        "unknown_facts": list(ground.unknown_facts),
        "right": ground.right,
        "sources": list(ground.sources),
        "confidence": ground.confidence,
        "checked_on": ground.checked_on.isoformat() if ground.checked_on else None,
    }
    if ground.kind is GroundKind.LAW:
        regulator = ground.regulator
        document |= {
            "citation": ground.citation,
            "response_due": _response_due(ground, say),
            "agent_allowed": ground.agent_allowed,
            "by_vendor_seat": ground.by_seat,
            "regulator": regulator
            and {
                "name": regulator.name,
                "url": regulator.url,
                "complaint_url": regulator.complaint_url,
            },
        }
    if ground.order_status is not None:
        document["status"] = ground.order_status
    return document


def _response_due(ground: Ground, say: Say) -> dict[str, Any] | None:
    due = ground.response_due
    if due is None:
        return None
    period = due.period
    return {
        "count": period.count,
        "unit": period.unit,
        "purpose": due.purpose,
        "applies_to": applies_to(ground, say),
    }


COVERAGE_COLUMNS = ("on", "vendor", "residence", "verdict", "ground", "short_name")
"""The columns of the coverage table as CSV."""


def coverage_rows(coverage: Coverage) -> list[tuple[str | None, ...]]:
    """Return the coverage table, one row for each vendor and residence."""
    on = coverage.on.isoformat()
    return [
        (
            on,
            vendor.slug,
            place.code,
            cell.verdict.value,
            cell.ground,
            cell.short_name,
        )
        for place in coverage.places
        for vendor, cell in zip(
            coverage.vendors, coverage.rows[place.code], strict=True
        )
    ]


def coverage_document(coverage: Coverage, *, law_pack: str) -> dict[str, Any]:
    """Return the coverage table as one JSON document."""
    return {
        "on": coverage.on.isoformat(),
        "law_pack": law_pack,
        "vendors": [{"slug": v.slug, "name": v.name} for v in coverage.vendors],
        "residences": [{"code": p.code, "name": p.name} for p in coverage.places],
        "cells": [
            dict(zip(COVERAGE_COLUMNS[1:], row[1:], strict=True))
            for row in coverage_rows(coverage)
        ],
    }


def best_rows(coverage: Coverage) -> list[tuple[str | int | None, ...]]:
    """Return the best row of each residence, and how many vendors have its verdict."""
    return [
        (
            coverage.on.isoformat(),
            best.vendor.slug,
            best.place.code,
            best.cell.verdict.value,
            best.cell.ground,
            best.cell.short_name,
            best.alike,
        )
        for best in best_cells(coverage)
    ]


def best_document(coverage: Coverage, *, law_pack: str) -> dict[str, Any]:
    """Return the best row of each residence as one JSON document."""
    columns = (*COVERAGE_COLUMNS[1:], "vendors")
    return {
        "on": coverage.on.isoformat(),
        "law_pack": law_pack,
        "vendors": [{"slug": v.slug, "name": v.name} for v in coverage.vendors],
        "cells": [
            dict(zip(columns, row[1:], strict=True)) for row in best_rows(coverage)
        ],
    }
