"""``make bench``: what things cost here, each beside a baseline measured in the same run.

Parts: ``house`` (the parts of the house), ``engine`` (the five-turn conversation, beside other engines), ``loading``
(a 300-step flow; turns in long flows and with many sessions), ``matching`` (questions and languages on the evaluation
set; searching 10,000 services), ``importing`` (a directory of 10,000 services, over HTTP), ``danger`` (danger signs
seen and false alarms, by language and kind), ``privacy`` (personal details found in stories, by language and by kind),
``desk`` (every page with 20 champions and 10,000 stories; the queue beside its archive; with ``--http`` instead over
HTTP, 20 people clicking at once, on SQLite and on PostgreSQL + Redis: ten minutes). Without a name, all of them.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from pathlib import Path

from tests.bench.danger import danger
from tests.bench.desk import desk
from tests.bench.desk_http import desk_over_http
from tests.bench.house import parts_of_the_house
from tests.bench.importing import importing
from tests.bench.loading import loading
from tests.bench.matching import matching
from tests.bench.measure import Table
from tests.bench.privacy import privacy
from tests.bench.race import race

PARTS: dict[str, Callable[[], list[Table]]] = {
    "house": parts_of_the_house,
    "engine": race,
    "loading": loading,
    "matching": matching,
    "danger": danger,
    "privacy": privacy,
    "desk": desk,
    "importing": importing,
}


def main() -> None:
    """Measure the parts that were asked for and print their tables."""
    asked = _arguments()
    tables: list[Table] = []
    parts = PARTS | {"desk": desk_over_http} if asked.http else PARTS
    for part in asked.parts or PARTS:
        for table in parts[part]():
            print(f"{table.text()}\n", flush=True)
            tables.append(table)
    if asked.json:
        written = json.dumps([table.as_json() for table in tables], indent=2, ensure_ascii=False)
        asked.json.write_text(f"{written}\n", encoding="utf-8")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"one of: {', '.join(PARTS)}")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the figures to this file")
    parser.add_argument("--http", action="store_true", help="measure the desk over HTTP")
    asked = parser.parse_args()
    if unknown := [part for part in asked.parts if part not in PARTS]:
        parser.error(f'there is no part "{unknown[0]}". Name one of: {", ".join(PARTS)}.')
    return asked


if __name__ == "__main__":
    main()
