"""Small numbers of people are hidden, and nobody can compute them from what is shown."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.story.insight import ALL, FEWEST, Cell, Shown, hidden_of, shown

NAMES = "abcd"
Made = tuple[dict[Cell, int], list[str], list[str]]
SMALL_NUMBERS = st.one_of(st.integers(0, 6), st.sampled_from([0, 0, 1, 2, 4, 5, 9]))


@st.composite
def tables(draw: st.DrawFn) -> Made:
    """People by up to four rows and three columns, most of the numbers small."""
    rows = [f"r{name}" for name in NAMES[: draw(st.integers(1, 4))]]
    columns = [f"c{name}" for name in NAMES[: draw(st.integers(1, 3))]]
    return {cell: draw(SMALL_NUMBERS) for cell in product(rows, columns)}, rows, columns


def true_numbers(counts: dict[Cell, int], rows: list[str], columns: list[str]) -> dict[Cell, int]:
    numbers = dict(counts)
    numbers |= {(row, ALL): sum(counts[row, one] for one in columns) for row in rows}
    numbers |= {(ALL, column): sum(counts[one, column] for one in rows) for column in columns}
    return numbers | {(ALL, ALL): sum(counts.values())}


def another_fits(table: Shown, true: dict[Cell, int], wanted: Cell) -> bool:
    """Whether some other table of people fits all that is shown and has another number at ``wanted``: what an attacker
    would have to rule out. Looked for among the tables that differ by a person here and there: when any fits, so does
    one of these, for what lies half-way to it fits as well."""
    cells = list(product(table.rows, table.columns))

    def possible(numbers: dict[Cell, int], row: str, column: str) -> bool:
        for line, total in (
            ([(row, one) for one in table.columns], table.of(row)),
            ([(one, column) for one in table.rows], table.of(column=column)),
        ):
            known = [numbers[cell] for cell in line if cell in numbers]
            if total is not None and len(known) == len(line) and sum(known) != total:
                return False
        return True

    def found(at: int, numbers: dict[Cell, int]) -> bool:
        if at == len(cells):
            full = true_numbers(numbers, list(table.rows), list(table.columns))
            fits = all(number is None or full[cell] == number for cell, number in table.numbers.items())
            return fits and full[wanted] != true[wanted]
        here = true[cells[at]]
        for number in (here, here + 1, here - 1) if table.numbers[cells[at]] is None else (here,):
            numbers[cells[at]] = number
            if number >= 0 and possible(numbers, *cells[at]) and found(at + 1, numbers):
                return True
            del numbers[cells[at]]
        return False

    return found(0, {})


@settings(max_examples=300, deadline=None)
@given(tables())
def test_from_what_is_shown_nobody_can_compute_what_is_hidden(made: Made) -> None:
    """Tried by laying tables out, not by the gate's own way of thinking: each hidden number could be another one."""
    table, true = shown(*made), true_numbers(*made)
    for cell, number in table.numbers.items():
        assert number is not None or another_fits(table, true, cell), cell


def test_the_attack_of_the_test_above_finds_what_can_be_computed() -> None:
    """Two small numbers hidden in different rows and columns: each is its total less the rest."""
    counts = {("ra", "ca"): 3, ("ra", "cb"): 9, ("rb", "ca"): 7, ("rb", "cb"): 2}
    true = true_numbers(counts, ["ra", "rb"], ["ca", "cb"])
    hidden = {("ra", "ca"), ("rb", "cb")}
    table = Shown(("ra", "rb"), ("ca", "cb"), {cell: None if cell in hidden else one for cell, one in true.items()})
    assert not any(another_fits(table, true, cell) for cell in hidden)


@given(tables())
def test_no_small_number_of_people_is_shown(made: Made) -> None:
    """Nor does one stand behind a subtraction: what a line hides is nobody, or no small number of people."""
    counts, rows, columns = made
    table, true = shown(counts, rows, columns), true_numbers(*made)
    for cell, number in table.numbers.items():
        assert number is None or number == true[cell]
        assert number is None or number == 0 or number >= FEWEST
    lines = [[(row, one) for one in [*columns, ALL]] for row in [*rows, ALL]]
    lines += [[(one, column) for one in [*rows, ALL]] for column in [*columns, ALL]]
    for *parts, total in lines:
        if table.numbers[total] is not None:
            rest = sum(true[cell] for cell in parts if table.numbers[cell] is None)
            assert rest == 0 or rest >= FEWEST


@given(tables(), st.randoms())
def test_two_tables_of_the_same_people_hide_the_same_totals(made: Made, luck: object) -> None:
    """By language and by area: a total that one of them hides, the other must not tell."""
    counts, rows, columns = made
    others = {(row, "x"): sum(counts[row, one] for one in columns) for row in rows}
    by_one, by_other = shown(counts, rows, columns), shown(others, rows, ["x"])
    if by_one.of() is not None and by_other.of() is not None:  # else nothing at all of one of them is shown
        assert [by_one.of(row) for row in rows] == [by_other.of(row) for row in rows]


def test_a_table_with_enough_people_everywhere_is_shown_whole() -> None:
    table = shown({("food", "pl"): 7, ("food", "ur"): 9, ("home", "pl"): 5}, ["food", "home"], ["pl", "ur"])
    assert not table.hides
    assert (table.of("food"), table.of(column="pl"), table.of()) == (16, 12, 21)
    assert table.of("home", "ur") == 0


def test_one_small_number_takes_another_with_it() -> None:
    """Or it would be the row's total less the rest."""
    counts = {("food", "pl"): 3, ("food", "ur"): 9, ("food", "bn"): 30, ("home", "pl"): 20, ("home", "ur"): 8}
    table = shown(counts, ["food", "home"], ["pl", "ur", "bn"])
    hidden = {cell for cell, number in table.numbers.items() if number is None}
    assert hidden == {("food", "pl"), ("food", "ur"), ("home", "pl"), ("home", "ur")}
    assert table.of("food") == 42


def test_of_a_handful_of_people_nothing_is_shown_at_all() -> None:
    table = shown({("food", "pl"): 4}, ["food"], ["pl"])
    assert set(table.numbers.values()) == {None}


def test_small_numbers_of_a_line_go_with_the_next_smallest() -> None:
    assert hidden_of({"a": 9, "b": 30}) == frozenset()
    assert hidden_of({"a": 1, "b": 30, "c": 6}) == {"a", "c"}
    assert hidden_of({"a": 2, "b": 4, "c": 6}) == {"a", "b"}
    assert hidden_of({"a": 1, "b": 1, "c": 6, "d": 0}) == {"a", "b", "c"}


@pytest.mark.parametrize(
    ("counts", "said"),
    [({("food", "xx"): 1}, "no row and column"), ({("food", "pl"): -1}, "Count people, from 0 up")],
)
def test_a_table_that_cannot_be_is_refused(counts: dict[Cell, int], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        shown(counts, ["food"], ["pl"])


def test_a_row_without_a_name_would_be_taken_for_the_total() -> None:
    with pytest.raises(ValueError, match="name of its own"):
        shown({}, ["food", ""], ["pl"])
