"""Read the directory of vendors from the database, as one immutable snapshot."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from app.actions.foresee_mergers import directories_ahead
from app.domain.vendors import Directory, Vendor
from app.rulebook.vendor_schema import VendorShape
from app.store import vendors
from app.store.refusals import refusing


def read_directory(session: Session, known: Directory | None = None) -> Directory:
    """Return the directory; the one that is known already where nothing changed."""
    version = vendors.version(session)
    if known is not None and known.version == version:
        return known
    tables, recorded = _tables(session)
    found = {
        slug: replace(_vendor(one), recorded_on=recorded[slug].date())
        for slug, one in tables.items()
    }
    doubles = {
        slug: one
        for slug, one in found.items()
        if one.double is not None and not one.double.waits
    }
    listed = {slug: one for slug, one in found.items() if slug not in doubles}
    now = Directory(listed, version, doubles, refusing=refusing(session))
    return replace(now, later=tuple(directories_ahead(session, now)))


def vendor_tables(session: Session) -> dict[str, dict[str, object]]:
    """Return every vendor as the tables of a vendor file, by slug."""
    return _tables(session)[0]


def _tables(
    session: Session,
) -> tuple[dict[str, dict[str, object]], dict[str, datetime]]:
    """Return the same, and when anything of each was last written."""
    found: dict[str, dict[str, object]] = {}
    recorded: dict[str, datetime] = {}
    for (slug, _), row in vendors.newest(session, "vendor").items():
        if row.document is not None:
            found[slug], recorded[slug] = dict(row.document), row.recorded_at
    for part, name in vendors.LISTS.items():
        for (slug, _), row in sorted(vendors.newest(session, part).items()):
            if slug not in found:
                continue
            recorded[slug] = max(recorded[slug], row.recorded_at)
            if row.document is not None:
                several = found[slug].setdefault(name, [])
                assert isinstance(several, list)  # noqa: S101 - made one line above
                several.append(row.document)
    return found, recorded


def _vendor(tables: dict[str, object]) -> Vendor:
    return VendorShape.model_validate(tables).value()
