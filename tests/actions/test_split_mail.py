"""A mail that answers several people lives as long as one of them waits for it."""

from collections.abc import Iterator

import pytest

from app.actions.erase_filing import destroy_personal
from app.actions.prepare_filing import Filed
from app.actions.record_reply import Recorded, ReplyBody, record_reply
from app.actions.reseal import reseal_filing
from app.actions.sort_mail import Sorted
from app.actions.split_mail import parts_of, split_mail
from app.channels.mail_reader import MailReader
from app.store.base import new_id
from app.store.inbox import InboxMessage, MailState
from tests.letterbox import Post, mail, names
from tests.post_office import NOON, Office


@pytest.fixture(scope="module")
def reader() -> Iterator[MailReader]:
    reader = MailReader()
    yield reader
    reader.close()


@pytest.fixture
def post(office: Office, reader: MailReader) -> Post:
    return Post(office, reader, names())


@pytest.fixture
def two(office: Office) -> list[Filed]:
    """One to whom a mail came, and another whom it answers, too."""
    people = [{"name": "A B", "email": f"a{n}@example.org"} for n in range(2)]
    return [office.sent(resident=one) for one in people]


@pytest.fixture
def split(office: Office, post: Post, two: list[Filed]) -> InboxMessage:
    one, other = two
    [kept] = post.takes(mail(post.address(one), text="We know neither of you."))
    with office.writing() as session:
        done = split_mail(
            session,
            office.post.desk,
            kept.id,
            other.requests[0].number,
            at=NOON,
            staff_id=new_id(NOON),
        )
    assert done == Sorted()
    return kept


def erased(office: Office, filed: Filed) -> None:
    with office.writing() as session:
        destroy_personal(session, filed.filing, at=NOON)


def recorded(office: Office, filed: Filed, kept: InboxMessage) -> None:
    reply = ReplyBody.model_validate(
        {"received_on": NOON.date(), "kind": "nothing_found"}
    )
    desk, request = office.post.desk, filed.requests[0].id
    with office.writing() as session:
        done = record_reply(
            session, desk, request, reply, at=NOON, staff_id=None, mail_id=kept.id
        )
    assert isinstance(done, Recorded)


@pytest.mark.usefixtures("split")
def test_who_still_waits_for_a_mail_keeps_it_when_the_first_is_erased(
    office: Office, post: Post, two: list[Filed]
) -> None:
    one, other = two

    erased(office, one)

    [kept] = post.kept()
    assert (kept.filing_id, kept.state) == (other.filing, MailState.WAITING)
    assert post.content(kept).endswith(b"We know neither of you.\r\n")
    with office.writing() as session:
        assert parts_of(session, kept.id) == ()
        assert reseal_filing(session, other.filing, opener=office.post.opener)
    assert post.kept()[0].key_receipt

    recorded(office, other, kept)
    assert [m.thing for m in post.kept()] == [None], "it named the first, too"


def test_a_mail_read_for_all_is_destroyed_with_whoever_is_erased_first(
    office: Office, post: Post, two: list[Filed], split: InboxMessage
) -> None:
    one, other = two
    recorded(office, one, split)

    erased(office, other)

    assert [(m.thing, m.state) for m in post.kept()] == [(None, MailState.RECORDED)]


def test_a_mail_that_names_who_is_erased_stays_until_it_is_read(
    office: Office, post: Post, two: list[Filed], split: InboxMessage
) -> None:
    one, other = two
    recorded(office, other, split)

    erased(office, other)
    assert post.kept()[0].thing is not None, "the first would lose its answer"

    recorded(office, one, split)
    assert post.kept()[0].thing is None
