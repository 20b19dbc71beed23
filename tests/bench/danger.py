"""How many danger signs are seen, by language and kind: ``held`` figures, on which nothing was tuned."""

from __future__ import annotations

from collections.abc import Mapping

from tests.bench.measure import Table, progress
from tests.evaluation.danger import Seen, by_kind, by_language, said, seen, shipped_signs


def danger() -> list[Table]:
    """Recall and false alarms by language, and by kind."""
    progress("danger signs")
    signs, texts = shipped_signs(), said("held")
    every = {"all": seen(signs, texts)}
    ways = (("language", by_language(signs, texts)), ("kind", by_kind(signs, texts)))
    return [_table(f"Held texts about danger, by {name}", {**found, **every}) for name, found in ways]


def _table(title: str, found: Mapping[str, Seen]) -> Table:
    rows = [
        (name, float(one.told), one.recall, one.right_number, float(one.harmless), one.false_alarms)
        for name, one in found.items()
    ]
    return Table(title, ("", "of danger", "% seen", "% right number", "harmless", "% false alarms"), rows)
