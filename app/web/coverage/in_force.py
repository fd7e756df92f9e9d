"""Which laws of its own are in force in a place on a day."""

from datetime import date

from app.domain.coverage import researched
from app.domain.laws import Law
from app.domain.places import Place
from app.domain.standing import reads_here
from app.rulebook.load import Rulebook
from app.words.records import own_laws


def laws_in_force(place: Place, on: date, rulebook: Rulebook) -> tuple[Law, ...]:
    """Return the place's own laws that are in force there."""
    laws = own_laws(place, rulebook.pack.laws, rulebook.places)
    around = rulebook.places.around(place.code)
    return tuple(law for law in laws if reads_here(law, around, on) is not None)


def with_law(rulebook: Rulebook, on: date) -> list[str]:
    """Return the codes of the places that were looked at and have such a law."""
    known = researched(rulebook.pack.laws, rulebook.places)
    return [place.code for place in known if laws_in_force(place, on, rulebook)]
