"""Rows of a picture: which node stands in which row, and in what order, so that few arrows cross.

The layered way of Sugiyama, Tagawa and Toda (1981): take out the arrows that go back, give each node the row after the
longest path to it, thread long arrows through the rows between, then order each row by the mean of its neighbours.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

Edge = tuple[int, int]
GAP = 26.0  # between two neighbours in a row
SWEEPS = 12


@dataclass
class Rows:
    """Nodes by row. From ``first_thread`` on they are threads: the places where a long arrow passes a row."""

    first_thread: int
    rows: list[list[int]]
    row_of: list[int]
    links: list[list[Edge]] = field(default_factory=list)  # between a row and the next
    paths: dict[Edge, tuple[int, ...]] = field(default_factory=dict)  # an arrow: the nodes and threads on its way


def split(count: int, edges: Sequence[Edge]) -> tuple[list[Edge], list[Edge], list[int]]:
    """The arrows that go on, those that go back, and the nodes in an order in which every arrow that goes on leads on.

    A whole branch comes before the next one, as far as they do not join.
    """
    ways: list[list[int]] = [[] for _ in range(count)]
    for source, target in edges:
        ways[source].append(target)
    back: set[Edge] = set()
    done: list[int] = []
    state = [0] * count  # 0 not seen, 1 on the way here, 2 done with
    for root in range(count):
        if state[root] == 0:
            _visit(root, ways, state, back, done)
    # Later roots are unreached parts: they follow what can be reached.
    order = _by_root(done, count, ways)
    return [edge for edge in edges if edge not in back], [edge for edge in edges if edge in back], order


def _visit(root: int, ways: list[list[int]], state: list[int], back: set[Edge], done: list[int]) -> None:
    """Depth first without recursion: a flow may have thousands of steps. The last way is walked first."""
    state[root] = 1
    stack = [(root, list(ways[root]))]
    while stack:
        node, left = stack[-1]
        if not left:
            state[node] = 2
            done.append(node)
            stack.pop()
            continue
        target = left.pop()
        if state[target] == 1:
            back.add((node, target))
        elif state[target] == 0:
            state[target] = 1
            stack.append((target, list(ways[target])))


def _by_root(done: list[int], count: int, ways: list[list[int]]) -> list[int]:
    order = done[::-1]
    reached, waiting = {0}, [0] if count else []
    while waiting:
        for target in ways[waiting.pop()]:
            if target not in reached:
                reached.add(target)
                waiting.append(target)
    lost = [node for node in order if node not in reached]
    return [node for node in order if node in reached] + lost


def into_rows(widths: Sequence[float], forward: Sequence[Edge], order: Sequence[int], room: float) -> Rows:
    """Every node in the first row after those that lead to it which is not full: ``room`` pixels wide."""
    row_of = [0] * len(widths)
    used: list[float] = []
    before: dict[int, list[int]] = {}
    for source, target in forward:
        before.setdefault(target, []).append(source)
    for node in order:
        # Only the start stands in the first row: what nothing leads to may still be jumped back to, from above.
        row = max((row_of[source] + 1 for source in before.get(node, ())), default=int(node != order[0]))
        while row < len(used) and used[row] and used[row] + GAP + widths[node] > room:
            row += 1
        used += [0.0] * (row + 1 - len(used))
        used[row] += widths[node] + (GAP if used[row] else 0)
        row_of[node] = row
    rows: list[list[int]] = [[] for _ in used]
    for node in order:
        rows[row_of[node]].append(node)
    return _threaded(Rows(len(widths), rows, row_of), forward)


def _threaded(found: Rows, forward: Sequence[Edge]) -> Rows:
    """Long arrows of one source share their threads, and leave it one by one."""
    threads: dict[Edge, int] = {}
    links: list[dict[Edge, None]] = [{} for _ in found.rows]
    for source, target in forward:
        path = [source]
        for row in range(found.row_of[source] + 1, found.row_of[target]):
            if (source, row) not in threads:
                threads[source, row] = len(found.row_of)
                found.row_of.append(row)
                found.rows[row].insert(0, threads[source, row])
            path.append(threads[source, row])
        path.append(target)
        found.paths[source, target] = tuple(path)
        for upper, lower in pairwise(path):
            links[found.row_of[upper]][upper, lower] = None
    found.links = [list(between) for between in links]
    return found


def ordered(found: Rows) -> Rows:
    """The rows in the order with the fewest crossings that sweeping up and down has come to."""
    best, fewest = [list(row) for row in found.rows], crossings(found)
    for sweep in range(SWEEPS):
        _sweep(found, down=sweep % 2 == 0)
        now = crossings(found)
        if now < fewest:
            best, fewest = [list(row) for row in found.rows], now
    found.rows = best
    return found


def _sweep(found: Rows, *, down: bool) -> None:
    numbers = range(1, len(found.rows)) if down else range(len(found.rows) - 2, -1, -1)
    for number in numbers:
        beside = _places(found.rows[number - 1 if down else number + 1])
        near: dict[int, list[int]] = {}
        for upper, lower in found.links[number - 1 if down else number]:
            near.setdefault(lower if down else upper, []).append(beside[upper if down else lower])
        own = _places(found.rows[number])
        found.rows[number].sort(key=lambda node: _mean(near.get(node), own[node]))  # sorted at once


def _mean(near: Sequence[int] | None, own: int) -> float:
    return sum(near) / len(near) if near else float(own)


def _places(row: Sequence[int]) -> Mapping[int, int]:
    return {node: place for place, node in enumerate(row)}


def crossings(found: Rows) -> int:
    """How many pairs of links cross."""
    return sum(
        _between(links, _places(upper), _places(lower))
        for links, upper, lower in zip(found.links, found.rows, found.rows[1:], strict=False)
    )


def _between(links: Sequence[Edge], upper: Mapping[int, int], lower: Mapping[int, int]) -> int:
    ends = sorted((upper[source], lower[target]) for source, target in links)
    return sum(
        first[0] < second[0] and first[1] > second[1]
        for number, first in enumerate(ends)
        for second in ends[number + 1 :]
    )
