"""The cards of companies, places, laws and regulators, of each and of all."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import date

from app.domain.best_cells import Best, best_cells
from app.domain.coverage import Coverage
from app.domain.grounds import Verdict
from app.domain.laws import Law
from app.domain.places import Place
from app.domain.regulators import Known
from app.domain.standing import reads_here
from app.domain.vendors import Vendor
from app.pictures import Bar, Card
from app.web.coverage.cards.teller import Teller
from app.web.coverage.choosing import kind_of
from app.words.languages import place_name
from app.words.marks import mark
from app.words.records import own_laws
from app.words.terms import SECTORS

MANY = mark("Covered by law in %(n)s of %(all)s places on %(day)s")
NO_LAW = mark("No law that we know of was in force.")
NAMED = 3
"""Laws that are named in a line; more are counted."""
BARS = 6
"""Kinds of companies of which there is a bar; the rest are one."""


def vendor_card(tell: Teller, vendor: Vendor, table: Coverage) -> Card:
    """Tell where people are covered for one company."""
    own = best_cells(table.part([vendor], table.places))
    return of_places(tell, vendor.name, tuple(own), table.on)


def of_places(tell: Teller, heading: str, best: Sequence[Best], on: date) -> Card:
    """Tell in how many places people are covered, by the best cell of each."""
    counted = Counter(one.cell.verdict for one in best)
    named = {"n": counted[Verdict.ELIGIBLE], "all": len(best), "day": tell.day(on)}
    return tell.card(
        heading,
        f"{tell.say(MANY) % named}.",
        on,
        count=tell.places(len(best)),
        counts=tell.verdicts(counted),
    )


def vendors_card(tell: Teller, vendors: Collection[Vendor], on: date) -> Card:
    """Tell how many companies there are of which kind."""
    kinds = Counter(kind_of(vendor, on) for vendor in vendors).most_common()
    rest = sum(n for _, n in kinds[BARS:])
    bars = [(tell.say(SECTORS[kind]), n) for kind, n in kinds[:BARS]]
    bars += [(tell.say(mark("Other kinds")), rest)] if rest else []
    most = max((n for _, n in bars), default=1)
    line = tell.say(
        mark("%(day)s: companies that hold data about people, and what each one owes.")
    )
    return tell.card(
        tell.say(mark("Companies")),
        line % {"day": tell.day(on)},
        on,
        count=tell.companies(len(vendors)),
        bars=tuple(
            Bar(name, tell.number(n), (("eligible", n / most),)) for name, n in bars
        ),
    )


def place_card(tell: Teller, place: Place, table: Coverage) -> Card:
    """Tell which laws are in force in a place, and what companies owe there."""
    laws = own_laws(place, tell.rulebook.pack.laws, tell.rulebook.places)
    around = tell.rulebook.places.around(place.code)
    names = [tell.law(law) for law in laws if reads_here(law, around, table.on)]
    line = _laws(tell, names, tell.say(mark("In force on that day")), table.on)
    counted = Counter(cell.verdict for cell in table.rows.get(place.code, ()))
    return tell.card(
        place_name(place.code, tell.language),
        line or tell.say(NO_LAW),
        table.on,
        count=tell.companies(counted.total()) if counted else "",
        counts=tell.verdicts(counted),
    )


def places_card(tell: Teller, with_law: Collection[str], on: date) -> Card:
    """Tell in how many of the places that were looked at a law is in force.

    Args:
        tell: Whose words they are.
        with_law: The codes of these places.
        on: The day.
    """
    return with_and_without(
        tell,
        tell.card(tell.say(mark("Places")), law_in(tell, with_law, on), on),
        with_law,
    )


def law_in(tell: Teller, with_law: Collection[str], on: date) -> str:
    """Return in how many of the places that were looked at a law is in force."""
    named = {"n": len(with_law), "all": len(tell.known), "day": tell.day(on)}
    line = mark(
        "A law on deleting data was in force in %(n)s of %(all)s places on %(day)s."
    )
    return tell.say(line) % named


def with_and_without(tell: Teller, card: Card, with_law: Collection[str]) -> Card:
    """Return a card with a map of the places in which a law is in force."""
    left = len(tell.known) - len(with_law)
    lines = (
        ("eligible", tell.counted(tell.say(mark("A law is in force")), len(with_law))),
        ("not_eligible", tell.counted(tell.say(mark("None that we know of")), left)),
    )
    return replace(tell.filled(card, with_law), counts=lines)


def law_card(tell: Teller, law: Law, on: date) -> Card:
    """Tell whether a law is in force, and where."""
    day = {"day": tell.day(on)}
    if law.absent:
        line = tell.say(
            mark("This is no law: it says that we looked and found no general one.")
        )
    elif law.on(on) is not None:
        line = tell.say(mark("In force on %(day)s.")) % day
    elif law.pending:
        line = tell.say(mark("A bill. It gives nothing yet."))
    else:
        line = tell.say(mark("Not in force on %(day)s.")) % day
    there = len(tell.where(law.places_on(on)))
    return tell.card(
        tell.law(law),
        f"{law.name}. {line}" if law.name != law.short_name else line,
        on,
        count="" if law.on(on) is None else tell.places(there),
    )


def laws_card(
    tell: Teller, laws: Iterable[Law], with_law: Collection[str], on: date
) -> Card:
    """Tell how many laws are in force, and in which places one is.

    Args:
        tell: Whose words they are.
        laws: Every record.
        with_law: The codes of the places in which a law is in force.
        on: The day.
    """
    read = [law for law in laws if not law.absent]
    standing = sum(law.on(on) is not None for law in read)
    named = {"n": standing, "all": len(read), "day": tell.day(on)}
    line = mark("%(n)s of the %(all)s laws that we have read were in force on %(day)s.")
    card = tell.card(tell.say(mark("Laws")), tell.say(line) % named, on)
    return with_and_without(tell, card, with_law)


def regulator_card(tell: Teller, known: Known, on: date) -> Card:
    """Tell which laws a regulator enforces."""
    names = [
        tell.law(charge.law)
        for charge in known.charges
        if reads_here(charge.law, charge.places, on) and not charge.law.absent
    ]
    line = _laws(tell, names, tell.say(mark("Laws that it enforces")), on)
    return tell.card(
        known.regulator.name,
        line or tell.say(NO_LAW),
        on,
        count=tell.places(len(tell.where(known.places))),
    )


def _laws(tell: Teller, names: list[str], head: str, on: date) -> str:
    """Return the laws of a day by name, or nothing where there is none."""
    shown, more = names[:NAMED], len(names) - NAMED
    if more > 0:
        shown.append(tell.ngettext("%(num)s more", "%(num)s more", more))
    named = ", ".join(shown)
    return f"{tell.day(on)}. {head}{tell.colon} {named}." if names else ""
