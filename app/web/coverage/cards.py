"""What matters on a page of advocates, in a line and, for its picture, in numbers."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cached_property

from babel.numbers import format_decimal

from app.actions.read_figures import Published
from app.domain.best_cells import Best, best_cells
from app.domain.changes import Change
from app.domain.coverage import Coverage, researched
from app.domain.grounds import Verdict
from app.domain.laws import Law
from app.domain.places import Place
from app.domain.regulators import Known
from app.domain.standing import reads_here
from app.domain.vendors import Directory, Vendor
from app.pictures import Card
from app.rulebook.load import Rulebook
from app.web.coverage.change_views import Viewer
from app.web.coverage.tiles import (
    CANADA,
    EUROPE,
    UNITED_STATES,
    WORLD,
    Mark,
    draw,
)
from app.words.catalog import translations
from app.words.languages import Language, colon, day_in_words, place_name
from app.words.marks import mark
from app.words.naming import name_of
from app.words.records import own_laws
from app.words.terms import VERDICTS

MANY = mark("Covered by law in %(n)s of %(all)s places on %(day)s")
SOURCE = mark("As of %(day)s. Source: Efface, %(host)s")
CHANGED = mark("Who gained or lost the right to have data deleted")
GRIDS = {"CA": CANADA, "US": UNITED_STATES, "EEA": EUROPE}
NAMED = 3
"""Laws that are named in a line; more are counted."""


class Teller:
    """Says in one language what matters on a page of one installation."""

    def __init__(self, rulebook: Rulebook, language: Language, host: str = "") -> None:
        self._rulebook, self._language, self._host = rulebook, language, host
        self._catalog = translations(language)
        self._say, self._colon = self._catalog.gettext, colon(language)

    def vendor(self, vendor: Vendor, table: Coverage) -> Card:
        """Tell where people are covered for one company."""
        own = best_cells(table.part([vendor], table.places))
        return self._of_places(vendor.name, tuple(own), table.on)

    def best(
        self, table: Coverage, best: Sequence[Best], company: str, among: str
    ) -> Card:
        """Tell where people are covered for a company, or for any of many.

        Args:
            table: What was asked for.
            best: Its best cells.
            company: Of which it is, by name; empty for any.
            among: What it was cut to, in words.
        """
        whose = company or self._say(mark("Any company"))
        heading = self._say(mark("%(company)s, place by place")) % {"company": whose}
        if not best:
            none = self._say(mark("No company and place fit this choice on that day."))
            return self._card(heading, none, table.on)
        card = self._of_places(heading, best, table.on)
        if among:
            card = replace(card, line=f"{among}{self._colon} {card.line}")
        if company:
            return card
        many = self._catalog.ngettext(
            "Shown is the answer of %(num)s company.",
            "Shown is the best answer of %(num)s companies.",
            len(table.vendors),
        )
        return replace(
            card, line=f"{card.line} {many % {'num': self._number(len(table.vendors))}}"
        )

    def matrix(self, vendors: int, places: int, on: date, among: str) -> Card:
        """Tell of how many answers there is a table, and what it was cut to."""
        many = f"{self._companies(vendors)}, {self._places(places)}"
        head = ", ".join(filter(None, (self._day(on), among)))
        line = f"{head}{self._colon} {many}."
        return self._card(self._say(mark("Who is covered")), line, on)

    def answers(self, table: Coverage, among: str) -> Card:
        """Tell how many answers of a table are what."""
        card = self.matrix(len(table.vendors), len(table.places), table.on, among)
        counted = Counter(c.verdict for row in table.rows.values() for c in row)
        answers = self._catalog.ngettext(
            "%(num)s answer", "%(num)s answers", counted.total()
        )
        return replace(
            card,
            count=answers % {"num": self._number(counted.total())},
            counts=self._counts(counted),
        )

    def place(self, place: Place, table: Coverage) -> Card:
        """Tell which laws are in force in a place, and what companies owe there."""
        laws = own_laws(place, self._rulebook.pack.laws, self._rulebook.places)
        around = self._rulebook.places.around(place.code)
        here = (law for law in laws if reads_here(law, around, table.on))
        names = [self._named(law) for law in here]
        line = self._laws(names, self._say(mark("In force on that day")), table.on)
        counted = Counter(cell.verdict for cell in table.rows.get(place.code, ()))
        return self._card(
            place_name(place.code, self._language),
            line or self._say(mark("No law that we know of was in force.")),
            table.on,
            count=self._companies(counted.total()) if counted else "",
            counts=self._counts(counted),
        )

    def law(self, law: Law, on: date) -> Card:
        """Tell whether a law is in force, and where."""
        say, day = self._say, {"day": self._day(on)}
        there = len(self._where(law.places_on(on)))
        if law.absent:
            line = say(
                mark("This is no law: it says that we looked and found no general one.")
            )
        elif law.on(on) is not None:
            line = say(mark("In force on %(day)s.")) % day
        elif law.pending:
            line = say(mark("A bill. It gives nothing yet."))
        else:
            line = say(mark("Not in force on %(day)s.")) % day
        return self._card(
            self._named(law),
            f"{law.name}. {line}" if law.name != law.short_name else line,
            on,
            count="" if law.on(on) is None else self._places(there),
        )

    def regulator(self, known: Known, on: date) -> Card:
        """Tell which laws a regulator enforces."""
        names = [
            self._named(charge.law)
            for charge in known.charges
            if reads_here(charge.law, charge.places, on) and not charge.law.absent
        ]
        line = self._laws(names, self._say(mark("Laws that it enforces")), on)
        return self._card(
            known.regulator.name,
            line or self._say(mark("No law that we know of was in force.")),
            on,
            count=self._places(len(self._where(frozenset(known.places)))),
        )

    def changes(
        self, past: tuple[Change, ...], whose: str, on: date, directory: Directory
    ) -> Card:
        """Tell how much has changed, and what last."""
        many = self._catalog.ngettext("%(num)s change", "%(num)s changes", len(past))
        head = f"{self._day(on)}, {whose}" if whose else self._day(on)
        line = f"{head}{self._colon} "
        line += many % {"num": self._number(len(past))}
        for read in Viewer(directory, self._rulebook, self._language).read(past[:1]):
            latest = self._say(mark("The latest, on %(day)s: %(title)s"))
            named = {"day": self._day(read.change.on), "title": read.title}
            line += f". {latest % named}"
        return self._card(self._say(CHANGED), line, on)

    def change(self, change: Change, on: date, directory: Directory) -> Card:
        """Tell of one change."""
        viewer = Viewer(directory, self._rulebook, self._language)
        (view,) = viewer.views([change])
        said = [viewer.sentence(effect) for effect in view.effects]
        line = "; ".join(said) or view.read.note or view.read.why or ""
        return self._card(view.read.title, f"{self._day(change.on)}. {line}", on)

    def compared(
        self, days: tuple[date, date], whose: str, differing: int, answers: int
    ) -> Card:
        """Tell how many answers differ between two days."""
        first, last = (self._day(day) for day in days)
        between = self._say(mark("%(first)s and %(last)s"))
        many = self._catalog.ngettext(
            "%(num)s answer differs", "%(num)s answers differ", differing
        )
        of = self._say(mark("of %(num)s")) % {"num": self._number(answers)}
        head = between % {"first": first, "last": last}
        head = f"{head}, {whose}" if whose else head
        return self._card(
            self._say(mark("What differs between two days")),
            f"{head}{self._colon} {many % {'num': self._number(differing)}}, {of}.",
            days[1],
        )

    def figures(self, published: Published, company: str, on: date) -> Card:
        """Tell of how many companies there are figures of how they answer."""
        heading = (
            self._say(mark("Does %(company)s answer?")) % {"company": company}
            if company
            else self._say(mark("Which companies answer?"))
        )
        many = len({one.vendor for one in published.figures})
        told = self._companies(many) if many and not company else ""
        return self._card(heading, self._asked(published, told, on), on)

    def gaps(self, published: Published, on: date) -> Card:
        """Tell in how many places people had no right."""
        many = len({gap.place for gap in published.gaps})
        told = self._places(many) if many else ""
        heading = self._say(mark("Where does no law help?"))
        return self._card(heading, self._asked(published, told, on), on)

    def on_map(self, card: Card, best: Iterable[Best]) -> Card:
        """Return a card with the best answer of each place on a map."""
        signs = {one.place.code: one.cell.verdict for one in best}
        return self._mapped(card, signs)

    def where(self, card: Card, codes: frozenset[str]) -> Card:
        """Return a card with some places filled on a map of those that are known.

        That is of the country or union in which all of them lie, or of the world.
        """
        here = self._where(codes)
        around = [self._rulebook.places.around(code) for code in here]
        whole = (of for code, of in GRIDS.items() if all(code in a for a in around))
        return self._mapped(
            card,
            {
                place.code: Verdict.ELIGIBLE
                if place.code in here
                else Verdict.NOT_ELIGIBLE
                for place in self._known
            },
            next(whole, WORLD) if here else WORLD,
        )

    def _mapped(
        self, card: Card, signs: Mapping[str, Verdict], of: str = WORLD
    ) -> Card:
        marks = {code: Mark(sign, "", "") for code, sign in signs.items()}
        grid = draw(marks, self._rulebook.places, linked=False)[of]
        tiles = tuple(
            (sign, s.short, s.x, s.y) for sign, those in grid.grounds for s in those
        )
        return replace(card, tiles=tiles)

    def _card(
        self,
        heading: str,
        line: str,
        on: date,
        *,
        count: str = "",
        counts: tuple[tuple[str, str], ...] = (),
    ) -> Card:
        foot = self._say(SOURCE) % {"day": self._day(on), "host": self._host}
        return Card(self._language.value, heading, line, foot, count, counts)

    def _of_places(self, heading: str, best: Sequence[Best], on: date) -> Card:
        counted = Counter(one.cell.verdict for one in best)
        all_of_them = len(best)
        named = {
            "n": counted[Verdict.ELIGIBLE],
            "all": all_of_them,
            "day": self._day(on),
        }
        return self._card(
            heading,
            f"{self._say(MANY) % named}.",
            on,
            count=self._places(all_of_them),
            counts=self._counts(counted),
        )

    def _counts(self, counted: Mapping[Verdict, int]) -> tuple[tuple[str, str], ...]:
        return tuple(
            (
                v.value,
                f"{self._say(VERDICTS[v])}{self._colon} {self._number(counted[v])}",
            )
            for v in Verdict
            if counted.get(v)
        )

    def _laws(self, names: list[str], head: str, on: date) -> str:
        """Return the laws of a day by name, or nothing where there is none."""
        shown, more = names[:NAMED], len(names) - NAMED
        if more > 0:
            left = self._catalog.ngettext("%(num)s more", "%(num)s more", more)
            shown.append(left % {"num": more})
        named = ", ".join(shown)
        return f"{self._day(on)}. {head}{self._colon} {named}." if names else ""

    def _asked(self, published: Published, told: str, on: date) -> str:
        say, quarter = self._say, published.quarter
        if not published.releases:
            return say(mark("No quarter was published by %(day)s.")) % {
                "day": self._day(on)
            }
        days = say(mark("All quarters"))
        if quarter is not None:
            days = say(mark("Asked from %(first)s to %(last)s")) % {
                "first": self._day(quarter.first),
                "last": self._day(quarter.last),
            }
        line = f"{days}{self._colon} {told}." if told else f"{days}."
        if any(one.synthetic for one in published.releases):
            made_up = mark(
                "Synthetic: these people and answers are made up for a demonstration."
                " They say nothing about the companies."
            )
            return f"{line} {say(made_up)}"
        return line

    def _where(self, codes: frozenset[str]) -> frozenset[str]:
        """Return the known places that lie in some."""
        around = self._rulebook.places.around
        return frozenset(p.code for p in self._known if around(p.code) & codes)

    @cached_property
    def _known(self) -> tuple[Place, ...]:
        return researched(self._rulebook.pack.laws, self._rulebook.places)

    def _named(self, law: Law) -> str:
        return name_of(law, self._language)

    def _day(self, on: date) -> str:
        """Return a day whose number and month no line end parts."""
        return day_in_words(on, self._language).replace(" ", "\u00a0", 2)

    def _number(self, n: int) -> str:
        return format_decimal(n, locale=self._language.value)

    def _companies(self, n: int) -> str:
        many = self._catalog.ngettext("%(num)s company", "%(num)s companies", n)
        return many % {"num": self._number(n)}

    def _places(self, n: int) -> str:
        return self._catalog.ngettext("%(num)s place", "%(num)s places", n) % {
            "num": self._number(n)
        }
