"""How a webhook is signed: by anybody to be checked with standard tools."""

from datetime import UTC, datetime

from app.domain.webhooks import HookEvent, headers, signature

BODY = b'{"type":"batch.ready"}'


def test_a_signature_is_what_openssl_makes_of_moment_dot_body() -> None:
    made = "7c51ca044464c93a7672e6739a11f085156150e895b9652ad6f746480f1e1977"  # openssl dgst -sha256 -hmac efw_secret

    assert signature(b"efw_secret", 1764158400, BODY) == f"sha256={made}"


def test_the_headers_say_what_happened_and_when() -> None:
    at = datetime(2025, 11, 26, 12, tzinfo=UTC)

    told = headers(
        b"efw_secret",
        BODY,
        event="event-1",
        kind=HookEvent.BATCH_READY,
        delivery="delivery-2",
        at=at,
    )

    assert told == {
        "Content-Type": "application/json",
        "Efface-Event-Id": "event-1",
        "Efface-Event-Type": "batch.ready",
        "Efface-Delivery-Id": "delivery-2",
        "Efface-Timestamp": "1764158400",
        "Efface-Version": "1",
        "Efface-Signature": signature(b"efw_secret", 1764158400, BODY),
    }
