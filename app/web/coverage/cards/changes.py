"""The cards of what changed: of all changes, of one, and of two days."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from app.domain.changes import EVERYWHERE, Change, Direction
from app.domain.comparison import Difference
from app.domain.places import Place
from app.domain.vendors import Directory
from app.pictures import Bar, Card
from app.web.coverage.cards.teller import Teller
from app.web.coverage.change_views import Viewer
from app.words.marks import mark
from app.words.terms import DIRECTIONS

CHANGED = mark("Who gained or lost the right to have data deleted")
TURNED = {
    frozenset({True}): "eligible",
    frozenset({False}): "opt_out_only",
    frozenset({True, False}): "varies",
    frozenset(): "not_eligible",
}
"""What a place wears by what became of its answers."""
KEY = {
    "eligible": DIRECTIONS[Direction.GAINED],
    "opt_out_only": DIRECTIONS[Direction.LOST],
    "varies": mark("Not the same for all companies or regions"),
    "not_eligible": DIRECTIONS[Direction.SAME],
}
YEARS = 5
"""Years of which there is a bar: the last ones in which something changed."""
SIGNS = {
    "eligible": DIRECTIONS[Direction.GAINED],
    "varies": mark("Some gained, others lost"),
    "opt_out_only": DIRECTIONS[Direction.LOST],
    "not_eligible": DIRECTIONS[Direction.SAME],
}
"""What a part of a bar wears, and what it did; corrections are with the last."""


def changes_card(
    tell: Teller,
    past: Sequence[Change],
    whose: str,
    on: date,
    directory: Directory,
) -> Card:
    """Tell how much has changed, how much a year, and what last.

    Args:
        tell: Whose words they are.
        past: The changes that were asked for, the latest first.
        whose: What they were cut to, in words; empty where to nothing.
        on: The day up to which they are.
        directory: Whose companies they name.
    """
    head = f"{tell.day(on)}, {whose}" if whose else tell.day(on)
    line = f"{head}{tell.colon} "
    line += tell.ngettext("%(num)s change", "%(num)s changes", len(past))
    for read in Viewer(directory, tell.rulebook, tell.language).read(past[:1]):
        latest = tell.say(mark("The latest, on %(day)s: %(title)s"))
        line += f". {latest % {'day': tell.day(read.change.on), 'title': read.title}}"
    card = tell.card(tell.say(CHANGED), line, on)
    counted = Counter((change.on.year, sign_of(change)) for change in past)
    years = sorted({year for year, _ in counted}, reverse=True)[:YEARS]
    whole = {year: sum(counted[year, sign] for sign in SIGNS) for year in years}
    most = max(whole.values(), default=1)
    return replace(
        card,
        count=tell.say(mark("Changes, year by year")) if years else "",
        bars=tuple(
            Bar(
                str(year),
                tell.number(whole[year]),
                tuple((s, counted[year, s] / most) for s in SIGNS if counted[year, s]),
            )
            for year in years
        ),
        key=tuple(
            (sign, tell.say(words))
            for sign, words in SIGNS.items()
            if any(counted[year, sign] for year in years)
        ),
    )


def sign_of(change: Change) -> str:
    """Return what a change wears in a bar."""
    gained = Direction.GAINED in change.directions
    if Direction.LOST in change.directions:
        return "varies" if gained else "opt_out_only"
    return "eligible" if gained else "not_eligible"


def change_card(tell: Teller, change: Change, on: date, directory: Directory) -> Card:
    """Tell of one change, and where it changed answers or is in force."""
    viewer = Viewer(directory, tell.rulebook, tell.language)
    (view,) = viewer.views([change])
    said = [viewer.sentence(effect) for effect in view.effects]
    line = "; ".join(said) or view.read.note or view.read.why or ""
    card = tell.card(view.read.title, f"{tell.day(change.on)}. {line}", on)
    codes = set(_codes(change))
    return tell.filled(card, codes) if codes - {EVERYWHERE} else card


def _codes(change: Change) -> Iterable[str]:
    if not change.effects:
        return change.places
    return [code for effect in change.effects for code in effect.places]


def compared_card(
    tell: Teller,
    days: tuple[date, date],
    whose: str,
    differing: int,
    answers: int,
) -> Card:
    """Tell how many answers differ between two days.

    Args:
        tell: Whose words they are.
        days: The days.
        whose: What the answers were cut to, in words; empty where to nothing.
        differing: How many answers differ.
        answers: Of how many.
    """
    first, last = (tell.day(day) for day in days)
    head = tell.say(mark("%(first)s and %(last)s")) % {"first": first, "last": last}
    head = f"{head}, {whose}" if whose else head
    many = tell.ngettext("%(num)s answer differs", "%(num)s answers differ", differing)
    of = tell.say(mark("of %(num)s")) % {"num": tell.number(answers)}
    card = tell.card(
        tell.say(mark("What differs between two days")),
        f"{head}{tell.colon} {many}, {of}.",
        days[1],
    )
    return replace(card, foot=tell.foot_of_two(days))


def differences_on_map(
    tell: Teller,
    card: Card,
    differences: Iterable[Difference],
    places: Iterable[Place],
) -> Card:
    """Return a card with the places on a map in which an answer differs, and how."""
    gained: dict[str, set[bool]] = {place.code: set() for place in places}
    for one in differences:
        gained[one.residence].add(one.gained)
    signs = {code: TURNED[frozenset(found)] for code, found in gained.items()}
    card = tell.mapped(card, signs)
    there = {sign for sign, *_ in card.tiles}
    lines = tuple(
        (sign, tell.say(words)) for sign, words in KEY.items() if sign in there
    )
    return replace(card, counts=lines)
