"""A rulebook that is wrong is refused, and the error leads to the line."""

import shutil
from datetime import date, time
from pathlib import Path

import pytest

from app.domain.hours import Hours
from app.rulebook.load import (
    HERE,
    RulebookError,
    check_rulebook,
    load_rulebook,
    read_rulebook,
    read_vendors,
)

SMALL = (
    "laws/ca/ca-pipeda.toml",
    "laws/us/us-va-vcdpa.toml",
    "laws/us/us-il-bipa.toml",
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a rulebook of three laws, one calendar of its own and all places."""
    for name in (
        *SMALL,
        "places.toml",
        "obsolete.toml",
        "holidays/ca-federal.toml",
        "vendors/clearview-ai.toml",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(HERE / name, tmp_path / name)
    return tmp_path


def change(path: Path, old: str, new: str) -> None:
    """Put ``new`` in the place of the first ``old``."""
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def line(path: Path, words: str) -> int:
    """Return the number of the first line with these words."""
    lines = path.read_text("utf-8").splitlines()
    return next(n for n, text in enumerate(lines, start=1) if words in text)


def nested(deep: int) -> str:
    return f"{'{ not = ' * deep}{{ always = true }}{' }' * deep}"


def test_a_small_rulebook_is_read(folder: Path) -> None:
    rulebook = read_rulebook(folder)

    assert set(rulebook.pack.laws) == {"ca-pipeda", "us-va-vcdpa", "us-il-bipa"}
    assert rulebook.calendar("ca-federal").name == "ca-federal"
    assert rulebook.calendar("US").name == "US"


@pytest.mark.parametrize(
    ("file", "old", "new", "field", "marked"),
    [
        pytest.param(
            "laws/us/us-va-vcdpa.toml",
            'agent = "no"',
            'agent = "perhaps"',
            "steps.0.agent",
            'agent = "perhaps"',
            id="a word that is none of the list",
        ),
        pytest.param(
            "laws/us/us-va-vcdpa.toml",
            'agent = "no"',
            'agnet = "no"',
            "steps.0.agnet",
            "agnet",
            id="an unknown key",
        ),
        pytest.param(
            "laws/us/us-va-vcdpa.toml",
            'short_name = "VCDPA"',
            'short_name = ""',
            "short_name",
            "short_name",
            id="missing words",
        ),
        pytest.param(
            "laws/us/us-va-vcdpa.toml",
            "from = 2023-01-01\n",
            "",
            "steps.0.from",
            "[[steps]]",
            id="a step without its day: the table",
        ),
        pytest.param(
            "laws/us/us-va-vcdpa.toml",
            "at_least = 100000",
            "at_last = 100000",
            "steps.0.conditions.1.needs",
            "needs = { any = [",
            id="a condition that is none",
        ),
        pytest.param(
            "laws/us/us-va-vcdpa.toml",
            '{ held = "US-VA", at_least = 100000 }',
            '{ held = "US-ZZ", at_least = 100000 }',
            "steps.0.conditions.1.needs",
            "needs = { any = [",
            id="a condition on no place",
        ),
        pytest.param(
            "laws/us/us-va-vcdpa.toml",
            '"legal-claims"',
            '"we-do-not-want-to"',
            "steps.0.denial_grounds.2",
            "denial_grounds = [",
            id="a denial ground out of the vocabulary",
        ),
        pytest.param(
            "laws/us/us-va-vcdpa.toml",
            'id = "us-va-vcdpa"',
            'id = "us-va-cdpa"',
            "id",
            "id =",
            id="a file by another name",
        ),
        pytest.param(
            "laws/us/us-va-vcdpa.toml",
            'places = ["US-VA"]',
            'places = ["US-VX"]',
            "places",
            "places",
            id="no such place",
        ),
        pytest.param(
            "laws/us/us-va-vcdpa.toml",
            'places = ["US-VA"]',
            'places = ["US-VA"]\nended = 2022-01-01',
            "ended",
            "ended",
            id="an end before a step",
        ),
        pytest.param(
            "laws/us/us-va-vcdpa.toml",
            "[regulator]",
            '[predecessor]\nname = "older"\nuntil = 2022-12-31\nrecord = "us-va-old"\n\n'
            "[regulator]",
            "predecessor.record",
            'record = "us-va-old"',
            id="an older law that is not there",
        ),
        pytest.param(
            "laws/us/us-va-vcdpa.toml",
            "[regulator]",
            "[place_dates]\nUS-VA = { from = 2023-01-01, to = 2022-01-01 }\n\n[regulator]",
            "place_dates.US-VA",
            "US-VA = {",
            id="days in the wrong order",
        ),
        pytest.param(
            "laws/us/us-va-vcdpa.toml",
            'status = "in-force"',
            'status = "no-general-law"',
            "steps.0",
            "[[steps]]",
            id="a record of no law with a step",
        ),
        pytest.param(
            "laws/us/us-va-vcdpa.toml",
            "\ncitation = ",
            "\n# citation = ",
            "citation",
            "# Virginia",
            id="a law without a citation: the file",
        ),
        pytest.param(
            "laws/us/us-va-vcdpa.toml",
            'kind = "deletion-including-obtained-about"',
            'kind = "erasure"\nfaults = ["person.data_is_wrong"]',
            "steps.0.rights.0",
            "[[steps.rights]]",
            id="faults of what is no correction",
        ),
        pytest.param(
            "laws/us/us-va-vcdpa.toml",
            'kind = "deletion-including-obtained-about"',
            'kind = "correction-including-deletion"\nfaults = ["person.age"]',
            "steps.0.rights.0.faults.0",
            "faults = [",
            id="a fault that is not so, or not",
        ),
        pytest.param(
            "holidays/ca-federal.toml",
            "off = [6]",
            'off = [6]\npublic = "ZZ"',
            "public",
            "public =",
            id="public holidays of nowhere",
        ),
        pytest.param(
            "laws/us/us-va-vcdpa.toml",
            'agent = "no"',
            'agnet_of_the_consumer_himself = "no"',
            "steps.0.agnet_of_the_consumer_himself",
            "agnet_of",
            id="a key that is near no other",
        ),
        pytest.param(
            "laws/ca/ca-pipeda.toml",
            "from = 2025-08-27",
            "from = 2003-08-27",
            "steps.1.from",
            "2003-08-27",
            id="steps that do not ascend",
        ),
        pytest.param(
            "laws/ca/ca-pipeda.toml",
            'calendar = "ca-federal"',
            'calendar = "ca-feudal"',
            "steps.0.deadlines.roll",
            "ca-feudal",
            id="no such calendar",
        ),
        pytest.param(
            "laws/ca/ca-pipeda.toml",
            '"CA-QC", "CA-AB"',
            '"CA-QQ", "CA-AB"',
            "beside.0.places",
            "CA-QQ",
            id="beside no place",
        ),
        pytest.param(
            "obsolete.toml",
            "# Ids",
            '[us-il-bipa]\nsince = 2027-01-01\nwhy = "split"\n# Ids',
            "id",
            None,
            id="an id that was retired",
        ),
        pytest.param(
            "places.toml",
            'zone = "Europe/Andorra"',
            'zonne = "Europe/Andorra"',
            "AD.zone",
            "[AD]",
            id="a place without its zone",
        ),
        pytest.param(
            "places.toml",
            'within = ["EU", "EEA"]',
            'within = ["EUU", "EEA"]',
            "AT.within",
            "EUU",
            id="within nothing",
        ),
        pytest.param(
            "holidays/ca-federal.toml",
            "easter = -2",
            "easter = -2\nmonth = 4",
            "rules.1",
            '[[rules]]\nname = "Good Friday"',
            id="a holiday by two rules at once",
        ),
        pytest.param(
            "holidays/ca-federal.toml",
            "off = [6]",
            "off = [7]",
            "off.0",
            "off = [7]",
            id="an eighth weekday",
        ),
        pytest.param(
            "laws/us/us-va-vcdpa.toml",
            "extension = { count = 45,",
            "extension = { announced = false, count = 45,"
            ' notice_within = { count = 9, unit = "weeks" },',
            "steps.0.deadlines.extension",
            "extension =",
            id="a day to announce what is not announced",
        ),
        pytest.param(
            "laws/us/us-va-vcdpa.toml",
            "[[steps.rights]]",
            "[[steps.rights]]\nno_period = true\n"
            'respond = { count = 9, unit = "weeks" }',
            "steps.0.rights.0",
            "[[steps.rights]]",
            id="a period and none",
        ),
        pytest.param(
            "laws/us/us-va-vcdpa.toml",
            'status = "in-force"',
            "status = in-force",
            "status",
            "status =",
            id="no TOML",
        ),
        pytest.param(
            "laws/us/us-va-vcdpa.toml",
            "more_than = 0.5",
            "more_than = 50",
            "steps.0.conditions.1.needs",
            "needs = { any = [",
            id="more than a whole revenue",
        ),
        pytest.param(
            "laws/us/us-va-vcdpa.toml",
            'purpose = "deletion"\n',
            "",
            "steps.0.deadlines.purpose",
            "[steps.deadlines]",
            id="a period for nothing",
        ),
        pytest.param(
            "laws/us/us-va-vcdpa.toml",
            "checked_on = 2026-11-23",
            "checked_on = 2026-11-24",
            "checked_on",
            "checked_on =",
            id="looked at after the pack was made",
        ),
        pytest.param(
            "laws/us/us-va-vcdpa.toml",
            'agent = "no"',
            "no_rights = true",
            "steps.0",
            "[[steps]]",
            id="rights and none",
        ),
        pytest.param(
            "laws/us/us-va-vcdpa.toml",
            "needs = { not = {",
            f"needs = {nested(400)}\nlimited = {{ not = {{",
            "needs",
            "needs = { not = {",
            id="nested too deep to be read",
        ),
    ],
)
def test_a_broken_file_is_named_with_line_and_field(
    folder: Path, file: str, old: str, new: str, field: str, marked: str | None
) -> None:
    change(folder / file, old, new)

    with pytest.raises(RulebookError) as caught:
        read_rulebook(folder)

    wrong = caught.value
    blamed = folder / (file if marked else "laws/us/us-il-bipa.toml")
    text = blamed.read_text("utf-8")
    at = text[: text.index(marked)].count("\n") + 1 if marked else line(blamed, "id =")
    assert (wrong.file, wrong.field, wrong.line) == (blamed, field, at)
    assert str(wrong).startswith(f"{blamed.name}, line {at}: {field}: ")


@pytest.mark.parametrize(
    ("old", "new", "right"),
    [
        ("count = 45,", "count = 0,", "0 cannot be: more than 0 stands here"),
        ("count = 45,", "count = 9999,", "9999 cannot be: at most 3660 stands here"),
        ("https://", "see ", "is no web address, such as https://example.org/act"),
        ('"us-va-vcdpa"', '"US VA"', "is no name of small letters, digits and single"),
        ('status = "in-force"', 'status = "in-force', "this is no TOML: "),
        ("from = 2023-01-01", 'from = "2023-01-01"', "a day stands there without quot"),
        ("from = 2023-01-01", "from = = 2023", "this is no TOML|text stands in quotes"),
        (
            "{ held = ",
            '{ fact = "vendor.nonprofit", in = ["x"] }, { held = ',
            "is = tru",
        ),
        (
            "{ held = ",
            '{ fact = "vendor.sector", is = true }, { held = ',
            "in and a li",
        ),
        ("{ held = ", '{ fact = "person.data_kinds", is = true }, { held = ', "includ"),
        (
            "{ held = ",
            '{ fact = "vendor.employees", is = true }, { held = ',
            "a number",
        ),
        (
            "{ held = ",
            '{ fact = "vendor.residents_held", is = 1 }, { held = ',
            "but hel",
        ),
        ("more_than = 0.5", "more_than = nan", "0 or more, and less than 1"),
        ("more_than = 0.5", "more_than = inf", "0 or more, and less than 1"),
        ("more_than = 0.5", "at_least = 1.5", "more than 0, and at most 1"),
        ("more_than = 0.5", "more_than = true", "a number after one of at_least"),
        ("at_least = 25000", "less_than = 0", "held goes with less_than and a number"),
        ("{ held = ", "{ any = [] }, { held = ", "any has at least one condition"),
        ("{ held = ", f"{nested(30)}, {{ held = ", "nested 12 deep at most"),
        (' in = ["worker", "business_contact"]', " in = []", "at least one value"),
    ],
)
def test_what_is_wrong_comes_with_what_would_be_right(
    folder: Path, old: str, new: str, right: str
) -> None:
    change(folder / "laws/us/us-va-vcdpa.toml", old, new)

    with pytest.raises(RulebookError, match=right):
        read_rulebook(folder)


def test_a_law_without_a_regulator_says_why(folder: Path) -> None:
    path = folder / "laws/us/us-il-bipa.toml"
    text = path.read_text("utf-8")
    begins = text.index("[regulator]")
    ends = text.index("\n[", begins)
    path.write_text(text[:begins] + text[ends:], "utf-8")

    with pytest.raises(RulebookError, match="or a regulator_note why not"):
        read_rulebook(folder)


def test_a_step_has_rights_or_says_that_it_gives_none(folder: Path) -> None:
    path = folder / "laws/us/us-va-vcdpa.toml"
    text = path.read_text("utf-8")
    path.write_text(text[: text.index("[[steps.rights]]")], "utf-8")

    with pytest.raises(RulebookError, match=r"steps\.0: a step has at least one of"):
        read_rulebook(folder)

    change(path, 'agent = "no"', "no_rights = true")
    assert not read_rulebook(folder).pack.laws["us-va-vcdpa"].steps[0].rights


def test_a_law_in_force_has_a_step(folder: Path) -> None:
    path = folder / "laws/us/us-il-bipa.toml"
    text = path.read_text("utf-8")
    path.write_text(text[: text.index("[[steps]]")], "utf-8")

    with pytest.raises(RulebookError, match="steps: a law that is in-force has"):
        read_rulebook(folder)


def test_a_missing_file_is_named_without_a_line(folder: Path) -> None:
    (folder / "places.toml").unlink()

    with pytest.raises(RulebookError) as caught:
        read_rulebook(folder)

    assert str(caught.value) == "places.toml: file: there is no such file"


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (
            b"\xef\xbb\xbf[DE]\n",
            (
                "places.toml, line 1: file: it begins with a byte order mark: "
                "save it as UTF-8 without one"
            ),
        ),
        (
            b'[DE]\nname = "\xe9"\n',
            (
                "places.toml, line 2: file: byte 13 is no UTF-8: "
                "save the file in that encoding"
            ),
        ),
    ],
)
def test_a_file_of_other_bytes_is_named(folder: Path, raw: bytes, said: str) -> None:
    (folder / "places.toml").write_bytes(raw)

    with pytest.raises(RulebookError) as caught:
        read_rulebook(folder)

    assert str(caught.value) == said


def test_what_cannot_be_read_is_named(folder: Path) -> None:
    (folder / "places.toml").unlink()
    (folder / "places.toml").mkdir()

    with pytest.raises(RulebookError, match="file: it cannot be read: Is a directory"):
        read_rulebook(folder)


def test_a_place_in_no_time_zone_is_found_by_the_check(folder: Path) -> None:
    change(folder / "places.toml", '"Europe/Berlin"', '"Europe/Berln"')

    with pytest.raises(
        RulebookError,
        match=r"DE\.zone: Europe/Berln is no time zone; nearest: Europe/B",
    ):
        check_rulebook(folder)


def test_a_sound_rulebook_passes_the_check(folder: Path) -> None:
    assert check_rulebook(folder).places["DE"].zone == "Europe/Berlin"


@pytest.mark.parametrize(
    "name", [*SMALL, "places.toml", "obsolete.toml", "holidays/ca-federal.toml"]
)
def test_any_byte_changes_the_fingerprint(folder: Path, name: str) -> None:
    before = read_rulebook(folder).pack.fingerprint
    with (folder / name).open("a") as file:
        file.write("#")

    assert read_rulebook(folder).pack.fingerprint != before


def test_the_fingerprint_does_not_depend_on_where_the_files_lie(
    folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "rulebook"
    shutil.copytree(folder, elsewhere)

    assert read_rulebook(elsewhere).pack.fingerprint == (
        read_rulebook(folder).pack.fingerprint
    )


def test_the_fingerprint_leaves_the_vendors_out(folder: Path) -> None:
    before = read_rulebook(folder).pack.fingerprint
    (folder / "vendors/clearview-ai.toml").unlink()

    assert read_rulebook(folder).pack.fingerprint == before


REGISTERED = """\
[[registrations]]
id = "us-ca-2026"
place = "US-CA"
year = 2026
from = 2026-01-31
figures = [{ family = "delete", year = 2025, received = 12, denied = 3 }]
checked_on = 2026-11-23
"""


def test_a_vendor_file_may_name_its_entries_in_a_register(folder: Path) -> None:
    change(
        folder / "vendors/clearview-ai.toml",
        "[[orders]]",
        f"{REGISTERED}\n[[orders]]",
    )

    [vendor] = read_vendors(folder)
    [entry] = vendor.value().registrations

    assert (entry.place, entry.year) == ("US-CA", 2026)
    assert date(2026, 2, 1) in entry.span
    assert [(f.received, f.denied) for f in entry.figures] == [(12, 3)]


def test_a_route_may_name_the_hours_within_which_letters_leave(folder: Path) -> None:
    change(
        folder / "vendors/clearview-ai.toml",
        'kind = "webform"',
        'kind = "webform"\nhours = "09:00-17:30"',
    )

    [vendor] = read_vendors(folder)

    assert Hours(time(9), time(17, 30)) in {r.hours for r in vendor.value().routes}


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        pytest.param('slug = "clearview-ai"', 'slug = "clear"', "slug", id="slug"),
        pytest.param(
            'zone = "America/New_York"',
            'zone = "America/New_York"\ngroup = "faces"',
            "group",
            id="no such family",
        ),
        pytest.param('seat = ["US-NY"]', 'seat = ["US-NX"]', "seat", id="seat"),
        pytest.param(
            'places = ["US-CA"]', 'places = ["US-CX"]', "offers.2.places", id="place"
        ),
        pytest.param(
            'id = "clearview-de-index"',
            'id = "clearview-removal-2020"',
            "offers.1.id",
            id="an id twice",
        ),
        pytest.param('kind = "webform"', 'kind = "fax"', "routes.0.kind", id="route"),
        pytest.param(
            'kind = "webform"',
            'kind = "webform"\nhours = "17:00-09:00"',
            "routes.0.hours",
            id="hours that end before they begin",
        ),
        pytest.param(
            "[[orders]]",
            REGISTERED.replace('"US-CA"', '"US-CX"') + "\n[[orders]]",
            "registrations.0.place",
            id="no such register",
        ),
    ],
)
def test_a_broken_vendor_is_named_with_its_field(
    folder: Path, old: str, new: str, field: str
) -> None:
    path = folder / "vendors/clearview-ai.toml"
    change(path, old, new)

    with pytest.raises(RulebookError) as caught:
        read_vendors(folder)

    assert (caught.value.file, caught.value.field) == (path, field)


def test_the_release_ships_a_sound_rulebook_and_sound_vendors() -> None:
    assert load_rulebook().pack.fingerprint == read_rulebook(HERE).pack.fingerprint
    assert "clearview-ai" in {vendor.slug for vendor in read_vendors()}


def test_every_law_has_a_source_and_a_citation() -> None:
    for law in load_rulebook().pack.laws.values():
        assert law.absent or (
            law.sources and law.citation and (law.regulator or law.regulator_note)
        )
        assert all(right.citation for step in law.steps for right in step.rights)
