"""The audit trail: one chain, whoever writes to it."""

from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import select

from app.store import audit
from app.store.audit import NO_LINK, AuditEntry, audit_link
from app.store.session import Store
from tests.filings import NOON


def chain(store: Store) -> list[int]:
    """Return the numbers of the entries, in order, up to the first broken one."""
    held, previous = [], NO_LINK
    with store.reading() as session:
        for row in session.scalars(select(AuditEntry).order_by(AuditEntry.seq)):
            hashed = audit_link(
                previous,
                seq=row.seq,
                at=row.at,
                actor=row.actor,
                action=row.action,
                subject=row.subject,
                detail=row.detail,
            )
            if (row.previous, row.hash) != (previous, hashed):
                break
            held.append(row.seq)
            previous = hashed
    return held


def test_each_entry_is_chained_to_the_one_before(store: Store) -> None:
    with store.writing() as session:
        audit.append(session, at=NOON, actor="serve", action="started")
        audit.append(
            session,
            at=NOON,
            actor="staff 1",
            action="revealed",
            subject="R-7Q2M-4KDX",
            reason="answer",
            count=2,
            done=True,
            note=None,
        )

    assert chain(store) == [1, 2]
    with store.reading() as session:
        entry = session.get_one(AuditEntry, 2)
        assert entry.detail == {
            "reason": "answer",
            "count": 2,
            "done": True,
            "note": None,
        }


def test_entries_written_at_once_make_one_chain(store: Store) -> None:
    def write(number: int) -> None:
        with store.writing() as session:
            audit.append(session, at=NOON, actor=f"staff {number}", action="looked")

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, range(24)))

    assert chain(store) == list(range(1, 25))


def test_what_is_rolled_back_leaves_no_gap(store: Store) -> None:
    with store.writing() as session:
        audit.append(session, at=NOON, actor="a", action="one")
    with store.rehearsing() as session:
        audit.append(session, at=NOON, actor="a", action="never")
    with store.writing() as session:
        audit.append(session, at=NOON, actor="a", action="two")

    assert chain(store) == [1, 2]


def test_a_field_that_was_changed_breaks_the_chain() -> None:
    fields = {"seq": 1, "at": NOON, "actor": "a", "action": "b", "subject": "c"}
    whole = audit_link(NO_LINK, **fields, detail={"d": 1})  # type: ignore[arg-type]

    for name, other in (("seq", 2), ("actor", "x"), ("action", "x"), ("subject", "x")):
        changed = fields | {name: other}
        assert audit_link(NO_LINK, **changed, detail={"d": 1}) != whole  # type: ignore[arg-type]
    assert audit_link(NO_LINK, **fields, detail={"d": 2}) != whole  # type: ignore[arg-type]
    assert audit_link(bytes([1] * 32), **fields, detail={"d": 1}) != whole  # type: ignore[arg-type]
