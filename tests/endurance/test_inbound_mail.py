"""Mails of real-world shapes: each filed, held or dropped as it should be; none moves.

``EFFACE_TEST_INBOUND=500`` is the full size; it prints what became of them.
"""

import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random

from app.actions.receive import receive
from app.channels.mail_in import Arrived
from app.channels.mail_reader import MailReader, Raw
from app.domain.authenticity import Authenticity
from app.domain.timeline import Status
from app.store.keys import Keys
from app.store.session import Store
from tests.inbound_shapes import Shape, Writer
from tests.letterbox import Post, Waiting, names
from tests.post_office import NOON, post_office

MAILS = int(os.environ.get("EFFACE_TEST_INBOUND", "120"))


@dataclass
class Mailbox(Waiting):
    """A mailbox of shapes, each as large as it says."""

    shapes: list[Shape] = field(default_factory=list)

    def arrived(self) -> Iterator[Arrived]:
        for place, shape in enumerate(self.shapes):
            if str(place) not in self.read:
                size = shape.size or len(shape.content)
                yield Arrived(str(place), Raw(shape.content, size))


def test_each_mail_comes_where_it_should_and_moves_nothing(
    one_engine: Store, keys: Keys
) -> None:
    office = post_office(one_engine, keys)
    filed = office.sent()
    post = Post(office, MailReader(), names())
    writer = Writer(Random(20417), post.address(filed), post.letter_id(filed))
    box = Mailbox(shapes=[writer.shape() for _ in range(MAILS)])
    post.waiting = box
    before = office.timeline(filed), len(office.messages(filed))

    took = 0
    while count := receive(office.store, office.post.desk, post.box, at=NOON):
        took += count
    post.reader.close()

    kept = iter(post.kept())
    became: Counter[str] = Counter()
    for shape in box.shapes:
        expected = shape.expected
        if not expected.kept:
            became["dropped, our own"] += 1
            continue
        mail = next(kept)
        found = (mail.state, mail.kind, mail.matched, mail.held, mail.suggested_kind)
        assert found == (
            expected.state,
            expected.kind,
            expected.matched,
            expected.held,
            expected.suggested,
        ), shape.name
        assert mail.authenticity is Authenticity.NOT_PROVED
        became[f"{mail.state}, {'held' if mail.held else mail.kind}"] += 1
    assert next(kept, None) is None
    assert took == len(box.read) == MAILS
    assert (office.timeline(filed), len(office.messages(filed))) == before
    assert office.request(filed).status is Status.SENT
    told = ", ".join(f"{n} {what}" for what, n in sorted(became.items()))
    print(f"\n{MAILS} mails: {told}; none moved the request")  # noqa: T201
