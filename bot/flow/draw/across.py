"""From left to right: the middle of everything on a picture."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from bot.flow.draw.layers import GAP, Rows

THREAD = 12.0
THREAD_GAP = 12.0
LANE = 13.0
ROUNDS = 40
PASSES = 6
NEAR = 0.5  # pixels: nearer than this is straight


def across(rows: Rows, widths: Sequence[float]) -> list[float]:
    """The middle of every node and thread, from 0 on: near to what it is linked with, as straight as can be."""
    return _from_left(_straightened(rows, widths, _drawn_together(rows, widths)), widths)


def in_a_column(rows: Rows, widths: Sequence[float]) -> list[float]:
    """The middles when all nodes stand one beneath the other, with the long arrows in lanes before them."""
    middles = [0.0] * len(widths)
    edge = max(widths[: rows.first_thread], default=0.0) / 2
    for node, lane in _lanes(rows).items():
        middles[node] = -edge - THREAD_GAP - LANE * lane
    return _from_left(middles, widths)


def _from_left(middles: Sequence[float], widths: Sequence[float]) -> list[float]:
    left = min(middle - width / 2 for middle, width in zip(middles, widths, strict=True))
    return [round(middle - left, 1) for middle in middles]


def _lanes(rows: Rows) -> dict[int, int]:
    """A lane for each thread, one for all of a source's; the shortest run nearest to the column."""
    chains: dict[int, set[int]] = {}
    for (source, _), path in rows.paths.items():
        chains.setdefault(source, set()).update(path[1:-1])
    spans = {
        source: (min(reached), max(reached), threads)
        for source, threads in chains.items()
        if (reached := [rows.row_of[thread] for thread in threads])
    }
    lanes: dict[int, int] = {}
    for source in sorted(spans, key=lambda node: (spans[node][1] - spans[node][0], node)):
        first, last, _ = spans[source]
        # A lane is taken in the gap above its first row, too: there it is turned into.
        taken = {lanes[other] for other in lanes if spans[other][0] - 1 <= last and first - 1 <= spans[other][1]}
        lanes[source] = next(lane for lane in range(len(spans)) if lane not in taken)
    return {thread: lanes[source] for source, (_, _, threads) in spans.items() for thread in threads}


def _drawn_together(rows: Rows, widths: Sequence[float]) -> list[float]:
    """Middles near to what each node is linked with, and never over a neighbour."""
    near: list[list[tuple[int, float]]] = [[] for _ in widths]
    for between in rows.links:
        for upper, lower in between:
            weight = _weight(rows, upper) * _weight(rows, lower)
            near[upper].append((lower, weight))
            near[lower].append((upper, weight))
    middles = [0.0] * len(widths)
    for row in rows.rows:
        _settle(row, [0.0] * len(row), [1.0] * len(row), rows, widths, middles)
    for turn in range(ROUNDS):
        for row in rows.rows if turn % 2 == 0 else rows.rows[::-1]:
            wanted = [_pull(near[node], middles, middles[node]) for node in row]
            pulls = [sum(weight for _, weight in near[node]) or 0.1 for node in row]
            _settle(row, wanted, pulls, rows, widths, middles)
    return middles


def _weight(rows: Rows, node: int) -> float:
    """Threads hold on to each other: a long arrow should run straight."""
    return 1.0 if node < rows.first_thread else 2.8


def _pull(near: Sequence[tuple[int, float]], middles: Sequence[float], own: float) -> float:
    total = sum(weight for _, weight in near)
    return sum(middles[node] * weight for node, weight in near) / total if total else own


def _settle(
    row: Sequence[int],
    wanted: Sequence[float],
    pulls: Sequence[float],
    rows: Rows,
    widths: Sequence[float],
    middles: list[float],
) -> None:
    """The places nearest to the wanted ones (least squares) that keep the row's order and its gaps.

    Neighbours that would overlap are pooled and share the mean of what they want.
    """
    offsets = [0.0]
    for left, right in pairwise(row):
        offsets.append(offsets[-1] + _apart(rows, widths, left, right))
    pools: list[tuple[float, float, int]] = []  # where it stands, its weight, how many are in it
    for want, pull, offset in zip(wanted, pulls, offsets, strict=True):
        at, weight, many = want - offset, pull, 1
        while pools and pools[-1][0] > at:
            other, heavy, more = pools.pop()
            at = (at * weight + other * heavy) / (weight + heavy)
            weight, many = weight + heavy, many + more
        pools.append((at, weight, many))
    places = [at for at, _, many in pools for _ in range(many)]
    for node, at, offset in zip(row, places, offsets, strict=True):
        middles[node] = at + offset


def _apart(rows: Rows, widths: Sequence[float], left: int, right: int) -> float:
    """How far the middles of two neighbours must be apart."""
    gap = THREAD_GAP if rows.first_thread <= max(left, right) else GAP
    return (widths[left] + widths[right]) / 2 + gap


def _straightened(rows: Rows, widths: Sequence[float], middles: list[float]) -> list[float]:
    """Small jogs taken out: a node moves over or under what it is linked with, if that bends nothing worse."""
    near: dict[int, list[int]] = {}
    for between in rows.links:
        for upper, lower in between:
            near.setdefault(upper, []).append(lower)
            near.setdefault(lower, []).append(upper)

    def straight(node: int, at: float) -> float:
        """How much of a node's links would run straight here. To a thread counts most, to what can follow least."""
        beside = [other for other in near[node] if abs(middles[other] - at) < NEAR]
        return sum(0.4 if len(near[other]) == 1 else _weight(rows, other) for other in beside)

    for turn in range(PASSES):
        for row in rows.rows if turn % 2 == 0 else rows.rows[::-1]:
            for place, node in enumerate(row):
                low, high = _room(rows, widths, middles, row, place)
                wished = [middles[other] for other in near.get(node, ()) if low <= middles[other] <= high]
                best = max(wished, key=lambda at: straight(node, at), default=middles[node])
                if wished and straight(node, best) > straight(node, middles[node]):
                    middles[node] = best
    return middles


def _room(
    rows: Rows, widths: Sequence[float], middles: Sequence[float], row: Sequence[int], place: int
) -> tuple[float, float]:
    """How far left and right a node can go."""
    node, low, high = row[place], float("-inf"), float("inf")
    if place:
        low = middles[row[place - 1]] + _apart(rows, widths, row[place - 1], node)
    if place + 1 < len(row):
        high = middles[row[place + 1]] - _apart(rows, widths, node, row[place + 1])
    return low, high
