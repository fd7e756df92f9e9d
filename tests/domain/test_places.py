"""Places by their codes."""

from datetime import UTC, date, datetime

import pytest

from app.domain.likeness import LONGEST, likest
from app.domain.places import Place, Places, UnknownPlaceError

PLACES = Places.of(
    [
        Place(code="CA", name="Canada", zone="America/Toronto", regions_differ=True),
        Place(
            code="CA-NB",
            name="New Brunswick",
            within=frozenset({"CA"}),
            zone="America/Moncton",
        ),
        Place(
            code="DE",
            name="Germany",
            within=frozenset({"EU"}),
            zone="Europe/Berlin",
        ),
    ]
)


def test_a_place_lies_in_all_that_holds_it() -> None:
    assert PLACES.around("CA-NB") == {"CA-NB", "CA"}
    assert PLACES.around("DE") == {"DE", "EU"}
    assert PLACES.around("XX") == {"XX"}


def test_a_day_begins_where_the_sun_rises_first() -> None:
    at = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)

    assert PLACES["DE"].day(at) == date(2026, 11, 24)
    assert PLACES["CA"].day(at) == date(2026, 11, 23)


def test_a_code_is_known_or_not() -> None:
    assert "CA-NB" in PLACES
    assert "EU" not in PLACES
    assert [place.code for place in PLACES] == ["CA", "CA-NB", "DE"]
    assert PLACES["DE"].name == "Germany"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("ca_nb", "CA-NB"),
        ("Germany", "DE"),
        ("CA-NBB", "CA-NB"),
        ("CA-XX", "CA-NB"),
        ("DE-BY", "DE"),
    ],
)
def test_an_unknown_code_names_what_was_meant(typed: str, meant: str) -> None:
    with pytest.raises(UnknownPlaceError) as caught:
        PLACES[typed]

    assert caught.value.code == typed
    assert caught.value.nearest[0] == meant


def test_what_is_far_too_long_resembles_nothing() -> None:
    assert Places().nearest("CA" * LONGEST) == ()
    assert likest("ca" * LONGEST, ["ca" * LONGEST]) == ()
