"""One company's story, told by its page alone."""

import re
from html import unescape
from itertools import pairwise

import pytest
from fastapi.testclient import TestClient

pytestmark = pytest.mark.usefixtures("one_engine")
CLEARVIEW = "/vendors/clearview-ai"


def read(client: TestClient, on: str, language: str = "en") -> str:
    """Return a page as its text is read."""
    page = client.get(f"{CLEARVIEW}?on={on}", headers={"Accept-Language": language})
    text = re.sub(r"<svg.*?</svg>|<[^>]+>", " ", page.text, flags=re.DOTALL)
    return " ".join(unescape(text).replace("\u00a0", " ").split())


def part(text: str, begin: str, end: str) -> str:
    """Return what stands between two phrases."""
    return text.partition(begin)[2].partition(end)[0]


def test_on_the_founding_day_europeans_and_californians_could_and_canadians_not(
    client: TestClient,
) -> None:
    text = read(client, "2020-07-06")

    standing = part(text, "On 6 July 2020 What people", "Every place by name")
    covered, _, rest = standing.partition("Offered by the company")
    offered, _, unsure = rest.partition("We cannot tell yet")
    assert "European Economic Area" in covered
    assert "California, Switzerland" in offered
    assert "Canada (13 places)" in unsure
    happened = part(text, "What happened Answers", "After 6 July 2020")
    assert "It had no deletion for Canadians" in happened
    assert "wp.dig.watch" in client.get(f"{CLEARVIEW}?on=2020-07-06").text


def test_a_week_later_canadians_could_be_hidden_and_not_deleted(
    client: TestClient,
) -> None:
    text = read(client, "2020-07-13")

    happened = part(text, "What happened Answers", "After 13 July 2020")
    assert "11 July 2020 Clearview AI begins to offer: hiding" in happened
    assert "this is not deletion" in happened
    assert "Canada (13 places)" in part(text, "We cannot tell yet", "Every place")


@pytest.mark.parametrize(
    ("on", "words"),
    [
        ("2021-02-28", "collected people's faces unlawfully"),
        ("2021-12-31", "delete pictures of people in British Columbia"),
        ("2026-11-23", "a court upheld this in 2025"),
    ],
)
def test_what_the_commissioners_said_is_told_from_its_day_on(
    client: TestClient, on: str, words: str
) -> None:
    before, later = "2021-02-01", read(client, on)

    assert words in later.partition("What it offers")[0]
    told_then = part(
        read(client, before), "What happened Answers", "After 1 February 2021"
    )
    assert words not in told_then


def test_the_picture_has_a_lane_for_each_place_that_was_named(
    client: TestClient,
) -> None:
    page = client.get(CLEARVIEW).text
    picture = part(page, '<svg class="drawn"', "The upright line")

    for place in ("California", "Canada", "Alberta", "European Economic Area"):
        assert f">{place}</text>" in picture
    for kind in ("url(#l-offer)", "url(#l-order)", 'class="eligible"', "dasharray"):
        assert kind in picture
    assert 'aria-hidden="true"' in picture
    shares = [float(x) for x in re.findall(r'x="([\d.]+)%"', picture)]
    assert 0 <= min(shares) <= max(shares) <= 100


def test_a_company_that_nobody_told_anything_has_no_picture(
    client: TestClient,
) -> None:
    page = client.get("/vendors/pimeyes").text
    bare = client.get("/vendors/schufa").text

    assert "The upright line" in page
    assert "The upright line" not in bare
    assert ">What happened</h2>" in bare


@pytest.mark.parametrize("on", ["0001-01-01", "1999-12-31", "9999-12-31"])
@pytest.mark.parametrize("path", [CLEARVIEW, "/changes", "/compare", "/changes.atom"])
def test_any_day_has_its_page(client: TestClient, path: str, on: str) -> None:
    assert client.get(f"{path}?on={on}").status_code == 200


@pytest.mark.parametrize(
    ("language", "words"),
    [("fr", "Ce sur quoi pouvaient compter"), ("es", "Con qué podían contar")],
)
def test_it_is_told_in_the_readers_language(
    client: TestClient, language: str, words: str
) -> None:
    assert words in read(client, "2020-07-06", language)


BAR = re.compile(r'<rect[^>]* x="([\d.]+)%" width="([\d.]+)%" y="(\d+)"')


def test_what_overlaps_in_time_is_not_drawn_over_each_other(
    client: TestClient,
) -> None:
    page = client.get(f"{CLEARVIEW}?on=2026-11-23").text
    rows: dict[str, list[tuple[float, float]]] = {}
    for x, width, y in BAR.findall(part(page, '<svg class="drawn"', "The upright")):
        rows.setdefault(y, []).append((float(x), float(x) + float(width)))

    assert any(len(bars) > 1 for bars in rows.values())
    for bars in rows.values():
        for (_, end), (start, _) in pairwise(sorted(bars)):
            assert end <= start + 0.02


def drawn(client: TestClient, address: str) -> tuple[str, str]:
    """Return the picture of a page, and the table beside it as it is read."""
    page = client.get(address).text
    picture = part(page, '<svg class="drawn"', "The upright line")
    table = re.sub(r"<[^>]+>", " ", part(page, 'aria-labelledby="story">', "</table>"))
    return picture, " ".join(unescape(table).replace("\u00a0", " ").split())


def test_a_law_shows_since_when_it_holds_where_and_what_changed(
    client: TestClient,
) -> None:
    picture, table = drawn(client, "/laws/eu-gdpr?on=2019-06-01")

    until, _, after = table.partition("After 1 June 2019")
    assert ">Gibraltar, United Kingdom</text>" in picture
    assert ">Iceland, Liechtenstein, Norway</text>" in picture
    assert "25 May 2018 GDPR comes into force" in until
    assert "From then on it applies in: Iceland, Liechtenstein, Norway." in until
    assert "1 January 2021 GDPR changes" in after
    assert "It no longer applies in: Gibraltar, United Kingdom." in after
    assert "no day yet Digital Omnibus proposal" in after
    ended = [float(x) + float(width) for x, width, _ in BAR.findall(picture)]
    assert min(ended) < 60 < max(ended) == 100


def test_a_place_is_told_nothing_of_a_law_before_it_came_and_after_it_left(
    client: TestClient,
) -> None:
    """Norway took over the European regulation later; the United Kingdom left it."""
    norway = client.get("/jurisdictions/NO?on=2021-01-01").text
    kingdom = client.get("/jurisdictions/GB?on=2021-01-01").text

    assert "/changes/law-began:eu-gdpr:2018-05-25" not in norway
    assert "/changes/law-amended:eu-gdpr:2018-07-20" in norway
    assert "/changes/law-began:eu-gdpr:2018-05-25" in kingdom
    assert "/changes/law-amended:eu-gdpr:2021-01-01" in kingdom
    assert "Digital Omnibus" in norway
    assert "Digital Omnibus" not in kingdom


def test_a_day_before_all_that_is_drawn_has_no_line(client: TestClient) -> None:
    page = client.get("/laws/us-ca-ccpa?on=1999-01-01").text

    assert '<svg class="drawn"' in page
    assert "The upright line" not in page
    assert 'class="today"' not in page


def test_a_new_version_is_marked_and_a_partial_law_told_apart(
    client: TestClient,
) -> None:
    page = client.get("/laws/ca-pipeda?on=2026-11-23").text
    bill = client.get("/laws/ca-bill-c36?on=2026-11-23").text

    legend = part(page, '<ul class="legend">', "</ul>")
    for words in ("In force", "From that day it reads otherwise", "For some companies"):
        assert words in legend
    assert "27 August 2025" in page.replace("\u00a0", " ")
    assert "no day yet" in part(bill, 'aria-labelledby="story">', "</table>")


def test_a_place_shows_its_laws_over_time_and_what_is_coming(
    client: TestClient,
) -> None:
    picture, table = drawn(client, "/jurisdictions/US-VT?on=2026-11-23")
    _, british = drawn(client, "/jurisdictions/GB?on=2026-11-23")

    until, _, after = table.partition(" Coming ")
    assert "1 January 2019 VT Act 171 comes into force" in until
    assert "VT H.211 comes into force" in after
    for law in ("FCRA", "VT Act 171", "VT H.211"):
        assert f">{law}</text>" in picture
    assert "1 January 2021 GDPR changes" in british
    assert "20 July 2018" not in british


@pytest.mark.parametrize("address", ["/laws/none", "/laws/us-al-none"])
def test_a_record_without_a_law_draws_nothing(client: TestClient, address: str) -> None:
    assert ">Over time</h2>" not in client.get(address).text


def test_each_answer_on_the_day_is_said_in_a_sentence(client: TestClient) -> None:
    text = read(client, "2020-07-06")

    standing = part(text, "On 6 July 2020", "Every place")
    assert "A law lets people there demand it of this company." in standing
    assert "It depends on what we do not know" in standing
