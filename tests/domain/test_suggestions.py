"""What vendors write, in four languages, and what it seems to say."""

from datetime import date

import pytest

from app.domain.suggestions import (
    Because,
    Piece,
    numbers_in,
    own_words,
    pieces,
    references_in,
    suggest,
)
from app.domain.timeline import DenialGround, EventKind

DAY = date(2026, 11, 23)
K = EventKind
SAID = [
    (K.DELETED, "We confirm that your personal data has been permanently deleted."),
    (K.DELETED, "Your deletion request has been completed."),
    (K.DELETED, "Vos données ont été supprimées de nos bases."),
    (K.DELETED, "Nous avons procédé à l’effacement de vos données."),
    (K.DELETED, "Sus datos han sido eliminados."),
    (K.DELETED, "Hemos suprimido sus datos personales."),
    (K.DELETED, "Ihre Daten wurden vollständig gelöscht."),
    (K.NOTHING_FOUND, "We do not hold any personal data about you."),
    (K.NOTHING_FOUND, "We were unable to locate any records matching your details."),
    (K.NOTHING_FOUND, "Nous ne détenons aucune donnée vous concernant."),
    (K.NOTHING_FOUND, "No disponemos de ningún dato suyo."),
    (K.NOTHING_FOUND, "Zu Ihrer Person sind keine Daten bei uns gespeichert."),
    (K.REFUSED, "We are unable to comply with your request."),
    (K.REFUSED, "Unfortunately your request has been denied."),
    (K.REFUSED, "Nous ne pouvons pas donner suite à votre demande."),
    (K.REFUSED, "No podemos atender su solicitud."),
    (K.REFUSED, "Wir können Ihrem Antrag leider nicht entsprechen."),
    (K.IDENTITY_REQUESTED, "Please verify your identity by sending a copy of your ID."),
    (
        K.IDENTITY_REQUESTED,
        "Merci de nous transmettre une copie d’une pièce d’identité.",
    ),
    (K.IDENTITY_REQUESTED, "Envíe una copia de su DNI."),
    (K.IDENTITY_REQUESTED, "Bitte senden Sie eine Kopie Ihres Personalausweises."),
    (K.EXTENDED, "We need more time and extend the period by 45 days."),
    (K.EXTENDED, "Nous prolongeons ce délai de deux mois."),
    (K.EXTENDED, "Ampliamos el plazo dos meses."),
    (K.EXTENDED, "Wir müssen die Frist um zwei Monate verlängern."),
    (K.OPTED_OUT, "You have been opted out of the sale of your data."),
    (K.OPTED_OUT, "Ihr Widerspruch wurde berücksichtigt."),
    (K.SUPPRESSED, "We have placed your record on our suppression list."),
    (K.SUPPRESSED, "Ihre Daten wurden gesperrt."),
    (K.DE_INDEXED, "The page was removed from our search results."),
    (K.DE_INDEXED, "L’URL a été déréférencée."),
    (K.PARTLY_DELETED, "We deleted some of your data."),
    (K.ACKNOWLEDGED, "We have received your request and will answer in 30 days."),
    (K.ACKNOWLEDGED, "Nous accusons réception de votre demande."),
    (K.ACKNOWLEDGED, "Hemos recibido su solicitud."),
    (K.ACKNOWLEDGED, "Wir haben Ihre Anfrage erhalten."),
    (K.ACKNOWLEDGED, "Thank you for your request. Your data will be deleted soon."),
    (None, "Hello, call me back please."),
    (None, "Your data will be deleted within 30 days."),
    (None, "Once your data has been deleted, we close the case."),
    (None, ""),
]


@pytest.mark.parametrize(("kind", "text"), SAID)
def test_the_usual_phrases_are_recognised_with_the_words_that_say_so(
    kind: EventKind | None, text: str
) -> None:
    found = suggest("Your request", text, on=DAY)

    assert found.kind is kind
    assert bool(found.because) is (kind is not None)
    assert all(one.words for one in found.because)


@pytest.mark.parametrize(
    ("ground", "text"),
    [
        (DenialGround.OUTSIDE_JURISDICTION, "as you are not a resident of California"),
        (
            DenialGround.LEGAL_RETENTION_DUTY,
            "wegen gesetzlicher Aufbewahrungspflichten",
        ),
        (DenialGround.IDENTITY_NOT_VERIFIED, "we could not verify your identity"),
        (DenialGround.OVERRIDING_LEGITIMATE_INTEREST, "en raison d’intérêts légitimes"),
        (DenialGround.AGENT_NOT_ACCEPTED, "we do not accept requests from agents"),
        (DenialGround.PUBLICLY_AVAILABLE, "it comes from public records"),
        (None, "for reasons of our own"),
    ],
)
def test_a_refusal_names_its_ground(ground: DenialGround | None, text: str) -> None:
    found = suggest("", f"Your request has been denied {text}.", on=DAY)

    assert (found.kind, found.ground) == (K.REFUSED, ground)


@pytest.mark.parametrize(
    ("text", "until"),
    [
        ("until 2027-01-31", date(2027, 1, 31)),
        ("until January 31st, 2027", date(2027, 1, 31)),
        ("until the 3rd of February 2027", date(2027, 2, 3)),
        ("jusqu’au 1er mars 2027", date(2027, 3, 1)),
        ("hasta el 5 de abril de 2027", date(2027, 4, 5)),
        ("bis zum 6. Mai 2027 oder 07.05.2027", date(2027, 5, 7)),
        ("your letter of 2026-11-01", None),
        ("until 03/04/2027", None),
        ("until 2027-02-31", None),
    ],
)
def test_an_extension_names_its_day_where_that_can_be_read_in_one_way(
    text: str, until: date | None
) -> None:
    found = suggest("", f"We need more time, {text}.", on=DAY)

    assert (found.kind, found.until) == (K.EXTENDED, until)


@pytest.mark.parametrize(
    ("subject", "reference"),
    [
        ("Re: [DSR-20417] your letter", "DSR-20417"),
        ("Ticket #48213 received", "48213"),
        ("Aktenzeichen: 2026/114-L", "2026/114-L"),
        ("Votre dossier n° A-77312", "A-77312"),
        ("Request R-7Q2M-4KDX", None),
        ("Case closed", None),
    ],
)
def test_a_reference_is_theirs_and_not_our_number(
    subject: str, reference: str | None
) -> None:
    assert suggest(subject, "", on=DAY).reference == reference


def test_what_we_wrote_ourselves_is_not_their_answer() -> None:
    text = (
        "Thank you for your mail.\n"
        "> you have deleted my data\n"
        "On Mon, 23 Nov 2026, Efface wrote:\n"
        "Confirm that the data has been deleted.\n"
    )

    assert own_words(text) == "Thank you for your mail."
    assert suggest("", text, on=DAY).kind is K.ACKNOWLEDGED


def test_the_words_are_shown_with_those_beside_them_on_one_line() -> None:
    found = suggest("", "Dear you,\nall your data  has been deleted. Bye.\nX", on=DAY)

    assert found.because == (
        Because(K.DELETED, "all your data has been deleted. Bye."),
    )


def test_what_may_be_a_reference_in_a_subject_has_a_figure() -> None:
    assert references_in("Re: Ticket 17, DSR-204 and x1") == ("DSR-204", "Ticket 17")


def test_the_numbers_of_requests_are_found_whatever_their_case() -> None:
    assert numbers_in(("r-7q2m-4kdx", "R-7Q2M-4KDX R-0000-0000")) == (
        "R-7Q2M-4KDX",
        "R-0000-0000",
    )


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("no link", (Piece("no link"),)),
        ("", ()),
        (
            "see https://Probe.example.org/x now",
            (
                Piece("see "),
                Piece("https://Probe.example.org/x", "probe.example.org"),
                Piece(" now"),
            ),
        ),
        (
            "https://probe.example.org@evil.example:8/?q",
            (Piece("https://probe.example.org@evil.example:8/?q", "evil.example"),),
        ),
    ],
)
def test_a_link_is_told_by_where_it_leads(text: str, found: tuple[Piece, ...]) -> None:
    assert pieces(text) == found
