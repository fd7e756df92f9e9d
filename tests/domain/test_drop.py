"""Identifiers as DROP compares them: the published examples, and what they leave."""

from datetime import date

import pytest

from app.domain import drop


@pytest.mark.parametrize(
    ("normalised", "alike", "published"),
    [
        (
            drop.email("Anna.Smith@Domain.com"),
            "anna.smith@domain.com",
            "KA18MT/ph6IHYjzT9zwETySDQyvSh87YuoSBpOQtkhE=",
        ),
        (
            drop.email("danielle.johnson12@example.com"),
            "danielle.johnson12@example.com",
            "mKDnDvwF2inxrKcK1hJN2TRkxPfL6kzNNTtU12eH8Bw=",
        ),
        (
            drop.phone("+1(415)555-9317"),
            "4155559317",
            "vGM7y5n+hBXRSEAklhHDPCbysyNgYTmXdMcagGUOY8E=",
        ),
        (
            drop.phone("+84(90)123 4567"),
            "4901234567",
            "ptzVkgbv9DonwvPCHmXmJ2SEOaolSh37z3ZzY/Gmm+U=",
        ),
        (
            drop.phone("+354(123)4567"),
            "3541234567",
            "Btrzydf5K6ALAKKXJGFHSx7u5bDzHC9WlVYtpq1n2rY=",
        ),
        (
            drop.phone("5551273811"),
            "5551273811",
            "jr/RAWYVN+ODBf2vRxwBASPwiO4x27OGI1y3IDhcwLo=",
        ),
        (
            drop.zip_code("91790-3771"),
            "91790",
            "2FPZucR4x7U8KlM+SFAX4LPGhwNz/PIZUCSUdDh0o/s=",
        ),
        (
            drop.zip_code("M1B 1A1"),
            "m1b1a",
            "n8L9q8mVeT6Xt9/EeUNiTukGDrkbPJ3DvOEx14uElxk=",
        ),
        (
            drop.zip_code(" 00712345"),
            "71234",
            "aeNUYKh7Xw5sqpxSbSP9eOHsj6iXewbUyavv89DIuhQ=",
        ),
        (
            drop.zip_code(" 00300-9999"),
            "300",
            "mDvWFLta/s5as7YCP3EUfNe2vCMU+dJ690IlQcZVg4k=",
        ),
        (
            drop.birth_date(date(1776, 7, 4)),
            "17760704",
            "skXYXxBER6HQTZ3rXSZH1wVGLQ054mS5rbR/bwvzy4I=",
        ),
        (
            drop.name("Juan Pablo"),
            "juanpablo",
            "91hIbrbzNeqHs3o81O5yNrXUj7wDd2shvZ6THKi9qz8=",
        ),
        (
            drop.name("Martinez"),
            "martinez",
            "2wRPGbwBNxhShjRczx8GfS2c4cjvs4NJskeWloUNtp8=",
        ),
    ],
)
def test_a_published_example_comes_out_as_published(
    normalised: str, alike: str, published: str
) -> None:
    assert normalised == alike
    assert drop.hashed(normalised) == published


def test_the_published_person_comes_out_as_published() -> None:
    parts = (
        drop.name("Danielle"),
        drop.name("Johnson"),
        drop.birth_date(date(1985, 7, 4)),
        drop.zip_code("91790"),
    )

    whole = drop.hashed_together(parts)

    assert whole == "PQOfn1RffEKmqMmNAzDKKaoZCwxWbQZkQzPWmQo9REA="


@pytest.mark.parametrize(
    ("typed", "alike"),
    [
        ("O’Brien-Núñez", "obriennunez"),
        ("Zoë", "zoe"),
        ("Zoe\u0308", "zoe"),
        ("Łukasz Groß", "lukaszgross"),
        ("ﬁona", "fiona"),
        ("Αθηνά", "athina"),
        ("Наталья Щукина", "natalyashchukina"),
        ("李小龍", "李小龍"),
        ("محمد علي", "محمدعلي"),
        ("김철수", "김철수"),
        ("", ""),
    ],
)
def test_a_name_keeps_its_letters_and_no_accent(typed: str, alike: str) -> None:
    assert drop.name(typed) == alike


def test_an_address_loses_every_space_and_keeps_its_dots() -> None:
    assert drop.email(" A.b +x@ Example.ORG ") == "a.b+x@example.org"


def test_a_postal_code_is_found_in_an_address() -> None:
    line = "12345 Long Street, Los Angeles, CA 90012-1234"

    assert drop.zip_codes_in(line) == ("90012-1234", "12345")
    assert drop.zip_codes_in("Rue sans numéro") == ()
