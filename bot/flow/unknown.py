"""A word that nobody knows: what is said about it, and which known one was probably meant."""

from __future__ import annotations

from collections.abc import Iterable

from rapidfuzz import fuzz, process

LIKENESS = 60


def unknown(name: str, known: Iterable[str], what: str) -> tuple[str, str | None]:
    """A sentence about ``name``, which should be one of the ``known`` (a "variable", a "flow"), and the nearest."""
    listed = sorted(known)
    near = process.extractOne(name, listed, scorer=fuzz.ratio, score_cutoff=LIKENESS)
    article = "an" if what[0] in "aeiou" else "a"
    hint = f' Did you mean "{near[0]}"?' if near else f" Known: {', '.join(listed) or 'none yet'}."
    return f'"{name}" is not {article} {what} I know.{hint}', near[0] if near else None
