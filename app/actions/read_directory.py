"""Read the directory of vendors from the database, as one immutable snapshot."""

from sqlalchemy.orm import Session

from app.domain.vendors import Directory, Vendor
from app.rulebook.vendor_schema import VendorShape
from app.store import vendors


def read_directory(session: Session, known: Directory | None = None) -> Directory:
    """Return the directory; the one that is known already where nothing changed."""
    version = vendors.version(session)
    if known is not None and known.version == version:
        return known
    found = {slug: _vendor(tables) for slug, tables in vendor_tables(session).items()}
    return Directory(found, version)


def vendor_tables(session: Session) -> dict[str, dict[str, object]]:
    """Return every vendor as the tables of a vendor file, by slug."""
    found: dict[str, dict[str, object]] = {
        slug: dict(row.document)
        for (slug, _), row in vendors.newest(session, "vendor").items()
        if row.document is not None
    }
    for part, name in vendors.LISTS.items():
        rows = sorted(vendors.newest(session, part).items())
        for (slug, _), row in rows:
            if row.document is not None and slug in found:
                several = found[slug].setdefault(name, [])
                assert isinstance(several, list)  # noqa: S101 - made one line above
                several.append(row.document)
    return found


def _vendor(tables: dict[str, object]) -> Vendor:
    return VendorShape.model_validate(tables).value()
