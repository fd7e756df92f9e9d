"""Record what a file of vendors holds, each record by the rules of its source."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from app.actions.import_register import import_register
from app.actions.import_vendors import IMPORTED, Effect, Imported, import_vendors
from app.rulebook.broker_registry import Register
from app.rulebook.vendor_files import Foreign, Found, Rejected, Source
from app.rulebook.vendor_schema import VendorShape


def import_found(
    session: Session,
    found: Sequence[Found],
    *,
    at: datetime,
    dry_run: bool = False,
    over_edits: bool = False,
) -> list[Imported]:
    """Record vendors, and say of each record what came of it; the rejected come last."""
    ours = [one for one in found if isinstance(one, VendorShape)]
    theirs = {
        source: [
            one.shape
            for one in found
            if isinstance(one, Foreign) and one.source is source
        ]
        for source in Source
    }
    register = next((one for one in found if isinstance(one, Register)), None)
    rejected = [one for one in found if isinstance(one, Rejected)]
    done = import_vendors(
        session, ours, at=at, by=IMPORTED, dry_run=dry_run, over_edits=over_edits
    )
    for source, shapes in theirs.items():
        if register is None or source is not Source.REGISTER:
            done += import_vendors(session, shapes, at=at, by=source, dry_run=dry_run)
            continue
        refused = {one.slug for one in rejected if one.slug}
        done += import_register(
            session, register, shapes, refused, at=at, dry_run=dry_run
        )
    done += [Imported(one.name, Effect.REJECTED, one.why) for one in rejected]
    return done
