"""Several threads at once, all of which must end."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence


def run_together(jobs: Sequence[Callable[[], object]]) -> None:
    """Run the jobs at the same moment. Raises AssertionError when one never ends, and what a job raised."""
    raised: list[BaseException] = []
    gate = threading.Barrier(len(jobs))

    def run(job: Callable[[], object]) -> None:
        gate.wait()
        try:
            job()
        except BaseException as error:
            raised.append(error)

    threads = [threading.Thread(target=run, args=(job,), daemon=True) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert not any(thread.is_alive() for thread in threads), "a thread never ended"
    if raised:
        raise raised[0]
