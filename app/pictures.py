"""Pictures that stand for a page where its address is shared: PNG, 1200 by 630 pixels.

The typesetter of letters draws them, with the same type. What is said reaches it as
JSON, never as its language. It is an extra: without it pages name no picture.
"""

import json
from dataclasses import asdict, dataclass, replace
from importlib.util import find_spec

AVAILABLE = find_spec("typst") is not None
"""Whether the extra is installed."""
WIDTH, HEIGHT = 1200, 630
LONGEST_HEADING, LONGEST_LINE, LONGEST_NAME = 120, 320, 72
"""Signs; what is longer is cut, as a name that somebody typed may be."""
LARGEST, SMALLEST = 36, 15
"""Points of a heading."""
LINES = 3
MAP_WIDTH, MAP_HEIGHT, LARGEST_TILE = 264, 222, 34
"""Points of a map, at most, and of a tile of it."""
ROOM, ROOM_BESIDE = 536, 256
"""Points between the margins, and where a map or bars stand beside the words."""
SMALL = 13
"""Points of the smallest words but the foot: at a third of the size, 400 pixels wide,
they are as high as those of a small screen."""

CARD = r"""
#let it = json(bytes(sys.inputs.content))
#set page(width: 600pt, height: 315pt, margin: (x: 32pt, y: 22pt), fill: rgb("#faf9f5"))
#set text(lang: it.language, size: 14pt, font: "Libertinus Serif", fill: rgb("#17191f"), hyphenate: false)
#set par(leading: 0.5em)
#let hues = (eligible: "#0a5a43", offered: "#0f5876", uncertain: "#744600", opt_out_only: "#702b6b",
  not_eligible: "#4f545e", "from": "#4f545e", varies: "#17191f", plain: "#17191f")
#let square(sign, size) = {
  let hue = rgb(hues.at(sign))
  let frame = if sign in ("uncertain", "from") { (paint: hue, thickness: .7pt, dash: "densely-dotted") } else { .6pt + hue }
  box(width: size, height: size, {
    place(rect(width: size, height: size, stroke: frame, fill: if sign == "eligible" { hue }))
    if sign == "offered" { place(polygon(fill: hue, (0pt, 0pt), (0pt, size), (size, size))) }
    if sign == "uncertain" { for y in range(1, 4) { for x in range(1, 4) {
      place(dx: x * size / 4 - .7pt, dy: y * size / 4 - .7pt, circle(radius: .7pt, fill: hue)) } } }
    if sign == "opt_out_only" { for n in range(1, 4) {
      place(line(start: (0pt, n * size / 4), end: (size, n * size / 4), stroke: .7pt + hue)) } }
    if sign == "varies" { for n in (0, 1) {
      place(dx: n * size / 2, dy: n * size / 2, rect(width: size / 2, height: size / 2, fill: hue)) } }
  })
}
#grid(columns: (12pt, auto, 1fr), column-gutter: 8pt, align: horizon,
  line(length: 100%, stroke: 2pt), strong(text(size: 17pt, "Efface")), line(length: 100%, stroke: 2pt))
#let part(sign, width) = {
  let hue = rgb(hues.at(sign))
  box(width: width, height: 10pt, {
    place(rect(width: width, height: 10pt, stroke: .7pt + hue, fill: if sign in ("eligible", "plain") { hue }))
    if sign == "offered" { place(polygon(fill: hue, (0pt, 0pt), (0pt, 10pt), (width, 10pt))) }
    if sign == "opt_out_only" { for n in range(1, 4) { place(line(start: (0pt, n * 2.5pt), end: (width, n * 2.5pt), stroke: 1pt + hue)) } }
    if sign == "varies" { place(rect(width: width, height: 5pt, fill: hue)) }
  })
}
#let explained(lines, shown: square) = for (sign, words) in lines {
  block(above: 0pt, below: 5pt, grid(columns: (12pt, 1fr), column-gutter: 6pt, align: horizon, shown(sign, 10pt), words)) }
#let small = it.small * 1pt
#let step = it.step * 1pt
#for (sign, short, x, y) in it.tiles {
  place(dx: 536pt - it.across * step + x * step, dy: 9pt + y * step, {
    square(sign, step * .88)
    if step > 16pt { place(center + horizon, box(fill: if sign != "eligible" { rgb("#faf9f5") }, outset: 1pt,
      text(size: 8pt, weight: "bold", fill: if sign == "eligible" { white } else { black }, short))) }
  })
}
#if it.bars.len() > 0 { place(top + right, dy: 29pt, box(width: 264pt, {
  set text(size: small)
  set align(left)
  if it.count != "" { block(below: 8pt, strong(it.count)) }
  for bar in it.bars {
    block(above: 0pt, below: 1pt, grid(columns: (1fr, auto), column-gutter: 6pt, box(clip: true, width: 100%, inset: (bottom: 3.5pt), bar.name), strong(bar.value)))
    block(above: 0pt, below: 6pt, for (sign, share) in bar.parts { part(sign, share * 264pt) })
  }
  v(3pt)
  explained(it.key, shown: part)
})) }
#v(6pt)
#block(width: it.room * 1pt, {
  block(below: 15pt, text(size: it.size * 1pt, it.heading))
  block(below: 15pt, text(size: if it.line.len() > 160 { small } else if it.room < 500 { 15pt } else { 19pt }, it.line))
  if it.bars.len() == 0 {
    set text(size: small)
    if it.count != "" { block(below: 9pt, strong(it.count)) }
    explained(it.counts)
  }
})
#place(bottom + left, text(size: 12pt, fill: rgb("#454a54"), it.foot))
"""


@dataclass(frozen=True, slots=True)
class Bar:
    """A number of something, drawn."""

    name: str
    value: str
    parts: tuple[tuple[str, float], ...]
    """A sign, and how much of the longest bar there can be, up to 1."""


@dataclass(frozen=True, slots=True)
class Card:
    """What a picture shows; two that are equal are the same picture."""

    language: str
    heading: str
    line: str
    """What matters, in a sentence or two."""
    foot: str
    """The day, and from where it is."""
    count: str = ""
    """Of what there are so many, or what bars are of; above them."""
    counts: tuple[tuple[str, str], ...] = ()
    """A sign, and how many have it, in words."""
    tiles: tuple[tuple[str, str, int, int], ...] = ()
    """A sign, what stands on it, and its place on a map, from the top left corner."""
    bars: tuple[Bar, ...] = ()
    """What is drawn where there is no map."""
    key: tuple[tuple[str, str], ...] = ()
    """What the signs of bars mean."""


def draw(card: Card) -> bytes:
    """Return a card as PNG.

    Raises:
        RuntimeError: If the extra is not installed.
    """
    if not AVAILABLE:
        raise RuntimeError("install efface[pdf]")
    import typst  # noqa: PLC0415 - an extra

    heading = _cut(card.heading, LONGEST_HEADING)
    room = ROOM_BESIDE if card.tiles or card.bars else ROOM
    content = {
        **asdict(card),
        "heading": heading,
        "line": _cut(card.line, LONGEST_LINE),
        "bars": [
            asdict(replace(b, name=_cut(b.name, LONGEST_NAME))) for b in card.bars
        ],
        "room": room,
        **_measures(card),
        "size": _size(heading, room),
        "small": SMALL,
    }
    return bytes(
        typst.compile(
            CARD.encode(),
            format="png",
            ppi=144,
            sys_inputs={"content": json.dumps(content)},
        )
    )


def _measures(card: Card) -> dict[str, float]:
    """Return how many tiles stand side by side, and the points from one to the next."""
    across = max((x for *_, x, _ in card.tiles), default=0) + 1
    down = max((y for *_, y in card.tiles), default=0) + 1
    step = min(MAP_WIDTH / across, MAP_HEIGHT / down, LARGEST_TILE)
    return {"across": across, "step": round(step, 2)}


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def _size(heading: str, room: int) -> float:
    """Return the points at which a heading fits: its longest word, and all of it.

    A sign of this type is about half as wide as it is high.
    """
    longest = max(map(len, heading.split()), default=1)
    by_word = room / (longest * 0.55)
    by_lines = room * LINES / (len(heading) * 0.55 or 1)
    return round(max(SMALLEST, min(LARGEST, by_word, by_lines)), 1)
