"""Registers of brokers and company records in the shapes in which they are published."""

import csv
import io
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from random import Random
from typing import Any

LAWS_2026 = (
    "federal Fair Credit Reporting Act",
    "Gramm\u2011Leach\u2011Bliley Act (GLBA) and implementing regulations",
    "California Insurance Information and Privacy Protection Act (IIPPA)",
    "California Confidentiality of Medical Information Act (CMIA)",
    "HIPAA privacy, security, and breach\u2011notification rules",
)
ASKED_2026 = (
    "Requests to delete",
    "Requests to know what personal information is being collected",
    "Requests to know what personal information is sold or shared",
    "Requests to opt out of sale or sharing",
    "Requests to limit the use and disclosure of sensitive personal information",
)
WHO = ("primary street address", "city", "state", "zip code", "country")
LABELS_2026 = (
    "Data broker name:",
    "Doing Business As (DBA), if applicable:",
    "Data broker primary website:",
    "Data broker primary contact email address:",
    "Data broker primary phone number: [optional]",
    *(f"Data broker {what}:" for what in WHO),
    (
        "Data broker's primary website that contains details on how consumers can exercise"
        " their CA Consumer Privacy rights:"
    ),
    "Data broker collects personal information of minors:",
    (
        "Data broker collects consumers\u2019 account logins or numbers with security codes"
        " that grant access to third\u2011party accounts"
    ),
    (
        "Data broker collects consumers\u2019 government\u2011issued identification numbers used"
        " to verify an individual\u2019s identity"
    ),
    "Data broker collects consumers' citizenship data, including immigration status",
    "Data broker collects consumers' union membership status",
    "Data broker collects consumers' sexual orientation status",
    "Data broker collects consumers' gender identity",
    "Data broker collects consumers' biometric data",
    "Data broker collects consumers' precise geolocation",
    "Data broker collects consumers\u2019 reproductive health care data:",
    *(
        f"Data broker shared or sold consumers\u2019 data to {who} in the past year"
        for who in (
            "a foreign actor",
            "the federal government",
            "other state governments",
            "law enforcement",
            "a developer of a GenAI system or model",
        )
    ),
    *(
        label
        for law in LAWS_2026
        for label in (
            f"The data broker or any of its subsidiaries is regulated by the {law}",
            *(
                f"If the data broker or its subsidiaries are regulated by the {law},"
                f" describe {what}"
                for what in ("the personal information", "the products", "the share")
            ),
        )
    ),
    *(
        f"{asked} - {what}"
        for asked in ASKED_2026
        for what in (
            "Total requests received",
            "Total requests received - Complied in whole",
            "Total requests received - Complied in part",
            "Total requests received - Denied",
            # As published: whatever was asked for, behind the dash stands another one.
            (
                "The number of days to respond substantively to a request to know in 2024"
                " - Mean"
            ),
            (
                "The number of days to respond substantively to a request to know in 2024"
                " - Median"
            ),
        )
    ),
    "Additional Context or Comments:  [optional]",
)
ASKED_2025 = (
    "to delete",
    "to know",
    (
        "to know what personal information was sold or shared, and to whom it was sold or"
        " shared,"
    ),
    "to opt out of the sale or sharing of personal information",
    "to limit the use and disclosure of sensitive personal information",
)
LABELS_2025 = (
    "Data broker\xa0name:",
    "Doing Business As (DBA), if applicable:",
    "Data broker primary website:",
    "Data broker primary contact email address:",
    "Data broker primary phone number: [optional] ",
    *(f"Data broker {what}:" for what in WHO),
    "Data broker primary address, if it does not comport to the format provided: ",
    "The data broker collects personal information of minors:",
    "The data broker collects consumers\u2019 precise geolocation: ",
    "The data broker collects consumers\u2019 reproductive health care data:",
    (
        "Data Broker's primary website that contains details on how consumers can exercise"
        " their CA Consumer Privacy Act rights, including how to delete their personal"
        " information: "
    ),
    *(
        label
        for law in ("FCRA", "GLBA", "IIPPA", "CMIA", "HIPAA")
        for label in (
            f"The data broker or any of its subsidiaries is regulated by the ({law}):",
            *(f"If regulated by the {law}, listed are {n}:" for n in range(3)),
        )
    ),
    *(
        label
        for asked in ASKED_2025
        for label in (
            (
                f"Number of requests {asked} {'recieved' if asked == 'to know' else 'received'}"
                " from consumers in 2023: "
            ),
            f"Number of requests {asked} complied with in whole in 2023: ",
            f"Number of requests {asked} complied with in part in 2023:",
            f"Number of requests {asked} denied in 2023:",
            (
                f"Median number of days taken to respond substantively to a request {asked}"
                " in 2023:"
            ),
            (
                f"Mean number of days taken to respond substantively to a request {asked} in"
                " 2023:"
            ),
        )
    ),
    "Additional information or explanation on the metrics reporting: [optional]",
    (
        "Additional information or explanation concerning the data collection practices:"
        " [optional]"
    ),
)
LABELS_2024 = (
    "Business name",
    "Doing Business As (DBA), if applicable [optional]",
    "Business primary website",
    "Business primary contact email address",
    "Business primary phone number [optional]",
    "Business primary street address",
    "Business city",
    "Business state abbreviation ",
    "Business zip code",
    "Business collects personal information of minors",
    "Business collects consumers\u2019 precise geolocation",
    "Business collects consumers\u2019 reproductive health care data",
)
LABELS = {2024: LABELS_2024, 2025: LABELS_2025, 2026: LABELS_2026}


def name_of(number: int) -> str:
    return f"Broker {number:04} Data, Inc."


def row(labels: Iterable[str], number: int, **cells: str) -> list[str]:
    """Return a made-up broker's row; a cell is named by a part of its label."""
    chance = Random(number)
    site = f"broker{number:04}.example"
    made = {
        "name": name_of(number),
        "primary website:": f"https://www.{site}; https://app.{site}/start",
        "business primary website": f"www.{site}",
        "contact email": f"Privacy@{site}",
        "street": f"{number} Main St.",
        "city": "Austin",
        "broker state": "TX",
        "business state": "TX",
        "zip": "78701",
        "country": "USA",
        "exercise": f"https://www.{site}/rights",
        **cells,
    }
    told = []
    for label in labels:
        plain = label.replace("\xa0", " ").lower()
        found = [
            v for k, v in made.items() if k.lower() in plain and "comport" not in plain
        ]
        if found:
            told.append(found[-1])
        elif "collects" in plain or "regulated" in plain or "sold" in plain[:32]:
            told.append("Yes" if chance.random() < 0.1 else "No")
        elif "request" in plain:
            told.append(f"{chance.randrange(5000):,}")
        else:
            told.append("")
    return told


def registry(
    year: int, numbers: Iterable[int], cells: Mapping[int, dict[str, str]] | None = None
) -> str:
    """Return the registry of a year as the state publishes it, with some brokers."""
    labels = LABELS[year]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    if year == 2025:
        guide = "If not answered by DB, do not surface in website. "
        writer.writerow(["", guide, *[""] * (len(labels) - 2)])
    writer.writerow(labels)
    for number in numbers:
        writer.writerow(row(labels, number, **(cells or {}).get(number, {})))
    return "\ufeff" + out.getvalue()


def company(number: int) -> dict[str, Any]:
    """Return a made-up company record of datarequests.org."""
    slug = f"firm-{number:04}"
    record: dict[str, Any] = {
        "slug": slug,
        "relevant-countries": ["all"] if number % 3 else ["de", "at"],
        "categories": ["commerce"],
        "name": f"Firm {number:04} GmbH",
        "address": f"Musterweg {number}\n10115 Berlin\nDeutschland",
        "phone": "+49 30 1234567",
        "email": f"datenschutz@{slug}.example",
        "web": f"https://www.{slug}.example/",
        "sources": [
            f"https://www.{slug}.example/datenschutz",
            f"https://www.{slug}.example/impressum",
        ],
        "suggested-transport-medium": "email",
        "quality": "verified",
    }
    if number % 4 == 0:
        record["runs"] = [f"Shop {number:04}"]
    if number % 6 == 0:
        record["required-elements"] = [
            {"desc": "Name", "type": "name"},
            {"desc": "Anschrift", "type": "address", "optional": number % 12 == 0},
        ]
    if number % 20 == 0:
        record["webform"] = f"https://www.{slug}.example/form"
        record["suggested-transport-medium"] = "webform"
    return record


def write_companies(folder: Path, numbers: Iterable[int]) -> None:
    """Write company records, one to a file."""
    folder.mkdir(exist_ok=True)
    for number in numbers:
        text = json.dumps(company(number), indent=4, ensure_ascii=False)
        (folder / f"firm-{number:04}.json").write_text(text, "utf-8")
