"""How many danger signs are seen, by language and kind, in texts on which nothing was tuned.

``held`` was written beside the texts that were tuned on; ``fresh`` after all tuning, and tells more of what is to come.
"""

from __future__ import annotations

from collections.abc import Mapping

from bot.story.danger import DangerSigns
from tests.bench.measure import Table, progress
from tests.evaluation.danger import Seen, by_kind, by_language, said, seen, shipped_signs


def danger() -> list[Table]:
    """Recall and false alarms by language, and by kind."""
    progress("danger signs")
    signs = shipped_signs()
    return [table for half in ("held", "fresh") for table in _half(signs, half)]


def _half(signs: DangerSigns, half: str) -> list[Table]:
    texts = said(half)
    ways = (("language", by_language(signs, texts)), ("kind", by_kind(signs, texts)))
    every = {"all": seen(signs, texts)}
    return [_table(f"{half.capitalize()} texts about danger, by {name}", {**found, **every}) for name, found in ways]


def _table(title: str, found: Mapping[str, Seen]) -> Table:
    rows = [
        (name, float(one.told), one.recall, one.right_number, float(one.harmless), one.false_alarms)
        for name, one in found.items()
    ]
    return Table(title, ("", "of danger", "% seen", "% right number", "harmless", "% false alarms"), rows)
