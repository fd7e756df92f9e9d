"""Records as programs of search engines read them (schema.org, JSON-LD 1.1).

Only what a record says. It holds the day from which a law counts, not that of its
signature; what a company offers to people is no ``Offer``, which is of goods.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from app.domain.laws import Law, Regulator
from app.domain.vendors import Vendor

CONTEXT = "https://schema.org"
LICENCE = "https://creativecommons.org/licenses/by/4.0/"
Linked = Mapping[str, Any]


def crumbs(steps: Sequence[tuple[str, str]]) -> Linked:
    """Return the way to a page: name and address of each page on it."""
    return _of(
        "BreadcrumbList",
        itemListElement=[
            {"@type": "ListItem", "position": n, "name": name, "item": address}
            for n, (name, address) in enumerate(steps, 1)
        ],
    )


def company(vendor: Vendor) -> Linked:
    """Return a company."""
    return _of(
        "Organization",
        name=vendor.name,
        alternateName=list(vendor.brands),
        description=vendor.about,
        url=f"https://{vendor.domains[0]}/" if vendor.domains else None,
        dissolutionDate=_day(vendor.closed_on),
    )


def law(record: Law, on: date, places: Iterable[tuple[str, str]]) -> Linked | None:
    """Return a law as it stands on a day; a record that there is none is no law.

    Args:
        record: The law.
        on: The day of which it is said whether the law is in force.
        places: Code and name of each place where it applies.
    """
    if record.absent:
        return None
    force = "InForce" if record.on(on) is not None else "NotInForce"
    return _of(
        "Legislation",
        name=record.name,
        alternateName=[record.short_name],
        legislationIdentifier=record.citation,
        legislationLegalForce=f"{CONTEXT}/{force}",
        legislationDateOfApplicability=_day(record.first_day),
        legislationJurisdiction=[area(code, name) for code, name in places],
        temporalCoverage=_span(record.first_day, record.ended),
        sameAs=list(record.official_urls),
    )


def regulator(record: Regulator, places: Iterable[tuple[str, str]]) -> Linked:
    """Return a regulator."""
    return _of(
        "GovernmentOrganization",
        name=record.name,
        url=record.url,
        areaServed=[area(code, name) for code, name in places],
    )


def jurisdiction(code: str, name: str, within: Iterable[str]) -> Linked:
    """Return a place."""
    around = [{"@type": "AdministrativeArea", "name": whole} for whole in within]
    return {"@context": CONTEXT, **area(code, name), **_set(containedInPlace=around)}


def area(code: str, name: str) -> Linked:
    """Return a place by its code (ISO 3166)."""
    return {"@type": "AdministrativeArea", "identifier": code, "name": name}


def dataset(
    *,
    name: str,
    about: str,
    address: str,
    version: str,
    on: date,
    creator: str,
    files: Iterable[tuple[str, str]],
) -> Linked:
    """Return the public data set of a day; ``files`` are address and media type."""
    return _of(
        "Dataset",
        name=name,
        description=about,
        url=address,
        version=version,
        temporalCoverage=on.isoformat(),
        license=LICENCE,
        isAccessibleForFree=True,
        creator={"@type": "Organization", "name": creator},
        distribution=[
            {"@type": "DataDownload", "contentUrl": where, "encodingFormat": kind}
            for where, kind in files
        ],
    )


def _of(kind: str, **said: Any) -> Linked:
    return {"@context": CONTEXT, "@type": kind, **_set(**said)}


def _set(**said: Any) -> dict[str, Any]:
    """Return what is known."""
    return {name: value for name, value in said.items() if value}


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _span(first: date | None, last: date | None) -> str | None:
    """Return a time as ISO 8601 writes it, open where it is."""
    if first is None and last is None:
        return None
    return f"{_day(first) or '..'}/{_day(last) or '..'}"
