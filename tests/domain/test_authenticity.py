"""What a signature proves under our own policy, doubt by doubt."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from app.domain.authenticity import (
    Authenticity,
    Checked,
    Doubt,
    Judged,
    is_testing,
    judge,
)
from app.domain.mails import Held, Mail, Signature

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
ADDRESS = "k3m9@reply.example.org"
GOOD = Signature(
    domain="vendor.example",
    selector="s",
    algorithm="rsa-sha256",
    signs=("from", "to", "subject", "date"),
    partial=False,
    digest="b",
)
KEY = "s._domainkey.vendor.example"
GENUINE = Mail(
    counts=dict.fromkeys(("from", "to", "subject", "date", "message-id"), 1),
    sender=("privacy@vendor.example",),
    to=(ADDRESS,),
    signatures=(GOOD,),
)


def judged(mail: Mail = GENUINE, **given: Any) -> Judged:
    known: dict[str, Any] = {
        "domains": ("vendor.example", "mail.vendor.example"),
        "address": ADDRESS,
        "keys": {KEY: "v=DKIM1; p=x"},
        "checked": {"b": Checked(fits=True, bits=2048)},
        "replayed": False,
        "at": NOON,
    }
    return judge(mail, **known | given)


def signature(**given: Any) -> Mail:
    return replace(GENUINE, signatures=(replace(GOOD, **given),))


def test_the_genuine_mail_is_authentic() -> None:
    assert judged() == Judged(Authenticity.AUTHENTIC)
    assert judged(replace(GENUINE, held=Held.CUT)).verdict is Authenticity.AUTHENTIC


@pytest.mark.parametrize(
    ("mail", "given", "doubt"),
    [
        (GENUINE, {"address": None}, Doubt.NO_COMPANY),
        (GENUINE, {"address": "other@reply.example.org"}, Doubt.NOT_TO_US),
        (GENUINE, {"replayed": True}, Doubt.REPLAYED),
        (GENUINE, {"keys": {KEY: ""}}, Doubt.NO_KEY),
        (GENUINE, {"keys": {KEY: "v=DKIM1; t=s:y; p=x"}}, Doubt.TESTING),
        (GENUINE, {"checked": {}}, Doubt.BROKEN),
        (GENUINE, {"checked": {"b": Checked(fits=False, bits=2048)}}, Doubt.BROKEN),
        (GENUINE, {"checked": {"b": Checked(fits=True, bits=512)}}, Doubt.WEAK),
        (signature(algorithm="rsa-sha1"), {}, Doubt.WEAK),
        (signature(partial=True), {}, Doubt.PARTLY_SIGNED),
        (signature(expires=int(NOON.timestamp()) - 1), {}, Doubt.EXPIRED),
        (signature(signs=("from", "to", "date")), {}, Doubt.NOT_ALL_SIGNED),
        (signature(domain="vendor.example.evil"), {}, Doubt.OTHER_DOMAIN),
        (replace(GENUINE, signatures=()), {}, Doubt.NO_SIGNATURE),
        (replace(GENUINE, held=Held.DEEP), {}, Doubt.NOT_READ_WHOLE),
        (replace(GENUINE, sender=("x@evil.example",)), {}, Doubt.OTHER_DOMAIN),
        (
            replace(GENUINE, sender=("privacy@vendor.example", "x@evil.example")),
            {},
            Doubt.SEVERAL_HEADERS,
        ),
        (
            replace(GENUINE, counts={**GENUINE.counts, "subject": 2}),
            {},
            Doubt.SEVERAL_HEADERS,
        ),
        (
            replace(GENUINE, counts={**GENUINE.counts, "date": 0}),
            {},
            Doubt.MISSING_HEADER,
        ),
        (replace(GENUINE, sender=()), {}, Doubt.MISSING_HEADER),
    ],
)
def test_each_doubt_alone_proves_nothing(
    mail: Mail, given: dict[str, Any], doubt: Doubt
) -> None:
    found = judged(mail, **given)

    assert found.verdict is Authenticity.NOT_PROVED
    assert doubt in found.doubts


def test_a_stranger_is_doubted_once_for_sender_and_signature() -> None:
    mail = replace(signature(domain="evil.example"), sender=("x@evil.example",))

    assert judged(mail).doubts == (Doubt.OTHER_DOMAIN,)


def test_a_key_that_nobody_gives_may_come() -> None:
    found = judged(keys={KEY: None}, checked={})

    assert found == Judged(Authenticity.NOT_CHECKED, (Doubt.KEY_UNREACHED,))


def test_one_good_signature_is_enough_whatever_stands_beside_it() -> None:
    broken = replace(GOOD, digest="c")
    mail = replace(GENUINE, signatures=(broken, GOOD))

    assert judged(mail).verdict is Authenticity.AUTHENTIC


def test_of_several_bad_ones_the_one_that_may_come_right_counts() -> None:
    broken = replace(GOOD, digest="c")
    unreached = replace(GOOD, digest="d", selector="t")
    mail = replace(GENUINE, signatures=(broken, unreached))

    assert judged(mail, checked={}).verdict is Authenticity.NOT_CHECKED


def test_a_signature_that_has_not_expired_stands() -> None:
    mail = signature(expires=int(NOON.timestamp()) + 1)

    assert judged(mail).verdict is Authenticity.AUTHENTIC


@pytest.mark.parametrize(
    ("key", "testing"),
    [("v=DKIM1; t=y; p=x", True), ("t=s", False), ("v=DKIM1; p=y", False), ("", False)],
)
def test_a_domain_may_say_that_it_only_tries(key: str, testing: bool) -> None:
    assert is_testing(key) is testing
