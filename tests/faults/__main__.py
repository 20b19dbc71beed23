"""``python -m tests.faults``: see ``--help``. Nothing leaves this machine."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable

from tests.faults.kinds import BOTH, FAULTS
from tests.faults.report import amiss, head, row, verdict
from tests.faults.run import Plan, Result, run

SAY_EVERY_S = 2.0


def main() -> int:
    """Print each row as soon as it is there. 1 when anything was lost, repeated or out of order."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description="Messages while parts fail.")
    parser.add_argument("--fault", choices=FAULTS, action="append", help="only this one; may be repeated")
    parser.add_argument("--database", choices=BOTH, action="append", help="only this one")
    parser.add_argument("--messages", type=int, default=5000, help="messages a run (5000)")
    parser.add_argument("--seed", type=int, default=1, help="when it strikes, and whom (1)")
    parser.add_argument("--hurry", action="store_true", help="put the clock forward instead of waiting for leases")
    parser.add_argument("--json", action="store_true", help="one JSON object a run instead of the table")
    said = parser.parse_args()
    plans = [
        Plan(fault, database, said.messages, said.seed, said.hurry)
        for fault in (FAULTS[name] for name in said.fault or FAULTS)
        for database in said.database or BOTH
        if database in fault.databases
    ]
    if not said.json:
        print(head(), flush=True)
    results = [_one(plan, as_json=said.json) for plan in plans]
    if not said.json:
        print("", *amiss(results), verdict(results), sep="\n")
    return 0 if all(result.clean for result in results) else 1


def _one(plan: Plan, *, as_json: bool) -> Result:
    result = run(plan, _progress())
    if sys.stderr.isatty():
        print("\r\033[K", end="", file=sys.stderr, flush=True)
    print(json.dumps(result.as_dict()) if as_json else row(result), flush=True)
    return result


def _progress() -> Callable[[str], None]:
    """A line that is written over, on a terminal; otherwise nothing."""
    last = 0.0

    def tell(line: str) -> None:
        nonlocal last
        if sys.stderr.isatty() and time.monotonic() - last > SAY_EVERY_S:
            last = time.monotonic()
            print(f"\r\033[K{line}", end="", file=sys.stderr, flush=True)

    return tell


if __name__ == "__main__":
    sys.exit(main())
