"""Personal details are found no worse than measured. Only the ``held`` half counts."""

from __future__ import annotations

from collections import Counter

from bot.story.personal.kinds import Kind, Span
from tests.evaluation.privacy import Score, by_kind, by_language, sentences

# Per cent: a little under what was measured.
RECALL = {"en": 90, "pl": 90, "ur": 80, "ur-Latn": 80, "bn": 80, "bn-Latn": 90, "all": 89}
PRECISION = 92
SURE = ("phone", "email", "nhs", "nino", "postcode", "address", "reference")  # found by their form, in any language


def test_details_are_found_in_each_language_and_little_else_is_marked() -> None:
    scores = {one.name: one for one in by_language(sentences("held"))}
    assert {name: scores[name].recall for name, least in RECALL.items() if scores[name].recall < least} == {}
    assert {one.name: one.precision for one in scores.values() if one.precision < PRECISION} == {}


def test_what_has_a_form_of_its_own_is_always_found() -> None:
    scores = {one.name: one.recall for one in by_kind(sentences("held"))}
    assert {kind: scores[kind] for kind in SURE if scores[kind] < 100} == {}


def test_the_set_is_as_large_and_as_varied_as_it_says() -> None:
    every = sentences("tune") + sentences("held")
    spread = Counter(one.language.partition("-")[0] for one in every)
    assert len(every) >= 300
    assert min(spread[code] for code in ("en", "pl", "ur", "bn")) >= 60
    assert len([one for one in every if not one.details]) >= 100
    assert {detail.kind for one in every for detail in one.details} == set(Kind)
    assert len({one.text for one in every}) == len(every)


def test_the_figures_are_counted_rightly() -> None:
    assert (Score("", 4, 3, 5, 4).recall, Score("", 4, 3, 5, 4).precision) == (75.0, 80.0)
    assert (Score("", 0, 0, 0, 0).recall, Score("", 0, 0, 0, 0).precision) == (100.0, 100.0)
    marked = next(one for one in sentences("tune") if one.details)
    assert all(isinstance(detail, Span) and "{" not in marked.text for detail in marked.details)
