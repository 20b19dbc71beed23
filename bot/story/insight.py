"""The one gate for numbers about people: what is small is not shown, nor what would give it away.

Suppression of cells in a table with its totals (Willenborg and de Waal, Elements of Statistical Disclosure Control,
chapter 4; NHS England and ONS hide counts below 5). A table with its totals is a circulation: what flows into a line
flows out of it. A hidden cell can be computed when no other flow of whole, non-negative numbers fits what is shown,
and another one fits exactly when there is a cycle through the cell in the residual graph (Gusfield 1988, "A graph
theoretic approach to statistical data security"). So that is what is looked for, until no hidden cell can be computed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush

FEWEST = 5  # people: a smaller number is not shown
DEAR = 1_000_000  # more than all the people of a table
ALL = ""  # in place of a row's or a column's name: the total

Cell = tuple[str, str]  # row, column
Node = tuple[str, str]  # which side of the table, name
Arc = tuple[Node, Node]


@dataclass(frozen=True, slots=True)
class Shown:
    """A table that may leave. ``numbers`` hold cells and totals (``ALL``); None is hidden: somewhere from 0 up."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    numbers: Mapping[Cell, int | None]

    def of(self, row: str = ALL, column: str = ALL) -> int | None:
        """One number; None when it is hidden."""
        return self.numbers[row, column]

    @property
    def hides(self) -> bool:
        """True when any number is hidden."""
        return None in self.numbers.values()


def shown(counts: Mapping[Cell, int], rows: Sequence[str], columns: Sequence[str]) -> Shown:
    """The table of people by ``rows`` and ``columns``, with its totals, as it may be shown.

    Each person may be counted in one cell only: then rows and columns add up. Which totals of rows are hidden depends
    on these totals alone, so that another table of the same people and rows hides the same ones and gives none away.
    Raises ValueError for a negative number, or a cell that is in no row or column.
    """
    _check(counts, rows, columns)
    numbers = _with_totals(counts, rows, columns)
    if numbers[ALL, ALL] < FEWEST:
        return Shown(tuple(rows), tuple(columns), dict.fromkeys(numbers))
    hidden = {(row, ALL) for row in hidden_of({row: numbers[row, ALL] for row in rows})}
    hidden |= {(ALL, column) for column in hidden_of({column: numbers[ALL, column] for column in columns})}
    hidden |= {(row, column) for row in rows for column in columns if 0 < numbers[row, column] < FEWEST}
    hidden = _completed(numbers, hidden)
    kept = {cell: None if cell in hidden else number for cell, number in numbers.items()}
    return Shown(tuple(rows), tuple(columns), kept)


def hidden_of(line: Mapping[str, int]) -> frozenset[str]:
    """Which numbers of a line whose total is shown must be hidden: the small ones, and the next smallest with them
    until together they are no small number, and more than one."""
    small = {name for name, number in line.items() if 0 < number < FEWEST}
    if not small:
        return frozenset()
    others = sorted((number, name) for name, number in line.items() if number >= FEWEST)
    for _, name in others:
        if len(small) > 1 and sum(line[one] for one in small) >= FEWEST:
            break
        small.add(name)
    return frozenset(small)


def _check(counts: Mapping[Cell, int], rows: Sequence[str], columns: Sequence[str]) -> None:
    for (row, column), number in counts.items():
        if row not in rows or column not in columns:
            raise ValueError(f'"{row}", "{column}" is in no row and column of this table. Name every row and column.')
        if number < 0:
            raise ValueError(f'"{row}", "{column}" has {number} people. Count people, from 0 up.')
    if ALL in rows or ALL in columns:
        raise ValueError('A row or a column has no name. "" is the total: give what is not known a name of its own.')


def _with_totals(counts: Mapping[Cell, int], rows: Sequence[str], columns: Sequence[str]) -> dict[Cell, int]:
    numbers = {(row, column): counts.get((row, column), 0) for row in rows for column in columns}
    for row in rows:
        numbers[row, ALL] = sum(numbers[row, column] for column in columns)
    for column in columns:
        numbers[ALL, column] = sum(numbers[row, column] for row in rows)
    numbers[ALL, ALL] = sum(numbers[row, ALL] for row in rows)
    return numbers


def _completed(numbers: Mapping[Cell, int], hidden: set[Cell]) -> set[Cell]:
    """More cells hidden, as few people as may be, until nothing hidden can be computed."""
    while True:
        more = next(filter(None, (_more(numbers, hidden, cell) for cell in sorted(hidden))), None)
        if more is None:
            return hidden
        if more <= hidden:  # the totals alone give it away: nothing of this table can be shown
            return set(numbers)
        hidden = hidden | more


def _more(numbers: Mapping[Cell, int], hidden: set[Cell], cell: Cell) -> set[Cell]:
    """What is to be hidden besides, so that this cell cannot be computed; nothing when it is safe already, and only
    the cell itself when nothing helps."""
    ways = [way for way in _ways(numbers, hidden, cell) if way is not None]
    if not ways:
        return {cell}
    if all(ways):
        return set(min(ways, key=lambda way: (sum(_cost(numbers, one) for one in way), sorted(way))))
    return _beside_small_part(numbers, hidden, cell)


def _beside_small_part(numbers: Mapping[Cell, int], hidden: set[Cell], cell: Cell) -> set[Cell]:
    """Who subtracts what is shown of a line from its total knows how many people the rest are, together: the next
    smallest number of a line where these are few."""
    for at, total in ((0, (cell[0], ALL)), (1, (ALL, cell[1]))):
        line = [other for other in numbers if other[at] == cell[at] and other != total and numbers[other]]
        part = sum(numbers[other] for other in line if other in hidden)
        if total not in hidden and cell != total and 0 < part < FEWEST:
            return {min((one for one in line if one not in hidden), key=lambda one: (numbers[one], one))}
    return set()


def _ways(numbers: Mapping[Cell, int], hidden: set[Cell], cell: Cell) -> Iterator[frozenset[Cell] | None]:
    """What to hide so that one person more, or one fewer, in this cell would fit too; None where nothing does it."""
    start, end = _arc(cell)
    arcs = _residual(numbers, hidden, without=cell)
    yield _cheapest(arcs, end, start)
    if numbers[cell]:
        yield _cheapest(arcs, start, end)


Arcs = Mapping[Node, list[tuple[Node, Cell, int]]]


def _residual(numbers: Mapping[Cell, int], hidden: set[Cell], *, without: Cell) -> Arcs:
    """Which way a person more or fewer can be passed on, and how many people are hidden for it."""
    arcs: dict[Node, list[tuple[Node, Cell, int]]] = defaultdict(list)
    for cell, number in numbers.items():
        if cell == without or (ALL in cell and cell not in hidden):
            continue
        start, end = _arc(cell)
        cost = 0 if cell in hidden else _cost(numbers, cell)
        arcs[start].append((end, cell, cost))
        if number:
            arcs[end].append((start, cell, cost))
    return arcs


def _cost(numbers: Mapping[Cell, int], cell: Cell) -> int:
    """A cell with nobody in it is the last to be hidden: that nobody is there gives no one away."""
    return numbers[cell] or DEAR


def _cheapest(arcs: Arcs, start: Node, end: Node) -> frozenset[Cell] | None:
    """The cells to hide on the cheapest way (Dijkstra 1959); empty when all on it are hidden already."""
    heap: list[tuple[int, Node, tuple[Cell, ...]]] = [(0, start, ())]
    done: set[Node] = set()
    while heap:
        cost, node, way = heappop(heap)
        if node == end:
            return frozenset(way)
        if node in done:
            continue
        done.add(node)
        for to, cell, price in arcs.get(node, ()):
            if to not in done:
                heappush(heap, (cost + price, to, (*way, cell) if price else way))
    return None


def _arc(cell: Cell) -> Arc:
    """A cell as a flow: from its row to its column; a row's total flows into the row, a column's out of it."""
    row, column = cell
    if row == ALL and column == ALL:
        return ("column", ALL), ("row", ALL)
    if column == ALL:
        return ("row", ALL), ("row", row)
    if row == ALL:
        return ("column", column), ("column", ALL)
    return ("row", row), ("column", column)
