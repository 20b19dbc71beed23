"""Tracks for arrows: in each gap between two rows, who runs sideways at which height, so that no two run as one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.flow.draw.layers import Edge, Rows

CLOSE = 7.0  # pixels: lines nearer than this look like one
FAR_RIGHT = 1e9


@dataclass(slots=True)
class Net:
    """All that leaves one node or thread in a gap: it comes down at ``enter`` and goes on down at ``exits``."""

    name: int
    enter: float | None = None
    exits: list[float] = field(default_factory=list)
    outward: bool = False  # it also runs to or from the margin
    track: int = 0

    @property
    def span(self) -> tuple[float, float]:
        """From its leftmost to its rightmost point."""
        places = [*self.exits, *([] if self.enter is None else [self.enter])]
        return min(places), FAR_RIGHT if self.outward else max(places)

    @property
    def straight(self) -> bool:
        """True when it needs no track: it only goes down."""
        left, right = self.span
        return right == left


@dataclass
class Wires:
    """The nets of every gap, by the number of the row above it, and each jump back's lane in the margin."""

    gaps: list[dict[int, Net]]
    lanes: dict[int, int] = field(default_factory=dict)  # by the node that is jumped to

    @property
    def lane_count(self) -> int:
        """How many lanes the margin needs."""
        return max(self.lanes.values(), default=-1) + 1

    def track(self, gap: int, net: int) -> int:
        """At which height the net runs, 0 the highest."""
        return self.gaps[gap][net].track

    def track_count(self, gap: int) -> int:
        """How many tracks the gap needs."""
        return max((net.track + 1 for net in self.gaps[gap].values() if not net.straight), default=0)

    def entering(self, target: int) -> int:
        """The name of the net by which jumps back come to a node; no node has it."""
        return -1 - target


def wire(rows: Rows, middles: Sequence[float], back: Sequence[Edge]) -> Wires:
    """Tracks and lanes for all arrows of these rows."""
    wires = Wires([{} for _ in rows.rows])
    for number, between in enumerate(rows.links):
        for upper, lower in between:
            net = wires.gaps[number].setdefault(upper, Net(upper, middles[upper]))
            net.exits.append(middles[lower])
    for source, target in back:
        leaving = wires.gaps[rows.row_of[source]].setdefault(source, Net(source, middles[source]))
        leaving.outward = True
        name = wires.entering(target)
        wires.gaps[rows.row_of[target] - 1][name] = Net(name, None, [middles[target]], outward=True)
    for gap in wires.gaps:
        _give_tracks([net for net in gap.values() if not net.straight])
    wires.lanes = _lanes(rows, back)
    return wires


def _give_tracks(nets: Sequence[Net]) -> None:
    above = {net.name: [other for other in nets if _goes_above(other, net)] for net in nets}
    placed: list[Net] = []
    left = sorted(nets, key=lambda net: (net.outward, net.span, net.name))
    while left:
        # Two nets that cross each other's way cannot both be above; then the first simply goes first.
        free = (net for net in left if not any(other in left for other in above[net.name]))
        net = next(free, left[0])
        left.remove(net)
        under = [other.track + 1 for other in above[net.name] if other in placed]
        net.track = max(under, default=0)
        while any(other.track == net.track and _overlap(other, net) for other in placed):
            net.track += 1
        placed.append(net)


def _goes_above(one: Net, other: Net) -> bool:
    """True when ``one`` comes down just where ``other`` goes on down: it must turn off before."""
    return one is not other and one.enter is not None and any(abs(one.enter - at) < CLOSE for at in other.exits)


def _overlap(one: Net, other: Net) -> bool:
    return one.span[0] <= other.span[1] + CLOSE and other.span[0] <= one.span[1] + CLOSE


def _lanes(rows: Rows, back: Sequence[Edge]) -> dict[int, int]:
    """A lane for each node that is jumped back to; the shortest jumps run innermost."""
    reach: dict[int, tuple[int, int]] = {}
    for source, target in back:
        low = max(rows.row_of[source], reach.get(target, (0, 0))[1])
        reach[target] = (rows.row_of[target] - 1, low)
    lanes: dict[int, int] = {}
    for target in sorted(reach, key=lambda node: (reach[node][1] - reach[node][0], node)):
        top, low = reach[target]
        taken = {lanes[other] for other in lanes if reach[other][0] <= low and top <= reach[other][1]}
        lanes[target] = next(lane for lane in range(len(reach)) if lane not in taken)
    return lanes
