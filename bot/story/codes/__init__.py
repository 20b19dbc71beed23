"""Code sets: the answers that about-you questions offer, each with where it comes from and of which year.

A set is never changed once it is in use: another year, or another country, is another file and another name, and each
answer is kept with the name of its set. Scotland and Northern Ireland have lists of their own.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class CodeSet:
    """One list. ``groups``: what is asked first -> code -> its English label."""

    name: str
    where: str
    year: int
    source: str
    groups: Mapping[str, Mapping[str, str]]

    @property
    def codes(self) -> dict[str, str]:
        """Every code of the list, with its English label."""
        return {code: label for group in self.groups.values() for code, label in group.items()}


@lru_cache
def code_set(file: str) -> CodeSet:
    """The list in this file of the folder, like "ethnic_group_ew_2021". Raises FileNotFoundError."""
    read = json.loads((files(__name__) / f"{file}.json").read_text(encoding="utf-8"))
    groups = {name: group["codes"] for name, group in read["groups"].items()}
    return CodeSet(read["set"], read["where"], read["year"], read["source"], groups)
