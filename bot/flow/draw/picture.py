"""A flow as an SVG: one file, no scripts, nothing fetched, readable by day and by night and aloud."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import hypot
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from bot.flow.draw import ink, words
from bot.flow.draw.cards import SMALL, Card, Line, Linked, card
from bot.flow.draw.chart import Chart, Kind, Node, draw_chart
from bot.flow.draw.layout import Layout, Point, Route, Spot, lay_out
from bot.flow.draw.legend import SAMPLE, Entry, Legend, legend
from bot.flow.draw.words import Tongue
from bot.flow.model import Flow
from bot.language.catalogue import Catalogues

WIDE: Final = 1000.0
NARROW: Final = 0.0  # one card beneath the other: for a phone
MARGIN = 20.0
CORNER = 8.0
HEAD = 7.0
_STYLES = {"choice": "label", "only": "label", "start": "starts", "runs": "runs t-run"}
_CENTRED = frozenset({"start", "typed", "only", "verb"})


def draw(
    flow: Flow,
    catalogues: Catalogues,
    language: str,
    *,
    narrow: bool = False,
    night: bool = True,
    link: Callable[[str], str] | None = None,
    did: Mapping[str, tuple[str, ...]] | None = None,
) -> str:
    """The flow as an SVG document, its texts in ``language``; the same input gives the same bytes.

    ``narrow``: one card beneath the other, to be read on a phone. ``night``: dark for those who prefer it. ``link``
    gives the address of another flow's picture. ``did`` is what people did at each step, by its name: short sayings
    in any language.
    """
    tongue = Tongue(catalogues, language)
    chart = draw_chart(flow, tongue, did)
    cards = [card(node, language) for node in chart.nodes]
    laid = lay_out([(one.width, one.height) for one in cards], chart.edges, NARROW if narrow else WIDE)
    return _Picture(chart, cards, laid, tongue, night, link).svg()


@dataclass(frozen=True)
class _Picture:
    chart: Chart
    cards: list[Card]
    laid: Layout
    tongue: Tongue
    night: bool
    link: Callable[[str], str] | None

    def svg(self) -> str:
        has_back = any(route.back for route in self.laid.routes)
        signs = legend(self.chart, self.tongue, max(self.laid.width, 300), has_back=has_back)
        wide = max(self.laid.width, 300) + 2 * MARGIN
        tall = self.laid.height + 2 * MARGIN + signs.height + 24
        parts = [
            self._top(wide, tall),
            f'<rect class="paper" width="{_n(wide)}" height="{_n(tall)}" rx="14"/>',
            f"<g transform={quoteattr(f'translate({_n((wide - self.laid.width) / 2)} {_n(MARGIN)})')}>",
            *(self._wire(route) for route in self.laid.routes),
            *(self._node(one, spot) for one, spot in zip(self.cards, self.laid.spots, strict=True)),
            "</g>",
            self._legend(signs, wide, self.laid.height + MARGIN + 24),
            "</svg>\n",
        ]
        return "\n".join(parts)

    def _top(self, wide: float, tall: float) -> str:
        language, name = self.tongue.language, self.chart.flow.name
        direction = "rtl" if self.tongue.right_to_left else "ltr"
        said = self.tongue.named(words.ABOUT, count=len(self.chart.flow.steps))
        about = escape(f"{said} {self.chart.flow.about}")
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_n(wide)} {_n(tall)}" width="{_n(wide)}" '
            f'height="{_n(tall)}" lang="{language}" direction="{direction}" role="graphics-document document" '
            f'aria-labelledby="title about">\n<title id="title">{escape(name)}</title>\n'
            f'<desc id="about">{about}</desc>\n<style>\n{ink.style(language, night=self.night)}</style>'
        )

    # arrows --------------------------------------------------------------------------------------------------------
    def _wire(self, route: Route) -> str:
        points = [(self._x(x), y) for x, y in route.points]
        ends = " ".join(quoteattr(self.chart.nodes[at].key) for at in (route.source, route.target))
        source, target = ends.split(" ")
        back = " back" if route.back else ""
        (x, y), tone = points[-1], f"t-{ink.tone('ask')}"
        head = f"M{_n(x)} {_n(y)}l{_n(-HEAD * 0.62)} {_n(-HEAD)}h{_n(HEAD * 1.24)}z"
        line = [*points[:-1], (x, y - HEAD + 1)]
        return (
            f'<g class="{tone}" data-from={source} data-to={target}>'
            f'<path class="wire{back}" d="{_rounded(line)}"/><path class="head{back}" d="{head}"/></g>'
        )

    # nodes ---------------------------------------------------------------------------------------------------------
    def _node(self, one: Card, spot: Spot) -> str:
        node = one.node
        left = self._x(spot.left + spot.width) if self.tongue.right_to_left else spot.left
        body = "".join([*self._shape(one, spot, left), *(self._line(line, spot, left) for line in one.lines)])
        title = f"<title>{escape(_aloud(node))}</title>"
        group = (
            f'<g id={quoteattr("n-" + node.key)} class="t-{ink.tone(node.verb)}" data-kind="{node.kind}" '
            f'role="graphics-object group">{title}{body}</g>'
        )
        return self._to(node.flow, group) if node.flow else group

    def _shape(self, one: Card, spot: Spot, left: float) -> list[str]:
        if one.node.kind is Kind.END:
            return [_end(left + spot.width / 2, spot.top + spot.height / 2)]
        if one.node.kind is Kind.START:
            return [_box("start", left, spot.top, spot.width, spot.height, 18)]
        if one.node.kind is Kind.CHOICE:
            linked = (self._linked(part, spot, left) for part in one.linked)
            return [_box("choice", left, spot.top, spot.width, spot.height, 12), *linked]
        return self._card(one, spot, left)

    def _linked(self, part: Linked, spot: Spot, left: float) -> str:
        """The small card of another flow, in a list of choices."""
        rtl, (x, y) = self.tongue.right_to_left, (left + 6, spot.top + part.top)
        wide = spot.width - 12 - 4
        boxes = _box("sheet", x + (0 if rtl else 4), y + 4, wide, part.height, 9)
        boxes += _box("card", x + (4 if rtl else 0), y, wide, part.height, 9)
        drawn = boxes + _out(left + (24 if rtl else spot.width - 24), y + part.height / 2, rtl=rtl)
        return self._to(part.flow, f'<g class="t-run">{drawn}</g>')

    def _to(self, flow: str, drawn: str) -> str:
        if not self.link:
            return drawn
        return f"<a href={quoteattr(self.link(flow))} aria-label={quoteattr(flow)}>{drawn}</a>"

    def _card(self, one: Card, spot: Spot, left: float) -> list[str]:
        rtl, verb = self.tongue.right_to_left, one.lines[0]
        start = left + spot.width - 14 - one.chip if rtl else left + 14
        bar = left + spot.width - 5 if rtl else left
        clip = f"M{_n(bar)} {_n(spot.top + 12)}v{_n(spot.height - 24)}"
        shapes = [_box("card", left, spot.top, spot.width, spot.height, 12)]
        if one.node.kind is Kind.FLOW:
            shapes.insert(0, _box("sheet", left + (-5 if rtl else 5), spot.top + 5, spot.width, spot.height, 12))
            shapes.append(_out(left + (20 if rtl else spot.width - 20), spot.top + 24, rtl=rtl))
        shapes.append(f'<path class="bar" d="{clip}h5v{_n(-(spot.height - 24))}z"/>')
        middle = spot.top + verb.y - SMALL * 0.34
        shapes.append(_box("chip", start, middle - 12, one.chip, 24, 12))
        return shapes

    def _line(self, line: Line, spot: Spot, left: float) -> str:
        rtl = self.tongue.right_to_left
        centred = line.style in _CENTRED
        at = spot.width - line.x if rtl else line.x
        if centred and line.style != "verb":
            at = spot.width / 2
        from_right = rtl != (line.style == "name")
        anchor = "middle" if centred else _anchor(line.text, from_right=from_right)
        style = _STYLES.get(line.style, line.style)
        direction = "rtl" if _is_rtl(line.text) else "ltr"
        return (
            f'<text class="{style}" x="{_n(left + at)}" y="{_n(spot.top + line.y)}" direction="{direction}" '
            f'text-anchor="{anchor}">{escape(line.text)}</text>'
        )

    def _x(self, x: float) -> float:
        return self.laid.width - x if self.tongue.right_to_left else x

    # legend --------------------------------------------------------------------------------------------------------
    def _legend(self, signs: Legend, wide: float, top: float) -> str:
        rule = f'<path class="rule" d="M{_n(MARGIN)} {_n(top - 12)}H{_n(wide - MARGIN)}"/>'
        return "\n".join(
            [f'<g class="legend" role="graphics-object group">{rule}']
            + [self._entry(one, signs.row, wide, top) for one in signs.entries]
            + ["</g>"]
        )

    def _entry(self, one: Entry, row: float, wide: float, top: float) -> str:
        rtl = self.tongue.right_to_left
        middle = top + one.top + row / 2
        text = wide - MARGIN - one.left - SAMPLE if rtl else MARGIN + one.left + SAMPLE
        sign = wide - MARGIN - one.left - 26 if rtl else MARGIN + one.left
        direction = "rtl" if _is_rtl(one.text) else "ltr"
        return (
            f'{_sign(one.sign, sign, middle)}<text class="key" x="{_n(text)}" y="{_n(middle + SMALL * 0.34)}" '
            f'direction="{direction}" text-anchor="{_anchor(one.text, from_right=rtl)}">{escape(one.text)}</text>'
        )


def _sign(sign: str, left: float, middle: float) -> str:
    if sign == "end":
        return _end(left + 13, middle, 8)
    if sign == "choice":
        return f'<g class="t-ask">{_box("choice", left + 1, middle - 7, 24, 14, 6)}</g>'
    if sign == "flow":
        boxes = _box("sheet", left + 4, middle - 5, 22, 14, 4) + _box("card", left + 1, middle - 8, 22, 14, 4)
        return f'<g class="t-run">{boxes}</g>'
    back = " back" if sign == "back" else ""
    tip = f"M{_n(left + 26)} {_n(middle)}l-7 -4.300v8.600z"
    return (
        f'<g class="t-ask"><path class="wire{back}" d="M{_n(left)} {_n(middle)}h20"/>'
        f'<path class="head{back}" d="{tip}"/></g>'
    )


def _aloud(node: Node) -> str:
    """The node in full, for the pointer and for those who listen."""
    said = [node.heading, node.flow or node.text, *node.notes, *node.did]
    said += [f"{item.number}. {item.text}" if item.number else item.text for item in node.items]
    return "\n".join(part for part in said if part)


def _box(style: str, left: float, top: float, wide: float, tall: float, round_: float) -> str:
    size = f'width="{_n(wide)}" height="{_n(tall)}" rx="{_n(round_)}"'
    return f'<rect class="{style}" x="{_n(left)}" y="{_n(top)}" {size}/>'


def _end(x: float, y: float, size: float = 10) -> str:
    ring = f'<circle class="ring" cx="{_n(x)}" cy="{_n(y)}" r="{_n(size)}"/>'
    return f'{ring}<circle class="dot" cx="{_n(x)}" cy="{_n(y)}" r="{_n(size / 2)}"/>'


def _out(x: float, y: float, *, rtl: bool) -> str:
    """The sign for "leads elsewhere": a small arrow that leaves its box."""
    turn = -1 if rtl else 1
    return f'<path class="out" d="M{_n(x - turn * 5)} {_n(y + 5)}l{turn * 9} -9m{-turn * 6} 0h{turn * 6}v6"/>'


def _rounded(points: list[Point]) -> str:
    """A line with its corners rounded off."""
    drawn = [f"M{_n(points[0][0])} {_n(points[0][1])}"]
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        turn = min(CORNER, _length(before, corner) / 2, _length(corner, after) / 2)
        (x1, y1), (x2, y2) = _towards(corner, before, turn), _towards(corner, after, turn)
        drawn.append(f"L{_n(x1)} {_n(y1)}Q{_n(corner[0])} {_n(corner[1])} {_n(x2)} {_n(y2)}")
    drawn.append(f"L{_n(points[-1][0])} {_n(points[-1][1])}")
    return "".join(drawn)


def _length(one: Point, other: Point) -> float:
    return hypot(other[0] - one[0], other[1] - one[1])


def _towards(start: Point, end: Point, far: float) -> Point:
    whole = _length(start, end) or 1.0
    return start[0] + (end[0] - start[0]) * far / whole, start[1] + (end[1] - start[1]) * far / whole


def _is_rtl(text: str) -> bool:
    return any("\u0590" <= letter <= "\u08ff" or "\ufb1d" <= letter <= "\ufefc" for letter in text)


def _anchor(text: str, *, from_right: bool) -> str:
    """Where a line is held so that it begins, or ends, at its place, whichever way its letters run."""
    return "start" if _is_rtl(text) == from_right else "end"


def _n(number: float) -> str:
    """A number as short as it can be: a tenth of a pixel is near enough."""
    return f"{number:.1f}".removesuffix(".0")
