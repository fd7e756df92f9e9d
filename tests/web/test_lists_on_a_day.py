"""The lists of companies, laws and places, on any day."""

import re

import pytest
from fastapi.testclient import TestClient

pytestmark = pytest.mark.usefixtures("one_engine")


@pytest.mark.parametrize("path", ["/vendors", "/laws", "/jurisdictions"])
def test_a_list_keeps_the_day_that_is_chosen_on_it(
    client: TestClient, path: str
) -> None:
    page = client.get(f"{path}?on=2020-07-06").text
    today = client.get(path).text
    rows = re.compile(rf'scope="row"><a href="({path}/[^"]+)"')

    assert '<input type="date" id="on" name="on" value="2020-07-06">' in page
    assert rows.findall(page)
    assert all(href.endswith("?on=2020-07-06") for href in rows.findall(page))
    assert f'href="{path}.csv?on=2020-07-06"' in page
    assert not any("?" in href for href in rows.findall(today))
    assert f'href="{path}.csv"' in today
