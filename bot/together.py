"""One folder in which all processes of ``bot serve`` count, so that /metrics gives the sum of them.

Must be entered before prometheus_client is imported: it looks for the folder then, and only then.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

FOLDER = "PROMETHEUS_MULTIPROC_DIR"


@contextmanager
def counted_together() -> Iterator[None]:
    """A folder for the counters of the processes begun inside, removed at the end; or the one that is set already."""
    if os.environ.get(FOLDER):
        yield
        return
    with tempfile.TemporaryDirectory(prefix="bot-counters-", ignore_cleanup_errors=True) as folder:
        os.environ[FOLDER] = folder
        try:
            yield
        finally:
            del os.environ[FOLDER]
