"""Vendors from files of other projects."""

from datetime import date
from pathlib import Path

import pytest

from app.domain.facts import Sector
from app.domain.vendors import RouteKind
from app.rulebook.load import load_rulebook
from app.rulebook.vendor_files import (
    Foreign,
    Found,
    NotVendorsError,
    Rejected,
    Yardstick,
    read_vendor_file,
)
from app.rulebook.vendor_schema import VendorShape

TODAY = date(2026, 11, 23)


def read(
    tmp_path: Path, name: str, text: str | bytes, *, local: bool = True
) -> list[Found]:
    file = tmp_path / name
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    by = Yardstick(TODAY, load_rulebook().places, local=local)
    return list(read_vendor_file(file, by))


def shapes(found: list[Found]) -> list[VendorShape]:
    return [one.shape for one in found if isinstance(one, Foreign)]


REGISTRY_2026 = (
    '\ufeffData broker name:,"Doing Business As (DBA), if applicable:",'
    "Data broker primary website:,Data broker primary contact email address:\r\n"
    "Acme  Data LLC,Acme,https://www.acme.example;https://acme2.example,"
    "privacy@acme.example; other@acme.example\r\n"
    "No Mail Inc.,,nomail.example,\r\n"
    "Acme Data LLC,,,\r\n"
    ",,,\r\n"
    "???,,,\r\n"
)


def test_the_registry_of_california_is_read(tmp_path: Path) -> None:
    found = read(tmp_path, "registry.csv", REGISTRY_2026)

    acme, nomail = shapes(found)
    assert (acme.slug, acme.name) == ("acme-data-llc", "Acme Data LLC")
    assert acme.sector is Sector.DATA_BROKER
    assert acme.registered_broker_in == frozenset({"US-CA"})
    assert acme.domains == ("acme.example", "acme2.example")
    assert [route.address for route in acme.routes] == ["privacy@acme.example"]
    assert [(r.kind, r.url) for r in nomail.routes] == [
        (RouteKind.WEBFORM, "https://nomail.example")
    ]
    assert [one for one in found if isinstance(one, Rejected)] == [
        Rejected("line 4", "Acme Data LLC: stands on line 2 already"),
        Rejected("line 6", "???: no slug can be made of this name"),
    ]


@pytest.mark.parametrize(
    "head",
    [
        "A title above\r\n\r\nData\u00a0broker name:,Data broker primary website:\r\n",
        "Business name,Business primary website\r\n",
    ],
)
def test_the_registry_of_other_years_is_read(tmp_path: Path, head: str) -> None:
    found = read(tmp_path, "r.csv", f"{head}Café Data,https://cafe.example\r\n")

    assert [shape.name for shape in shapes(found)] == ["Café Data"]


def test_a_table_as_spreadsheets_write_it_is_read(tmp_path: Path) -> None:
    text = "Business name,Website\r\nCafé Data,cafe.example\r\n".encode("cp1252")

    assert [s.name for s in shapes(read(tmp_path, "r.csv", text))] == ["Café Data"]


def test_a_company_without_a_demand_is_reached_by_mail(tmp_path: Path) -> None:
    [company] = shapes(
        read(
            tmp_path,
            "acme.json",
            '{"slug": "acme", "name": "Acme", "email": "a@acme.example",'
            ' "web": "https://www.acme.example/x", "required-elements":'
            ' [{"type": "address"}, {"type": "birthdate"}, 7]}',
        )
    )

    [route] = company.routes
    assert route.kind is RouteKind.EMAIL
    assert not route.demands
    assert route.needs == {"name", "email", "addresses", "birth_date"}
    assert company.domains == ("acme.example",)


def test_a_company_that_serves_some_countries_is_reached_from_there_alone(
    tmp_path: Path,
) -> None:
    text = (
        '{"slug": "acme", "name": "Acme", "email": "a@acme.example", "runs": ["Shop"],'
        ' "relevant-countries": ["de", "at"]}'
    )

    [company] = shapes(read(tmp_path, "acme.json", text))

    assert company.routes[0].places == frozenset({"DE", "AT"})
    assert company.brands == ("Shop",)


def test_a_company_that_wants_a_document_says_so(tmp_path: Path) -> None:
    [company] = shapes(
        read(
            tmp_path,
            "acme.json",
            '{"slug": "acme", "name": "Acme", "email": "a@acme.example",'
            ' "webform": "https://acme.example/form", "needs-id-document": true,'
            ' "suggested-transport-medium": "webform", "address": "Road 1\\nTown"}',
        )
    )

    assert [route.kind for route in company.routes] == ["webform", "email", "letter"]
    assert company.routes[1].demands == {"identity_document"}
    assert company.routes[2].address == "Road 1, Town"


def test_a_supervisory_authority_is_no_vendor(tmp_path: Path) -> None:
    text = '{"slug": "x", "name": "Authority", "complaint-language": "de"}'

    assert read(tmp_path, "x.json", text) == [
        Rejected("x.json 1", "is a supervisory authority, no company")
    ]


NATIVE = """
slug = "own"
name = "Own"
seat = ["{seat}"]
sources = ["https://own.example"]
checked_on = 2026-11-23
[[routes]]
{route}
"""


@pytest.mark.parametrize(
    ("seat", "route", "why"),
    [
        (
            "US-QQ",
            'kind = "letter"\naddress = "Road 1"',
            "US-QQ is no place that we know",
        ),
        ("DE", 'kind = "email"', "routes.1.address: is not one mail address"),
        (
            "DE",
            'kind = "email"\naddress = "a@b.org, c@d.org"',
            "routes.1.address: is not one mail address",
        ),
        ("DE", 'kind = "letter"', "routes.1.address: is missing"),
        (
            "DE",
            'kind = "drp"\napi_base = "https://b.org"',
            "routes.1.api_base or business_id: is missing",
        ),
        ("DE", 'kind = "webform"', "routes.1.url: is missing"),
        (
            "DE",
            'kind = "webform"\nurl = "javascript:alert(1)"',
            "routes.1.url: is no web address",
        ),
        (
            "DE",
            'kind = "webform"\nurl = "http://own.example"',
            "routes.1.url: must begin with https://",
        ),
    ],
)
def test_a_route_that_leads_nowhere_is_rejected(
    tmp_path: Path, seat: str, route: str, why: str
) -> None:
    text = NATIVE.format(seat=seat, route=route)

    assert read(tmp_path, "own.toml", text, local=False) == [
        Rejected("own", why, "own")
    ]


def test_http_may_stand_on_an_engineers_machine(tmp_path: Path) -> None:
    text = NATIVE.format(
        seat="EU", route='kind = "webform"\nurl = "http://localhost:1"'
    )

    [own] = read(tmp_path, "own.toml", text)
    assert isinstance(own, VendorShape)


def test_a_wrong_field_is_named(tmp_path: Path) -> None:
    [wrong] = read(tmp_path, "own.toml", 'slug = "Own Vendor"')

    assert isinstance(wrong, Rejected)
    assert wrong.why.startswith("slug: ")


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    by = Yardstick(TODAY, load_rulebook().places, local=True)

    with pytest.raises(NotVendorsError, match="no vendor files"):
        list(read_vendor_file(tmp_path, by))


def test_a_broken_table_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NotVendorsError, match=r"r\.csv: field larger than"):
        read(tmp_path, "r.csv", '"' + "x" * 200_000 + '"\n')


def test_a_vendor_as_it_is_exported_is_ours(tmp_path: Path) -> None:
    text = (
        '[{"slug": "own", "name": "Own", "sources": ["https://own.example"],'
        ' "checked_on": "2026-11-23"}]'
    )

    [own] = read(tmp_path, "own.json", text)
    assert isinstance(own, VendorShape)
