"""The fresh texts are as many as they say, their halves share nothing, and what is seen of them falls no lower."""

from __future__ import annotations

from collections import Counter

from bot.knowledge.e5 import Model
from bot.knowledge.near_danger import shipped
from tests.bench.danger import fresh_tables
from tests.conftest import missing
from tests.evaluation.danger import said, shipped_signs
from tests.evaluation.fresh_danger import LANGUAGES, Share, false_alarms, fresh, recall
from tests.evaluation.teach_danger import examples

SIGNS = shipped_signs()


def test_there_are_enough_of_every_language() -> None:
    spread = Counter((one.language, one.kind is not None) for one in fresh())
    assert min(spread[language, True] for language in LANGUAGES) >= 40
    assert min(spread[language, False] for language in LANGUAGES) >= 20


def test_no_idea_stands_in_both_halves() -> None:
    assert not {one.idea for one in fresh("tune")} & {one.idea for one in fresh("held")}


def test_nothing_held_is_learnt_from() -> None:
    held = {one.text for one in fresh("held")} | {one.text for one in said("held")}
    assert not held & {one.text for one in examples()}


def test_the_signs_see_no_less_than_was_measured() -> None:
    assert recall(SIGNS, fresh("tune")).per_cent >= 92
    assert recall(SIGNS, fresh("held")).per_cent >= 53
    assert false_alarms(SIGNS, fresh("tune")).found == 0
    assert false_alarms(SIGNS, fresh("held")).found <= 7


def test_the_second_look_finds_half_of_what_the_signs_miss() -> None:
    if trouble := Model().trouble:
        missing(f"The model of meanings ({trouble})")
    missed = [one for one in fresh("held") if SIGNS.look(one.text) is None]
    vectors = Model().embed([one.text for one in missed])
    near = [(one.kind is not None, shipped().near([vector])) for one, vector in zip(missed, vectors, strict=True)]
    danger, harmless = ([found for told, found in near if told is kind] for kind in (True, False))
    assert sum(danger) / len(danger) >= 0.45
    assert sum(harmless) / len(harmless) <= 0.10


def test_the_interval_is_wilsons() -> None:
    """The worked example of Newcombe (1998), table I: 81 of 263."""
    low, high = Share(81, 263).interval
    assert (round(low, 1), round(high, 1)) == (25.5, 36.6)
    assert (Share(0, 0).interval, Share(0, 0).per_cent) == ((0.0, 100.0), 0.0)
    assert Share(0, 10).interval[0] == 0.0


def test_the_tables_hold_every_language_and_kind() -> None:
    by_language, by_kind = fresh_tables(SIGNS, fresh("held"))
    assert [row[0] for row in by_language.rows] == [*LANGUAGES, "all"]
    assert sum(float(row[1]) for row in by_kind.rows) == recall(SIGNS, fresh("held")).texts
