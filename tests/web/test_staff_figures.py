"""Figures for staff: each number as it is, beside its picture."""

import re
from datetime import timedelta

from app.actions.staff_figures import staff_figures
from app.store.requests import Request
from app.store.session import Store
from tests.front_desk import FrontDesk
from tests.post_office import NOON, Office

TODAY = NOON.date()


def test_what_is_open_late_answered_and_taken_on_is_counted(
    desk: FrontDesk, office: Office, store: Store
) -> None:
    me = desk.enrolled("me@example.org")
    people = [{"name": "A B", "email": f"a{n}@example.org"} for n in range(4)]
    filed = [office.sent(resident=one) for one in people]
    with store.writing() as session:
        rows = [session.get_one(Request, (f.filing, f.requests[0].id)) for f in filed]
        rows[0].sent_on = TODAY - timedelta(days=31)
        rows[1].sent_on = TODAY - timedelta(days=200)
        rows[1].due = TODAY - timedelta(days=2)
        rows[1].assigned_to = rows[2].assigned_to = me
    browser = desk.staff()
    number = filed[3].requests[0].number
    sent = {"kind": "deleted", "received_on": "2026-11-23"}
    page = browser.post(f"/staff/requests/{number}/preview", data=sent).text
    more = dict(re.findall(r'name="(shown|nonce)" value="([^"]*)"', page))
    browser.post(f"/staff/requests/{number}/replies", data=sent | more)

    with store.reading() as session:
        found = staff_figures(session, at=desk.clock())

    assert [age.count for age in found.ages] == [1, 0, 1, 0, 1]
    assert found.weeks[-1] == (TODAY, 1)
    assert sum(n for _, n in found.weeks) == 1
    [late] = found.late
    assert (late.vendor, late.late, late.open) == ("probe", 1, 3)
    assert late.oldest == TODAY - timedelta(days=2)
    loads = {one.name: (one.open, one.late, one.recorded) for one in found.loads}
    assert loads == {"clerk": (0, 0, 1), "me": (2, 1, 0)}
    with store.reading() as session:
        later = staff_figures(session, at=desk.clock() + timedelta(days=29))
    assert [load.recorded for load in later.loads] == [0, 0]
    page = browser.get("/staff/figures").text
    under = re.findall(r'<text y="84"[^>]*>([^<]*)</text>', page)[-len(found.weeks) :]
    assert all(under[::-2])
    assert not any(under[-2::-2])
    assert page.count("<svg") - page.count("<svg x=") >= 2
    assert "Probe Data Incorporated" in page
    assert "91 days and more" in page
