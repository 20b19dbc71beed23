"""How many danger signs are seen, by language and kind: ``held`` figures, on which nothing was tuned."""

from __future__ import annotations

from collections.abc import Mapping

from tests.bench.measure import Table, progress
from tests.evaluation.danger import Seen, by_kind, by_language, said, seen, shipped_signs


def danger() -> list[Table]:
    """Recall and false alarms by language, and by kind."""
    progress("danger signs")
    signs, held = shipped_signs(), said("held")
    tables = []
    for name, found in (("language", by_language(signs, held)), ("kind", by_kind(signs, held))):
        tables.append(_table(f"Held texts about danger, by {name}", {**found, "all": seen(signs, held)}))
    return tables


def _table(title: str, found: Mapping[str, Seen]) -> Table:
    rows = [
        (name, float(one.told), one.recall, one.right_number, float(one.harmless), one.false_alarms)
        for name, one in found.items()
    ]
    return Table(title, ("", "of danger", "% seen", "% right number", "harmless", "% false alarms"), rows)
