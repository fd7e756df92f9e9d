"""The cards of published figures: how companies answer, and where no law helps."""

from dataclasses import replace
from datetime import date

from app.actions.read_figures import Published, PublishedFigure, PublishedGap
from app.domain.figures import NO_LAW, SEVERAL, Course
from app.domain.vendors import Directory
from app.pictures import Bar, Card
from app.web.coverage.cards.teller import Teller
from app.words.figures import COURSES, people_of
from app.words.languages import place_name
from app.words.marks import mark

BARS, BARS_WITH_QUARTER = 4, 3
"""Figures that are drawn, of those of the most people; fewer where a name is longer."""
SYNTHETIC = mark("Demonstration: the people and figures on this site are made up.")
SIGNS = {
    "eligible": COURSES[Course.IN_TIME],
    "offered": COURSES[Course.UNDATED],
    "opt_out_only": COURSES[Course.LATE],
    "varies": COURSES[Course.NO_ANSWER],
    "not_eligible": mark("All else, and what is not told"),
}
"""What a part of a bar wears, and what came of it."""
WEARS = {
    Course.IN_TIME: "eligible",
    Course.UNDATED: "offered",
    Course.LATE: "opt_out_only",
    Course.NO_ANSWER: "varies",
}


def figures_card(
    tell: Teller, published: Published, company: str, on: date, directory: Directory
) -> Card:
    """Tell how companies answer, by the figures that rest on most people.

    Args:
        tell: Whose words they are.
        published: What was published of what was asked for.
        company: The one that was asked for, by name; empty where all.
        on: The day.
        directory: Whose companies they are.
    """
    heading = (
        tell.say(mark("Does %(company)s answer?")) % {"company": company}
        if company
        else tell.say(mark("Which companies answer?"))
    )
    many = len({one.vendor for one in published.figures})
    told = tell.companies(many) if many and not company else ""
    card = tell.card(heading, _asked(tell, published, told, on), on)
    told_of = (f for f in published.figures if WEARS.keys() & f.figure.courses.alone)
    most = sorted(told_of, key=lambda f: -people_of(f.figure))[: _bars(published)]
    bars = tuple(_figure(tell, one, directory, published, company) for one in most)
    worn = {sign for bar in bars for sign, _ in bar.parts}
    return replace(
        card,
        count=tell.say(mark("How many asked, and what came of it")) if bars else "",
        bars=bars,
        key=tuple((s, tell.say(words)) for s, words in SIGNS.items() if s in worn),
    )


def _bars(published: Published) -> int:
    return BARS_WITH_QUARTER if published.quarter is None else BARS


def _figure(
    tell: Teller,
    one: PublishedFigure,
    directory: Directory,
    published: Published,
    company: str,
) -> Bar:
    """Return a figure as a bar: each part of all who asked, as far as it is told."""
    people = people_of(one.figure)
    alone = one.figure.courses.alone
    parts = [(sign, alone.get(course) or 0) for course, sign in WEARS.items()]
    parts.append(("not_eligible", people - sum(n for _, n in parts)))
    exact = one.figure.courses.whole is not None
    law = tell.rulebook.pack.laws.get(one.law)
    words = (
        "" if company else _name(tell, one.vendor, directory),
        tell.law(law) if law else _none(tell, one.law),
        str(one.quarter) if published.quarter is None else "",
    )
    return Bar(
        ", ".join(filter(None, words)),
        tell.number(people) if exact else f"≥ {tell.number(people)}",
        tuple((sign, n / people) for sign, n in parts if n > 0),
    )


def gaps_card(
    tell: Teller, published: Published, on: date, directory: Directory
) -> Card:
    """Tell in how many places people had no right, and where most of them."""
    many = len({gap.place for gap in published.gaps})
    told = tell.places(many) if many else ""
    heading = tell.say(mark("Where does no law help?"))
    card = tell.card(heading, _asked(tell, published, told, on), on)
    gaps = sorted(published.gaps, key=lambda gap: -gap.people)[: _bars(published)]
    most = max((gap.people for gap in gaps), default=1)
    return replace(
        card,
        count=tell.say(mark("People who asked, or wait, without a right"))
        if gaps
        else "",
        bars=tuple(
            Bar(
                _gap(tell, gap, directory, published),
                tell.number(gap.people),
                (("plain", gap.people / most),),
            )
            for gap in gaps
        ),
    )


def _gap(
    tell: Teller, gap: PublishedGap, directory: Directory, published: Published
) -> str:
    words = (
        place_name(gap.place, tell.language),
        _name(tell, gap.vendor, directory),
        str(gap.quarter) if published.quarter is None else "",
    )
    return ", ".join(filter(None, words))


def _name(tell: Teller, slug: str, directory: Directory) -> str:
    if slug == SEVERAL:
        return tell.say(mark("several companies together"))
    vendor = directory.vendor(slug)
    return vendor.name if vendor else slug


def _none(tell: Teller, law: str) -> str:
    """Return what is said where a figure is of no one law."""
    several = {
        SEVERAL: mark("several laws together"),
        NO_LAW: mark("no law: its own offer"),
    }
    return tell.say(several[law]) if law in several else law


def _asked(tell: Teller, published: Published, told: str, on: date) -> str:
    quarter = published.quarter
    if not published.releases:
        none = tell.say(mark("No quarter was published by %(day)s."))
        return none % {"day": tell.day(on)}
    days = tell.say(mark("All quarters"))
    if quarter is not None:
        days = tell.say(mark("Asked from %(first)s to %(last)s")) % {
            "first": tell.day(quarter.first),
            "last": tell.day(quarter.last),
        }
    line = f"{days}{tell.colon} {told}." if told else f"{days}."
    made_up = any(one.synthetic for one in published.releases)
    return f"{line} {tell.say(SYNTHETIC)}" if made_up else line
