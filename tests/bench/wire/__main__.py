"""``python -m tests.bench.wire``: see ``--help``. Nothing leaves this machine, but for ``--others``' packages."""

from __future__ import annotations

import argparse
from pathlib import Path

from tests.bench.wire.databases import PLACES
from tests.bench.wire.report import others, sections


def main() -> None:
    """Print each table as soon as it is there."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.wire", description="Signed webhook to committed turn.")
    parser.add_argument("--on", choices=[*PLACES, "both"], default="both", help="which database")
    parser.add_argument("--rounds", type=int, default=5, help="how often each side has its turn")
    parser.add_argument("--turns", type=int, default=2000, help="messages a round")
    parser.add_argument("--full", action="store_true", help="also 100 000 contacts and 1 000 000 messages")
    parser.add_argument("--others", type=Path, metavar="FOLDER", help="also two others, installed in FOLDER")
    said = parser.parse_args()
    places = list(PLACES) if said.on == "both" else [said.on]
    for section in sections(places, turns=said.turns, rounds=said.rounds, full=said.full):
        print(section, end="\n\n", flush=True)
    if said.others:
        print(others(said.others, turns=said.turns, rounds=said.rounds), flush=True)


if __name__ == "__main__":
    main()
