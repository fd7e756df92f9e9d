"""Pictures for other people's pages."""

import html
import re
from xml.etree import ElementTree as ET

import pytest
from fastapi.testclient import TestClient

from app.actions.import_vendors import import_vendors
from app.rulebook.load import read_vendors
from app.store.session import Store
from tests.conftest import NOON

pytestmark = pytest.mark.usefixtures("one_engine")
SVG = "{http://www.w3.org/2000/svg}"
MAP = "/embed/clearview-ai.svg?on=2026-11-23"
BADGE = f"{MAP}&form=badge&place=CA-ON"


@pytest.mark.parametrize(
    "address", [MAP, BADGE, f"{MAP}&place=US", f"{MAP}&form=badge"]
)
def test_a_picture_stands_alone_and_says_what_it_shows(
    client: TestClient, address: str
) -> None:
    answer = client.get(address)
    picture = ET.fromstring(answer.text)  # noqa: S314 - our own

    assert answer.headers["content-type"] == "image/svg+xml"
    assert picture.tag == f"{SVG}svg"
    assert picture.find(f"{SVG}title") is not None
    assert picture.find(f"{SVG}desc") is not None
    assert not picture.findall(f".//{SVG}script")
    assert not picture.findall(f".//{SVG}style")
    assert not picture.findall(f".//{SVG}a")
    named = {one.get("id") for one in picture.iter() if one.get("id")}
    for used in picture.iter(f"{SVG}use"):
        assert str(used.get("href")).removeprefix("#") in named
    outside = re.sub(r'xmlns="[^"]*"', "", answer.text)
    assert "http" not in outside
    assert "var(" not in re.sub(r'id="t-ring"[^>]*', "", answer.text)


def test_a_badge_says_the_answer_of_one_place(client: TestClient) -> None:
    badge = client.get(BADGE).text
    french = client.get(f"{BADGE}&lang=fr").text

    assert '<title id="title">Clearview AI in Ontario</title>' in badge
    assert "We cannot tell yet on 23 November 2026" in badge
    assert "Nous ne savons pas encore le 23 novembre 2026" in french


def test_a_map_counts_as_the_table_does(client: TestClient) -> None:
    picture = client.get(MAP).text
    cells = client.get("/coverage.json?vendor=clearview-ai&on=2026-11-23").json()[
        "cells"
    ]
    states = client.get(
        "/coverage.json?vendor=clearview-ai&on=2026-11-23&region=US"
    ).json()["cells"]

    def counted(those: list[dict[str, str]]) -> int:
        return sum(cell["verdict"] == "eligible" for cell in those)

    assert f"Covered by law: {counted(cells)}" in picture
    offered = sum(cell["verdict"] == "offered" for cell in states)
    assert f"Offered by the company: {offered}" in client.get(f"{MAP}&place=US").text


def test_any_page_may_show_it_and_nobody_is_told_who_looks(client: TestClient) -> None:
    client.cookies.set("lang", "fr")
    answer = client.get(MAP, headers={"accept-language": "es"})
    again = client.get(MAP, headers={"if-none-match": answer.headers["etag"]})

    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["cache-control"] == "public, max-age=3600"
    assert "cookie" not in answer.headers.get("vary", "").lower()
    assert "set-cookie" not in answer.headers
    assert "set-cookie" not in client.get(f"{MAP}&lang=fr").headers
    assert "Covered by law" in answer.text
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/embed/nobody.svg", 404),
        ("/embed/nobody", 404),
        ("/embed/clearview-ai?place=XX", 422),
        ("/embed/clearview-ai.svg?place=XX", 422),
        ("/embed/clearview-ai.svg?form=film", 422),
        ("/embed/clearview-ai.svg?form=map&place=DE", 422),
        ("/embed/clearview-ai.svg?on=tomorrow", 422),
        ("/embed/clearview-ai.svg?lang=de", 422),
        ("/embed/clearview-ai.svg?lang=", 422),
    ],
)
def test_what_is_not_there_is_not_drawn(
    client: TestClient, address: str, status: int
) -> None:
    assert client.get(address).status_code == status


@pytest.mark.parametrize("language", ["en", "fr", "es"])
def test_the_lines_to_copy_show_the_same_picture(
    client: TestClient, language: str
) -> None:
    page = client.get(
        "/embed/clearview-ai?place=CA-ON", headers={"accept-language": language}
    ).text
    lines = [
        html.unescape(text)
        for text in re.findall(r"<pre[^>]*>(.*?)</pre>", page, re.DOTALL)
    ]
    shown = [html.unescape(src) for src in re.findall(r'<img src="([^"]+)"', page)]

    assert len(lines) == len(shown) == 2
    for text, src in zip(lines, shown, strict=True):
        closed = text.replace('"></a>', '"/></a>')
        copied = ET.fromstring(closed)  # noqa: S314
        image = copied.find("img")
        assert image is not None
        assert image.get("src") == f"http://testserver{src}"
        assert image.get("alt")
        picture = ET.fromstring(client.get(src).text)  # noqa: S314
        assert (image.get("width"), image.get("height")) == (
            picture.get("width"),
            picture.get("height"),
        )
        said = picture.find(f"{SVG}title")
        assert said is not None
        assert str(image.get("alt")).startswith(str(said.text))


def test_lines_copied_on_a_page_of_another_day_show_that_day(
    client: TestClient,
) -> None:
    page = html.unescape(client.get("/embed/clearview-ai?on=2020-07-06").text)
    shown = re.findall(r'<img src="([^"]+)" alt="([^"]*)"', page)

    assert len(shown) == 2
    for src, alt in shown:
        picture = client.get(src).text
        assert "on=2020-07-06" in src
        assert "6 July 2020" in alt
        assert "6 July 2020" in picture


@pytest.mark.parametrize("form", ["map", "badge"])
def test_a_name_that_no_xml_may_hold_is_drawn_all_the_same(
    client: TestClient, store: Store, form: str
) -> None:
    known = next(shape for shape in read_vendors() if shape.slug == "clearview-ai")
    bell = known.model_copy(update={"slug": "bell", "name": "Bell\a & <i>Sons</i>"})
    with store.writing() as session:
        import_vendors(session, [bell], at=NOON, by="import")

    picture = ET.fromstring(client.get(f"/embed/bell.svg?form={form}").text)  # noqa: S314

    said = picture.find(f"{SVG}title")
    assert said is not None
    assert str(said.text).startswith("Bell  & <i>Sons</i>")
