"""Lengths of time as people write them: "20 minutes", "2 days"."""

from __future__ import annotations

import re

SPANS = {"second": 1_000, "minute": 60_000, "hour": 3_600_000, "day": 86_400_000}
LONGEST_MS = 365 * SPANS["day"]

_SPAN = re.compile(r"(\d{1,9}) (second|minute|hour|day)s?")


def span_ms(written: str) -> int:
    """The milliseconds of "20 minutes". Raises ValueError, with a sentence, for what is no length of time."""
    found = _SPAN.fullmatch(written.strip())
    length = int(found[1]) * SPANS[found[2]] if found else 0
    if not 0 < length <= LONGEST_MS:
        raise ValueError(
            f'"{written}" is not a length of time. Write it like "20 minutes" or "2 days", up to 365 days.'
        )
    return length
