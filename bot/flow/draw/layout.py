"""Where everything on a picture stands, in pixels from its top left: cards in rows, arrows in the gaps between."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from bot.flow.draw.across import THREAD, across, in_a_column
from bot.flow.draw.arrows import Wires, wire
from bot.flow.draw.layers import GAP, Edge, Rows, into_rows, ordered, split

STUB = 15.0  # above the first and below the last track of a gap: room for a corner and an arrow's head
TRACK = 11.0
LANE = 13.0

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a node stands: its left and top, its width and height."""

    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Route:
    """An arrow from one node's lower edge to another's upper edge; ``back`` when it leads to an earlier row."""

    source: int
    target: int
    points: tuple[Point, ...]
    back: bool = False


@dataclass(frozen=True, slots=True)
class Layout:
    """All spots, by node, all routes, and the size they need."""

    spots: tuple[Spot, ...]
    routes: tuple[Route, ...]
    width: float
    height: float


def lay_out(sizes: Sequence[tuple[float, float]], edges: Sequence[Edge], room: float) -> Layout:
    """Places for nodes of these sizes (width, height). Rows are about ``room`` wide; with 0 all stand in one column.

    The same input always gives the same picture.
    """
    forward, back, order = split(len(sizes), edges)
    widths = [width for width, _ in sizes]
    rows = into_rows(widths, forward, order, room)
    widths += [THREAD] * (len(rows.row_of) - len(widths))
    middles = across(ordered(rows), widths) if room else in_a_column(rows, widths)
    right = max(middle + width / 2 for middle, width in zip(middles, widths, strict=True))
    wires = wire(rows, middles, back)
    tops, gaps, height = _heights(rows, sizes, wires)
    spots = tuple(
        Spot(round(middles[node] - size[0] / 2, 1), tops[rows.row_of[node]], size[0], size[1])
        for node, size in enumerate(sizes)
    )
    routes = _Router(rows, middles, spots, wires, gaps, right).routes(forward, back)
    wide = right + (GAP / 2 + LANE * wires.lane_count if wires.lane_count else 0)
    return Layout(spots, routes, round(wide, 1), round(height, 1))


def _heights(rows: Rows, sizes: Sequence[tuple[float, float]], wires: Wires) -> tuple[list[float], list[float], float]:
    """The top of every row, the top of the gap below every row, and the height of the whole."""
    tops, gaps, y = [], [], 0.0
    for number, row in enumerate(rows.rows):
        tops.append(round(y, 1))
        y += max((sizes[node][1] for node in row if node < rows.first_thread), default=0.0)
        gaps.append(round(y, 1))
        last = number == len(rows.rows) - 1
        tracks = wires.track_count(number)
        y += 0 if last and not tracks else 2 * STUB + TRACK * max(tracks - 1, 0)
    return tops, gaps, y


@dataclass(frozen=True)
class _Router:
    """Turns wires into lines."""

    rows: Rows
    middles: Sequence[float]
    spots: Sequence[Spot]
    wires: Wires
    gaps: Sequence[float]
    right: float

    def routes(self, forward: Sequence[Edge], back: Sequence[Edge]) -> tuple[Route, ...]:
        found = [Route(*edge, _straightened(self._on(edge))) for edge in forward]
        return tuple(found + [Route(*edge, _straightened(self._back(edge)), back=True) for edge in back])

    def _y(self, gap: int, net: int) -> float:
        return self.gaps[gap] + STUB + TRACK * self.wires.track(gap, net)

    def _on(self, edge: Edge) -> list[Point]:
        path = self.rows.paths[edge]
        points = [self._foot(edge[0])]
        for upper, lower in pairwise(path):
            y = self._y(self.rows.row_of[upper], upper)
            points += [(self.middles[upper], y), (self.middles[lower], y)]
        return [*points, self._head(edge[1])]

    def _back(self, edge: Edge) -> list[Point]:
        source, target = edge
        lane = self.right + GAP / 2 + LANE * self.wires.lanes[target]
        below = self._y(self.rows.row_of[source], source)
        above = self._y(self.rows.row_of[target] - 1, self.wires.entering(target))
        turn = [(self.middles[source], below), (lane, below), (lane, above), (self.middles[target], above)]
        return [self._foot(source), *turn, self._head(target)]

    def _foot(self, node: int) -> Point:
        return self.middles[node], self.spots[node].top + self.spots[node].height

    def _head(self, node: int) -> Point:
        return self.middles[node], self.spots[node].top


def _straightened(points: Sequence[Point]) -> tuple[Point, ...]:
    """Without the points that change nothing."""
    kept: list[Point] = []
    for point in points:
        if kept and point == kept[-1]:
            continue
        if len(kept) > 1 and (kept[-2][0] == kept[-1][0] == point[0] or kept[-2][1] == kept[-1][1] == point[1]):
            kept.pop()
        kept.append(point)
    return tuple(kept)
