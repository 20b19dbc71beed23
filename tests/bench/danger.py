"""How many danger signs are seen, by language and kind: ``held`` figures, on which nothing was tuned."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from tests.bench.measure import Table, progress
from tests.evaluation.danger import Seen, by_kind, by_language, said, seen, shipped_signs
from tests.evaluation.fresh_danger import LANGUAGES, BothLooks, Fresh, Looks, false_alarms, fresh, recall


def danger() -> list[Table]:
    """Recall and false alarms by language, and by kind."""
    progress("danger signs")
    signs, texts = shipped_signs(), said("held")
    every = {"all": seen(signs, texts)}
    ways = (("language", by_language(signs, texts)), ("kind", by_kind(signs, texts)))
    known = [_table(f"Held texts about danger, by {name}", {**found, **every}) for name, found in ways]
    held = fresh("held")
    return [*known, *fresh_tables(signs, held), *fresh_tables(BothLooks(signs), held, " with the second look")]


def fresh_tables(signs: Looks, texts: list[Fresh], how: str = "") -> list[Table]:
    """What is seen of texts written before anyone looked at the signs, with the interval of 95 in 100."""
    languages = {name: [one for one in texts if one.language == name] for name in LANGUAGES} | {"all": texts}
    kinds = {one.kind: [other for other in texts if other.kind == one.kind] for one in texts if one.kind}
    columns = ("", "of danger", "% seen", "from", "to", "harmless", "% false alarms", "from", "to")
    title = f"Fresh texts, held,{how} by language (from, to: 95 in 100)"
    return [
        Table(title, columns, [(name, *_row(signs, rows)) for name, rows in languages.items()]),
        Table(
            f"Fresh texts, held,{how} by kind",
            columns[:5],
            [(name, *_row(signs, rows)[:4]) for name, rows in kinds.items()],
        ),
    ]


def _row(signs: Looks, texts: Iterable[Fresh]) -> tuple[float, ...]:
    shares = [count(signs, list(texts)) for count in (recall, false_alarms)]
    return tuple(figure for share in shares for figure in (float(share.texts), share.per_cent, *share.interval))


def _table(title: str, found: Mapping[str, Seen]) -> Table:
    rows = [
        (name, float(one.told), one.recall, one.right_number, float(one.harmless), one.false_alarms)
        for name, one in found.items()
    ]
    return Table(title, ("", "of danger", "% seen", "% right number", "harmless", "% false alarms"), rows)
