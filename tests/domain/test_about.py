"""Records by their names, as addresses and forms hold them."""

import pytest

from app.domain.about import About, RecordKind, find, named
from app.rulebook.load import load_rulebook, read_vendors

RULEBOOK = load_rulebook()
LAWS, PLACES = RULEBOOK.pack.laws, RULEBOOK.places
VENDORS = {shape.slug: shape.value() for shape in read_vendors()}
CLEARVIEW = VENDORS["clearview-ai"]


@pytest.mark.parametrize("text", ["", "law", "law:", ":eu-gdpr", "bill:eu-gdpr"])
def test_what_names_no_kind_or_nothing_is_no_name(text: str) -> None:
    assert named(text) is None


def test_a_name_is_read_as_it_is_written() -> None:
    about = named("offer:clearview-ai/one")

    assert about == About(RecordKind.OFFER, "clearview-ai/one")
    assert str(about) == "offer:clearview-ai/one"
    assert (about.first, about.second) == ("clearview-ai", "one")


@pytest.mark.parametrize(
    "text",
    [
        "law:eu-gdpr",
        "regulator:eu-gdpr/FR",
        "regulator:ca-pipeda",
        "place:US-CA",
        "vendor:clearview-ai",
        "answer:clearview-ai/CA-ON",
        f"offer:clearview-ai/{CLEARVIEW.offers[0].id}",
        f"order:clearview-ai/{CLEARVIEW.orders[0].id}",
        "route:clearview-ai/1",
    ],
)
def test_a_record_is_found_by_its_name(text: str) -> None:
    about = named(text)
    assert about is not None

    record = find(about, LAWS, VENDORS, PLACES)

    assert record is not None
    assert record.about == about
    assert record.law or record.vendor or record.place


@pytest.mark.parametrize(
    "text",
    [
        "law:eu-gdprr",
        "law:eu-gdpr/FR",
        "regulator:eu-gdprr",
        "regulator:eu-gdpr/XX",
        "place:XX",
        "vendor:nobody",
        "vendor:clearview-ai/1",
        "answer:clearview-ai/XX",
        "answer:nobody/US-CA",
        "offer:clearview-ai/none",
        "order:nobody/none",
        "route:clearview-ai/0",
        "route:clearview-ai/99",
    ],
)
def test_what_is_not_there_is_not_found(text: str) -> None:
    about = named(text)
    assert about is not None

    assert find(about, LAWS, VENDORS, PLACES) is None


def test_a_regulator_is_that_of_the_place() -> None:
    french = find(About(RecordKind.REGULATOR, "eu-gdpr/FR"), LAWS, VENDORS, PLACES)

    assert french is not None
    assert french.part == LAWS["eu-gdpr"].regulators["FR"]
    assert french.place == PLACES["FR"]


@pytest.mark.parametrize(
    ("kind", "of_laws"),
    [
        (RecordKind.LAW, True),
        (RecordKind.REGULATOR, True),
        (RecordKind.PLACE, True),
        (RecordKind.OFFER, False),
        (RecordKind.ANSWER, False),
    ],
)
def test_a_law_pack_holds_laws_and_the_directory_companies(
    kind: RecordKind, of_laws: bool
) -> None:
    assert About(kind, "x").of_laws is of_laws
