"""Write the letter of a request whose way was changed. The worker's alone."""

import json
from dataclasses import replace
from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session

from app.actions.address_mail import DestroyedError, UnreachableError
from app.actions.choose_vendors import Unfit, choose_one
from app.actions.desk import Desk
from app.actions.find_route import route_of
from app.actions.letter_facts import letter_facts
from app.actions.prepare_filing import MANDATE, letter_row
from app.actions.protocol_message import protocol_message
from app.actions.write_letter import answer_link, body_of
from app.store import people, requests
from app.store.opening import Opener
from app.store.outbox import Message, MessageKind
from app.store.sealing import Sealer, Where


def write_for_route(
    session: Session, desk: Desk, opener: Opener, message: Message, *, at: datetime
) -> None:
    """Write the letter of a message, sealed as those that are written at filing are.

    It rests on what was decided on that day; provisions are cited as they read now, and
    the letter goes where the route leads now. The message keeps it over all its tries.

    Raises:
        CannotOpenError: If the key that opens the person is not here.
        DestroyedError: If there is nobody left to open.
        UnreachableError: If its vendor has no such route any more.
    """
    filing = session.get_one(people.Filing, message.filing_id)
    person = session.get(people.Person, filing.id)
    request = session.get_one(requests.Request, (filing.id, message.request_id))
    if person is None or person.thing is None:
        raise DestroyedError("nothing is left of its person")
    sealed = json.loads(opener.open(person.thing, Where("person", str(filing.id))))
    body = body_of(
        sealed,
        residence=filing.residence,
        vendor=request.vendor,
        asks=filing.asks,
        language=filing.language,
    )
    on = desk.rulebook.places[filing.residence].day(at)
    route = route_of(
        desk,
        request.vendor,
        request.route,
        request.told,
        residence=filing.residence,
        filed_on=filing.filed_on,
    )
    if route is None:
        raise UnreachableError("it has no such route any more")
    one = choose_one(
        desk,
        request.vendor,
        filing.residence,
        body.facts(),
        body.asked,
        filing.filed_on,
        route=route,
    )
    if isinstance(one, Unfit):
        raise UnreachableError(one.why)
    if message.kind is MessageKind.EXERCISE:
        letter, protocol = protocol_message(body, one)
        to = route.api_base
    else:
        facts = letter_facts(
            desk,
            body,
            one,
            number=request.number,
            local=request.reply_to,
            on=on,
            answer=answer_link(desk, sealed, request.id, filing.filed_on, on),
        )
        agreed = sealed.get(MANDATE) or facts.agreed
        letter = desk.letters.request(replace(facts, agreed=agreed))
        to, protocol = route.url or route.address, None
    row = letter_row(
        filing.id,
        request.id,
        letter,
        to,
        Sealer(desk.keys.epoch, filing.receipt_public),
        protocol=protocol,
        at=at,
    )
    letters = requests.Letter.__table__
    written = session.execute(insert(letters).returning(letters.c.id), row)
    message.letter_id = written.scalar_one()
