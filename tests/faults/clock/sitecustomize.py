"""Python reads this at its start where the folder is on PYTHONPATH: the process's clock follows the file FAULTS_CLOCK.

The file holds seconds to add to the real time. Only what asks for the time of day jumps, as when an operator or NTP
sets the machine's clock; intervals (time.monotonic) go on.
"""

from __future__ import annotations

import os
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import time_machine

LOOK_EVERY_S = 0.05


def follow(file: Path, known: float = 0.0) -> None:
    """Put the clock where the file says, for as long as the process lives."""
    travel: time_machine.travel | None = None
    while True:
        try:
            wanted = float(file.read_text())
        except (OSError, ValueError):  # not there, or just being written
            wanted = known
        if wanted != known:
            if travel:
                travel.stop()
            travel = time_machine.travel(datetime.now(UTC) + timedelta(seconds=wanted))
            travel.start()
            known = wanted
        time.sleep(LOOK_EVERY_S)


if "FAULTS_CLOCK" in os.environ:
    threading.Thread(target=follow, args=(Path(os.environ["FAULTS_CLOCK"]),), name="clock", daemon=True).start()
