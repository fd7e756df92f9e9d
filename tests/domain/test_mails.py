"""What a mail brings is told by its bytes."""

import pytest

from app.domain.mails import Mail, ending_by


@pytest.mark.parametrize(
    ("head", "ending"),
    [
        (b"\x89PNG\r\n\x1a\n....", "png"),
        (b"\xff\xd8\xff\xe0", "jpg"),
        (b"%PDF-1.7", "pdf"),
        (b"MZ\x90\x00", None),
        (b"", None),
    ],
)
def test_a_file_is_what_its_first_bytes_are(head: bytes, ending: str | None) -> None:
    assert ending_by(head) == ending


def test_a_mail_of_several_senders_has_no_domain() -> None:
    assert Mail(sender=("a@b.example",)).sender_domain == "b.example"
    assert Mail(sender=("a@b.example", "c@d.example")).sender_domain == ""
