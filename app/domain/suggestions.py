"""What a vendor's mail seems to say, with the words that led to it.

A suggestion for a person, who decides: nothing moves by it. English, French, Spanish
and German, in the phrases that privacy departments use.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from app.domain.timeline import DenialGround, EventKind

LONGEST_READ = 20_000
"""Signs of a mail that are looked at; an answer does not begin behind them."""
SHOWN_AROUND = 40
"""Signs shown on each side of what was found."""


@dataclass(frozen=True, slots=True)
class Because:
    """Words of the mail, and what they speak for."""

    what: str
    """A kind of event, a ground of denial, ``until`` or ``reference``."""
    words: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What somebody could record."""

    kind: EventKind | None = None
    ground: DenialGround | None = None
    until: date | None = None
    """The day that an extension promises."""
    reference: str | None = None
    because: tuple[Because, ...] = ()


def _any(*phrases: str) -> re.Pattern[str]:
    """Return a pattern of phrases; a space stands for any white space."""
    joined = "|".join(phrase.replace(" ", r"\s+") for phrase in phrases)
    return re.compile(rf"(?:{joined})", re.IGNORECASE)


KINDS: Mapping[EventKind, re.Pattern[str]] = {
    EventKind.NOTHING_FOUND: _any(
        r"(?:do|does|did) not (?:hold|have|possess|process|store|find|locate) any",
        r"(?:unable|not able) to (?:find|locate|identify) any",
        r"(?:could|can) ?not (?:find|locate|identify) any",
        r"(?:hold|have|found|located) no (?:personal )?(?:data|information|records?)",
        r"no (?:matching )?(?:records?|data|information) (?:was|were|could be)"
        r" (?:found|located)",
        r"ne (?:détenons|possédons|traitons|conservons|disposons) (?:d['’])?aucune?s?",
        r"(?:n['’]avons|n['’]a|avons) (?:trouvé|identifié) aucune?s?",
        r"aucune (?:donnée|information)[^.]{0,40} n['’]a été trouvée",
        r"no (?:tenemos|disponemos|conservamos|poseemos|tratamos)[^.]{0,25} ning[úu]n",
        r"no (?:hemos|se ha|se han) encontrado? ning[úu]n",
        r"no (?:se )?encontramos (?:ning[úu]n|datos)",
        r"keine (?:personenbezogenen )?(?:daten|informationen|einträge)[^.]{0,60}"
        r"(?:gespeichert|gefunden|vorhanden|vorliegen|ermittelt)",
    ),
    EventKind.PARTLY_DELETED: _any(
        r"(?:deleted|erased|removed) (?:some|part|most) of",
        r"partially (?:deleted|erased|removed|complied)",
        r"(?:supprimé|effacé) (?:une partie|certaines)",
        r"partiellement (?:supprim|effac)é",
        r"(?:eliminado|suprimido|borrado) (?:parte|parcialmente|algunos)",
        r"teilweise gelöscht",
    ),
    EventKind.SUPPRESSED: _any(
        r"(?:added|placed)[^.]{0,40} (?:to|on) (?:our|the|a) suppression",
        r"(?:has|have) been suppressed|we have suppressed",
        r"instead of delet\w+|rather than delet\w+",
        r"liste (?:d['’]opposition|de suppression)|avons (?:masqué|bloqué)",
        r"lista de (?:exclusi[óo]n|supresi[óo]n)|hemos bloqueado",
        r"sperrliste|wurden? gesperrt|haben wir gesperrt",
    ),
    EventKind.DE_INDEXED: _any(
        r"(?:removed|delisted|de-?indexed)[^.]{0,60} (?:from|in) (?:our |the )?search",
        r"(?:déréférenc|désindex)é",
        r"desindexad|(?:eliminado|retirado)[^.]{0,60} resultados de b[úu]squeda",
        r"aus (?:den |unseren )?suchergebnissen entfernt|ausgelistet",
    ),
    EventKind.REFUSED: _any(
        r"(?:unable|not able) to (?:comply|fulfil|fulfill|honou?r|process|complete)"
        r"[^.]{0,60} request",
        r"(?:cannot|can not|will not|must) (?:comply|fulfill?|honou?r|grant|deny|refuse"
        r"|decline|reject)",
        r"(?:have|has been|been|is|are|hereby) (?:denied|refused|declined|rejected)",
        r"not (?:required|obliged|obligated) to (?:delete|erase|comply)",
        r"ne (?:pouvons|sommes)(?: malheureusement)? pas (?:donner suite|accéder"
        r"|en mesure|tenus)",
        r"(?:refusons|rejetons|est refusée|est rejetée|a été refusée|a été rejetée)",
        r"no podemos (?:atender|acceder|tramitar|cumplir|satisfacer)",
        r"(?:denegamos|rechazamos|ha sido (?:denegada|rechazada)|desestimad[ao])",
        r"(?:können|kann|werden)[^.]{0,60} nicht (?:nachkommen|entsprechen|löschen"
        r"|stattgeben)",
        r"(?:lehnen|abgelehnt|zurückgewiesen)",
    ),
    EventKind.IDENTITY_REQUESTED: _any(
        r"(?:verify|confirm|prove|proof of|verification of) (?:your|the|his|her|their)"
        r"(?: \w+)? ?identit(?:y|ies)",
        r"verify (?:that you are|who you are)|identity verification",
        r"(?:copy|photo|scan|picture) of (?:your |a |an )?(?:valid |government[- ]issued )?"
        r"(?:id\b|identity|identification|passport|driv)",
        r"(?:government|photo)[- ](?:issued )?(?:id\b|identification)",
        r"(?:justifi\w+|vérifi\w+|preuve|confirm\w+)[^.]{0,30} (?:d['’]|l['’]|votre )"
        r"identité",
        r"(?:copie|photo)[^.]{0,25} (?:pièce|carte|titre) d['’]identité",
        r"(?:verificar|acreditar|confirmar|comprobar)[^.]{0,25} identidad",
        r"copia[^.]{0,30} (?:dni|documento (?:nacional )?de identidad|pasaporte)",
        r"(?:identitätsnachweis|identität (?:zu )?(?:bestätigen|nachweisen|prüfen"
        r"|verifizieren)|identifizierung)",
        r"(?:kopie|ablichtung)[^.]{0,25} (?:personal)?ausweis\w*",
    ),
    EventKind.EXTENDED: _any(
        r"(?:extend\w*|extension)[^.]{0,60} (?:days?|months?|period|deadline|time)",
        r"(?:need|require)s? (?:more|additional|further) time",
        r"(?:additional|further|another) (?:\w+ )?\(?\d*\)? ?(?:days|months)",
        r"prolong\w+[^.]{0,40} (?:délai|mois|jours)|délai supplémentaire",
        r"(?:prorrog|ampli)\w+[^.]{0,40} (?:plazo|meses|d[íi]as)",
        r"frist[^.]{0,40} verlänger\w*|fristverlängerung|mehr zeit",
    ),
    EventKind.OPTED_OUT: _any(
        r"(?:have been|been|are now|you are|have) opted[- ]out",
        r"opt[- ]out (?:request )?(?:has been|was|is) "
        r"(?:processed|completed|honou?red|accepted)",
        r"(?:opposition|refus)[^.]{0,40} a (?:bien )?été (?:prise? en compte|enregistrée?)",
        r"(?:oposici[óo]n|exclusi[óo]n)[^.]{0,40} ha sido (?:tramitada|registrada"
        r"|aceptada)",
        r"widerspruch[^.]{0,40} (?:umgesetzt|berücksichtigt|vermerkt)",
    ),
    EventKind.DELETED: _any(
        r"(?:has|have|was|were)(?: now| all| been| successfully| permanently"
        r"| completely){0,4} (?:deleted|erased|purged|removed|destroyed)",
        r"(?:deletion|erasure|removal)(?: request)? (?:has been|is|was)(?: now)?"
        r" (?:completed?|done|successful|fulfilled)",
        r"(?:ont|a)(?: bien| toutes| définitivement)* été"
        r" (?:définitivement |intégralement )?(?:supprim|effac|détruit)\w*",
        r"avons (?:bien |définitivement )?(?:procédé à )?(?:supprim|effac|la suppression"
        r"|l['’]effacement)\w*",
        r"(?:han|ha) sido (?:definitivamente )?(?:eliminad|suprimid|borrad)\w+",
        r"hemos (?:procedido a )?(?:eliminad|suprimid|borrad|la supresi|la eliminaci)\w+",
        r"(?:wurden|wurde|haben wir|sind)[^.]{0,60} (?:vollständig |endgültig )?gelöscht",
    ),
    EventKind.ACKNOWLEDGED: _any(
        r"(?:have |has been |been |acknowledge |confirm )(?:the )?rece(?:ived|ipt)",
        r"thank you for (?:your|contacting|reaching|submitting)",
        r"(?:is|are) (?:being )?(?:reviewed|reviewing|processed|processing)",
        r"accus\w+ (?:bonne )?réception|bien reçu|avons (?:bien )?reçu",
        r"(?:hemos|se ha) recibido|acus\w+ (?:de )?recibo",
        r"(?:haben|ist)[^.]{0,40} (?:erhalten|eingegangen)|eingangsbestätigung"
        r"|vielen dank für ihre",
    ),
}
"""Phrases by what they speak for. The first kind that is found is suggested: what binds
most comes first, and a receipt is in nearly every answer."""

PROMISED = _any(
    r"\bwill (?:be )?(?:delet|eras|remov|purg)\w*",
    r"\b(?:once|if|when|after)\b[^.]{0,80}(?:delet|eras|remov|purg)\w*",
    r"\b(?:seront|sera|une fois)\b[^.]{0,80}(?:supprim|effac)\w*",
    r"\b(?:ser[áa]n?|una vez)\b[^.]{0,80}(?:eliminad|suprimid|borrad)\w*",
    r"\b(?:werden|sobald)\b[^.]{0,80}gelöscht",
)
"""What is only announced is not done."""

GROUNDS: Mapping[DenialGround, re.Pattern[str]] = {
    DenialGround.OUTSIDE_JURISDICTION: _any(
        r"not (?:a )?residents? of|only (?:available|applies|apply|offered) to residents",
        r"(?:law|ccpa|cpra|gdpr|act)[^.]{0,30} (?:does|do) not apply to (?:you|us)",
        r"ne s['’]applique pas|ne résidez pas|non[- ]résident",
        r"no (?:se aplica|es aplicable|reside)",
        r"(?:nicht anwendbar|keine anwendung|nicht wohnhaft)",
    ),
    DenialGround.IDENTITY_NOT_VERIFIED: _any(
        r"(?:unable to|not able to|can ?not|could not) verify (?:your|the)(?: \w+)?"
        r" identity",
        r"identity (?:could not|cannot) be verified",
        r"pas (?:pu|en mesure de) vérifier votre identité",
        r"no (?:hemos podido|ha sido posible) verificar (?:su|la) identidad",
        r"identität (?:konnte )?nicht (?:bestätigt|verifiziert|überprüft|geprüft)",
    ),
    DenialGround.LEGAL_RETENTION_DUTY: _any(
        r"(?:legal|statutory|retention) (?:obligation|requirement|dut)\w*",
        r"required by law to (?:retain|keep)",
        r"obligations? légales? de conserv\w+|obligation légale",
        r"obligaci[óo]n legal|obligaciones legales",
        r"(?:gesetzliche\w*|steuerrechtliche\w*|handelsrechtliche\w*) "
        r"(?:aufbewahrung|pflicht)\w*|aufbewahrungs(?:pflicht|frist)\w*",
    ),
    DenialGround.LEGAL_CLAIMS: _any(
        r"(?:establishment|exercise|defen[cs]e)[^.]{0,40} legal claims",
        r"droits en justice|reclamaciones|rechtsansprüche\w*",
    ),
    DenialGround.AGENT_NOT_ACCEPTED: _any(
        r"(?:do not|cannot|unable to) accept[^.]{0,60} (?:agents?|third part)",
        r"authori[sz]ed agent[^.]{0,60} (?:not|cannot|invalid)",
        r"(?:mandataire|tiers)[^.]{0,60} (?:pas|refus)",
        r"(?:representante|tercero)s?[^.]{0,60} no ",
        r"(?:bevollmächtigt|dritte)\w*[^.]{0,60} nicht",
    ),
    DenialGround.PUBLICLY_AVAILABLE: _any(
        r"publicly available|public records?",
        r"accessibles? au public|fuentes? (?:de acceso )?p[úu]blic|öffentlich zugänglich",
    ),
    DenialGround.FREEDOM_OF_EXPRESSION: _any(
        r"freedom of (?:expression|speech)|free speech|first amendment",
        r"liberté d['’]expression|libertad de expresi[óo]n|meinungsfreiheit",
    ),
    DenialGround.OVERRIDING_LEGITIMATE_INTEREST: _any(
        r"legitimate interests?|intérêts? légitimes?|intere(?:s|ses) leg[íi]timos?",
        r"berechtigte\w* interesse\w*",
    ),
    DenialGround.MANIFESTLY_UNFOUNDED_OR_EXCESSIVE: _any(
        r"manifestly unfounded|excessive",
        r"manifestement infondée?|excessives?",
        r"manifiestamente infundad\w+|excesiv\w+",
        r"offen(?:kundig|sichtlich) unbegründet|exzessiv",
    ),
    DenialGround.SUPPRESSION_INSTEAD: _any(
        r"suppress\w+ instead|instead[^.]{0,30}suppress"
    ),
}
"""Phrases by the ground of a refusal; the first that is found is suggested."""

MONTHS: Mapping[str, int] = {
    name: number
    for number, names in enumerate(
        (
            "january janvier enero januar jänner",
            "february février fevrier febrero februar",
            "march mars marzo märz maerz",
            "april avril abril",
            "may mai mayo",
            "june juin junio juni",
            "july juillet julio juli",
            "august août aout agosto",
            "september septembre septiembre setiembre",
            "october octobre octubre oktober",
            "november novembre noviembre",
            "december décembre decembre diciembre dezember",
        ),
        start=1,
    )
    for name in names.split()
}
_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
DAYS = (
    re.compile(r"\b(?P<y>20\d\d)-(?P<m>\d\d)-(?P<d>\d\d)\b"),
    re.compile(
        rf"\b(?P<d>\d{{1,2}})(?:er|st|nd|rd|th|\.)?\s+(?:de\s+|of\s+)?(?P<w>{_MONTH})"
        r",?\s+(?:de\s+|del\s+)?(?P<y>20\d\d)\b",
        re.IGNORECASE,
    ),
    re.compile(
        rf"\b(?P<w>{_MONTH})\s+(?P<d>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<y>20\d\d)\b",
        re.IGNORECASE,
    ),
    re.compile(r"\b(?P<d>\d{1,2})\.(?P<m>\d{1,2})\.(?P<y>20\d\d)\b"),
)
"""Days written so that they can be read in one way only: 03/04/2027 is none."""
REFERENCE = re.compile(
    r"""(?:(?:reference|ticket|case|request|r[ée]f[ée]rence|dossier|referencia|expediente
    |caso|aktenzeichen|vorgangs?(?:nummer)?|referenz|ticketnummer|ref)
    \s*(?:number|num[ée]ro|n[úu]mero|nummer|no\.?|nr\.?|n[°º]|id)?\s*[:.\#]?\s*\#?
    |\[\#?|\#)
    (?P<name>[A-Z0-9][A-Z0-9/_-]{2,39})\b""",
    re.IGNORECASE | re.VERBOSE,
)


def suggest(subject: str, text: str, *, on: date) -> Suggestion:
    """Return what a mail that came ``on`` a day seems to say."""
    said = f"{subject}\n{own_words(text[:LONGEST_READ])}"
    kind, because = _kind(said)
    ground = until = None
    if kind is EventKind.REFUSED:
        ground, why = _first(GROUNDS, said)
        because += why
    if kind is EventKind.EXTENDED:
        until, why = _until(said, on)
        because += why
    reference, why = _reference(said)
    return Suggestion(kind, ground, until, reference, (*because, *why))


def own_words(text: str) -> str:
    """Return a mail's text without the mail that it quotes: our letter speaks there."""
    lines = []
    for given in text.splitlines():
        line = " ".join(given.split())
        if QUOTED_BELOW.match(line):
            break
        if not line.startswith(">"):
            lines.append(line)
    return "\n".join(lines)


QUOTED_BELOW = re.compile(
    r"""^(?:
      -{2,}\s*(?:original|forwarded|message|urspr|mensaje).*
    | _{10,}
    | on\ .{5,120}\ wrote: | le\ .{5,120}\ a\ écrit\s?:
    | el\ .{5,120}\ escribió: | am\ .{5,120}\ schrieb.{0,80}:
    )$""",
    re.IGNORECASE | re.VERBOSE,
)


def references_in(subject: str) -> tuple[str, ...]:
    """Return what may be a vendor's reference in a subject: words with a figure."""
    words = re.findall(r"[\w#/.-]+", subject)[:MOST_WORDS]
    bare = [word.strip("#/.-") for word in words]
    single = [word for word in bare if len(word) >= SHORTEST and re.search(r"\d", word)]
    pairs = [f"{a} {b}" for a, b in pairwise(bare) if b.isdigit()]
    named = [found["name"] for found in REFERENCE.finditer(subject)]
    return tuple(dict.fromkeys([*named, *single, *pairs]))


MOST_WORDS = 40
SHORTEST = 4
"""Signs of a reference that stands alone: two figures are in every subject."""


def _kind(said: str) -> tuple[EventKind | None, tuple[Because, ...]]:
    announced = [(m.start(), m.end()) for m in PROMISED.finditer(said)]
    for kind, phrases in KINDS.items():
        for found in phrases.finditer(said):
            inside = any(a <= found.start() < b for a, b in announced)
            if kind is not EventKind.DELETED or not inside:
                return kind, (Because(kind, _around(said, found)),)
    return None, ()


def _first(
    table: Mapping[DenialGround, re.Pattern[str]], said: str
) -> tuple[DenialGround | None, tuple[Because, ...]]:
    for ground, phrases in table.items():
        found = phrases.search(said)
        if found:
            return ground, (Because(ground, _around(said, found)),)
    return None, ()


def _until(said: str, on: date) -> tuple[date | None, tuple[Because, ...]]:
    """Return the last day that is named and has not come yet."""
    named = [(day, found) for day, found in _days(said) if day > on]
    if not named:
        return None, ()
    day, found = max(named, key=lambda pair: pair[0])
    return day, (Because("until", _around(said, found)),)


def _days(said: str) -> Iterator[tuple[date, re.Match[str]]]:
    for form in DAYS:
        for found in form.finditer(said):
            parts = found.groupdict()
            month = parts.get("m") or MONTHS[(parts.get("w") or "").lower()]
            try:
                yield date(int(parts["y"]), int(month), int(parts["d"])), found
            except ValueError:
                continue


def _reference(said: str) -> tuple[str | None, tuple[Because, ...]]:
    for found in REFERENCE.finditer(said):
        name = found["name"]
        if re.search(r"\d", name) and not is_ours(name):
            return name, (Because("reference", _around(said, found)),)
    return None, ()


def is_ours(name: str) -> bool:
    """Return whether a reference is a request's own number."""
    return bool(re.fullmatch(r"R-[0-9A-Z]{4}-[0-9A-Z]{4}", name, re.IGNORECASE))


NUMBER = re.compile(r"\bR-[0-9A-Z]{4}-[0-9A-Z]{4}\b", re.IGNORECASE)
MOST_NUMBERS = 5


def numbers_in(texts: Iterable[str]) -> tuple[str, ...]:
    """Return the numbers of requests that are named, the first first."""
    found = (n.upper() for text in texts for n in NUMBER.findall(text[:LONGEST_READ]))
    return tuple(dict.fromkeys(found))[:MOST_NUMBERS]


def _around(said: str, found: re.Match[str]) -> str:
    """Return what was found with the words beside it, on one line."""
    before = said[max(found.start() - SHOWN_AROUND, 0) : found.start()]
    after = said[found.end() : found.end() + SHOWN_AROUND]
    before = before.split("\n")[-1]
    after = after.split("\n")[0]
    return " ".join(f"{before}{found[0]}{after}".split())


LINK = re.compile(r"https?://[^\s<>\"]{1,500}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text: words, or a link with the domain that it leads to."""

    text: str
    domain: str | None = None


def pieces(text: str) -> tuple[Piece, ...]:
    """Return a text with its links apart, so that each can be marked."""
    found: list[Piece] = []
    end = 0
    for link in LINK.finditer(text):
        if link.start() > end:
            found.append(Piece(text[end : link.start()]))
        found.append(Piece(link[0], domain_of(link[0])))
        end = link.end()
    return (*found, Piece(text[end:])) if end < len(text) else tuple(found)


def domain_of(link: str) -> str:
    """Return where a link leads: what stands before an @ is only made to look so."""
    host = re.split(r"[/?#\\]", link.partition("://")[2])[0]
    return host.rpartition("@")[2].partition(":")[0].lower().rstrip(".")
