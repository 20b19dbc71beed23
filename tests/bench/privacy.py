"""How many personal details are found, and how much else is marked: ``held`` figures by language and by kind."""

from __future__ import annotations

import time
from collections.abc import Sequence
from statistics import median

from bot.story.personal.find import find
from tests.bench.measure import Table, progress
from tests.evaluation.privacy import Score, by_kind, by_language, sentences


def privacy() -> list[Table]:
    """Recall and precision on the held half of the evaluation set."""
    progress("personal details")
    held = sentences("held")
    took = []
    for one in held:
        began = time.perf_counter()
        find(one.text)
        took.append((time.perf_counter() - began) * 1000)
    title = f"Personal details in {len(held)} held sentences; {median(took) * 1000:.0f} us each"
    return [_table(f"{title}: by language", by_language(held)), _table("The same by kind", by_kind(held))]


def _table(title: str, scores: Sequence[Score]) -> Table:
    rows = [(one.name, float(one.details), one.recall, float(one.marks), one.precision) for one in scores]
    return Table(title, ("", "details", "% found whole", "marks", "% that hit one"), rows)
