"""``python -m tests.bench.wire``: see ``--help``. Nothing leaves this machine."""

from __future__ import annotations

import argparse

from tests.bench.wire.databases import PLACES
from tests.bench.wire.report import sections


def main() -> None:
    """Print each table as soon as it is there."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.wire", description="Signed webhook to committed turn.")
    parser.add_argument("--on", choices=[*PLACES, "both"], default="both", help="which database")
    parser.add_argument("--rounds", type=int, default=5, help="how often each side has its turn")
    parser.add_argument("--turns", type=int, default=2000, help="messages a round")
    parser.add_argument("--full", action="store_true", help="also 100 000 contacts and 1 000 000 messages")
    said = parser.parse_args()
    places = list(PLACES) if said.on == "both" else [said.on]
    for section in sections(places, turns=said.turns, rounds=said.rounds, full=said.full):
        print(section, end="\n\n", flush=True)


if __name__ == "__main__":
    main()
