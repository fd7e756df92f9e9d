"""What staff wrote of a vendor stays theirs, whatever is imported afterwards."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from app.actions.import_vendors import (
    BUNDLED,
    IMPORTED,
    Effect,
    Imported,
    import_vendors,
    record_bundled,
)
from app.actions.read_directory import read_directory
from app.domain.vendors import Double, Vendor
from app.rulebook.vendor_files import Source
from app.rulebook.vendor_schema import VendorShape
from app.store import vendors
from app.store.session import Store
from tests.post_office import NOON

SOMEBODY = str(UUID(int=7))
OFFER: dict[str, Any] = {
    "id": "form",
    "right": "deletion",
    "places": ["DE"],
    "words": "As shipped.",
    "sources": ["https://own.example"],
    "confidence": "high",
    "checked_on": "2026-11-23",
}
MAIL = {"kind": "email", "address": "a@own.example"}
FORM = {"kind": "webform", "url": "https://own.example/form"}


def shape(**more: Any) -> VendorShape:
    return VendorShape.model_validate(
        {
            "slug": "own",
            "name": "Own",
            "sources": ["https://own.example"],
            "checked_on": "2026-11-23",
            **more,
        }
    )


def put(store: Store, one: VendorShape, by: str = IMPORTED, **more: bool) -> Imported:
    with store.writing() as session:
        [done] = import_vendors(session, [one], at=NOON, by=by, **more)
    return done


def by_hand(store: Store, part: str, key: str, document: dict[str, Any] | None) -> None:
    version = vendors.version_of("own", key, document, at=NOON, by=SOMEBODY)
    with store.writing() as session:
        vendors.add_all(session, part, [version])


def own(store: Store) -> Vendor:
    with store.reading() as session:
        return read_directory(session).vendors["own"]


@pytest.mark.parametrize("by", [BUNDLED, IMPORTED])
def test_an_offer_that_staff_wrote_is_not_written_over(store: Store, by: str) -> None:
    put(store, shape(offers=[OFFER]), by)
    by_hand(store, "offer", "form", {**OFFER, "words": "As staff wrote it."})

    done = put(store, shape(offers=[{**OFFER, "words": "Newer."}]), by)

    assert own(store).offers[0].words == "As staff wrote it."
    assert done.effect is Effect.UNCHANGED
    if by == IMPORTED:
        assert done.why == "left as staff wrote it: offers"


def test_what_staff_took_out_does_not_come_back(store: Store) -> None:
    put(store, shape(offers=[OFFER]))
    by_hand(store, "offer", "form", None)

    put(store, shape(offers=[{**OFFER, "words": "Newer."}]))

    assert own(store).offers == ()


def test_ways_are_one_list_which_is_theirs_as_a_whole(store: Store) -> None:
    put(store, shape(routes=[MAIL]))
    by_hand(store, "route", "-999", {**MAIL, "address": "new@own.example"})

    done = put(store, shape(routes=[FORM, MAIL]))

    addresses = [route.address for route in own(store).routes]
    assert addresses == ["new@own.example", "a@own.example"]
    assert done.why == "left as staff wrote it: routes"


def test_what_staff_did_not_write_goes_on_with_the_file(store: Store) -> None:
    put(store, shape(offers=[OFFER]))
    by_hand(store, "fact", "sector always", fact := {
        "id": "sector always",
        "fact": "sector",
        "value": "bank",
        "sources": ["https://own.example"],
        "confidence": "high",
        "checked_on": "2026-11-23",
    })  # fmt: skip

    done = put(store, shape(name="New name", sector="telecom"))

    assert (done.effect, done.why) == (
        Effect.UPDATED,
        "left as staff wrote it: facts_from",
    )
    assert own(store).name == "New name"
    assert own(store).facts.sector == fact["value"]


@pytest.mark.parametrize("by", [Source.COMPANIES, BUNDLED])
def test_a_name_that_staff_gave_stays(store: Store, by: str) -> None:
    put(store, shape(), by)
    by_hand(store, "vendor", "", {**shape().model_dump(mode="json"), "name": "Theirs"})

    put(store, shape(name="Other", sector="bank"), by)

    assert own(store).name == "Theirs"


def test_who_says_so_lets_the_file_win(store: Store) -> None:
    put(store, shape(offers=[OFFER]))
    by_hand(store, "offer", "form", {**OFFER, "words": "As staff wrote it."})

    done = put(store, shape(offers=[OFFER]), over_edits=True)

    assert done == Imported("own", Effect.UPDATED)
    assert own(store).offers[0].words == "As shipped."


def test_a_start_leaves_the_release_and_the_edits_as_they_are(store: Store) -> None:
    put(store, shape(offers=[OFFER]))
    by_hand(store, "offer", "form", {**OFFER, "words": "As staff wrote it."})

    with store.writing() as session:
        assert record_bundled(session, at=NOON) == 0

    assert own(store).recorded_on == NOON.date()


AHEAD = {
    "of": "spokeo",
    "since": "2026-12-01",
    "why": "One company.",
    "source": "https://own.example/about",
    "take": ["offer"],
}


def test_a_file_that_wins_does_not_take_back_a_merger_that_staff_said_comes(
    store: Store,
) -> None:
    put(store, shape(offers=[OFFER]))
    plain = shape().model_dump(mode="json", by_alias=True, exclude_defaults=True)
    by_hand(store, "vendor", "", {**plain, "double": AHEAD})

    for name in ("Newer", "Newest"):  # the second time the file's own names stand there
        done = put(store, shape(name=name, offers=[OFFER]), over_edits=True)

        kept = "keeps its merger with spokeo on 2026-12-01"
        assert done == Imported("own", Effect.UPDATED, kept)
        assert own(store).name == name
        assert own(store).double == Double(
            "spokeo", date(2026, 12, 1), "One company.", waits=True
        )


def test_a_file_says_of_a_merger_what_only_files_said(store: Store) -> None:
    put(store, shape(double=AHEAD))

    done = put(store, shape())

    assert done == Imported("own", Effect.UPDATED)
    assert own(store).double is None


def test_a_merger_that_a_file_said_goes_with_it_whoever_edited_the_names(
    store: Store,
) -> None:
    put(store, shape(double=AHEAD))
    plain = shape(double=AHEAD).model_dump(
        mode="json", by_alias=True, exclude_defaults=True
    )
    by_hand(store, "vendor", "", {**plain, "name": "Theirs"})

    done = put(store, shape(), over_edits=True)

    assert done == Imported("own", Effect.UPDATED)
    assert own(store).double is None


def test_a_merger_that_staff_say_again_after_a_file_is_theirs(store: Store) -> None:
    put(store, shape(double=AHEAD))
    put(store, shape())
    plain = shape().model_dump(mode="json", by_alias=True, exclude_defaults=True)
    by_hand(store, "vendor", "", {**plain, "double": AHEAD})

    done = put(store, shape(name="Newer"), over_edits=True)

    assert done.why == "keeps its merger with spokeo on 2026-12-01"
    assert own(store).double is not None


def test_a_file_that_says_of_a_merger_itself_is_followed(store: Store) -> None:
    put(store, shape())
    plain = shape().model_dump(mode="json", by_alias=True, exclude_defaults=True)
    by_hand(store, "vendor", "", {**plain, "double": AHEAD})

    put(store, shape(double={**AHEAD, "since": "2027-01-01"}), over_edits=True)

    found = own(store).double
    assert found is not None
    assert found.since == date(2027, 1, 1)


DOUBLE = {"of": "spokeo", "since": "2026-11-01", "why": "One company."}


def as_double(store: Store) -> None:
    put(store, shape(routes=[MAIL]))
    plain = shape().model_dump(mode="json", by_alias=True, exclude_defaults=True)
    by_hand(store, "vendor", "", {**plain, "double": DOUBLE})


@pytest.mark.parametrize(
    ("by", "effect"),
    [
        (IMPORTED, Effect.REJECTED),
        (Source.COMPANIES, Effect.REJECTED),
        (BUNDLED, Effect.UNCHANGED),
    ],
)
def test_a_file_about_a_double_is_told_which_record_stands_for_it(
    store: Store, by: str, effect: Effect
) -> None:
    as_double(store)

    done = put(store, shape(name="Newer"), by)

    assert done.effect is effect
    assert done.why == "is a double of spokeo: import it under that name"
    with store.reading() as session:
        directory = read_directory(session)
    assert "own" not in directory.vendors
    assert directory.doubles["own"].name == "Own"
    assert directory.names()["own"] == "Own"
    assert [one.slug for one in directory.doubles_of("spokeo")] == ["own"]
    assert directory.known(["own", "spokeo", "nobody"]) == ["spokeo"]
